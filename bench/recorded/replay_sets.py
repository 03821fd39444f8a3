#!/usr/bin/env python3
"""Replays public recordings as they are, by command-line mapping alone, and says how the stops agree with their labels.

    replay_sets.py HAULWATCH DATA_FOLDER [--work FOLDER]

DATA_FOLDER holds one folder a set (docs/recorded-tracks.md names them and their sources). Prints Markdown.
"""
import argparse
import csv
import glob
import gzip
import json
import pathlib
import subprocess
import sys
import zipfile
from datetime import datetime, timezone

WIDE = ["--no-header", "--wide", "11+4", "--column", "vehicle=1", "--column", "time=2", "--column", "lon=3", "--column", "lat=4",
        "--time-zone", "Z"]
SETS = [
    ("roadai-dump-truck", ["--column", "vehicle=machine_id", "--column", "accuracy_m=uncertainty_m", "--column", "time=time_utc"],
     "machine44_2022-03-07_fixes.csv"),
    ("jersey-city-garbage-trucks", ["--no-header", "--delimiter", "pipe", "--column", "lat=1", "--column", "lon=2", "--column",
                                    "vehicle=3", "--column", "time=5", "--time-zone", "-05:00"], "all_dedup.csv"),
    ("liverpool-bus", ["--column", "vehicle=vehicle_id", "--column", "time=timestamp", "--column", "lat=latitude", "--column",
                       "lon=longitude", "--column", "heading_deg=bearing", "--time-zone", "Z"], "route14_outbound.csv"),
    ("cabspotting-5", ["--no-header", "--delimiter", "blank", "--time-format", "unix_s", "--column", "lat=1", "--column", "lon=2",
                       "--column", "time=4", "--column", "vehicle=@file"], "*.txt.gz"),
    ("goal-delivery-labels", ["--column", "time=timestamp", "--column", "lon=x", "--column", "lat=y", "--column", "vehicle=@file",
                              "--plane-origin", "10,50", "--time-zone", "Z"], "trajectories.zip"),
    ("map-matching-routes", ["--no-header", "--delimiter", "tab", "--column", "lon=1", "--column", "lat=2", "--column", "time=3",
                             "--time-format", "unix_s", "--column", "vehicle=@file"], "*.track"),
    ("munich-drive-barefoot", ["--column", "vehicle=id", "--column", "point=point"], "x0001-001.json"),
    ("nyharbor-ais (hour)", ["--column", "time=BaseDateTime", "--column", "lon=LON", "--column", "lat=LAT", "--column",
                             "vehicle=MMSI", "--column", "speed_mps=SOG*0.514444", "--column", "heading_deg=COG", "--time-zone",
                             "Z"], "*.csv.gz"),
    ("nyharbor-ais (week)", WIDE, "*.traj.gz"),
    ("us-coastal-ais", WIDE, "*.traj.gz"),
    ("geolife-sample", ["--column", "lon=lng", "--column", "time=datetime", "--column", "vehicle=uid", "--time-zone", "Z"],
     "geolife_sample.txt.gz"),
    ("geolife-labelled", ["--no-header", "--skip-lines", "6", "--delimiter", "comma", "--column", "lat=1", "--column", "lon=2",
                          "--column", "time=6+7", "--column", "vehicle=@folder", "--time-zone", "Z"], "*/*.plt*"),
]


def files_of(name, pattern, data, work):
    folder = data / name.split(" ")[0]
    if pattern.endswith(".zip"):
        target = work / name
        if not target.exists():
            zipfile.ZipFile(folder / pattern).extractall(target)
        return [str(target)]
    return sorted(glob.glob(str(folder / pattern)))


def shown(option):
    return f"'{option}'" if any(c in option for c in "*'|") else option


def summary_of(program, name, arguments):
    done = subprocess.run([program, "replay", "--shards", "1", "--json", *arguments], capture_output=True, text=True)
    if done.returncode not in (0, 6):
        sys.exit(f"{name}: exit {done.returncode}: {done.stderr}")
    return json.loads(done.stdout)


def replay(program, name, options, files, work):
    events = work / (name.replace(" ", "-") + ".jsonl")
    summary = summary_of(program, name, ["--events", str(events), *options, *files])
    return summary, [json.loads(line) for line in events.open()]


