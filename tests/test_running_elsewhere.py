"""What other machines run: the workflow of a public repository, the container, Binder."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from bookmaking.checks import ROOT
from bookmaking.tools import lab, serve

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
RUNS = re.compile(r'make (\w+|"\$TARGET") PYTHON=python')
SHOWS = 'cat _build/links/links-*.md >> "$GITHUB_STEP_SUMMARY"'


def targets() -> set[str]:
    """Return the commands that `make help` lists."""
    told = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(re.findall(r"^make (\w+)\s+\S", told.stdout, re.MULTILINE))


@pytest.fixture(params=WORKFLOWS, ids=lambda path: path.stem)
def workflow(request):
    """A workflow, as text and as it is read; YAML takes its key ``on`` for true."""
    text = request.param.read_text(encoding="utf-8")
    return text, yaml.safe_load(text)


def steps(jobs: dict) -> list[dict]:
    """Return the steps of all jobs."""
    return [step for job in jobs.values() for step in job["steps"]]


def test_there_is_a_workflow():
    assert [path.name for path in WORKFLOWS] == ["book.yml"]


def test_a_workflow_runs_what_anybody_can_run(workflow):
    _, read = workflow
    for step in steps(read["jobs"]):
        if command := step.get("run"):
            made = RUNS.fullmatch(command)
            assert made or command == SHOWS, f"{command} is no target of the Makefile"
            assert not made or made[1].startswith('"') or made[1] in targets()
    assert set(read["jobs"]["monthly"]["strategy"]["matrix"]["target"]) <= targets()


def test_actions_are_named_by_commit_and_release(workflow):
    text, read = workflow
    used = re.findall(r"uses: (\S+)@(\w+) # (v\d+\.\d+\.\d+)$", text, re.MULTILINE)
    assert len(used) == sum("uses" in step for step in steps(read["jobs"])) > 0
    assert all(re.fullmatch(r"[0-9a-f]{40}", commit) for _, commit, _ in used)
    assert all(name.startswith("actions/") for name, _, _ in used), "only actions of the host"
    versions = {(name, commit) for name, commit, _ in used}
    assert len(versions) == len({name for name, _ in versions}), "two versions of one action"


def test_a_workflow_may_only_read(workflow):
    text, read = workflow
    assert read["permissions"] == {}
    for job in read["jobs"].values():
        assert job["permissions"] == {"contents": "read"}
        assert job["timeout-minutes"] <= 90
    assert "secrets" not in text
    assert "pull_request_target" not in text
    checkouts = [step for step in steps(read["jobs"]) if "checkout" in step.get("uses", "")]
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)
    # A push, or the monthly run, never ends another before it has an answer.
    assert read["concurrency"]["cancel-in-progress"] == (
        "${{ github.event_name == 'pull_request' }}"
    )
    assert "github.event_name" in read["concurrency"]["group"]
    # What a stranger may write (a title, the name of a branch) reaches no command.
    assert not [step for step in steps(read["jobs"]) if "${{" in step.get("run", "")]


def test_a_workflow_keeps_nothing_between_runs_and_runs_monthly(workflow):
    text, read = workflow
    assert "cache" not in text
    (schedule,) = read[True]["schedule"]
    assert re.fullmatch(r"\d+ \d+ \d+ \* \*", schedule["cron"])
    versions = re.search(r"'(\[\"3.11\".*?\])' \|\|", text)[1]
    assert versions == '["3.11", "3.12", "3.13"]'


def test_the_container_has_the_python_of_the_environment_and_no_administrator():
    text = (ROOT / "Containerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    listed = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    python = next(each for each in listed["dependencies"] if str(each).startswith("python="))
    assert lines[0].startswith(f"FROM docker.io/library/python:{python.partition('=')[2]}-slim")
    users = [line for line in lines if line.startswith("USER")]
    assert users == ["USER 1000:1000"]
    assert lines.index(users[0]) < lines.index("RUN make environment")
    assert lines[-1] == 'CMD ["make", "test"]'
    named = set(re.findall(r"make (\w+)", text))
    assert named - {"environment"} <= targets()


def test_what_the_container_copies_is_there_and_what_is_built_stays_out():
    text = (ROOT / "Containerfile").read_text(encoding="utf-8")
    for line in re.findall(r"^COPY --chown=1000:1000 (.+) \S+$", text, re.MULTILINE):
        assert all((ROOT / name).exists() for name in line.split())
    left = (ROOT / ".dockerignore").read_text(encoding="utf-8").split("\n")
    kept_out = {name.strip("/") for name in (ROOT / ".gitignore").read_text("utf-8").split()}
    assert kept_out <= {name.removeprefix("**/") for name in left}


def test_what_the_container_copies_first_is_enough_to_install_the_package(tmp_path):
    text = (ROOT / "Containerfile").read_text(encoding="utf-8")
    first = text.partition("RUN make environment")[0]
    for names, into in re.findall(r"^COPY --chown=1000:1000 (.+) (\S+)$", first, re.MULTILINE):
        copy(names.split(), tmp_path / into)
    call = "import hatchling.build as b, sys; b.build_editable(sys.argv[1])"
    made = tmp_path / "made"
    made.mkdir()
    run = subprocess.run(
        [sys.executable, "-c", call, made], cwd=tmp_path, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
    assert [path.suffix for path in made.iterdir()] == [".whl"]


def copy(names: list[str], into: Path) -> None:
    """Copy files or one folder, as COPY does: of a folder it takes what is inside."""
    for name in names:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, into)
        else:
            into.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, into)


def test_servers_listen_to_this_machine_unless_a_container_says_otherwise(monkeypatch):
    monkeypatch.delenv("BOOK_ADDRESS", raising=False)
    assert serve.listens_at() == "127.0.0.1"
    assert "--ServerApp.ip=127.0.0.1" in lab.command(lab.SHELF)
    monkeypatch.setenv("BOOK_ADDRESS", "0.0.0.0")
    assert "--ServerApp.ip=0.0.0.0" in lab.command(lab.SHELF)
    assert "ENV BOOK_ADDRESS=0.0.0.0" in (ROOT / "Containerfile").read_text(encoding="utf-8")


def test_binder_reads_the_one_environment_and_puts_the_book_into_jupyterlab(tmp_path):
    # With a folder of its own, Binder would not read the environment.yml at the top.
    assert not [name for name in ("binder", ".binder") if (ROOT / name).exists()]
    told = tmp_path / "python"
    told.write_text(f'#!/bin/sh\nexec {sys.executable} -c "$STAND_IN; ${{2}}"\n', encoding="utf-8")
    told.chmod(0o755)
    stand_in = "from bookmaking import lab as real; real.place = lambda *a: print('placed', *a); "
    stand_in += "real._write = lambda content, path: print('wrote', path)"
    own = os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}", "STAND_IN": stand_in}
    run = subprocess.run(
        ["bash", ROOT / "postBuild"], env=own, capture_output=True, text=True, check=True
    )
    assert "placed" in run.stdout
    assert "jupyter_server_config.json" in run.stdout
