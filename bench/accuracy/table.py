#!/usr/bin/env python3
"""Writes the tables of docs/accuracy.md from the figures that run.py kept.

    table.py REPORT.json... [--into docs/accuracy.md]

Several reports make one table: where two have the same profile and detector, the later one counts. With --into the tables
take the place of what stands between the two marks in that file; else they are printed. Ends with status 1 where a profile is too
easy: on `typical` and harder ones the plain rules may reach at most 0.75 F1 on dumps and no dump under a cut terminal, and have to miss
the edges of stops by ten seconds or more at the median.
"""
import argparse
import json
import pathlib
import sys

BEGIN, END = "<!-- tables: begin -->", "<!-- tables: end -->"
PROFILES = ["clean", "typical", "gps-only", "sparse", "hostile", "metropolis"]
DETECTORS = ["haulwatch", "plain", "movingpandas", "trackintel", "scikit-mobility"]
KNOWS_STOPS_ONLY = set(DETECTORS[2:])
HARD = [p for p in PROFILES if p != "clean"]
MOST_F1, LEAST_EDGE_S = 0.75, 10.0
OTHER_KINDS = ["site_entered", "site_left", "zone_entered", "zone_left", "gate_crossed", "route_deviation", "silence",
               "overspeed_started", "overspeed_ended"]


def shown(estimate, decimals=3):
    if not estimate or estimate["value"] is None:
        return "–"
    text = f"{estimate['value']:.{decimals}f}"
    if estimate["low"] is None:
        return text
    return f"{text} [{estimate['low']:.{decimals}f}, {estimate['high']:.{decimals}f}]"


def spread(kind, error):
    median, p95 = kind[error]["median"]["value"], kind[error]["p95"]["value"]
    return "–" if median is None else f"{median:.0f} / {p95:.0f}"


def row(cells):
    return "| " + " | ".join(cells) + " |"


def table(header, rows):
    return [row(header), "|" + "---|" * len(header), *map(row, rows), ""]


class Column:
    """What one detector reached on one profile."""

    def __init__(self, report, profile, detector, result):
        self.profile, self.detector, self.score = profile, detector, result.get("score")
        self.failed = result.get("failed")
        self.seeds, self.vehicles, self.hours = report["seeds"], report["vehicles"], report["hours"]

    def worlds(self):
        first, last = self.seeds[0], self.seeds[-1]
        seeds = f"{first}–{last}" if self.seeds == list(range(first, last + 1)) else ", ".join(map(str, self.seeds))
        return f"{self.vehicles} vehicles × {self.hours} h × {len(self.seeds)} seeds ({seeds})"

    def dumps(self, revision="final"):
        return self.score["suspicions"][revision]


def columns_of(reports):
    found = {}
    for report in reports:
        for profile, results in report["profiles"].items():
            for detector, result in results.items():
                found[profile, detector] = Column(report, profile, detector, result)
    order = {name: i for i, name in enumerate(PROFILES)}
    return sorted(found.values(), key=lambda c: (order.get(c.profile, len(order)), DETECTORS.index(c.detector)))


def worlds_table(columns):
    rows = []
    for profile in dict.fromkeys(c.profile for c in columns):
        sizes = {}
        for c in (c for c in columns if c.profile == profile):
            sizes.setdefault(c.worlds(), []).append(c)
        for size, of_size in sizes.items():
            scored = next((c for c in of_size if c.score), None)
            if scored is None:
                continue
            dumps = scored.dumps()
            rows.append([profile, ", ".join(c.detector for c in of_size), size, f"{scored.score['truck_days']:,.0f}",
                         f"{scored.score['stops']:,}", f"{dumps['truths']:,}", f"{dumps['terminal_cut']['of']:,}"])
    return table(["profile", "detectors", "worlds", "truck-days", "stops owed", "dumps", "with the terminal cut"], rows)


def stops_table(columns):
    rows = []
    for c in columns:
        if c.failed:
            rows.append([c.profile, c.detector, "did not run: " + c.failed[0].splitlines()[-1], *[""] * 9])
            continue
        k = c.score["kinds"]["stop"]
        rows.append([c.profile, c.detector, f"{k['truths']:,}", f"{k['claims']:,}", shown(k["precision"]), shown(k["recall"]),
                     shown(k["f1"]), shown(k["heard"]["recall"]),
                     *(spread(k, e) for e in ("start_error_s", "end_error_s", "place_error_m", "delay_s"))])
    return table(["profile", "detector", "owed", "claimed", "precision", "recall", "F1", "recall of the heard", "start error, s", "end error, s",
                  "place error, m", "delay, s"], rows)


