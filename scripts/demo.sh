#!/usr/bin/env bash
# From a fresh checkout to a day of trucks, judged: installs what is missing, builds the release, replays the demo.
set -euo pipefail
export LANG=C.UTF-8 LC_ALL=C.UTF-8
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/install-packages.sh
cmake --preset release --log-level=WARNING -DHAULWATCH_BUILD_TESTS=OFF -DHAULWATCH_BUILD_BENCHMARKS=OFF
cmake --build --preset release --target haulwatch example_tell_the_day

# The demonstration itself ---------------------------------------------------------------------------------------------
day=examples/county_day
out=build/demo
mkdir -p "$out"
build/release/haulwatch check "$day/registry.geojson" --manifests "$day/manifests.jsonl"
build/release/haulwatch replay --registry "$day/registry.geojson" --manifests "$day/manifests.jsonl" \
  --events "$out/events.jsonl" --geojson "$out/day.geojson" --tracks-out "$out/tracks.csv" "$day/tracks.csv"
build/release/examples/example_tell_the_day "$day/registry.geojson" "$day/manifests.jsonl" "$day/tracks.csv" 8
echo
echo "The day for a GIS: $out/day.geojson; its events: $out/events.jsonl; raw and cleaned tracks: $out/tracks.csv"
