"""Run notebooks on another day and in another place, and find that they publish the same.

A plug-in of pytest. nbval executes every notebook a second time; here its kernels get another seed
for hashes, time zone, locale and day than those of a build. What a cell publishes is compared
with the snapshot `book/numbers.csv`, and so is the built book: so both runs give the same numbers
and values, all of them. A cell may take MOST_SECONDS of the processor's time.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest
from nbval.plugin import IPyNbCell, NbCellError

MOST_SECONDS = 10
"""Of the processor, which a cell may take; the heaviest took 1.2 when this was written."""
MOVED = pytest.StashKey[bool]()
"""Whether the clock of a notebook's kernel was moved."""
ON_ANOTHER_DAY = """(lambda days, machine: machine.travel(
    days.datetime.now(days.UTC) + days.timedelta(days=400)
).start())(__import__("datetime"), __import__("time_machine"))"""
"""Moves all clocks of a kernel on by 400 days, and leaves no name in it."""
ELSEWHERE = {
    "PYTHONHASHSEED": "4021",
    "TZ": "Pacific/Kiritimati",  # 14 hours before Greenwich
    "LC_ALL": "C",
    "LANG": "C",
}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    """Let nbval start the kernel of a notebook elsewhere, and move its clock."""
    if not isinstance(item, IPyNbCell):
        return (yield)
    with _environment(ELSEWHERE):
        result = yield
    if not item.parent.stash.get(MOVED, False):
        item.parent.stash[MOVED] = True
        kernel = item.parent.kernel
        asked = kernel.execute_cell_input(ON_ANOTHER_DAY, allow_stdin=False)
        kernel.await_idle(asked, timeout=60)
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Hold what a cell published, and the time it took, against what they may be."""
    if not isinstance(item, IPyNbCell):
        return (yield)
    before = _seconds(item)
    result = yield
    if problems := [*_too_slow(item, _seconds(item) - before), *differences(item)]:
        raise NbCellError(item.cell_num, "\n".join(problems), item.cell.source)
    return result


def differences(item: IPyNbCell) -> list[str]:
    """Return what a cell published otherwise than the snapshot has it."""
    # Imported here: pytest loads plug-ins also for tests that need none of it.
    from bookmaking import snapshot

    found = snapshot.of_outputs(item.path.stem, item.test_outputs or ())
    return [
        f"{place_of(item)}, run with another seed, time zone, locale and day: {problem}"
        for problem in snapshot.differences(found, whole=False)
    ]


def place_of(item: IPyNbCell) -> str:
    """Return where a cell is, as JupyterLab counts the cells of code."""
    return f"{item.path.name}, [{item.cell_num + 1}] in JupyterLab"


def _too_slow(item: IPyNbCell, seconds: float) -> Iterator[str]:
    if seconds > MOST_SECONDS:
        yield (
            f"{place_of(item)}: took {seconds:.0f} seconds of the processor, and a cell may take "
            f"{MOST_SECONDS}; keep what it computes in a table, with a builder."
        )


def _seconds(item: IPyNbCell) -> float:
    """Return the processor's time that the kernel of a cell has taken; 0 if it is gone."""
    try:
        times = psutil.Process(item.parent.kernel.km.provisioner.pid).cpu_times()
    except (psutil.Error, AttributeError):
        return 0.0
    return times.user + times.system


@contextmanager
def _environment(values: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
