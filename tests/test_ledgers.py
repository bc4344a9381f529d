"""Ledgers: what changed, appeared or vanished shows until somebody enters or signs it."""

from bookmaking import ledgers

ITEMS = {"a": "one", "b": "two"}


def test_what_differs_is_named_until_it_is_entered(tmp_path):
    assert len(ledgers.differences("things", ITEMS, tmp_path)) == 2
    assert ledgers.enter("things", ITEMS, tmp_path) == 2
    assert ledgers.differences("things", ITEMS, tmp_path) == []
    changed, new, gone = ledgers.differences("things", {"a": "other", "c": "three"}, tmp_path)
    assert changed.startswith("ledgers/things.csv: a changed.")
    assert new.startswith("ledgers/things.csv: c is new.")
    assert gone.startswith("ledgers/things.csv: b is gone.")


def test_a_signature_ends_when_its_item_changes(tmp_path):
    ledgers.enter("things", ITEMS, tmp_path)
    assert ledgers.not_reread("things", tmp_path) == ["a", "b"]
    assert ledgers.sign("things", ITEMS, ["a*"], "A. Reader", "whole", tmp_path) == ["a"]
    assert ledgers.not_reread("things", tmp_path) == ["b"]
    ledgers.enter("things", {**ITEMS, "a": "other"}, tmp_path)
    assert ledgers.not_reread("things", tmp_path) == ["a", "b"]


def test_a_signature_typed_in_part_is_named(tmp_path):
    ledgers.enter("things", ITEMS, tmp_path)
    file = tmp_path / "ledgers" / "things.csv"
    typed = file.read_text().replace(",,,\n", ",A. Reader,,\n", 1)
    file.write_text(typed)
    (problem,) = ledgers.differences("things", ITEMS, tmp_path)
    assert problem.startswith("ledgers/things.csv: a has an incomplete signature")
    file.write_text(typed.replace("A. Reader,,", "A. Reader,2999-01-01,whole"))
    assert len(ledgers.differences("things", ITEMS, tmp_path)) == 1


def test_an_item_that_was_signed_is_compared_as_any_other(tmp_path):
    ledgers.enter("things", ITEMS, tmp_path)
    ledgers.sign("things", ITEMS, ["a"], "A. Reader", "whole", tmp_path)
    (changed,) = ledgers.differences("things", {**ITEMS, "a": "other"}, tmp_path)
    assert changed.startswith("ledgers/things.csv: a changed.")


def test_signing_one_item_keeps_the_line_of_another_that_is_gone(tmp_path):
    ledgers.enter("things", ITEMS, tmp_path)
    ledgers.sign("things", {"a": "one"}, ["a"], "A. Reader", "whole", tmp_path)
    (gone,) = ledgers.differences("things", {"a": "one"}, tmp_path)
    assert gone.startswith("ledgers/things.csv: b is gone.")


def test_many_differences_are_counted(tmp_path):
    many = {str(number): "" for number in range(ledgers.MOST_NAMED + 5)}
    assert ledgers.differences("things", many, tmp_path)[-1] == "things: 5 more items differ."
