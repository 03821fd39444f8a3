#!/usr/bin/env python3
"""The plain rule set: what anybody would write in an afternoon, as the mark that a world has to be too hard for.

    plain_rules.py REGISTRY.geojson TRACKS.csv[.gz] EVENTS.jsonl

    stop       speed below 1 m/s, or within 25 m of where it began, for 90 s
    dump       the body lifted outside all places; a stop outside all places while loaded; no disposal between two loadings
               (at the longest stop between them that lies outside all places)
    loaded     from a stop in an origin until one in a disposal, transfer or dock; the load sensor's word where it speaks
    trip       from the end of the stop in an origin to the beginning of the stop that unloads
    deviation  farther from every permitted route than its half width, outside all places

Standard library only, and no line in common with the detectors: figures of one cannot flatter the other.
"""
import csv
import gzip
import json
import math
import sys
from collections import defaultdict
from datetime import datetime, timezone

SLOW_MPS, STOP_S, STOP_RADIUS_M = 1.0, 90.0, 25.0
UNLOADING_ROLES = {"disposal", "transfer", "dock"}
METRES_PER_DEGREE = 111_195.0


def seconds_of(text, midnights={}):
    if text.lstrip("-").isdigit():
        return int(text) / 1000.0
    if len(text) < 20 or text[-1] != "Z":
        return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
    day = text[:10]
    if day not in midnights:
        midnights[day] = datetime.fromisoformat(day + "T00:00:00+00:00").timestamp()
    return midnights[day] + 3600 * int(text[11:13]) + 60 * int(text[14:16]) + float(text[17:-1])


