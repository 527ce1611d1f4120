"""How benchmarks time: the best of several runs, and a row in the form the results file has."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ALONE = """
import runpy, sys, time
file, folder, *asked = sys.argv[1:]
sys.path.insert(0, folder)
work = runpy.run_path(file)["prepared"](*map(int, asked))
start = time.perf_counter()
work()
seconds = time.perf_counter() - start
lines = open("/proc/self/status", encoding="utf-8").read().splitlines()
print(seconds, next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024)
"""


def best_s(work: Callable[[], Any], *, runs: int) -> float:
    """The shortest of several runs, in seconds: what else the machine does only ever adds."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def alone(file: str, *asked: int) -> tuple[float, float]:
    """Seconds, and peak memory in MB, of what `prepared(*asked)` of a benchmark gives to do, in a process of its own.

    Linux tells the peak of one process; elsewhere it is not measured.
    """
    if not Path("/proc/self/status").exists():
        raise SystemExit("peak memory is read from /proc, which this machine has not: leave this benchmark out")
    command = [sys.executable, "-c", ALONE, file, str(Path(file).parent), *map(str, asked)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    seconds, peak_mb = map(float, done.stdout.split())
    return seconds, peak_mb


def watched(source: str, *words: str) -> tuple[float, str]:
    """The most memory in MB a process and all below it had at any moment, and what it said."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    child = subprocess.Popen(
        [sys.executable, "-c", source, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    most, ended = [0.0], threading.Event()

    def look() -> None:
        while not ended.wait(0.1):
            most[0] = max(most[0], memory_mb(child.pid))

    watcher = threading.Thread(target=look)
    watcher.start()
    said, wrong = child.communicate()
    ended.set()
    watcher.join()
    if child.returncode:
        raise SystemExit(wrong or said)
    return most[0], said


def memory_mb(pid: int) -> float:
    """Resident memory of a process and all below it, where the system tells."""
    parents: dict[int, list[int]] = {}
    resident: dict[int, float] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(entry.name))
        resident[int(entry.name)] = int(fields[21]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    todo, total = [pid], 0.0
    while todo:
        one = todo.pop()
        total += resident.get(one, 0.0)
        todo += parents.get(one, [])
    return total


def row(
    work: str, *, size: str, ours_s: float, peer: str, peer_s: float, settings: str, max_difference: float | None = None
) -> dict[str, Any]:
    """One comparison."""
    return {
        "work": work,
        "size": size,
        "ours_s": round(ours_s, 6),
        "peer": peer,
        "peer_s": round(peer_s, 6),
        "ratio": round(peer_s / ours_s, 3),
        "max_difference": max_difference,
        "settings": settings,
    }
