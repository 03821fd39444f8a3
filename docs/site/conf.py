"""The site: scripts/docs.sh gathers the pages into one folder and runs Sphinx over it."""

import os
import re
import sys
from pathlib import Path

ROOT = Path(os.environ["HAULWATCH_ROOT"])
sys.path.insert(0, str(ROOT / "python"))

project = "haulwatch"
author = "the authors of haulwatch"
release = re.search(r"project\(haulwatch VERSION ([0-9.]+)", (ROOT / "CMakeLists.txt").read_text())[1]
version = release

extensions = ["myst_parser", "breathe", "sphinx.ext.autodoc"]
root_doc = "index"
exclude_patterns = ["docs/site"]
html_theme = "furo"
html_title = f"haulwatch {release}"
html_copy_source = False
templates_path = []

# Headings have anchors of their own, as on the pages where the Markdown is usually read.
myst_heading_anchors = 3

# The package's own modules are read; its compiled half need not be built for that.
autodoc_mock_imports = ["haulwatch._engine"]
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_type_aliases = {"TrackLike": "TrackLike"}
autodoc_preserve_defaults = True

breathe_projects = {"haulwatch": os.environ["HAULWATCH_DOXYGEN"] + "/xml"}
breathe_default_project = "haulwatch"
breathe_default_members = ("members",)
breathe_show_include = True
primary_domain = "py"
# Names in the docstrings stand between single backticks.
default_role = "code"
# A member's name stands in the pages of its class and of its header.
suppress_warnings = ["duplicate_declaration.cpp"]
