#!/usr/bin/env python3
"""Gathers the pages of the site into one folder: gather.py FOLDER DOXYGEN_XML

The Markdown pages keep their places in the repository, so that links between them hold. Notebooks become Markdown pages, and each
folder of C++ headers a page that lists them.
"""
import json
import re
import shutil
import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).parents[2]
HEADERS = ROOT / "include" / "haulwatch"
SECTIONS = ("briefdescription detaileddescription innerclass public-type public-func public-attrib public-static-func "
            "public-static-attrib enum typedef func var define")
FOLDERS = {
    "": "The vocabulary",
    "geo": "geo: local metres, places, corridors",
    "registry": "registry: what is allowed",
    "track": "track: one vehicle's fixes made orderly",
    "detect": "detect: one stage a header",
    "fleet": "fleet: folds over all vehicles",
    "engine": "engine: who runs what, on which thread",
    "io": "io: the doors",
    "io/jt808": "io/jt808: a terminals' language",
    "io/nmea": "io/nmea: another",
    "explain": "explain: one event in words",
    "simulation": "simulation: worlds with truth",
    "scoring": "scoring: events held against a truth",
}


def page_of_notebook(notebook):
    """Its cells, one after the other; what a cell gives is left to whoever runs it."""
    cells = json.loads(notebook.read_text())["cells"]
    texts = ("".join(cell["source"]) for cell in cells)
    return "\n\n".join(
        text if cell["cell_type"] == "markdown" else f"```python\n{text}\n```" for cell, text in zip(cells, texts)
    )


def classes_in(name, xml):
    """What Doxygen found in a header; for those whose name without its folder is not theirs alone, by which Breathe goes."""
    found = []
    for described in sorted([*xml.glob("class*.xml"), *xml.glob("struct*.xml")]):
        compound = ElementTree.parse(described).find("compounddef")
        within = compound.findtext("compoundname").rpartition("::")[0]
        if compound.find("location").get("file") == name and not within.rpartition("::")[2][:1].isupper():
            found.append(f".. doxygen{compound.get('kind')}:: {compound.findtext('compoundname')}\n   :members:\n")
    return found


def page_of_headers(title, headers, twice, xml):
    lines = [title, "=" * len(title), ""]
    for header in headers:
        name = header.relative_to(HEADERS.parent).as_posix()
        lines += [name, "-" * len(name), ""]
        if header.name in twice:
            lines += classes_in(name, xml)
        else:
            lines += [f".. doxygenfile:: {header.name}", f"   :sections: {SECTIONS}", ""]
    return "\n".join(lines)


def drop_designated_initialisers(xml):
    """What Sphinx cannot read of C++20, in the default values of members."""
    for described in xml.glob("*.xml"):
        text = described.read_text()
        kept = re.sub(r"<initializer>(?:(?!</initializer>).)*\{\.(?:(?!</initializer>).)*</initializer>", "", text, flags=re.DOTALL)
        if kept != text:
            described.write_text(kept)


def main():
    target, xml = Path(sys.argv[1]), Path(sys.argv[2])
    drop_designated_initialisers(xml)
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
    headers_of = {folder: sorted([*(HEADERS / folder).glob("*.hpp"), *(HEADERS / folder).glob("*.h")]) for folder in FOLDERS}
    counted = Counter(header.name for headers in headers_of.values() for header in headers)
    twice = {name for name, times in counted.items() if times > 1}
    names = []
    for folder, title in FOLDERS.items():
        names.append(folder.replace("/", "-") or "vocabulary")
        (api / f"{names[-1]}.rst").write_text(page_of_headers(title, headers_of[folder], twice, xml))
    pages = "\n".join(f"   cpp-api/{name}" for name in names)
    (target / "cpp-api.rst").write_text(
        "C++: the headers of ``haulwatch``\n=================================\n\nA layer includes only layers above it in this list.\n\n"
        f".. toctree::\n   :maxdepth: 2\n\n{pages}\n")


if __name__ == "__main__":
    main()
