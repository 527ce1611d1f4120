"""The next file opened, unpacked and digested while the one before is cut: a second core has something to do."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from intelnb.intake.gate import Opened

LARGEST_BYTES = 100_000_000
"""After a file larger than this the next one waits, so that two of them are never held at once."""

Item = TypeVar("Item", bound=Opened)


def one(files: Generator[Item]) -> Iterator[Item]:
    """The same files in the same order, each taken from its source while the one before is worked on.

    What goes wrong with a file is told when its turn comes.

    Examples
    --------
    >>> from pathlib import Path
    >>> files = (Opened(Path(name), name, b"", "text", "") for name in ("a", "b"))
    >>> [file.name for file in one(files)]
    ['a', 'b']
    """
    with ThreadPoolExecutor(max_workers=1) as worker:
        try:
            coming = worker.submit(next, files, None)
            while (file := coming.result()) is not None:
                is_small = len(file.data) <= LARGEST_BYTES
                if is_small:
                    coming = worker.submit(next, files, None)
                yield file
                if not is_small:
                    coming = worker.submit(next, files, None)
        finally:
            # whoever stops early leaves no file open
            worker.submit(files.close).result()
