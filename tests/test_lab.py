"""JupyterLab as `make lab` starts it opens a chapter, and its page asks no other machine."""

import os
import subprocess
import sys
from socket import socket
from urllib.parse import urlsplit

import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from decentwork.repository import ROOT
from small_book import not_executed

pytestmark = pytest.mark.slow  # a browser, JupyterLab and a kernel

STARTS_WITHIN = 300
"""Seconds in which JupyterLab answers, also on a busy machine."""


@pytest.fixture
def lab(tmp_path):
    """The address of JupyterLab with one chapter, with settings of its own."""
    (tmp_path / "chapter.ipynb").write_text(not_executed("The first text.", "print(1)"))
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = dict.fromkeys(("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTERLAB_SETTINGS_DIR",
                         "JUPYTERLAB_WORKSPACES_DIR"), str(tmp_path / ".state"))  # fmt: skip
    config = f"--config={ROOT / 'tools' / 'lab' / 'jupyter_config.py'}"
    options = [config, f"--port={port}", "--no-browser", "--IdentityProvider.token=test"]
    command = [sys.executable, "-m", "jupyterlab", *options]
    server = subprocess.Popen(command, cwd=tmp_path, env=os.environ | own)
    asking = requests.Session()
    patience = Retry(total=STARTS_WITHIN, backoff_factor=0.5, backoff_max=1)
    asking.mount("http://", HTTPAdapter(max_retries=patience))
    try:
        asking.get(f"http://127.0.0.1:{port}/api?token=test").raise_for_status()
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()  # asked to stop while it starts, it may wait for ever
        server.wait()


def test_a_chapter_opens_and_no_other_machine_is_asked(chrome, lab):
    asked, failed = [], []
    page = chrome.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: failed.append(str(error)))
    page.goto(f"{lab}/lab/tree/chapter.ipynb?token=test")
    page.get_by_text("The first text.").locator("visible=true").first.wait_for(
        timeout=1000 * STARTS_WITHIN
    )
    idle = page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]")
    idle.first.wait_for(state="attached", timeout=1000 * STARTS_WITHIN)
    assert not page.get_by_text("Would you like to get notified").count()
    page.close()
    assert not failed
    assert {urlsplit(each).hostname for each in asked} <= {"127.0.0.1", None}
