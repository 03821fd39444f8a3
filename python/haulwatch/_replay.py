"""Recorded tracks in, what happened out."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from . import _engine
from ._errors import InputError
from ._html import counts_in_html
from ._inputs import Files, TrackLike, _datum, _warn, open_table, open_tracks
from ._set_up import Registry, native_manifests, native_registry, native_settings
from ._tables import Events, Table
from ._times import instant_ms, span_ms

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._inputs import Reading


class Result:
    """All that a replay gave."""

    def __init__(
        self, outcome: _engine.ReplayOutcome, registry: Registry | None, options: _engine.Settings | None = None
    ) -> None:
        self.events = Events(outcome.events)
        """Every event, in every revision, in the order of `haulwatch replay --events`."""
        self.tracks: Table | None = None if outcome.tracks is None else Table(outcome.tracks)
        """Each fix with its cleaned place beside it; None unless `keep_tracks=True`."""
        self.quality: Table | None = None if outcome.quality is None else Table(outcome.quality)
        """How good each vehicle's reports of each day were, as `haulwatch replay --quality`; None unless
        `keep_tracks=True`."""
        self.rejects: Table | None = None if outcome.rejects is None else Table(outcome.rejects)
        """Refused rows, each with its cause; None where `keep_rejects=False`."""
        self.counts: dict[str, int] = dict(outcome.counts)
        """How many rows were kept, were duplicates, late, or refused for which cause."""
        self.first_causes: dict[str, str] = dict(outcome.first_causes)
        """The first row of each verdict, in words."""
        self.vehicles: int = outcome.vehicles
        self.reruns: int = outcome.reruns
        """How often a vehicle was run again for the sake of late rows."""
        self.withheld: int = outcome.withheld
        """Suspicions that are not among the events, since places of tracks and registry lie apart; `map_shift_suspected`
        says why."""
        self.passed_over: int = outcome.passed_over
        """Rows later than `until`."""
        self.broken_off: str | None = outcome.broken_off
        """Why the files could not be read to their end."""
        self.registry = registry
        self._options = options

    @property
    def stops(self) -> Events:
        """One row a stop, in its last revision; `end` is not known of those that go on."""
        return self.events.stops

    @property
    def trips(self) -> Events:
        """One row a trip from loading to unloading; `unloaded_at` is not known of those under way."""
        return self.events.trips

    @property
    def suspicions(self) -> Events:
        """One row a suspicion of dumping that stands, with score and reasons."""
        return self.events.suspicions

    def to_jsonl(self, path: str | os.PathLike[str] | None = None) -> str | None:
        """The events as `haulwatch replay --events` writes them, byte for byte: as text, or into a file."""
        return self.events.to_jsonl(path)

    def _lines(self) -> list[tuple[str, int]]:
        verdicts = [(name, n) for name, n in self.counts.items() if n]
        return [("rows", sum(self.counts.values()) + self.passed_over), *verdicts, ("vehicles", self.vehicles)]

    def __repr__(self) -> str:
        rows = ", ".join(f"{n} {name}" for name, n in self._lines())
        events = ", ".join(f"{n} {kind}" for kind, n in self.events.counts().items()) or "no events"
        return f"<Result: {rows}; {events}>"

    def _repr_html_(self) -> str:
        return counts_in_html([("rows", self._lines()), ("events", self.events.counts().items())])


def replay(
    tracks: TrackLike,
    registry: Any = None,
    manifests: Any = None,
    settings: Any = None,
    *,
    lateness: str | float | dt.timedelta | None = None,
    journal: str | float | dt.timedelta | None = None,
    final: bool = False,
    until: Any = None,
    shards: int | None = None,
    registry_datum: str = "wgs84",
    keep_tracks: bool = False,
    keep_rejects: bool = True,
    progress: Callable[[int], object] | bool | None = None,
    **reading: Unpack[Reading],
) -> Result:
    """Replays recorded tracks: cleans them, and says what happened. The events are those of `haulwatch replay`.

    `tracks` is a table (pandas, Polars, pyarrow, DuckDB, NumPy records, a dict of arrays) or paths; `registry` what
    `Registry` takes; `manifests` transfer notes as a path, dicts or a frame; `settings` what `haulwatch.settings` takes.
    Rows need no order. With `journal='24h'` they count as they arrived: those that are late by no more are put in their
    place, which revises events; with `journal=0` late ones are refused. `final` gives each event once, in its last
    revision, without those that were taken back. `until` leaves out what was not known by then; `shards` are threads (all
    cores), which change no byte. `keep_tracks` gives cleaned tracks, and each vehicle's quality by day, too. `progress` is called with the number of
    rows, some times a second and at the end; True shows a bar by tqdm, where that is installed.

    Further arguments say how the tracks are written: see `haulwatch.Reading`.

    Raises `InputError` for tracks, `Refused` for registry, manifests and settings, each with every fault.
    """
    if keep_tracks not in (True, False):
        raise TypeError("keep_tracks is True or False")
    kept = registry if isinstance(registry, Registry) or registry is None else Registry(registry, datum=registry_datum)
    native = native_registry(kept, registry_datum)
    options = native_settings(settings)
    until_ms = instant_ms("until", until)
    notes = native_manifests(manifests, native, kept is not None, until_ms)
    source = open_tracks(tracks, reading)
    request = _engine.ReplayRequest(
        native,
        notes,
        options,
        lateness_ms=span_ms("lateness", lateness),
        journal_ms=span_ms("journal", journal),
        final_only=bool(final),
        until_ms=until_ms,
        shards=_shards(shards),
        tracks=keep_tracks,
        quality=keep_tracks,
        rejects=keep_rejects,
        tracks_read_as=_datum(reading.get("datum", "wgs84")),
        registry_read_as=_engine.Datum.wgs84 if kept is None else kept._datum,
    )
    with _shown(progress, source) as told:
        result = Result(replay_opened(source, request, told), kept, options)
        if told is not None:
            told(sum(result.counts.values()) + result.passed_over)
    _tell(result)
    return result


@contextlib.contextmanager
def _shown(
    progress: Callable[[int], object] | bool | None, source: Files | _engine.FixTable
) -> Iterator[Callable[[int], object] | None]:
    """What is to be called: the caller's own, or a bar. How many rows files have is not known before they are read."""
    if callable(progress) or not progress:
        yield progress or None
        return
    try:
        from tqdm.auto import tqdm
    except ImportError:
        yield None
        return
    with tqdm(total=None if isinstance(source, Files) else source.rows, unit=" rows", unit_scale=True) as bar:
        yield lambda rows: bar.update(rows - bar.n)


