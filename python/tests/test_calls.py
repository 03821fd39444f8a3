"""Registries and settings as Python has them, results as frames, single steps, worlds and scores."""

from __future__ import annotations

import json
import os
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import haulwatch
from conftest import Lived, command, run


def test_registries_of_every_sort(day: Lived) -> None:
    document = json.loads(Path(day.registry).read_text())
    for registry in (document, json.dumps(document), haulwatch.Registry(document), Path(day.registry)):
        assert haulwatch.replay(day.tracks, registry, day.manifests).to_jsonl() == day.events
    assert repr(haulwatch.Registry(document)).startswith("<Registry: ")
    assert {one["properties"]["kind"] for one in haulwatch.Registry(document).features("route")} == {"route"}


def test_a_registry_as_a_frame(day: Lived) -> None:
    pytest.importorskip("geopandas")
    registry = haulwatch.Registry(day.registry)
    again = haulwatch.Registry(registry.to_geopandas(), permits=registry.geojson["permits"])
    assert repr(again) == repr(registry)


def test_all_faults_of_a_registry_are_one_exception() -> None:
    ring = [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]
    sites = [
        {"type": "Feature", "id": "pit", "properties": {"kind": "site", "role": "hole"}, "geometry": None},
        {
            "type": "Feature",
            "id": "tip",
            "properties": {"kind": "site", "role": "disposal"},
            "geometry": {"type": "Polygon", "coordinates": ring},
        },
    ]
    permits = [{"id": "P", "vehicles": ["T"], "origins": ["nowhere"], "disposals": ["tip"], "routes": []}]
    with pytest.raises(haulwatch.Refused) as caught:
        haulwatch.Registry({"type": "FeatureCollection", "features": sites}, permits=permits)
    assert len(caught.value.faults) >= 3
    assert all(fault.pointer.startswith("/") and fault.message for fault in caught.value.faults)
    with pytest.raises(haulwatch.Refused):
        haulwatch.Registry("{")


def test_manifests_of_every_sort(day: Lived) -> None:
    for manifests in (day.world.manifests, pd.DataFrame(day.world.manifests), Path(day.manifests)):
        assert haulwatch.replay(day.tracks, day.registry, manifests).to_jsonl() == day.events
    with pytest.raises(haulwatch.Refused) as caught:
        haulwatch.replay(day.tracks, day.registry, [{"id": "M1"}, {"id": "M2", "permit": "none"}])
    assert len(caught.value.faults) > 2


def test_settings(day: Lived, tmp_path: Path) -> None:
    options = haulwatch.settings()
    assert options["dwell"]["radius_m"] > 0 and "dwell.radius_m" in options.reasons
    (tmp_path / "settings.json").write_text(json.dumps({"dwell": {"min_duration_s": 400}}))
    changed = haulwatch.settings(dwell={"min_duration_s": 400})
    expected = haulwatch.stops(day.tracks, settings=tmp_path / "settings.json").to_jsonl()
    assert haulwatch.stops(day.tracks, settings=changed).to_jsonl() == expected
    assert haulwatch.stops(day.tracks, min_duration_s=400).to_jsonl() == expected
    assert haulwatch.stops(day.tracks).to_jsonl() != expected
    with pytest.raises(haulwatch.Refused) as caught:
        haulwatch.settings(dwell={"radius": 3, "radius_m": -1}, other={})
    assert len(caught.value.faults) == 3


def test_results_as_frames_of_every_library(day: Lived) -> None:
    result = haulwatch.replay(day.tracks, day.registry, day.manifests)
    lines = [json.loads(line) for line in day.events.splitlines()]
    arrow = result.events.to_arrow()
    arrow.validate(full=True)
    assert arrow["id"].to_pylist() == [line["id"] for line in lines]
    assert arrow["lon"].to_pylist() == [line.get("lon") for line in lines]
    assert arrow["radius_m"].to_pylist() == [line.get("radius_m") for line in lines]
    assert arrow["faults"].to_pylist() == [line.get("faults") for line in lines]
    assert arrow["reasons"].to_pylist() == [line.get("reasons") for line in lines]
    assert arrow["between_fixes"].to_pylist() == [line.get("between_fixes") for line in lines]
    assert pl.DataFrame(result.events)["start"].dtype == pl.Datetime("ms", "UTC")
    frame = result.stops.to_pandas()
    assert str(frame["start"].dtype) == "datetime64[ms, UTC]" and str(frame["inferred"].dtype) == "bool"
    assert (frame["end"].dropna() >= frame.loc[frame["end"].notna(), "start"]).all()
    assert result.events.dicts() == lines
    assert result.events.counts() == {kind: n for kind, n in pd.Series([e["event"] for e in lines]).value_counts().items()}


