"""Made-up counties with their truth, the score of events against it, and terminals' frames."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import _engine
from ._errors import Error, FileError, InputError
from ._files import json_lines, write_text
from ._html import counts_in_html
from ._inputs import _warn, text_of
from ._replay import Result
from ._set_up import Registry
from ._tables import Table

if TYPE_CHECKING:
    import pandas


_FILES = ("registry.geojson", "tracks.csv", "truth.jsonl", "manifests.jsonl")


class World:
    """A county that was lived: what terminals reported, what was allowed, and what really happened."""

    def __init__(self, native: _engine.LivedWorld) -> None:
        self._native = native
        self._tracks: Table | None = None
        self._registry: Registry | None = None

    @property
    def tracks(self) -> Table:
        """The terminals' reports, in order of arrival."""
        if self._tracks is None:
            self._tracks = Table(_engine.fixes_of_csv(self._native.tracks))
        return self._tracks

    @property
    def registry(self) -> Registry:
        """What the county's office knows."""
        if self._registry is None:
            self._registry = Registry(self._native.registry)
        return self._registry

    @property
    def manifests(self) -> list[dict[str, Any]]:
        """Electronic transfer notes, in order of time."""
        return [json.loads(line) for line in self._native.manifests.splitlines()]

    @property
    def truth(self) -> list[dict[str, Any]]:
        """What a perfect observer saw, in order of time."""
        return [json.loads(line) for line in self._native.truth.splitlines()]

    def _counts(self) -> list[tuple[str, int]]:
        native = self._native
        lines = {"tracks": native.tracks.count("\n") - 1, "manifests": native.manifests.count("\n"), "truths": native.truth.count("\n")}
        return [*lines.items(), *self.registry._counts()]

    def __repr__(self) -> str:
        return f"<World: {', '.join(f'{n} {name}' for name, n in self._counts())}>"

    def _repr_html_(self) -> str:
        return counts_in_html([("world", self._counts())])

    @classmethod
    def read(cls, folder: str | os.PathLike[str]) -> World:
        """The world in a folder of `haulwatch simulate`."""
        registry, tracks, truth, manifests = (text_of(Path(folder) / name, name)[0] for name in _FILES)
        return cls(_engine.LivedWorld(registry, tracks, truth, manifests))

    def write(self, folder: str | os.PathLike[str]) -> None:
        """The files of `haulwatch simulate`, byte for byte."""
        texts = (self._native.registry, self._native.tracks, self._native.truth, self._native.manifests)
        try:
            Path(folder).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FileError(f"{error.filename}: {error.strerror}") from None
        for name, text in zip(_FILES, texts):
            write_text(text, Path(folder) / name)


def simulate(
    seed: int = 1, vehicles: int = 100, hours: float = 24, profile: str = "typical", interval_s: float | None = None
) -> World:
    """Makes up a county, its trucks' tracks, and the truth about them; the same seed gives the same bytes.

    `profile` is 'clean', 'typical', 'gps-only', 'sparse', 'hostile', 'metropolis', or a file of doses.
    """
    if not (1 <= vehicles <= 1_000_000 and 0.1 <= hours <= 24 * 366 and seed >= 0):
        raise ValueError("from 1 to a million vehicles, 0.1 h to a year, and a seed from 0")
    if interval_s is not None and not 1 <= interval_s <= 3600:
        raise ValueError("interval_s is from 1 to 3600")
    return World(_engine.simulate(seed, vehicles, hours, os.fspath(profile), interval_s))


