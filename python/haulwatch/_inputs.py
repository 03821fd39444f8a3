"""Tracks as callers have them, made into what the engine reads."""

from __future__ import annotations

import difflib
import os
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Union, cast

import numpy as np

from . import _engine
from ._errors import FileError, InputError, InputWarning
from ._times import zone_minutes, zone_text

if TYPE_CHECKING:
    import datetime as dt

TrackLike = Any
"""A table that speaks Arrow (pyarrow, Polars, DuckDB, pandas, GeoPandas), MovingPandas trajectories, a NumPy structured array, a mapping of
arrays, or paths of files and folders: CSV, JSON, JT/T 808, NMEA, each plain or .gz, and Parquet."""


class Reading(TypedDict, total=False):
    """How tracks are to be read, where they are not in the project's own format."""

    columns: Mapping[str, str | int]
    """Ours: theirs, as `{'time': 'timestamp', 'speed_kmh': 'v'}`; 'v*0.5144' multiplies. Of files also column numbers
    from 1, 'date+time', '@file' and '@folder' for the vehicle."""
    time_format: str
    """`unix_s`, `unix_ms`, `unix_us`, `unix_ns`, or a pattern for text such as `%d.%m.%Y %H:%M:%S`."""
    time_zone: Union[str, "dt.tzinfo", "dt.timedelta"]
    """Of times that name none: '+08:00', 'UTC', 'Asia/Shanghai'."""
    datum: str
    """Of the places: 'wgs84' (the default), 'gcj02' or 'bd09'."""
    vehicle: str
    """The vehicle of every row, where there is no column for it."""
    plane_origin: tuple[float, float]
    """`lon` and `lat` hold metres east and north of this place in degrees."""
    delimiter: str
    """Of files: one character, or tab, blank, semicolon, pipe."""
    header: bool
    """Of files: whether the first row names the columns."""
    skip_lines: int
    """Of files: lines before the header."""
    wide: str
    """Of files: 'SKIP+WIDTH' where a row holds a whole track."""
    lenient: bool
    """Of files: take frames and sentences that lie about their length or check byte."""


_FILES_ONLY = {"delimiter", "header", "skip_lines", "wide", "lenient"}
_UNITS: dict[str, tuple[str, float]] = {
    "speed_kmh": ("speed_mps", 1 / 3.6),
    "speed_knots": ("speed_mps", 1852 / 3600),
    "speed_mph": ("speed_mps", 0.44704),
    "odometer_km": ("odometer_m", 1000.0),
    "odometer_miles": ("odometer_m", 1609.344),
}
"""Names that tell another unit than ours, and how much of ours it is."""
_USUAL = {
    "time": ("timestamp", "datetime", "date_time", "t", "gps_time", "ts"),
    "vehicle": ("vehicle_id", "taxi_id", "trackid", "track_id", "traj_id", "user_id", "id", "plate", "device", "mmsi"),
    "lon": ("longitude", "lng", "long", "x"),
    "lat": ("latitude", "y"),
}
_COLUMNS: list[str] = _engine.track_columns()
_NEEDED = ("vehicle", "time", "lon", "lat")


class Mappings:
    """Which of their columns says what, and in which unit."""

    def __init__(self, reading: Mapping[str, Any]) -> None:
        self.theirs: dict[str, tuple[str, float]] = {}
        self.vehicle = str(reading.get("vehicle", ""))
        for name, column in dict(reading.get("columns") or {}).items():
            ours, factor = _UNITS.get(name, (name, 1.0))
            if ours not in _COLUMNS:
                near = difflib.get_close_matches(name, [*_COLUMNS, *_UNITS], 1)
                hint = f" (did you mean '{near[0]}'?)" if near else ""
                raise InputError.of("", "columns of " + ", ".join([*_COLUMNS, *_UNITS]), f"'{name}'{hint}")
            if ours in self.theirs:
                raise InputError.of(str(column), f"one column for {ours}", "two")
            self.theirs[ours] = (str(column), factor)

    def bind(self, names: Sequence[str]) -> list[tuple[str, str, float]]:
        """As the engine takes it: ours, theirs, factor. A text after `*` multiplies, unless it is part of a name."""
        bound = []
        for ours, (theirs, factor) in self.theirs.items():
            name, star, number = theirs.rpartition("*")
            if star and theirs not in names:
                try:
                    factor *= float(number)
                except ValueError:
                    raise InputError.of(theirs, "a number behind *", f"'{number}'") from None
                theirs = name.strip()
            bound.append((ours, theirs, factor))
        return bound

    def wanted(self, names: Sequence[str]) -> list[str]:
        """Those of the table's columns that will be read. Faults are left for the engine to find all at once."""
        ours = {name: theirs for name, theirs, _ in self.bind(names)}
        return [name for name in names if name in {ours.get(column, column) for column in _COLUMNS}]

    def texts(self) -> list[str]:
        """As the command line and the readers of files have it."""
        texts = []
        for ours, (theirs, factor) in self.theirs.items():
            times = "" if factor == 1.0 else f"*{factor!r}"
            texts.append(f"{ours}={theirs}{times}")
        if self.vehicle:
            texts.append(f"vehicle='{self.vehicle}'")
        return texts