def test_events_by_kind_vehicle_and_revision(day: Lived, tmp_path: Path) -> None:
    events = haulwatch.replay(day.tracks, day.registry).events
    vehicle = events.of("stop_ended")["vehicle"][0]
    some = events.of("stop_ended", vehicle=vehicle)
    assert set(some["event"]) == {"stop_ended"} and set(some["vehicle"]) == {vehicle}
    assert "radius_m" in some.columns and "score" not in some.columns
    assert len(events.final()) <= len(events)
    assert not events.final()["retracted"].any() and events.final()["id"].size == len(set(events.final()["id"]))
    stops = events.episodes("stop_started", "stop_ended")
    assert len(stops) == len(set(stops["subject"]))
    with pytest.raises(haulwatch.Error, match="there is no event 'stopped'; there are site_entered"):
        events.of("stopped")
    events.to_jsonl(tmp_path / "mine.jsonl")
    assert (tmp_path / "mine.jsonl").read_text() == events.to_jsonl()


def test_html_of_everything(day: Lived) -> None:
    result = haulwatch.replay(day.tracks, day.registry, keep_tracks=True)
    assert result.tracks is not None
    for shown in (result, result.events, result.tracks, result.suspicions, haulwatch.settings(), result.registry, day.world):
        assert shown._repr_html_().startswith("<table>")
    assert "<script" not in haulwatch.replay(
        {"vehicle": ["<script>"] * 2, "time": np.array([1, 2], "M8[s]"), "lon": [1.0, 2.0], "lat": [1.0, 2.0]},
        time_zone="UTC", keep_tracks=True,
    ).tracks._repr_html_()  # type: ignore[union-attr] # fmt: skip


def test_smoothing_keeps_every_row(day: Lived) -> None:
    smoothed = haulwatch.smooth(day.world.tracks)
    assert len(smoothed) == len(day.world.tracks)
    kept = smoothed["verdict"] == "kept"
    assert np.isfinite(smoothed["clean_lon"][kept]).all() and np.isnan(smoothed["clean_lon"][~kept]).all()
    order = np.lexsort((smoothed["time"], smoothed["vehicle"].astype(str)))
    assert list(smoothed["vehicle"]) == sorted(smoothed["vehicle"]) and np.array_equal(order, np.arange(len(order)))


def test_stops_are_those_of_the_replay(lived: Lived) -> None:
    whole = haulwatch.replay(lived.tracks, lived.registry)
    assert haulwatch.stops(lived.tracks, lived.registry).to_jsonl() == whole.stops.to_jsonl()
    assert haulwatch.stops(lived.world.tracks).to_jsonl() == haulwatch.replay(lived.tracks).stops.to_jsonl()


def test_cleaned_tracks_are_those_of_the_replay(lived: Lived) -> None:
    whole = haulwatch.replay(lived.tracks, keep_tracks=True).tracks
    assert whole is not None
    assert haulwatch.smooth(lived.tracks).to_arrow().equals(whole.to_arrow())


def test_quality_is_that_of_the_command(lived: Lived, tmp_path: Path) -> None:
    run("replay", "--quiet", "--quality", str(tmp_path / "quality.csv"), lived.tracks)
    told = pd.read_csv(tmp_path / "quality.csv", parse_dates=["day"])
    quality = haulwatch.replay(lived.tracks, keep_tracks=True).quality
    assert quality is not None
    assert haulwatch.quality(lived.tracks).to_arrow().equals(quality.to_arrow())
    frame = quality.to_pandas()
    assert list(frame.columns) == list(told.columns) and len(frame) == len(told) > 0
    assert (frame["vehicle"].astype(str) == told["vehicle"]).all()
    assert (frame["day"].dt.tz_localize(None) == told["day"]).all()
    for name in told.columns[2:]:
        np.testing.assert_allclose(frame[name].astype(float), told[name].astype(float), atol=0.0501)


