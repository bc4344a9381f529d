"""Open the notebooks in JupyterLab, on this machine only: python -m bookmaking.tools.lab.

JupyterLab shows citations, numbers and lines of the note as they are written; the built book shows
them as they are read.
"""

import json
import os
import sys
from pathlib import Path

from bookmaking.tools import serve
from decentwork.repository import BUILD, ROOT

SILENT = {
    "news_url": None,
    "check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
    "extension_manager": "readonly",
}
"""Nothing is asked of the network: no news, no newer version, no list of extensions."""
# Else JupyterLab asks each reader at the first start whether it may fetch news.
OVERRIDES = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false"}}


def command(folder: Path = ROOT, settings: Path = BUILD / "jupyterlab") -> list[str]:
    """Return the command that opens ``folder`` in JupyterLab, and write ``settings`` for it."""
    overrides = settings / "overrides.d" / "decentwork.json"
    overrides.parent.mkdir(parents=True, exist_ok=True)
    overrides.write_text(json.dumps(OVERRIDES), encoding="utf-8")
    return [
        *(sys.executable, "-m", "jupyterlab", "--ServerApp.log_level=WARN"),
        f"--ServerApp.ip={serve.listens_at()}",
        f"--ServerApp.root_dir={folder}",
        f"--ServerApp.allow_root={hasattr(os, 'geteuid') and os.geteuid() == 0}",
        f"--LabApp.app_settings_dir={settings}",
        "--LabApp.default_url=/lab/tree/notebooks",
        *(f"--LabApp.{name}={value}" for name, value in SILENT.items()),
    ]


if __name__ == "__main__":
    arguments = [*command(), *sys.argv[1:]]
    os.execv(arguments[0], arguments)
