"""A browser is found, or installed, or missed in one sentence that says what to do."""

import pytest

from bookmaking.print import printing
from bookmaking.tools import chromium


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


# ---------------------------------------------------------- browsers that answer and do not work

CHROMIUMS = {
    "ends at once": ("exit 1", {}, "is not a browser that starts"),
    "hangs": ("sleep 60 & wait", {"ANSWERS_WITHIN": 1}, "is not a browser that starts"),
    "says its version and ends": (
        'case "$*" in --version) ;; *) exit 1 ;; esac', {}, "does not start",
    ),
    "says its version and hangs": (
        'case "$*" in --version) ;; *) sleep 60 ;; esac', {"STARTS_WITHIN": 1}, "Timeout",
    ),
}  # fmt: skip
"""What a program does that is named as browser, how long it is waited for where it never answers,
and what is said of it."""


def is_one_sentence(text: str) -> bool:
    return text.count("\n") == 0 and text.endswith(".") and "Traceback" not in text


@pytest.mark.parametrize("what", CHROMIUMS)
def test_a_browser_that_does_not_work_ends_the_tests_in_one_sentence(what, tmp_path, monkeypatch):
    does, limits, said = CHROMIUMS[what]
    program = tmp_path / "chromium"
    program.write_text(f"#!/bin/sh\n{does}\n")
    program.chmod(0o755)
    monkeypatch.setenv("CHROMIUM", str(program))
    for limit, seconds in limits.items():
        monkeypatch.setattr(chromium, limit, seconds)
    with pytest.raises(chromium.ChromiumError) as caught:
        chromium.check(chromium.provide())
    text = str(caught.value)
    assert is_one_sentence(text) and said in text and str(program) in text, text
    assert text.endswith(chromium.WHAT_TO_DO)


def test_a_browser_that_crashes_while_it_prints_is_told_in_one_sentence(tmp_path):
    page = tmp_path / "page.html"
    page.write_text("<p>A page.</p>")
    with pytest.raises(chromium.ChromiumError) as caught, printing.press() as press:
        press._page.context.browser.close()
        press.print(page, tmp_path / "page.pdf")
    text = str(caught.value)
    assert is_one_sentence(text) and " failed (" in text, text


def test_a_browser_that_works_opens_a_page():
    assert chromium.check(chromium.provide()) is None