def test_events_are_counted(day: Lived) -> None:
    events = haulwatch.read_events(day.events)
    kinds = [json.loads(line)["event"] for line in day.events.splitlines()]
    assert events.counts() == {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}
    assert list(events.counts()) == list(dict.fromkeys(kinds))
    assert events.stops.of("stop_ended").counts() == {"stop_ended": len(events.stops.of("stop_ended"))}


def test_a_shifted_registry_is_told_as_by_the_command(lived: Lived, tmp_path: Path) -> None:
    """The words of the cure depend on how places were read; what was withheld is told."""
    folder = tmp_path / "shifted"
    folder.mkdir()
    told = run(
        "replay", "--quiet", "--registry", lived.registry, "--registry-datum", "gcj02", "--events",
        str(folder / "events.jsonl"), lived.tracks,
    )  # fmt: skip
    assert told == ""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = haulwatch.replay(lived.tracks, lived.registry, registry_datum="gcj02")
    assert result.to_jsonl() == (folder / "events.jsonl").read_text()
    assert bool(result.withheld) == any("withheld" in str(one.message) for one in caught)


def test_trips_are_those_of_the_replay(day: Lived) -> None:
    trips = haulwatch.trips(day.tracks, day.registry)
    assert len(trips) > 5 and {"origin", "destination", "faults"} <= set(trips.columns)
    assert trips.to_jsonl() == haulwatch.replay(day.tracks, day.registry).trips.to_jsonl()


def test_distance_from_a_route() -> None:
    line = [[121.0, 30.7], [121.02, 30.7]]
    route = {
        "type": "Feature",
        "id": "R",
        "properties": {"kind": "route", "half_width_m": 30},
        "geometry": {"type": "LineString", "coordinates": line},
    }
    registry = {"type": "FeatureCollection", "features": [route]}
    tracks = {
        "vehicle": ["a", "a", None, "a"],
        "time": np.array([1, 2, 3, 4], "M8[s]"),
        "lon": [121.0, 121.01, 121.01, 121.02],
        "lat": [30.7, 30.701, 30.7, 30.7],
    }
    near = haulwatch.corridor(tracks, registry, time_zone="UTC")
    # A thousandth of a degree of latitude is 110.85 m here, on WGS-84.
    np.testing.assert_allclose(near["distance_m"], [0, 110.85, np.nan, 0], atol=0.05)
    np.testing.assert_allclose(near["chainage_m"][3], 2 * near["chainage_m"][1], rtol=1e-6)
    assert list(near["inside"]) == [True, False, None, True] and near["route"][2] is None


def test_simulated_files_of_the_command(tmp_path: Path) -> None:
    ours = haulwatch.simulate(seed=3, vehicles=3, hours=2, profile="hostile")
    ours.write(tmp_path / "ours")
    run("simulate", "--quiet", "--seed", "3", "--vehicles", "3", "--hours", "2", "--profile", "hostile", str(tmp_path / "theirs"))
    for name in ("registry.geojson", "tracks.csv", "truth.jsonl", "manifests.jsonl"):
        assert (tmp_path / "ours" / name).read_bytes() == (tmp_path / "theirs" / name).read_bytes()
    with pytest.raises(haulwatch.Error, match="no such|nobody|none"):
        haulwatch.simulate(profile="nobody-s-profile-none-no such")


def test_the_score_of_the_command(day: Lived) -> None:
    import subprocess

    files = [str(day.folder / "truth.jsonl"), str(day.folder / "events.jsonl")]
    theirs = subprocess.run([command(), "score", "--json", *files], capture_output=True, text=True, check=True).stdout
    result = haulwatch.replay(day.tracks, day.registry, day.manifests)
    for truth, events in ((day.world, result), (day.world.truth, result.events), tuple(files)):
        assert haulwatch.score(truth, events) == json.loads(theirs)
    assert "stop" in haulwatch.score(day.world, result).text


