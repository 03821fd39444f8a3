#!/usr/bin/env python3
"""Draws the demo's day as an SVG: draw_day.py REGISTRY.geojson DAY.geojson > day.svg"""
import json
import math
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


print('<svg xmlns="http://www.w3.org/2000/svg" width="900" height="470" font-family="sans-serif" font-size="12">')
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
        width = 2 * p.get("half_width_m", 8) * SCALE
        colour = "#333" if p["kind"] == "gate" else "#e5e7d8"
        print(f'<polyline points="{path(c)}" fill="none" stroke="{colour}" stroke-width="{1 if dash else width:.1f}"{dash}/>')
for f in day["features"]:
    p, g = f["properties"], f["geometry"]
    if p["kind"] == "track" and g["type"] == "LineString":
        dash = ' stroke-dasharray="2 4"' if p.get("state") == "gap" else ""
        print(f'<polyline points="{path(g["coordinates"])}" fill="none" stroke="{COLOURS[p["vehicle"]]}" stroke-width="1.1"{dash}/>')
for f in day["features"]:
    p, g = f["properties"], f["geometry"]
    if p["kind"] == "stop" and p.get("event") == "stop_ended":
        x, y = xy(g["coordinates"]).split(",")
        print(f'<circle cx="{x}" cy="{y}" r="5" fill="{COLOURS[p["vehicle"]]}" fill-opacity="0.75"/>')
for i, (vehicle, colour) in enumerate(COLOURS.items()):
    print(f'<text x="800" y="{24 + 16 * i}" fill="{colour}">{vehicle}</text>')
print(*labels, sep="\n")
print("</svg>")
