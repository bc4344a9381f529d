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

from sphinx.errors import SphinxError

SETTING = "wait_for_notebooks"
"""The setting of Sphinx that holds what to call before it asks which pages to read, or None."""


class NotExecutedError(SphinxError):
    """A notebook failed, which was said already; or it was raised from what else went wrong."""

    category = "The book was not built"


class Meanwhile:
    """The execution of notebooks in a thread; at the end of a ``with`` block nothing of it runs."""

    def __init__(self, work: Callable[[Callable[[], None]], Coroutine[None, None, int]]) -> None:
        """Begin the ``work``, and return when it begins to wait for kernels.

        It is given what to call then, and returns how many notebooks failed. Until then it needs
        all the time that Python gives to one thread, and the first cell would wait for the other.
        """
        waiting = Event()
        self._failed: Future[int] = Future()
        self._failed.add_done_callback(lambda _: waiting.set())
        self._loop = asyncio.new_event_loop()
        self._task = self._loop.create_task(work(waiting.set))
        self._thread = Thread(target=self._run)
        self._thread.start()
        waiting.wait()

    def _run(self) -> None:
        try:
            self._failed.set_result(self._loop.run_until_complete(self._task))
        except BaseException as error:  # also that it was stopped
            self._failed.set_exception(error)
        finally:
            self._loop.close()

    def wait(self) -> None:
        """Wait for the last notebook; NotExecutedError if one failed."""
        try:
            failed = self._failed.result()
        except Exception as error:
            raise NotExecutedError(str(error)) from error
        # The processes that make pages begin as copies of this one, which must not be in a thread.
        self._thread.join()
        if failed:
            raise NotExecutedError(f"Notebooks that failed: {failed}.")

    def __enter__(self) -> "Meanwhile":
        """Return this."""
        return self

    def __exit__(self, *raised: object) -> None:
        """Stop the work if nobody waited for it, with the kernels that it started."""
        with suppress(RuntimeError):  # the loop is closed: all is done
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
