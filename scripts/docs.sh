#!/usr/bin/env bash
# Builds the site of the documentation, from an empty machine on: scripts/docs.sh [FOLDER], into build/docs unless told
# otherwise. What a page refers to and is not there is an error.
set -euo pipefail
export LANG=C.UTF-8 LC_ALL=C.UTF-8
cd "$(dirname "${BASH_SOURCE[0]}")/.."
scripts/install-packages.sh --for-docs

out=$(realpath -m "${1:-build/docs}")
venv=build/docs-venv wanted=docs/site/requirements.txt
if ! cmp -s "$wanted" "$venv/installed.txt"; then
  python3 -m venv --clear "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$wanted"
  cp "$wanted" "$venv/installed.txt"
fi

export HAULWATCH_ROOT=$PWD HAULWATCH_DOXYGEN=$out/doxygen
mkdir -p "$HAULWATCH_DOXYGEN"
doxygen docs/site/Doxyfile 2>"$out/doxygen.log" || { cat "$out/doxygen.log"; exit 1; }
python3 docs/site/gather.py "$out/pages" "$HAULWATCH_DOXYGEN/xml"
"$venv/bin/python" -m sphinx -q -W --keep-going -j auto -b html -c docs/site -d "$out/doctrees" "$out/pages" "$out/html"
echo "$out/html/index.html"
