"""What haulwatch raises, and what it warns of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Error(Exception):
    """The root of everything that haulwatch raises of its own."""


class ColumnFault(NamedTuple):
    """One column that cannot be read as what it is to be."""

    column: str
    """The caller's name of it; empty where it is the table as a whole."""
    expected: str
    found: str


class InputError(Error, ValueError):
    """Tracks that cannot be read at all: `faults` has every column at fault, with what was expected and found."""

    def __init__(self, message: str, faults: Iterable[tuple[str, str, str]] = ()) -> None:
        super().__init__(message)
        self.faults: list[ColumnFault] = [ColumnFault(*fault) for fault in faults]

    @classmethod
    def of(cls, column: str, expected: str, found: str) -> InputError:
        """An error about one column."""
        where = f"column '{column}': " if column else ""
        return cls(f"{where}expected {expected}, found {found}", [(column, expected, found)])

    def __reduce__(self) -> tuple[type[InputError], tuple[str, list[ColumnFault]]]:
        return type(self), (str(self), self.faults)


class Fault(NamedTuple):
    """One thing wrong with a registry, manifests or settings."""

    object: str
    """What it belongs to, as 'site pit'; empty when it is the document itself."""
    pointer: str
    """JSON pointer of the value at fault; empty for the whole document."""
    message: str


class Refused(Error, ValueError):
    """A registry, manifests or settings that were refused whole: `faults` has every one of them."""

    def __init__(self, message: str, faults: Iterable[tuple[str, str, str]] = ()) -> None:
        super().__init__(message)
        self.faults: list[Fault] = [Fault(*fault) for fault in faults]

    def __reduce__(self) -> tuple[type[Refused], tuple[str, list[Fault]]]:
        return type(self), (str(self), self.faults)


class FileError(Error, OSError):
    """A file that cannot be opened, read or written; the message names file and cause."""


class InputWarning(UserWarning):
    """Something in the tracks that was read, and that might not be meant so."""
