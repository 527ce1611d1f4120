"""One piece of work in a process of its own, forked from a warm one that has everything imported."""

from __future__ import annotations

import mmap
import os
import select
import signal
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass

GRACE_S = 1.0
_LOADER_GAVE_UP = 127
"""How a process ends that gets no memory for what a new thread keeps for itself."""


@dataclass(frozen=True)
class Outcome:
    """How a forked process ended, and whether it had begun to answer.

    `done`, `overdue` (it was waited for too long), `spent` (it had worked as long as it may), `broken_off` (a library
    written in C gave up, as one does that gets no memory), or `died`.
    """

    how: str
    began: bool


def is_available() -> bool:
    """Whether this system can fork a process that has numerical libraries in it: Linux."""
    return sys.platform.startswith("linux")


def run(work: Callable[[Callable[[], None]], None], *, seconds: float) -> Outcome:
    """Do a piece of work in a forked process and wait for it.

    Parameters
    ----------
    work
        Called in the new process with a function to call just before it begins to answer; it must not raise.
    seconds
        After which the process is ended. It may end itself earlier by SIGPROF.

    Examples
    --------
    >>> run(lambda begin: begin(), seconds=5).how if is_available() else "done"
    'done'
    """
    flag = mmap.mmap(-1, 1)
    alive, held = os.pipe()
    with warnings.catch_warnings():
        # from 3.12 on Python warns of any thread; those of the libraries here are idle and not needed by the child
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        code = 1
        try:
            os.close(alive)
            work(lambda: _set(flag))
            code = 0
        finally:
            os._exit(code)
    os.close(held)
    how = "done"
    try:
        # the pipe closes with the process, however it ends
        if not select.select([alive], [], [], seconds)[0]:
            how = "overdue"
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
    finally:
        os.close(alive)
    if how == "done" and os.WIFSIGNALED(status):
        ended_by = {int(signal.SIGPROF): "spent", int(signal.SIGABRT): "broken_off"}
        how = ended_by.get(os.WTERMSIG(status), "died")
    elif how == "done" and os.WEXITSTATUS(status):
        how = "broken_off" if os.WEXITSTATUS(status) == _LOADER_GAVE_UP else "died"
    began = flag[0] == 1
    flag.close()
    return Outcome(how, began)


def _set(flag: mmap.mmap) -> None:
    flag[0] = 1
