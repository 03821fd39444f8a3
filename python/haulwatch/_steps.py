"""Single steps: cleaning, quality, stops, trips, distance from routes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import _engine
from ._inputs import TrackLike, open_table
from ._replay import replay, replay_steps
from ._set_up import native_registry
from ._tables import Events, Table

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._inputs import Reading


def smooth(tracks: TrackLike, settings: Any = None, *, shards: int | None = None, **reading: Unpack[Reading]) -> Table:
    """Cleaned tracks: each row with its place smoothed, its speed, its standard deviation, or why it was refused.
    By vehicle, then time."""
    result = replay_steps(tracks, None, settings, shards, _engine.ReplaySteps.tracks, reading, keep_tracks=True)
    assert result.tracks is not None
    return result.tracks


def quality(tracks: TrackLike, settings: Any = None, *, shards: int | None = None, **reading: Unpack[Reading]) -> Table:
    """How good each vehicle's reports of each day (UTC) were: counts of fixes kept and refused, the share of the way that
    was seen, hours online, delays. The columns of `haulwatch replay --quality`."""
    result = replay_steps(tracks, None, settings, shards, _engine.ReplaySteps.tracks, reading, keep_quality=True)
    assert result.quality is not None
    return result.quality


def stops(
    tracks: TrackLike,
    registry: Any = None,
    settings: Any = None,
    *,
    min_duration_s: float | None = None,
    radius_m: float | None = None,
    shards: int | None = None,
    **reading: Unpack[Reading],
) -> Events:
    """Where vehicles stood, one row a stop, as `replay` tells it. `min_duration_s` and `radius_m` are short for the settings of `dwell`."""
    from ._set_up import settings as all_settings

    dwell = {"min_duration_s": min_duration_s, "radius_m": radius_m}
    changed = {name: value for name, value in dwell.items() if value is not None}
    if changed:
        settings = all_settings(settings, dwell=changed)
    return replay_steps(tracks, registry, settings, shards, _engine.ReplaySteps.stops, reading).stops


def trips(
    tracks: TrackLike, registry: Any, settings: Any = None, *, shards: int | None = None, **reading: Unpack[Reading]
) -> Events:
    """Loads from where they were taken up to where they were left, one row a trip."""
    return replay(tracks, registry, settings=settings, shards=shards, keep_rejects=False, **reading).trips


def corridor(tracks: TrackLike, registry: Any, **reading: Unpack[Reading]) -> Table:
    """For each row of a table, in its order: the nearest route of the registry, the distance from its line, the way
    along it, and whether the row lies in its corridor."""
    fixes = open_table(tracks, reading)
    return Table(_engine.nearest_routes(fixes, native_registry(registry, "wgs84")))
