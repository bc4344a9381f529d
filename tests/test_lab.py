"""JupyterLab as `make lab` starts it opens a chapter, and its page asks no other machine."""

import os
import subprocess
import time
from contextlib import contextmanager, suppress
from socket import socket
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import nbformat
import pytest
from nbformat import v4

from bookmaking.tools import lab

pytestmark = pytest.mark.slow  # a browser, JupyterLab and a kernel

STARTS_WITHIN = 300
"""Seconds in which JupyterLab answers, also on a busy machine."""


@contextmanager
def started(folder, command):
    """Start JupyterLab, and yield its address."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    named = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR",
             "JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR")  # fmt: skip
    own = os.environ | dict.fromkeys(named, str(folder / ".state"))
    options = [f"--port={port}", "--no-browser", "--IdentityProvider.token=test"]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen([*command, *options], env=own, stdout=log, stderr=log)
        try:
            address, began = f"http://127.0.0.1:{port}", time.monotonic()
            while not answers(f"{address}/api?token=test"):
                if time.monotonic() - began > STARTS_WITHIN or server.poll() is not None:
                    pytest.fail(f"JupyterLab did not start: {(folder / 'log').read_text()}")
                time.sleep(0.5)
            yield address
        finally:
            server.kill()  # asked to stop while it starts, it may wait for ever
            server.wait()


def answers(address: str) -> bool:
    """Tell whether a server answers."""
    with suppress(URLError):
        urlopen(address).close()
        return True
    return False


def test_a_chapter_opens_and_no_other_machine_is_asked(chrome, tmp_path):
    cells = [v4.new_markdown_cell("The first text."), v4.new_code_cell("print(1)")]
    chapter = v4.new_notebook(cells=cells)
    # Else JupyterLab asks which kernel is meant.
    chapter.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(chapter, tmp_path / "chapter.ipynb")
    asked, failed = [], []
    with started(tmp_path, lab.command(tmp_path, tmp_path / "settings")) as address:
        page = chrome.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: failed.append(str(error)))
        page.goto(f"{address}/lab/tree/chapter.ipynb?token=test")
        page.get_by_text("The first text.").first.wait_for(timeout=1000 * STARTS_WITHIN)
        idle = page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]")
        idle.first.wait_for(state="attached", timeout=1000 * STARTS_WITHIN)
        assert not page.get_by_text("Would you like to get notified").count()
        page.close()
    assert not failed
    assert {urlsplit(each).hostname for each in asked} <= {"127.0.0.1", None}
