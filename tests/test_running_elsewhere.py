"""What other machines run: the workflow of a public repository, and the container."""

import re
from importlib.util import find_spec

import yaml

from bookmaking.checks import ROOT

WORKFLOW = ROOT / ".github" / "workflows" / "book.yml"
TEXT = WORKFLOW.read_text(encoding="utf-8")
READ = yaml.safe_load(TEXT)
"""YAML takes the key ``on`` for true."""
STEPS = [step for job in READ["jobs"].values() for step in job["steps"]]


def test_the_workflow_runs_what_anybody_can_run():
    made = set(re.findall(r"run: make ([\w-]+) PYTHON=python$", TEXT, re.MULTILINE))
    made |= set(re.findall(r"'(test[\w-]*)'", TEXT))
    assert made == {"test", "test-all"}
    modules = re.findall(r"run: .venv/bin/python -m (bookmaking[\w.]+)$", TEXT, re.MULTILINE)
    assert modules and all(map(find_spec, modules))


def test_actions_are_named_by_commit_and_release():
    used = re.findall(r"uses: (\S+)@(\w+) # (v\d+\.\d+\.\d+)$", TEXT, re.MULTILINE)
    assert len(used) == sum("uses" in step for step in STEPS) > 0
    assert all(re.fullmatch(r"[0-9a-f]{40}", commit) for _, commit, _ in used)
    assert all(name.startswith("actions/") for name, _, _ in used), "only actions of the host"


def test_the_workflow_may_only_read():
    assert READ["permissions"] == {}
    for job in READ["jobs"].values():
        assert job["permissions"] == {"contents": "read"}
    assert "secrets" not in TEXT and "pull_request_target" not in TEXT
    checkouts = [step for step in STEPS if "checkout" in step.get("uses", "")]
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)
    # What a stranger may write (a title, the name of a branch) reaches no command.
    assert not [step for step in STEPS if "${{" in step.get("run", "")]
    assert all(
        step["with"]["retention-days"] <= 30 for step in STEPS if "upload" in step.get("uses", "")
    )
