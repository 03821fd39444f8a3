"""Pictures are drawn of what is there, and say what is missing."""

from __future__ import annotations

import json
import re
from pathlib import Path

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

import haulwatch
from conftest import Lived


@pytest.fixture(scope="module")
def result(day: Lived) -> haulwatch.Result:
    return haulwatch.replay(day.tracks, day.registry, keep_tracks=True)


@pytest.fixture(autouse=True)
def closed() -> object:
    yield
    plt.close("all")


def test_a_day(result: haulwatch.Result) -> None:
    vehicle = result.stops["vehicle"][0]
    axes = haulwatch.plot_day(result, vehicle)
    stops = next(line for line in axes.get_lines() if line.get_label() == "stops")
    assert len(stops.get_xdata()) == np.isfinite(result.stops["lon"][result.stops["vehicle"] == vehicle]).sum()
    axes.get_figure().canvas.draw()


def test_a_stop(result: haulwatch.Result) -> None:
    by_row, by_subject = haulwatch.plot_stop(result, 3), haulwatch.plot_stop(result, result.stops["subject"][3])
    assert by_row.get_title() == by_subject.get_title()
    with pytest.raises(haulwatch.Error, match="no stops with the id"):
        haulwatch.plot_stop(result, "0123456789abcdef")


def test_a_suspicion(result: haulwatch.Result) -> None:
    assert len(result.suspicions) > 0
    figure = haulwatch.plot_dump(result, 0)
    _, _, reasons = figure.axes
    assert len(reasons.patches) == len(result.suspicions["reasons"][0])
    figure.canvas.draw()
    with pytest.raises(haulwatch.Error, match="there are"):
        haulwatch.plot_dump(result, 10_000)


def test_origins_and_destinations(result: haulwatch.Result) -> None:
    axes = haulwatch.plot_od(result)
    assert axes.get_title() == f"{len(result.trips.of('trip_ended'))} trips"
    assert axes.images[0].get_array().sum() == len(result.trips.of("trip_ended"))


def test_tracks_that_were_not_kept(day: Lived) -> None:
    with pytest.raises(haulwatch.Error, match="keep_tracks=True"):
        haulwatch.plot_day(haulwatch.replay(day.tracks))


def test_reliability(day: Lived, result: haulwatch.Result) -> None:
    scored = haulwatch.score(day.world, result)
    axes = haulwatch.plot_reliability(scored)
    assert axes.get_title().startswith(f"{scored['suspicions']['final']['claims']} suspicions, Brier score ")
    assert len(axes.containers) == 1
    axes.get_figure().canvas.draw()
    with pytest.raises(haulwatch.Error, match="no suspicion"):
        haulwatch.plot_reliability(haulwatch.score(day.world, ""))


def test_a_map_needs_no_network(result: haulwatch.Result, tmp_path: Path) -> None:
    page = haulwatch.plot_map(result)
    page.write(tmp_path / "day.html")
    text = (tmp_path / "day.html").read_text(encoding="utf-8")
    assert text == page.html
    assert not re.search(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}|\bsrc=|@import|url\(", text)
    assert "iframe" in page._repr_html_()
    shown = json.loads(re.search(r'<script id="data"[^>]*>(.*?)</script>', text, re.DOTALL)[1])  # type: ignore[index]
    assert [track["vehicle"] for track in shown["tracks"]] == sorted(set(result.tracks["vehicle"]))  # type: ignore[index]
    assert len(shown["suspicions"]) == len(result.suspicions)
    assert len(shown["stops"]) == np.isfinite(result.stops["lon"]).sum()
    assert len(shown["sites"]) == len(result.registry.features("site"))  # type: ignore[union-attr]


def test_a_map_has_the_places_of_its_tracks(result: haulwatch.Result) -> None:
    tracks = result.tracks
    assert tracks is not None
    vehicle = str(tracks["vehicle"][0])
    page = haulwatch.plot_map(result, vehicle).html
    shown = json.loads(re.search(r'<script id="data"[^>]*>(.*?)</script>', page, re.DOTALL)[1])  # type: ignore[index]
    rows = (tracks["vehicle"] == vehicle) & (tracks["verdict"] == "kept")
    (way,) = shown["tracks"]
    lon = tracks["clean_lon"][rows].min() + np.cumsum(way["x"]) * shown["unit"]
    assert abs(lon[0] - tracks["clean_lon"][rows][0]) < 2e-6
    assert abs(lon[-1] - tracks["clean_lon"][rows][-1]) < 2e-6
    assert len(way["t"]) == len(way["x"]) == len(way["y"]) <= rows.sum()
    with pytest.raises(haulwatch.Error, match="no vehicle 'nobody'"):
        haulwatch.plot_map(result, "nobody")
