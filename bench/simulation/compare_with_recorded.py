#!/usr/bin/env python3
"""Intervals, noise and gaps of recorded tracks beside those of simulated ones, as a Markdown table.

    compare_with_recorded.py DATA_FOLDER [NAME=TRACKS.csv ...]

DATA_FOLDER holds one folder a set (docs/recorded-tracks.md names them and their sources); each NAME=TRACKS.csv is a
profile and the tracks that `haulwatch simulate` wrote of it. Needs numpy and pandas.

All figures are taken from fixes alone, by the same code for every set:

- interval: seconds from one fix of a vehicle to its next by event time, repeated times left out;
- gaps: intervals above ten minutes, a hundred hours of vehicles' time from their first to their last fix;
- repeated: rows whose vehicle and time were there before; backward: rows older than one before them of their vehicle;
- jumps: steps that ask for more than 50 m/s, a thousand steps;
- halt: a run of fixes within 60 m of their median for ten minutes or more, five fixes or more;
- scatter: root mean square distance of a halt's fixes from its middle, on one axis; reach: the farthest of them;
- still: steps within halts that move by nothing at all;
- step residual: distance of a fix from the straight line between its neighbours, at its time, where both lie within
  15 s and the vehicle goes faster than 5 m/s; at 10 s: the same of the track thinned to a fix in ten seconds, so that
  what bends and brakes between two fixes is alike.
"""
import argparse
import glob
import gzip
import io
import json
import pathlib
import re
import zipfile

import numpy as np
import pandas as pd

GAP_S = 600.0
HALT_M, HALT_S, HALT_FIXES = 60.0, 600.0, 5
JUMP_MPS = 50.0
RESIDUAL_WITHIN_S, RESIDUAL_ABOVE_MPS = 15.0, 5.0
THINNED_S = 10.0


def seconds(texts):
    stamps = pd.to_datetime(texts, utc=True, format="ISO8601")
    return (stamps - pd.Timestamp(0, tz="UTC")).dt.total_seconds()


def frame(vehicle, time, lon, lat):
    return pd.DataFrame({"vehicle": vehicle, "time": np.asarray(time, float), "lon": np.asarray(lon, float),
                         "lat": np.asarray(lat, float)})


def roadai(folder):
    rows = pd.read_csv(folder / "machine44_2022-03-07_fixes.csv")
    return frame(rows.machine_id, seconds(rows.time_utc), rows.lon, rows.lat)


def jersey(folder):
    rows = pd.read_csv(folder / "all_dedup.csv", sep="|", header=None, names=["lat", "lon", "vehicle", "address", "time"])
    return frame(rows.vehicle, seconds(rows.time), rows.lon, rows.lat)


def liverpool(folder):
    rows = pd.read_csv(folder / "route14_outbound.csv")
    return frame(rows.vehicle_id, seconds(rows.timestamp), rows.longitude, rows.latitude)


def cabspotting(folder):
    parts = [pd.read_csv(path, sep=" ", header=None, names=["lat", "lon", "fare", "time"]).assign(vehicle=path)
             for path in sorted(glob.glob(str(folder / "*.txt.gz")))]
    rows = pd.concat(parts).iloc[::-1]  # newest first in the files
    return frame(rows.vehicle, rows.time, rows.lon, rows.lat)


def goal(folder):
    parts = []
    with zipfile.ZipFile(folder / "trajectories.zip") as archive:
        for name in sorted(n for n in archive.namelist() if n.endswith(".csv")):
            parts.append(pd.read_csv(io.BytesIO(archive.read(name))).assign(vehicle=name))
    rows = pd.concat(parts)
    plane = frame(rows.vehicle, seconds(rows.timestamp), rows.x, rows.y)
    plane.attrs["metres"] = True
    return plane


def munich(folder):
    records = json.loads((folder / "x0001-001.json").read_text())
    places = [re.findall(r"-?[\d.]+", record["point"]) for record in records]
    return frame("car", seconds(pd.Series([record["time"] for record in records])), [p[0] for p in places],
                 [p[1] for p in places])


def routes(folder):
    parts = [pd.read_csv(path, sep="\t", header=None, names=["lon", "lat", "time"]).assign(vehicle=path)
             for path in sorted(glob.glob(str(folder / "*.track")))]
    rows = pd.concat(parts)
    return frame(rows.vehicle, rows.time, rows.lon, rows.lat)


RECORDED = [("dump truck (RoadAI)", "roadai-dump-truck", roadai), ("waste trucks (Jersey City)", "jersey-city-garbage-trucks", jersey),
            ("buses (Liverpool)", "liverpool-bus", liverpool), ("taxis (Cabspotting)", "cabspotting-5", cabspotting),
            ("delivery (GOAL)", "goal-delivery-labels", goal), ("drive (Munich)", "munich-drive-barefoot", munich),
            ("24 drives (Kubicka)", "map-matching-routes", routes)]


def simulated(path):
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt") as file:
        rows = pd.read_csv(file, usecols=["vehicle", "time", "lon", "lat"], dtype={"vehicle": "category"})
    return frame(rows.vehicle, seconds(rows.time), rows.lon, rows.lat)


def to_metres(rows):
    """Local metres about each vehicle's own middle; the sets lie all over the world."""
    if rows.attrs.get("metres"):
        return rows.lon.to_numpy(), rows.lat.to_numpy()
    lat0 = rows.lat.median()
    return ((rows.lon - rows.lon.median()).to_numpy() * 111320.0 * np.cos(np.radians(lat0)),
            (rows.lat - lat0).to_numpy() * 110950.0)


