"""Notebooks are executed while Sphinx starts, and no page is made when one of them failed."""

import asyncio
import signal
import threading
import time

import pytest

from bookmaking.make import execution
from bookmaking.make.meanwhile import Meanwhile, NotExecutedError


def work(failed: int = 0, seconds: float = 0.0, error: Exception | None = None, done=None):
    """Return work that waits, and then fails as it is told; ``done`` gets what it did."""

    async def run(waiting):
        try:
            waiting()
            await asyncio.sleep(seconds)
            if error:
                raise error
            done is None or done.append("whole")
            return failed
        finally:
            done is None or done.append("ended")

    return run


def test_the_thread_is_gone_after_its_last_notebook():
    before = threading.active_count()
    with Meanwhile(work()) as notebooks:
        notebooks.wait()
        assert threading.active_count() == before, "a process for pages would copy a thread"


def test_a_notebook_that_failed_ends_the_build_without_another_error():
    with Meanwhile(work(failed=2)) as notebooks, pytest.raises(NotExecutedError) as raised:
        notebooks.wait()
    assert raised.value.__cause__ is None


def test_what_else_went_wrong_is_raised_with_its_cause():
    full = OSError(28, "No space left on device")
    with Meanwhile(work(error=full)) as notebooks, pytest.raises(NotExecutedError) as raised:
        notebooks.wait()
    assert raised.value.__cause__ is full


def test_work_that_fails_before_it_waits_for_kernels_does_not_hold_up_the_build():
    async def fails(waiting):
        raise ValueError("no table of contents")

    with Meanwhile(fails) as notebooks, pytest.raises(NotExecutedError, match="no table"):
        notebooks.wait()


def test_where_sphinx_fails_the_notebooks_are_stopped():
    done, start = [], time.perf_counter()
    with pytest.raises(KeyboardInterrupt), Meanwhile(work(seconds=60, done=done)):
        raise KeyboardInterrupt
    assert done == ["ended"], "its kernels were not stopped"
    assert time.perf_counter() - start < 30


def test_sphinx_starts_when_kernels_are_waited_for_and_not_before():
    order = []

    async def runs(waiting):
        order.append("loaded")
        waiting()
        await asyncio.sleep(0.2)
        order.append("executed")
        return 0

    with Meanwhile(runs) as notebooks:
        order.append("Sphinx starts")
        notebooks.wait()
    assert order == ["loaded", "Sphinx starts", "executed"]


def test_a_build_that_is_stopped_while_it_loads_stops_the_notebooks():
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a worker ignores it
    done = []

    async def loads(waiting):
        try:
            signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
            await asyncio.sleep(60)
        finally:
            done.append("ended")

    try:
        with pytest.raises(KeyboardInterrupt):
            Meanwhile(loads)
    finally:
        signal.signal(signal.SIGINT, before)
    assert done == ["ended"]


@pytest.fixture
def three(tmp_path, monkeypatch):
    """Three notebooks whose kernels take a moment to stop: what executes them, and which ended."""
    paths = [tmp_path / f"{name}.ipynb" for name in ("first", "second", "third")]
    (tmp_path / "_config.yml").write_text("{}")
    ended = []

    async def executed(path, *_):
        try:
            if path.stem in full:
                raise OSError(28, "No space left on device")
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError as error:  # as nbclient says of a kernel that is gone
                raise execution.NotebookError("the kernel died") from error
        finally:
            await asyncio.sleep(0.1)  # its kernel stops
            ended.append(path.stem)

    full: set[str] = set()
    monkeypatch.setattr(execution, "execute", executed)

    def run(waiting):
        return execution._execute_all(paths, tmp_path, None, {}, waiting)

    return run, full, ended


def test_all_kernels_stop_where_sphinx_fails(three, capsys):
    run, _, ended = three
    with pytest.raises(KeyboardInterrupt), Meanwhile(run):
        raise KeyboardInterrupt
    assert sorted(ended) == ["first", "second"], "two run at a time, and one of them was left"
    assert capsys.readouterr().err == "", "a stopped kernel is no fault of its notebook"


def test_all_kernels_stop_where_the_machine_refuses_one(three):
    run, full, ended = three
    full.add("second")
    with Meanwhile(run) as notebooks, pytest.raises(NotExecutedError) as raised:
        notebooks.wait()
    assert isinstance(raised.value.__cause__, OSError)
    assert {"first", "second"} <= {*ended}, "the other notebook ran on"
