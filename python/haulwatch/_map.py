"""A map to look around in: one file of HTML that needs no network."""

from __future__ import annotations

import html
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ._errors import Error
from ._files import write_text
from ._plots import _lines, _rings, _tracks_of
from ._replay import Result
from ._tables import Events, Table

_UNIT = 1e-6
"""Degrees: the places are whole numbers of these, 11 cm, from the south-west corner."""


class Map:
    """A page with a map. A notebook shows it; `write` makes a file of it, which any browser opens without a network."""

    def __init__(self, page: str) -> None:
        self.html = page
        """The whole page."""

    def write(self, path: str | os.PathLike[str]) -> None:
        write_text(self.html, path)

    def _repr_html_(self) -> str:
        return f'<iframe srcdoc="{html.escape(self.html)}" style="width:100%;height:560px;border:1px solid #ccc"></iframe>'

    def __repr__(self) -> str:
        return f"<Map: {len(self.html):,} characters of HTML; write(path) makes a file>"


class _Corner:
    """Where the whole numbers begin."""

    def __init__(self, lon: float, lat: float) -> None:
        self.lon, self.lat = lon, lat

    def x(self, lon: Any) -> Any:
        return np.round((np.asarray(lon, dtype=float) - self.lon) / _UNIT).astype(np.int64)

    def y(self, lat: Any) -> Any:
        return np.round((np.asarray(lat, dtype=float) - self.lat) / _UNIT).astype(np.int64)

    def flat(self, points: Any) -> list[int]:
        whole: list[int] = np.column_stack((self.x(points[:, 0]), self.y(points[:, 1]))).ravel().tolist()
        return whole


def plot_map(result: Result, vehicles: str | Sequence[str] | None = None) -> Map:
    """The ways of some vehicles (of all) over sites, zones, gates and corridors, with stops and suspicions, to be moved,
    zoomed and wound through time. A click on a stop or a suspicion tells of it.

    Needs the cleaned tracks: `replay(..., keep_tracks=True)`. The page has all that it shows, about 10 bytes a fix, and asks no
    network for anything: there is no street map beneath.
    """
    tracks = _tracks_of(result)
    known = tracks["vehicle"]
    wanted = sorted(set(known)) if vehicles is None else [vehicles] if isinstance(vehicles, str) else list(vehicles)
    unknown = sorted(set(wanted) - set(known))
    if unknown:
        raise Error(f"there is no vehicle {', '.join(repr(name) for name in unknown)} in the tracks")
    shown = (tracks["verdict"] == "kept") & np.isin(known.astype(str), [str(name) for name in wanted])
    if not shown.any():
        raise Error("there is no kept fix to show")
    lon, lat, times = tracks["clean_lon"][shown], tracks["clean_lat"][shown], tracks["time"][shown]
    corner, start = _Corner(float(lon.min()), float(lat.min())), times.min()
    document = {
        "unit": _UNIT,
        "lat0": (float(lat.min()) + float(lat.max())) / 2,
        "start_ms": int(start.astype("int64")),
        "seconds": _seconds(times.max(), start),
        "tracks": [_way(tracks, shown & (known == name), name, corner, start) for name in wanted],
        "stops": _marks(result.stops, wanted, corner, start, _stop_in_words),
        "suspicions": _marks(result.suspicions, wanted, corner, start, _suspicion_in_words),
        **_registry(result, corner),
    }
    data = json.dumps(document, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    title = wanted[0] if len(wanted) == 1 else f"{len(wanted)} vehicles"
    template = (Path(__file__).parent / "map.html").read_text(encoding="utf-8")
    return Map(template.replace("{{title}}", html.escape(f"{title}: haulwatch")).replace("{{data}}", data))


def _seconds(time: Any, start: Any) -> float:
    return float((time - start).astype("int64")) / 1000


def _way(tracks: Table, rows: Any, vehicle: str, corner: _Corner, start: Any) -> dict[str, Any]:
    """Steps from fix to fix, which are shorter than the values; of a stay its first and last fix."""
    own = np.flatnonzero(rows)
    state = tracks["state"][own]
    stopped = state == "stopped"
    within = stopped & np.roll(stopped, 1) & np.roll(stopped, -1)
    within[[0, -1][: len(within)]] = False
    own, state = own[~within], state[~within]
    seconds = np.round((tracks["time"][own] - start).astype("int64") / 1000).astype(np.int64)
    return {
        "vehicle": str(vehicle),
        "t": _steps(seconds),
        "x": _steps(corner.x(tracks["clean_lon"][own])),
        "y": _steps(corner.y(tracks["clean_lat"][own])),
        "gap": _steps(np.flatnonzero(state == "gap")),
    }


def _steps(values: Any) -> list[int]:
    steps: list[int] = np.diff(values, prepend=0).tolist()
    return steps


def _marks(events: Events, vehicles: list[str], corner: _Corner, start: Any, in_words: Any) -> list[dict[str, Any]]:
    marks = []
    for event in events:
        if event["vehicle"] not in vehicles or event["lon"] is None:
            continue
        begin, end = (
            None if event[name] is None else _seconds(np.datetime64(event[name][:-1], "ms"), start) for name in ("start", "end")
        )
        place = {"x": int(corner.x(event["lon"])), "y": int(corner.y(event["lat"]))}
        marks.append({"vehicle": event["vehicle"], "start": begin, "end": end, **place, "text": in_words(event)})
    return marks


def _span(event: dict[str, Any]) -> str:
    first = event["start"][:19].replace("T", " ")
    return f"{first} to {event['end'][11:19]} UTC" if event["end"] else f"from {first} UTC on"


def _stop_in_words(event: dict[str, Any]) -> str:
    return f"stop, {event['purpose']}, {event['site'] or 'outside every site'}\n{_span(event)}"


def _suspicion_in_words(event: dict[str, Any]) -> str:
    reasons = "\n".join(f"{one['weight']:+.2f} {one['name']} ({one['value']:g})" for one in event["reasons"])
    return f"dump suspected, score {event['score']:.2f}\n{_span(event)}\n{reasons}"


def _registry(result: Result, corner: _Corner) -> dict[str, list[dict[str, Any]]]:
    shapes: dict[str, list[dict[str, Any]]] = {"sites": [], "zones": [], "routes": [], "gates": []}
    for feature in result.registry.features() if result.registry is not None else []:
        about, geometry = feature["properties"], feature["geometry"]
        points = _rings(geometry) if geometry["type"].endswith("Polygon") else _lines(geometry)
        shape: dict[str, Any] = {"name": str(about.get("name") or feature["id"]), "lines": [corner.flat(line) for line in points]}
        if about["kind"] == "site":
            shape["role"] = about.get("role", "")
        elif about["kind"] == "route":
            shape["half_width_m"] = float(about["half_width_m"])
        shapes[f"{about['kind']}s"].append(shape)
    return shapes


__all__ = ["Map", "plot_map"]
