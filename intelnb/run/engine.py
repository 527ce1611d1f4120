"""One notebook in one private kernel: its sockets, its history and its folders are nobody else's.

The kernel speaks over sockets in a folder that only its owner may enter (encrypted TCP where there are no such
sockets), runs this very Python, keeps no history, sees only the few environment variables it needs, and leaves
nothing behind.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import zmq
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.execute import execute_notebook

from intelnb.errors import RunFailed

ENGINE = KERNEL = "intelnb"

# number of the cell, how many there are, the heading it stands under
Progress = Callable[[int, int, str], None]

# what a kernel may know of the machine: nothing that could carry a secret
_KEPT = {
    "PATH", "HOME", "USER", "LOGNAME", "TZ", "LANG", "LANGUAGE", "TMPDIR", "TEMP", "TMP", "INTELNB_REAL_DATA",
    "SYSTEMROOT", "WINDIR", "COMSPEC", "PATHEXT", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA", "USERPROFILE", "USERNAME",
}  # fmt: skip
_KEPT_PREFIXES = ("LC_", "XDG_DATA", "XDG_CACHE", "XDG_CONFIG")
_LONGEST_SOCKET = 100


class PrivateKernelEngine(NBClientEngine):  # type: ignore[misc]
    """The papermill engine that runs a notebook in a kernel started by `execute`."""

    @classmethod
    def execute_managed_notebook(  # noqa: D102 - papermill's own name and meaning
        cls, nb_man: Any, kernel_name: str, *, start: Callable[..., Any], execution_timeout: int, **_: Any
    ) -> None:
        start(nb_man, kernel_name, execution_timeout)


papermill_engines.register(ENGINE, PrivateKernelEngine)


def execute(
    notebook: Path,
    to: Path,
    *,
    parameters: Mapping[str, object],
    extra_environment: Mapping[str, str],
    cell_timeout_s: int,
    run_timeout_s: int,
    progress: Progress,
) -> None:
    """Run a notebook with its parameters in a private kernel, saving it cell by cell.

    Parameters
    ----------
    notebook, to
        The notebook, and the file the executed notebook is written to.
    parameters
        Values that `parameters.settle` gave.
    extra_environment
        Variables the kernel gets besides the few it may keep.
    cell_timeout_s, run_timeout_s
        Longest time for one cell, and for all of them together, in seconds.
    progress
        Told before each code cell.

    Raises
    ------
    RunFailed
        When the whole run took too long or its kernel could not start.
    Exception
        What papermill and its client raise when a cell fails, takes too long, or the kernel dies.
    """
    with _private_folder() as private:
        late = threading.Event()

        def start(nb_man: Any, kernel_name: str, execution_timeout: int) -> None:
            manager = _manager(private, kernel_name)
            client = PapermillNotebookClient(
                nb_man,
                km=manager,
                timeout=execution_timeout,
                startup_timeout=120,
                # asked to leave, a kernel sometimes takes three seconds; there is nothing it would still have to save
                shutdown_kernel="immediate",
                kernel_name=kernel_name,
                on_cell_start=_teller(nb_man.nb.cells, progress),
            )
            environment = {**_environment(private), **extra_environment}
            with _limit(manager, run_timeout_s, late), (private / "kernel.log").open("wb") as log:
                client.execute(env=environment, cwd=str(private), stdout=log, stderr=log, cleanup_kc=True)

        try:
            execute_notebook(
                _literal(notebook), _literal(to), dict(parameters), engine_name=ENGINE, kernel_name=KERNEL,
                language="python", progress_bar=False, execution_timeout=cell_timeout_s, start=start,
            )  # fmt: skip
        except Exception:
            if late.is_set():
                raise RunFailed(
                    what=f"The run took longer than its limit of {run_timeout_s} seconds",
                    where=notebook.name,
                    now="Give it more time with --limit, or ask for less.",
                ) from None
            raise


def _manager(private: Path, kernel_name: str) -> AsyncKernelManager:
    """A kernel manager that knows one kernel: this Python."""
    spec = {
        "argv": [
            sys.executable,
            "-m",
            "ipykernel_launcher",
            "-f",
            "{connection_file}",
            "--HistoryManager.enabled=False",
        ],
        "display_name": "intelnb",
        "language": "python",
        "metadata": {"supported_encryption": ["curve"]},
    }
    folder = private / "kernels" / kernel_name
    folder.mkdir(parents=True)
    (folder / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    specs = KernelSpecManager(kernel_dirs=[str(folder.parent)], ensure_native_kernel=False)
    where: dict[str, Any] = {"connection_file": str(private / "kernel.json"), "kernel_spec_manager": specs}
    if has_private_sockets():
        return AsyncKernelManager(kernel_name=kernel_name, transport="ipc", ip=str(private / "k"), **where)
    return AsyncKernelManager(kernel_name=kernel_name, transport="tcp", transport_encryption="required", **where)


def has_private_sockets() -> bool:
    """Whether kernels here can speak over sockets in a folder; else they speak over encrypted TCP."""
    return os.name != "nt" and bool(zmq.has("ipc"))


@contextmanager
def _private_folder() -> Iterator[Path]:
    """A short-named folder (socket names hold 107 bytes) only its owner may enter, gone afterwards."""
    roots = [tempfile.gettempdir(), "/tmp"]  # noqa: S108 - mkdtemp makes a folder of its own with mode 0700
    root = next((r for r in roots if len(r) < _LONGEST_SOCKET - 20 and Path(r).is_dir()), roots[0])
    folder = Path(tempfile.mkdtemp(prefix="inb-", dir=root))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _environment(private: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in _KEPT or name.startswith(_KEPT_PREFIXES)}
    fixed = {
        "JUPYTER_RUNTIME_DIR": str(private / "runtime"),
        "IPYTHONDIR": str(private / "ipython"),
        "JUPYTER_PLATFORM_DIRS": "1",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "PROJ_NETWORK": "OFF",
    }
    # one thread each: sums come out the same on every machine
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1")
    return {**kept, **fixed, **threads}


@contextmanager
def _limit(manager: AsyncKernelManager, seconds: int, late: threading.Event) -> Iterator[None]:
    """End the kernel when the whole run takes too long; the client then notices its death."""

    def end() -> None:
        late.set()
        process = getattr(manager.provisioner, "process", None)
        if process is not None:
            with suppress(OSError):
                # the kernel leads a group of its own; its children go with it
                os.killpg(process.pid, 9) if hasattr(os, "killpg") else process.kill()

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _teller(cells: list[Any], progress: Progress) -> Callable[..., None]:
    """Tell the progress by code cell, with the heading each stands under."""
    headings: dict[int, str] = {}
    numbers: dict[int, int] = {}
    heading = ""
    for index, cell in enumerate(cells):
        if cell.cell_type == "markdown":
            heading = next((line.lstrip("# ") for line in cell.source.splitlines() if line.startswith("#")), heading)
        elif cell.cell_type == "code":
            headings[index], numbers[index] = heading, len(numbers) + 1

    def tell(*, cell_index: int, **_: Any) -> None:
        if cell_index in numbers:
            progress(numbers[cell_index], len(numbers), headings[cell_index])

    return tell


def _literal(path: Path) -> str:
    """A path that papermill takes as it is: braces in it are not its place-holders."""
    return str(path).replace("{", "{{").replace("}", "}}")
