"""Tracks in and stops out, the same for every library: each is to be judged by what it finds, not by how it is fed."""
import csv
import gzip
import json

import pandas

RADIUS_M, SHORTEST_S = 60.0, 90.0


def read_tracks(path):
    """One row a fix, by vehicle and time, each instant once: all of them expect that."""
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt") as file:
        header = next(csv.reader(file))
    wanted = [c for c in ("vehicle", "time", "lon", "lat") if c in header]
    table = pandas.read_csv(path, usecols=wanted, dtype={"vehicle": str, "time": str})
    if table["time"].str.fullmatch(r"-?\d+").all():
        table["time"] = pandas.to_datetime(table["time"].astype("int64"), unit="ms", utc=True)
    else:
        table["time"] = pandas.to_datetime(table["time"], utc=True, errors="coerce", **format_of_mixed())
    table = table.dropna().drop_duplicates(["vehicle", "time"])
    inside = table["lon"].between(-180, 180) & table["lat"].between(-90, 90)
    return table[inside].sort_values(["vehicle", "time"]).reset_index(drop=True)


def format_of_mixed():
    """pandas 2 takes the first text as the form of all, unless told that fractions come and go."""
    return {"format": "ISO8601"} if int(pandas.__version__.split(".")[0]) >= 2 else {}


def time_text(time):
    return pandas.Timestamp(time).tz_convert("UTC").strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def write_stops(path, stops):
    """`stops`: (vehicle, start, end, lon, lat). All of these libraries see the whole track: nothing is proven earlier."""
    with open(path, "w") as out:
        for number, (vehicle, start, end, lon, lat) in enumerate(stops):
            out.write(json.dumps({"event": "stop_ended", "subject": f"{vehicle} {number}", "vehicle": vehicle,
                                  "time": time_text(end), "lon": float(lon), "lat": float(lat), "start": time_text(start),
                                  "end": time_text(end)}, separators=(",", ":")) + "\n")
