"""Whatever door the tracks come through, the events are those of the command, byte for byte."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet
import pytest

import haulwatch
from conftest import Lived, run


def events_of(tracks: Any, lived: Lived, **more: Any) -> str:
    return haulwatch.replay(tracks, lived.registry, lived.manifests, **more).to_jsonl() or ""


def arrow_of(lived: Lived) -> pa.Table:
    return pyarrow.csv.read_csv(lived.tracks)


def pandas_of(lived: Lived) -> pd.DataFrame:
    return pd.read_csv(lived.tracks)


def records_of(lived: Lived) -> np.ndarray[Any, Any]:
    """Packed records, so that no number is aligned: the odometer and the flags lie about."""
    table = lived.world.tracks
    fields = [("vehicle", "U16"), ("ignition", "f4"), ("time", "M8[ms]"), ("lon", "f8"), ("lat", "f8")]
    fields += [(name, "f4") for name in ("speed_mps", "heading_deg", "accuracy_m", "hdop", "body_lift", "cover_closed")]
    fields += [("received", "M8[ms]"), ("backfill", "?"), ("odometer_m", "f8"), ("load", "S5"), ("valid", "f4")]
    records = np.zeros(len(table), dtype=np.dtype(fields))
    for name, _ in fields:
        values = table[name]
        if values.dtype == object and name in ("load", "vehicle"):
            values = np.array(["" if value is None else value for value in values])
        elif values.dtype == object:
            values = np.array([np.nan if value is None else float(value) for value in values])
        records[name] = values
    return records


def test_file(lived: Lived) -> None:
    assert events_of(lived.tracks, lived) == lived.events


def test_pyarrow(lived: Lived) -> None:
    assert events_of(arrow_of(lived), lived) == lived.events


def test_pandas(lived: Lived) -> None:
    assert events_of(pandas_of(lived), lived) == lived.events


def test_polars(lived: Lived) -> None:
    assert events_of(pl.read_csv(lived.tracks, infer_schema_length=None), lived) == lived.events


def test_duckdb(lived: Lived) -> None:
    assert events_of(duckdb.sql(f"select * from read_csv('{lived.tracks}', sample_size=-1)"), lived) == lived.events


def test_numpy_records(lived: Lived) -> None:
    assert events_of(records_of(lived), lived, time_zone="UTC") == lived.events


def test_own_table(lived: Lived) -> None:
    assert events_of(lived.world.tracks, lived) == lived.events


def test_engine_with_ticks_by_the_end_of_the_log(day: Lived) -> None:
    """Fixes pushed in pieces and events taken on the way: as many and the same, save for the manifests."""
    table = arrow_of(day)
    whole = haulwatch.Engine(day.registry, delivery="ordered")
    whole.push(table)
    whole.finish()
    expected = whole.take_events().to_jsonl() or ""
    engine = haulwatch.Engine(day.registry, delivery="ordered")
    lines = ""
    for begin in range(0, table.num_rows, 1000):
        piece = table.slice(begin, 1000)
        engine.push(piece)
        engine.tick(piece["received"].combine_chunks().fill_null(piece["time"][0])[-1].as_py())
        lines += engine.take_events().to_jsonl() or ""
        if begin == 3000:
            engine = haulwatch.Engine.restore(engine.checkpoint())
    engine.finish()
    lines += engine.take_events().to_jsonl() or ""
    assert sorted(lines.splitlines()) == sorted(expected.splitlines())
    assert len(lines.splitlines()) > 100


def test_any_number_of_threads(day: Lived) -> None:
    assert {events_of(arrow_of(day), day, shards=n) for n in (1, 2, 5)} == {day.events}


def test_any_order_of_rows(day: Lived) -> None:
    table = arrow_of(day)
    shuffled = table.take(pa.array(np.random.default_rng(3).permutation(table.num_rows)))
    by_vehicle = table.sort_by([("vehicle", "ascending"), ("time", "descending")])
    assert haulwatch.replay(shuffled, day.registry).to_jsonl() == haulwatch.replay(by_vehicle, day.registry).to_jsonl()


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_units_of_time(day: Lived, unit: str) -> None:
    table = arrow_of(day)
    for name in ("time", "received"):
        at = table.column_names.index(name)
        table = table.set_column(at, name, table[name].cast(pa.timestamp(unit, "Asia/Shanghai"), safe=False))
    assert events_of(table, day) == day.events


def test_clocks_of_a_zone(day: Lived) -> None:
    frame = pandas_of(day)
    for name in ("time", "received"):
        frame[name] = pd.to_datetime(frame[name]).dt.tz_convert("Asia/Shanghai").dt.tz_localize(None)
    for zone in ("+08:00", "Asia/Shanghai"):
        assert events_of(frame, day, time_zone=zone) == day.events
    with pytest.warns(haulwatch.InputWarning, match="no time zone"):
        assert events_of(frame, day) != day.events


def test_whole_seconds(day: Lived) -> None:
    frame = pandas_of(day)
    frame["time"] = pd.to_datetime(pandas_of(day)["time"]).dt.as_unit("s").astype("int64")
    frame = frame.drop(columns="received")
    expected = pandas_of(day).drop(columns="received")
    assert events_of(frame, day, time_format="unix_s") == events_of(expected, day)
    assert events_of(frame.astype({"time": float}), day, time_format="unix_s") == events_of(expected, day)
    with pytest.raises(haulwatch.InputError, match="looks like seconds: say time_format='unix_s'"):
        events_of(frame, day)


@pytest.mark.parametrize("kind", ["large_string", "dictionary", "string_view"])
def test_sorts_of_text(day: Lived, kind: str) -> None:
    table = arrow_of(day)
    vehicle = table["vehicle"]
    if kind == "dictionary":
        vehicle = vehicle.dictionary_encode()
    else:
        vehicle = vehicle.cast(pa.large_string() if kind == "large_string" else pa.string_view())
    assert events_of(table.set_column(0, "vehicle", vehicle), day) == day.events


def test_chunks_and_slices(day: Lived) -> None:
    table = arrow_of(day)
    pieces = [table.slice(begin, 977) for begin in range(0, table.num_rows, 977)]
    assert events_of(pa.concat_tables(pieces), day) == day.events
    batches = [batch for piece in pieces for batch in piece.to_batches()]
    assert events_of(pa.RecordBatchReader.from_batches(table.schema, batches), day) == day.events


def test_mapped_columns_and_units(day: Lived) -> None:
    table = arrow_of(day)
    speed = table.column_names.index("speed_mps")
    kmh = pa.compute.multiply(table["speed_mps"].cast(pa.float64()), 3.6)
    names = {"vehicle": "plate", "time": "at", "speed_mps": "v"}
    renamed = table.set_column(speed, "speed_mps", kmh).rename_columns([names.get(n, n) for n in table.column_names])
    columns = {"vehicle": "plate", "time": "at", "speed_kmh": "v"}
    assert events_of(renamed, day, columns=columns) == day.events
    factor = {**columns, "speed_mps": "v*0.2777777777777778"}
    del factor["speed_kmh"]
    assert events_of(renamed, day, columns=factor) == day.events


def test_time_in_the_index(day: Lived) -> None:
    frame = pandas_of(day)
    frame.index = pd.DatetimeIndex(pd.to_datetime(frame["time"], format="ISO8601"))
    assert events_of(frame.drop(columns="time"), day) == day.events


def test_other_datum(day: Lived, tmp_path: Path) -> None:
    shifted = haulwatch.replay(day.tracks, day.registry, datum="gcj02").to_jsonl()
    assert haulwatch.replay(arrow_of(day), day.registry, datum="gcj02").to_jsonl() == shifted
    assert shifted != day.events


def test_settings_of_the_map_guard(day: Lived, tmp_path: Path) -> None:
    shifted = haulwatch.Registry(day.registry, datum="gcj02")
    assert "map_shift_suspected" in (haulwatch.replay(day.tracks, shifted).to_jsonl() or "")
    settings = tmp_path / "settings.json"
    settings.write_text('{"map_shift": {"min_stops": 1000000}}')
    run(
        "replay", "--quiet", "--registry", day.registry, "--registry-datum", "gcj02", "--settings", str(settings),
        "--events", str(tmp_path / "events.jsonl"), day.tracks,
    )  # fmt: skip
    told = (tmp_path / "events.jsonl").read_bytes().decode()
    assert haulwatch.replay(day.tracks, shifted, settings=settings).to_jsonl() == told
    assert "map_shift_suspected" not in told


def test_packed_files_folders_and_parquet(day: Lived, tmp_path: Path) -> None:
    with open(day.tracks, "rb") as plain, gzip.open(tmp_path / "tracks.csv.gz", "wb") as packed:
        shutil.copyfileobj(plain, packed)
    assert events_of(tmp_path / "tracks.csv.gz", day) == day.events
    assert events_of(tmp_path, day) == day.events
    table = arrow_of(day)
    folder = tmp_path / "parquet"
    folder.mkdir()
    half = table.num_rows // 2
    pyarrow.parquet.write_table(table.slice(0, half), folder / "1.parquet")
    pyarrow.parquet.write_table(table.slice(half), folder / "2.parquet")
    assert events_of(folder, day) == day.events


def test_cleaned_tracks_of_the_command(day: Lived, tmp_path: Path) -> None:
    from conftest import run

    run("replay", "--quiet", "--registry", day.registry, "--tracks-out", str(tmp_path / "clean.csv"), day.tracks)
    theirs = pd.read_csv(tmp_path / "clean.csv")
    ours = haulwatch.replay(day.tracks, day.registry, keep_tracks=True).tracks
    assert ours is not None and len(ours) == len(theirs)
    np.testing.assert_allclose(ours["clean_lon"], theirs["clean_lon"], atol=1e-7)
    np.testing.assert_allclose(ours["clean_speed_mps"], theirs["clean_speed_mps"], atol=0.051)
    assert list(ours["verdict"]) == list(theirs["verdict"])
    assert list(ours["vehicle"]) == list(theirs["vehicle"])


@pytest.mark.parametrize("late", [{"journal": "24h"}, {"journal": 0}, {"final": True}, {"journal": "24h", "final": True}])
def test_late_rows_and_revisions_of_the_command(tmp_path_factory: pytest.TempPathFactory, late: dict[str, Any]) -> None:
    folder = tmp_path_factory.mktemp("late")
    world = haulwatch.simulate(seed=4, vehicles=6, hours=6, profile="hostile")
    world.write(folder)
    options = [f"--journal={late['journal']}"] if "journal" in late else []
    options += ["--final"] if "final" in late else []
    run("replay", "--quiet", *options, "--registry", str(folder / "registry.geojson"), "--events", str(folder / "events.jsonl"), str(folder / "tracks.csv"))
    result = haulwatch.replay(world.tracks, world.registry, **late)
    assert result.to_jsonl() == (folder / "events.jsonl").read_text()
    assert (result.counts["merged"] > 0) == (late.get("journal") == "24h")


def test_late_rows_of_a_live_engine(day: Lived) -> None:
    table = arrow_of(day)
    ended = haulwatch.replay(table).events.of("stop_ended")["vehicle"].astype(str)
    vehicle = max(sorted(set(ended)), key=list(ended).count)
    own = table.filter(pc.equal(table["vehicle"], vehicle))
    held_back = own.slice(own.num_rows // 2, 30)
    rest = pa.concat_tables([own.slice(0, own.num_rows // 2), own.slice(own.num_rows // 2 + 30)])
    stops = []
    for pieces, journal in (((own,), 0), ((rest, held_back), "24h")):
        engine = haulwatch.Engine(day.registry, journal=journal)
        for piece in pieces:
            engine.push(piece.drop_columns(["received"]))
        engine.finish()
        found = engine.take_events().stops
        stops.append(sorted(zip(found["start"].tolist(), found["end"].tolist(), found["site"])))
    assert engine.counts["merged"] > 20 and engine.counts["late"] == 0
    assert stops[0] == stops[1] and len(stops[0]) > 3
