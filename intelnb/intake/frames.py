"""Messages between the notebook process and its reader: a length, a JSON header, a body."""

from __future__ import annotations

import contextlib
import json
import struct
from typing import Any, BinaryIO

from intelnb import errors
from intelnb.errors import IntelError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_PIPE_BYTES = 1 << 20
_HEAD = struct.Struct(">IQ")


def send(pipe: BinaryIO, header: dict[str, Any], body: bytes | memoryview = b"") -> None:
    """Write one message."""
    told = json.dumps(header).encode("utf-8")
    pipe.write(_HEAD.pack(len(told), len(body)))
    pipe.write(told)
    pipe.write(body)
    pipe.flush()


def receive(pipe: BinaryIO) -> tuple[dict[str, Any], bytes] | None:
    """Read one message; None when the other side has closed."""
    head = pipe.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    header_bytes, body_bytes = _HEAD.unpack(head)
    told, body = pipe.read(header_bytes), pipe.read(body_bytes)
    if len(told) < header_bytes or len(body) < body_bytes:
        return None
    return json.loads(told), body


def widen(pipe: Any) -> None:
    """Let a pipe hold more at once, where the system can: a large table then crosses in fewer steps."""
    set_size = getattr(fcntl, "F_SETPIPE_SZ", None)
    if set_size is not None:
        with contextlib.suppress(OSError):
            fcntl.fcntl(pipe.fileno(), set_size, _PIPE_BYTES)


def error_as_dict(fault: IntelError) -> dict[str, str]:
    """An error as its class and three sentences; a traceback never travels."""
    kind = type(fault).__name__ if hasattr(errors, type(fault).__name__) else "IntelError"
    return {"kind": kind, "what": fault.what, "where": fault.where, "now": fault.now}


def error_from_dict(told: dict[str, str]) -> IntelError:
    """The error again.

    Examples
    --------
    >>> error_from_dict({"kind": "UsageError", "what": "No such area", "where": "", "now": "Choose one."}).exit_code
    2
    """
    kind = getattr(errors, told["kind"], IntelError)
    fault: IntelError = kind(what=told["what"], where=told["where"], now=told["now"])
    return fault
