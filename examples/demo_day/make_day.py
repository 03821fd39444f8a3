#!/usr/bin/env python3
"""Writes the demo's recorded day: registry.geojson and tracks.csv, the same bytes on every run.

An invented county by an invented bay. Each truck's day is a short script below: drive along these points, stand so long.
Positions carry drifting noise (first-order Gauss-Markov, 60 s, 3 m) as a receiver's do.
"""
import json
import math
import pathlib
import random
from datetime import datetime, timedelta, timezone

HERE = pathlib.Path(__file__).parent
ORIGIN = (121.0, 30.7)  # lon, lat of local (0, 0); metres east and north below
LOCAL = timezone(timedelta(hours=8))

# Where things are, in metres.
DEPOT = (-2500, -300)
PIT = (0, 3000)
FILL = (6000, -1500)
WASH = (700, 2700)
ROAD = [(0, 2800), (0, 1500), (600, 900), (2500, 600), (4200, 500), (5200, -200), (5800, -1300)]  # pit to fill
DEPOT_ROAD = [(-2400, -300), (-1200, 0), (-200, 700), (0, 1500), (0, 2800)]
BACK_ROAD = [(0, 2800), (1400, 2600), (3600, 2200), (5600, 1200), (5900, -1300)]  # another way, through the reserve
DYKE_TRACK = [(2500, 600), (2650, -150), (2700, -700)]
OVER_THE_LINE = [(-2400, -300), (-3400, -700), (-4600, -900)]


def lon_lat(p):
    return [round(ORIGIN[0] + p[0] / (111320 * math.cos(math.radians(ORIGIN[1]))), 7), round(ORIGIN[1] + p[1] / 110860, 7)]


def box(centre, half_x, half_y):
    x, y = centre
    ring = [(x - half_x, y - half_y), (x + half_x, y - half_y), (x + half_x, y + half_y), (x - half_x, y + half_y)]
    return [[lon_lat(p) for p in ring + ring[:1]]]


def feature(kind, ident, geometry_type, coordinates, **properties):
    return {"type": "Feature", "id": ident, "properties": {"kind": kind, **properties},
            "geometry": {"type": geometry_type, "coordinates": coordinates}}


def registry():
    return {
        "type": "FeatureCollection",
        "frame": list(ORIGIN),
        "features": [
            feature("site", "north-pit", "Polygon", box(PIT, 160, 160), role="origin", name="North pit"),
            feature("site", "bay-fill", "Polygon", box(FILL, 220, 180), role="disposal", name="Bay fill"),
            feature("site", "yard", "Polygon", box(DEPOT, 120, 100), role="depot", name="Carrier's yard"),
            feature("site", "wash", "Polygon", box(WASH, 70, 60), role="service", name="Truck wash"),
            feature("route", "r-1", "LineString", [lon_lat(p) for p in ROAD], half_width_m=40),
            feature("zone", "school-road", "Polygon", box((3300, 550), 500, 120), rule="speed_limit", max_speed_mps=8.3,
                    daily_windows=[["07:00", "18:30"]], utc_offset="+08:00"),
            feature("zone", "reserve", "Polygon", box((3600, 2200), 130, 200), rule="forbidden"),
            feature("zone", "dyke", "Polygon", box((2700, -600), 350, 300), rule="watch"),
            feature("zone", "old-town", "Polygon", box((0, 1300), 400, 250), rule="forbidden",
                    daily_windows=[["22:00", "06:00"]], utc_offset="+08:00"),
            feature("gate", "county-line", "LineString", [lon_lat((-4000, -3000)), lon_lat((-4000, 3000))], inside="right"),
        ],
        "permits": [{
            "id": "P-1", "vehicles": ["ZF-101", "ZF-102", "ZF-103", "ZF-104", "ZF-105"], "origins": ["north-pit"],
            "disposals": ["bay-fill"], "routes": ["r-1"], "valid_from": "2026-03-01T00:00:00+08:00",
            "valid_to": "2026-04-01T00:00:00+08:00", "daily_windows": [["06:00", "22:00"]], "utc_offset": "+08:00",
            "max_loads": 40, "carrier": "Zheng & Fu Haulage", "waste": "muck"}],
    }


