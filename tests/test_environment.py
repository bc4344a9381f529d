"""One list of dependencies, its lock, what is installed, and commands that fail in one sentence."""

import os
import re
import subprocess
import sys
import zipfile
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import setup
from bookmaking.checks import ROOT
from bookmaking.tools import lock


def test_installed_packages_are_those_of_the_lock():
    differing = []
    for line in lock.locked():
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate():
            try:
                found = version(requirement.name)
            except PackageNotFoundError:
                found = "missing"
            if not requirement.specifier.contains(found, prereleases=True):
                differing.append(f"{requirement.name}: {found}, locked {requirement.specifier}")
    assert not differing, "Run `make environment`: " + "; ".join(differing)


def test_the_citation_file_follows_its_schema():
    checker = Path(sys.executable).with_name("check-jsonschema")
    command = [checker, "--builtin-schema", "vendor.citation-file-format", ROOT / "CITATION.cff"]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout


def make(*arguments: str, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run make in the repository, as a user's shell would."""
    # A make that runs the tests hands down what it was told, perhaps a PYTHON.
    own = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    if path:
        own["PATH"] = f"{path}{os.pathsep}{own['PATH']}"
    return subprocess.run(["make", *arguments], cwd=ROOT, env=own, capture_output=True, text=True)


def script(path: Path, text: str) -> Path:
    """Write a program for the shell."""
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_make_takes_the_versions_of_python_that_the_lock_is_for(tmp_path):
    for found, taken in (((3, 10), False), (setup.HIGHEST, True), ((3, 14), False)):
        prelude = f"import sys; sys.version_info = ({found[0]}, {found[1]}, 0); exec(sys.argv[1])"
        fake = script(tmp_path / "python", f'exec {sys.executable} -c "{prelude}" "$2"')
        run = make("--dry-run", "environment", f"CANDIDATES={fake}")
        assert (run.returncode == 0) is taken, run.stderr
        assert (f"{fake} tools/setup.py" in run.stdout) is taken


def test_help_lists_every_command_and_each_can_be_given():
    listed = re.findall(r"^make ([\w-]+)\s+\S", make("help").stdout, re.MULTILINE)
    database = make("--print-data-base", "--question", "help").stdout
    phony = set(re.search(r"^\.PHONY: (.*)$", database, re.MULTILINE)[1].split())
    assert phony - {"environment"} == set(listed)
    for command in listed:
        run = make("--dry-run", command, f"PYTHON={sys.executable}")
        assert run.returncode == 0, f"make {command}: {run.stderr}"


def test_a_guide_names_commands_that_there_are(subtests):
    listed = set(re.findall(r"^make ([\w-]+)\s+\S", make("help").stdout, re.MULTILINE))
    for guide in ("README.md", "CONTRIBUTING.md", "docs/running_elsewhere.md", "docs/measured.md"):
        text = (ROOT / guide).read_text("utf-8")
        with subtests.test(guide):
            named = set(re.findall(r"(?:^|`)make ([\w-]+)", text, re.MULTILINE))
            assert named <= listed | {"environment"}
            modules = re.findall(r"\b(bookmaking(?:\.\w+)+)", text)
            assert all(find_spec(each) for each in modules)


def test_no_python_is_said_in_one_sentence():
    run = make("book", "CANDIDATES=python0.0 python0.1")
    assert run.returncode != 0
    assert "No Python 3.11, 3.12 or 3.13 found" in run.stderr
    assert len(run.stderr.splitlines()) == 1


def test_a_wrong_python_is_named():
    with pytest.raises(setup.SetupError, match=r"needs Python 3\.11 to 3\.13, and /opt/p is"):
        setup.check_python((3, 10), "/opt/p")


def test_an_environment_that_cannot_be_made_is_said_in_one_sentence(tmp_path):
    (tmp_path / "tools").mkdir()
    program = tmp_path / "tools" / "setup.py"
    program.write_bytes((ROOT / "tools" / "setup.py").read_bytes())
    own = os.environ | {"PYTHONPATH": str(tmp_path)}
    (tmp_path / ".venv").write_text("no folder")
    for prepare, said in (
        (lambda: None, "could not be made ("),  # without a lock
        ((tmp_path / "requirements.lock").touch, "could not be made ("),  # a file in its place
        (
            lambda: (tmp_path / "ensurepip.py").write_text("raise ImportError('taken out')"),
            "no module ensurepip",
        ),
    ):
        prepare()
        run = subprocess.run([sys.executable, program], env=own, capture_output=True, text=True)
        assert run.returncode == 1
        assert said in run.stderr and len(run.stderr.splitlines()) == 1, run.stderr


def test_no_network_is_said_in_one_sentence():
    unfound = "ERROR: Could not find a version that satisfies the requirement zipp==4.0.0\n"
    retried = "WARNING: Retrying (Retry(total=0)) broken by 'NewConnectionError'\n"
    assert setup.explain(retried + unfound).startswith("The packages could not be fetched")
    assert "zipp==4.0.0" in setup.explain(unfound)


def test_a_package_with_other_bytes_is_not_installed(tmp_path, monkeypatch):
    with zipfile.ZipFile(tmp_path / "pandas-3.1.1-py3-none-any.whl", "w") as wheel:
        wheel.writestr("pandas/__init__.py", "# not what the lock means\n")
        about = "Metadata-Version: 2.1\nName: pandas\nVersion: 3.1.1\n"
        wheel.writestr("pandas-3.1.1.dist-info/METADATA", about)
        wheel.writestr("pandas-3.1.1.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr("pandas-3.1.1.dist-info/RECORD", "")
    locked = tmp_path / "requirements.lock"
    locked.write_text(f"pandas==3.1.1 --hash=sha256:{'0' * 64}\n", encoding="utf-8")
    monkeypatch.setattr(setup, "LOCK", locked)
    for name, value in {"NO_INDEX": "1", "FIND_LINKS": tmp_path, "TARGET": tmp_path / "in"}.items():
        monkeypatch.setenv(f"PIP_{name}", str(value))
    environment = setup.Environment(tmp_path)
    environment.python = Path(sys.executable)
    with pytest.raises(setup.SetupError, match="DO NOT MATCH THE HASHES"):
        environment.install()
    assert not (tmp_path / "in").exists()
