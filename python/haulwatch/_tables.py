"""Results: columns that speak Arrow, and become frames of whichever library is there."""

from __future__ import annotations

import html
import json
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from . import _engine
from ._files import json_lines, write_text
from ._geo import geoarrow_lines_of, geoarrow_of, mfjson_of, movingpandas_of, write_geoparquet

if TYPE_CHECKING:
    import geopandas
    import pandas
    import polars
    import pyarrow

_SHOWN_ROWS = 10


class Table:
    """Columns of one length, as a call gave them; not to be changed.

    Speaks the Arrow PyCapsule interface: `pyarrow.table(t)`, `polars.DataFrame(t)` and DuckDB take it without a copy.
    """

    def __init__(self, native: _engine.OutTable) -> None:
        self._native = native

    @property
    def _columns(self) -> _engine.OutTable:
        return self._native

    def __len__(self) -> int:
        return self._columns.rows

    @property
    def columns(self) -> list[str]:
        """The columns' names."""
        return list(self._columns.names)

    def __contains__(self, name: object) -> bool:
        return name in self.columns

    def __getitem__(self, name: str) -> np.ndarray[Any, Any]:
        """A column as NumPy has it: times as datetime64[ms] in UTC; what is not known is NaN, NaT or None."""
        values: np.ndarray[Any, Any] = self._columns.values_of(name)
        return values

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._columns.arrow_stream()

    def __arrow_c_schema__(self) -> object:
        return self._columns.arrow_schema()

    def to_numpy(self) -> dict[str, np.ndarray[Any, Any]]:
        """Each column by its name, as by `table[name]`."""
        return {name: self[name] for name in self.columns}

    def to_arrow(self) -> pyarrow.Table:
        """As a pyarrow table, without a copy."""
        import pyarrow

        return pyarrow.table(self)

    def to_polars(self) -> polars.DataFrame:
        import polars

        return polars.DataFrame(self)

    def to_pandas(self) -> pandas.DataFrame:
        """As a pandas frame: times in UTC, categories where texts repeat, nullable flags and counts only where some
        are not known."""
        import pandas as pd

        return pd.DataFrame({name: self._series(name) for name in self.columns})

    def _series(self, name: str) -> Any:
        import pandas as pd

        kind = self._columns.type_of(name)
        if kind == "category":
            codes, names = self._columns.categories_of(name)
            return pd.Series(pd.Categorical.from_codes(codes, names))
        values = self[name]
        if kind == "time":
            return pd.Series(pd.DatetimeIndex(values).tz_localize("UTC"))
        if self._columns.nulls_of(name) and kind in ("flag", "whole"):
            absent = self._columns.absent_of(name)
            plain = np.where(absent, 0, values).astype(bool if kind == "flag" else np.int64)
            return pd.Series(pd.arrays.BooleanArray(plain, absent) if kind == "flag" else pd.arrays.IntegerArray(plain, absent))
        return pd.Series(values.astype(bool) if kind == "flag" else values)

    def to_geopandas(self, lon: str = "lon", lat: str = "lat") -> geopandas.GeoDataFrame:
        """As a GeoPandas frame of points in WGS-84; of cleaned tracks ask for 'clean_lon', 'clean_lat'."""
        import geopandas

        frame = self.to_pandas()
        points = geopandas.points_from_xy(frame[lon], frame[lat])
        return geopandas.GeoDataFrame(frame, geometry=points, crs="EPSG:4326")

    def to_geoarrow(self, lon: str = "lon", lat: str = "lat") -> pyarrow.Table:
        """As a pyarrow table with a column `geometry` of GeoArrow points, as GeoPandas, DuckDB and lonboard read it."""
        return geoarrow_of(self, lon, lat)

    def to_geoarrow_lines(self, lon: str = "lon", lat: str = "lat") -> pyarrow.Table:
        """Tracks as a pyarrow table of GeoArrow lines: one row a vehicle and stretch without a silence, with `start`, `end`
        and how many `fixes` it has. `geopandas.GeoDataFrame.from_arrow` takes it."""
        return geoarrow_lines_of(self, lon, lat)

    def to_geoparquet(self, path: str | os.PathLike[str], lon: str = "lon", lat: str = "lat") -> None:
        """A GeoParquet file with a column `geometry` of points. Needs pyarrow, and not GeoPandas."""
        write_geoparquet(self, path, lon, lat)

    def to_mfjson(
        self, path: str | os.PathLike[str] | None = None, lon: str = "lon", lat: str = "lat"
    ) -> dict[str, Any] | None:
        """Tracks as OGC Moving Features JSON, one feature a vehicle: as a dict, or into a file."""
        document = mfjson_of(self, lon, lat)
        if path is None:
            return document
        write_text(json.dumps(document, ensure_ascii=False), path)
        return None

    def to_movingpandas(self, lon: str = "lon", lat: str = "lat") -> Any:
        """Tracks as a MovingPandas `TrajectoryCollection`; `replay` and the other calls take one, too."""
        return movingpandas_of(self, lon, lat)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Row by row, as plain Python values."""
        return iter(self._rows(len(self)))

    def _rows(self, limit: int) -> list[dict[str, Any]]:
        columns = {name: self._plain(name, limit) for name in self.columns}
        return [dict(zip(columns, row)) for row in zip(*columns.values())]

    def _plain(self, name: str, limit: int) -> list[Any]:
        values = self._columns.values_of(name, limit)[:limit]
        if self._columns.type_of(name) == "time":
            texts = np.char.add(np.datetime_as_string(values, unit="ms"), "Z")
            return [None if absent else str(text) for text, absent in zip(texts, np.isnat(values))]
        if values.dtype.kind == "f":
            return [None if value != value else value for value in values.tolist()]
        if self._columns.type_of(name) == "whole" and self._columns.nulls_of(name):
            absent = self._columns.absent_of(name)
            return [None if gone else value for value, gone in zip(values.tolist(), absent)]
        plain: list[Any] = values.tolist()
        return plain

    def to_jsonl(self, path: str | os.PathLike[str] | None = None) -> str | None:
        """One JSON object a line: as text, or into a file."""
        lines = self._json_lines()
        if path is None:
            return lines
        write_text(lines, path)
        return None

    def _json_lines(self) -> str:
        return json_lines(self)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {len(self)} rows of {', '.join(self.columns)}>"

    def _repr_html_(self) -> str:
        names = self.columns
        head = self._rows(_SHOWN_ROWS)
        cells = "".join(
            "<tr>" + "".join(f"<td>{_cell(row[name])}</td>" for name in names) + "</tr>" for row in head
        )
        titles = "".join(f"<th>{html.escape(name)}</th>" for name in names)
        more = f"<p>{len(self)} rows</p>" if len(self) > len(head) else ""
        return f"<table><thead><tr>{titles}</tr></thead><tbody>{cells}</tbody></table>{more}"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        value = ", ".join(
            f"{item['name']} {item['weight']:+g}" if isinstance(item, dict) else str(item) for item in value
        )
    return html.escape(f"{value:g}" if isinstance(value, float) and abs(value) < 1e5 and value != round(value, 5) else str(value))


class Events(Table):
    """Events in the order of every output: by the moment of proof, then the vehicle."""

    def __init__(self, events: _engine.EventList, kinds: list[str] | None = None) -> None:
        self._events = events
        self._kinds = kinds or []
        self._made: _engine.OutTable | None = None

    @property
    def _columns(self) -> _engine.OutTable:
        if self._made is None:
            self._made = self._events.to_table(self._kinds)
        return self._made

    def __len__(self) -> int:
        return len(self._events)

    def of(self, *kinds: str, vehicle: str = "") -> Events:
        """Those of some kinds (as 'stop_ended'), of one vehicle, or both; with the columns of those kinds alone."""
        return Events(self._events.of(list(kinds), vehicle), list(kinds) or self._kinds)

    def final(self) -> Events:
        """Each event once, in its last revision, without those that were taken back."""
        return Events(self._events.final(), self._kinds)

    def episodes(self, *kinds: str) -> Events:
        """One row an episode, with the last that is known of it: of a stop that has not ended, its start."""
        return Events(self._events.episodes(list(kinds)), list(kinds))

    @property
    def stops(self) -> Events:
        """One row a stop, in its last revision; `end` is not known of those that go on."""
        return self.episodes("stop_started", "stop_ended")

    @property
    def trips(self) -> Events:
        """One row a trip from loading to unloading; `unloaded_at` is not known of those under way."""
        return self.episodes("trip_started", "trip_ended")

    @property
    def suspicions(self) -> Events:
        """One row a suspicion of dumping that stands, with score and reasons."""
        return self.episodes("dump_suspected")

    def counts(self) -> dict[str, int]:
        """How many of each kind."""
        return dict(self._events.counts())

    def dicts(self) -> list[dict[str, Any]]:
        """Each event with its own fields only, as its line of JSON has them."""
        return [json.loads(line) for line in self._json_lines().splitlines()]

    def _json_lines(self) -> str:
        """The bytes that `haulwatch replay --events` writes."""
        lines: str = self._events.to_jsonl()
        return lines
