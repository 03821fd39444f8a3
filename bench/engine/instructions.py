#!/usr/bin/env python3
"""Counts the instructions that the whole chain takes for a fix, and holds the count against the committed one.

    instructions.py BUILD_FOLDER [--expect bench/engine/instructions.json] [--tolerance 0.03] [--write]

Runs `throughput_table` on a fixed world under callgrind: the same program gives the same count on every machine, whatever
else the machine does. Another compiler, or another C library (its sine), gives another count, so this is a check for one's
own changes and no test. Ends with status 1 where a count has grown by more than the tolerance.
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

WORLDS = {"typical": ["--profile", "typical"], "metropolis": ["--profile", "metropolis"]}
FIXED = ["--vehicles", "100", "--simulated", "100", "--from", "60", "--minutes", "120", "--no-floor"]


def counted(program, world):
    """Instructions a fix."""
    with tempfile.TemporaryDirectory() as folder:
        run = subprocess.run(
            ["valgrind", "--tool=callgrind", f"--callgrind-out-file={folder}/out", "--collect-atstart=no",
             "--toggle-collect=*fold_fixes*", "--toggle-collect=*fold_tick*", program, *FIXED, *WORLDS[world]],
            capture_output=True, text=True, check=True)
    row = [line for line in run.stdout.splitlines() if re.match(r"\| \d", line)][0]
    fixes = int(row.split("|")[2])
    return int(re.search(r"Collected : (\d+)", run.stderr)[1]) / fixes


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--expect", type=pathlib.Path, default=pathlib.Path(__file__).with_name("instructions.json"))
    parser.add_argument("--tolerance", type=float, default=0.03)
    parser.add_argument("--write", action="store_true", help="make what is counted the expected count")
    options = parser.parse_args()
    program = options.build / "bench" / "throughput_table"
    now = {world: round(counted(program, world)) for world in WORLDS}
    if options.write:
        options.expect.write_text(json.dumps(now, indent=2) + "\n", encoding="utf-8")
    expected = json.loads(options.expect.read_text(encoding="utf-8"))
    grown = False
    for world, count in now.items():
        change = count / expected[world] - 1.0
        grown = grown or change > options.tolerance
        print(f"{world:<12}{count:>7} instructions a fix, {100 * change:+.1f} % of {expected[world]}")
    sys.exit(1 if grown else 0)


if __name__ == "__main__":
    main()
