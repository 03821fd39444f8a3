"""Truth and events of one world as episodes, and which of them belong together: what fit.py and worst_cases.py share.

The rules are those of docs/scoring.md; pairs are found greedily, nearest in time first, which is enough to list cases.
Figures that are published come from `haulwatch score`.
"""
import collections
import datetime
import gzip
import json
import math

TIMES = ("time", "start", "end", "detected", "loaded_at", "unloaded_at")
NEAR_M = 200.0
NEAR_S = 60.0
LONGEST_SILENCE_S = 12 * 3600.0
TRIP_S = 300.0


def seconds(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() if text else None


def lines_of(path, kinds, member):
    """The records of these kinds, their times in seconds."""
    opened = gzip.open(path, "rt") if str(path).endswith(".gz") else open(path)
    marks = [f'"{kind}"' for kind in kinds]
    with opened as lines:
        for line in lines:
            if not any(mark in line for mark in marks):
                continue
            record = json.loads(line)
            if record[member] not in kinds:
                continue
            for name in TIMES:
                if record.get(name):
                    record[name] = seconds(record[name])
            yield record


def truth_of(path, kinds):
    found = collections.defaultdict(list)
    for record in lines_of(path, kinds, "kind"):
        found[record["kind"]].append(record)
    return found


def claims_of(path, kinds):
    """The last revision of each event by kind, `detected` that of the first; what was taken back is none."""
    last, first = {}, {}
    for record in lines_of(path, kinds, "event"):
        key = record["event"], record["id"]
        first.setdefault(key, record["detected"])
        if key not in last or record["revision"] >= last[key]["revision"]:
            last[key] = record
    found = collections.defaultdict(list)
    for (kind, _), record in last.items():
        if not record.get("retracted"):
            record["first_detected"] = first[kind, record["id"]]
            found[kind].append(record)
    return found


def by_vehicle(records):
    found = collections.defaultdict(list)
    for record in records:
        found[record["vehicle"]].append(record)
    return found


def distance_m(a, b):
    east = (a["lon"] - b["lon"]) * 111_320.0 * math.cos(math.radians(a["lat"]))
    return math.hypot(east, (a["lat"] - b["lat"]) * 110_540.0)


def overlap_s(a, b):
    return min(a["end"], b["end"]) - max(a["start"], b["start"])


def is_same_dump(truth, claim):
    if truth["vehicle"] != claim["vehicle"] or overlap_s(truth, claim) < -NEAR_S:
        return False
    if distance_m(truth, claim) <= NEAR_M:
        return True
    covers = 2.0 * overlap_s(truth, claim) >= truth["end"] - truth["start"]
    return bool(claim.get("inferred")) and covers and claim["end"] - claim["start"] <= LONGEST_SILENCE_S


def is_same_trip(truth, claim):
    """Both ends within five minutes and both sites; a silence that hid an end is not asked for here."""
    def near(name):
        return not truth.get(name) or not claim.get(name) or abs(truth[name] - claim[name]) <= TRIP_S

    def same(name):
        return not truth.get(name) or not claim.get(name) or truth[name] == claim[name]

    return near("loaded_at") and near("unloaded_at") and same("origin") and same("destination")


def shares_half(truth, claim):
    shared = max(0.0, overlap_s(truth, claim))
    return shared > 0.0 and 2.0 * shared >= max(truth["end"], claim["end"]) - min(truth["start"], claim["start"])


def paired(truths, claims, is_same, when):
    """(pairs, truths without a claim, claims without a truth)"""
    claims_by = by_vehicle(claims)
    near = sorted((abs(when(t) - when(c)), i, j, t, c) for i, t in enumerate(truths)
                  for j, c in enumerate(claims_by[t["vehicle"]]) if is_same(t, c))
    pairs, taken_truths, taken_claims = [], set(), set()
    for _, i, _, t, c in near:
        if i in taken_truths or id(c) in taken_claims:
            continue
        taken_truths.add(i)
        taken_claims.add(id(c))
        pairs.append((t, c))
    missed = [t for i, t in enumerate(truths) if i not in taken_truths]
    return pairs, missed, [c for c in claims if id(c) not in taken_claims]
