"""What other settings would have found: every combination of some options, held against the truth."""

from __future__ import annotations

import html
import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from . import _engine
from ._errors import Error, InputError
from ._inputs import TrackLike, open_tracks
from ._replay import _shards, replay_opened
from ._set_up import Registry, Settings, _plain, native_manifests, native_registry, native_settings
from ._set_up import settings as all_settings
from ._worlds import Score, World, lines_of, score_of_lines

if TYPE_CHECKING:
    import pandas


class _Recorded:
    """Tracks with what is known of them, opened once for all replays."""

    def __init__(self, world: World | Mapping[str, Any]) -> None:
        if isinstance(world, World):
            world = {"tracks": world.tracks, "registry": world.registry, "manifests": world.manifests, "truth": world}
        if not isinstance(world, Mapping) or not {"tracks", "truth"} <= set(world):
            raise InputError.of("", "a World, or a dict of tracks, truth, registry and manifests", f"a {type(world).__name__}")
        rest = {name: value for name, value in world.items() if name not in ("tracks", "truth", "registry", "manifests")}
        tracks: TrackLike = world["tracks"]
        registry = world.get("registry")
        self.truth = lines_of(world["truth"], "truth")
        self.registry = registry if isinstance(registry, Registry) or registry is None else Registry(registry)
        self.native = native_registry(self.registry, "wgs84")
        self.manifests = native_manifests(world.get("manifests"), self.native, self.registry is not None, None)
        self.source = open_tracks(tracks, rest)

    def events(self, options: _engine.Settings, shards: int) -> str:
        request = _engine.ReplayRequest(self.native, self.manifests, options, shards=shards)
        outcome = replay_opened(self.source, request)
        if outcome.broken_off is not None:
            raise InputError(outcome.broken_off)
        return outcome.events.to_jsonl()


class Sweep(Sequence[dict[str, Any]]):
    """One row for each combination of options, in the order in which they were varied: the options, then the metrics."""

    def __init__(self, options: list[str], metrics: list[str], rows: list[dict[str, Any]], found: list[tuple[Settings, Score]]) -> None:
        self.options, self.metrics = options, metrics
        self._rows, self._found = rows, found

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, row: Any) -> Any:
        return self._rows[row]

    def settings(self, row: int) -> Settings:
        """All options of that row; `.write(path)` makes a file of them."""
        return self._found[row][0]

    def score(self, row: int) -> Score:
        """Every figure of that row."""
        return self._found[row][1]

    def best(self, metric: str | None = None, *, lowest: bool = False) -> Settings:
        """The settings with the highest figure of a metric (the first that was asked for), or with the lowest; of equal
        ones the first."""
        name = self.metrics[0] if metric is None else metric
        known = [(row[name], i) for i, row in enumerate(self._rows) if row.get(name) is not None]
        if name not in self.metrics:
            raise Error(f"'{name}' was not measured; there are {', '.join(self.metrics)}")
        if not known:
            raise Error(f"{name}: no combination has a figure")
        return self._found[min(known, key=lambda one: (one[0] if lowest else -one[0], one[1]))[1]][0]

    def to_pandas(self) -> pandas.DataFrame:
        import pandas as pd

        return pd.DataFrame(self._rows, columns=[*self.options, *self.metrics])

    def __repr__(self) -> str:
        wide = {name: max(len(name), *(len(_text(row[name])) for row in self._rows)) for name in self._names}
        head = "  ".join(name.rjust(wide[name]) for name in self._names)
        return "\n".join([head, *("  ".join(_text(row[n]).rjust(wide[n]) for n in self._names) for row in self._rows)])

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{html.escape(name)}</th>" for name in self._names)
        rows = "".join(
            "<tr>" + "".join(f"<td>{html.escape(_text(row[n]))}</td>" for n in self._names) + "</tr>" for row in self._rows
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"

    @property
    def _names(self) -> list[str]:
        return [*self.options, *self.metrics]


def _text(value: Any) -> str:
    return "" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value)


def sweep(
    worlds: Any,
    vary: Mapping[str, Iterable[Any]],
    metrics: str | Sequence[str] = ("suspicion.f1", "suspicion.precision", "suspicion.recall"),
    *,
    settings: Any = None,
    shards: int | None = None,
    progress: Callable[[int, int], object] | None = None,
) -> Sweep:
    """Replays and scores every combination of some options' values.

    >>> haulwatch.sweep(world, {"dump.threshold": [0.3, 0.5, 0.7]}).best("suspicion.f1").write("settings.json")

    `worlds` is a `World`, or a dict of `tracks`, `truth`, `registry`, `manifests` (further keys as of
    `haulwatch.Reading`), or a list of such, whose counts are pooled. `vary` has values by 'group.option', on top of
    `settings`. `metrics` are paths into a `Score`: 'stop.f1', 'suspicion.false_per_truck_day', 'stop.delay_s.median'.
    `progress` is called with the number of combinations done and of all.

    Raises `Refused` for options that do not exist and for values out of range, before anything is replayed.
    """
    wanted = [metrics] if isinstance(metrics, str) else list(metrics)
    values = {name: [_plain(value) for value in some] for name, some in vary.items()}
    if not values or not all(values.values()) or not wanted:
        raise ValueError("there is nothing to vary, or nothing to measure")
    tried = []
    for combination in itertools.product(*values.values()):
        groups: dict[str, dict[str, Any]] = {}
        for name, value in zip(values, combination):
            group, dot, option = name.partition(".")
            if not dot:
                raise ValueError(f"'{name}' is no 'group.option', as 'dump.threshold'")
            groups.setdefault(group, {})[option] = value
        tried.append((combination, all_settings(settings, **groups)))
    recorded = [_Recorded(one) for one in (worlds if isinstance(worlds, (list, tuple)) else [worlds])]
    rows, found = [], []
    for done, (combination, options) in enumerate(tried, 1):
        native = native_settings(options)
        score = score_of_lines([(one.truth, one.events(native, _shards(shards))) for one in recorded])
        rows.append({**dict(zip(values, combination)), **{metric: score.value(metric) for metric in wanted}})
        found.append((options, score))
        if progress is not None:
            progress(done, len(tried))
    return Sweep(list(values), wanted, rows, found)


__all__ = ["Sweep", "sweep"]
