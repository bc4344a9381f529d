"""Ask whether the locked packages have known vulnerabilities: python -m bookmaking.tools.audit.

uv asks the database of open-source vulnerabilities (OSV) about each package of requirements.lock,
on every system and version of Python that the lock is for.
"""

import json
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path

from bookmaking.tools import lock
from decentwork.repository import ROOT

FOUND = 1
"""What uv returns when it knows of a vulnerability."""


def script(requirements: Iterable[str]) -> str:
    """Return a script that needs nothing but ``requirements``: what uv can be asked about."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needs = "".join(f"#   {json.dumps(each)},\n" for each in requirements)
    head = f'# /// script\n# requires-python = "{project["requires-python"]}"\n'
    return f"{head}# dependencies = [\n{needs}# ]\n# ///\n"


def vulnerabilities(requirements: Sequence[str], options: Sequence[str] = ()) -> int:
    """Print what is known to be wrong with the packages, and return 0 if that is nothing."""
    uv = Path(sys.executable).with_name("uv")
    command = [uv, "audit", "--preview-features", "audit-command", *options]
    with tempfile.TemporaryDirectory() as folder:
        asked = Path(folder) / "locked.py"
        asked.write_text(script(requirements), encoding="utf-8")
        run = subprocess.run([*command, "--script", asked], capture_output=True, text=True)
    if run.returncode == 0:
        print(f"No known vulnerability in {len(requirements)} locked packages.")
    elif run.returncode == FOUND and "Vulnerabilities:" in run.stdout:
        print(run.stdout.strip())
        print("Raise the version in environment.yml and run `make lock`.", file=sys.stderr)
    else:
        print(
            f"{run.stderr.strip()}\nNobody knows whether the packages are vulnerable: uv could "
            "not ask (see above). Without a network, connect and give the command again.",
            file=sys.stderr,
        )
    return run.returncode


if __name__ == "__main__":
    sys.exit(vulnerabilities(lock.locked(), sys.argv[1:]))
