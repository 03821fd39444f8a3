#!/usr/bin/env python3
"""How far MovingPandas' KalmanSmootherCV leaves places from the truth, on the tracks of `smoothing_table --dump`.

    movingpandas_smoothing.py FOLDER [--process-noise STD] [--tracks N]

Needs movingpandas and stonesoup (docs/smoothing.md names the versions measured). Prints Markdown rows in the order of
`smoothing_table`. The smoother sees a whole track at once, past and future, so that it has more to go by than a filter.

Trap: for longitude and latitude it works in EPSG:3395 (World Mercator), where a metre on the ground is stretched by
1 / cos(latitude). Both of its noises are given in stretched metres here; left out, 4 m would stand for 3.4 m at 30.7 N.
Places are compared in metres on the ground. Its first state has no velocity and no doubt of it: the first minute of
each track is left out of the comparison, of the raw places too.
"""
import argparse
import math
import pathlib
import warnings

import movingpandas
import numpy as np
import pandas as pd

WARM_UP_S = 60.0
METRES_PER_DEGREE_LAT = 110_860.0  # near 30.7 N, as WGS-84 gives it; only differences of some metres are measured


def metres_apart(lon, lat, true_lon, true_lat):
    east = (lon - true_lon) * np.cos(np.radians(true_lat)) * 111_412.0  # a little above 111,320: the ellipsoid
    north = (lat - true_lat) * METRES_PER_DEGREE_LAT
    return np.hypot(east, north)


def smoothed(track, process_noise, sigma_m):
    stretch = 1.0 / math.cos(math.radians(track.lat.mean()))
    frame = track.assign(time=pd.Timestamp("2026-03-02") + pd.to_timedelta(track.t, unit="s"))
    trajectory = movingpandas.Trajectory(frame[["time", "lon", "lat"]], 1, t="time", x="lon", y="lat", crs="EPSG:4326")
    result = movingpandas.KalmanSmootherCV(trajectory).smooth(process_noise_std=process_noise * stretch,
                                                              measurement_noise_std=sigma_m * stretch)
    return result.df.geometry.x.to_numpy(), result.df.geometry.y.to_numpy()


def row_of(file, process_noise, most_tracks):
    interval, sigma, tau = (int(part) for part in file.stem.split("_"))
    table = pd.read_csv(file)
    raw, smooth = [], []
    for number, track in table.groupby("track"):
        if number >= most_tracks:
            break
        counted = ((track.moving == 1) & (track.t >= WARM_UP_S)).to_numpy()
        lon, lat = smoothed(track, process_noise, sigma)
        truth = track.true_lon.to_numpy(), track.true_lat.to_numpy()
        raw.append(metres_apart(track.lon.to_numpy(), track.lat.to_numpy(), *truth)[counted])
        smooth.append(metres_apart(lon, lat, *truth)[counted])
    rms = [math.sqrt(np.mean(np.concatenate(errors) ** 2)) for errors in (raw, smooth)]
    noise = f"tau {tau} s {sigma} m" if tau else f"white {sigma} m"
    return f"| {interval} s | {noise} | {rms[0]:.2f} | {rms[1]:.2f} |"


def order(file):
    interval, sigma, tau = (int(part) for part in file.stem.split("_"))
    return sigma, tau, interval


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--process-noise", type=float, default=1.0, help="root of m2/s3 on the ground")
    parser.add_argument("--tracks", type=int, default=12, help="of each file, the first so many")
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore")
    print("| interval | noise | raw | KalmanSmootherCV |")
    print("|---|---|---|---|")
    for file in sorted(arguments.folder.glob("*.csv"), key=order):
        print(row_of(file, arguments.process_noise, arguments.tracks), flush=True)


if __name__ == "__main__":
    main()
