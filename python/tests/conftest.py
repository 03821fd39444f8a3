"""Small worlds, and what the command line makes of them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

import haulwatch

ROOT = Path(__file__).parents[2]
PROFILES = ("clean", "typical", "gps-only", "sparse", "hostile", "metropolis")


class Lived(NamedTuple):
    """A world in files, and the events that the command gives for it."""

    folder: Path
    world: haulwatch.World
    events: str

    @property
    def tracks(self) -> str:
        return str(self.folder / "tracks.csv")

    @property
    def registry(self) -> str:
        return str(self.folder / "registry.geojson")

    @property
    def manifests(self) -> str:
        return str(self.folder / "manifests.jsonl")


def command() -> str:
    named = os.environ.get("HAULWATCH_COMMAND")
    built = [named] if named else [str(ROOT / "build" / preset / "haulwatch") for preset in ("dev", "release")]
    for path in built:
        if os.access(path, os.X_OK):
            return path
    pytest.skip("the command haulwatch is not built; HAULWATCH_COMMAND names another place")


def run(*arguments: str) -> str:
    done = subprocess.run([command(), *arguments], capture_output=True, text=True, check=False)
    assert done.returncode in (0, 6), done.stderr
    return done.stdout


def _lived(folder: Path, profile: str) -> Lived:
    world = haulwatch.simulate(seed=11, vehicles=8, hours=7, profile=profile)
    world.write(folder)
    run(
        "replay", "--quiet", "--registry", str(folder / "registry.geojson"), "--manifests",
        str(folder / "manifests.jsonl"), "--events", str(folder / "events.jsonl"), str(folder / "tracks.csv"),
    )  # fmt: skip
    return Lived(folder, world, (folder / "events.jsonl").read_bytes().decode())


@pytest.fixture(scope="session", params=PROFILES)
def lived(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Lived:
    """One world of each profile."""
    return _lived(tmp_path_factory.mktemp(request.param), request.param)


@pytest.fixture(scope="session")
def day(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    """One world of the usual profile."""
    return _lived(tmp_path_factory.mktemp("day"), "typical")
