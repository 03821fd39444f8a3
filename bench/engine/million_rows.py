#!/usr/bin/env python3
"""How fast, and in how much memory, a million rows replay end to end on one core.

    bench/engine/million_rows.py PROGRAM [--rows 1000000] [--trucks 500] [--repeat 3] [--shards 1] [--shuffled] [--work FOLDER]

Makes a county of sites, zones and gates and a CSV of ten columns, in which trucks drive between sites by rows of streets
and stand there; then replays it with the registry and writes the events. The same arguments make the same files. Prints a
line a run: rows a second of elapsed and of processor time, the processor time itself, and the most memory that was resident.
"""
import argparse
import json
import multiprocessing
import math
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

LON, LAT = 121.0, 30.7
METRES_LAT = 110_874.0
METRES_LON = 95_800.0
START_S = 1_772_409_600  # 2026-03-02T00:00Z
INTERVAL_S = 10
GRID = 14  # sites a side
SPACING_M = 2_500.0


def degrees(x, y):
    return LON + x / METRES_LON, LAT + y / METRES_LAT


def box(x, y, width, height):
    corners = [(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]
    return {"type": "Polygon", "coordinates": [[[round(c, 7) for c in degrees(x + a * width / 2, y + b * height / 2)]
                                                for a, b in corners]]}


def feature(number, kind, geometry, **properties):
    return {"type": "Feature", "id": f"{kind}-{number}", "properties": {"kind": kind, **properties}, "geometry": geometry}


def places():
    return [((i % GRID - GRID / 2) * SPACING_M, (i // GRID - GRID / 2) * SPACING_M) for i in range(GRID * GRID)]


def registry(dice):
    roles = ["origin", "disposal", "transfer", "depot"]
    features = []
    for i, (x, y) in enumerate(places()):
        features.append(feature(i, "site", box(x, y, dice.uniform(120, 400), dice.uniform(120, 400)), role=roles[i % 4]))
        if i % 3 == 0:
            features.append(feature(i, "zone", box(x + SPACING_M / 2, y, 1_200, 300), rule="speed_limit", max_speed_mps=11))
        if i % 5 == 0:
            features.append(feature(1_000 + i, "zone", box(x, y + SPACING_M / 2, 200, 400), rule=["watch", "forbidden"][i % 2]))
        if i % 4 == 0:
            line = [[round(c, 7) for c in degrees(x + 700, y + side * 900)] for side in (-1, 1)]
            features.append(feature(i, "gate", {"type": "LineString", "coordinates": line}, inside="left"))
    return {"type": "FeatureCollection", "frame": [LON, LAT], "features": features}


def stations(dice):
    """(seconds, x, y, speed, heading, loaded) at each report of one truck, for ever."""
    sites = places()
    x, y = dice.choice(sites)
    loaded = False
    while True:
        for _ in range(int(dice.uniform(120, 900) / INTERVAL_S)):
            yield x, y, 0.0, 0.0, loaded
        loaded = not loaded
        to_x, to_y = dice.choice(sites)
        speed = dice.uniform(8, 20)
        for end_x, end_y in ((to_x, y), (to_x, to_y)):
            way = math.hypot(end_x - x, end_y - y)
            heading = math.degrees(math.atan2(end_x - x, end_y - y)) % 360
            steps = math.ceil(way / (speed * INTERVAL_S))
            for step in range(steps):
                share = (step + 0.5) / steps  # half a step from standing: about what gaining speed costs
                yield x + share * (end_x - x), y + share * (end_y - y), way / steps / INTERVAL_S, heading, loaded
            x, y = end_x, end_y


def rows_of(truck, dice, count):
    at = stations(dice)
    for step in range(count):
        x, y, speed, heading, loaded = next(at)
        sent = START_S + truck * INTERVAL_S / 500 + step * INTERVAL_S
        lon, lat = degrees(x + dice.gauss(0, 3), y + dice.gauss(0, 3))
        seen = max(0.0, speed + dice.gauss(0, 0.3)) if speed > 0 else 0.0
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(sent))
        arrived = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(sent + 1 + 2 * dice.random()))
        yield (f"ZF{truck:05d},{stamp}.{int(sent % 1 * 1000):03d}Z,{lon:.7f},{lat:.7f},{seen:.1f},{heading:.1f},0.8,1,"
               f"{'full' if loaded else 'empty'},{arrived}Z\n")


def write_tracks(path, rows, trucks, shuffled):
    each = rows // trucks
    trucks_rows = [rows_of(truck, random.Random(1_000 + truck), each) for truck in range(trucks)]
    lines = [next(truck) for _ in range(each) for truck in trucks_rows]
    if shuffled:
        random.Random(2).shuffle(lines)
    with open(path, "w") as out:
        out.write("vehicle,time,lon,lat,speed_mps,heading_deg,hdop,ignition,load,received\n")
        out.writelines(lines)


def measured(command):
    """Elapsed seconds, seconds of user and of system time, and peak resident MiB of a command."""
    start = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    elapsed = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 6):  # 6: done, but some rows were refused
        sys.exit(f"{command[0]}: exit {process.returncode}")
    return elapsed, usage.ru_utime, usage.ru_stime, usage.ru_maxrss / 1024


def parsed_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--trucks", type=int, default=500)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--shards", type=int, default=1)
    parser.add_argument("--shuffled", action="store_true")
    parser.add_argument("--work", help="keep the files here, and use those that are there")
    return parser.parse_args()


def run(arguments, work):
    tracks = work / f"{arguments.rows}-{arguments.trucks}{'-shuffled' if arguments.shuffled else ''}.csv"
    rows = arguments.rows // arguments.trucks * arguments.trucks
    county = work / "county.geojson"
    county.write_text(json.dumps(registry(random.Random(1))))
    if not tracks.exists():
        # In a process of its own: what this one holds counts as the peak of each command that it starts.
        maker = multiprocessing.Process(target=write_tracks, args=(tracks, arguments.rows, arguments.trucks, arguments.shuffled))
        maker.start()
        maker.join()
        if maker.exitcode != 0:
            sys.exit(f"{tracks} could not be made")
    events = work / "events.jsonl"
    command = [arguments.program, "replay", "--quiet", "--shards", str(arguments.shards), "--registry", str(county), "--events",
               str(events), str(tracks)]
    for _ in range(arguments.repeat):
        elapsed, user, system, peak = measured(command)
        told = sum(1 for _ in events.open())
        print(f"{rows} rows, {tracks.stat().st_size / 2**20:.0f} MiB, {told} events: {elapsed:.2f} s elapsed "
              f"({rows / elapsed / 1e6:.2f} M rows/s), {user:.2f} s user + {system:.2f} s system "
              f"({rows / (user + system) / 1e6:.2f} M rows/s), peak {peak:.0f} MiB")


def main():
    arguments = parsed_arguments()
    if arguments.work:
        pathlib.Path(arguments.work).mkdir(parents=True, exist_ok=True)
        return run(arguments, pathlib.Path(arguments.work))
    with tempfile.TemporaryDirectory() as work:
        return run(arguments, pathlib.Path(work))


if __name__ == "__main__":
    main()
