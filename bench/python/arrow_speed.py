#!/usr/bin/env python3
"""What a replay from Arrow costs: user seconds, nanoseconds a fix, and memory beside the input's own.

    arrow_speed.py [--rows 10_000_000] [--vehicles 300] [--hours 24] [--profile typical] [--shards 1] [--steps]

A simulated world is repeated under other vehicles' names until there are enough rows, each copy a few seconds later, so that
no two vehicles' events coincide. The rows stay in order of arrival within a copy. `--steps` also times what the replay
is made of: reading the columns alone, and the same without a registry. Needs the package and pyarrow.
"""
import argparse
import gc
import resource
import time

import pyarrow as pa
import pyarrow.compute as pc

import haulwatch
from haulwatch._inputs import open_table


def rows_of(world, wanted):
    """A table of so many rows; vehicles as a dictionary, as Parquet and Polars give them."""
    table = pa.table(world.tracks)
    copies = []
    rows = 0
    while rows < wanted:
        number = len(copies)
        piece = table.slice(0, wanted - rows)
        vehicle = piece["vehicle"].combine_chunks()
        names = pc.binary_join_element_wise(vehicle.dictionary.cast(pa.string()), f"-{number}", "")
        copied = pa.DictionaryArray.from_arrays(vehicle.indices, names)
        later = pc.add(piece["time"].cast(pa.int64()), 1_000 * number).cast(pa.timestamp("ms", "UTC"))
        piece = piece.set_column(0, "vehicle", copied).set_column(1, "time", later)
        copies.append(piece.drop_columns(["received"]))
        rows += piece.num_rows
    return pa.concat_tables(copies), len(copies)


def registry_of(world, copies):
    """The county's registry, with its permits for every copy of its vehicles."""
    document = world.registry.geojson
    for permit in document["permits"]:
        permit["vehicles"] = [f"{name}-{number}" for number in range(copies) for name in permit["vehicles"]]
    return haulwatch.Registry(document)


def user_seconds():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime, used.ru_stime


def timed(title, rows, call):
    gc.collect()
    before, wall = user_seconds(), time.perf_counter()
    value = call()
    user, system = (after - began for after, began in zip(user_seconds(), before))
    print(f"{title:<34} {user:8.2f} s user {system:7.2f} s system {time.perf_counter() - wall:8.2f} s wall "
          f"{1e9 * user / rows:7.0f} ns a fix", flush=True)
    return value


def resident_mib(what="VmRSS"):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(what)) / 1024


def forget_peak():
    """The peak counts from here on: making the table took more than replaying it does."""
    with open("/proc/self/clear_refs", "w") as clear:
        clear.write("5")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=lambda text: int(text.replace("_", "")), default=10_000_000)
    parser.add_argument("--vehicles", type=int, default=300)
    parser.add_argument("--hours", type=float, default=24)
    parser.add_argument("--profile", default="typical")
    parser.add_argument("--shards", type=int, default=1)
    parser.add_argument("--steps", action="store_true")
    o = parser.parse_args()

    world = haulwatch.simulate(seed=1, vehicles=o.vehicles, hours=o.hours, profile=o.profile)
    table, copies = rows_of(world, o.rows)
    registry = registry_of(world, copies)
    del world
    gc.collect()
    size = table.nbytes / 2**20
    print(f"{table.num_rows} fixes of {copies} x {o.vehicles} vehicles, {table.num_columns} columns, {size:.0f} MiB; "
          f"{o.profile}, {o.shards} thread(s)")
    forget_peak()
    before = resident_mib()
    result = timed("replay with registry", table.num_rows,
                   lambda: haulwatch.replay(table, registry, shards=o.shards, keep_rejects=False))
    peak = resident_mib("VmHWM")
    print(f"{len(result.events)} events; resident before {before:.0f} MiB, peak {peak:.0f} MiB: {peak - before:.0f} MiB more, "
          f"{(size + peak - before) / size:.2f} x the input's size with it")
    if not o.steps:
        return
    timed("replay without registry", table.num_rows,
          lambda: haulwatch.replay(table, shards=o.shards, keep_rejects=False))
    far = haulwatch.Registry({"type": "FeatureCollection", "features": [{
        "type": "Feature", "id": "R", "properties": {"kind": "route", "half_width_m": 30},
        "geometry": {"type": "LineString", "coordinates": [[121.0, 30.7], [121.1, 30.7]]}}]})
    timed("columns read, one route measured", table.num_rows, lambda: haulwatch.corridor(table, far))
    timed("columns checked and bound", table.num_rows, lambda: open_table(table, {}))
    timed("events as JSON lines", len(result.events), result.to_jsonl)
    timed("events as Arrow", len(result.events), result.events.to_arrow)


if __name__ == "__main__":
    main()
