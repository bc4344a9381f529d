"""Execute notebooks in a thread, while the main one starts Sphinx.

Cells run in kernels, which are processes of their own, so a build has time while it waits for them.
Sphinx takes half a second until it knows which pages to read. Then it needs the notebooks: it waits
for the last of them, and makes no page when one of them failed.
"""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import suppress
from threading import Event, Thread

SETTING = "wait_for_notebooks"
"""The setting of Sphinx that holds what to call before it asks which pages to read, or None."""

Work = Callable[[Callable[[], None]], Coroutine[None, None, int]]
"""What executes notebooks: it is given what to call when it begins to wait for kernels, and returns
how many notebooks failed."""


class NotExecutedError(BaseException):
    """A notebook failed, and it was said which. If something else went wrong, that is its cause.

    It is no Exception: Sphinx would take it for a fault of its own, and give up what it keeps.
    """


class Meanwhile:
    """The execution of notebooks in a thread; at the end of a ``with`` block nothing of it runs."""

    def __init__(self, work: Work) -> None:
        """Begin the ``work``, and return when it begins to wait for kernels.

        Until then it needs all the time that Python gives to one thread. The first cell would wait
        for what the other one does.
        """
        self._begun, self._waiting = Event(), Event()
        self._failed: Future[int] = Future()
        self._failed.add_done_callback(lambda _: (self._begun.set(), self._waiting.set()))
        self._thread = Thread(target=self._run, args=[work])
        try:
            self._thread.start()
            self._waiting.wait()
        except BaseException:  # somebody has stopped the build (Ctrl-C)
            self.__exit__()
            raise

    def _run(self, work: Work) -> None:
        try:
            self._failed.set_result(asyncio.run(self._stoppable(work)))
        except BaseException as error:  # also that it was stopped
            self._failed.set_exception(error)

    async def _stoppable(self, work: Work) -> int:
        self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        self._begun.set()
        return await work(self._waiting.set)

    def wait(self) -> None:
        """Wait for the last notebook; NotExecutedError if one failed, or if the work did."""
        try:
            failed = self._failed.result()
        except Exception as error:
            raise NotExecutedError(str(error)) from error
        # The processes that make pages begin as copies of this one, which must have one thread.
        self._thread.join()
        if failed:
            raise NotExecutedError(f"Notebooks that failed: {failed}.")

    def __enter__(self) -> "Meanwhile":
        """Return this."""
        return self

    def __exit__(self, *raised: object) -> None:
        """Stop the work if it is not done, with the kernels that it started."""
        self._begun.wait()
        if not self._failed.done():
            with suppress(RuntimeError):  # it was done in between
                self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join()


def _wait(app, *more: object) -> list[str]:
    if wait := getattr(app.config, SETTING):
        wait()
    return []


def setup(app) -> dict[str, bool]:
    """Register with Sphinx, before all that looks at executed notebooks."""
    app.add_config_value(SETTING, None, "")
    app.connect("env-get-outdated", _wait, priority=1)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
