#!/usr/bin/env python3
"""Draws the county day as an SVG: draw_day.py REGISTRY.geojson DAY.geojson > day.svg

Where trucks drove the same way their lines lie side by side, though the trucks did not.
"""
import json
import math
import pathlib
import sys

registry, day = (json.load(open(path)) for path in sys.argv[1:3])
LON, LAT = registry["frame"]
SCALE, LEFT, TOP = 0.075, 4500, 3600  # pixels a metre, and the corner in metres
COLOURS = {"ZF-101": "#1b6ca8", "ZF-102": "#c0392b", "ZF-103": "#7d3c98", "ZF-104": "#b9770e", "ZF-105": "#148f77",
           "ZF-106": "#444444", "ZF-107": "#d81b60", "ZF-108": "#2e7d32", "ZF-109": "#5d4037", "ZF-110": "#0097a7",
           "ZF-111": "#827717"}


def xy(p):
    x, y = (p[0] - LON) * 111320 * math.cos(math.radians(LAT)), (p[1] - LAT) * 110860
    return f"{(x + LEFT) * SCALE:.1f},{(TOP - y) * SCALE:.1f}"


def path(points):
    return " ".join(xy(p) for p in points)


def lane(vehicle):
    shift = 0.9 * (list(COLOURS).index(vehicle) - len(COLOURS) // 2)
    return f'transform="translate({shift:.1f},{shift:.1f})"'


def behaviour(vehicle):
    script = pathlib.Path(__file__).parent / "trucks" / f"{vehicle.lower()}.txt"
    return script.read_text().split(":")[0]


print('<svg xmlns="http://www.w3.org/2000/svg" width="900" height="440" font-family="sans-serif" font-size="12">')
print('<rect width="100%" height="100%" fill="#fbfaf7"/>')
labels = []
for f in registry["features"]:
    p, c = f["properties"], f["geometry"]["coordinates"]
    if f["geometry"]["type"] == "Polygon":
        zone = {"forbidden": "#f5b7b1", "watch": "#fad7a0", "speed_limit": "#d6eaf8"}
        print(f'<polygon points="{path(c[0])}" fill="{zone.get(p.get("rule"), "#cfe8cf")}" stroke="#888" stroke-width="0.6"/>')
        north = (c[0][0][1] + c[0][2][1]) / 2 > LAT + 1e-4
        x, y = xy(c[0][3 if north else 0]).split(",")
        labels.append(f'<text x="{x}" y="{float(y) + (-3 if north else 13):.1f}" fill="#333">{f["id"]}</text>')
    else:
        dash = ' stroke-dasharray="7 4"' if p["kind"] == "gate" else ""
        if p["kind"] == "gate":
            x, y = xy(c[-1]).split(",")
            labels.append(f'<text x="{float(x) + 5:.1f}" y="{float(y) + 10:.1f}" fill="#333">{f["id"]}</text>')
        width = 2 * p.get("half_width_m", 8) * SCALE
        colour = "#333" if p["kind"] == "gate" else "#e5e7d8"
        print(f'<polyline points="{path(c)}" fill="none" stroke="{colour}" stroke-width="{1 if dash else width:.1f}"{dash}/>')
for f in day["features"]:
    p, g = f["properties"], f["geometry"]
    if p["kind"] == "track" and g["type"] == "LineString":
        dash = ' stroke-dasharray="2 4"' if p.get("state") == "gap" else ""
        print(f'<polyline points="{path(g["coordinates"])}" fill="none" stroke="{COLOURS[p["vehicle"]]}" stroke-width="0.9" {lane(p["vehicle"])}{dash}/>')
for f in day["features"]:
    p, g = f["properties"], f["geometry"]
    if p["kind"] == "stop" and p.get("event") == "stop_ended":
        x, y = xy(g["coordinates"]).split(",")
        print(f'<circle cx="{x}" cy="{y}" r="5" fill="{COLOURS[p["vehicle"]]}" fill-opacity="0.75"/>')
dumps = {f["properties"]["subject"]: f for f in day["features"] if f["properties"].get("event") == "dump_suspected"}
for f in dumps.values():  # each in its last revision
    x, y = map(float, xy(f["geometry"]["coordinates"]).split(","))
    print(f'<circle cx="{x}" cy="{y}" r="11" fill="none" stroke="#d00000" stroke-width="2"/>')
    labels.append(f'<text x="{x + 15}" y="{y + 4}" fill="#d00000">load dumped?</text>')
for i, (vehicle, colour) in enumerate(COLOURS.items()):
    print(f'<text x="680" y="{24 + 16 * i}" fill="{colour}">{vehicle}  {behaviour(vehicle)}</text>')
print(*labels, sep="\n")
print("</svg>")
