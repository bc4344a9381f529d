"""Ask whether the locked packages have known vulnerabilities: python -m bookmaking.tools.audit.

uv asks the database of open-source vulnerabilities (OSV) about each package of requirements.lock,
on every system and version of Python that the lock is for.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bookmaking.tools import lock

FOUND = 1
"""What uv returns when it knows of a vulnerability."""
SCRIPT = '# /// script\n# requires-python = ">=3.11,<3.14"\n# dependencies = {}\n# ///\n'
"""A script that needs nothing but some packages: what uv can be asked about."""


def vulnerabilities(requirements: Sequence[str], options: Sequence[str] = ()) -> int:
    """Print what is known to be wrong with the packages, and return 0 if that is nothing."""
    uv = Path(sys.executable).with_name("uv")
    with tempfile.TemporaryDirectory() as folder:
        asked = Path(folder, "locked.py")
        asked.write_text(SCRIPT.format(json.dumps(requirements)), encoding="utf-8")
        command = [uv, "audit", "--preview-features", "audit-command", *options, "--script", asked]
        run = subprocess.run(command, capture_output=True, text=True)
    print(run.stdout.strip())
    if run.returncode == FOUND and "Vulnerabilities:" in run.stdout:
        said = "Raise the version in environment.yml; then `python -m bookmaking.tools.lock`."
    else:
        said = (
            "Nobody knows whether the packages are vulnerable: uv could not ask (see above). "
            "Without a network, connect and give the command again."
        )
    if run.returncode:
        print(f"{run.stderr.strip()}\n{said}", file=sys.stderr)
    return run.returncode


if __name__ == "__main__":
    sys.exit(vulnerabilities(lock.locked()))