def _known_options(reading: Mapping[str, Any]) -> None:
    unknown = set(reading) - set(Reading.__annotations__)
    if unknown:
        raise TypeError(f"unexpected keyword argument(s): {', '.join(sorted(unknown))}")


def _datum(name: Any) -> _engine.Datum:
    try:
        return _engine.Datum[str(name).lower()]
    except KeyError:
        raise ValueError(f"datum: '{name}' is none of wgs84, gcj02, bd09") from None


def _warn(text: str) -> None:
    """Points at the caller's own line."""
    level = 2
    here = os.path.dirname(__file__)
    frame: Any = __import__("sys")._getframe(1)
    while frame is not None and os.path.dirname(frame.f_code.co_filename) == here:
        frame = frame.f_back
        level += 1
    warnings.warn(text, InputWarning, stacklevel=level)


def _is_files(tracks: Any) -> bool:
    if isinstance(tracks, (str, os.PathLike)):
        return True
    return isinstance(tracks, (list, tuple)) and all(isinstance(path, (str, os.PathLike)) for path in tracks) and bool(tracks)


class Files:
    """Files that the engine's own readers read."""

    def __init__(self, paths: list[str], reading: Mapping[str, Any]) -> None:
        self.paths = paths
        origin = reading.get("plane_origin")
        self.format = _engine.TrackFormat(
            Mappings(reading).texts(),
            str(reading.get("time_format", "")),
            zone_text(zone_minutes(reading.get("time_zone"))),
            str(reading.get("delimiter", "")),
            bool(reading.get("header", True)),
            int(reading.get("skip_lines", 0)),
            str(reading.get("wide", "")),
            _datum(reading.get("datum", "wgs84")),
            "" if origin is None else f"{origin[0]!r},{origin[1]!r}",
            bool(reading.get("lenient", False)),
        )


def open_tracks(tracks: TrackLike, reading: Mapping[str, Any]) -> Files | _engine.FixTable:
    """Makes of any tracks what can be replayed."""
    _known_options(reading)
    if _is_files(tracks):
        paths = [os.fspath(path) for path in (tracks if isinstance(tracks, (list, tuple)) else [tracks])]
        for path in paths:
            if not os.path.exists(path):
                raise FileError(f"{path}: no such file or folder")
        parquet = _parquet_files(paths)
        if parquet is None:
            return Files(paths, reading)
        tracks = _read_parquet(parquet, Mappings(reading))
    return open_table(tracks, reading)


def open_table(tracks: TrackLike, reading: Mapping[str, Any]) -> _engine.FixTable:
    """Makes of a table what can be folded. Warns of what may not be meant so."""
    _known_options(reading)
    only_files = sorted(_FILES_ONLY & set(reading))
    if only_files:
        raise TypeError(f"{', '.join(only_files)}: for files, not for a {type(tracks).__name__}")
    mappings = Mappings(reading)
    table = _input_table(tracks, mappings)
    names = list(table.names)
    try:
        fixes = _engine.FixTable(
            table,
            mappings.bind(names),
            str(reading.get("time_format", "")),
            zone_minutes(reading.get("time_zone")),
            _datum(reading.get("datum", "wgs84")),
            reading.get("plane_origin"),
            mappings.vehicle,
        )
    except InputError as error:
        raise InputError(str(error) + _suggestion(error, names), error.faults) from None
    for remark in fixes.remarks:
        _warn(remark)
    names = _names_of(tracks) or names
    for name, (ours, _) in _UNITS.items():
        if name in names and ours not in names and ours not in mappings.theirs:
            _warn(f"column '{name}' is not read; say columns={{'{name}': '{name}'}}")
    return fixes


