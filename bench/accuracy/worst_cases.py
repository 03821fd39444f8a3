#!/usr/bin/env python3
"""Lists what haulwatch missed and told falsely in simulated worlds, one by one, with the causes counted.

    worst_cases.py HAULWATCH dumps|trips|deviations|overspeed [--profile typical] [--seeds 1-2] [--vehicles 60] [--hours 96]
                   [--most 40] [--settings S.json] [--worlds FOLDER] [--work FOLDER] [--out FILE]

Worlds of fitting seeds (1 to 999) only: who looks at a world has fitted to it. Of dumps each candidate of the load is
shown with its reasons, the true one marked, by a second replay with the setting `dump.every_candidate`. What is listed
is paired by `episodes.py`, greedily; figures to publish come from `haulwatch score`.
"""
import argparse
import collections
import datetime
import json
import pathlib
import sys

import episodes
import run

SLACK_S = 600.0


def clock(seconds):
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%d %H:%M:%S") if seconds else "-"


def span(record):
    return f"{clock(record['start'])} to {clock(record['end'])[3:]}"


class World:
    def __init__(self, folder, events, candidates):
        kinds = {"dump_suspected", "trip_ended", "stop_ended", "look_alike", "signal_lost", "signal_restored", "route_left",
                 "route_rejoined", "overspeed_started", "overspeed_ended"}
        self.truth = episodes.truth_of(run.first_file(folder, "truth.jsonl"), kinds)
        self.claims = episodes.claims_of(events, kinds)
        told = episodes.claims_of(candidates, {"dump_suspected"})["dump_suspected"] if candidates else []
        self.candidates = episodes.by_vehicle(told)
        self.by = {kind: episodes.by_vehicle(self.truth[kind]) for kind in kinds}
        self.claimed = {kind: episodes.by_vehicle(self.claims[kind]) for kind in kinds}
        both = self.truth["signal_lost"] + self.truth["signal_restored"]
        self.silences = episodes.by_vehicle(r for r in both if r.get("end"))
        self.end = max((r["time"] for r in self.truth["stop_ended"]), default=0.0)

    def silence_at(self, vehicle, time):
        return next((s for s in self.silences[vehicle] if s["start"] <= time <= s["end"]), None)

    def trip_at(self, vehicle, time, side="by"):
        trips = (self.by if side == "by" else self.claimed)["trip_ended"][vehicle]
        return next((t for t in trips if t["loaded_at"] - 1 <= time <= (t.get("unloaded_at") or t["time"]) + 1), None)

    def open_ended(self, left, rejoined):
        """Episodes from their beginnings and ends."""
        found = {(r["vehicle"], r["start"]): {**r, "end": self.end} for r in left}
        found.update({(r["vehicle"], r["start"]): r for r in rejoined})
        return list(found.values())


# Dumps ---------------------------------------------------------------------------------------------------------------


def reasons(record):
    return "  ".join(f"{r['name']} {r['value']:.0f} {r['weight']:+.1f}" for r in record["reasons"])


def missed_dump(world, dump):
    trip = world.trip_at(dump["vehicle"], dump["end"])
    loaded = trip["loaded_at"] if trip else dump["start"]
    later = [t["loaded_at"] for t in world.by["trip_ended"][dump["vehicle"]] if t["loaded_at"] > loaded]
    until = min(later, default=world.end)
    candidates = [c for c in world.candidates.get(dump["vehicle"], []) if loaded - SLACK_S < c["start"] < until]
    right = [c for c in candidates if episodes.is_same_dump(dump, c)]
    others = [c for c in world.claimed["dump_suspected"][dump["vehicle"]] if loaded - SLACK_S < c["start"] < until]
    cause = cause_of_miss(right, candidates, others)
    cut = ", terminal cut" if dump.get("terminal_cut") else ""
    lines = [f"{dump['vehicle']} {span(dump)} {dump['manner']} at {dump['at']}{cut}; "
             f"loaded {clock(loaded)} at {trip and trip['origin']}, again {clock(until)}"]
    for c in sorted(candidates, key=lambda c: -c["score"])[:6]:
        mark, heard = "*" if c in right else " ", "unheard" if c.get("inferred") else "       "
        length = c["end"] - c["start"]
        lines.append(f"   {mark} {clock(c['start'])} {length:6.0f} s {heard} score {c['score']:.2f}: {reasons(c)}")
    return cause + (" (terminal cut)" if dump.get("terminal_cut") else ""), lines