class Score(dict[str, Any]):
    """Every figure of `haulwatch score --json`; `text` is its table."""

    text: str = ""

    def value(self, metric: str) -> float | None:
        """One figure by its path: 'stop.f1', 'trip.start_error_s.median', 'suspicion.brier'; None where nothing was there
        to measure. The suspicions meant are the final ones; 'first_suspicion' are those as first raised."""
        here: Any = {**self["kinds"], "suspicion": self["suspicions"]["final"], "first_suspicion": self["suspicions"]["first_raised"]}
        for step in metric.split("."):
            if not isinstance(here, Mapping) or step not in here:
                known = f"; there are {', '.join(here)}" if isinstance(here, Mapping) else ""
                raise Error(f"'{metric}': there is no '{step}'{known}")
            here = here[step]
        if isinstance(here, Mapping) and "value" in here:
            here = here["value"]
        if here is not None and not isinstance(here, (int, float)):
            raise Error(f"'{metric}' is no figure; there are {', '.join(here) if isinstance(here, Mapping) else 'lists'}")
        return here

    def to_pandas(self) -> pandas.DataFrame:
        """One row a kind of event: counts, precision, recall, F1, median errors."""
        import pandas as pd

        rows = {**self["kinds"], "suspicion": self["suspicions"]["final"]}
        counts = ("truths", "claims", "matched")
        errors = ("start_error_s", "end_error_s", "place_error_m", "delay_s")
        return pd.DataFrame(
            [
                {
                    "kind": kind,
                    **{name: row[name] for name in counts},
                    **{name: row[name]["value"] for name in ("precision", "recall", "f1")},
                    **{name: row[name]["median"]["value"] for name in errors if name in row},
                }
                for kind, row in rows.items()
            ]
        ).set_index("kind")

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        import html

        return f"<pre>{html.escape(self.text)}</pre>"


def score(truth: Any, events: Any, interval_s: float | None = None) -> Score:
    """Holds events against the truth: precision, recall, errors, delays, per kind.

    Each is a `World`, a `Result`, events, dicts, JSON Lines, or a path of such.
    """
    return score_of_lines([(lines_of(truth, "truth"), lines_of(events, "events"))], interval_s)


def score_of_lines(worlds: list[tuple[str, str]], interval_s: float | None = None) -> Score:
    """Truth and events of some worlds, pooled."""
    report, text = _engine.score(worlds, interval_s)
    scored = Score(json.loads(report))
    scored.text = text
    return scored


def lines_of(source: Any, what: str) -> str:
    if isinstance(source, World):
        return source._native.truth
    if isinstance(source, (Result, Table)):
        return source.to_jsonl() or ""
    if isinstance(source, str) and not source.strip():
        return ""
    if isinstance(source, (str, bytes, os.PathLike)):
        return text_of(source, what)[0]
    if isinstance(source, Iterable):
        rows = list(source)
        if all(isinstance(row, Mapping) for row in rows):
            return json_lines(rows)
    raise InputError.of("", f"{what} as lines, dicts, a result or a path", f"a {type(source).__name__}")


def decode_jt808(frames: bytes | str | os.PathLike[str], *, profile: str = "", lenient: bool = False) -> Table:
    """Positions out of JT/T 808 frames: the bytes themselves, text of hex digits, or a path of either.

    `profile` says what the terminal model's bits mean: a shipped name or a file. Warns of frames that were refused.
    """
    if isinstance(frames, os.PathLike) or (isinstance(frames, str) and os.path.exists(frames)):
        try:
            frames = Path(frames).read_bytes()
        except OSError as error:
            raise FileError(f"{error.filename}: {error.strerror}") from None
        is_hex = not frames.lstrip().startswith(b"\x7e")
    else:
        is_hex = isinstance(frames, str)
    data = frames.encode() if isinstance(frames, str) else bytes(frames)
    decoded = _engine.decode_jt808(data, is_hex, _profile_path(profile), lenient)
    if decoded.refused:
        causes = ", ".join(f"{n} {cause}" for cause, n in decoded.refused_by_cause)
        _warn(f"{decoded.refused} frames or messages refused: {causes}")
    if decoded.ends_within_frame:
        _warn("the input ends within a frame")
    return Table(decoded.fixes)


def _profile_path(name: str) -> str:
    shipped = Path(__file__).parent / "profiles" / "jt808" / f"{name}.json"
    return str(shipped) if name and shipped.exists() else name


__all__ = ["Score", "World", "decode_jt808", "score", "simulate"]