def replay_opened(
    source: Files | _engine.FixTable,
    request: _engine.ReplayRequest,
    progress: Callable[[int], object] | None = None,
) -> _engine.ReplayOutcome:
    """May be called again and again with the same tracks."""
    if isinstance(source, Files):
        return _engine.replay_files(source.paths, source.format, request, progress)
    return _engine.replay_table(source, request, progress)


def replay_steps(
    tracks: TrackLike,
    registry: Any,
    settings: Any,
    shards: int | None,
    steps: _engine.ReplaySteps,
    reading: Mapping[str, Any],
    *,
    keep_tracks: bool = False,
    keep_quality: bool = False,
) -> Result:
    """What the first stages of the chain alone have to tell: the same as of all of them, and sooner."""
    request = _engine.ReplayRequest(
        native_registry(registry, "wgs84"),
        None,
        native_settings(settings),
        shards=_shards(shards),
        steps=steps,
        tracks=keep_tracks,
        quality=keep_quality,
    )
    result = Result(replay_opened(open_tracks(tracks, reading), request), None)
    _tell(result)
    return result


def _shards(shards: int | None) -> int:
    if shards is None:
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if not 1 <= shards <= 1024:
        raise ValueError(f"shards: {shards} is not from 1 to 1024")
    return shards


def _tell(result: Result) -> None:
    """Nothing that was not read passes in silence."""
    rows = sum(result.counts.values())
    if result.broken_off is not None:
        if rows == 0:
            raise InputError(result.broken_off)
        _warn(f"{result.broken_off}; what came before it was replayed")
    if result.withheld:
        _warn(
            f"{result.withheld} suspicion(s) withheld: places of tracks and registry lie apart; see map_shift_suspected"
        )
    bad = result.counts["bad_row"]
    if bad * 2 > rows:
        _warn(f"{bad} of {rows} rows could not be read; first: {result.first_causes['bad_row']}")


