"""What leaves the repository: releases, and files to take away."""

import subprocess
from pathlib import Path


class ReleaseError(Exception):
    """Why nothing is given to readers; each line of the message is a fault and what to do."""


def run(root: Path, *command: str | Path) -> bytes:
    """Run a program at ``root`` and return what it writes; ReleaseError says why it fails."""
    ran = subprocess.run(command, cwd=root, capture_output=True)
    if ran.returncode:
        raise ReleaseError(f"{Path(command[0]).name} failed: {ran.stderr.decode().strip()}")
    return ran.stdout
