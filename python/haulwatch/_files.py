"""Texts into files, and documents into lines."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from typing import Any

from ._errors import FileError


def write_text(text: str, path: str | os.PathLike[str]) -> None:
    """As it stands, whatever the platform's line ends."""
    try:
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)
    except OSError as error:
        raise FileError(f"{os.fspath(path)}: {error.strerror}") from None


def json_lines(records: Iterable[Any]) -> str:
    """One JSON object a line."""
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