def test_frames_of_terminals(tmp_path: Path) -> None:
    frame = "7e0200001c0138123456780001000000004000000301d4c00007365040001001f4005a260312150000c47e"
    (tmp_path / "frames.hex").write_text(frame + "\n")
    (tmp_path / "frames.jt808").write_bytes(bytes.fromhex(frame))
    for frames in (frame, bytes.fromhex(frame), tmp_path / "frames.hex", tmp_path / "frames.jt808"):
        fixes = haulwatch.decode_jt808(frames)
        assert (fixes["lon"][0], fixes["lat"][0], fixes["heading_deg"][0]) == (121.0, 30.72, 90.0)
        assert fixes["time"][0] == np.datetime64("2026-03-12T07:00:00") and abs(fixes["speed_mps"][0] - 50 / 3.6) < 1e-5
    assert len(haulwatch.decode_jt808(frame, profile="status-word")) == 1
    with pytest.warns(haulwatch.InputWarning, match="1 frames or messages refused: 1 "):
        assert len(haulwatch.decode_jt808(frame.replace("c47e", "c57e"))) == 0
    with pytest.raises(haulwatch.Error, match="nobody's"):
        haulwatch.decode_jt808(frame, profile="nobody's")


def test_an_engine_goes_on_from_a_checkpoint(day: Lived) -> None:
    table = pa.table(day.world.tracks)
    half = table.num_rows // 2
    engine = haulwatch.Engine(day.registry, keep_tracks=True)
    engine.push(table.slice(0, half))
    twin = haulwatch.Engine.restore(engine.checkpoint())
    told = []
    for one in (engine, twin):
        one.push(table.slice(half))
        one.finish()
        told.append(one.take_events().to_jsonl())
        assert one.waiting == 0
    assert told[0] == told[1] and engine.counts == twin.counts
    with pytest.raises(haulwatch.Error, match="ended"):
        engine.push(table)
    with pytest.raises(TypeError, match="process"):
        import pickle

        pickle.dumps(twin.checkpoint())


def test_threads_may_share_an_engine(day: Lived) -> None:
    from concurrent.futures import ThreadPoolExecutor

    frame = pd.read_csv(day.tracks)
    engine = haulwatch.Engine(day.registry)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(engine.push, [part for _, part in frame.groupby("vehicle")]))
    engine.finish()
    expected = haulwatch.Engine(day.registry)
    expected.push(frame)
    expected.finish()
    assert engine.take_events().to_jsonl() == expected.take_events().to_jsonl()


