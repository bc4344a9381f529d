"""What is installed, the commands and how they fail, and what other machines run."""

import os
import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

import yaml
from packaging.requirements import Requirement

import setup
from bookmaking.checks import ROOT
from bookmaking.tools import lock

WORKFLOW = (ROOT / ".github" / "workflows" / "book.yml").read_text(encoding="utf-8")


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


def make(*arguments: str) -> str:
    """Run make in the repository, as a user's shell would, and return what it says."""
    # A make that runs the tests hands down what it was told, perhaps a PYTHON.
    own = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    run = subprocess.run(["make", *arguments], cwd=ROOT, env=own, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_each_command_that_a_guide_names_can_be_given(subtests):
    listed = set(re.findall(r"^make ([\w-]+)\s+\S", make("help"), re.MULTILINE))
    for command in listed:
        assert make("--dry-run", command, f"PYTHON={sys.executable}")
    for guide in ("README.md", "CONTRIBUTING.md", "docs/running_elsewhere.md", "docs/measured.md"):
        text = (ROOT / guide).read_text("utf-8")
        with subtests.test(guide):
            named = set(re.findall(r"(?:^|`)make ([\w-]+)", text, re.MULTILINE))
            assert named <= listed | {"environment"}
            modules = re.findall(r"\b(bookmaking(?:\.\w+)+)", text)
            assert all(find_spec(each) for each in modules)


def test_no_network_is_said_in_one_sentence():
    unfound = "ERROR: Could not find a version that satisfies the requirement zipp==4.0.0\n"
    retried = "WARNING: Retrying (Retry(total=0)) broken by 'NewConnectionError'\n"
    assert setup.explain(retried + unfound).startswith("The packages could not be fetched")
    assert "zipp==4.0.0" in setup.explain(unfound)


def test_the_workflow_runs_what_anybody_can_run():
    made = set(re.findall(r"run: make ([\w-]+) PYTHON=python$", WORKFLOW, re.MULTILINE))
    made |= set(re.findall(r"'(test[\w-]*)'", WORKFLOW))
    assert made == {"test", "test-all"}
    modules = re.findall(r"run: .venv/bin/python -m (bookmaking[\w.]+)$", WORKFLOW, re.MULTILINE)
    assert modules and all(map(find_spec, modules))


def test_the_workflow_may_only_read():
    jobs = yaml.safe_load(WORKFLOW)
    assert jobs["permissions"] == {}
    steps = [step for job in jobs["jobs"].values() for step in job["steps"]]
    for job in jobs["jobs"].values():
        assert job["permissions"] == {"contents": "read"}
    assert "secrets" not in WORKFLOW and "pull_request_target" not in WORKFLOW
    checkouts = [step for step in steps if "checkout" in step.get("uses", "")]
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)
    # What a stranger may write (a title, the name of a branch) reaches no command.
    assert not [step for step in steps if "${{" in step.get("run", "")]
    assert all(
        step["with"]["retention-days"] <= 30 for step in steps if "upload" in step.get("uses", "")
    )
