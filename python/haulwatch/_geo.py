"""Tables with places, as the tools of geography want them: GeoArrow, GeoParquet, MF-JSON, MovingPandas."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from ._errors import Error, FileError

if TYPE_CHECKING:
    import pyarrow

    from ._tables import Table

_CRS = "OGC:CRS84"


def check_columns(table: Table, *names: str) -> None:
    for name in names:
        if name not in table:
            raise Error(f"there is no column '{name}'; there are {', '.join(table.columns)}")


def geoarrow_of(table: Table, lon: str, lat: str) -> pyarrow.Table:
    """With a column `geometry` of GeoArrow points beside the others; null where the place is not known."""
    import pyarrow as pa

    check_columns(table, lon, lat)
    x, y = (np.ascontiguousarray(table[name], dtype=np.float64) for name in (lon, lat))
    absent = ~(np.isfinite(x) & np.isfinite(y))
    points = pa.StructArray.from_arrays(
        [pa.array(x), pa.array(y)], fields=[pa.field("x", pa.float64(), False), pa.field("y", pa.float64(), False)],
        mask=pa.array(absent),
    )  # fmt: skip
    return table.to_arrow().append_column(_geoarrow_field("point", points.type), points)


def _geoarrow_field(kind: str, type: pyarrow.DataType) -> pyarrow.Field:
    import pyarrow as pa

    about = {
        "ARROW:extension:name": f"geoarrow.{kind}",
        "ARROW:extension:metadata": json.dumps({"crs": _CRS, "crs_type": "authority_code"}),
    }
    return pa.field("geometry", type, metadata=about)


def geoarrow_lines_of(table: Table, lon: str, lat: str) -> pyarrow.Table:
    """One row a vehicle and unbroken stretch of its way, with a GeoArrow line. A silence (`state` is `gap`) breaks it: nobody
    saw the way across. What is left of one place alone is no line."""
    import pyarrow as pa

    stretches: list[tuple[str, Any]] = []
    for vehicle, rows in _tracks_of(table, lon, lat):
        breaks: Any = np.flatnonzero(table["state"][rows] == "gap") if "state" in table else []
        stretches += [(vehicle, stretch) for stretch in np.split(rows, breaks) if len(stretch) > 1]
    rows = np.concatenate([stretch for _, stretch in stretches] or [np.empty(0, dtype=int)])
    ends = np.cumsum([0] + [len(stretch) for _, stretch in stretches])
    vertices = pa.StructArray.from_arrays(
        [pa.array(table[name][rows]) for name in (lon, lat)],
        fields=[pa.field("x", pa.float64(), False), pa.field("y", pa.float64(), False)],
    )
    lines = pa.ListArray.from_arrays(
        pa.array(ends, pa.int32()), vertices, type=pa.list_(pa.field("vertices", vertices.type, False))
    )
    moment = pa.timestamp("ms", "UTC")
    columns = {
        "vehicle": pa.array([vehicle for vehicle, _ in stretches], pa.string()),
        "start": pa.array(table["time"][rows[ends[:-1]]], moment),
        "end": pa.array(table["time"][rows[ends[1:] - 1]], moment),
        "fixes": pa.array(np.diff(ends), pa.int64()),
    }
    return pa.table(columns).append_column(_geoarrow_field("linestring", lines.type), lines)


def write_geoparquet(table: Table, path: str | os.PathLike[str], lon: str, lat: str) -> None:
    """GeoParquet 1.1: points as WKB."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    check_columns(table, lon, lat)
    x, y = table[lon], table[lat]
    known = np.isfinite(x) & np.isfinite(y)
    points = np.zeros(len(table), dtype=[("order", "u1"), ("type", "<u4"), ("x", "<f8"), ("y", "<f8")])
    points["order"], points["type"], points["x"], points["y"] = 1, 1, x, y
    size = points.dtype.itemsize
    offsets = np.concatenate(([0], np.cumsum(np.where(known, size, 0)))).astype(np.int32)
    geometry = pa.Array.from_buffers(
        pa.binary(), len(table),
        [
            pa.py_buffer(np.packbits(known, bitorder="little").tobytes()),
            pa.py_buffer(offsets.tobytes()),
            pa.py_buffer(points[known].tobytes()),
        ],
        null_count=int((~known).sum()),
    )  # fmt: skip
    column: dict[str, Any] = {"encoding": "WKB", "geometry_types": ["Point"]}
    if known.any():
        column["bbox"] = [float(v) for v in (x[known].min(), y[known].min(), x[known].max(), y[known].max())]
    about = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
    arrow = table.to_arrow().append_column("geometry", geometry)
    try:
        pq.write_table(arrow.replace_schema_metadata({"geo": json.dumps(about)}), os.fspath(path), compression="zstd")
    except OSError as error:
        raise FileError(f"{os.fspath(path)}: {error.strerror or error}") from None


