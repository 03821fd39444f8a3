#!/usr/bin/env python3
"""Says how many bytes a journal of 24 h takes for each fix of public recordings: the fixes alone, and all that it takes
to run their vehicles again.

    journal_memory.py HAULWATCH DATA_FOLDER [--work FOLDER]

DATA_FOLDER holds one folder a set (docs/recorded-tracks.md names them and their sources). Prints Markdown.
"""
import argparse
import json
import pathlib
import subprocess
import sys

from replay_sets import SETS, files_of


def held(program, options, files):
    command = [program, "replay", "--shards", "1", "--json", "--journal", "24h", *options, *files]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode not in (0, 6):
        sys.exit(f"{' '.join(command)}: exit {done.returncode}: {done.stderr}")
    summary = json.loads(done.stdout)
    return summary["vehicles"], summary["journal"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("/tmp/haulwatch-recorded"))
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    print("| set | vehicles | fixes held at the end, a vehicle | bytes a fix | with states and events |")
    print("|---|---|---|---|---|")
    for name, options, pattern in SETS:
        vehicles, journal = held(args.program, options, files_of(name, pattern, args.data, args.work))
        fixes = journal["fixes"]
        print(f"| {name} | {vehicles:,} | {fixes / vehicles:,.0f} | {journal['fix_bytes'] / fixes:.1f} | "
              f"{journal['bytes'] / fixes:.1f} |")


if __name__ == "__main__":
    main()
