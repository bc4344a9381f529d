"""A browser is found, or installed, or missed in one sentence that says what to do."""

import pytest

from bookmaking import chromium


@pytest.fixture
def machine(monkeypatch):
    """A machine without any browser; returns the commands that it is given."""
    given = []
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(chromium, "starts", lambda path: False)
    monkeypatch.setattr(chromium, "_of_playwright", lambda: None)
    monkeypatch.setattr(chromium, "_try", lambda command, **_: given.append(" ".join(command)))
    monkeypatch.setattr(chromium.os, "geteuid", lambda: 0)
    monkeypatch.setattr(chromium.shutil, "which", lambda name: f"/bin/{name}")
    return given


def test_a_named_browser_comes_first(machine, monkeypatch):
    monkeypatch.setenv("CHROMIUM", "/opt/browser")
    monkeypatch.setattr(chromium, "starts", lambda path: True)
    assert chromium.find() == "/opt/browser"


def test_a_named_browser_that_does_not_start_is_told(machine, monkeypatch):
    monkeypatch.setenv("CHROMIUM", "/opt/gone")
    with pytest.raises(chromium.ChromiumError, match="CHROMIUM=/opt/gone is not a browser"):
        chromium.provide()


def test_a_browser_that_does_not_start_is_passed_over(machine, monkeypatch):
    monkeypatch.setattr(chromium, "starts", lambda path: path == "/bin/google-chrome")
    assert chromium.provide() == "/bin/google-chrome"
    assert machine == []


def test_root_on_debian_gets_the_package_of_the_distribution(machine, monkeypatch):
    monkeypatch.setattr(chromium, "starts", lambda path: len(machine) == 2)
    assert chromium.provide() == "/bin/chromium"
    assert machine[0].startswith("apt-get update")
    assert machine[1] == "apt-get install --yes --no-install-recommends chromium"


def test_everybody_else_gets_the_one_of_playwright(machine, monkeypatch):
    monkeypatch.setattr(chromium.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(chromium, "_of_playwright", lambda: "/opt/browser" if machine else None)
    assert chromium.provide() == "/opt/browser"
    (command,) = machine
    assert command.endswith("-m playwright install chromium")


def test_without_any_browser_the_reader_is_told_what_to_do(machine):
    with pytest.raises(chromium.ChromiumError) as caught:
        chromium.provide()
    assert str(caught.value) == (
        "The browser tests need Chromium, and it could not be installed: install Chromium or "
        "Chrome, or name one with CHROMIUM=/path/to/chromium."
    )