def _names_of(tracks: Any) -> list[str]:
    """All names that the caller's table has, read or not; none where it does not tell."""
    if isinstance(tracks, Mapping):
        return [str(name) for name in tracks]
    names = getattr(tracks, "column_names", None)
    if names is None:
        names = getattr(tracks, "columns", None)
    return [name for name in names if isinstance(name, str)] if names is not None and not callable(names) else []


def _suggestion(error: InputError, names: Sequence[str]) -> str:
    """A mapping that may help, for needed columns that go by another usual name."""
    lower = {name.lower(): name for name in names}
    missing = [fault.column for fault in error.faults if fault.expected.startswith("a column for ")]
    found = {
        column: lower[usual]
        for column in _NEEDED
        if column in missing
        for usual in reversed(_USUAL[column])
        if usual in lower
    }
    return f"\nperhaps columns={found!r}" if found else ""


def _input_table(tracks: Any, mappings: Mappings) -> _engine.InputTable:
    if hasattr(tracks, "to_traj_gdf") and (hasattr(tracks, "to_point_gdf") or hasattr(tracks, "df")):
        return _of_movingpandas(tracks, mappings)
    kind = type(tracks).__module__.split(".")[0]
    if kind in ("pandas", "geopandas") and hasattr(tracks, "columns"):
        return _of_pandas(tracks, mappings)
    if kind == "polars":
        return _of_polars(tracks, mappings)
    if kind == "pyarrow" and hasattr(tracks, "select") and hasattr(tracks, "column_names"):
        names = mappings.wanted(tracks.column_names)
        if len(set(names)) == len(names):
            tracks = tracks.select(names or tracks.column_names)
    if hasattr(tracks, "__arrow_c_stream__"):
        return _engine.InputTable.of_stream(tracks.__arrow_c_stream__())
    if hasattr(tracks, "__arrow_c_array__"):
        return _engine.InputTable.of_batch(*tracks.__arrow_c_array__())
    if isinstance(tracks, np.ndarray):
        return _of_structured(tracks, mappings)
    if isinstance(tracks, Mapping):
        return _of_mapping(tracks, mappings)
    raise InputError.of(
        "", "an Arrow table, a frame, a structured array, a mapping of arrays or a path", f"a {type(tracks).__name__}"
    )


def _of_movingpandas(tracks: Any, mappings: Mappings) -> _engine.InputTable:
    """A `Trajectory` or a `TrajectoryCollection`: points with the time in the index, which is in UTC."""
    points = tracks.to_point_gdf() if hasattr(tracks, "to_point_gdf") else tracks.df
    identity = tracks.get_traj_id_col() if hasattr(tracks, "get_traj_id_col") else tracks.traj_id_col_name
    if "vehicle" not in mappings.theirs and "vehicle" not in points.columns and not mappings.vehicle:
        points = points.rename(columns={identity: "vehicle"})
    if "time" not in mappings.theirs:
        moments = points.index if points.index.tz is not None else points.index.tz_localize("UTC")
        points = points.drop(columns="time", errors="ignore").set_axis(moments.rename("time"))
    return _of_pandas(points, mappings)


def _empty_of(names: Sequence[str]) -> _engine.InputTable:
    """A table that has columns, none of which will be read: the engine names what is missing."""
    table = _engine.InputTable()
    for name in names:
        table.add_numpy(str(name), np.empty(0))
    return table


def _of_polars(frame: Any, mappings: Mappings) -> _engine.InputTable:
    if hasattr(frame, "collect"):
        names = mappings.wanted(frame.collect_schema().names())
        frame = frame.select(names).collect() if names else frame.collect()
    elif hasattr(frame, "columns"):
        frame = frame.select(mappings.wanted(frame.columns) or frame.columns)
    return _engine.InputTable.of_stream(frame.__arrow_c_stream__())


def _of_structured(array: Any, mappings: Mappings) -> _engine.InputTable:
    if array.dtype.names is None:
        raise InputError.of("", "a structured array, with named fields", f"an array of {array.dtype}")
    names = mappings.wanted(array.dtype.names)
    if not names:
        return _empty_of(array.dtype.names)
    mask = getattr(array, "mask", None)
    table = _engine.InputTable()
    for name in names:
        _add_array(table, name, np.asarray(array[name]), None if mask is None else np.asarray(mask[name]))
    return table


