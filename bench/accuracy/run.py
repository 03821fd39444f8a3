#!/usr/bin/env python3
"""Runs profiles x seeds through haulwatch and its peers, scores all alike, prints the tables and keeps them as JSON.

    run.py HAULWATCH [--fit] [--profiles clean,typical] [--seeds 1000-1009] [--detectors haulwatch,plain,...]
                     [--vehicles 30] [--hours 24] [--interval S] [--worlds FOLDER] [--settings S.json] [--work FOLDER] [--json FILE]

table.py makes the tables, also of several runs kept as JSON, and puts them into docs/accuracy.md.

Worlds come from `haulwatch simulate`; with --worlds, from FOLDER/PROFILE/SEED/ (registry.geojson, tracks.csv, truth.jsonl).
Seeds 1 to 999 are for fitting weights and settings, those from 1000 on for figures that are published. A run takes one
sort only: the figures of a world that was looked at while a detector was fitted say nothing about the next world.
"""
import argparse
import concurrent.futures
import gzip
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import time
import venv

import table

HERE = pathlib.Path(__file__).resolve().parent
FIRST_REPORTING_SEED = 1000
PROCESSES = 2
PEERS = {  # name: (script, environment)
    "movingpandas": ("movingpandas_stops.py", "requirements.txt"),
    "trackintel": ("trackintel_stops.py", "requirements.txt"),
    "scikit-mobility": ("scikit_mobility_stops.py", "requirements-scikit-mobility.txt"),
}
DETECTORS = ["haulwatch", "plain", *PEERS]
ONLY_STOPS = set(PEERS)


def seeds_of(text):
    seeds = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        seeds += range(int(first), int(last or first) + 1)
    return sorted(set(seeds))


def refuse_wrong_seeds(seeds, fit):
    wrong = [s for s in seeds if s < 1 or (s < FIRST_REPORTING_SEED) != fit]
    if wrong:
        sort, bounds = ("fitting", "1 to 999") if fit else ("reporting", "1000 and above; --fit takes those below")
        sys.exit(f"run.py: {sort} seeds are {bounds}; not {', '.join(map(str, wrong[:5]))}{' …' if len(wrong) > 5 else ''}")


def first_file(folder, name):
    for path in (folder / name, folder / (name + ".gz")):
        if path.exists():
            return path
    sys.exit(f"run.py: no {name} in {folder}")


def refuse_other_seed(truth, seed):
    """A folder's name is soon changed; what the simulator wrote into the world is not."""
    opened = gzip.open(truth, "rt") if truth.suffix == ".gz" else open(truth)
    with opened as lines:
        for line in lines:
            world = json.loads(line) if '"world"' in line else {}
            if world.get("kind") == "world" and world.get("seed", seed) != seed:
                sys.exit(f"run.py: {truth} is of seed {world['seed']}, not {seed}")
            break


def checked(command, **more):
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True, **more)
    if done.returncode not in (0, 6):
        tail = "\n".join((done.stderr or done.stdout).strip().splitlines()[-8:])
        raise RuntimeError(f"{' '.join(str(c) for c in command[:4])} … ended with {done.returncode}:\n{tail}")
    return done.stdout


def environment(work, requirements):
    """A virtual environment with the pinned versions, made once; returns its Python."""
    wanted = (HERE / requirements).read_text()
    folder = work / ("venv-" + pathlib.Path(requirements).stem)
    stamp = folder / "installed.txt"
    python = folder / "bin" / "python"
    if not stamp.exists() or stamp.read_text() != wanted:
        print(f"making {folder} …", file=sys.stderr, flush=True)
        venv.create(folder, with_pip=True, clear=True)
        # Builds from source need the setuptools of the day when those packages were new.
        checked([python, "-m", "pip", "install", "-q", "setuptools<80", "wheel"])
        checked([python, "-m", "pip", "install", "-q", "-r", HERE / requirements])
        stamp.write_text(wanted)
    return python


