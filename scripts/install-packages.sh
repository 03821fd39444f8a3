#!/usr/bin/env bash
# Installs what haulwatch needs on Debian 12: scripts/install-packages.sh [--for-tests | --for-docs]
# Quick and silent where everything is there; asks the package index only for what is missing.
set -euo pipefail

packages=(
  g++ cmake ninja-build ccache pkg-config
  libboost1.81-dev libconcurrentqueue-dev libprotobuf-dev protobuf-compiler libcli11-dev libfmt-dev libspdlog-dev
  zlib1g-dev libgtest-dev libgmock-dev libbenchmark-dev librapidcheck-dev prometheus-cpp-dev
)
if [[ ${1:-} == --for-tests ]]; then
  packages+=(clang-14 libclang-rt-14-dev clang-tidy-14 clang-format-14 python3 python3-dev python3-venv)
elif [[ ${1:-} == --for-docs ]]; then
  packages=(doxygen python3 python3-venv)
elif (($# > 0)); then
  echo "usage: $0 [--for-tests | --for-docs]" >&2
  exit 2
fi

missing=()
for package in "${packages[@]}"; do
  # shellcheck disable=SC2016  # dpkg-query fills the braces in
  [[ $(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true) == installed ]] ||
    missing+=("$package")
done
((${#missing[@]} > 0)) || exit 0

as_root=()
if ((EUID != 0)); then
  command -v sudo >/dev/null || { echo "$0: needs root or sudo to install: ${missing[*]}" >&2; exit 1; }
  as_root=(sudo --non-interactive)
  [[ -t 0 ]] && as_root=(sudo)
fi

# libboost1.81-dev cannot stand beside Debian's default Boost, which apt then takes away.
echo "Installing ${missing[*]}" >&2
as_root+=(env DEBIAN_FRONTEND=noninteractive)
"${as_root[@]}" apt-get -q update </dev/null >&2
"${as_root[@]}" apt-get -q install --yes --no-install-recommends "${missing[@]}" </dev/null >&2
