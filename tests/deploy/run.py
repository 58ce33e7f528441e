"""make check-deploy: each way of starting claudeproxy that is shipped, as it is shipped.

    python3 tests/deploy/run.py [LANE...]      the beginnings of names; none: all
    python3 tests/deploy/run.py --list         their names

PROGRAM is the program. As root it installs the Debian packages that are missing; otherwise a lane
without its packages is skipped, and so is one that needs more rights than there are.
"""
import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

import lanes
from client import Wrong
from lane import Lane, Served, Unable
from steps import soon, up

MOST_SECONDS = 90       # for one check
FIGURES = ("health", "stream", "second stream", "first byte of 200", "MiB a stream")

totals = {"ok": 0, "failed": 0, "skipped": 0}


def report(lane: str, check: str, result: str, seen: str, seconds: float = 0) -> None:
    totals[result] += 1
    print(f"{lane:<18} {check:<30} {result:<8} {seconds:4.1f} s  {seen}", flush=True)


# ---- packages ----

def missing(packages: tuple[str, ...]) -> list[str]:
    query = ["dpkg-query", "-W", "-f", "${db:Status-Status}"]
    return [name for name in packages if subprocess.run(
        [*query, name], capture_output=True, text=True).stdout != "installed"]


@contextmanager
def nothing_started() -> Iterator[None]:
    """Debian starts a server when it installs one, unless this file forbids it."""
    policy = Path("/usr/sbin/policy-rc.d")
    if policy.exists():
        yield
        return
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)
    try:
        yield
    finally:
        policy.unlink()


def install(packages: list[str]) -> None:
    """What cannot be installed shows when its lane is skipped."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with nothing_started():
        for command in (["update", "-qq"], ["install", "-y", "-qq", *packages]):
            subprocess.run(["apt-get", *command], env=environment, stdout=subprocess.DEVNULL)


# ---- lanes ----

async def run_check(lane: Lane, served: Served, name: str) -> None:
    began = time.monotonic()
    try:
        seen = await soon(lane.checks[name](served), "the check's end", MOST_SECONDS)
        report(lane.name, name, "ok", seen, time.monotonic() - began)
    except Wrong as wrong:
        report(lane.name, name, "failed", str(wrong), time.monotonic() - began)
    except Exception as error:  # a check that breaks down has failed; the next ones still run
        report(lane.name, name, "failed", f"{type(error).__name__}: {error}")


async def run_lane(lane: Lane, folder: Path) -> dict[str, str]:
    absent = missing(lane.packages)
    if absent:
        report(lane.name, "", "skipped", f"not installed: {' '.join(absent)}")
        return {}
    try:
        async with lane.start(folder) as served:
            await up(served)
            for name in lane.checks:
                await run_check(lane, served, name)
            return served.figures
    except Unable as reason:
        report(lane.name, "", "skipped", str(reason))
    except (Wrong, OSError, subprocess.CalledProcessError) as wrong:
        report(lane.name, "start", "failed", str(wrong))
        for log in sorted(folder.rglob("*.log")):
            print(f"    {log.name}: " + "\n    ".join(log.read_text().splitlines()[-10:]))
    return {}


def print_figures(figures: dict[str, dict[str, str]]) -> None:
    print("\nMedian (and 95th of 100), milliseconds from connect to first byte, for the second"
          "\nrequest on a connection from its sending; memory (PSS)\n")
    print(f"{'lane':<18}", *(f"{name:>20}" for name in FIGURES))
    for lane, seen in figures.items():
        print(f"{lane:<18}", *(f"{seen.get(name, '-'):>20}" for name in FIGURES))


async def run_all(chosen: list[Lane]) -> None:
    figures = {}
    for lane in chosen:
        folder = Path(tempfile.mkdtemp(prefix="claudeproxy-deploy."))
        began = time.monotonic()
        try:
            figures[lane.name] = await run_lane(lane, folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        print(f"{lane.name:<18} took {time.monotonic() - began:.0f} s", flush=True)
    print_figures(figures)


def interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def main(names: list[str]) -> int:
    if names == ["--list"]:
        print("\n".join(lane.name for lane in lanes.ALL))
        return 0
    chosen = [lane for lane in lanes.ALL
              if not names or any(lane.name.startswith(name) for name in names)]
    packages = missing(tuple(sorted({name for lane in chosen for name in lane.packages})))
    if packages and os.geteuid() == 0:
        install(packages)
    signal.signal(signal.SIGTERM, interrupted)
    try:
        asyncio.run(run_all(chosen))
    except KeyboardInterrupt:
        return 130
    skipped = f", {totals['skipped']} skipped" if totals["skipped"] else ""
    print(f"\n{totals['ok']} passed, {totals['failed']} failed{skipped}")
    return 1 if totals["failed"] or not totals["ok"] else 0


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    sys.exit(main(sys.argv[1:]))