def _tracks_of(table: Table, lon: str, lat: str) -> Iterator[tuple[str, Any]]:
    """Each vehicle with the rows that have a place, by time, each time once."""
    check_columns(table, "vehicle", "time", lon, lat)
    vehicles, times = table["vehicle"], table["time"]
    known = np.isfinite(table[lon]) & np.isfinite(table[lat]) & ~np.isnat(times)
    names, numbers = np.unique(vehicles[known].astype(str), return_inverse=True)
    rows = np.flatnonzero(known)
    order = np.lexsort((times[rows], numbers))
    rows, numbers = rows[order], numbers[order]
    for number, name in enumerate(names):
        own = rows[np.searchsorted(numbers, number) : np.searchsorted(numbers, number, side="right")]
        first_of_time = np.concatenate(([True], times[own][1:] != times[own][:-1]))
        yield str(name), own[first_of_time]


def mfjson_of(table: Table, lon: str, lat: str) -> dict[str, Any]:
    """OGC Moving Features JSON: one feature a vehicle, with its places and, where there is one, its speed along time."""
    features = []
    speed = next((name for name in ("clean_speed_mps", "speed_mps") if name in table), None)
    for vehicle, rows in _tracks_of(table, lon, lat):
        moments = [f"{text}Z" for text in np.datetime_as_string(table["time"][rows], unit="ms")]
        feature: dict[str, Any] = {
            "type": "Feature",
            "id": vehicle,
            "properties": {"vehicle": vehicle},
            "temporalGeometry": {
                "type": "MovingPoint",
                "datetimes": moments,
                "coordinates": np.column_stack((table[lon][rows], table[lat][rows])).tolist(),
                "interpolation": "Linear",
            },
        }
        if speed is not None:
            values = table[speed][rows]
            told = np.isfinite(values)
            feature["temporalProperties"] = [
                {
                    "datetimes": [moment for moment, yes in zip(moments, told) if yes],
                    "speed": {
                        "type": "Measure", "form": "MTS", "interpolation": "Linear",
                        "values": values[told].astype(float).tolist(),
                    },
                }
            ]  # fmt: skip
        features.append(feature)
    return {
        "type": "FeatureCollection",
        "crs": {"type": "Name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}},
        "trs": {"type": "Name", "properties": {"name": "urn:ogc:data:time:iso8601"}},
        "features": features,
    }


def movingpandas_of(table: Table, lon: str, lat: str) -> Any:
    """A `TrajectoryCollection` of all vehicles with at least two places."""
    import movingpandas

    if not len(table):
        raise Error("there is no row to make a trajectory of")
    frame = table.to_geopandas(lon, lat)
    rows = np.concatenate([rows for _, rows in _tracks_of(table, lon, lat)] or [np.empty(0, dtype=int)])
    frame = frame.iloc[rows].set_index(frame["time"].iloc[rows].dt.tz_localize(None).rename("t"))
    # A category would be one trajectory for each vehicle of the whole table, there or not.
    frame["vehicle"] = frame["vehicle"].astype(str)
    return movingpandas.TrajectoryCollection(frame, traj_id_col="vehicle")