class Run:
    def __init__(self, options):
        self.options = options
        self.work = pathlib.Path(options.work).resolve()
        self.work.mkdir(parents=True, exist_ok=True)
        self.pythons = {}

    def world(self, profile, seed):
        """The folder of a world; simulated where it is not given."""
        o = self.options
        if o.worlds:
            return pathlib.Path(o.worlds) / profile / str(seed)
        name = f"{pathlib.Path(profile).stem}-{o.vehicles}x{o.hours}h" + (f"-{o.interval}s" if o.interval else "")
        folder = self.work / "worlds" / name / str(seed)
        if not (folder / "done").exists():
            folder.mkdir(parents=True, exist_ok=True)
            command = [o.haulwatch, "simulate", "--seed", seed, "--vehicles", o.vehicles, "--hours", o.hours, "--profile", profile]
            checked([*command, *(["--interval", o.interval] if o.interval else []), folder])
            (folder / "done").touch()
        return folder

    def detect(self, detector, profile, seed, world):
        """The events file of one detector for one world, and the seconds it took."""
        registry, tracks = first_file(world, "registry.geojson"), first_file(world, "tracks.csv")
        events = self.work / "events" / detector / f"{pathlib.Path(profile).stem}-{seed}.jsonl"
        events.parent.mkdir(parents=True, exist_ok=True)
        stamp = events.with_suffix(".made-of")
        made_of = self.made_of(detector, tracks)
        if made_of and events.exists() and stamp.exists() and stamp.read_text().startswith(made_of + " "):
            return events, float(stamp.read_text().split()[1])
        stamp.unlink(missing_ok=True)
        started = time.monotonic()
        if detector == "haulwatch":
            command = [self.options.haulwatch, "replay", "--quiet", "--shards", 1, "--registry", registry, "--events", events]
            if (world / "manifests.jsonl").exists():
                command += ["--manifests", world / "manifests.jsonl"]
            if self.options.settings:
                command += ["--settings", self.options.settings]
            checked([*command, tracks])
        elif detector == "plain":
            checked([sys.executable, HERE / "plain_rules.py", registry, tracks, events])
        else:
            script, _ = PEERS[detector]
            checked([self.pythons[detector], "-W", "ignore", HERE / "peers" / script, tracks, events],
                    env={**os.environ, "OMP_NUM_THREADS": "1"})
        took = time.monotonic() - started
        if made_of:
            stamp.write_text(f"{made_of} {took:.1f}\n")
        return events, took

    def made_of(self, detector, tracks):
        """What events depend on, of detectors that need not run again where nothing of it has changed; haulwatch always does."""
        if detector == "haulwatch":
            return None
        scripts = [HERE / "plain_rules.py"] if detector == "plain" else [
            HERE / "peers" / PEERS[detector][0], HERE / "peers" / "stop_lines.py", HERE / PEERS[detector][1]]
        digest = hashlib.sha256()
        for path in [*scripts, tracks]:
            with open(path, "rb") as file:
                while block := file.read(1 << 20):
                    digest.update(block)
        return digest.hexdigest()

    def one(self, profile, seed):
        world = self.world(profile, seed)
        truth = first_file(world, "truth.jsonl")
        refuse_other_seed(truth, seed)
        found = {}
        for detector in self.options.detectors:
            try:
                found[detector] = self.detect(detector, profile, seed, world)
            except RuntimeError as error:
                found[detector] = (error, 0.0)
        return seed, truth, found

    def profile(self, profile, seeds):
        with concurrent.futures.ThreadPoolExecutor(PROCESSES) as pool:
            worlds = list(pool.map(lambda seed: self.one(profile, seed), seeds))
        results = {}
        for detector in self.options.detectors:
            failed = [f"seed {seed}: {found[detector][0]}" for seed, _, found in worlds
                      if isinstance(found[detector][0], Exception)]
            if failed:
                results[detector] = {"failed": failed}
                continue
            pairs = [path for _, truth, found in worlds for path in (truth, found[detector][0])]
            interval = ["--interval", self.options.interval] if self.options.interval else []
            score = json.loads(checked([self.options.haulwatch, "score", "--json", *interval, *pairs]))
            results[detector] = {"seconds": sum(found[detector][1] for _, _, found in worlds), "score": score}
        return results

    def run(self):
        o = self.options
        for detector in o.detectors:
            if detector in PEERS:
                self.pythons[detector] = environment(self.work, PEERS[detector][1])
        return {"sort": "fitting" if o.fit else "reporting", "seeds": o.seeds, "vehicles": o.vehicles, "hours": o.hours,
                "interval_s": o.interval, "worlds": o.worlds, "haulwatch": checked([o.haulwatch, "--version"]).strip(),
                "profiles": {profile: self.profile(profile, o.seeds) for profile in o.profiles}}


def print_report(report):
    seeds = report["seeds"]
    sort = "FITTING seeds: not to be published" if report["sort"] == "fitting" else "reporting seeds"
    print(f"{len(seeds)} {sort}: {seeds[0]} to {seeds[-1]}; bounds: 95 % of bootstrap resamples of the seeds; {report['haulwatch']}\n")
    text, easy = table.tables([report])
    print(text)
    if easy:
        print(f"Too easy for figures on it to mean much: {', '.join(easy)}")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("haulwatch", help="the program")
    arguments.add_argument("--fit", action="store_true", help="seeds 1 to 999, for fitting; else 1000 and above")
    arguments.add_argument("--profiles", default="clean,typical,gps-only,sparse,hostile")
    arguments.add_argument("--seeds", help="as 1000-1009 or 1000,1004 (1-5 with --fit, else 1000-1009)")
    arguments.add_argument("--detectors", default=",".join(DETECTORS))
    arguments.add_argument("--vehicles", type=int, default=30)
    arguments.add_argument("--hours", type=int, default=24)
    arguments.add_argument("--interval", type=float, help="seconds between reports, where not the profile's own")
    arguments.add_argument("--worlds", help="worlds that exist: FOLDER/PROFILE/SEED/")
    arguments.add_argument("--settings", help="for haulwatch replay")
    arguments.add_argument("--work", default="build/accuracy", help="where worlds, environments and events are kept")
    arguments.add_argument("--json", help="where the figures are kept (WORK/fitting.json or WORK/reporting.json)")
    options = arguments.parse_args()
    options.haulwatch = str(pathlib.Path(options.haulwatch).resolve())
    options.profiles, options.detectors = options.profiles.split(","), options.detectors.split(",")
    options.seeds = seeds_of(options.seeds or ("1-5" if options.fit else "1000-1009"))
    unknown = set(options.detectors) - set(DETECTORS)
    if unknown:
        sys.exit(f"run.py: no detector is called {', '.join(sorted(unknown))}; there are {', '.join(DETECTORS)}")
    refuse_wrong_seeds(options.seeds, options.fit)
    report = Run(options).run()
    kept = pathlib.Path(options.json or pathlib.Path(options.work) / (report["sort"] + ".json"))
    kept.write_text(json.dumps(report, indent=1) + "\n")
    print_report(report)
    print(f"\nkept as {kept}", file=sys.stderr)


if __name__ == "__main__":
    main()
