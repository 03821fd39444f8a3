#!/usr/bin/env python3
"""Takes the network from each truck of simulated days for two hours, and holds what haulwatch says in the end against
what it says of the same day in order.

    late_days.py HAULWATCH [--profiles typical ...] [--seeds 1 2 3] [--vehicles 40] [--hours 12] [--work FOLDER]

What a terminal kept comes afterwards in pieces of 30 reports, newest first, twice, among its live reports and those of
all others. Prints Markdown: events are compared in all that they say but id, subject and revision, which are history.
Needs nothing but Python 3.
"""
import argparse
import collections
import csv
import json
import pathlib
import random
import subprocess
import sys
from datetime import datetime, timedelta, timezone

HISTORY = ("id", "subject", "revision")
NAMED = ("trip", "stop")  # other episodes, by their subject
OUTAGE = timedelta(hours=2)
PIECE = 30


def run(*command):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode not in (0, 6):
        sys.exit(f"{' '.join(map(str, command))}: exit {done.returncode}: {done.stderr}")
    return done.stdout


def time_of(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def text_of(time):
    return time.astimezone(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def arrivals(rows, seed):
    """The rows as a platform would have got them, each with its `received`."""
    dice = random.Random(seed)
    received = [time_of(row["received"] or row["time"]) for row in rows]
    first, last = min(received), max(received)
    outages = {}
    for vehicle in sorted({row["vehicle"] for row in rows}):
        start = first + (last - first - OUTAGE - timedelta(hours=1)) * dice.random()
        outages[vehicle] = (start, start + OUTAGE)
    kept = collections.defaultdict(list)
    arriving = []
    for i, (row, at) in enumerate(zip(rows, received)):
        start, end = outages[row["vehicle"]]
        if start <= at < end:
            kept[row["vehicle"]].append(i)
        else:
            arriving.append((at, i))
    for vehicle, stored in kept.items():
        at = outages[vehicle][1] + timedelta(seconds=30)
        for _ in range(2):
            for n, i in enumerate(reversed(stored)):
                arriving.append((at, i))
                if (n + 1) % PIECE == 0:
                    at += timedelta(seconds=2)
            at += timedelta(seconds=2)
    arriving.sort(key=lambda one: one[0])
    return [{**rows[i], "received": text_of(at)} for at, i in arriving], sum(map(len, kept.values()))


def write(path, rows):
    with path.open("w", newline="") as out:
        writer = csv.DictWriter(out, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def told(path):
    """Per vehicle: a count of each text of an event, without what is history."""
    events = [json.loads(line) for line in path.open()]
    starts = {e["subject"]: e.get("start") or e.get("loaded_at") for e in events if "start" in e or "loaded_at" in e}
    by_vehicle = collections.defaultdict(collections.Counter)
    for event in events:
        shown = {key: value for key, value in event.items() if key not in HISTORY}
        for key in NAMED:
            if key in shown:
                shown[key] = starts.get(shown[key], shown[key])
        by_vehicle[event["vehicle"]][json.dumps(shown, ensure_ascii=False)] += 1
    return by_vehicle


def one_day(args, profile, seed, show):
    folder = args.work / f"{profile}-{seed}"
    run(args.program, "simulate", "--quiet", "--seed", seed, "--vehicles", args.vehicles, "--hours", args.hours, "--profile",
        profile, folder)
    rows = list(csv.DictReader((folder / "tracks.csv").open()))
    late, count = arrivals(rows, seed)
    write(folder / "late.csv", late)
    replay = [args.program, "replay", "--json", "--registry", folder / "registry.geojson", "--manifests",
              folder / "manifests.jsonl", "--shards", 1, "--final", "--events"]
    run(*replay, folder / "order.jsonl", folder / "tracks.csv")
    summary = json.loads(run(*replay, folder / "final.jsonl", "--journal", "24h", folder / "late.csv"))
    history = json.loads(run(*[part for part in replay if part != "--final"], folder / "history.jsonl", "--journal", "24h",
                             folder / "late.csv"))
    order, final = told(folder / "order.jsonl"), told(folder / "final.jsonl")
    differing = [v for v in sorted(order.keys() | final.keys()) if order[v] != final[v]]
    for vehicle in differing[:show]:
        for text in (order[vehicle] - final[vehicle]):
            print(f"{profile} {seed}: in order only: {text}", file=sys.stderr)
        for text in (final[vehicle] - order[vehicle]):
            print(f"{profile} {seed}: late only: {text}", file=sys.stderr)
    buckets = summary["accepted"] + summary["duplicates"] + summary["late"] + summary["late_merged"] + summary["rejected"]["total"]
    assert buckets == summary["rows"] == len(late), "each row falls into one bucket"
    return {"rows": len(late), "kept": count, "merged": summary["late_merged"], "late": summary["late"],
            "reruns": summary["reruns"], "revisions": history["revisions"], "retractions": history["retractions"],
            "events": sum(sum(c.values()) for c in order.values()), "vehicles": len(order.keys() | final.keys()),
            "differing": len(differing),
            "differing_events": sum(((order[v] - final[v]) + (final[v] - order[v])).total() for v in differing)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--profiles", nargs="+", default=["clean", "typical", "gps-only", "sparse", "hostile"])
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3])
    parser.add_argument("--vehicles", type=int, default=40)
    parser.add_argument("--hours", type=float, default=12)
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("/tmp/haulwatch-late"))
    parser.add_argument("--show", type=int, default=0, help="of how many vehicles a day to show what differs")
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    print("| profile | rows | kept and sent late | put in place | too late | runs again | revisions | retractions | events in the end | "
          "vehicles | of them not as in order | events not as in order |")
    print("|---" * 12 + "|")
    for profile in args.profiles:
        sums = collections.Counter()
        for seed in args.seeds:
            sums.update(one_day(args, profile, seed, args.show))
        columns = ("rows", "kept", "merged", "late", "reruns", "revisions", "retractions", "events", "vehicles", "differing",
                   "differing_events")
        print(f"| {profile} | " + " | ".join(f"{sums[column]:,}" for column in columns) + " |", flush=True)


if __name__ == "__main__":
    main()