def _of_mapping(arrays: Mapping[Any, Any], mappings: Mappings) -> _engine.InputTable:
    names = mappings.wanted([str(name) for name in arrays])
    if not names:
        return _empty_of([str(name) for name in arrays])
    table = _engine.InputTable()
    for name in names:
        values = arrays[name]
        if type(values).__module__.split(".")[0] == "pandas":
            _add_series(table, name, values)
        elif isinstance(values, np.ma.MaskedArray):
            _add_array(table, name, np.asarray(values.data), np.ma.getmaskarray(values))
        elif hasattr(values, "to_numpy"):
            _add_array(table, name, np.asarray(_to_numpy(values)), None)
        else:
            _add_array(table, name, _asarray(name, values), None)
    return table


def _to_numpy(values: Any) -> Any:
    try:
        return values.to_numpy(zero_copy_only=False)  # of Arrow
    except TypeError:
        return values.to_numpy()


def _asarray(name: str, values: Any) -> Any:
    try:
        return np.asarray(values)
    except ValueError as error:
        raise InputError.of(name, "one dimension of values", str(error)) from None


def _add_array(table: _engine.InputTable, name: str, array: Any, absent: Any) -> None:
    if array.dtype.byteorder not in "=|" and not array.dtype.isnative:
        array = array.astype(array.dtype.newbyteorder("="))
    if array.dtype.kind == "O" and array.ndim == 1 and len(array):
        array, instants = _plain(array)
        table.add_numpy(name, array, absent, instants)
        return
    table.add_numpy(name, array, absent)


def _plain(objects: Any) -> tuple[Any, bool]:
    """Objects that are numbers or datetimes throughout as an array of such; else as they are, for texts."""
    import datetime as dt

    first = next((value for value in objects if value is not None and value == value), None)
    if isinstance(first, dt.datetime):
        zoned = first.tzinfo is not None
        try:
            plain = [
                None if value is None or value != value
                else value.astimezone(dt.timezone.utc).replace(tzinfo=None) if zoned else value
                for value in objects
            ]
            return np.array(plain, dtype="datetime64[us]"), zoned
        except (TypeError, ValueError, AttributeError, OverflowError):
            return objects, False
    if isinstance(first, (bool, int, float, np.number, np.bool_)):
        numbers = (bool, int, float, np.number, np.bool_, type(None))
        if all(isinstance(value, numbers) for value in objects):
            whole = all(isinstance(value, (int, np.integer)) for value in objects)
            try:
                return objects.astype(np.int64 if whole else np.float64), False
            except OverflowError:
                return objects, False
    return objects, False


def _of_pandas(frame: Any, mappings: Mappings) -> _engine.InputTable:
    frame = _with_points(frame, mappings)
    names = [str(name) for name in frame.columns]
    index_names = [str(name) for name in frame.index.names if name is not None]
    ours = {name: theirs for name, theirs, _ in mappings.bind([*names, *index_names])}
    from_index = [
        theirs for column in _COLUMNS if (theirs := ours.get(column, column)) in index_names and theirs not in names
    ]
    if from_index:
        frame = frame.reset_index(level=from_index)
    elif ours.get("time", "time") not in names and str(frame.index.dtype).startswith("datetime64"):
        frame = frame.set_axis(frame.index.rename(ours.get("time", "time"))).reset_index()
    names = [str(name) for name in frame.columns]
    wanted = mappings.wanted(names)
    if not wanted:
        return _empty_of(names)
    if len(set(wanted)) < len(wanted):
        twice = sorted({name for name in wanted if wanted.count(name) > 1})
        raise InputError.of(twice[0], "one column of this name", "several")
    table = _engine.InputTable()
    for position, name in enumerate(names):
        if name in wanted:
            _add_series(table, name, frame.iloc[:, position])
    return table


