"""Write requirements.lock from environment.yml: all that its pins bring, for Python 3.11 to 3.13.

The file holds names, versions, markers and the SHA-256 of each file that a package index has of
that version, and no address of an index. The set-up takes no package with other bytes. What the
file already holds stays as long as environment.yml allows it; to bring everything up to date,
delete the file first.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

from decentwork.repository import ROOT

RESOLVE = ("pip", "compile", "--quiet", "--universal", "--python-version", "3.11")
NO_ADDRESS = ("--generate-hashes", "--no-header", "--no-annotate", "--no-emit-index-url")
LOCK = ROOT / "requirements.lock"
HASH = "--hash=sha256:"


def pins(environment: Path = ROOT / "environment.yml") -> list[str]:
    """Return the entries of the ``pip:`` list that name a package (``name==version``)."""
    dependencies = yaml.safe_load(environment.read_text(encoding="utf-8"))["dependencies"]
    (listed,) = [entry["pip"] for entry in dependencies if isinstance(entry, dict)]
    return [entry for entry in listed if not entry.startswith("-e ")]


def locked(lock: Path = LOCK) -> list[str]:
    """Return the requirements of a lock, each with its marker and without its digests."""
    return [requirement.partition(HASH)[0].strip() for _, requirement in requirements(lock)]


def requirements(lock: Path = LOCK) -> Iterator[tuple[int, str]]:
    """Yield the number of the first line of each requirement, and all its lines as one."""
    parts: list[str] = []
    for number, line in enumerate(lock.read_text(encoding="utf-8").splitlines(), 1):
        parts.append(line.removesuffix("\\").strip())
        if not line.endswith("\\"):
            yield number - len(parts) + 1, " ".join(parts)
            parts = []


def main() -> int:
    """Resolve, write, and return the exit status."""
    uv = Path(sys.executable).with_name("uv")
    command = [uv, *RESOLVE, *NO_ADDRESS, "--output-file", LOCK.name, "-"]
    return subprocess.run(command, cwd=ROOT, input="\n".join(pins()), text=True).returncode


if __name__ == "__main__":
    sys.exit(main())
