"""Pictures: a day, a stop, a suspicion with its evidence along time, and who hauled whereto. Need matplotlib."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from ._errors import Error
from ._replay import Result
from ._tables import Events, Table
from ._worlds import Score

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_SITES = {
    "origin": "#c8a165",
    "disposal": "#6b8e5a",
    "transfer": "#8e7cc3",
    "dock": "#5b8fb0",
    "depot": "#9a9a9a",
    "parking": "#9a9a9a",
    "service": "#d0a0b0",
}
_TRACK = "#2b5c8a"
_RAW = "#8a97a5"
_STOP = "#e07b39"
_DUMP = "#c0272d"
_SECONDS_AROUND = 1200
_FLATTEST = 0.8


def _tracks_of(result: Result) -> Table:
    if result.tracks is None:
        raise Error("pictures need the cleaned tracks: replay(..., keep_tracks=True)")
    return result.tracks


def _one_vehicle(result: Result, vehicle: str | None) -> str:
    known = sorted(set(_tracks_of(result)["vehicle"]))
    if vehicle is None and known:
        return str(known[0])
    if vehicle is None or vehicle not in known:
        raise Error(f"there is no vehicle '{vehicle}'; there are {', '.join(known[:12]) or 'none'}")
    return vehicle


class _Way:
    """One vehicle's cleaned places within a span of time."""

    def __init__(self, tracks: Table, vehicle: str, begin: Any = None, end: Any = None) -> None:
        rows = tracks["vehicle"] == vehicle
        times = tracks["time"]
        if begin is not None:
            rows &= (times >= begin) & (times <= end)
        kept = rows & (tracks["verdict"] == "kept")
        refused = rows & ~kept
        self.time = times[kept]
        self.lon, self.lat = tracks["clean_lon"][kept], tracks["clean_lat"][kept]
        self.raw_lon, self.raw_lat = tracks["lon"][kept], tracks["lat"][kept]
        self.refused_lon, self.refused_lat = tracks["lon"][refused], tracks["lat"][refused]
        self.speed_kmh = tracks["clean_speed_mps"][kept] * 3.6
        gap = tracks["state"][kept] == "gap"
        # A line across a silence would show a way that nobody saw.
        self.line_lon, self.line_lat = np.where(gap, np.nan, self.lon), np.where(gap, np.nan, self.lat)


def _map_of(axes: Axes, lon: Any, lat: Any, margin_m: float) -> None:
    """Degrees at their true proportions, with room around what is shown."""
    inside = np.isfinite(lon) & np.isfinite(lat)
    if not inside.any():
        raise Error("there is nothing to show in that span")
    middle = float(np.mean(lat[inside]))
    per_degree = 111_320.0
    narrow = math.cos(math.radians(middle))
    west, east, south, north = (
        float(value) for value in (lon[inside].min(), lon[inside].max(), lat[inside].min(), lat[inside].max())
    )
    # A map much longer than wide would leave most of the figure empty.
    high = (north - south) / 2 + margin_m / per_degree
    wide = (east - west) / 2 * narrow + margin_m / per_degree
    high, wide = max(high, _FLATTEST * wide), max(wide, _FLATTEST * high)
    axes.set_xlim((west + east) / 2 - wide / narrow, (west + east) / 2 + wide / narrow)
    axes.set_ylim((south + north) / 2 - high, (south + north) / 2 + high)
    axes.set_aspect(1 / narrow, adjustable="box")
    axes.ticklabel_format(useOffset=False)
    axes.tick_params(labelsize=8)
    axes.set_xlabel("longitude / °", fontsize=8)
    axes.set_ylabel("latitude / °", fontsize=8)


def _rings(geometry: dict[str, Any]) -> list[Any]:
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return [np.asarray(polygon[0], dtype=float)[:, :2] for polygon in polygons]


def _lines(geometry: dict[str, Any]) -> list[Any]:
    lines = [geometry["coordinates"]] if geometry["type"] == "LineString" else geometry["coordinates"]
    return [np.asarray(line, dtype=float)[:, :2] for line in lines]


def _is_shown(axes: Axes, points: Any) -> bool:
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    lon, lat = points[:, 0], points[:, 1]
    return bool(lon.max() >= west and lon.min() <= east and lat.max() >= south and lat.min() <= north)


