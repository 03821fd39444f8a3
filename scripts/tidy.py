#!/usr/bin/env python3
"""Runs clang-tidy over our own sources: scripts/tidy.py BUILD_DIR [FILE...]

What was found clean stays clean until the file, a header of ours that it includes, the checks or the compiler's flags
change: each clean run leaves a stamp, named by a hash of all those, in BUILD_DIR/tidy/.
"""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import shlex
import subprocess
import sys
import time

TIDY = "clang-tidy-14"
ROOT = pathlib.Path(__file__).resolve().parent.parent
# Tests, benchmarks and generated code are held to the compilers' warnings only: GoogleTest's macros break most checks.
CHECKED = ("src", "examples")


def is_checked(source):
    return source.is_relative_to(ROOT) and source.relative_to(ROOT).parts[0] in CHECKED


def headers_of_ours(entry):
    """The files of this tree that a translation unit is made of, as its own compiler sees them."""
    command = shlex.split(entry["command"])
    output = command.index("-o")
    del command[output : output + 2]
    command.remove("-c")
    rule = subprocess.run(command + ["-MM"], cwd=entry["directory"], check=True, capture_output=True, text=True).stdout
    paths = rule.replace("\\\n", " ").split(":", 1)[1].split()
    return sorted(path for path in paths if pathlib.Path(path).is_relative_to(ROOT))


def stamp_of(entry, stamps, common):
    digest = hashlib.sha256(common)
    digest.update(entry["command"].encode())
    for path in headers_of_ours(entry):
        digest.update(path.encode())
        digest.update(pathlib.Path(path).read_bytes())
    return stamps / digest.hexdigest()


def check(entry, build_dir, stamps, common):
    """Returns the report of one file, the seconds it took, and whether it is clean."""
    started = time.monotonic()
    stamp = stamp_of(entry, stamps, common)
    if stamp.exists():
        return "", 0.0, True
    run = subprocess.run([TIDY, "--quiet", "-p", build_dir, entry["file"]], capture_output=True, text=True, check=False)
    clean = run.returncode == 0
    if clean:
        stamp.touch()
    return (run.stdout + ("" if clean else run.stderr)).strip(), time.monotonic() - started, clean


def main():
    build_dir = pathlib.Path(sys.argv[1]).resolve()
    wanted = {pathlib.Path(name).resolve() for name in sys.argv[2:]}
    stamps = build_dir / "tidy"
    stamps.mkdir(exist_ok=True)
    entries = [
        entry
        for entry in json.loads((build_dir / "compile_commands.json").read_text())
        if is_checked(pathlib.Path(entry["file"])) and (not wanted or pathlib.Path(entry["file"]) in wanted)
    ]
    version = subprocess.run([TIDY, "--version"], check=True, capture_output=True).stdout
    common = version + (ROOT / ".clang-tidy").read_bytes()

    unclean = []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = {pool.submit(check, entry, build_dir, stamps, common): entry["file"] for entry in entries}
        for job in concurrent.futures.as_completed(jobs):
            report, seconds, clean = job.result()
            name = os.path.relpath(jobs[job], ROOT)
            if seconds > 0:
                print(f"{name}: {'clean' if clean else 'NOT clean'}, {seconds:.0f} s", flush=True)
            if not clean:
                unclean.append(name)
                print(report, flush=True)
    print(f"{len(entries)} files, {len(unclean)} not clean")
    return 1 if unclean else 0


if __name__ == "__main__":
    sys.exit(main())
