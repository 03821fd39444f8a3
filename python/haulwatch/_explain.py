"""Events in words: what was seen, what was compared, what would have cleared it."""

from __future__ import annotations

import html
import json
import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from . import _engine
from ._errors import Error, InputError
from ._files import json_lines
from ._inputs import Files, TrackLike, _warn, open_tracks, text_of
from ._replay import Result
from ._set_up import native_registry, native_settings
from ._tables import Events
from ._times import zone_minutes

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._inputs import Reading


class Explanation(list[dict[str, Any]]):
    """One dict for each event, as `haulwatch explain --json` has it; `text` is what an officer reads."""

    text: str = ""

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(self.text)}</pre>"


def read_events(source: Any) -> Events:
    """Events that were written as JSON Lines: of a path (plain or .gz), text, or dicts."""
    if isinstance(source, (str, bytes, os.PathLike)):
        lines, document = text_of(source, "events")
    elif isinstance(source, Iterable):
        rows = list(source)
        if not all(isinstance(row, Mapping) for row in rows):
            raise InputError.of("", "events as dicts", f"a list of {type(rows[0]).__name__}")
        lines, document = json_lines(rows), "events"
    else:
        raise InputError.of("", "events as lines, dicts or a path", f"a {type(source).__name__}")
    return Events(_engine.EventList.read(lines, document))


def explain(
    events: Any,
    which: Any = 0,
    *,
    tracks: TrackLike = None,
    registry: Any = None,
    settings: Any = None,
    utc_offset: Any = None,
    registry_datum: str = "wgs84",
    **reading: Unpack[Reading],
) -> Explanation:
    """Puts an event into words, as `haulwatch explain` does. All but `events` and `which` may be missing; what is
    missed is said in the notes.

    `events` is a `Result`, which brings its registry and settings along, or what `read_events` takes. `which` is an id,
    a subject (all events of that episode), a row of a table or frame of events, or the number of a suspicion.
    `tracks` are those that were replayed: the reports around the event are listed. `utc_offset` is of the times told.

    Further arguments say how the tracks are written: see `haulwatch.Reading`.
    """
    log = events.events if isinstance(events, Result) else events if isinstance(events, Events) else read_events(events)
    if isinstance(events, Result):
        registry = events.registry if registry is None else registry
        options = native_settings(settings) if settings is not None or events._options is None else events._options
    else:
        options = native_settings(settings)
    explaining = _engine.Explaining(
        log._events,
        _id_of(log, which),
        None if registry is None else native_registry(registry, registry_datum),
        options,
        zone_minutes(utc_offset),
    )
    if tracks is not None:
        source = open_tracks(tracks, reading)
        if isinstance(source, Files):
            explaining.read_files(source.paths, source.format)
        else:
            explaining.read_table(source)
        if explaining.bad_rows:
            _warn(f"{explaining.bad_rows} row(s) of the tracks could not be read")
    elif reading:
        raise TypeError(f"{', '.join(sorted(reading))}: without tracks there is nothing to read")
    words = explaining.in_words()
    explanation = Explanation(json.loads(one) for _, one in words)
    explanation.text = "\n".join(text for text, _ in words)
    return explanation


def _id_of(log: Events, which: Any) -> str:
    if isinstance(which, str):
        return which
    if hasattr(which, "__index__"):
        suspicions = log.episodes("dump_suspected")
        number = which.__index__()
        if not -len(suspicions) <= number < len(suspicions):
            raise Error(f"there are {len(suspicions)} suspicions; another event is named by its id")
        return str(suspicions["id"][number])
    try:
        return str(which["id"])
    except (KeyError, TypeError, IndexError):
        raise TypeError(f"which: a {type(which).__name__} is no id, row or number of a suspicion") from None


__all__ = ["Explanation", "explain", "read_events"]
