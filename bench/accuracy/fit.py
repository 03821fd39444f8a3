#!/usr/bin/env python3
"""Fits the weights of dump suspicions to simulated worlds and writes the settings file that `haulwatch replay` loads.

    fit.py HAULWATCH [--profiles typical,hostile,gps-only,sparse] [--seeds 1-4] [--vehicles 60] [--hours 96]
                     [--settings S.json] [--pull 2] [--work FOLDER] [--out FOLDER/fitted.json]
    haulwatch replay --settings fitted.json ...

Worlds of fitting seeds (1 to 999) are simulated, and replayed with the setting `dump.every_candidate`, by which every
candidate of a load is told with all its reasons, likely or not. Of a load one of these is so: it went in one of its
candidates (the one that meets the true dump), or unheard to a disposal (it was truly unloaded in a silence, and no
disposal was seen), or neither. Their log-odds are sums of weights times what was seen, so the likelihood of all loads
is that of a conditional logistic regression, concave in the weights. What is maximised is

    sum over loads of log P(what was so)  -  pull / 2 * sum over weights of (weight - weight in force)^2

by Newton's method. The pull is towards the weights in force: a user's few worlds move only what they speak of. A weight
of 0 switches its evidence off, and is left so. The second half of the seeds is held against weights fitted to the first
half alone, so that one sees what the fit is worth on worlds that it has not seen. Needs NumPy.
"""
import argparse
import collections
import concurrent.futures
import json
import math
import pathlib
import sys

import numpy as np

import episodes
import run

VISIT = ("unheard_visit", "unheard_visit_room", "unheard_visit_at_place")
GONE = ("reloaded", "no_disposal", "disposal_seen")
NOT_OWN = {"rivals", *VISIT, *GONE}
NEVER_NEGATIVE = {"record", "unheard_visit_room", "unheard_visit_at_place"}  # `haulwatch settings` refuses them
ROOM = (-2.0, 1.5)  # as `UnheardOdds` bounds it
SAME_LOAD_S = 900.0
SLACK_S = 60.0


def weights_in_force(haulwatch, settings):
    """The shipped weights, under those of a settings file."""
    found = {}
    for text in [run.checked([haulwatch, "settings"])] + ([pathlib.Path(settings).read_text()] if settings else []):
        group = json.loads(text).get("dump_weights", {})
        found.update({name: value for name, value in group.items() if not name.startswith("//")})
    return found


class Load:
    """One load as haulwatch saw it: its candidates' last words, what became of it, and what was truly so."""

    def __init__(self, started):
        self.vehicle, self.loaded_at, self.detected = started["vehicle"], started["loaded_at"], started["detected"]
        self.candidates = {}

    def add(self, told):
        self.candidates[told["start"], bool(told.get("inferred"))] = told

    def judge(self, trips, dumps):
        trip = next((t for t in trips if abs(t["loaded_at"] - self.loaded_at) < SAME_LOAD_S), None)
        self.hidden_at = trip["unloaded_at"] if trip else None
        self.dump = None
        if trip:
            of_it = (d for d in dumps if trip["loaded_at"] <= d["start"] and d["end"] <= trip["unloaded_at"] + 1)
            self.dump = next(of_it, None)
        return self


def loads_of(world, events):
    truth = episodes.truth_of(run.first_file(world, "truth.jsonl"), {"dump_suspected", "trip_ended"})
    dumps, trips = (episodes.by_vehicle(truth[kind]) for kind in ("dump_suspected", "trip_ended"))
    told = episodes.by_vehicle(episodes.lines_of(events, {"dump_suspected", "trip_started"}, "event"))
    for vehicle, records in told.items():
        loads = [Load(r) for r in records if r["event"] == "trip_started"]
        for record in records:
            if record["event"] == "dump_suspected":
                put_where_it_belongs(loads, record)
        for load in loads:
            if load.candidates:
                yield load.judge(trips[vehicle], dumps[vehicle])


def put_where_it_belongs(loads, record):
    """A load's last words are told at the very sample that begins the next load."""
    known = [load for load in loads if load.loaded_at <= record["start"] + 1 and load.detected <= record["detected"]]
    key = record["start"], bool(record.get("inferred"))
    while known and record["revision"] > 0 and key not in known[-1].candidates:
        known.pop()
    if known:
        known[-1].add(record)


