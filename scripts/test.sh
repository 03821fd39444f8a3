#!/usr/bin/env bash
# Everything that has to hold before a change is good, from an empty machine on: scripts/test.sh [SECTION...]
# Sections, in this order: packages format build headers tests python docs asan tsan; tidy (clang-tidy, about 15 minutes cold) on request
set -euo pipefail
export LANG=C.UTF-8 LC_ALL=C.UTF-8
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec </dev/null
# An object serves every build folder that compiles it with the same flags.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
# Without a home folder, the compiler cache lives beside what it caches.
[[ -w ${HOME:-/nonexistent} ]] || export CCACHE_DIR=${CCACHE_DIR:-$PWD/build/ccache}

# Where the kernel spreads addresses wider than GCC 12's sanitizers expect, they fail before main().
unspread=()
if setarch "$(uname -m)" --addr-no-randomize true 2>/dev/null; then
  unspread=(setarch "$(uname -m)" --addr-no-randomize)
fi

totals=()

run_tests() {
  local preset=$1
  shift
  local log=build/$preset/ctest.log
  local status=0
  "$@" ctest --preset "$preset" --no-tests=ignore >"$log" 2>&1 || status=$?
  ((status == 0)) || cat "$log"
  local total
  total=$(grep -E 'tests passed|No tests were found' "$log" || echo 'no test of this kind yet')
  echo "$total"
  totals+=("$preset: $total")
  return "$status"
}

packages() { scripts/install-packages.sh --for-tests; }

format() {
  find include src tests bench examples python -name '*.[ch]pp' -print0 |
    xargs --null --no-run-if-empty clang-format-14 --dry-run -Werror
}

build() {
  cmake --preset dev --log-level=WARNING
  cmake --build --preset dev
}

headers() { cmake --build --preset dev --target all_verify_interface_header_sets; }

tests() { run_tests dev; }

asan() {
  cmake --preset asan --log-level=WARNING
  cmake --build --preset asan
  run_tests asan "${unspread[@]}"
}

tsan() {
  cmake --preset tsan --log-level=WARNING
  cmake --build --preset tsan
  run_tests tsan "${unspread[@]}"
}

python() {
  local venv=build/python-venv wanted=python/tests/requirements.txt
  if ! cmp -s "$wanted" "$venv/installed.txt"; then
    python3 -m venv --clear "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$wanted"
    cp "$wanted" "$venv/installed.txt"
  fi
  # Without isolation, so that the compiler cache finds pybind11 where it was; with the flags of the section `build`, so
  # that it has most objects already.
  CXX=c++ "$venv/bin/pip" install --quiet --disable-pip-version-check --no-build-isolation --no-deps \
    --config-settings=build-dir=build/python --config-settings=cmake.build-type=RelWithDebInfo \
    --config-settings='cmake.define.CMAKE_CXX_FLAGS_RELWITHDEBINFO=-O2 -g1' \
    --config-settings=cmake.define.CMAKE_CXX_EXTENSIONS=OFF --config-settings=cmake.define.HAULWATCH_WERROR=ON .
  local log=build/python-tests.log status=0
  "$venv/bin/python" -m pytest -q >"$log" 2>&1 || status=$?
  ((status == 0)) || cat "$log"
  tail -n 1 "$log"
  totals+=("python: $(tail -n 1 "$log")")
  return "$status"
}

docs() { scripts/docs.sh; }

tidy() { python3 scripts/tidy.py build/dev; }

sections=("$@")
((${#sections[@]} > 0)) || sections=(packages format build headers tests python docs asan tsan)
trap '(($? == 0)) || echo "== $section FAILED"' EXIT
for section in "${sections[@]}"; do
  echo "== $section"
  started=$SECONDS
  "$section"
  echo "== $section: $((SECONDS - started)) s"
done
echo "== all sections passed in $SECONDS s"
((${#totals[@]} == 0)) || printf '%s\n' "${totals[@]}"