def seconds(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def stops_of(events):
    by_vehicle = {}
    for e in events:
        if e["event"] == "stop_ended":
            by_vehicle.setdefault(e["vehicle"], []).append((seconds(e["start"]), seconds(e["end"]), e["lon"], e["lat"]))
    open_starts = {e["subject"]: e for e in events if e["event"] == "stop_started"}
    for e in events:
        if e["event"] == "stop_ended":
            open_starts.pop(e["subject"], None)
    for e in open_starts.values():
        by_vehicle.setdefault(e["vehicle"], []).append((seconds(e["start"]), float("inf"), e["lon"], e["lat"]))
    return {vehicle: sorted(stops) for vehicle, stops in by_vehicle.items()}


def inside(stops, time, slack=0.0):
    return any(start - slack <= time <= end + slack for start, end, *_ in stops)


def dump_truck(data, events):
    stops = stops_of(events).get("44", [])
    rows = list(csv.DictReader(open(data / "roadai-dump-truck" / "machine44_2022-03-07_registered_trips.csv")))
    loads = [seconds(row["load_time_utc"]) for row in rows]
    hit = [t for t in loads if inside(stops, t, 60)]
    between = 0
    for t, end in zip(loads, [seconds(row["next_load_or_end_utc"]) for row in rows]):
        between += any(start > t + 60 and stop_end < end - 60 for start, stop_end, *_ in stops)
    print(f"- **Dump truck.** {len(hit)} of {len(loads)} registered loads fall into a stop (within 60 s); {between} of {len(rows)} "
          f"trips have a further stop between their load and the next; {len(stops)} stops in the day.")


def delivery(data, events, work):
    stops = stops_of(events)
    inside_foot = inside_drive = foot = drive = runs = found = 0
    for path in sorted((work / "goal-delivery-labels").rglob("*.csv")):
        vehicle = path.stem
        run_start = None
        rows = [(datetime.fromisoformat(r["timestamp"][:26]).replace(tzinfo=timezone.utc).timestamp(), r["groundtruth"])
                for r in csv.DictReader(open(path))]
        for i, (time, label) in enumerate(rows):
            hit = inside(stops.get(vehicle, []), time)
            if label == "OnFoot":
                foot, inside_foot = foot + 1, inside_foot + hit
                run_start = time if run_start is None else run_start
            else:
                drive, inside_drive = drive + 1, inside_drive + hit
            if run_start is not None and (label != "OnFoot" or i + 1 == len(rows)):
                if time - run_start >= 90:
                    runs += 1
                    found += any(min(end, time) - max(start, run_start) > 0 for start, end, *_ in stops.get(vehicle, []))
                run_start = None
    print(f"- **Delivery rounds.** Of runs on foot of 90 s and more {found} of {runs} meet a stop; {inside_foot / foot:.1%} of the fixes "
          f"on foot and {inside_drive / drive:.2%} of those driving lie inside one. (The tracker walks away from the parked vehicle, "
          "so a long walk rightly ends the stop of the tracker.)")


def geolife(data, events):
    gaps = [(e["vehicle"], seconds(e["start"]), seconds(e["end"])) for e in events if e["event"] == "signal_restored"]
    stops = stops_of(events)
    ends = near = 0
    spans = {}
    for path in glob.glob(str(data / "geolife-labelled" / "*" / "*.plt*")):
        with (gzip.open(path, "rt") if path.endswith(".gz") else open(path)) as lines:
            rows = [line.strip().split(",") for line in list(lines)[6:]]
        for row in rows:
            spans.setdefault(pathlib.Path(path).parent.name, []).append(seconds(f"{row[5]}T{row[6]}+00:00"))
    for labels in glob.glob(str(data / "geolife-labelled" / "*" / "labels.txt")):
        vehicle = pathlib.Path(labels).parent.name
        times = sorted(spans[vehicle])
        for line in list(open(labels))[1:]:
            for text in line.split("\t")[:2]:
                t = seconds(text.replace("/", "-").replace(" ", "T") + "+00:00")
                if not any(abs(x - t) < 300 for x in times):
                    continue
                ends += 1
                first_or_last = abs(t - times[0]) < 300 or abs(t - times[-1]) < 300
                near += first_or_last or inside(stops.get(vehicle, []), t, 180) or any(
                    v == vehicle and a - 180 <= t <= b + 180 for v, a, b in gaps)
    print(f"- **GeoLife.** {near} of {ends} labelled trip ends that the tracks cover lie within 3 min of a stop, a silence or the "
          "track's own end.")


def harbour(data, events):
    stops = stops_of(events)
    counts = {}
    for path in glob.glob(str(data / "nyharbor-ais" / "*.csv.gz")):
        for row in csv.DictReader(gzip.open(path, "rt")):
            status = row["Status"].split(".")[0]
            kind = {"0": "under way", "1": "anchored", "5": "moored"}.get(status)
            if kind == "under way" and float(row["SOG"] or 0) < 1.0:
                kind = None  # many leave the status as it is in port
            if kind:
                n, hit = counts.get(kind, (0, 0))
                counts[kind] = n + 1, hit + inside(stops.get(row["MMSI"], []), seconds(row["BaseDateTime"] + "Z"), 1)
    told = ", ".join(f"{kind} {hit / n:.1%} of {n}" for kind, (n, hit) in sorted(counts.items()))
    print(f"- **New York harbour.** Reports inside a stop by the vessel's own status: {told} (under way: those of 1 kn and more).")


def arguments(description):
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("/tmp/haulwatch-recorded"))
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    return args


def main():
    args = arguments(__doc__)
    print("| set | rows | accepted | duplicate | rejected by cause | vehicles | stops | silences | fixes a second |")
    print("|---|---|---|---|---|---|---|---|---|")
    found = {}
    for name, options, pattern in SETS:
        summary, events = replay(args.program, name, options, files_of(name, pattern, args.data, args.work), args.work)
        found[name] = events
        causes = ", ".join(f"{cause} {n}" for cause, n in summary["rejected"].items() if n and cause != "total") or "none"
        print(f"| {name} | {summary['rows']:,} | {summary['accepted']:,} | {summary['duplicates']:,} | {causes} | {summary['vehicles']:,} | "
              f"{summary['events']['stop_started']:,} | {summary['events']['signal_lost']:,} | {summary['fixes_per_second']:,} |")
    print("\nThe commands, each `haulwatch replay …`:\n\n```")
    for name, options, pattern in SETS:
        where = f"{name.split(' ')[0]}/{pattern}"
        print(" ".join(shown(o) for o in options), where)
    print("```\n\nAgreement with the labels:\n")
    dump_truck(args.data, found["roadai-dump-truck"])
    delivery(args.data, found["goal-delivery-labels"], args.work)
    geolife(args.data, found["geolife-labelled"])
    harbour(args.data, found["nyharbor-ais (hour)"])


if __name__ == "__main__":
    main()
