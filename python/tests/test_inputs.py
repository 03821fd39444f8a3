"""What is not a track is told, column by column; nothing passes in silence, and nothing crashes."""

from __future__ import annotations

import datetime as dt
import gc
import pickle
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import haulwatch
from conftest import Lived

UTC = dt.timezone.utc
ONE_ROW: dict[str, Any] = {
    "vehicle": ["T-1"],
    "time": np.array(["2026-01-02T03:04:05"], dtype="M8[ms]"),
    "lon": [121.1],
    "lat": [30.7],
}


def replay(tracks: Any, **reading: Any) -> haulwatch.Result:
    return haulwatch.replay(tracks, **{"time_zone": "UTC", **reading})


def verdicts(tracks: Any, **reading: Any) -> dict[str, int]:
    return {name: n for name, n in replay(tracks, **reading).counts.items() if n}


def test_every_missing_column_at_once_and_what_may_be_meant() -> None:
    frame = pd.DataFrame({"timestamp": ["2026-01-02T03:04:05Z"], "lng": [121.1], "plate": ["T"]})
    with pytest.raises(haulwatch.InputError) as caught:
        haulwatch.replay(frame)
    assert {fault.column for fault in caught.value.faults} == {"vehicle", "time", "lon", "lat"}
    assert "timestamp, lng, plate" in caught.value.faults[0].found
    assert "perhaps columns={'vehicle': 'plate', 'time': 'timestamp', 'lon': 'lng'}" in str(caught.value)
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.faults == caught.value.faults and str(again) == str(caught.value)


@pytest.mark.parametrize(
    ("column", "values", "expected", "found"),
    [
        ("lon", ["far"], "numbers", "string"),
        ("vehicle", [1.5], "text or whole numbers", "float64"),
        ("time", [True], "timestamps", "bool"),
        ("time", [1.7e9], "its unit by time_format", "float64"),
        ("time", [1_700_000_000], "whole Unix milliseconds", "looks like seconds"),
        ("time", np.array(["2026-01-02"], dtype="M8[D]"), "timestamps", "datetime64"),
        ("load", [1], "text: empty, half, full", "int64"),
        ("ignition", np.array(["2026-01-02"], dtype="M8[ms]"), "booleans", "datetime64"),
        ("speed_mps", np.array(["2026-01-02"], dtype="M8[ms]"), "numbers (speed_mps)", "datetime64"),
        ("lon", np.zeros((1, 2)), "one dimension", "2 dimensions"),
        ("lat", [1.0, 2.0], "1 rows", "2"),
        ("vehicle", [{}], "text in every row", "dict"),
    ],
)
def test_a_wrong_type_is_named(column: str, values: Any, expected: str, found: str) -> None:
    with pytest.raises(haulwatch.InputError) as caught:
        replay({**ONE_ROW, column: values})
    fault = caught.value.faults[0]
    assert fault.column == column
    assert expected in fault.expected
    assert found in fault.found


def test_two_wrong_types_are_one_error() -> None:
    with pytest.raises(haulwatch.InputError) as caught:
        replay({**ONE_ROW, "lon": ["far"], "vehicle": [0.5]})
    assert [fault.column for fault in caught.value.faults] == ["lon", "vehicle"]


@pytest.mark.parametrize("column", ["vehicle", "time", "lon", "lat"])
def test_nothing_where_something_is_needed_is_a_bad_row(column: str) -> None:
    table = pa.table({name: pa.array(np.asarray(values)) for name, values in ONE_ROW.items()})
    nothing = pa.nulls(1, table.schema.field(column).type)
    at = table.column_names.index(column)
    both = pa.concat_tables([table, table.set_column(at, column, nothing), table.set_column(at, column, nothing)])
    with pytest.warns(haulwatch.InputWarning, match=f"2 of 3 rows could not be read; first: row 1: {column} is not"):
        result = replay(both)
    assert result.counts["bad_row"] == 2 and result.counts["kept"] == 1
    assert result.rejects is not None
    assert list(result.rejects["row"]) == [1, 2]
    assert set(result.rejects["cause"]) == {f"{column} is not reported"}


def test_nan_and_nat_count_as_nothing() -> None:
    tracks = {
        "vehicle": np.array(["a", "a", "a", "a", None], dtype=object),
        "time": np.array([1, 2, "NaT", 4, 5], dtype="M8[s]"),
        "lon": [1.0, float("nan"), 1.0, 1.0, 1.0],
        "lat": [1.0, 1.0, 1.0, float("inf"), 1.0],
        "speed_mps": [float("nan")] * 5,
    }
    with pytest.warns(haulwatch.InputWarning):
        assert verdicts(tracks) == {"kept": 1, "bad_row": 4}


@pytest.mark.parametrize(
    "empty",
    [
        pd.DataFrame({name: [] for name in ONE_ROW}),
        pd.DataFrame({name: pd.Series(dtype=object) for name in ONE_ROW}),
        pl.DataFrame({name: [] for name in ONE_ROW}),
        pa.table({name: pa.nulls(0) for name in ONE_ROW}),
        {name: [] for name in ONE_ROW},
        np.zeros(0, dtype=[("vehicle", "U3"), ("time", "M8[s]"), ("lon", "f8"), ("lat", "f8")]),
    ],
    ids=["pandas", "pandas objects", "polars", "arrow", "mapping", "records"],
)
def test_no_rows_give_no_events(empty: Any) -> None:
    result = replay(empty)
    assert sum(result.counts.values()) == 0 and result.to_jsonl() == ""
    assert len(result.stops.to_pandas()) == 0 and len(result.events.to_arrow()) == 0


