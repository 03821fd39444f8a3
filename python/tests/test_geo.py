"""Tables with places, as other tools of geography read them back."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pytest

import haulwatch
from conftest import Lived


@pytest.fixture(scope="module")
def tracks(day: Lived) -> haulwatch.Table:
    return haulwatch.smooth(day.tracks)


def test_geoarrow_is_read_by_geopandas(tracks: haulwatch.Table) -> None:
    arrow = tracks.to_geoarrow("clean_lon", "clean_lat")
    arrow.validate(full=True)
    frame = geopandas.GeoDataFrame.from_arrow(arrow)
    known = np.isfinite(tracks["clean_lon"])
    assert 0 < known.sum() < len(known) and (frame.geometry.notna() == known).all()
    np.testing.assert_array_equal(frame.geometry[known].x, tracks["clean_lon"][known])
    assert frame.crs.to_authority() == ("OGC", "CRS84")


def test_geoarrow_lines_break_at_silences(tracks: haulwatch.Table) -> None:
    arrow = tracks.to_geoarrow_lines("clean_lon", "clean_lat")
    arrow.validate(full=True)
    lines = geopandas.GeoDataFrame.from_arrow(arrow)
    assert (lines.geometry.geom_type == "LineString").all()
    assert [len(line.coords) for line in lines.geometry] == list(lines["fixes"])
    assert (lines["start"] < lines["end"]).all()
    kept = tracks["verdict"] == "kept"
    silences = (tracks["state"][kept] == "gap").sum()
    alone = kept.sum() - lines["fixes"].sum()
    assert silences > 0
    assert len(lines) == silences + len(set(tracks["vehicle"][kept])) - alone
    assert tracks.to_geoarrow_lines().num_rows > 0  # as reported


def test_geoparquet_is_read_by_geopandas_and_by_us(day: Lived, tracks: haulwatch.Table, tmp_path: Path) -> None:
    tracks.to_geoparquet(tmp_path / "clean.parquet", "clean_lon", "clean_lat")
    frame = geopandas.read_parquet(tmp_path / "clean.parquet")
    known = np.isfinite(tracks["clean_lon"])
    assert (frame.geometry.notna() == known).all()
    np.testing.assert_array_equal(frame.geometry[known].y, tracks["clean_lat"][known])
    day.world.tracks.to_geoparquet(tmp_path / "raw.parquet")
    assert haulwatch.replay(tmp_path / "raw.parquet", day.registry, day.manifests).to_jsonl() == day.events
    whole = geopandas.read_parquet(tmp_path / "raw.parquet").drop(columns=["lon", "lat"])
    assert haulwatch.replay(whole, day.registry, day.manifests).to_jsonl() == day.events
    haulwatch.stops(day.tracks).of("overspeed_started").to_geoparquet(tmp_path / "none.parquet")
    assert len(geopandas.read_parquet(tmp_path / "none.parquet")) == 0


def test_moving_features(tracks: haulwatch.Table, tmp_path: Path) -> None:
    tracks.to_mfjson(tmp_path / "tracks.mfjson", "clean_lon", "clean_lat")
    document = json.loads((tmp_path / "tracks.mfjson").read_text())
    assert document == tracks.to_mfjson(None, "clean_lon", "clean_lat")
    kept = tracks["verdict"] == "kept"
    assert [one["id"] for one in document["features"]] == sorted(set(tracks["vehicle"][kept]))
    for feature in document["features"]:
        way = feature["temporalGeometry"]
        assert way["datetimes"] == sorted(set(way["datetimes"])) and len(way["datetimes"]) == len(way["coordinates"])
        own = kept & (tracks["vehicle"] == feature["id"])
        assert len(way["coordinates"]) == len(np.unique(tracks["time"][own]))
        speed = feature["temporalProperties"][0]
        assert len(speed["datetimes"]) == len(speed["speed"]["values"]) > 0
    with pytest.raises(haulwatch.Error, match="there is no column 'x'; there are vehicle"):
        tracks.to_mfjson(lon="x")


class Trajectories:
    """What MovingPandas has of a collection, as far as it is asked for."""

    def __init__(self, points: geopandas.GeoDataFrame) -> None:
        self._points = points

    def get_traj_id_col(self) -> str:
        return "trip"

    def to_traj_gdf(self) -> geopandas.GeoDataFrame:
        raise AssertionError("lines have no times")

    def to_point_gdf(self) -> geopandas.GeoDataFrame:
        return self._points


def test_trajectories_are_taken(day: Lived) -> None:
    frame = pd.read_csv(day.tracks)
    points = geopandas.GeoDataFrame(
        frame.drop(columns=["vehicle", "time", "lon", "lat"]).assign(trip=frame["vehicle"]),
        geometry=geopandas.points_from_xy(frame["lon"], frame["lat"]), crs=4326,
    ).set_axis(pd.DatetimeIndex(pd.to_datetime(frame["time"], format="ISO8601")).tz_localize(None).rename("t"))  # fmt: skip
    assert haulwatch.replay(Trajectories(points), day.registry, day.manifests).to_jsonl() == day.events
