"""Write requirements.lock from environment.yml: all that its pins bring, for Python 3.11 to 3.13.

The file holds names, versions and markers, and no address of an index. What it already holds stays
as long as environment.yml allows it; to bring everything up to date, delete the file first.
"""

import subprocess
import sys
from pathlib import Path

import yaml

from decentwork.repository import ROOT

RESOLVE = ("pip", "compile", "--quiet", "--universal", "--python-version", "3.11")
NAMES_ONLY = ("--no-header", "--no-annotate", "--no-emit-index-url")


def pins(environment: Path = ROOT / "environment.yml") -> list[str]:
    """Return the entries of the ``pip:`` list that name a package (``name==version``)."""
    dependencies = yaml.safe_load(environment.read_text(encoding="utf-8"))["dependencies"]
    (listed,) = [entry["pip"] for entry in dependencies if isinstance(entry, dict)]
    return [entry for entry in listed if not entry.startswith("-e ")]


def main() -> int:
    """Resolve, write, and return the exit status."""
    uv = Path(sys.executable).with_name("uv")
    command = [uv, *RESOLVE, *NAMES_ONLY, "--output-file", "requirements.lock", "-"]
    return subprocess.run(command, cwd=ROOT, input="\n".join(pins()), text=True).returncode


if __name__ == "__main__":
    sys.exit(main())