def halts(t, x, y):
    """Runs of fixes near one place, found greedily: a run grows while the next fix is near its running median."""
    runs, first = [], 0
    while first < len(t):
        last = first
        while last + 1 < len(t):
            part = slice(max(first, last - 40), last + 1)
            if np.hypot(x[last + 1] - np.median(x[part]), y[last + 1] - np.median(y[part])) > HALT_M:
                break
            if t[last + 1] - t[last] > 3 * GAP_S:
                break
            last += 1
        if t[last] - t[first] >= HALT_S and last - first + 1 >= HALT_FIXES:
            runs.append((first, last + 1))
            first = last + 1
        else:
            first += max(1, (last - first) // 2)
    return runs


def of_vehicle(rows, sums):
    sums["rows"] += len(rows)
    sums["repeated"] += int(rows.time.duplicated().sum())
    sums["backward"] += int((rows.time < rows.time.cummax()).sum())
    rows = rows.drop_duplicates("time").sort_values("time", kind="stable")
    t = rows.time.to_numpy()
    x, y = to_metres(rows)
    dt, step = np.diff(t), np.hypot(np.diff(x), np.diff(y))
    sums["intervals"].append(dt)
    sums["hours"] += (t[-1] - t[0]) / 3600.0
    sums["gaps"] += int((dt > GAP_S).sum())
    sums["jumps"] += int((step > JUMP_MPS * dt).sum())
    for first, end in halts(t, x, y):
        px, py = x[first:end] - np.median(x[first:end]), y[first:end] - np.median(y[first:end])
        sums["scatter"].append(np.sqrt(np.mean(px**2 + py**2) / 2.0))
        sums["reach"].append(np.hypot(px, py).max())
        inside = step[first:end - 1]
        sums["still"] += int((inside == 0.0).sum())
        sums["still_of"] += len(inside)
    sums["residual"].append(residuals(t, x, y))
    kept = thinned(t)
    sums["residual_10"].append(residuals(t[kept], x[kept], y[kept]))


def thinned(t):
    kept = [0]
    for i in range(1, len(t)):
        if t[i] - t[kept[-1]] >= THINNED_S - 0.5:
            kept.append(i)
    return np.array(kept)


def residuals(t, x, y):
    if len(t) < 3:
        return np.array([])
    dt = np.diff(t)
    share = dt[:-1] / (dt[:-1] + dt[1:])
    rx = x[1:-1] - (x[:-2] + share * (x[2:] - x[:-2]))
    ry = y[1:-1] - (y[:-2] + share * (y[2:] - y[:-2]))
    speed = np.hypot(x[2:] - x[:-2], y[2:] - y[:-2]) / (dt[:-1] + dt[1:])
    use = (dt[:-1] <= RESIDUAL_WITHIN_S) & (dt[1:] <= RESIDUAL_WITHIN_S) & (speed > RESIDUAL_ABOVE_MPS)
    return np.hypot(rx, ry)[use]


def figures(rows):
    sums = {"rows": 0, "repeated": 0, "backward": 0, "hours": 0.0, "gaps": 0, "jumps": 0, "still": 0, "still_of": 0,
            "intervals": [], "scatter": [], "reach": [], "residual": [], "residual_10": []}
    vehicles = 0
    for _, part in rows.groupby("vehicle", observed=True, sort=True):
        vehicles += 1
        part.attrs = rows.attrs
        of_vehicle(part, sums)
    intervals = np.concatenate(sums["intervals"])

    def quantiles(values, points, spelt):
        return " / ".join(spelt.format(np.quantile(values, p)) for p in points) if len(values) >= 5 else "–"

    return [f"{vehicles:,}", f"{sums['rows']:,}", quantiles(intervals, (0.05, 0.5, 0.95), "{:.0f}"),
            f"{100.0 * sums['gaps'] / sums['hours']:.1f}", f"{100.0 * sums['repeated'] / sums['rows']:.2f}",
            f"{100.0 * sums['backward'] / sums['rows']:.2f}", f"{1000.0 * sums['jumps'] / len(intervals):.2f}",
            f"{len(sums['scatter']):,}", quantiles(sums["scatter"], (0.1, 0.5, 0.9), "{:.1f}"),
            quantiles(sums["reach"], (0.5, 0.95), "{:.0f}"),
            f"{100.0 * sums['still'] / sums['still_of']:.0f}" if sums["still_of"] else "–",
            quantiles(np.concatenate(sums["residual"]), (0.5, 0.95), "{:.1f}"),
            quantiles(np.concatenate(sums["residual_10"]), (0.5, 0.95), "{:.1f}")]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("tracks", nargs="*", metavar="NAME=TRACKS.csv")
    arguments = parser.parse_args()
    print("| tracks | vehicles | rows | interval s, 5 / 50 / 95 % | gaps / 100 h | repeated % | backward % | jumps ‰ | halts "
          "| scatter m, 10 / 50 / 90 % | reach m, 50 / 95 % | still % | step residual m, 50 / 95 % | at 10 s |")
    print("|---" * 14 + "|")
    for name, folder, reader in RECORDED:
        print(f"| {name} | " + " | ".join(figures(reader(arguments.data / folder))) + " |", flush=True)
    for entry in arguments.tracks:
        name, path = entry.split("=", 1)
        print(f"| **{name}** | " + " | ".join(figures(simulated(path))) + " |", flush=True)


if __name__ == "__main__":
    main()