class Design:
    """Loads as matrices: a row for each that may be so, the first for a load that is still on."""

    def __init__(self, weights):
        self.weights = weights
        self.names = [name for name, weight in weights.items() if weight != 0.0]
        self.column = {name: i for i, name in enumerate(self.names)}

    def own(self, reasons):
        row = np.zeros(len(self.names))
        for reason in reasons:
            if reason["name"] in self.column and reason["name"] not in NOT_OWN:
                row[self.column[reason["name"]]] = reason["weight"] / self.weights[reason["name"]]
        return row

    def visit(self, by_name):
        """The row of a visit, from by how much it counted against a candidate."""
        if "unheard_visit" not in by_name:
            return None
        gone = sum(by_name[name]["weight"] for name in GONE if name in by_name)
        odds = math.log(math.expm1(-by_name["unheard_visit"]["weight"])) - gone
        room = min(max(math.log(by_name["unheard_visit"]["value"]), ROOM[0]), ROOM[1])
        rest = odds - self.weights["unheard_visit"] - self.weights["unheard_visit_room"] * room
        ways = [(at, lost) for at in (0, 1) for lost in (0, 1)]
        more = self.weights["unheard_visit_at_place"], self.weights["load_lost"]
        at, lost = min(ways, key=lambda way: abs(rest - way[0] * more[0] - way[1] * more[1]))
        row = np.zeros(len(self.names))
        for name, value in zip((*VISIT, "load_lost"), (1.0, room, at, lost)):
            if name in self.column:
                row[self.column[name]] += value
        return row

    def rows(self, load):
        """(matrix, the row that was so)"""
        told = [record for _, record in sorted(load.candidates.items())]
        rows = [np.zeros(len(self.names))] + [self.own(record["reasons"]) for record in told]
        named = [{reason["name"]: reason for reason in record["reasons"]} for record in told]
        visit = next((row for row in map(self.visit, named) if row is not None), None)
        if visit is not None:
            rows.append(visit)
        gone = next((name for by_name in named for name in GONE if name in by_name), None)
        if gone in self.column:
            for row in rows[1:]:
                row[self.column[gone]] = 1.0
        return np.array(rows), self.so(load, told, visit is not None and gone != "disposal_seen")

    @staticmethod
    def so(load, told, visited):
        if load.dump is not None:
            # Of a halt and the silence around it the halt names the place.
            met = [(bool(r.get("inferred")), i) for i, r in enumerate(told) if episodes.is_same_dump(load.dump, r)]
            return 1 + min(met)[1] if met else 0
        silences = [r for r in told if r.get("inferred")]
        hidden = load.hidden_at and any(r["start"] - SLACK_S <= load.hidden_at <= r["end"] + SLACK_S for r in silences)
        return len(told) + 1 if visited and hidden else 0


class Likelihood:
    def __init__(self, designs):
        self.rows = np.concatenate([rows for rows, _ in designs])
        lengths = np.array([len(rows) for rows, _ in designs])
        self.first = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        self.load = np.repeat(np.arange(len(designs)), lengths)
        self.so = self.first + np.array([so for _, so in designs])

    def chances(self, weights):
        """(of every row, log of the sum for each load)"""
        odds = self.rows @ weights
        most = np.maximum.reduceat(odds, self.first)
        powers = np.exp(odds - most[self.load])
        sums = np.add.reduceat(powers, self.first)
        return powers / sums[self.load], most + np.log(sums)

    def loss(self, weights):
        _, sums = self.chances(weights)
        return float(sums.sum() - (self.rows[self.so] @ weights).sum())

    def fit(self, start, pull, least):
        """Never below `least`: a weight that would be is held there, and the others are fitted to that."""
        held = np.zeros(len(start), bool)
        while True:
            weights = self.newton(np.where(held, least, start), start, pull, ~held)
            if not (weights < least - 1e-9).any():
                return weights
            held |= weights < least

    def newton(self, weights, start, pull, free):
        weights = weights.copy()

        def objective(w):
            return self.loss(w) + 0.5 * pull * float(((w - start) ** 2).sum())

        for _ in range(100):
            chances, _ = self.chances(weights)
            weighed = self.rows * chances[:, None]
            means = np.add.reduceat(weighed, self.first)
            slope = weighed.sum(0) - self.rows[self.so].sum(0) + pull * (weights - start)
            bend = weighed.T @ self.rows - means.T @ means + pull * np.eye(len(weights))
            step, share = np.zeros(len(weights)), 1.0
            step[free] = np.linalg.solve(bend[np.ix_(free, free)], slope[free])
            now = objective(weights)
            while objective(weights - share * step) > now and share > 1e-6:
                share /= 2.0
            weights = weights - share * step
            if np.abs(share * step).max() < 1e-5:
                break
        return weights


def found(loads, designs, weights, threshold):
    """(right, told, dumped) when each load's likeliest candidate is told from a threshold on"""
    right = told = 0
    for load, (rows, so) in zip(loads, designs):
        odds = rows @ weights
        chances = np.exp(odds - odds.max())
        chances /= chances.sum()
        best = 1 + int(np.argmax(odds[1:1 + len(load.candidates)]))
        if chances[best] >= threshold:
            told += 1
            right += best == so and load.dump is not None
    return right, told, sum(load.dump is not None for load in loads)


def print_thresholds(title, by_profile, weights):
    print(f"\n{title}: precision / recall / F1 of the loads that were known, by the threshold")
    for profile, (loads, designs) in by_profile.items():
        line = []
        for threshold in (0.3, 0.4, 0.5, 0.6, 0.8):
            right, told, dumped = found(loads, designs, weights, threshold)
            shares = right / max(told, 1), right / max(dumped, 1), 2 * right / max(told + dumped, 1)
            line.append(f"{threshold}: " + " / ".join(f"{share:.3f}" for share in shares))
        print(f"  {profile:10} " + "   ".join(line))