def time_text(seconds):
    return datetime.fromtimestamp(seconds, timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def read_tracks(path):
    """The fixes of each vehicle by time, one for each instant."""
    opened = gzip.open(path, "rt") if path.endswith(".gz") else open(path)
    vehicles = defaultdict(dict)
    with opened as file:
        rows = csv.reader(file)
        header = next(rows)
        vehicle, time, lon, lat = (header.index(name) for name in ("vehicle", "time", "lon", "lat"))
        speed, lift, load = (header.index(name) if name in header else None for name in ("speed_mps", "body_lift", "load"))
        for row in rows:
            try:
                told = float(row[speed]) if speed is not None and row[speed] else None
                fix = (seconds_of(row[time]), float(row[lon]), float(row[lat]), told, lift is not None and row[lift] == "1",
                       row[load] if load is not None else "")
            except (ValueError, IndexError):
                continue
            vehicles[row[vehicle]].setdefault(fix[0], fix)
    return {vehicle: [fixes[t] for t in sorted(fixes)] for vehicle, fixes in vehicles.items()}


class Plane:
    """Metres about one point: near enough for a county."""

    def __init__(self, lon, lat):
        self.lon, self.lat, self.scale = lon, lat, math.cos(math.radians(lat)) * METRES_PER_DEGREE

    def __call__(self, lon, lat):
        return (lon - self.lon) * self.scale, (lat - self.lat) * METRES_PER_DEGREE


def first_position(coordinates):
    while isinstance(coordinates[0], list):
        coordinates = coordinates[0]
    return coordinates


def contains(ring, x, y):
    inside = False
    for (x1, y1), (x2, y2) in zip(ring, ring[1:]):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
            inside = not inside
    return inside


def metres_to_segment(x, y, x1, y1, x2, y2):
    dx, dy = x2 - x1, y2 - y1
    length2 = dx * dx + dy * dy
    along = 0.0 if length2 == 0.0 else max(0.0, min(1.0, ((x - x1) * dx + (y - y1) * dy) / length2))
    return math.hypot(x - x1 - along * dx, y - y1 - along * dy)


class Registry:
    CELL_M = 500.0

    def __init__(self, path):
        document = json.load(open(path))
        features = document["features"]
        self.plane = Plane(*first_position(features[0]["geometry"]["coordinates"])[:2]) if features else Plane(0, 0)
        self.sites = defaultdict(list)  # cell -> (id, role, rings)
        self.routes = {}                # id -> (half width, cell -> segments)
        for feature in features:
            kind = feature["properties"].get("kind")
            if kind == "site":
                self.add_site(feature)
            elif kind == "route":
                self.add_route(feature)
        self.permitted = defaultdict(set)
        for permit in document.get("permits", []):
            for vehicle in permit["vehicles"]:
                self.permitted[vehicle].update(permit.get("routes", []))

    def cells(self, points, margin=0.0):
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        for i in range(int((min(xs) - margin) // self.CELL_M), int((max(xs) + margin) // self.CELL_M) + 1):
            for j in range(int((min(ys) - margin) // self.CELL_M), int((max(ys) + margin) // self.CELL_M) + 1):
                yield i, j

    def cell(self, x, y):
        return int(x // self.CELL_M), int(y // self.CELL_M)

    def add_site(self, feature):
        geometry = feature["geometry"]
        polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        for polygon in polygons:
            rings = [[self.plane(*p[:2]) for p in ring] for ring in polygon]
            for cell in self.cells(rings[0]):
                self.sites[cell].append((str(feature["id"]), feature["properties"].get("role", ""), rings))

    def add_route(self, feature):
        geometry = feature["geometry"]
        lines = geometry["coordinates"] if geometry["type"] == "MultiLineString" else [geometry["coordinates"]]
        half_width = float(feature["properties"]["half_width_m"])
        segments = defaultdict(list)
        for line in lines:
            points = [self.plane(*p[:2]) for p in line]
            for a, b in zip(points, points[1:]):
                for cell in self.cells((a, b), half_width):
                    segments[cell].append((*a, *b))
        self.routes[str(feature["id"])] = half_width, segments

    def site_at(self, x, y):
        for site, role, rings in self.sites.get(self.cell(x, y), ()):
            if contains(rings[0], x, y) and not any(contains(hole, x, y) for hole in rings[1:]):
                return site, role
        return None, None

    def is_on_route(self, vehicle, x, y):
        cell = self.cell(x, y)
        for route in self.permitted[vehicle]:
            half_width, segments = self.routes.get(route, (0.0, {}))
            if any(metres_to_segment(x, y, *s) <= half_width for s in segments.get(cell, ())):
                return True
        return False


def stops_of(fixes, points):
    """(first, last) fix of each stop."""
    stops, begin = [], None
    for i, fix in enumerate(fixes):
        slow = fix[3] is not None and fix[3] < SLOW_MPS
        near = begin is not None and math.dist(points[i], points[begin]) <= STOP_RADIUS_M
        if begin is not None and not slow and not near:
            if fixes[i - 1][0] - fixes[begin][0] >= STOP_S:
                stops.append((begin, i - 1))
            begin = None
        if begin is None:
            begin = i
    if begin is not None and fixes and fixes[-1][0] - fixes[begin][0] >= STOP_S:
        stops.append((begin, len(fixes) - 1))
    return stops


def runs(flags):
    """(first, last) of each run of true ones."""
    begin = None
    for i, flag in enumerate(flags):
        if flag and begin is None:
            begin = i
        elif not flag and begin is not None:
            yield begin, i - 1
            begin = None
    if begin is not None:
        yield begin, len(flags) - 1


class Truck:
    def __init__(self, vehicle, fixes, registry):
        self.vehicle, self.fixes, self.registry = vehicle, fixes, registry
        self.points = [registry.plane(f[1], f[2]) for f in fixes]
        self.places = [registry.site_at(*p) for p in self.points]
        self.events = []
        self.claimed = []  # spans of dumps, so that one heap is not claimed by each rule

    def add(self, kind, first, last, proven, **fields):
        fix, begin, end = self.fixes[(first + last) // 2], self.fixes[first][0], self.fixes[last][0]
        self.events.append({"event": kind, "subject": f"{self.vehicle} {kind.split('_')[0]} {first}", "vehicle": self.vehicle,
                            "time": time_text(begin), "detected": time_text(self.fixes[proven][0]), "lon": fix[1],
                            "lat": fix[2], "start": time_text(begin), "end": time_text(end), **fields})

    def add_dump(self, first, last, proven):
        begin, end = self.fixes[first][0], self.fixes[last][0]
        if any(b <= end and begin <= e for b, e in self.claimed):
            return
        self.claimed.append((begin, end))
        self.add("dump_suspected", first, last, proven)

    def run(self):
        last_fix = len(self.fixes) - 1
        for first, last in runs([f[4] for f in self.fixes]):
            if all(self.places[i][0] is None for i in range(first, last + 1)):
                self.add_dump(first, last, first)
        loading, unplaced = None, []  # the stop that loaded, and the stops outside places since
        for first, last in stops_of(self.fixes, self.points):
            site, role = self.places[(first + last) // 2]
            sensed = self.fixes[first][5]
            loaded = sensed in ("full", "half") if sensed else loading is not None
            self.add("stop_ended", first, last, min(last + 1, last_fix), site=site, purpose=purpose_of(role, loaded))
            if role == "origin":
                self.close_haul_without_disposal(loading, unplaced, first)
                loading, unplaced = (first, last, site), []
            elif role in UNLOADING_ROLES:
                self.add_trip(loading, first, site)
                loading, unplaced = None, []
            elif site is None:
                unplaced.append((first, last))
                if loaded:
                    self.add_dump(first, last, min(last + 1, last_fix))
        self.add_deviations()
        return self.events

    def close_haul_without_disposal(self, loading, unplaced, proven):
        if loading is None or not unplaced:
            return
        first, last = max(unplaced, key=lambda s: self.fixes[s[1]][0] - self.fixes[s[0]][0])
        self.add_dump(first, last, proven)

    def add_trip(self, loading, unloading, site):
        if loading is None:
            return
        _, last, origin = loading
        begin, end = self.fixes[last][0], self.fixes[unloading][0]
        self.events.append({"event": "trip_ended", "subject": f"{self.vehicle} trip {last}", "vehicle": self.vehicle,
                            "time": time_text(end), "detected": time_text(end), "origin": origin, "destination": site,
                            "loaded_at": time_text(begin), "unloaded_at": time_text(end), "faults": []})

    def add_deviations(self):
        if not self.registry.permitted[self.vehicle]:
            return
        off = [self.places[i][0] is None and not self.registry.is_on_route(self.vehicle, *p) for i, p in enumerate(self.points)]
        for first, last in runs(off):
            self.add("route_rejoined", first, last, min(last + 1, len(self.fixes) - 1))


def purpose_of(role, loaded):
    if role == "origin":
        return "loading"
    if role in UNLOADING_ROLES:
        return "unloading"
    if role is not None:
        return "parking"
    return "dumping" if loaded else "unknown"


def main():
    registry_path, tracks_path, events_path = sys.argv[1:]
    registry = Registry(registry_path)
    events = []
    for vehicle, fixes in read_tracks(tracks_path).items():
        events += Truck(vehicle, fixes, registry).run()
    events.sort(key=lambda e: (e["detected"], e["vehicle"]))
    with open(events_path, "w") as out:
        for event in events:
            out.write(json.dumps(event, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