def _add_series(table: _engine.InputTable, name: str, series: Any) -> None:
    dtype = series.dtype
    kind = getattr(dtype, "kind", "O")
    if isinstance(dtype, np.dtype) and kind != "O":
        table.add_numpy(name, series.to_numpy())
        return
    text = str(dtype)
    if kind == "M" and getattr(dtype, "tz", None) is not None:
        table.add_numpy(name, series.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy(), None, True)
        return
    if text == "category":
        codes = series.cat.codes.to_numpy()
        values = series.cat.categories.to_numpy(dtype=object)
        if not all(isinstance(value, str) for value in values):
            series = series.astype(series.cat.categories.dtype if (codes >= 0).all() else object)
            _add_array(table, name, series.to_numpy(), None)
            return
        table.add_categories(name, np.ascontiguousarray(codes, dtype=np.int32), values)
        return
    if kind in "iufb" and hasattr(series, "isna"):
        plain = {"i": np.int64, "u": np.uint64, "f": np.float64, "b": np.bool_}[kind]
        absent = series.isna().to_numpy(dtype=bool)
        zero = plain(0)
        table.add_numpy(name, series.to_numpy(dtype=plain, na_value=zero), absent)
        return
    if getattr(dtype, "storage", None) == "pyarrow" and not series.empty:
        import pyarrow as pa

        strings = pa.array(series)
        if isinstance(strings, pa.ChunkedArray):
            strings = strings.combine_chunks()
        table.add_arrow(name, *strings.__arrow_c_array__())
        return
    if text.startswith("timestamp["):
        moment = series.astype("datetime64[ns]") if ", tz=" not in text else series.astype("datetime64[ns, UTC]")
        _add_series(table, name, moment)
        return
    objects = series.to_numpy(dtype=object)
    absent = series.isna().to_numpy(dtype=bool)
    if absent.any():
        objects = objects.copy()
        objects[absent] = None
    _add_array(table, name, objects, None)


def _with_points(frame: Any, mappings: Mappings) -> Any:
    """A GeoDataFrame's points as `lon` and `lat`, in degrees whatever its reference system."""
    if not hasattr(frame, "to_crs") or ("lon" in mappings.theirs or "lat" in mappings.theirs):
        return frame
    geometry = frame.geometry
    kinds = set(geometry.geom_type.dropna().unique()) - {"Point"}
    if kinds:
        raise InputError.of(str(geometry.name), "points", ", ".join(sorted(kinds)))
    if geometry.crs is not None and geometry.crs.to_epsg() != 4326:
        geometry = geometry.to_crs(4326)
    import pandas as pd

    plain = pd.DataFrame(frame.drop(columns=[geometry.name, "lon", "lat"], errors="ignore"))
    x, y = geometry.x.to_numpy(dtype=float, na_value=np.nan), geometry.y.to_numpy(dtype=float, na_value=np.nan)
    return plain.assign(lon=x, lat=y)


def _parquet_files(paths: list[str]) -> list[str] | None:
    """The Parquet files among the paths and in the folders; None where there is none."""
    found: list[str] = []
    for path in paths:
        if os.path.isdir(path):
            found += sorted(str(file) for file in Path(path).rglob("*") if file.suffix.lower() in (".parquet", ".pq"))
        elif path.lower().endswith((".parquet", ".pq")):
            found.append(path)
    if found and any(not os.path.isdir(path) and path not in found for path in paths):
        raise InputError.of("", "Parquet files alone, or none", "Parquet among other files")
    return found or None


def _read_parquet(files: list[str], mappings: Mappings) -> Any:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise FileError(f"{files[0]}: Parquet is read through pyarrow, which is not installed") from None
    tables = []
    try:
        for file in files:
            names = mappings.wanted(pq.read_schema(file).names)
            tables.append(pq.read_table(file, columns=names or None, partitioning=None))
    except (pa.ArrowException, OSError) as error:
        raise FileError(f"{file}: {error}") from None
    try:
        return pa.concat_tables(tables, promote_options="default")
    except pa.ArrowException as error:
        raise InputError.of("", "Parquet files with the same columns", str(error)) from None


def text_of(source: Any, what: str) -> tuple[str, str]:
    """A document and what to call it: of a path, or of JSON text itself."""
    if isinstance(source, bytes):
        source = source.decode()
    if isinstance(source, str) and source.lstrip("\ufeff \t\r\n")[:1] in ("{", "["):
        return source, what
    path = os.fspath(cast("str | os.PathLike[str]", source))
    try:
        if path.endswith(".gz"):
            import gzip

            with gzip.open(path, "rt", encoding="utf-8") as packed:
                return packed.read(), path
        return Path(path).read_text(encoding="utf-8"), path
    except (OSError, UnicodeDecodeError, EOFError) as error:
        raise FileError(f"{path}: {getattr(error, 'strerror', None) or error}") from None
