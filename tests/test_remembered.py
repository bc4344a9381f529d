"""What a build keeps for the next one is made anew when anything that it was made from changes."""

import types

import pytest

from bookmaking.fresh import fingerprint
from bookmaking.fresh.remembered import MadeBefore


@pytest.fixture
def code(tmp_path):
    """A module that makes values."""
    module = types.ModuleType("maker")
    module.__file__ = str(tmp_path / "maker.py")
    (tmp_path / "maker.py").write_text("one")
    return module


@pytest.fixture
def built(tmp_path, code):
    """A build that asks for values made from some texts, and returns for which it made them."""

    def build(*texts: str) -> list[str]:
        made = []
        kept = MadeBefore(tmp_path / "kept.json", code)
        for text in texts:
            assert kept.get(text, lambda text=text: made.append(text) or f"{text}!") == f"{text}!"
        kept.save()
        return made

    return build


def test_what_was_made_from_the_same_is_not_made_again(built):
    assert built("a", "b", "a") == ["a", "b"]
    assert built("b", "a") == []
    assert built("a", "c") == ["c"]


def test_what_a_build_does_not_ask_for_is_given_up(built):
    built("a", "b")
    built("a")
    assert built("a", "b") == ["b"]


def test_other_code_makes_every_value_anew(built, tmp_path):
    built("a")
    (tmp_path / "maker.py").write_text("two")
    assert built("a") == ["a"]
    assert built("a") == []


def test_other_packages_make_every_value_anew(built, monkeypatch):
    built("a")
    monkeypatch.setattr(fingerprint, "environment", lambda: {"Python": "another"})
    assert built("a") == ["a"]


def test_a_file_that_cannot_be_read_counts_as_nothing_kept(built, tmp_path):
    built("a")
    whole = (tmp_path / "kept.json").read_text()
    (tmp_path / "kept.json").write_text(whole[: len(whole) // 2])
    assert built("a") == ["a"]


def test_what_is_killed_while_it_writes_leaves_what_was_kept(built, tmp_path, monkeypatch):
    built("a")
    monkeypatch.setattr("pathlib.Path.replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        built("a", "b")
    monkeypatch.undo()
    assert built("a") == []
