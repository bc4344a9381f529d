"""A browser is found, or installed, or missed in one sentence that says what to do."""

import pytest
from playwright.sync_api import sync_playwright

from bookmaking.tools import chromium


@pytest.fixture
def machine(monkeypatch):
    """A machine without any browser; returns the commands that it is given."""
    given = []
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(chromium, "starts", lambda path: False)
    monkeypatch.setattr(chromium, "_of_playwright", lambda: None)
    monkeypatch.setattr(chromium, "_try", lambda *command: given.append(" ".join(command)))
    monkeypatch.setattr(chromium.os, "geteuid", lambda: 0)
    monkeypatch.setattr(chromium.shutil, "which", lambda name: f"/bin/{name}")
    return given


def test_the_first_browser_that_starts_is_taken_and_a_named_one_before(machine, monkeypatch):
    monkeypatch.setattr(chromium, "starts", lambda path: path == "/bin/google-chrome")
    assert chromium.provide() == "/bin/google-chrome" and machine == []
    monkeypatch.setattr(chromium, "starts", lambda path: True)
    monkeypatch.setenv("CHROMIUM", "/opt/browser")
    assert chromium.find() == "/opt/browser"


def test_root_on_debian_gets_the_package_of_the_distribution(machine, monkeypatch):
    monkeypatch.setattr(chromium, "starts", lambda path: len(machine) == 2)
    assert chromium.provide() == "/bin/chromium"
    assert machine[1].endswith("apt-get install --yes --no-install-recommends chromium")


@pytest.mark.parametrize(
    ("does", "said"),
    [
        ("exit 1", "is not a browser that starts"),
        ('case "$*" in --version) ;; *) exit 1 ;; esac', "says its version and does not start"),
    ],
)
def test_a_browser_that_does_not_work_is_told_in_one_sentence(does, said, tmp_path, monkeypatch):
    program = tmp_path / "chromium"
    program.write_text(f"#!/bin/sh\n{does}\n")
    program.chmod(0o755)
    monkeypatch.setenv("CHROMIUM", str(program))
    with pytest.raises(chromium.ChromiumError) as caught, sync_playwright() as playwright:
        chromium.launch(playwright, chromium.provide())
    text = str(caught.value)
    assert said in text and str(program) in text and "\n" not in text
    assert text.endswith(chromium.WHAT_TO_DO)
