"""JupyterLab on copies of the notebooks, set to one workspace; nothing in it asks the network."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from intelnb import kinds, settings, share
from intelnb.errors import RunFailed
from intelnb.settings import Settings

_CONFIG = "jupyter_config.json"
_SETTINGS, _WORKSPACES = "lab-settings", "lab-workspaces"
# JupyterLab asks each newcomer whether it may fetch news
_NEWS = Path("@jupyterlab") / "apputils-extension" / "notification.jupyterlab-settings"
# no news, no look for updates, no list of extensions from an index, no shared sessions; one machine, one token
_QUIET = {
    "LabApp": {
        "news_url": None,
        "check_for_updates_class": "jupyterlab.handlers.announcements.NeverCheckForUpdate",
        "extension_manager": "readonly",
        "collaborative": False,
    },
    "ServerApp": {"ip": "localhost", "allow_remote_access": False, "allow_origin": ""},
}


def prepare(workspace: Path) -> Path:
    """Copy the notebooks to the workspace's state folder, set to the workspace and to an audience.

    A copy that is there already stays as it is: an analyst may have worked in it.

    Parameters
    ----------
    workspace
        The folder that holds `intelnb.toml`.

    Returns
    -------
    The folder of the copies.
    """
    here = settings.load(workspace)
    folder = here.state_folder() / "notebooks"
    try:
        here.state_folder().mkdir(parents=True, exist_ok=True, mode=0o700)
        for path in sorted(share.notebooks().rglob("*.ipynb")):
            inside = path.relative_to(share.notebooks())
            if ".ipynb_checkpoints" in inside.parts or (folder / inside).exists():
                continue
            (folder / inside).parent.mkdir(parents=True, exist_ok=True)
            (folder / inside).write_text(_set(path, workspace.resolve(), _audience(path.stem, here)), encoding="utf-8")
        (folder / _CONFIG).write_text(json.dumps(_QUIET, indent=1), encoding="utf-8")
        news = folder.parent / _SETTINGS / _NEWS
        if not news.exists():
            news.parent.mkdir(parents=True, exist_ok=True)
            news.write_text(json.dumps({"fetchNews": "false"}), encoding="utf-8")
    except OSError as fault:
        raise RunFailed(
            what=f"The notebooks cannot be copied: {fault.strerror}",
            where=str(folder),
            now="Check the folder's rights.",
        ) from None
    return folder


def start(folder: Path, *, browser: bool, port: int) -> int:
    """Start JupyterLab on a folder and wait until it ends.

    Parameters
    ----------
    folder
        The folder `prepare` made.
    browser
        Whether a browser is opened.
    port
        The port on this machine.

    Returns
    -------
    Its exit code.
    """
    words = [
        f"--config={folder / _CONFIG}",
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.user_settings_dir={folder.parent / _SETTINGS}",
        f"--LabApp.workspaces_dir={folder.parent / _WORKSPACES}",
        "--KernelManager.transport_encryption=required",
        f"--port={port}",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        # as in a container; the server still listens to this machine alone and asks for its token
        words.append("--allow-root")
    if not browser:
        words.append("--no-browser")
    environment = {**os.environ, "JUPYTER_PLATFORM_DIRS": "1", "PROJ_NETWORK": "OFF"}
    # the interpreter is ours and the words are not a shell's
    return subprocess.run([sys.executable, "-m", "jupyterlab", *words], env=environment, check=False).returncode  # noqa: S603


def _audience(name: str, here: Settings) -> str:
    """The default audience of a kind where the workspace knows it, else the first it names."""
    wanted = kinds.load(name).default_audience if name in kinds.names() else "internal"
    return wanted if wanted in here.audiences else next(iter(here.audiences))


def _set(notebook: Path, workspace: Path, audience: str) -> str:
    """A notebook's text with workspace and audience in its parameters cell; help and types stay."""
    node = json.loads(notebook.read_text(encoding="utf-8"))
    for cell in node["cells"]:
        if "parameters" in cell.get("metadata", {}).get("tags", []):
            source = "".join(cell["source"])
            for name, value in (("workspace", str(workspace)), ("audience", audience)):
                found = re.search(rf"^{name}: str = (\".*?\"|'.*?')", source, flags=re.MULTILINE)
                if found:
                    source = f"{source[: found.start(1)]}{json.dumps(value)}{source[found.end(1) :]}"
            cell["source"] = source
    return json.dumps(node, indent=1, ensure_ascii=False) + "\n"
