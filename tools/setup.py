"""Make .venv: an isolated environment with exactly the packages of requirements.lock.

A package with other bytes than the lock says is not installed. Needs nothing but Python's standard
library. Does nothing when .venv was made from the present lock by the same version of Python at the
same place; else it makes it again. What goes wrong is said in one sentence, also by a Python that
is too old for the book.
"""

from __future__ import annotations

import hashlib
import importlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"
LOWEST, HIGHEST = (3, 11), (3, 13)

# At each start the kernel warns that it listens on this machine's own address without encryption.
KERNEL_CONFIG = 'c = get_config()\nc.IPKernelApp.log_level = "ERROR"\n'
NO_ANSWER = ("NewConnectionError", "NameResolutionError", "ConnectTimeoutError", "ProxyError")


class SetupError(Exception):
    """Something that the user can fix; the message is one sentence."""


def check_python(version: tuple[int, int], path: str) -> None:
    """Raise SetupError unless ``version`` is one that the lock was resolved for."""
    if not LOWEST <= version <= HIGHEST:
        low, found, high = (".".join(map(str, each)) for each in (LOWEST, version, HIGHEST))
        raise SetupError(
            f"The book needs Python {low} to {high}, and {path} is Python {found}: "
            "name another by adding PYTHON=/path/to/python3 to the command."
        )


def check_modules(path: str) -> None:
    """Raise SetupError if this Python came without the modules that make environments."""
    for module in ("venv", "ensurepip"):
        try:
            importlib.import_module(module)
        except ImportError as error:
            raise SetupError(
                f"{path} has no module {module} to make an environment with: "
                "on Debian and Ubuntu, 'apt install python3-venv' brings it."
            ) from error


def stamp() -> str:
    """Return a digest of all that .venv is made from."""
    made_from = [f"{sys.version_info[:2]} {ROOT}".encode(), LOCK.read_bytes()]
    return hashlib.sha256(b"\n".join([*made_from, Path(__file__).read_bytes()])).hexdigest()


def explain(report: str) -> str:
    """Return pip's report as one sentence."""
    if any(sign in report for sign in NO_ANSWER):
        return (
            "The packages could not be fetched, because the package index did not answer: "
            "connect to the network and give the command again."
        )
    errors = [line[len("ERROR: ") :] for line in report.splitlines() if line.startswith("ERROR: ")]
    reason = errors[0].rstrip(".: ") if errors else "pip gave no reason"
    return f"The packages could not be installed: {reason} (all of it is in .venv/pip.log)."


class Environment:
    """The environment in .venv."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        windows = sys.platform == "win32"
        self.python = folder / ("Scripts/python.exe" if windows else "bin/python")
        self.stamp = folder / "stamp"

    def is_current(self, wanted: str) -> bool:
        """Tell whether the environment is there and was made from what ``wanted`` digests."""
        return self.stamp.is_file() and self.stamp.read_text() == wanted and self.python.exists()

    def create(self) -> None:
        """Make an empty environment in the place of any earlier one."""
        command = [sys.executable, "-m", "venv", "--clear", str(self.folder)]
        made = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if made.returncode:
            said = made.stdout.strip().splitlines() or ["Python's module venv gave no reason"]
            raise OSError(said[-1].removeprefix("Error: ").rstrip("."))

    def install(self) -> None:
        """Install the locked packages, then the book's own without asking any index."""
        with (self.folder / "pip.log").open("w", encoding="utf-8") as log:
            # The lock names all that is needed; pip itself would want newer ones for some extras.
            self._pip(log, "--require-hashes", "--no-deps", "-r", str(LOCK))
            self._pip(log, "--no-index", "--no-deps", "--no-build-isolation", "-e", str(ROOT))

    def _pip(self, log, *wanted: str) -> None:
        options = ["--disable-pip-version-check", "--no-compile", "--no-input", "--progress-bar"]
        command = [str(self.python), "-m", "pip", "install", *options, "off", *wanted]
        pip = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        log.write(pip.stdout)
        if pip.returncode:
            raise SetupError(explain(pip.stdout))

    def finish(self, wanted: str) -> None:
        """Compile on all cores, so that no kernel has to, quiet the kernel, and set the stamp."""
        compiler = [str(self.python), "-m", "compileall", "-q", "-j", "0", str(self.folder)]
        # A few packages carry files that only another version of Python can compile.
        subprocess.run(compiler, stdout=subprocess.DEVNULL)
        config = self.folder / "etc" / "ipython" / "ipython_kernel_config.py"
        config.parent.mkdir(parents=True, exist_ok=True)
        config.write_text(KERNEL_CONFIG)
        self.stamp.write_text(wanted)


def main() -> int:
    """Make .venv unless it is as the lock says, and return the exit status."""
    environment = Environment(ROOT / ".venv")
    try:
        check_python(sys.version_info[:2], sys.executable)
        wanted = stamp()
        if environment.is_current(wanted):
            return 0
        check_modules(sys.executable)
        version = ".".join(map(str, sys.version_info[:2]))
        print(f"Setting up .venv with Python {version}: once, and about a minute", flush=True)
        environment.create()
        environment.install()
        environment.finish(wanted)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(
            f"The environment {environment.folder} could not be made ({error}): see whether the "
            "disk has space and can be written, and give the command again.",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
