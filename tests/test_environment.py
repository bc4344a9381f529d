"""One list of dependencies, its lock, what is installed, and commands that fail in one sentence."""

import os
import re
import socket
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import setup
from bookmaking.checks import ROOT
from bookmaking.tools import lock, serve


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


def test_versions_of_python_agree():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (low, high), (over, under) = setup.LOWEST, setup.HIGHEST
    assert project["requires-python"] == f">={low}.{high},<{over}.{under + 1}"


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


@pytest.mark.parametrize(
    ("found", "taken"),
    [((3, 10), False), (setup.LOWEST, True), (setup.HIGHEST, True), ((3, 14), False)],
)
def test_make_takes_the_versions_of_python_that_the_lock_is_for(found, taken, tmp_path):
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


@pytest.mark.parametrize("guide", ["README.md", "CONTRIBUTING.md"])
def test_a_guide_names_commands_that_there_are(guide):
    listed = set(re.findall(r"^make ([\w-]+)\s+\S", make("help").stdout, re.MULTILINE))
    named = set(
        re.findall(r"`make ([\w-]+)|^make ([\w-]+)", (ROOT / guide).read_text("utf-8"), re.M)
    )
    assert {one or other for one, other in named} <= listed


def test_ci_gives_the_test_command_of_the_readme(tmp_path):
    told = tmp_path / "told"
    script(tmp_path / "make", f'echo "make $@" >> {told}')
    own = os.environ | {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run([ROOT / ".ci" / "run"], env=own, check=True)
    commands = told.read_text(encoding="utf-8").splitlines()
    assert commands == ["make test"]
    assert f"\n{commands[0]}" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_no_python_is_said_in_one_sentence():
    run = make("book", "CANDIDATES=python0.0 python0.1")
    assert run.returncode != 0
    assert "No Python 3.11, 3.12 or 3.13 found" in run.stderr
    assert len(run.stderr.splitlines()) == 1


@pytest.mark.parametrize("found", [(2, 7), (3, 10), (3, 14)])
def test_a_wrong_python_is_named(found):
    with pytest.raises(setup.SetupError, match=r"needs Python 3\.11 to 3\.13, and /opt/python is"):
        setup.check_python(found, "/opt/python")


def test_a_missing_venv_module_is_said_in_one_sentence(tmp_path):
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "setup.py").write_bytes((ROOT / "tools" / "setup.py").read_bytes())
    (tmp_path / "requirements.lock").touch()
    (tmp_path / "ensurepip.py").write_text("raise ImportError('taken out')")
    run = subprocess.run(
        [sys.executable, "tools/setup.py"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 1
    assert "no module ensurepip" in run.stderr
    assert "apt install python3-venv" in run.stderr
    assert len(run.stderr.splitlines()) == 1


def test_no_network_is_said_in_one_sentence():
    report = [
        "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError'\n",
        "ERROR: Could not find a version that satisfies the requirement zipp==4.0.0\n",
        "ERROR: No matching distribution found for zipp==4.0.0\n",
    ]
    assert setup.explain(report).startswith("The packages could not be fetched")
    assert "zipp==4.0.0" in setup.explain(report[1:])


def test_a_full_disk_is_said_in_one_sentence():
    report = ["ERROR: Could not install packages due to an OSError: [Errno 28] No space left\n"]
    assert "because no space is left on the disk" in setup.explain(report)


@pytest.mark.parametrize("fault", ["a file in its place", "nothing to make it with"])
def test_an_environment_that_cannot_be_made_is_said_in_one_sentence(fault, tmp_path, monkeypatch):
    (tmp_path / "tools").mkdir()
    program = tmp_path / "tools" / "setup.py"
    program.write_bytes((ROOT / "tools" / "setup.py").read_bytes())
    if fault == "a file in its place":
        (tmp_path / "requirements.lock").touch()
        (tmp_path / ".venv").write_text("no folder")
    run = subprocess.run([sys.executable, program], capture_output=True, text=True)
    assert run.returncode == 1
    assert len(run.stderr.splitlines()) == 1, run.stderr
    assert "could not be made (" in run.stderr


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
    with pytest.raises(setup.SetupError, match=r"because pandas==3\.1\.1 has other bytes"):
        environment.install()
    assert not (tmp_path / "in").exists()


def test_a_requirement_is_read_over_its_lines(tmp_path):
    locked = tmp_path / "requirements.lock"
    digest = f"--hash=sha256:{'0' * 64}"
    locked.write_text(
        f"a==1 \\\n    {digest} \\\n    {digest}\nb==2 ; sys_platform == 'x' \\\n    {digest}\n"
    )
    assert lock.locked(locked) == ["a==1", "b==2 ; sys_platform == 'x'"]
    assert [line for line, _ in lock.requirements(locked)] == [1, 4]


def test_a_taken_port_is_said_in_one_sentence(capsys):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert serve.main(str(port)) == 1
    assert capsys.readouterr().err == (
        f"Port {port} is taken by another program: choose another, as in make serve PORT=8080.\n"
    )


@pytest.mark.parametrize("port", ["eighty", "-1", "0", "65536", ""])
def test_what_is_not_a_port_is_refused(port, capsys):
    assert serve.main(port) == 2
    assert "is not a port" in capsys.readouterr().err
