#!/usr/bin/env python3
"""Stops by haulwatch, MovingPandas, trackintel and scikit-mobility on one frame: user seconds, and F1 against the truth.

    stops_beside_peers.py [--vehicles 40] [--hours 24] [--profile typical] [--seed 1001]

Each is given the columns that it takes, made ready before the clock starts, and the others are asked for stops of 60 m and
90 s; haulwatch keeps its own settings, and also reads what the terminals said beside the place, as it would. What is not installed is passed over: pip install -r
bench/accuracy/requirements.txt. scikit-mobility needs pandas below 2, and so an environment of its own.
"""
import argparse
import importlib
import resource
import warnings
from datetime import timedelta

import haulwatch

warnings.filterwarnings("ignore")
RADIUS_M, SHORTEST_S = 60.0, 90.0


def frame_of(world):
    frame = world.tracks.to_pandas().astype({"vehicle": str})
    return frame.drop_duplicates(["vehicle", "time"]).sort_values(["vehicle", "time"]).reset_index(drop=True)


def by_haulwatch(frame):
    return lambda: haulwatch.stops(frame, shards=1)


def by_movingpandas(frame):
    import geopandas
    import movingpandas

    parts = []
    for vehicle, fixes in frame.groupby("vehicle"):
        if len(fixes) < 2:
            continue
        points = geopandas.GeoDataFrame({"time": fixes["time"].dt.tz_localize(None)},
                                        geometry=geopandas.points_from_xy(fixes["lon"], fixes["lat"]), crs=4326)
        parts.append((vehicle, movingpandas.Trajectory(points, vehicle, t="time")))

    def detect():
        stops = []
        for vehicle, trajectory in parts:
            found = movingpandas.TrajectoryStopDetector(trajectory).get_stop_points(
                max_diameter=RADIUS_M, min_duration=timedelta(seconds=SHORTEST_S))
            stops += [(vehicle, s.start_time, s.end_time, s.geometry.x, s.geometry.y) for s in found.itertuples()]
        return stops

    return detect


def by_trackintel(frame):
    import geopandas
    import trackintel

    fixes = trackintel.Positionfixes(geopandas.GeoDataFrame(
        {"user_id": frame["vehicle"], "tracked_at": frame["time"]},
        geometry=geopandas.points_from_xy(frame["lon"], frame["lat"]), crs=4326))

    def detect():
        _, found = fixes.generate_staypoints(
            method="sliding", distance_metric="haversine", dist_threshold=RADIUS_M, time_threshold=SHORTEST_S / 60.0,
            gap_threshold=15.0, include_last=True, print_progress=False, exclude_duplicate_pfs=False, n_jobs=1)
        return list(zip(found["user_id"], found["started_at"], found["finished_at"], found.geometry.x, found.geometry.y))

    return detect


def by_scikit_mobility(frame):
    import skmob
    from skmob.preprocessing import detection

    plain = frame.assign(time=frame["time"].dt.tz_localize(None))
    fixes = skmob.TrajDataFrame(plain, latitude="lat", longitude="lon", datetime="time", user_id="vehicle")

    def detect():
        found = detection.stay_locations(fixes, stop_radius_factor=1.0, spatial_radius_km=RADIUS_M / 1000.0,
                                         minutes_for_a_stop=SHORTEST_S / 60.0, leaving_time=True,
                                         no_data_for_minutes=1e12)
        return [(s.uid, s.datetime, s.leaving_datetime, s.lng, s.lat) for s in found.itertuples()]

    return detect


def text_of(time):
    return time.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def events_of(stops):
    if not isinstance(stops, list):
        return stops.to_jsonl()
    return [{"event": "stop_ended", "subject": f"{vehicle} {number}", "vehicle": vehicle, "time": text_of(end),
             "lon": float(lon), "lat": float(lat), "start": text_of(start), "end": text_of(end)}
            for number, (vehicle, start, end, lon, lat) in enumerate(stops)]


def f1_of(world, stops):
    return haulwatch.score(world, events_of(stops))["kinds"]["stop"]


def user_seconds():
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vehicles", type=int, default=40)
    parser.add_argument("--hours", type=float, default=24)
    parser.add_argument("--profile", default="typical")
    parser.add_argument("--seed", type=int, default=1001)
    o = parser.parse_args()
    world = haulwatch.simulate(seed=o.seed, vehicles=o.vehicles, hours=o.hours, profile=o.profile)
    frame = frame_of(world)
    print(f"{len(frame)} fixes of {o.vehicles} vehicles, {o.hours} h, {o.profile}, seed {o.seed}")
    print(f"{'':<16} {'user s':>8} {'us a fix':>9} {'stops':>6} {'precision':>9} {'recall':>7} {'F1':>6}")
    for name, module, make in (("haulwatch", "haulwatch", by_haulwatch), ("movingpandas", "movingpandas", by_movingpandas),
                               ("trackintel", "trackintel", by_trackintel), ("scikit-mobility", "skmob", by_scikit_mobility)):
        try:
            importlib.import_module(module)
        except ImportError:
            print(f"{name:<16} not installed here")
            continue
        detect = make(frame)
        before = user_seconds()
        stops = detect()
        used = user_seconds() - before
        score = f1_of(world, stops)
        values = [score[figure]["value"] for figure in ("precision", "recall", "f1")]
        print(f"{name:<16} {used:8.3f} {1e6 * used / len(frame):9.2f} {len(stops):6} "
              f"{values[0]:9.3f} {values[1]:7.3f} {values[2]:6.3f}", flush=True)


if __name__ == "__main__":
    main()
