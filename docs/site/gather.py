#!/usr/bin/env python3
"""Gathers the pages of the site into one folder: gather.py FOLDER DOXYGEN_XML

The Markdown pages keep their places in the repository, so that links between them hold. Notebooks become Markdown pages, and the C++
headers that a program includes have a page for each folder.
"""
import json
import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
# What a program that embeds haulwatch includes; the other headers say of themselves what they are for.
PAGES = {
    "vocabulary": ("The vocabulary", (
        "fix.hpp", "event.hpp", "verdict.hpp", "evidence.hpp", "trip_fault.hpp", "manifest.hpp", "units.hpp", "lon_lat.hpp",
        "reading.hpp", "error.hpp",
    )),
    "registry": ("registry: what is allowed", ("registry/registry.hpp", "registry/objects.hpp", "io/registry_reader.hpp")),
    "engine": ("engine: who runs what, on which thread", (
        "engine/chain.hpp", "engine/engine.hpp", "engine/default_engine.hpp", "engine/replay.hpp", "engine/default_replay.hpp",
        "engine/pipeline.hpp", "engine/default_pipeline.hpp", "engine/sink.hpp", "engine/vehicle_status.hpp",
        "engine/vehicle_names.hpp",
    )),
    "detect": ("detect: the stages of the default chain", (
        "detect/stage.hpp", "detect/locate.hpp", "detect/dwell.hpp", "detect/signal_watch.hpp", "detect/sensor_health.hpp",
        "detect/load_state.hpp", "detect/dump_suspicion.hpp", "detect/route_monitor.hpp", "detect/haul.hpp",
        "detect/manifest_watch.hpp", "fleet/quota.hpp",
    )),
    "io": ("io: the doors", (
        "io/track_format.hpp", "io/recording.hpp", "io/event_writer.hpp", "io/event_reader.hpp", "io/manifest_reader.hpp",
        "io/default_settings.hpp", "io/wire.hpp",
    )),
    "explain": ("explain: one event in words", ("explain/explain.hpp", "explain/explanation.hpp")),
    "c": ("haulwatch.h: for other languages", ("haulwatch.h",)),
}


def page_of_notebook(notebook):
    """Its cells, one after the other; what a cell gives is left to whoever runs it."""
    cells = json.loads(notebook.read_text())["cells"]
    texts = ("".join(cell["source"]) for cell in cells)
    return "\n\n".join(
        text if cell["cell_type"] == "markdown" else f"```python\n{text}\n```" for cell, text in zip(cells, texts)
    )


def page_of_headers(title, headers):
    lines = [title, "=" * len(title), ""]
    for header in headers:
        name = f"haulwatch/{header}"
        lines += [name, "-" * len(name), "", f".. doxygenfile:: {Path(header).name}", ""]
    return "\n".join(lines)


def drop_initialisers(xml):
    """Default values that Sphinx cannot read: designated members, and texts in several pieces."""
    for described in xml.glob("*.xml"):
        text = described.read_text()
        kept = re.sub(r"<initializer>(?:(?!</initializer>).)*(?:\{\.|&quot;&quot;)(?:(?!</initializer>).)*</initializer>", "", text, flags=re.DOTALL)
        if kept != text:
            described.write_text(kept)


def main():
    target, xml = Path(sys.argv[1]), Path(sys.argv[2])
    drop_initialisers(xml)
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(ROOT / "docs", target / "docs")
    for page in ("README.md", "CHANGELOG.md"):
        shutil.copy(ROOT / page, target)
    shutil.copytree(ROOT / "examples", target / "examples", ignore=shutil.ignore_patterns("county_day"))
    for page in (ROOT / "docs" / "site").iterdir():
        if page.suffix in (".md", ".rst"):
            shutil.copy(page, target)
    for notebook in (ROOT / "examples" / "notebooks").glob("*.ipynb"):
        (target / notebook.relative_to(ROOT)).with_suffix(".md").write_text(page_of_notebook(notebook))
    api = target / "cpp-api"
    api.mkdir()
    for name, (title, headers) in PAGES.items():
        (api / f"{name}.rst").write_text(page_of_headers(title, headers))
    pages = "\n".join(f"   cpp-api/{name}" for name in PAGES)
    (target / "cpp-api.rst").write_text(
        "C++: the headers of ``haulwatch``\n=================================\n\nWhat a program that embeds haulwatch includes. The other headers say of themselves what they are for.\n\n"
        f".. toctree::\n   :maxdepth: 2\n\n{pages}\n")


if __name__ == "__main__":
    main()
