#!/usr/bin/env python3
"""Draws twenty behaviours of a simulated world: what was reported, and what was true of it.

    draw_behaviours.py WORLD_FOLDER IMAGE.png

The folder is one that `haulwatch simulate` wrote (profile hostile, a day of 200 vehicles, holds one of each). Needs
matplotlib. Each panel shows one vehicle: its fixes by event time and the way between them, those within the true span in
red, with a body reported as raised as squares; the true place as a cross; outlines of registered sites in green; and below
the speed over time, with the true span shaded.
"""
import argparse
import csv
import json
import math
import pathlib
from collections import defaultdict
from datetime import datetime

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402


def stop(purpose, least_s, most_s):
    return lambda r, s: r["kind"] == "stop_ended" and r["purpose"] == purpose and least_s <= s <= most_s


def dump(**wanted):
    return lambda r, s: r["kind"] == "dump_suspected" and all(r.get(k) == v for k, v in wanted.items())


def alike(name):
    return lambda r, s: r["kind"] == "look_alike" and r["name"] == name


# Title, what of the truth it is, seconds of the track before and after, and how many metres around the true place are shown.
BEHAVIOURS = [
    ("loading", stop("loading", 300, 1200), 240, 150),
    ("queueing before the loader", stop("queueing", 60, 600), 300, 150),
    ("a red light", stop("traffic", 35, 90), 120, 200),
    ("unloading where it may", stop("unloading", 100, 600), 300, 150),
    ("a break off the road", stop("parking", 900, 4000), 300, 200),
    ("a night at the depot", stop("parking", 20000, 50000), 600, 150),
    ("a route left and rejoined", lambda r, s: r["kind"] == "route_rejoined" and 120 < s < 1500, 300, 2500),
    ("dump: standing, at a new place", dump(manner="standing", at="new_place", terminal_cut=False), 300, 200),
    ("dump: quick, on the road's edge", dump(manner="quick", at="road_edge", terminal_cut=False), 240, 200),
    ("dump: rolling", dump(manner="rolling", at="road_edge", terminal_cut=False), 240, 200),
    ("dump: at an old heap", dump(at="old_heap", terminal_cut=False), 300, 200),
    ("dump: inside a registered place", dump(at="disguised", terminal_cut=False), 300, 150),
    ("dump: terminal cut", dump(terminal_cut=True), 1200, 2500),
    ("dump: the day's last act", dump(last_act=True, terminal_cut=False), 600, 200),
    ("look-alike: loaded rest", alike("loaded_rest"), 300, 200),
    ("look-alike: breakdown with reversing", alike("breakdown"), 180, 100),
    ("look-alike: body lifted empty", alike("empty_lift"), 240, 200),
    ("look-alike: body lifted loaded", alike("loaded_lift"), 240, 200),
    ("look-alike: U-turn after a wrong turn", alike("wrong_turn"), 120, 400),
    ("look-alike: terminal dies and comes back", alike("terminal_died"), 900, 2500),
]


