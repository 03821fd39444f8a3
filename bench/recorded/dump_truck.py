#!/usr/bin/env python3
"""Replays the day of one real dump truck and says which of its registered loads, and of the dumps between them, are found.

    dump_truck.py HAULWATCH DATA_FOLDER [--work FOLDER] [--settings S.json]

DATA_FOLDER/roadai-dump-truck holds the set (docs/recorded-tracks.md names its source). Drivers pressed a button at each load; nobody
registered the dumps of that day, but between two loads lies one. Places come from labels alone, never from what is found:

    loading    where the truck was at the registered times, together where less than 200 m apart, and 60 m around
    dumping    where loads were dumped that other machines hauled farther than 3 km, by the table of trips of ten weeks later: the
               places of at least five dumps, together where less than 200 m apart, and 120 m around, for a fill moves on

The day is replayed three times: with both sorts of places and a permit, with the loading places alone (so that every dump
is one at an unregistered place), and with no registry at all. Prints Markdown. Standard library only.
"""
import argparse
import csv
import json
import math
import pathlib
import subprocess
import sys
from collections import Counter
from datetime import datetime

METRES_PER_DEGREE = 111_195.0
TOGETHER_M, AROUND_LOADING_M, AROUND_DUMPING_M = 200.0, 60.0, 120.0
LONG_HAUL_M, LEAST_DUMPS = 3000.0, 5
WITHIN_S = 60.0  # of a stop, for a button that is pressed by hand
COLUMNS = ["--column", "vehicle=machine_id", "--column", "accuracy_m=uncertainty_m", "--column", "time=time_utc"]


def seconds(text):
    return datetime.fromisoformat(text.replace("+0000", "+00:00").replace("Z", "+00:00")).timestamp()


def clock(t):
    return datetime.utcfromtimestamp(t).strftime("%H:%M:%S")


class Plane:
    def __init__(self, lon, lat):
        self.lon, self.lat, self.across = lon, lat, METRES_PER_DEGREE * math.cos(math.radians(lat))

    def metres(self, lon, lat):
        return (lon - self.lon) * self.across, (lat - self.lat) * METRES_PER_DEGREE

    def degrees(self, x, y):
        return [round(self.lon + x / self.across, 7), round(self.lat + y / METRES_PER_DEGREE, 7)]


class Day:
    """What was recorded and what was registered."""

    def __init__(self, folder):
        self.fixes_path = folder / "machine44_2022-03-07_fixes.csv"
        with open(self.fixes_path) as rows:
            self.fixes = [(seconds(r["time_utc"]), float(r["lon"]), float(r["lat"])) for r in csv.DictReader(rows)]
        self.vehicle = "44"
        with open(folder / "machine44_2022-03-07_registered_trips.csv") as rows:
            self.loads = [seconds(r["load_time_utc"]) for r in csv.DictReader(rows)]
        self.plane = Plane(*self.fixes[0][1:])
        with open(folder / "trips_info_2022-05-19.csv") as rows:
            trips = [(self.plane.metres(float(r["LoadLongitude"]), float(r["LoadLatitude"])),
                      self.plane.metres(float(r["DumpLongitude"]), float(r["DumpLatitude"]))) for r in csv.DictReader(rows)]
        self.dumps_elsewhere = [dump for load, dump in trips if math.dist(load, dump) > LONG_HAUL_M]

    def place_at(self, t):
        fix = min(self.fixes, key=lambda f: abs(f[0] - t))
        return self.plane.metres(*fix[1:])


def together(points):
    """Groups in which each is less than so many metres from another one."""
    groups = []
    for point in points:
        near = [g for g in groups if any(math.dist(point, other) < TOGETHER_M for other in g)]
        groups = [g for g in groups if g not in near] + [[point] + [p for g in near for p in g]]
    return groups


def hull(points):
    points = sorted(set(points))
    if len(points) < 3:
        return points

    def half(points):
        chain = []
        for p in points:
            while len(chain) > 1 and ((chain[-1][0] - chain[-2][0]) * (p[1] - chain[-2][1]) -
                                      (chain[-1][1] - chain[-2][1]) * (p[0] - chain[-2][0])) <= 0.0:
                chain.pop()
            chain.append(p)
        return chain[:-1]
    return half(points) + half(points[::-1])


def outline(points, around_m):
    circle = [(around_m * math.cos(a), around_m * math.sin(a)) for a in (i * math.pi / 8.0 for i in range(16))]
    return hull([(x + dx, y + dy) for x, y in points for dx, dy in circle])


def site(day, name, role, points, around_m):
    ring = [day.plane.degrees(*p) for p in outline(points, around_m)]
    return {"type": "Feature", "id": name, "properties": {"kind": "site", "role": role},
            "geometry": {"type": "Polygon", "coordinates": [ring + ring[:1]]}}


def sites_of(day):
    loading = [site(day, f"loading-{i + 1}", "origin", group, AROUND_LOADING_M)
               for i, group in enumerate(together([day.place_at(t) for t in day.loads]))]
    groups = [g for g in together(day.dumps_elsewhere) if len(g) >= LEAST_DUMPS]
    dumping = [site(day, f"dumping-{i + 1}", "disposal", group, AROUND_DUMPING_M)
               for i, group in enumerate(sorted(groups, key=len, reverse=True))]
    return loading, dumping


def registry_of(day, loading, dumping):
    permit = {"id": "haul", "vehicles": [day.vehicle], "origins": [s["id"] for s in loading], "routes": [],
              "disposals": [s["id"] for s in dumping], "valid_from": "2022-01-01T00:00:00Z", "valid_to": "2023-01-01T00:00:00Z"}
    return {"type": "FeatureCollection", "features": loading + dumping, "permits": [permit] if dumping else []}


