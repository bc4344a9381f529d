"""Write requirements.lock from environment.yml: python -m bookmaking.tools.lock.

The file holds names, versions, markers and the SHA-256 of each file that a package index has of
that version, for Python 3.11 to 3.13, and no address of an index. The set-up takes no package with
other bytes. What the file already holds stays as long as environment.yml allows it; to bring
everything up to date, delete the file first.
"""

import subprocess
import sys
from pathlib import Path

import yaml

from decentwork.repository import ROOT

RESOLVE = ("pip", "compile", "--quiet", "--universal", "--python-version", "3.11")
NO_ADDRESS = ("--generate-hashes", "--no-header", "--no-annotate", "--no-emit-index-url")
LOCK = ROOT / "requirements.lock"


def pins(environment: Path = ROOT / "environment.yml") -> list[str]:
    """Return the entries of the ``pip:`` list that name a package (``name==version``)."""
    dependencies = yaml.safe_load(environment.read_text(encoding="utf-8"))["dependencies"]
    (listed,) = [entry["pip"] for entry in dependencies if isinstance(entry, dict)]
    return [entry for entry in listed if not entry.startswith("-e ")]


def locked(lock: Path = LOCK) -> list[str]:
    """Return the requirements of a lock, each with its marker and without its digests."""
    lines = lock.read_text(encoding="utf-8").splitlines()
    return [line.rstrip("\\ ") for line in lines if "==" in line]


def main() -> int:
    """Resolve, write, and return the exit status."""
    uv = Path(sys.executable).with_name("uv")
    command = [uv, *RESOLVE, *NO_ADDRESS, "--output-file", LOCK.name, "-"]
    return subprocess.run(command, cwd=ROOT, input="\n".join(pins()), text=True).returncode


if __name__ == "__main__":
    sys.exit(main())
