"""Results as a notebook shows them."""

from __future__ import annotations

import html
from collections.abc import Iterable


def counts_in_html(groups: Iterable[tuple[str, Iterable[tuple[str, int]]]]) -> str:
    """A table of numbers by their names, under the title of their group."""
    parts = []
    for title, counts in groups:
        rows = "".join(
            f"<tr><td>{html.escape(name)}</td><td style='text-align:right'>{n:,}</td></tr>" for name, n in counts
        )
        parts.append(f"<thead><tr><th colspan=2>{html.escape(title)}</th></tr></thead><tbody>{rows}</tbody>")
    return f"<table>{''.join(parts)}</table>"