def _draw_registry(axes: Axes, result: Result) -> None:
    """Sites by role, zones and corridors, as far as they reach into the picture."""
    if result.registry is None:
        return
    per_point = _degrees_per_point(axes)
    for feature in result.registry.features():
        kind = feature["properties"].get("kind")
        geometry = feature["geometry"]
        if kind == "site":
            colour = _SITES.get(feature["properties"].get("role", ""), "#9a9a9a")
            for ring in _rings(geometry):
                if not _is_shown(axes, ring):
                    continue
                axes.fill(ring[:, 0], ring[:, 1], facecolor=colour, edgecolor=colour, alpha=0.45, linewidth=0.8, zorder=1)
                axes.annotate(str(feature["id"]), ring.mean(axis=0), fontsize=7, ha="center", color="#444", clip_on=True)
        elif kind == "zone":
            for ring in _rings(geometry):
                if _is_shown(axes, ring):
                    axes.fill(ring[:, 0], ring[:, 1], facecolor="none", edgecolor="#b04a4a", linestyle=":", linewidth=1)
        elif kind == "route":
            wide = 2 * float(feature["properties"]["half_width_m"]) / 111_320.0 / per_point
            for line in _lines(geometry):
                if _is_shown(axes, line):
                    axes.plot(
                        line[:, 0], line[:, 1], color="#cfd8c5", linewidth=max(wide, 1.5), zorder=0,
                        solid_capstyle="round",
                    )  # fmt: skip


def _degrees_per_point(axes: Axes) -> float:
    south, north = axes.get_ylim()
    figure = axes.get_figure()
    height = axes.get_window_extent().height * 72.0 / figure.dpi  # type: ignore[union-attr]
    return (north - south) / height


def _new_axes(axes: Axes | None, size: tuple[float, float] = (8, 7)) -> Axes:
    if axes is not None:
        return axes
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=size, layout="constrained")[1]


def _clock(time: Any) -> str:
    return str(np.datetime_as_string(time, unit="s"))[11:16]


def _draw_way(axes: Axes, way: _Way, raw: bool) -> None:
    if raw:
        axes.plot(way.raw_lon, way.raw_lat, ".", color=_RAW, markersize=4, zorder=2, label="as reported")
    axes.plot(way.line_lon, way.line_lat, color=_TRACK, linewidth=1.2, zorder=3, label="cleaned")
    if len(way.refused_lon):
        axes.plot(way.refused_lon, way.refused_lat, "x", color=_RAW, markersize=5, zorder=2, label="refused")


def plot_day(result: Result, vehicle: str | None = None, *, day: Any = None, ax: Axes | None = None) -> Axes:
    """A vehicle's way, its stops with their times, and its suspicions, over sites and corridors.

    `day` is a date in UTC, as '2026-03-01'; all that is recorded without it.
    """
    vehicle = _one_vehicle(result, vehicle)
    begin = None if day is None else np.datetime64(day, "D").astype("datetime64[ms]")
    end = None if begin is None else begin + np.timedelta64(1, "D")
    way = _Way(_tracks_of(result), vehicle, begin, end)
    axes = _new_axes(ax)
    _map_of(axes, way.lon, way.lat, 500)
    _draw_registry(axes, result)
    _draw_way(axes, way, raw=False)
    for events, colour, mark in ((result.stops, _STOP, "o"), (result.suspicions, _DUMP, "X")):
        rows = (events["vehicle"] == vehicle) & np.isfinite(events["lon"])
        if begin is not None:
            rows &= (events["start"] >= begin) & (events["start"] < end)
        name = "stops" if mark == "o" else "dump suspected"
        if rows.any():
            axes.plot(events["lon"][rows], events["lat"][rows], mark, color=colour, markersize=5 if mark == "o" else 10,
                      zorder=4, label=name)  # fmt: skip
    suspected = result.suspicions
    for i in np.flatnonzero(suspected["vehicle"] == vehicle):
        if begin is None or begin <= suspected["start"][i] < end:
            axes.annotate(
                f"{_clock(suspected['start'][i])}  {suspected['score'][i]:.2f}",
                (suspected["lon"][i], suspected["lat"][i]), xytext=(8, 6), textcoords="offset points", fontsize=8,
                color=_DUMP, clip_on=True, zorder=6, bbox={"facecolor": "white", "alpha": 0.8, "edgecolor": "none", "pad": 1},
            )  # fmt: skip
    axes.set_title(f"{_ascii(axes, vehicle)}, {_span_text(way.time)}", fontsize=10)
    axes.legend(fontsize=8, loc="best")
    return axes


def _ascii(axes: Axes, vehicle: str) -> str:
    """The name as the font can write it: a plate's first character may be one that it lacks."""
    return vehicle if vehicle.isascii() else vehicle.encode("ascii", "replace").decode().replace("?", "·")