def dumps_table(columns):
    rows = []
    for c in (c for c in columns if c.score and c.detector not in KNOWS_STOPS_ONLY):
        d, first, cut = c.dumps(), c.dumps("first_raised"), c.dumps()["terminal_cut"]
        rows.append([c.profile, c.detector, f"{d['truths']:,}", f"{d['claims']:,}", shown(d["precision"]), shown(d["recall"]),
                     shown(d["f1"]), shown(first["f1"]), shown(d["false_per_truck_day"]),
                     f"{shown(cut['recall'])} of {cut['of']:,}", spread(first, "delay_s")])
    return table(["profile", "detector", "dumps", "claimed", "precision", "recall", "F1", "F1 as first raised",
                  "false a truck-day", "terminal cut: recall", "delay, s"], rows)


def trips_table(columns):
    rows = []
    for c in (c for c in columns if c.score and "trip" in c.score["kinds"] and c.detector not in KNOWS_STOPS_ONLY):
        k = c.score["kinds"]["trip"]
        rows.append([c.profile, c.detector, f"{k['truths']:,}", f"{k['claims']:,}", shown(k["precision"]), shown(k["recall"]),
                     shown(k["f1"]), spread(k, "start_error_s"), spread(k, "end_error_s")])
    return table(["profile", "detector", "trips", "claimed", "precision", "recall", "F1", "start error, s", "end error, s"], rows)


def others_table(columns):
    ours = [c for c in columns if c.score and c.detector == "haulwatch"]

    def cell(column, kind):
        k = column.score["kinds"].get(kind)
        if not k:
            return "–"
        figures = k["precision"], k["recall"], k["heard"]["recall"]
        return " / ".join("–" if f["value"] is None else f"{f['value']:.3f}" for f in figures)
    return table(["precision / recall / of the heard", *(c.profile for c in ours)], [[kind, *(cell(c, kind) for c in ours)] for kind in OTHER_KINDS])


def hardness(columns):
    """Rows of what the plain rules reach, and whether any profile is too easy."""
    rows, easy = [], []
    for c in (c for c in columns if c.score and c.detector == "plain" and c.profile in HARD):
        stops, dumps = c.score["kinds"]["stop"], c.dumps()
        edges = [stops[e]["median"]["value"] for e in ("start_error_s", "end_error_s")]
        f1, found, of = dumps["f1"]["value"], dumps["terminal_cut"]["found"], dumps["terminal_cut"]["of"]
        hard = f1 <= MOST_F1 and found == 0 and min(edges) >= LEAST_EDGE_S
        if not hard:
            easy.append(c.profile)
        rows.append([c.profile, f"{f1:.3f}", f"{found} of {of:,}", " / ".join(f"{e:.1f}" for e in edges), "yes" if hard else "**no**"])
    return table(["profile", "dumps: F1 (at most 0.75)", "found with the terminal cut (none)",
                  "start / end error of stops, median s (10 or more)", "hard enough"], rows), easy


def tables(reports):
    columns = columns_of(reports)
    hard, easy = hardness(columns)
    lines = []
    for title, body in (("The worlds", worlds_table(columns)), ("Are they hard?", ["What the plain rules (`plain_rules.py`) reach:", "", *hard]),
                        ("Stops", stops_table(columns)), ("Dumps", dumps_table(columns)), ("Trips", trips_table(columns)),
                        ("Other kinds, haulwatch", others_table(columns))):
        lines += [f"## {title}", "", *body]
    return "\n".join(lines), easy


def put_into(path, text):
    page = path.read_text()
    if BEGIN not in page or END not in page:
        sys.exit(f"table.py: {path} has no {BEGIN} … {END}")
    before, after = page.split(BEGIN)[0], page.split(END)[1]
    path.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{after}")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("reports", nargs="+", type=pathlib.Path)
    arguments.add_argument("--into", type=pathlib.Path)
    options = arguments.parse_args()
    reports = [json.loads(path.read_text()) for path in options.reports]
    fitted = [str(path) for path, report in zip(options.reports, reports) if report["sort"] != "reporting"]
    if fitted and options.into:
        sys.exit(f"table.py: of fitting seeds, not to be published: {', '.join(fitted)}")
    text, easy = tables(reports)
    if options.into:
        put_into(options.into, text)
    else:
        print(text)
    if easy:
        sys.exit(f"table.py: too easy: {', '.join(easy)}")


if __name__ == "__main__":
    main()