def cause_of_miss(right, candidates, others):
    if not right:
        return "no candidate there" if candidates else "the load was not known"
    if others:
        return "another halt or silence was told"
    best = max(right, key=lambda c: c["score"])
    weights = {r["name"]: r["weight"] for r in best["reasons"]}
    if "disposal_seen" in weights:
        return "a later disposal was taken for its end"
    if weights.get("unheard_visit", 0.0) < -1.5:
        return "a silence left room for a disposal"
    if weights.get("rivals", 0.0) < -1.5:
        return "as likely as others"
    if "reloaded" in weights or "load_lost" in weights:
        return "it says too little for itself"
    return "nothing said that the load was gone"


def false_dump(world, claim):
    trip = world.trip_at(claim["vehicle"], 0.5 * (claim["start"] + claim["end"]))
    stops = [s for s in world.by["stop_ended"][claim["vehicle"]] if episodes.overlap_s(s, claim) > 0.0]
    purpose = max(stops, key=lambda s: episodes.overlap_s(s, claim))["purpose"] if stops else "driving"
    looks = [r["name"] for r in world.by["look_alike"][claim["vehicle"]] if episodes.overlap_s(r, claim) > 0.0]
    dumps = world.by["dump_suspected"][claim["vehicle"]]
    dumped = trip and any(trip["loaded_at"] <= d["start"] <= trip["unloaded_at"] for d in dumps)
    state = "dumped elsewhere" if dumped else "honest load" if trip else "empty"
    where = "in a silence" if claim.get("inferred") else f"{purpose}{' ' + looks[0] if looks else ''}"
    return f"{state}, {where}", [f"{claim['vehicle']} {span(claim)} score {claim['score']:.2f}: {reasons(claim)}"]


# Trips ---------------------------------------------------------------------------------------------------------------


def trip_line(trip):
    ends = f"{trip.get('origin')} {clock(trip['loaded_at'])} -> {trip.get('destination')} {clock(trip.get('unloaded_at'))}"
    return " ".join([ends, *trip["faults"]])


def is_same_trip(world):
    def near(truth, claim, name):
        if not truth.get(name) or not claim.get(name) or abs(truth[name] - claim[name]) <= episodes.TRIP_S:
            return True
        hidden = world.silence_at(truth["vehicle"], truth[name])
        return bool(hidden) and hidden["start"] - episodes.TRIP_S <= claim[name] <= hidden["end"] + episodes.TRIP_S

    def parts(truth, claim):
        times = {"loaded_at": "loading time", "unloaded_at": "unloading time"}
        wrong = [words for name, words in times.items() if not near(truth, claim, name)]
        sites = [name for name in ("origin", "destination") if truth.get(name) and claim.get(name)]
        return wrong + [name for name in sites if truth[name] != claim[name]]

    return parts


def missed_trip(world, trip):
    vehicle = trip["vehicle"]
    over = [c for c in world.claimed["trip_ended"][vehicle]
            if c["loaded_at"] < trip["unloaded_at"] and (c.get("unloaded_at") or c["time"]) > trip["loaded_at"]]
    unheard = [name for name in ("loaded_at", "unloaded_at") if world.silence_at(vehicle, trip[name])]
    cause = "nothing told"
    if over:
        nearest = min(over, key=lambda c: abs(c["loaded_at"] - trip["loaded_at"]))
        wrong = is_same_trip(world)(trip, nearest)
        cause = "wrong " + " and ".join(wrong) if wrong else "its claim met another"
    if unheard:
        cause += "; " + " and ".join(name.removesuffix("_at") for name in unheard) + " unheard"
    return cause, [f"{vehicle} {trip_line(trip)}"] + [f"      told {trip_line(c)}" for c in over]


