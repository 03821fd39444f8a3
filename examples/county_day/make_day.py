#!/usr/bin/env python3
"""Writes registry.geojson and tracks.csv of the county day from places.txt and trucks/*.txt, the same bytes on every run.

A truck's script says from when on it does what; before its next line it stands. It gains 0.7 m/s each second and brakes
with 1.0 m/s². Positions carry drifting noise (first-order Gauss-Markov, 60 s, 3 m), as a receiver's do.
"""
import json
import math
import pathlib
import random
from datetime import datetime, timedelta, timezone

HERE = pathlib.Path(__file__).parent
ORIGIN = (121.0, 30.7)  # lon, lat of local (0, 0)
LOCAL = timezone(timedelta(hours=8))
DAY = datetime(2026, 3, 12, tzinfo=LOCAL)
GAINS, BRAKES = 0.7, 1.0
MOVING_S, STANDING_S = 10, 30  # between reports


def lon_lat(p):
    return [round(ORIGIN[0] + p[0] / (111320 * math.cos(math.radians(ORIGIN[1]))), 7), round(ORIGIN[1] + p[1] / 110860, 7)]


def lines_of(path):
    for line in path.read_text().splitlines():
        if line := line.split("#")[0].strip():
            yield line


# The registry -------------------------------------------------------------------------------------------------------------

def feature(kind, ident, geometry, points, **properties):
    places = [lon_lat(p) for p in points]
    return {"type": "Feature", "id": ident, "properties": {"kind": kind, **properties},
            "geometry": {"type": geometry, "coordinates": [places] if geometry == "Polygon" else places}}


def box(x, y, half_x, half_y):
    ring = [(x - half_x, y - half_y), (x + half_x, y - half_y), (x + half_x, y + half_y), (x - half_x, y + half_y)]
    return ring + ring[:1]


def hours(text):
    return {"daily_windows": [text.split("-")], "utc_offset": "+08:00"}


def read_places():
    points, features, permits = {}, [], []
    for line in lines_of(HERE / "places.txt"):
        kind, ident, *words = line.split()
        if kind in ("site", "zone"):
            x, y, half_x, half_y = map(float, words[:4])
            points[ident] = (x, y)
            what = {"role": words[4], "name": " ".join(words[5:])} if kind == "site" else {"rule": words[4]}
            if words[4] == "speed_limit":
                what |= {"max_speed_mps": float(words[5]), **hours(words[6])}
            features.append(feature(kind, ident, "Polygon", box(x, y, half_x, half_y), **what))
        elif kind == "gate":
            x1, y1, x2, y2 = map(float, words)
            features.append(feature(kind, ident, "LineString", [(x1, y1), (x2, y2)], inside="right"))
        elif kind == "point":
            points[ident] = tuple(map(float, words))
        elif kind == "route":
            way = [points[name] for name in words[1:]]
            features.append(feature(kind, ident, "LineString", way, half_width_m=float(words[0])))
        elif kind == "permit":
            trucks, origin, disposal, window, routes, *limit = words
            permits.append({"id": ident, "vehicles": [f"ZF-{t}" for t in trucks.split(",")], "origins": [origin],
                            "disposals": [disposal], "routes": routes.split(","), "valid_from": "2026-03-01T00:00:00+08:00",
                            "valid_to": "2026-04-01T00:00:00+08:00", **hours(window)}
                           | ({"max_loads": int(limit[1])} if limit else {}))
    return points, {"type": "FeatureCollection", "frame": list(ORIGIN), "features": features, "permits": permits}


# The trucks ---------------------------------------------------------------------------------------------------------------

class Truck:
    """Where it is, second by second, and what its terminal says of it."""

    def __init__(self, name, points):
        self.name, self.points = name, points
        self.at, self.speed, self.heading = None, 0.0, 0.0
        self.way, self.top = [], 0.0
        self.dark, self.lift, self.load = False, "", ""

    def obey(self, words):
        if words.startswith("stands"):
            self.at = self.points[words.split()[1]]
        elif words.startswith("drives"):
            names, speed = words.removeprefix("drives").removesuffix("m/s").split(" at ")
            assert not self.way, f"{self.name} still drives when it is told: {words}"
            self.way, self.top = [self.points[name.strip()] for name in names.split(",")], float(speed)
        elif words.startswith("terminal"):
            self.dark = words.endswith("off")
        else:
            for said in words.split(","):
                match said.split():
                    case ["body", where]:
                        self.lift = "1" if where == "up" else "0"
                    case [load]:
                        self.load = load

    def drive_a_second(self):
        if not self.way:
            self.speed = 0.0
            return
        left = sum(math.dist(a, b) for a, b in zip([self.at, *self.way], self.way))
        before = self.speed
        self.speed = min(self.top, before + GAINS, math.sqrt(2 * BRAKES * left))
        step = (before + self.speed) / 2
        while self.way and (leg := math.dist(self.at, self.way[0])) <= max(step, 0.3):
            step -= leg
            self.at = self.way.pop(0)
        if self.way:
            a, b = self.at, self.way[0]
            self.at = (a[0] + step / leg * (b[0] - a[0]), a[1] + step / leg * (b[1] - a[1]))
            self.heading = math.degrees(math.atan2(b[0] - a[0], b[1] - a[1])) % 360

    def rows(self, script, seed):
        noise = random.Random(seed)
        decay = math.exp(-1 / 60)
        ex = ey = 0.0
        orders = [(DAY + timedelta(hours=int(line[:2]), minutes=int(line[3:5])), line[5:].strip()) for line in script]
        clock, report_at = orders[0][0], orders[0][0]
        while orders:
            while orders and orders[0][0] == clock:
                words = orders.pop(0)[1]
                if words != "ends":
                    self.obey(words)
            ex = decay * ex + noise.gauss(0, 3 * math.sqrt(1 - decay * decay))
            ey = decay * ey + noise.gauss(0, 3 * math.sqrt(1 - decay * decay))
            if clock >= report_at:
                report_at = clock + timedelta(seconds=MOVING_S if self.way else STANDING_S)
                if not self.dark:
                    lon, lat = lon_lat((self.at[0] + ex, self.at[1] + ey))
                    said = max(0.0, self.speed + noise.gauss(0, 0.15)) if self.speed > 0 else 0.0
                    yield [self.name, clock.isoformat(timespec="seconds"), f"{lon:.7f}", f"{lat:.7f}", f"{said:.1f}",
                           f"{self.heading:.0f}", self.lift, self.load]
            was_standing = not self.way
            self.drive_a_second()
            clock += timedelta(seconds=1)
            if was_standing != (not self.way):
                report_at = min(report_at, clock)


def script_of(path):
    lines = list(lines_of(path))
    return lines[lines.index("drives") + 1:lines.index("told")]


def main():
    points, registry = read_places()
    (HERE / "registry.geojson").write_text(json.dumps(registry, indent=1) + "\n")
    rows = []
    for path in sorted((HERE / "trucks").glob("*.txt")):
        truck = Truck(path.stem.upper(), points)
        rows += truck.rows(script_of(path), seed=path.stem)
    rows.sort(key=lambda row: (row[1], row[0]))
    header = "vehicle,time,lon,lat,speed_mps,heading_deg,body_lift,load"
    (HERE / "tracks.csv").write_text("\n".join([header, *(",".join(row) for row in rows)]) + "\n")


if __name__ == "__main__":
    main()