def test_progress_is_told_and_may_stop_it(day: Lived) -> None:
    frame = pd.concat([pd.read_csv(day.tracks)] * 60)

    def stop(rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        haulwatch.replay(frame, day.registry, progress=stop)


def test_progress_as_a_bar(day: Lived, capsys: pytest.CaptureFixture[str]) -> None:
    for tracks in (day.tracks, day.world.tracks):
        haulwatch.replay(tracks, progress=True)
        shown = capsys.readouterr().err
        assert " rows" in shown and shown.rstrip().endswith("rows/s]")
    haulwatch.replay(day.tracks, progress=False)
    assert capsys.readouterr().err == ""


def test_arguments_that_cannot_be_meant(day: Lived) -> None:
    wrong: list[dict[str, Any]] = [
        {"shards": 0}, {"lateness": "soon"}, {"until": "2026-01-02"}, {"datum": "mars"}, {"journal": -1},
    ]  # fmt: skip
    for arguments in wrong:
        with pytest.raises(ValueError):
            haulwatch.replay(day.tracks, **arguments)
    with pytest.raises(haulwatch.InputError, match="found a int"):
        haulwatch.replay(3)


def test_an_event_in_the_words_of_the_command(day: Lived, tmp_path: Path) -> None:
    result = haulwatch.replay(day.tracks, day.registry, day.manifests)
    (tmp_path / "events.jsonl").write_text(day.events)
    kinds = {line["event"]: line for line in map(json.loads, day.events.splitlines())}
    assert {"dump_suspected", "stop_ended", "trip_ended"} <= set(kinds)
    for event in kinds.values():
        files = [str(tmp_path / "events.jsonl"), event["subject"]]
        set_up = ["--tracks", day.tracks, "--registry", day.registry]
        told = run("explain", *set_up, *files)
        ours = haulwatch.explain(result, event["subject"], tracks=day.tracks)
        assert ours.text == told
        as_json = [json.loads(line) for line in run("explain", "--json", *set_up, *files).splitlines()]
        assert ours == as_json
        bare = haulwatch.explain(tmp_path / "events.jsonl", event)
        assert bare.text == run("explain", str(tmp_path / "events.jsonl"), event["id"])
    of_rows = haulwatch.explain(result, 0, tracks=day.world.tracks)
    assert of_rows[0]["event"]["event"] == "dump_suspected" and "row " in of_rows.text
    with pytest.raises(haulwatch.Error, match="no event has"):
        haulwatch.explain(result, "0" * 16)
    with pytest.raises(haulwatch.Error, match="is no id"):
        haulwatch.explain(result, "pit")


def test_events_are_read_back(day: Lived) -> None:
    assert haulwatch.read_events(day.events).to_jsonl() == day.events
    assert haulwatch.read_events(day.folder / "events.jsonl").stops.to_jsonl() == haulwatch.replay(day.tracks, day.registry, day.manifests).stops.to_jsonl()
    with pytest.raises(haulwatch.Error, match="events:2: .*"):
        haulwatch.read_events(day.events.splitlines()[0] + "\n{}\n")


def test_a_sweep_measures_what_a_replay_and_a_score_do(day: Lived, tmp_path: Path) -> None:
    vary = {"dump.threshold": [0.3, 0.9], "dwell.min_duration_s": np.array([60, 400])}
    told: list[tuple[int, int]] = []
    swept = haulwatch.sweep(
        day.world, vary, ["stop.f1", "suspicion.recall", "stop.delay_s.median"], progress=lambda *done: told.append(done)
    )
    assert len(swept) == 4 and told[-1] == (4, 4)
    options = haulwatch.settings(dump={"threshold": 0.9}, dwell={"min_duration_s": 60})
    expected = haulwatch.score(day.world, haulwatch.replay(day.tracks, day.registry, day.manifests, options))
    assert swept[2] == {
        "dump.threshold": 0.9, "dwell.min_duration_s": 60, "stop.f1": expected["kinds"]["stop"]["f1"]["value"],
        "suspicion.recall": expected["suspicions"]["final"]["recall"]["value"],
        "stop.delay_s.median": expected["kinds"]["stop"]["delay_s"]["median"]["value"],
    }  # fmt: skip
    best = swept.best("stop.f1")
    assert best["dwell"]["min_duration_s"] == 60 and swept.best("stop.f1", lowest=True)["dwell"]["min_duration_s"] == 400
    best.write(tmp_path / "settings.json")
    assert haulwatch.settings(tmp_path / "settings.json") == best
    run("replay", "--quiet", "--settings", str(tmp_path / "settings.json"), day.tracks)
    assert list(swept.to_pandas().columns) == [*vary, "stop.f1", "suspicion.recall", "stop.delay_s.median"]
    assert len(repr(swept).splitlines()) == 5 and swept._repr_html_().count("<tr>") == 5
    files = {"tracks": day.tracks, "registry": day.registry, "manifests": day.manifests, "truth": day.folder / "truth.jsonl"}
    pooled = haulwatch.sweep([haulwatch.World.read(day.folder), files], {"dump.threshold": [0.9]}, "stop.f1")
    assert pooled[0]["stop.f1"] == pytest.approx(swept[2]["stop.f1"], abs=1e-6)
    assert haulwatch.score(day.world, day.events).to_pandas().loc["stop", "f1"] > 0.5
    with pytest.raises(ValueError, match="nothing to vary"):
        haulwatch.sweep(day.world, {"dump.threshold": []})
    with pytest.raises(haulwatch.Refused):
        haulwatch.sweep(day.world, {"dump.treshold": [1]})
    with pytest.raises(haulwatch.Error, match="there are stop, trip"):
        haulwatch.sweep(day.world, {"dump.threshold": [0.5]}, "stops.f1")


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_replays_as_its_parent(day: Lived) -> None:
    table = pa.table(day.world.tracks)
    registry = haulwatch.Registry(day.registry)
    engine = haulwatch.Engine(registry)
    engine.push(table)
    child = os.fork()
    if child == 0:
        try:
            same = haulwatch.replay(table, registry, day.manifests, shards=2).to_jsonl() == day.events
            engine.finish()
            os._exit(0 if same and len(engine.take_events()) > 0 else 1)
        finally:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    engine.finish()
    assert len(engine.take_events()) > 0
