"""A browser is found, or installed, or missed in one sentence that says what to do."""

import pytest

from bookmaking.tools import chromium


@pytest.fixture
def machine(monkeypatch):
    """A machine on which any program may be a browser; returns the commands that it is given."""
    given = []
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(chromium, "_of_playwright", lambda: None)
    monkeypatch.setattr(chromium.subprocess, "run", lambda command, **_: given.append(command))
    monkeypatch.setattr(chromium.os, "geteuid", lambda: 0)
    monkeypatch.setattr(chromium.shutil, "which", lambda name: f"/bin/{name}")
    return given


def test_the_first_browser_that_starts_is_taken_and_a_named_one_before(machine, monkeypatch):
    monkeypatch.setattr(chromium, "starts", lambda path: path == "/bin/google-chrome")
    assert chromium.provide() == "/bin/google-chrome" and machine == []
    monkeypatch.setenv("CHROMIUM", "/opt/browser")
    with pytest.raises(chromium.ChromiumError, match="CHROMIUM=/opt/browser is not a browser"):
        chromium.find()
    monkeypatch.setattr(chromium, "starts", lambda path: True)
    assert chromium.find() == "/opt/browser"


def test_root_on_debian_gets_the_package_of_the_distribution_before_another(machine, monkeypatch):
    monkeypatch.setattr(chromium, "starts", lambda path: len(machine) == 1)
    assert chromium.provide() == "/bin/chromium"
    assert "apt-get install" in machine[0][-1]
    monkeypatch.setattr(chromium, "starts", lambda path: False)
    with pytest.raises(chromium.ChromiumError, match="could not be installed"):
        chromium.provide()
    assert machine[-1][1:] == ["-m", "playwright", "install", "chromium"]
