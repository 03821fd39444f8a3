#!/usr/bin/env python3
"""Shows that several builds of haulwatch make the same worlds and find the same events in them, byte for byte.

    same_bytes.py BINARY BINARY... [--vehicles 40] [--hours 24] [--seed 7] [--profiles typical,hostile]

Such as builds by two compilers, or the same build twice. Prints a line for each file: the first twelve digits of its SHA-256 and
its size. Ends with status 1 where two builds differ, and names them.
"""
import argparse
import hashlib
import pathlib
import subprocess
import sys
import tempfile

PROFILES = "clean,typical,gps-only,sparse,hostile,metropolis"


def digest(path):
    sha = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            sha.update(block)
    return sha.hexdigest()


def made_by(binary, options, profile):
    """Name of file -> (digest, bytes)."""
    with tempfile.TemporaryDirectory() as folder:
        world = pathlib.Path(folder)
        subprocess.run([binary, "simulate", "--seed", str(options.seed), "--vehicles", str(options.vehicles), "--hours",
                        str(options.hours), "--profile", profile, str(world)], check=True, stdout=subprocess.DEVNULL)
        events = world / "events.jsonl"
        replay = [binary, "replay", str(world / "tracks.csv"), "--registry", str(world / "registry.geojson"), "--manifests",
                  str(world / "manifests.jsonl"), "--events", str(events)]
        # 6: rows were rejected, as some terminals' rows have to be.
        if subprocess.run(replay, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode not in (0, 6):
            raise RuntimeError(f"{binary} cannot replay its own world")
        return {path.name: (digest(path), path.stat().st_size) for path in sorted(world.iterdir())}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binaries", nargs="+")
    parser.add_argument("--vehicles", type=int, default=40)
    parser.add_argument("--hours", type=int, default=24)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--profiles", default=PROFILES)
    options = parser.parse_args()
    differ = False
    for profile in options.profiles.split(","):
        first, *others = [made_by(binary, options, profile) for binary in options.binaries]
        for name, (sha, size) in first.items():
            print(f"{profile:<12}{name:<18}{sha[:12]}  {size:>12,} bytes")
            for binary, other in zip(options.binaries[1:], others):
                if other.get(name) != (sha, size):
                    differ = True
                    print(f"  differs from that of {binary}")
    sys.exit(1 if differ else 0)


if __name__ == "__main__":
    main()