def false_trip(world, claim):
    end = claim.get("unloaded_at") or claim["time"]
    trips = world.by["trip_ended"][claim["vehicle"]]
    over = [t for t in trips if t["loaded_at"] < end and t["unloaded_at"] > claim["loaded_at"]]
    return "of a trip" if over else "no trip at all", [f"{claim['vehicle']} {trip_line(claim)}"] + [f"      true {trip_line(t)}" for t in over]


# Deviations, overspeed -----------------------------------------------------------------------------------------------


def heard_share(world, episode):
    silent = sum(max(0.0, episodes.overlap_s(s, episode)) for s in world.silences[episode["vehicle"]])
    return 1.0 - silent / max(1.0, episode["end"] - episode["start"])


def missed_deviation(world, left, claims):
    met = [c for c in claims if c["vehicle"] == left["vehicle"] and episodes.overlap_s(c, left) > 0.0]
    cause = "told too long or too short" if met else "not told"
    if heard_share(world, left) < 0.5:
        cause += ", mostly unheard"
    elif not met and (left.get("max_distance_m") or 1e9) < 40.0:
        cause += ", less than 40 m beyond the edge"
    elif not world.trip_at(left["vehicle"], left["start"], "claimed"):
        cause += ", load not known"
    size = f"{left.get('max_distance_m')} m beyond, {left.get('path_m')} m of way"
    return cause, [f"{left['vehicle']} {left['route']} {span(left)}, {size}"] + [f"      told {span(c)}" for c in met]


def false_deviation(world, claim, truths):
    met = [t for t in truths if t["vehicle"] == claim["vehicle"] and episodes.overlap_s(t, claim) > 0.0]
    trip = world.trip_at(claim["vehicle"], claim["start"] + 60.0)
    cause = ("of a true one" if met else "none there") + (", loaded" if trip else ", empty")
    return cause, [f"{claim['vehicle']} {claim['route']} {span(claim)}"] + [f"      true {span(t)}" for t in met]


def missed_overspeed(world, episode):
    length = episode["end"] - episode["start"]
    cause = "shorter than 20 s" if length < 20.0 else "unheard" if heard_share(world, episode) < 0.5 else "heard"
    over = episode["max_speed_mps"] / episode["limit_mps"]
    return f"{cause}, {'below' if over < 1.2 else 'above'} 1.2 x the limit", [
        f"{episode['vehicle']} {episode['zone']} {span(episode)} {episode['max_speed_mps']} of {episode['limit_mps']} m/s"]


# All of a kind -------------------------------------------------------------------------------------------------------


def cases(world, what):
    """(matched, [(cause, lines)] of what was missed, likewise of what was told falsely)"""
    if what == "dumps":
        truths, claims = world.truth["dump_suspected"], world.claims["dump_suspected"]
        pairs, missed, false = episodes.paired(truths, claims, episodes.is_same_dump, lambda e: e["end"])
        return len(pairs), [missed_dump(world, t) for t in missed], [false_dump(world, c) for c in false]
    if what == "trips":
        parts = is_same_trip(world)
        truths, claims = world.truth["trip_ended"], world.claims["trip_ended"]
        pairs, missed, false = episodes.paired(truths, claims, lambda t, c: not parts(t, c), lambda e: e["loaded_at"])
        owed = [t for t in missed if not world.silence_at(t["vehicle"], t["loaded_at"]) or
                world.silence_at(t["vehicle"], t["loaded_at"]) is not world.silence_at(t["vehicle"], t["unloaded_at"])]
        return len(pairs), [missed_trip(world, t) for t in owed], [false_trip(world, c) for c in false]
    started, ended = ("route_left", "route_rejoined") if what == "deviations" else ("overspeed_started", "overspeed_ended")
    if what == "overspeed":
        truths, claims = world.truth[ended], [{**c, "start": c["time"], "end": c["time"]} for c in world.claims[started]]

        def is_same(truth, claim):
            return abs(truth["start"] - claim["start"]) <= episodes.NEAR_S and truth["zone"] == claim["zone"]

        pairs, missed, false = episodes.paired(truths, claims, is_same, lambda e: e["start"])
        wrong = [("told", [f"{c['vehicle']} {c['zone']} {span(c)}"]) for c in false]
        return len(pairs), [missed_overspeed(world, t) for t in missed], wrong
    truths = world.open_ended(world.truth[started], world.truth[ended])
    claims = world.open_ended(world.claims[started], world.claims[ended])
    pairs, missed, false = episodes.paired(truths, claims, episodes.shares_half, lambda e: e["start"])
    wrong = [false_deviation(world, c, truths) for c in false]
    return len(pairs), [missed_deviation(world, t, claims) for t in missed], wrong