def seconds_of(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def number(text):
    return float(text) if text else math.nan


def read_tracks(path):
    tracks = defaultdict(dict)
    with open(path) as rows:
        for row in csv.DictReader(rows):
            time = seconds_of(row["time"])
            tracks[row["vehicle"]][time] = (time, float(row["lon"]), float(row["lat"]), number(row["speed_mps"]), row["body_lift"] == "1")
    return {vehicle: [fixes[t] for t in sorted(fixes)] for vehicle, fixes in tracks.items()}


def outlines_of(registry):
    for feature in json.loads(registry.read_text())["features"]:
        geometry = feature["geometry"]
        if feature["properties"].get("kind") == "site" and geometry["type"] in ("Polygon", "MultiPolygon"):
            polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
            yield from (polygon[0] for polygon in polygons)


def span_of(record):
    start = record.get("start") or record["time"]
    return seconds_of(start), seconds_of(record.get("end") or record["time"])


FARTHEST_M = 6000.0
ROAD_MPS = 9.0


def best_case(truth, tracks, fits, around_s, used):
    """The case whose track has the most fixes in proportion to its length: terminals that report seldom show little."""
    best, best_rate = None, 0.0
    for record in truth:
        if record.get("vehicle") not in tracks or "lon" not in record or (record["vehicle"], record["time"]) in used:
            continue
        begin, end = span_of(record)
        if not fits(record, end - begin):
            continue
        near = [f for f in tracks[record["vehicle"]] if begin - around_s <= f[0] <= end + around_s]
        silent = record.get("terminal_cut") or record.get("name") == "terminal_died"
        inside = sum(begin <= f[0] <= end for f in near)
        # A place at 0, 0 would draw a line across the panel.
        far = any(math.hypot(f[1] - record["lon"], f[2] - record["lat"]) * 111320.0 > FARTHEST_M for f in near)
        crawls = all(not f[3] > ROAD_MPS for f in near)  # a jam hides what was meant to be seen
        if len(near) <= 8 or far or crawls or (inside < 2 and not silent):
            continue
        rate = len(near) / (end - begin + 2 * around_s)
        if rate > best_rate:
            best, best_rate = (record, near), rate
        if best_rate > 0.15:
            break
    return best


def draw(figure, place, title, half, case, outlines):
    record, fixes = case
    begin, end = span_of(record)
    lon0, lat0 = record["lon"], record["lat"]
    across = 111320.0 * math.cos(math.radians(lat0))
    xy = [((f[1] - lon0) * across, (f[2] - lat0) * 110950.0) for f in fixes]
    inside = [begin <= f[0] <= end for f in fixes]
    panel = place.subgridspec(2, 1, height_ratios=[4, 1], hspace=0.16)
    plan, strip = figure.add_subplot(panel[0]), figure.add_subplot(panel[1])
    for ring in outlines:
        if abs(ring[0][0] - lon0) < 0.03 and abs(ring[0][1] - lat0) < 0.03:
            plan.fill([(p[0] - lon0) * across for p in ring], [(p[1] - lat0) * 110950.0 for p in ring], color="#cfe8cf", lw=0)
    plan.plot(*zip(*xy), color="#999999", lw=0.7)
    for chosen, colour in ((False, "#1f4e79"), (True, "#c0392b")):
        for raised, marker in ((False, "."), (True, "s")):
            of = [p for p, f, i in zip(xy, fixes, inside) if i == chosen and f[4] == raised]
            if of:
                plan.plot(*zip(*of), marker, color=colour, ms=4, lw=0)
    plan.plot(0, 0, "x", color="black", ms=6)
    plan.set_xlim(-half, half)
    plan.set_ylim(-half, half)
    plan.set_aspect("equal")
    plan.set_title(title, fontsize=8)
    plan.tick_params(labelsize=5, length=2)
    minutes = [(f[0] - begin) / 60.0 for f in fixes]
    strip.axvspan(0, (end - begin) / 60.0, color="#f5c6c0", lw=0)
    strip.plot(minutes, [f[3] * 3.6 for f in fixes], color="#1f4e79", lw=0.7, marker=".", ms=2)
    strip.set_ylim(-3, 80)
    strip.tick_params(labelsize=5, length=2)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("world", type=pathlib.Path)
    parser.add_argument("image")
    arguments = parser.parse_args()
    tracks = read_tracks(arguments.world / "tracks.csv")
    truth = [json.loads(line) for line in open(arguments.world / "truth.jsonl")]
    outlines = list(outlines_of(arguments.world / "registry.geojson"))
    # Two vehicles under one name, or a clock that is off, show nothing of what a truck does.
    mixed_up = {record["vehicle"] for record in truth if record["kind"] in ("clock_suspected", "identity_suspected")}
    tracks = {vehicle: fixes for vehicle, fixes in tracks.items() if vehicle not in mixed_up}
    used = set()
    figure = plt.figure(figsize=(13, 13.5))
    grid = figure.add_gridspec(4, 5, left=0.03, right=0.99, bottom=0.02, top=0.97, hspace=0.2, wspace=0.2)
    for i, (title, fits, around_s, half) in enumerate(BEHAVIOURS):
        case = best_case(truth, tracks, fits, around_s, used)
        if case is None:
            print(f"none: {title}")
            continue
        used.add((case[0]["vehicle"], case[0]["time"]))
        draw(figure, grid[i // 5, i % 5], title, half, case, outlines)
    figure.savefig(arguments.image, dpi=100)


if __name__ == "__main__":
    main()
