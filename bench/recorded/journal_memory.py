#!/usr/bin/env python3
"""Says how many bytes a journal of 24 h takes for each fix of public recordings: the fixes alone, and all that it takes
to run their vehicles again.

    journal_memory.py HAULWATCH DATA_FOLDER [--work FOLDER]

DATA_FOLDER holds one folder a set (docs/recorded-tracks.md names them and their sources). Prints Markdown.
"""
from replay_sets import SETS, arguments, files_of, summary_of


def main():
    args = arguments(__doc__)
    print("| set | vehicles | fixes held at the end, a vehicle | bytes a fix | with states and events |")
    print("|---|---|---|---|---|")
    for name, options, pattern in SETS:
        files = files_of(name, pattern, args.data, args.work)
        summary = summary_of(args.program, name, ["--journal", "24h", *options, *files])
        vehicles, journal = summary["vehicles"], summary["journal"]
        fixes = journal["fixes"]
        print(f"| {name} | {vehicles:,} | {fixes / vehicles:,.0f} | {journal['fix_bytes'] / fixes:.1f} | "
              f"{journal['bytes'] / fixes:.1f} |")


if __name__ == "__main__":
    main()