def replayed(runner, options, world, name, settings):
    events = runner.work / "looked-at" / f"{name}.jsonl"
    events.parent.mkdir(parents=True, exist_ok=True)
    registry = run.first_file(world, "registry.geojson")
    command = [options.haulwatch, "replay", "--quiet", "--shards", 1, "--registry", registry, "--events", events]
    if settings:
        (events.with_suffix(".settings.json")).write_text(json.dumps(settings))
        command += ["--settings", events.with_suffix(".settings.json")]
    run.checked([*command, run.first_file(world, "tracks.csv")])
    return events


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("haulwatch", help="the program")
    arguments.add_argument("what", choices=["dumps", "trips", "deviations", "overspeed"])
    arguments.add_argument("--profile", default="typical")
    arguments.add_argument("--seeds", default="1-2", help="fitting seeds, 1 to 999")
    arguments.add_argument("--vehicles", type=int, default=60)
    arguments.add_argument("--hours", type=int, default=96)
    arguments.add_argument("--interval", type=float, help="seconds between reports, where not the profile's own")
    arguments.add_argument("--most", type=int, default=40, help="cases listed of each sort")
    arguments.add_argument("--settings", help="for haulwatch replay")
    arguments.add_argument("--worlds", help="worlds that exist: FOLDER/PROFILE/SEED/")
    arguments.add_argument("--work", default="build/accuracy", help="where worlds and events are kept")
    arguments.add_argument("--out", help="where the list goes (printed)")
    options = arguments.parse_args()
    options.haulwatch = str(pathlib.Path(options.haulwatch).resolve())
    seeds = run.seeds_of(options.seeds)
    run.refuse_wrong_seeds(seeds, True)
    runner = run.Run(options)
    given = json.loads(pathlib.Path(options.settings).read_text()) if options.settings else {}
    every = {**given, "dump": {**given.get("dump", {}), "every_candidate": True}}
    matched, missed, false = 0, [], []
    for seed in seeds:
        folder, name = runner.world(options.profile, seed), f"{pathlib.Path(options.profile).stem}-{seed}"
        events = replayed(runner, options, folder, name, given)
        candidates = replayed(runner, options, folder, name + "-candidates", every) if options.what == "dumps" else None
        right, not_told, wrong = cases(World(folder, events, candidates), options.what)
        matched += right
        missed += [(cause, [f"seed {seed}: {lines[0]}", *lines[1:]]) for cause, lines in not_told]
        false += [(cause, [f"seed {seed}: {lines[0]}", *lines[1:]]) for cause, lines in wrong]
    out = open(options.out, "w") if options.out else sys.stdout
    print(f"{options.what}, {options.profile}, seeds {options.seeds}: {matched} right, {len(missed)} missed, {len(false)} told falsely", file=out)
    for title, listed in (("MISSED", missed), ("TOLD FALSELY", false)):
        print(f"\n{title}, by cause", file=out)
        for cause, count in collections.Counter(cause for cause, _ in listed).most_common():
            print(f"  {count:5} {cause}", file=out)
        for cause, lines in listed[:options.most]:
            print(f"\n  [{cause}]", *(f"  {line}" for line in lines), sep="\n", file=out)


if __name__ == "__main__":
    main()