class Truck:
    """Second by second: where it is, how fast, which way; body and load as its sensors would say."""

    def __init__(self, name, begins, at, every=10):
        self.name, self.every = name, every
        self.clock = datetime.fromisoformat(begins).replace(tzinfo=LOCAL)
        self.at, self.speed, self.heading, self.lift, self.load = at, 0.0, 0.0, 0, "empty"
        self.seconds, self.dark_until = [], None

    def tick(self):
        dark = self.dark_until is not None and self.clock < self.dark_until
        self.seconds.append((self.clock, self.at, self.speed, self.heading, self.lift, self.load, dark))
        self.clock += timedelta(seconds=1)

    def stands(self, minutes):
        self.speed = 0.0
        for _ in range(round(minutes * 60)):
            self.tick()
        return self

    def loads(self, minutes):
        self.stands(minutes)
        self.load = "full"
        return self

    def tips(self, minutes):
        self.stands(minutes * 0.3)
        self.lift = 1
        self.stands(minutes * 0.4)
        self.load, self.lift = "empty", 0
        return self.stands(minutes * 0.3)

    def goes_dark(self, minutes):
        self.dark_until = self.clock + timedelta(minutes=minutes)
        return self

    def drives(self, points, speed=13.0):
        """Along the points; braking at 1.0 m/s2 into the end and for each bend, accelerating at 0.7."""
        path = [self.at, *points]
        legs = [(a, b, math.dist(a, b)) for a, b in zip(path, path[1:]) if math.dist(a, b) > 1]
        done, left = 0.0, sum(length for *_, length in legs)
        while left > 0.5:
            limit = min(speed, math.sqrt(2 * 1.0 * left) + 0.3)
            self.speed = min(self.speed + 0.7, limit)
            done, left = done + self.speed, left - self.speed
            walked = 0.0
            for a, b, length in legs:
                if done <= walked + length or (a, b, length) == legs[-1]:
                    f = min(1.0, (done - walked) / length)
                    self.at = (a[0] + f * (b[0] - a[0]), a[1] + f * (b[1] - a[1]))
                    self.heading = math.degrees(math.atan2(b[0] - a[0], b[1] - a[1])) % 360
                    break
                walked += length
            self.tick()
        self.speed = 0.0
        return self

    def rows(self, seed):
        noise = random.Random(seed)
        decay = math.exp(-1 / 60)
        ex = ey = 0.0
        next_report = None
        for clock, (x, y), speed, heading, lift, load, dark in self.seconds:
            ex = decay * ex + noise.gauss(0, 3 * math.sqrt(1 - decay * decay))
            ey = decay * ey + noise.gauss(0, 3 * math.sqrt(1 - decay * decay))
            if next_report is not None and clock < next_report:
                continue
            # A parked terminal reports each minute.
            next_report = clock + timedelta(seconds=self.every if speed > 0 else max(self.every, 30))
            if dark:
                continue
            lon, lat = lon_lat((x + ex, y + ey))
            said = max(0.0, speed + noise.gauss(0, 0.15)) if speed > 0 else 0.0
            yield [self.name, clock.isoformat(timespec="seconds"), f"{lon:.7f}", f"{lat:.7f}", f"{said:.1f}", f"{heading:.0f}",
                   str(lift), load]


def there(road):
    return list(road)


def back(road):
    return list(reversed(road))


def day():
    honest = Truck("ZF-101", "2026-03-12T07:00:00", DEPOT).stands(6).drives(there(DEPOT_ROAD) + [PIT])
    for _ in range(2):
        honest.loads(8).drives(there(ROAD) + [FILL], 8.0).tips(5).drives(back(ROAD) + [PIT], 8.0)
    honest.drives([WASH]).stands(4).drives([(0, 2800)] + back(DEPOT_ROAD) + [DEPOT]).stands(20)

    fast = Truck("ZF-102", "2026-03-12T07:10:00", DEPOT).stands(3).drives(there(DEPOT_ROAD) + [PIT])
    fast.loads(9).drives(there(ROAD) + [FILL], 15.5).tips(4).drives(back(ROAD) + [PIT], 15.5).stands(10)

    dyke = Truck("ZF-103", "2026-03-12T08:00:00", PIT).loads(8).drives(there(ROAD[:4]) + there(DYKE_TRACK)[1:], 9.0)
    dyke.tips(4).drives(back(DYKE_TRACK)[1:] + back(ROAD[:4]) + [PIT], 9.0).stands(12)

    dark = Truck("ZF-104", "2026-03-12T08:20:00", PIT).loads(10).drives(there(ROAD[:3]), 12.0).goes_dark(26)
    dark.drives(there(ROAD[3:4]) + there(DYKE_TRACK)[1:], 9.0).tips(5).drives(back(DYKE_TRACK)[1:] + back(ROAD[:4]), 9.0)
    dark.drives([PIT], 12.0).stands(15)

    other_way = Truck("ZF-105", "2026-03-12T09:00:00", PIT, every=30).loads(8).drives(there(BACK_ROAD) + [FILL], 14.0)
    other_way.tips(5).drives(back(ROAD) + back(DEPOT_ROAD) + [DEPOT], 13.0).stands(5)
    other_way.drives(there(OVER_THE_LINE), 13.0).stands(7).drives(back(OVER_THE_LINE) + [DEPOT], 13.0).stands(10)

    night = Truck("ZF-106", "2026-03-12T21:48:00", DEPOT).stands(2).drives(there(DEPOT_ROAD[:3]) + [(0, 1300)], 7.0)
    night.stands(14).drives(there(DEPOT_ROAD[3:]) + [PIT], 7.0).stands(6)
    return [honest, fast, dyke, dark, other_way, night]


def main():
    (HERE / "registry.geojson").write_text(json.dumps(registry(), indent=1) + "\n")
    rows = [row for i, truck in enumerate(day()) for row in truck.rows(seed=i + 1)]
    rows.sort(key=lambda row: (row[1], row[0]))
    header = "vehicle,time,lon,lat,speed_mps,heading_deg,body_lift,load"
    (HERE / "tracks.csv").write_text("\n".join([header, *(",".join(row) for row in rows)]) + "\n")


if __name__ == "__main__":
    main()
