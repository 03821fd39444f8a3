#!/usr/bin/env python3
"""Draws stretches of recorded tracks and of simulated ones in the same manner, for the eye to compare.

    draw_beside_recorded.py DATA_FOLDER TRACKS.csv IMAGE.png [--all]

DATA_FOLDER holds one folder a set (docs/recorded-tracks.md names them and their sources), TRACKS.csv is what
`haulwatch simulate --profile clean` wrote. Needs matplotlib, numpy and pandas. Drawn are sets whose licences let pictures
of them be published: the dump truck (RoadAI, MIT), buses (Liverpool, Open Government Licence v3), delivery rounds (GOAL, CC BY
4.0) and a drive (Munich, Apache-2.0); with --all also those that state no licence.

All tracks are thinned to a fix in ten seconds. Upper pairs: twenty minutes with at least 2.5 km of driving; lower pairs: a
stay of at least five minutes, with what lies within 150 m of it. Below each the speed in km/h over minutes, by the
distance from fix to fix.
"""
import argparse
import pathlib

import matplotlib
import numpy as np

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

import compare_with_recorded as recorded  # noqa: E402

PUBLISHABLE = {"roadai-dump-truck", "liverpool-bus", "goal-delivery-labels", "munich-drive-barefoot"}
INTERVAL_S = 10.0
DRIVE_S, DRIVE_LEAST_S, DRIVE_M = 1200.0, 420.0, 2500.0
ROAD_MPS = 8.0  # what never goes faster is a vessel or walks
STAY_S, STAY_M, AROUND_S = 300.0, 40.0, 240.0
COLUMNS = 7


def thinned(t, x, y):
    kept = [0]
    for i in range(1, len(t)):
        if t[i] - t[kept[-1]] >= INTERVAL_S - 0.5:
            kept.append(i)
    return t[kept], x[kept], y[kept]


def tracks_of(rows):
    for _, part in rows.groupby("vehicle", observed=True, sort=True):
        part.attrs = rows.attrs
        part = part.drop_duplicates("time").sort_values("time", kind="stable")
        x, y = recorded.to_metres(part)
        yield thinned(part.time.to_numpy(), np.asarray(x), np.asarray(y))


def drives(t, x, y):
    """Stretches one after the other, long enough and with enough fixes to show something."""
    begin = t[0]
    while begin < t[-1]:
        part = (t >= begin) & (t < begin + DRIVE_S)
        begin += DRIVE_S
        if part.sum() < 35 or np.ptp(t[part]) < DRIVE_LEAST_S or np.diff(t[part]).max() > 400.0:
            continue
        way = np.hypot(np.diff(x[part]), np.diff(y[part]))
        if way.sum() >= DRIVE_M and (way / np.diff(t[part])).max() > ROAD_MPS:
            yield t[part], x[part], y[part]


def stays(t, x, y):
    first = 0
    while first < len(t):
        last = first
        while last + 1 < len(t) and np.hypot(x[last + 1] - x[first], y[last + 1] - y[first]) < STAY_M:
            last += 1
        if STAY_S <= t[last] - t[first] < 5.0 * STAY_S:
            part = (t >= t[first] - AROUND_S) & (t <= t[last] + AROUND_S)
            middle = np.median(x[first:last + 1]), np.median(y[first:last + 1])
            if part.sum() >= 15:
                yield t[part], x[part] - middle[0], y[part] - middle[1]
        first = last + 1


def spread_out(found, count):
    """So many of them, taken evenly from first to last."""
    found = list(found)
    return [found[i] for i in sorted({int(p) for p in np.linspace(0, len(found) - 1, count)})] if found else []


def cases(sets, kind, count):
    by_set = [(name, [case for track in tracks for case in kind(*track)]) for name, tracks in sets]
    by_set = [(name, found) for name, found in by_set if found]
    share = [count // len(by_set) + (i < count % len(by_set)) for i in range(len(by_set))] if by_set else []
    chosen = [(name, case) for (name, found), n in zip(by_set, share) for case in spread_out(found, n)]
    spare = [(name, case) for name, found in by_set for case in spread_out(found, count)]
    return (chosen + spare)[:count]


def draw(figure, place, title, case, half):
    t, x, y = case
    panel = place.subgridspec(2, 1, height_ratios=[3, 1], hspace=0.18)
    plan, strip = figure.add_subplot(panel[0]), figure.add_subplot(panel[1])
    plan.plot(x, y, color="#999999", lw=0.6)
    plan.plot(x, y, ".", color="#1f4e79", ms=3)
    if half is None:
        half = 0.55 * max(np.ptp(x), np.ptp(y))
        x_mid, y_mid = (x.min() + x.max()) / 2.0, (y.min() + y.max()) / 2.0
    else:
        x_mid = y_mid = 0.0
    plan.set_xlim(x_mid - half, x_mid + half)
    plan.set_ylim(y_mid - half, y_mid + half)
    plan.set_aspect("equal")
    plan.set_title(title, fontsize=8)
    plan.tick_params(labelsize=5, length=2)
    speed = np.hypot(np.diff(x), np.diff(y)) / np.diff(t) * 3.6
    strip.plot((t[1:] - t[0]) / 60.0, speed, color="#1f4e79", lw=0.7, marker=".", ms=2)
    strip.set_ylim(-3, 90)
    strip.tick_params(labelsize=5, length=2)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("tracks")
    parser.add_argument("image")
    parser.add_argument("--all", action="store_true")
    arguments = parser.parse_args()
    sets = [(name, list(tracks_of(reader(arguments.data / folder)))) for name, folder, reader in recorded.RECORDED
            if arguments.all or folder in PUBLISHABLE]
    simulated = [("simulated", list(tracks_of(recorded.simulated(arguments.tracks))))]
    figure = plt.figure(figsize=(2.1 * COLUMNS, 11.6))
    grid = figure.add_gridspec(4, COLUMNS, left=0.025, right=0.99, bottom=0.02, top=0.97, hspace=0.2, wspace=0.22)
    for row, (of, kind, half) in enumerate(((sets, drives, None), (simulated, drives, None), (sets, stays, 150.0),
                                            (simulated, stays, 150.0))):
        for column, (name, case) in enumerate(cases(of, kind, COLUMNS)):
            draw(figure, grid[row, column], name, case, half)
    figure.savefig(arguments.image, dpi=90)


if __name__ == "__main__":
    main()
