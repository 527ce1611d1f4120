"""How much memory and time one read may take: more for a large file, little for a small one."""

from __future__ import annotations

import importlib
import os
import signal
from dataclasses import dataclass
from pathlib import Path

from intelnb.errors import InputRefused, IntelError
from intelnb.intake import gate
from intelnb.intake.request import Request
from intelnb.intake.store.holding import is_store

TIME_LIMIT_S = 300.0
"""How long a read may take in any case."""
SMALL_MEMORY_BYTES = 320_000_000
MEMORY_PER_BYTE = 40
"""A packed byte becomes ten of text, and a text is held as bytes, as columns and as values for a while."""
SMALL_SECONDS = 9.0
SECONDS_PER_MB = 3.0
_OF_THE_MACHINE = 0.8
_STATUS = Path("/proc/self/status")


@dataclass(frozen=True)
class Limits:
    """What one read may take: memory beyond what the reader process has already, and seconds of work.

    Work is counted as the processor's time, so that a busy machine makes no read fail; how long anybody waits for
    it is another limit.
    """

    memory_bytes: int
    seconds: float


_SMALLER = {
    "links": "Give a matrix as a list of links (source, target, weight), or split it.",
    "entities": "Give the entities as a list (id, type, name), or split it.",
    "areas": "Export one level alone, or its outlines generalised.",
}
"""How to make what is read smaller, of kinds no shorter period can be read of."""
_SHORTER = "Read a shorter period, or split the export."


def of(request: Request, *, seconds: float) -> Limits:
    """The limits of one read, by the size of its files as they lie; never longer than `seconds`.

    What is not read from plain files, such as a database or the store, has the limits of the machine.
    """
    size = _size(request)
    if size is None:
        return Limits(of_the_machine(), seconds)
    memory = min(SMALL_MEMORY_BYTES + MEMORY_PER_BYTE * size, of_the_machine())
    return Limits(memory, min(seconds, SMALL_SECONDS + SECONDS_PER_MB * size / 1e6))


def hold(limits: Limits) -> None:
    """Hold this process to its limits from now on, where the system can.

    Beyond its memory a step of work fails with `MemoryError`; beyond its work the process ends by SIGPROF. Windows
    has neither: there only the time limit of whoever waits for the read holds.
    """
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, limits.seconds)
    try:
        resource = importlib.import_module("resource")
    except ImportError:
        return
    held = _held()
    if held:
        # what is private and can be written: memory that was only reserved, or is shared, does not count
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (held + limits.memory_bytes, hard))


def out_of_memory(limits: Limits, where: str) -> IntelError:
    """What to say of a read that wanted more memory than it may have."""
    return InputRefused(
        what=f"Reading needs more than the {limits.memory_bytes / 1e6:,.0f} MB it may take",
        where=where,
        now=_SMALLER.get(where, _SHORTER),
    )


def broken_off(limits: Limits, where: str) -> IntelError:
    """What to say of a read that a library ended, as it does when it gets no more memory."""
    return InputRefused(
        what=f"A library gave up reading it, most likely for want of more than the {limits.memory_bytes / 1e6:,.0f} MB it may take",
        where=where,
        now=f"{_SMALLER.get(where, _SHORTER)} If it is small, save it again.",
    )


def overdue(seconds: float, where: str) -> IntelError:
    """What to say of a read that took too long."""
    told = f"Reading took longer than {seconds:g} seconds and was stopped"
    return IntelError(what=told, where=where, now=_SMALLER.get(where, _SHORTER))


def died(where: str) -> IntelError:
    """What to say of a read whose process ended without a word."""
    return IntelError(
        what="The reader process ended without an answer",
        where=where,
        now="Run it again; if it happens twice, the machine may be short of memory.",
    )


def _size(request: Request) -> int | None:
    """Bytes of every file of a request as they lie; None where it is not read from plain files, or has none."""
    patterns = (*request.files, *(level.file for level in request.levels))
    if request.database or is_store(request.files) or not patterns:
        return None
    try:
        found = gate.find(patterns, folder=request.folder, allowed=request.allowed)
        return sum(path.stat().st_size for path in found)
    except (IntelError, OSError):
        return None


def of_the_machine() -> int:
    """Most of the memory this machine has, in bytes."""
    try:
        return int(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") * _OF_THE_MACHINE)
    except (ValueError, OSError, AttributeError):
        return 8_000_000_000


def _held() -> int:
    """What this process holds already, by the measure the limit is in; 0 where the system does not tell."""
    try:
        line = next(line for line in _STATUS.read_text("utf-8").splitlines() if line.startswith("VmData:"))
    except (OSError, StopIteration):
        return 0
    return int(line.split()[1]) * 1024
