"""What makes the tables: builders that stop at what is new, originals, and the data package."""

from types import ModuleType

import pytest
from frictionless import Package

from at_hand import BUILDERS, KNOWN, ORIGINALS, complete
from bookmaking.tables import builders as build_tables
from bookmaking.tables import contract, datapackage, downloads
from decentwork import data
from small_data import edit

AT_HAND = ORIGINALS[0], ORIGINALS[1:]


# ------------------------------------------------------------------ builders and originals

FROM_ORIGINALS = [name for name, builder in BUILDERS.items() if builder.ORIGINALS]


def assert_rebuilt(name):
    """Build a table and compare its text with the file."""
    originals = BUILDERS[name].ORIGINALS
    made = BUILDERS[name].build(complete(originals) if originals else None)
    path = data.metadata(name).csv_path
    assert contract.as_csv(made, data.metadata(name)) == path.read_text(encoding="utf-8"), (
        f"{path.name} is not what its builder makes; run `make data` and look at the difference"
    )


LONG = {"answers-by-class", "interval-coverage", "recomputed-estimates"}
"""Computed tables whose making takes seconds or minutes; the slow lane makes them."""


def test_tables_that_need_no_originals_are_rebuilt_byte_for_byte(subtests):
    for name in {*BUILDERS} - {*FROM_ORIGINALS} - LONG:
        with subtests.test(name):
            assert_rebuilt(name)


@pytest.mark.slow
def test_tables_are_rebuilt_byte_for_byte_from_their_originals(subtests):
    for name in (*FROM_ORIGINALS, *sorted(LONG)):
        with subtests.test(name):
            assert_rebuilt(name)


def test_tables_are_built_after_those_that_they_need():
    order = list(BUILDERS)
    assert order[0] == "participating-states"
    for name, builder in BUILDERS.items():
        for needed in getattr(builder, "AFTER", ()):
            assert needed in data.names()
            assert needed not in order or order.index(needed) < order.index(name)


def test_originals_at_hand_have_the_checksums_that_are_recorded():
    here = [original for original in KNOWN.values() if original.under(ORIGINALS).is_file()]
    if not here:
        pytest.skip("No checksum was compared, because no folder holds an original.")
    problems = [problem for each in here if (problem := downloads.get(each, *AT_HAND))]
    assert not problems, "\n".join(problems)


def test_originals_that_are_missing_or_changed_are_not_read(capsys, tmp_path, monkeypatch):
    before = data.metadata("slavery-index").csv_path.read_bytes()
    monkeypatch.setattr(build_tables, "folders", lambda: (tmp_path,))
    assert build_tables.main(["slavery-index"]) == 0
    assert "slavery-index: not rebuilt" in capsys.readouterr().out
    for original in BUILDERS["slavery-index"].ORIGINALS:
        original.under(tmp_path).parent.mkdir(parents=True, exist_ok=True)
        original.under(tmp_path).write_text("a,b\n")
    assert build_tables.main(["slavery-index"]) == 1
    assert "has other bytes than its checksum in data/scale/originals" in capsys.readouterr().err
    assert data.metadata("slavery-index").csv_path.read_bytes() == before


def test_an_error_in_one_table_does_not_keep_the_others_from_being_built(capsys, monkeypatch):
    def refuses(originals):
        raise data.DataError("hours.xlsx", "has another column; revise the builder")

    built = {name: BUILDERS[name] for name in ("participating-states", "slavery-index")}
    broken = ModuleType("broken")
    broken.ORIGINALS, broken.build = (), refuses
    monkeypatch.setattr(build_tables, "builders", lambda: {"ilo-rounds": broken, **built})
    monkeypatch.setattr(contract, "write", lambda name, frame: 7)
    monkeypatch.setattr(build_tables, "folders", lambda: (data.metadata("claims").folder,))
    assert build_tables.main([]) == 1
    told = capsys.readouterr()
    assert "hours.xlsx: has another column; revise the builder" in told.err
    assert "Not written: ilo-rounds; the lines above say why." in told.err
    assert "slavery-index: not rebuilt" in told.out
    assert build_tables.main(["slavery-indx"]) == 1
    assert "there is no table 'slavery-indx'. Near names: slavery-index" in capsys.readouterr().err


# ------------------------------------------------------------------ the data package


@pytest.mark.slow
def test_data_package_is_valid_and_notices_a_changed_table(tmp_path):
    descriptor = datapackage.write(tmp_path / "package")
    package = Package(descriptor)
    assert [each.name for each in package.resources] == data.names()
    assert package.get_resource("ilo-rounds").path == "scale/ilo-rounds.csv"
    assert datapackage.faults(descriptor) == []
    edit(descriptor.parent / "scale/slavery-index.csv", "DEU,2023,2021", "DEX,2023,2021")
    assert "slavery-index" in "".join(datapackage.faults(descriptor))