class Fit:
    def __init__(self, options):
        self.options = options
        self.runner = run.Run(options)
        self.weights = weights_in_force(options.haulwatch, options.settings)
        self.design = Design(self.weights)

    def loads(self, profile, seed):
        world = self.runner.world(profile, seed)
        events = self.runner.work / "candidates" / f"{pathlib.Path(profile).stem}-{seed}.jsonl"
        events.parent.mkdir(parents=True, exist_ok=True)
        settings = events.with_suffix(".settings.json")
        given = json.loads(pathlib.Path(self.options.settings).read_text()) if self.options.settings else {}
        given["dump"] = {**given.get("dump", {}), "every_candidate": True}
        settings.write_text(json.dumps(given))
        run.checked([self.options.haulwatch, "replay", "--quiet", "--shards", 1, "--settings", settings, "--registry",
                     run.first_file(world, "registry.geojson"), "--events", events, run.first_file(world, "tracks.csv")])
        return [(load, self.design.rows(load)) for load in loads_of(world, events)]

    def run(self):
        o = self.options
        with concurrent.futures.ThreadPoolExecutor(run.PROCESSES) as pool:
            jobs = {(p, s): pool.submit(self.loads, p, s) for p in o.profiles for s in o.seeds}
            found = {key: job.result() for key, job in jobs.items()}
        start = np.array([self.weights[name] for name in self.design.names])
        least = np.array([0.0 if name in NEVER_NEGATIVE else -20.0 for name in self.design.names])
        half = o.seeds[:len(o.seeds) // 2]
        if half:
            learnt = Likelihood([d for (p, s), x in found.items() if s in half for _, d in x]).fit(start, o.pull, least)
            rest = self.by_profile(found, [s for s in o.seeds if s not in half])
            print_thresholds(f"weights in force, seeds {o.seeds[len(half)]} to {o.seeds[-1]}", rest, start)
            print_thresholds(f"fitted to seeds {half[0]} to {half[-1]}, on the others", rest, learnt)
        everything = Likelihood([d for x in found.values() for _, d in x])
        fitted = everything.fit(start, o.pull, least)
        self.report(found, everything, start, fitted)
        kept = {name: round(float(value), 2) for name, value in zip(self.design.names, fitted)}
        pathlib.Path(o.out).write_text(json.dumps({"dump_weights": kept}, indent=1) + "\n")
        print(f"\nkept as {o.out}", file=sys.stderr)

    def by_profile(self, found, seeds):
        sums = collections.defaultdict(lambda: ([], []))
        for (profile, seed), pairs in found.items():
            if seed in seeds:
                for load, design in pairs:
                    sums[profile][0].append(load)
                    sums[profile][1].append(design)
        return sums

    def report(self, found, everything, start, fitted):
        loads = [load for pairs in found.values() for load, _ in pairs]
        print(f"\n{len(loads)} loads with a candidate, {sum(load.dump is not None for load in loads)} of them dumped; loss "
              f"{everything.loss(start):.1f} with the weights in force, {everything.loss(fitted):.1f} with the fitted ones\n")
        rows = everything.rows
        for i, name in enumerate(self.design.names):
            print(f"  {name:24} {start[i]:6.2f} -> {fitted[i]:6.2f}   seen {int((rows[:, i] != 0).sum()):7,}, where it was so "
                  f"{int((rows[everything.so, i] != 0).sum()):6,}")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("haulwatch", help="the program")
    arguments.add_argument("--profiles", default="typical,hostile,gps-only,sparse")
    arguments.add_argument("--seeds", default="1-4", help="fitting seeds, 1 to 999")
    arguments.add_argument("--vehicles", type=int, default=60)
    arguments.add_argument("--hours", type=int, default=96)
    arguments.add_argument("--interval", type=float, help="seconds between reports, where not the profile's own")
    arguments.add_argument("--worlds", help="worlds that exist: FOLDER/PROFILE/SEED/, with a truth.jsonl")
    arguments.add_argument("--settings", help="where to start from, in place of the shipped settings")
    arguments.add_argument("--pull", type=float, default=2.0, help="towards the weights in force")
    arguments.add_argument("--work", default="build/accuracy", help="where worlds and events are kept")
    arguments.add_argument("--out", help="the settings file (WORK/fitted.json)")
    options = arguments.parse_args()
    options.haulwatch = str(pathlib.Path(options.haulwatch).resolve())
    options.profiles, options.seeds = options.profiles.split(","), run.seeds_of(options.seeds)
    options.out = options.out or str(pathlib.Path(options.work) / "fitted.json")
    run.refuse_wrong_seeds(options.seeds, True)
    Fit(options).run()


if __name__ == "__main__":
    main()