class Checkpoint:
    """What an engine knew at one moment. Lives in this process alone."""

    def __init__(self, native: _engine.EngineCheckpoint) -> None:
        self._native = native

    def __reduce__(self) -> Any:
        raise TypeError("a checkpoint lives in the process that made it")


class Engine:
    """Folds fixes as they come, and gives events as soon as they are proven.

    `delivery='ordered'` gives them in the order of every output instead, up to the last tick. Rows of one vehicle may
    come out of order by the lateness. What is later is refused, or with `journal='24h'` put in its place as far as that
    reaches back, which revises events. Threads: any, one at a time.
    """

    def __init__(
        self,
        registry: Any = None,
        settings: Any = None,
        *,
        lateness: str | float | dt.timedelta | None = None,
        journal: str | float | dt.timedelta = 0,
        delivery: str = "immediate",
        registry_datum: str = "wgs84",
        keep_tracks: bool = False,
    ) -> None:
        if delivery not in ("immediate", "ordered"):
            raise ValueError(f"delivery: '{delivery}' is neither 'immediate' nor 'ordered'")
        journal_ms = span_ms("journal", journal) or 0
        if keep_tracks and journal_ms:
            raise ValueError("keep_tracks: tracks that were taken cannot be revised; either that or a journal")
        self._lock = threading.Lock()
        self._native = _engine.LiveEngine(
            native_registry(registry, registry_datum),
            native_settings(settings),
            span_ms("lateness", lateness),
            journal_ms,
            delivery == "ordered",
            keep_tracks,
        )

    @classmethod
    def restore(cls, checkpoint: Checkpoint) -> Engine:
        """An engine that goes on from there: the same fixes give the same events."""
        engine = cls.__new__(cls)
        engine._lock = threading.Lock()
        engine._native = _engine.LiveEngine(checkpoint._native)
        return engine

    def push(self, tracks: TrackLike, **reading: Unpack[Reading]) -> int:
        """Folds the rows of a table, in their order. Returns how many could not be read."""
        fixes = open_table(tracks, reading)
        with self._lock:
            bad: int = self._native.push(fixes)
        if bad * 2 > fixes.rows:
            _warn(f"{bad} of {fixes.rows} rows could not be read")
        return bad

    def tick(self, now: Any) -> None:
        """Time has passed up to `now`: silent vehicles' deadlines fire."""
        at = instant_ms("now", now)
        if at is None:
            raise TypeError("now is a time")
        with self._lock:
            self._native.tick(at)

    def finish(self) -> None:
        """The log has ended: all that waits is folded. Nothing can be pushed after it."""
        with self._lock:
            self._native.finish()

    def take_events(self) -> Events:
        """The events since the last call, in the order of every output."""
        with self._lock:
            return Events(self._native.take_events())

    def take_tracks(self) -> Table:
        """Cleaned fixes since the last call; none unless `keep_tracks=True`."""
        with self._lock:
            return Table(self._native.take_tracks())

    def checkpoint(self) -> Checkpoint:
        """All that is known now, events that were not taken included."""
        with self._lock:
            return Checkpoint(self._native.checkpoint())

    @property
    def counts(self) -> dict[str, int]:
        """As of `Result`."""
        with self._lock:
            return dict(self._native.counts)

    @property
    def waiting(self) -> int:
        """Fixes that are not decided yet."""
        with self._lock:
            return int(self._native.waiting)

    def __repr__(self) -> str:
        return f"<Engine: {self._native.vehicles} vehicles, {sum(self.counts.values())} rows>"
