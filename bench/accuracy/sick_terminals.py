#!/usr/bin/env python3
"""What is found of sick terminals on simulated fleets: every figure of docs/sick-terminals.md.

    sick_terminals.py HAULWATCH [PART...] [--work FOLDER]

PART is one or more of sensors, clocks, maps, shared, mixed, tamper; all of them unless told. Worlds are kept in FOLDER
and made once. Prints Markdown, a table a part.
"""
import argparse
import csv
import json
import pathlib
import subprocess
from collections import Counter
from datetime import datetime

RIGHT_CLOCKS = {"clock_offset": 0, "clock_jump": 0, "week_rollover": 0, "local_time": 0, "gcj02": 0}
SICKNESSES = {"absent": 0, "dead": 0.05, "stuck": 0.15, "inverted": 0.15, "flickering": 0.15, "contradicting": 0.15}
SOUND = {name: 0 for name in SICKNESSES}
SENSORS = {"ignition": "ignition", "body_lift": "body_lift", "cover": "cover_closed", "load": "load"}
COLUMN = {"ignition": "ignition", "body_lift": "body_lift", "cover_closed": "cover_closed", "load": "load", "speed": "speed_mps"}


def seconds(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


class Bench:
    def __init__(self, haulwatch, work):
        self.haulwatch, self.work = haulwatch, work

    def world(self, name, profile, seed, vehicles, hours):
        """The folder of a simulated world. `profile` is a name or doses of the terminals."""
        folder = self.work / f"{name}-{seed}-{vehicles}-{hours}"
        if not (folder / "truth.jsonl").exists():
            self.work.mkdir(parents=True, exist_ok=True)
            if not isinstance(profile, str):
                doses = self.work / f"{name}.json"
                doses.write_text(json.dumps({"terminal": profile}))
                profile = str(doses)
            self.run("simulate", "--profile", profile, "--seed", str(seed), "--vehicles", str(vehicles), "--hours", str(hours),
                     "--quiet", str(folder))
        return folder

    def replay(self, folder, *options, events="events.jsonl"):
        self.run("replay", "--registry", str(folder / "registry.geojson"), "--manifests", str(folder / "manifests.jsonl"), "--events",
                 str(folder / events), *options, str(folder / "tracks.csv"))
        return Events(folder / events)

    def score(self, folder, events="events.jsonl"):
        return json.loads(self.run("score", "--json", str(folder / "truth.jsonl"), str(folder / events)))

    def run(self, *arguments):
        done = subprocess.run([self.haulwatch, *arguments], capture_output=True, text=True)
        if done.returncode not in (0, 6):  # 6: rows were refused
            raise SystemExit(f"{' '.join(arguments)}: {done.returncode}: {done.stderr.strip()}")
        return done.stdout


class Events:
    """Of one replay: each event by its first telling and its last revision."""

    def __init__(self, path):
        self.first, self.last = {}, {}
        with open(path) as lines:
            for line in lines:
                event = json.loads(line)
                self.first.setdefault(event["id"], event)
                known = self.last.get(event["id"])
                if known is None or event["revision"] >= known["revision"]:
                    self.last[event["id"]] = event

    def of(self, kind):
        return [e for e in self.last.values() if e["event"] == kind and not e.get("retracted")]

    def first_told(self, event):
        return seconds(self.first[event["id"]]["detected"])


def truth_of(folder, *kinds):
    with open(folder / "truth.jsonl") as lines:
        return [t for t in map(json.loads, lines) if t["kind"] in kinds]


def row(*cells):
    print("| " + " | ".join(str(cell) for cell in cells) + " |")


def head(title, *columns):
    print(f"\n{title}\n")
    row(*columns)
    row(*["---"] * len(columns))


# Sensors


def sensors(bench):
    def doses(sick):
        profile = {name: SICKNESSES if sick else SOUND for name in SENSORS}
        return profile | {"faults": RIGHT_CLOCKS | {"place_jammer": 0, "speed_jammer": 0.2 if sick else 0}}

    columns = ("seed", "faults", "named", "within two trips", "never spoke", "a vessel", "no trip meanwhile", "later", "not named", "wrong names")
    head("Sensors: 80 trucks, 48 h", *columns)
    for seed in (11, 1061, 1071, 1081):
        sensor_row(bench, bench.world("sick", doses(True), seed, 80, 48), seed)
    for seed in (11, 1061):
        sensor_row(bench, bench.world("sound", doses(False), seed, 80, 48), f"{seed}, all sound")


def sensor_row(bench, folder, title):
    events = bench.replay(folder)
    told = {}
    for event in events.of("sensor_sick"):
        if event["sensor"] != "position":
            told.setdefault((event["vehicle"], event["sensor"]), []).append(event)
    trips = {}
    for trip in truth_of(folder, "trip_ended"):
        trips.setdefault(trip["vehicle"], []).append(seconds(trip["time"]))
    faults = [t for t in truth_of(folder, "sensor_sick") if t["sensor"] != "position"]
    spoken = when_spoken(folder)
    vessels = vessels_of(folder)
    count, right = Counter(), set()
    for fault in faults:
        key, start, end = (fault["vehicle"], fault["sensor"]), seconds(fault["start"]), seconds(fault["end"])
        # Proof may come after the end, of what was seen before it.
        hits = [e for e in told.get(key, []) if start <= events.first_told(e) and seconds(e["time"]) <= end + 3600]
        right.update(e["id"] for e in hits)
        meanwhile = [t for t in trips.get(fault["vehicle"], []) if start <= t <= end]
        if hits:
            first = min(map(events.first_told, hits))
            done = sum(1 for t in trips.get(fault["vehicle"], []) if start <= t <= first)
            count["named"] += 1
            count["within" if done <= 2 else "later"] += 1
        elif fault["sign"] == "falls_silent" and not any(t < start for t in spoken.get(key, ())):
            count["never spoke"] += 1
        elif fault["vehicle"] in vessels:
            count["afloat"] += 1
        elif not meanwhile:
            count["parked"] += 1
        else:
            count["missed"] += 1
    wrong = sum(1 for es in told.values() for e in es if e["id"] not in right)
    row(title, len(faults), count["named"], count["within"], count["never spoke"], count["afloat"], count["parked"], count["later"], count["missed"],
        f"{wrong} in 160 vehicle-days")


def when_spoken(folder):
    """The tens of minutes in which a sensor said anything, by vehicle and sensor."""
    spoken = {}
    with open(folder / "tracks.csv", newline="") as rows:
        for line in csv.DictReader(rows):
            for sensor, column in COLUMN.items():
                if line.get(column):
                    spoken.setdefault((line["vehicle"], sensor), set()).add(seconds(line["time"]) // 600 * 600)
    return spoken


def vessels_of(folder):
    """Whoever hauls from or to a dock."""
    registry = json.loads((folder / "registry.geojson").read_text())
    docks = {f["id"] for f in registry["features"] if f["properties"].get("role") == "dock"}
    return {t["vehicle"] for t in truth_of(folder, "trip_ended") if docks & {t["origin"], t.get("destination")}}


# Clocks


def clocks(bench):
    whole = bench.world("rollover", {"faults": RIGHT_CLOCKS | {"week_rollover": 1}}, 1041, 60, 48)
    right = bench.world("right-clocks", {"faults": RIGHT_CLOCKS}, 1041, 60, 48)
    head("Clocks: 60 trucks, 48 h, `--journal 0`", "world", "fixes kept", "named, of those that are wrong", "right clocks named")
    for title, folder in (("right", right), ("every one rolled over", whole)):
        clock_row(bench, title, folder)
    scores = [bench.score(folder) for folder in (right, whole)]
    for kind in ("stop", "trip", "site_entered"):
        print(f"\nF1 of {kind}: right {f1(scores[0], kind)}, rolled over {f1(scores[1], kind)}")
    mixed = {"week_rollover": 0.3, "local_time": 0.2, "clock_jump": 0.15, "clock_offset": 0.1, "gcj02": 0}
    head("Clocks of all kinds", "world", "fixes kept", "named, of those that are wrong", "right clocks named")
    clock_row(bench, "of all kinds", bench.world("clocks", {"faults": mixed}, 1041, 60, 48))


def clock_row(bench, title, folder):
    events = bench.replay(folder, "--journal", "0", "--tracks-out", str(folder / "clean.csv"))
    with open(folder / "clean.csv", newline="") as rows:
        verdicts = Counter(line["verdict"] for line in csv.DictReader(rows))
    wrong = {t["vehicle"]: t["sign"] for t in truth_of(folder, "clock_suspected")}
    named = {(e["vehicle"], e["sign"]) for e in events.of("clock_suspected")}
    by_sign = Counter(wrong.values())
    found = Counter(sign for vehicle, sign in wrong.items() if (vehicle, sign) in named)
    others = {vehicle for vehicle, _ in named} - set(wrong)
    row(title, f"{verdicts['kept']:,} of {sum(verdicts.values()):,}",
        ", ".join(f"{sign} {found[sign]} of {owed}" for sign, owed in sorted(by_sign.items())) or "-", len(others))


def f1(score, kind):
    kinds = score["kinds"]
    entry = kinds[kind] if isinstance(kinds, dict) else next(k for k in kinds if k["kind"] == kind)
    return entry["f1"] if not isinstance(entry["f1"], dict) else entry["f1"]["value"]


# Maps


def maps(bench):
    head("Maps: what is named, and after how many stops and trips", "world", "named", "cure", "stops before", "trips ended before",
         "suspicions told")
    county = bench.world("right-clocks", {"faults": RIGHT_CLOCKS}, 1041, 60, 48)
    events = bench.replay(county, "--registry-datum", "gcj02", events="shifted.jsonl")
    told = events.of("map_shift_suspected")
    map_row(county, "registry read as GCJ-02, which it is not", events, [e for e in told if "vehicle" not in e])
    forty = bench.world("one-gcj02", {"faults": RIGHT_CLOCKS | {"gcj02": 0.03}}, 1051, 41, 48)
    events = bench.replay(forty)
    shifted = {t["vehicle"] for t in truth_of(forty, "map_shift_suspected")}
    for event in events.of("map_shift_suspected"):
        map_row(forty, f"terminal {'that sends' if event.get('vehicle') in shifted else 'that does not send'} GCJ-02", events, [event])
    if not shifted:
        print("\nNo terminal of that world sends GCJ-02.")


def map_row(folder, title, events, told):
    if not told:
        return row(title, "nothing", "", "", "", len(events.of("dump_suspected")))
    event = told[0]
    at = seconds(event["detected"])
    whose = [e for e in events.of("stop_ended") if event.get("vehicle") in (None, e["vehicle"]) and seconds(e["detected"]) <= at]
    trips = [t for t in truth_of(folder, "trip_ended") if event.get("vehicle") in (None, t["vehicle"]) and seconds(t["time"]) <= at]
    suspicions = [e for e in events.of("dump_suspected") if event.get("vehicle") in (None, e["vehicle"])]
    row(title, event["sign"], event.get("cure", ""), len(whose), len(trips), len(suspicions))


# Names


def shared(bench):
    head("Two vehicles under one name: 40 trucks, 48 h", "seed", "shared names", "named", "others named",
         "fixes of those names on the wrong side")
    faults = RIGHT_CLOCKS | {"shared_id": 0.8}
    for seed in (1031, 1032, 1033, 1034):
        folder = bench.world("shared", {"faults": faults}, seed, 40, 48)
        honest = bench.world("unshared", {"faults": RIGHT_CLOCKS}, seed, 40, 48)
        events = bench.replay(folder, "--tracks-out", str(folder / "clean.csv"))
        # The same reports, by the vehicles that sent them.
        with open(honest / "tracks.csv", newline="") as lines:
            owner = {(seconds(r["time"]), float(r["lon"]), float(r["lat"])): r["vehicle"] for r in csv.DictReader(lines)}
        with open(folder / "clean.csv", newline="") as lines:
            rows = [(r["vehicle"], r["verdict"], owner.get((seconds(r["time"]), float(r["lon"]), float(r["lat"]))))
                    for r in csv.DictReader(lines)]
        borrowed = {name for name, _, of in rows if of is not None and of != name}
        # Where both were there from the first report on, either may have kept the name.
        sides = {name: Counter() for name in borrowed}
        for name, verdict, of in rows:
            if name in borrowed and of is not None and verdict in ("kept", "other_vehicle"):
                sides[name][(verdict == "kept") == (of == name)] += 1
        wrong = sum(min(each.values()) if len(each) > 1 else 0 for each in sides.values())
        fixes = sum(sum(each.values()) for each in sides.values())
        named = {e["vehicle"] for e in events.of("identity_suspected") if e["sign"] == "shared_id"}
        row(seed, len(borrowed), len(named & borrowed), len(named - borrowed), f"{100 * wrong / max(1, fixes):.1f} % of {fixes:,}")


def mixed(bench):
    head("Names mixed up: 60 trucks, 48 h", "seed", "sign", "vehicles", "cannot show", "named", "median hours until then", "wrong names")
    faults = RIGHT_CLOCKS | {"second_id": 0.3, "swapped_id": 0.4}
    for seed in (2001, 2002, 2003, 2101, 2102, 2103):
        folder = bench.world("mixed", {"faults": faults}, seed, 60, 48)
        mixed_rows(bench, folder, seed)
    for profile in ("clean", "typical", "sparse", "hostile"):
        for seed in (2201, 2202):
            folder = bench.world(profile, profile, seed, 150, 48)
            events = bench.replay(folder)
            truth = {(t["vehicle"], t["sign"], t.get("other")) for t in truth_of(folder, "identity_suspected")}
            told = [e for e in events.of("identity_suspected") if e["sign"] != "shared_id"]
            wrong = [e for e in told if (e["vehicle"], e["sign"], e["other"]) not in truth]
            owed = sum(1 for t in truth if t[1] != "shared_id")
            named = {(e["vehicle"], e["sign"], e["other"]) for e in told} & truth
            row(f"{profile} {seed}", "both", owed, "", len(named), "", f"{len(wrong)} in 300 vehicle-days")


def mixed_rows(bench, folder, seed):
    events = bench.replay(folder)
    truth = truth_of(folder, "identity_suspected")
    begin, end = min(seconds(t["start"]) for t in truth), max(seconds(t["end"]) for t in truth)
    told = events.of("identity_suspected")
    known = {(t["vehicle"], t["sign"], t["other"]) for t in truth}
    wrong = sum(1 for e in told if (e["vehicle"], e["sign"], e.get("other")) not in known)
    for sign in ("second_id", "swapped_id"):
        owed = [t for t in truth if t["sign"] == sign]
        # A swap that was so before the first report, and still is at the last, leaves no trace.
        hidden = [t for t in owed if sign == "swapped_id" and seconds(t["start"]) <= begin and seconds(t["end"]) >= end]
        waited = []
        for t in owed:
            hits = [e for e in told if (e["vehicle"], e["sign"], e["other"]) == (t["vehicle"], sign, t["other"])]
            if hits:
                waited.append((min(map(events.first_told, hits)) - seconds(t["start"])) / 3600)
        waited.sort()
        row(seed, sign, len(owed), len(hidden), len(waited), f"{waited[len(waited) // 2]:.1f}" if waited else "-", wrong)


def tamper(bench):
    head("Silences near one place again and again: 150 trucks, 96 h", "world", "told", "of vehicles that dump with the terminal cut",
         "vehicle-days")
    for profile in ("clean", "typical", "sparse", "hostile"):
        folder = bench.world(profile, profile, 2301, 150, 96)
        told = bench.replay(folder).of("tamper_suspected")
        cut = {t["vehicle"] for t in truth_of(folder, "dump_suspected") if t.get("terminal_cut")}
        row(profile, len(told), sum(1 for e in told if e["vehicle"] in cut), 600)


PARTS = {"sensors": sensors, "clocks": clocks, "maps": maps, "shared": shared, "mixed": mixed, "tamper": tamper}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("haulwatch")
    parser.add_argument("parts", nargs="*", metavar="PART", choices=[*PARTS, []], help=", ".join(PARTS))
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("build/sick-terminals"))
    arguments = parser.parse_args()
    bench = Bench(arguments.haulwatch, arguments.work)
    for part in arguments.parts or PARTS:
        PARTS[part](bench)


if __name__ == "__main__":
    main()
