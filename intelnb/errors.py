"""Errors that say what is wrong, where, and what to do now.

Every error a user can meet is an `IntelError`. It prints as one plain line, in a terminal and in a
notebook alike, and carries the exit code of the command that met it.
"""

from __future__ import annotations


class IntelError(Exception):
    """A fault told as one plain line: what, where, what to do now."""

    exit_code = 1

    def __init__(self, *, what: str, where: str = "", now: str = "") -> None:
        self.what = what
        self.where = where
        self.now = now
        super().__init__(str(self))

    def __str__(self) -> str:
        place = f" ({self.where})" if self.where else ""
        remedy = f" {self.now}" if self.now else ""
        line = f"{self.what.rstrip('.')}{place}.{remedy}"
        return " ".join(line.split())

    def __reduce__(self) -> tuple[object, ...]:
        # keyword-only arguments do not survive pickling between processes by themselves
        return (_rebuild, (type(self), self.what, self.where, self.now))

    def _render_traceback_(self) -> list[str]:
        """Show one line in Jupyter: a traceback helps no reader and may quote what they must not see."""
        return [str(self)]


def _rebuild(kind: type[IntelError], what: str, where: str, now: str) -> IntelError:
    return kind(what=what, where=where, now=now)


class UsageError(IntelError):
    """The command, a parameter or a setting is not one we know."""

    exit_code = 2


class SettingsError(IntelError):
    """`intelnb.toml`, a column map or a kind file cannot be used as it is."""


class InputRefused(IntelError):
    """A file as a whole cannot be read; nothing of it was taken."""


class SecurityIncident(InputRefused):
    """A file holds material above the ceiling of this tool; none of its text is repeated."""


class MethodError(IntelError):
    """A method cannot answer this question with these data."""


class ProductError(IntelError):
    """A product is incomplete, sealed twice, or not what its kind demands."""


class LeakFound(IntelError):
    """Finished bytes hold something this audience may not have; nothing was published."""


class JudgementError(IntelError):
    """What was typed in a desk file cannot be used as it is."""


class RunFailed(IntelError):
    """A run ended without exactly one complete, sealed product."""


def together(faults: list[str], *, what: str, now: str, kind: type[IntelError] = IntelError) -> IntelError:
    """Tell all faults of one thing at once, so that nobody mends them one by one."""
    numbered = [f"({i}) {fault}" for i, fault in enumerate(faults, start=1)] if len(faults) > 1 else faults
    listed = "; ".join(numbered)
    return kind(what=f"{what}: {listed}", now=now)
