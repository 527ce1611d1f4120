"""The command `intelnb`: every fault one plain line, an exit code a scheduler can use, never a traceback.

Exit codes: 0 done; 1 refused or failed; 2 wrong usage; 3 done, but rows were quarantined.
"""

from __future__ import annotations

import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path

import platformdirs
import typer

from intelnb.cli import alarms, files, judging, machine, mapping, running, searching, storing, told_as_json
from intelnb.errors import IntelError

app = typer.Typer(
    name="intelnb",
    cls=told_as_json.Verbs,
    help="Notebooks for police intelligence units: raw exports in, a marked, sourced, readable product out.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for group in (running, judging, alarms, searching, files, mapping, storing, machine):
    group.add(app)


def main() -> None:
    """Run one command and leave with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # a console that cannot show a letter shows a question mark, not a fault
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        app()
    except IntelError as fault:
        print(f"intelnb: {fault}", file=sys.stderr)
        sys.exit(fault.exit_code)
    except BrokenPipeError:
        # whoever read the output has seen enough
        sys.stderr.close()
        sys.exit(0)
    except Exception:  # noqa: BLE001 - the last door: a person gets one line, the log gets the rest
        ours = IntelError(what="Something went wrong that should not have", now=_logged())
        if told_as_json.ASKED in sys.argv:
            told_as_json.refused(sys.argv[1:], ours)
        else:
            print(f"intelnb: {ours}", file=sys.stderr)
        sys.exit(1)


def _logged() -> str:
    """Write the traceback where only its owner reads it, and say where that is."""
    folder = Path(platformdirs.user_state_dir("intelnb", appauthor=False)) / "faults"
    path = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}.txt"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_text(traceback.format_exc(), encoding="utf-8")
    except OSError:
        return "Please report it; its details could not be written down."
    return f"Please report it with this file (it may quote records, so keep it inside the unit): {path}"


if __name__ == "__main__":
    main()