def test_arrays_of_any_stride(day: Lived) -> None:
    frame = pd.read_csv(day.tracks)
    expected = haulwatch.stops(frame).to_jsonl()
    wide = np.asfortranarray(np.repeat(frame[["lon", "lat"]].to_numpy(), 3, axis=0))
    backwards = {
        "vehicle": np.array(frame["vehicle"].to_numpy(dtype=object)),
        "time": pd.to_datetime(frame["time"]).dt.as_unit("us").dt.tz_localize(None).to_numpy()[::-1][::-1],
        "lon": wide[::3, 0],
        "lat": wide[::3, 1].astype(">f8"),
        **{name: frame[name].to_numpy() for name in ("speed_mps", "heading_deg", "accuracy_m", "hdop", "ignition")},
    }
    for name in ("body_lift", "cover_closed", "load", "received", "backfill", "odometer_m"):
        backwards[name] = frame[name]
    assert haulwatch.stops(backwards, time_zone="UTC").to_jsonl() == expected


def test_memory_that_its_owner_lets_go(day: Lived) -> None:
    engine = haulwatch.Engine()
    engine.push(pd.read_csv(day.tracks))
    gc.collect()
    engine.finish()
    events = engine.take_events()
    del engine
    times = events["time"]
    arrow = events.to_arrow()
    del events
    gc.collect()
    assert np.array_equal(times, arrow["time"].cast(pa.timestamp("ms")).to_numpy())
    with pytest.raises(ValueError, match="read-only"):
        times[0] = 0


def test_a_stream_is_read_once() -> None:
    capsule = pa.table({name: np.asarray(values) for name, values in ONE_ROW.items()}).__arrow_c_stream__()

    class Once:
        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            return capsule

    assert verdicts(Once()) == {"kept": 1}
    with pytest.raises(haulwatch.InputError, match="read already"):
        replay(Once())


def test_a_stream_that_fails_says_why() -> None:
    def batches() -> Any:
        yield pa.record_batch({name: np.asarray(values) for name, values in ONE_ROW.items()})
        raise OSError("the disk is gone")

    first = pa.record_batch({name: np.asarray(values) for name, values in ONE_ROW.items()})
    with pytest.raises(haulwatch.InputError, match="the disk is gone"):
        replay(pa.RecordBatchReader.from_batches(first.schema, batches()))


def test_mappings_that_cannot_be_meant() -> None:
    for columns, told in (
        ({"sped_mps": "v"}, "did you mean 'speed_mps'"),
        ({"speed_mps": "nowhere"}, "a column for speed_mps"),
        ({"lon": "lon*x"}, "a number behind"),
        ({"speed_kmh": "lon", "speed_mps": "lat"}, "one column for speed_mps"),
    ):
        with pytest.raises(haulwatch.InputError, match=told):
            replay(ONE_ROW, columns=columns)
    with pytest.raises(TypeError, match="colums"):
        replay(ONE_ROW, colums={})
    with pytest.raises(TypeError, match="delimiter"):
        replay(ONE_ROW, delimiter=",")
    with pytest.raises(haulwatch.InputError, match="clocks of 'Europe/Berlin' change"):
        replay(ONE_ROW, time_zone="Europe/Berlin")


def test_what_looks_like_another_unit_is_told() -> None:
    with pytest.warns(haulwatch.InputWarning, match="'speed_kmh' is not read"):
        replay({**ONE_ROW, "speed_kmh": [30.0]})
    with pytest.warns(haulwatch.InputWarning, match="float32: in steps of up to 0.8 m"):
        replay({**ONE_ROW, "lon": np.array([121.1], dtype="f4")})


def test_files_that_are_not_there_or_no_tracks(tmp_path: Any) -> None:
    with pytest.raises(haulwatch.FileError, match="no such file"):
        haulwatch.replay(tmp_path / "none.csv")
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    with pytest.raises(haulwatch.InputError, match="vehicle"):
        haulwatch.replay(tmp_path / "other.csv")
    (tmp_path / "other.parquet").write_bytes(b"PAR1 but not really")
    with pytest.raises(haulwatch.FileError, match=r"other\.parquet"):
        haulwatch.replay(tmp_path / "other.parquet")


CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(), st.text(max_size=5), st.just("2026-01-02T03:04:05Z"),
    st.datetimes(), st.datetimes(timezones=st.just(UTC)), st.binary(max_size=3),
)  # fmt: skip
NAMES = st.sampled_from([*ONE_ROW, "speed_mps", "heading_deg", "load", "ignition", "received", "odometer_m", "other"])


@settings(max_examples=400, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(st.dictionaries(NAMES, st.lists(CELLS, max_size=4), max_size=8), st.sampled_from(["dict", "pandas", "series"]))
@pytest.mark.filterwarnings("ignore")
def test_whatever_comes_is_read_or_refused(columns: dict[str, list[Any]], way: str) -> None:
    try:
        rows = max((len(values) for values in columns.values()), default=0)
        tracks: Any = {name: (values * 4 + [None] * 4)[:rows] for name, values in columns.items()}
        if way == "pandas":
            tracks = pd.DataFrame(tracks)
        elif way == "series":
            tracks = {name: pd.Series(values, dtype=object) for name, values in tracks.items()}
    except (ValueError, TypeError, OverflowError):
        return  # no frame either
    try:
        result = haulwatch.replay(tracks)
    except haulwatch.Error:
        return
    assert sum(result.counts.values()) == rows


def test_whole_numbers_beyond_any_are_told() -> None:
    with pytest.raises(haulwatch.InputError, match="text in every row, found int"):
        replay({**ONE_ROW, "vehicle": np.array([2**70], dtype=object)})