def _span_text(times: Any) -> str:
    first, last = (str(np.datetime_as_string(time, unit="m")).replace("T", " ") for time in (times.min(), times.max()))
    return f"{first} to {last[11:] if first[:10] == last[:10] else last} UTC"


def _episode(events: Events, subject: str | int, what: str) -> int:
    """Which row is meant: by its number, or by the id or subject of the event."""
    if isinstance(subject, (int, np.integer)):
        if not -len(events) <= subject < len(events):
            raise Error(f"there are {len(events)} {what}")
        return int(subject) % len(events)
    found = np.flatnonzero((events["subject"] == subject) | (events["id"] == subject))
    if not len(found):
        raise Error(f"no {what} with the id or subject '{subject}'")
    return int(found[0])


def plot_stop(result: Result, stop: str | int = 0, *, ax: Axes | None = None) -> Axes:
    """One stop close up: reports as they came and cleaned, its centre and radius. `stop` is a row of `result.stops`,
    or an id or subject."""
    stops = result.stops
    row = _episode(stops, stop, "stops")
    vehicle, start, end = stops["vehicle"][row], stops["start"][row], stops["end"][row]
    margin = np.timedelta64(90, "s")
    last = _tracks_of(result)["time"].max() if np.isnat(end) else end
    way = _Way(_tracks_of(result), vehicle, start - margin, last + margin)
    lon, lat, radius = stops["lon"][row], stops["lat"][row], stops["radius_m"][row]
    axes = _new_axes(ax, (7, 6.5))
    _map_of(axes, np.array([lon]), np.array([lat]), 3 * radius + 40 if np.isfinite(radius) else 150)
    _draw_registry(axes, result)
    _draw_way(axes, way, raw=True)
    axes.plot([lon], [lat], "+", color=_STOP, markersize=12, zorder=5)
    if np.isfinite(radius):
        turn = np.linspace(0, 2 * np.pi, 90)
        high = radius / 111_320.0
        wide = high / math.cos(math.radians(lat))
        axes.plot(lon + wide * np.cos(turn), lat + high * np.sin(turn), color=_STOP, linewidth=1.5, zorder=4,
                  label=f"95 % within {radius:.0f} m")  # fmt: skip
    until = "goes on" if np.isnat(end) else f"to {_clock(end)}"
    place = stops["site"][row] or "outside every site"
    axes.set_title(
        f"{_ascii(axes, vehicle)}: stop {_span_text(np.array([start]))[:16]} {until} UTC, {place}, {stops['purpose'][row]}",
        fontsize=10,
    )
    axes.legend(fontsize=8, loc="best")
    return axes


def plot_dump(result: Result, suspicion: str | int = 0) -> Figure:
    """One suspicion: where it was, speed and places along time, and what speaks for and against it.

    `suspicion` is a row of `result.suspicions`, or an id or subject.
    """
    import matplotlib.pyplot as plt
    from matplotlib import dates

    suspicions = result.suspicions
    row = _episode(suspicions, suspicion, "suspicions")
    vehicle, start, end = suspicions["vehicle"][row], suspicions["start"][row], suspicions["end"][row]
    around = np.timedelta64(_SECONDS_AROUND, "s")
    way = _Way(_tracks_of(result), vehicle, start - around, end + around)
    figure = plt.figure(figsize=(11, 7), layout="constrained")
    grid = figure.add_gridspec(2, 2, width_ratios=[1.25, 1], height_ratios=[1, 1.1])
    place, speed, reasons = (figure.add_subplot(grid[spot]) for spot in (np.s_[:, 0], np.s_[0, 1], np.s_[1, 1]))

    _map_of(place, way.lon, way.lat, 150)
    _draw_registry(place, result)
    _draw_way(place, way, raw=True)
    place.plot(suspicions["lon"][row], suspicions["lat"][row], "X", color=_DUMP, markersize=13, zorder=6, label="suspected")
    place.legend(fontsize=8, loc="best")
    figure.suptitle(
        f"{_ascii(place, vehicle)}: dump suspected, {_span_text(np.array([start, end]))}, score {suspicions['score'][row]:.2f}",
        fontsize=11,
    )

    speed.plot(way.time, way.speed_kmh, ".-", color=_TRACK, markersize=3, linewidth=0.8)
    speed.axvspan(start, end, color=_DUMP, alpha=0.18)
    speed.set_ylim(bottom=0)
    speed.set_ylabel("speed / km/h", fontsize=8)
    speed.xaxis.set_major_formatter(dates.DateFormatter("%H:%M"))  # type: ignore[no-untyped-call]
    speed.tick_params(labelsize=8)
    _draw_reasons(reasons, suspicions["reasons"][row])
    return figure


