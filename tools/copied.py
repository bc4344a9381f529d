"""A copy of the sources, for tools that change or build a book and leave the working tree alone."""

import shutil
import subprocess
from pathlib import Path

from decentwork.repository import ROOT


def sources(target: Path) -> None:
    """Copy all files of the working tree that Git does not ignore into the folder ``target``."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
