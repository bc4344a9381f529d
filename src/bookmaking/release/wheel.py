"""Build the package for `pip install`: python -m bookmaking.release.wheel writes it into dist.

The wheel is made from the source archive, so the archive has all that a wheel needs. Nothing is
fetched: the environment has the build backend. The same files give the same bytes, because
hatchling dates all of them alike.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from decentwork.repository import ROOT

BUILD = ("build", "--offline", "--no-build-isolation", "--no-create-gitignore")


class WheelError(Exception):
    """The package could not be built; the message has what the builder said."""


def write(into: Path, root: Path = ROOT) -> Path:
    """Write the source archive and the wheel of a checkout into a folder.

    Parameters
    ----------
    into
        The folder; it is made if it is not there. Files of the same names are replaced.
    root
        The checkout.

    Returns
    -------
    Path
        The wheel. The source archive is next to it.

    Raises
    ------
    WheelError
        If uv or hatchling refuses; its own words say why.
    """
    into.mkdir(parents=True, exist_ok=True)
    uv = Path(sys.executable).with_name("uv")
    with tempfile.TemporaryDirectory() as folder:
        command = [uv, *BUILD, "--python", sys.executable, "--out-dir", folder, root]
        run = subprocess.run(command, capture_output=True, text=True)
        if run.returncode:
            raise WheelError(f"The package could not be built: {run.stderr.strip()}")
        (_archive, wheel) = (
            Path(shutil.copy(path, into)) for path in sorted(Path(folder).iterdir(), key=_kind)
        )
    return wheel


def _kind(path: Path) -> bool:
    return path.suffix == ".whl"


def main() -> int:
    """Write the package, say where it is, and return the exit status."""
    try:
        wheel = write(ROOT / "dist")
    except WheelError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{wheel.relative_to(ROOT)}: {wheel.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