def replay(options, day, name, registry):
    events = options.work / f"{name}.jsonl"
    command = [options.haulwatch, "replay", "--quiet", "--events", events, *COLUMNS]
    if registry:
        path = options.work / f"{name}.geojson"
        path.write_text(json.dumps(registry))
        command += ["--registry", path]
    if options.settings:
        command += ["--settings", options.settings]
    done = subprocess.run([str(c) for c in [*command, day.fixes_path]], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{name}: exit {done.returncode}: {done.stderr}")
    newest = {}
    for line in open(events):
        event = json.loads(line)
        newest[event["id"]] = event  # a later line of one id is a later revision
    return [e for e in newest.values() if not e.get("retracted")]


def spans(events, kind, start="start", end="end"):
    found = [e for e in events if e["event"] == kind and e[end]]
    return sorted(((seconds(e[start]) if e[start] else -math.inf, seconds(e[end]), e) for e in found), key=lambda s: s[1])


def apart(t, begin, end):
    return max(begin - t, t - end, 0.0)


def quantiles(values):
    values = sorted(values)
    return f"{values[len(values) // 2]:.0f} / {values[-1]:.0f}" if values else "–"


def stop_of_load(t, stops, wanted=lambda event: True):
    near = [s for s in stops if apart(t, s[0], s[1]) <= WITHIN_S and wanted(s[2])]
    return min(near, key=lambda s: apart(t, s[0], s[1])) if near else None


def report_loads(day, events):
    stops, trips = spans(events, "stop_ended"), spans(events, "trip_ended", "loaded_at", "unloaded_at")
    print("| load registered | stop | purpose | trip: loaded at | unloaded at | destination | faults |")
    print("|---" * 7 + "|")
    found, loading, trip_of, late, dumped = 0, 0, Counter(), [], 0
    for i, t in enumerate(day.loads):
        until = day.loads[i + 1] if i + 1 < len(day.loads) else day.fixes[-1][0]
        stop = stop_of_load(t, stops)
        found += stop is not None
        loading += stop is not None and stop[2]["purpose"] == "loading"
        trip = next((s for s in trips if stop and apart(s[0], stop[0], stop[1]) <= WITHIN_S), None)
        cells = [f"{clock(stop[0])}–{clock(stop[1])}" if stop else "–", stop[2]["purpose"] if stop else "–", "–", "–", "–", "–"]
        if trip:
            trip_of[trip[2]["id"]] += 1
            late.append(abs(trip[0] - t))
            dumped += t < trip[1] < until + WITHIN_S and trip[2]["destination"] is not None
            cells[2:] = [clock(trip[0]), clock(trip[1]), str(trip[2]["destination"]), ", ".join(trip[2]["faults"]) or "none"]
        print(f"| {clock(t)} | " + " | ".join(cells) + " |")
    count = len(day.loads)
    print(f"\n{found} of {count} registered loads fall into a stop (within {WITHIN_S:.0f} s), {loading} into one that is called loading; "
          f"{len(trip_of)} trips begin at one ({sum(n - 1 for n in trip_of.values())} loads share theirs with another); "
          f"{dumped} of {count} loads are seen unloaded at the dumping place before the next one. From the button to the end of the "
          f"loading, s, median / most: {quantiles(late)}. Trips told in all: {len(trips)}.")


def report_suspicions(day, events, dumping, title):
    stops, dumps = spans(events, "stop_ended"), spans(events, "dump_suspected")
    inside = [s for s in stops if any(is_inside(day, site, s[2]) for site in dumping)]
    right = [s for s in dumps if any(is_inside(day, site, s[2]) for site in dumping)]
    met = {i for i, t in enumerate(day.loads) for s in right
           if t < s[1] and (i + 1 == len(day.loads) or s[0] < day.loads[i + 1])}
    print(f"\n**{title}** {len(stops)} stops, {len(inside)} of them at the dumping place; {len(dumps)} suspicions, {len(right)} of "
          f"them there; of {len(day.loads)} loads {len(met)} have one before the next load.\n")
    if not dumps:
        return
    print("| suspected | at | score | evidence (weight) |")
    print("|---" * 4 + "|")
    for begin, end, event in dumps:
        where = "dumping place" if event in [s[2] for s in right] else f"{distance_to(day, event, dumping):.0f} m from it"
        reasons = ", ".join(f"{r['name']} {r['weight']:+.1f}" for r in event["reasons"])
        print(f"| {clock(begin)}–{clock(end)} | {where} | {event['score']:.2f} | {reasons} |")


def ring_of(day, place):
    return [day.plane.metres(*p) for p in place["geometry"]["coordinates"][0]]


def is_inside(day, place, event):
    x, y = day.plane.metres(event["lon"], event["lat"])
    inside = False
    ring = ring_of(day, place)
    for (x1, y1), (x2, y2) in zip(ring, ring[1:]):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
            inside = not inside
    return inside


def distance_to(day, event, places):
    at = day.plane.metres(event["lon"], event["lat"])
    return min(math.dist(at, p) for place in places for p in ring_of(day, place))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("haulwatch")
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("build/dump-truck"))
    parser.add_argument("--settings")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    folder = options.data / "roadai-dump-truck"
    if not folder.exists():
        sys.exit(f"dump_truck.py: no {folder}: the set is not part of haulwatch")
    day = Day(folder)
    loading, dumping = sites_of(day)
    print(f"Places from labels: {len(loading)} of loading, {len(dumping)} of dumping.\n")
    report_loads(day, replay(options, day, "both", registry_of(day, loading, dumping)))
    report_suspicions(day, replay(options, day, "loading-only", registry_of(day, loading, [])), dumping, "Loading places alone.")
    report_suspicions(day, replay(options, day, "none", None), dumping, "No registry.")


if __name__ == "__main__":
    main()