def _short(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _draw_reasons(axes: Axes, reasons: list[dict[str, Any]]) -> None:
    ordered = sorted(reasons, key=lambda reason: float(reason["weight"]))
    weights = [reason["weight"] for reason in ordered]
    axes.barh(range(len(ordered)), weights, color=[_DUMP if weight > 0 else "#7a8b99" for weight in weights])
    axes.set_yticks(range(len(ordered)), [f"{reason['name']} ({_short(reason['value'])})" for reason in ordered], fontsize=8)
    axes.axvline(0, color="#444", linewidth=0.8)
    axes.set_xlabel(f"log-odds for and against; sum {sum(weights):+.2f}", fontsize=8)
    axes.tick_params(labelsize=8)


def plot_od(result: Result, *, ax: Axes | None = None) -> Axes:
    """How many trips went from which origin to which destination."""
    trips = result.trips.of("trip_ended")
    origins = [name or "unknown" for name in trips["origin"]]
    destinations = [name or "no site" for name in trips["destination"]]
    if not origins:
        raise Error("no trip has ended")
    rows, columns = sorted(set(origins)), sorted(set(destinations))
    counts = np.zeros((len(rows), len(columns)), dtype=int)
    for origin, destination in zip(origins, destinations):
        counts[rows.index(origin), columns.index(destination)] += 1
    axes = _new_axes(ax, (1.6 + 0.55 * len(columns), 1.6 + 0.4 * len(rows)))
    axes.imshow(counts, cmap="YlOrBr", aspect="auto", vmin=0)
    for i, j in zip(*np.nonzero(counts)):
        dark = counts[i, j] > 0.6 * counts.max()
        axes.text(j, i, str(counts[i, j]), ha="center", va="center", fontsize=8, color="white" if dark else "#333")
    axes.set_xticks(range(len(columns)), columns, fontsize=8, rotation=60, ha="right")
    axes.set_yticks(range(len(rows)), rows, fontsize=8)
    axes.set_xlabel("destination", fontsize=8)
    axes.set_ylabel("origin", fontsize=8)
    axes.set_title(f"{len(origins)} trips", fontsize=10)
    return axes


def plot_reliability(scored: Score, *, first: bool = False, ax: Axes | None = None) -> Axes:
    """Whether a suspicion's score of 0.8 is right eight times in ten: the share of true suspicions in each tenth of the
    scale, with its 95 % interval, and how many there are. `first` takes suspicions as first raised, not as they ended.

    The interval is Wilson's: E. B. Wilson, Probable Inference, the Law of Succession, and Statistical Inference (Journal
    of the American Statistical Association 22, 1927).
    """
    told = scored["suspicions"]["first_raised" if first else "final"]
    bins = [one for one in told["reliability"] if one["claims"]]
    if not bins:
        raise Error("no suspicion was raised")
    claims = np.array([one["claims"] for one in bins], dtype=float)
    scores = np.array([one["mean_score"] for one in bins], dtype=float)
    shares = np.array([one["share_true"] for one in bins], dtype=float)
    low, high = _wilson(shares, claims)
    axes = _new_axes(ax, (5.5, 5.5))
    axes.plot([0, 1], [0, 1], color="#999", linewidth=0.8, linestyle="--", label="score = share that is true")
    # An interval's end may lie beyond the share by a rounding.
    spread = np.maximum([shares - low, high - shares], 0.0)
    axes.errorbar(scores, shares, yerr=spread, fmt="o", color=_DUMP, markersize=5, capsize=3, linewidth=1, label="suspicions, 95 %")
    for x, y, n in zip(scores, shares, claims):
        axes.annotate(f"{n:.0f}", (x, y), xytext=(-6, 0), textcoords="offset points", ha="right", va="center", fontsize=8)
    axes.set_xlim(-0.02, 1.02)
    axes.set_ylim(-0.02, 1.02)
    axes.set_aspect("equal")
    axes.tick_params(labelsize=8)
    axes.set_xlabel("score", fontsize=8)
    axes.set_ylabel("share that is true", fontsize=8)
    brier = told["brier"]
    axes.set_title(f"{claims.sum():.0f} suspicions" + ("" if brier is None else f", Brier score {brier:.3f}"), fontsize=10)
    axes.legend(fontsize=8, loc="best")
    return axes


def _wilson(shares: Any, claims: Any) -> tuple[Any, Any]:
    z = 1.959964
    middle = (shares + z * z / (2 * claims)) / (1 + z * z / claims)
    half = z / (1 + z * z / claims) * np.sqrt(shares * (1 - shares) / claims + z * z / (4 * claims * claims))
    return middle - half, middle + half
