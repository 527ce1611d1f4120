"""Whoever asks for JSON reads JSON, whatever is wrong: a refusal is one object on the same stream as an answer."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperGroup

from intelnb.errors import IntelError, UsageError

ASKED = "--json"


class Verbs(TyperGroup):
    """All verbs, at one door: with `--json` wrong usage and refusals are told as an object, with their exit code."""

    def main(self, args: Sequence[str] | None = None, *first: Any, **other: Any) -> Any:
        """Run one verb; without `--json` as any group does."""
        words = list(sys.argv[1:] if args is None else args)
        if ASKED not in words:
            return super().main(args, *first, **other)
        try:
            left = super().main(words, *first, **{**other, "standalone_mode": False})
        except IntelError as fault:
            left = refused(words, fault)
        except typer.Abort:
            left = refused(words, IntelError(what="Broken off", now="Run it again."))
        except typer.TyperException as fault:
            told = fault.format_message() if hasattr(fault, "format_message") else str(fault)
            left = refused(words, UsageError(what=told, now="See --help."))
        sys.exit(left or 0)


def refused(words: Sequence[str], fault: IntelError) -> int:
    """Print what is wrong as one object; of `check` with all the keys of a report. Its exit code."""
    from intelnb.load.check import refused as report

    plain = report("", "", fault).as_dict() if "check" in words[:1] else {"refused": True, "reason": str(fault)}
    print(json.dumps(plain, indent=1, ensure_ascii=False))
    return fault.exit_code
