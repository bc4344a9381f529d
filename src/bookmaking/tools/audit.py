"""Ask whether the locked packages have known vulnerabilities: python -m bookmaking.tools.audit.

uv asks the database of open-source vulnerabilities (OSV) about each package of requirements.lock,
on every system and version of Python that the lock is for, and the package index whether a project
was withdrawn. Before that the licences of the installed packages are listed, without a network.
"""

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Sequence
from importlib.metadata import Distribution, distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bookmaking.tools import lock
from decentwork.repository import ROOT

FOUND, NO_ANSWER = 1, 2
"""What uv returns when it knows of a vulnerability, and when it failed."""
CAUSE = re.compile(r"\s*(?:error|cause): (.+)")
WRAPPED = re.compile(r"\n +(?=[a-z])(?!cause:|error:)")
"""Where uv goes on with a sentence in a new line."""
NETWORK = re.compile(r"error sending request|Failed to fetch|Request failed|HTTP status|timed out")
"""What uv writes when an index or a database does not answer."""
NOT_SAID = "not said"
LONGEST = 60
"""Letters of a licence's name; some packages give its whole text."""


def pythons() -> str:
    """Return the versions of Python that the lock is for, as pyproject.toml gives them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return project["requires-python"]


def script(requirements: Iterable[str]) -> str:
    """Return a script that needs nothing but ``requirements``: what uv can be asked about."""
    needs = "".join(f"#   {json.dumps(each)},\n" for each in requirements)
    head = f'# /// script\n# requires-python = "{pythons()}"\n'
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
        print(
            "To mend: raise the version in environment.yml, or delete requirements.lock, and run "
            "`make lock`.",
            file=sys.stderr,
        )
    else:
        print(not_asked(run.returncode, run.stderr), file=sys.stderr)
    return run.returncode


def not_asked(status: int, told: str) -> str:
    """Return the sentence on a question that uv could not ask, from its status and its words."""
    told = WRAPPED.sub(" ", told)
    causes = [match[1] for match in map(CAUSE.match, told.splitlines()) if match]
    last = (causes or told.strip().splitlines() or ["uv gave no reason"])[-1].rstrip(".")
    unknown = "Nobody knows whether the packages are vulnerable, because"
    if status == NO_ANSWER and NETWORK.search(told):
        return (
            f"{unknown} the package index or the database of vulnerabilities did not answer "
            f"({last}): connect to the network and give the command again."
        )
    return f"{unknown} uv could not audit the lock: {last}."


def licence(package: Distribution) -> str:
    """Return the licence that an installed package names, or that it names none."""
    about = package.metadata
    classified = [
        each.rpartition(" :: ")[2]
        for each in about.get_all("Classifier") or ()
        if each.startswith("License :: ") and each != "License :: OSI Approved"
    ]
    named = about.get("License-Expression") or "; ".join(classified) or about.get("License")
    first = (named or NOT_SAID).strip().partition("\n")[0]
    return first if len(first) <= LONGEST else f"{first[:LONGEST]}…"


def licences(requirements: Iterable[str]) -> dict[str, list[str]]:
    """Return the locked packages that are installed here, by the licence that they name."""
    locked = {canonicalize_name(Requirement(each).name) for each in requirements}
    found: dict[str, list[str]] = {}
    for package in sorted(distributions(), key=lambda each: canonicalize_name(each.name)):
        if canonicalize_name(package.name) in locked:
            found.setdefault(licence(package), []).append(package.name)
    return found


def main(options: Sequence[str] = ()) -> int:
    """Ask, print, and return the exit status of the question about vulnerabilities."""
    locked = lock.locked()
    print("Licences of the installed packages:")
    for name, packages in sorted(licences(locked).items(), key=lambda each: -len(each[1])):
        print(f"  {len(packages):3} {name}: {', '.join(packages)}")
    return vulnerabilities(locked, options)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
