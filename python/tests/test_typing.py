"""The package is typed: its own code holds, and so do the stubs of the compiled half."""

from __future__ import annotations

import importlib.resources
import subprocess
import sys
from pathlib import Path

import haulwatch._engine

ROOT = Path(__file__).parents[2]
HERE = Path(haulwatch.__file__).parent


def test_marked_as_typed() -> None:
    assert importlib.resources.files("haulwatch").joinpath("py.typed").is_file()


def test_types_hold(tmp_path: Path) -> None:
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--package", "haulwatch", "--config-file", str(ROOT / "pyproject.toml")],
        capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_stubs_name_what_there_is() -> None:
    stubs = (HERE / "_engine.pyi").read_text()
    for name in dir(haulwatch._engine):
        if not name.startswith("_"):
            assert f"class {name}" in stubs or f"def {name}(" in stubs or f"{name}:" in stubs, name
            for member in dir(getattr(haulwatch._engine, name)):
                if not member.startswith("_") and isinstance(getattr(haulwatch._engine, name), type) and name not in ("Datum", "ReplaySteps"):
                    assert f"def {member}(" in stubs, f"{name}.{member}"
