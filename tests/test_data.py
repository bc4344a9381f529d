"""Reading and writing a table, and what a table of the book says of itself.

What a table must hold is tried by the planted faults of `bookmaking.checks.data`.
"""

from pathlib import Path

import pandas as pd
import pytest

from bookmaking.tables import contract
from decentwork import data
from decentwork.tables.metadata import load_shared
from small_data import edit, folder_of_data

METADATA = """\
title: A sample
description: Five rows that a test can break.
licence: {name: CC0, redistribution: allowed}
integrity:
  status: verified
  against: nothing
schema:
  primaryKey: [iso3, year]
  fields:
    - {name: iso3}
    - {name: year, type: integer, constraints: {minimum: 2005, maximum: 2022}}
    - {name: form, type: string, constraints: {enum: [labour, other]}, description: form}
    - {name: persons, type: integer, constraints: {minimum: 0}, missing_reason: no report,
       description: persons}
    - {name: share, type: number, constraints: {maximum: 100}, unit: per cent, description: share}
    - {name: day, type: date, description: day of the report}
    - {name: final, type: boolean, description: a final figure}
    - {name: source, constraints: {pattern: "[a-z]+[0-9]{4}(; [a-z]+[0-9]{4})*"}}
totals:
  - {sum_of: persons, where: {form: labour, year: [2010, 2011]}, equals: 52, tolerance: 1,
     because: printed on the cover}
unit_of_count: detected victims
breaks:
  - {year: 2011, what: another definition, states: [DEU]}
must_not_be_used_for: [anything]
as_of: "2011"
"""
TABLE = """\
iso3,year,form,persons,share,day,final,source
AUT,2010,labour,20,12.5,2011-03-01,true,nobody2011
AUT,2011,other,,0,2012-03-01,false,nobody2011
DEU,2010,labour,32,99.9,2011-03-01,true,nobody2011; somebody2012
DEU,2011,labour,0,1,2012-03-01,false,nobody2011
TUR,2011,other,7,100,2012-03-01,true,nobody2011
"""


@pytest.fixture
def folder(tmp_path):
    """A data folder with the States and one small, sound table in a theme."""
    return folder_of_data(tmp_path, METADATA, TABLE)


def test_a_table_comes_typed_and_with_what_is_known_of_it(folder):
    frame = data.read("sample", folder)
    assert [str(kind) for kind in frame.dtypes] == [
        "string", "Int64", "string", "Int64", "float64", "datetime64[us]", "boolean", "string",
    ]  # fmt: skip
    assert frame.loc[1, "persons"] is pd.NA
    assert frame["day"].dt.year.tolist() == [2011, 2012, 2011, 2012, 2012]
    assert frame.attrs == {
        "name": "sample",
        "title": "A sample",
        "units": {"year": "year", "share": "per cent"},
        "sources": ["nobody2011", "somebody2012"],
        "as_of": "2011",
        "breaks": [{"year": 2011, "what": "another definition", "states": ["DEU"]}],
        "must_not_be_used_for": ["anything"],
    }


def test_a_table_of_other_columns_or_types_is_not_read(folder, subtests):
    path = folder / "theme/sample.csv"
    for old, new, said in (
        (",32,", ",many,", "Unable to parse string"),
        ("2012-03-01,false", "2012-30-01,false", 'time data "2012-30-01"'),
        ("iso3,year", "iso,year", "iso3"),
    ):
        with subtests.test(said):
            path.write_text(TABLE.replace(old, new))
            with pytest.raises(
                data.DataError, match=r"sample\.csv: does not have the types"
            ) as told:
                data.read("sample", folder)
            assert said in str(told.value)


def test_years_that_repeat_each_other_are_left_out_as_the_metadata_say(folder):
    csv = folder / "theme" / "sample.csv"
    with pytest.raises(data.DataError, match="name no repeated years"):
        data.without_repeated(data.read("sample", folder), folder=folder)
    edit(csv, "AUT,2011,other,,0,", "AUT,2011,other,20,12.5,")
    remark = "remarks:\n  - {states: [AUT], repeated: [2010, 2011], what: one may be a copy}\n"
    edit(csv.with_suffix(".yml"), "breaks:\n", f"{remark}breaks:\n")
    frame = data.read("sample", folder)
    assert data.without_repeated(frame, folder=folder)["iso3"].tolist() == ["DEU", "DEU", "TUR"]
    edit(csv, "AUT,2011,other,20,", "AUT,2011,other,21,")
    (told,) = faults(folder)
    assert "that the years 2010, 2011 have the same numbers, and they have not" in told


def faults(folder):
    """What the contract says of the sample."""
    metadata = data.metadata("sample", folder)
    return contract.faults(contract.read(metadata), metadata)


def test_rows_beyond_a_break_are_left_out_until_the_first_definition_holds_again(folder):
    frame = data.read("sample", folder)
    assert data.as_first_defined(frame).index.tolist() == [0, 1, 2, 4], "Germany breaks in 2011"
    frame.attrs["breaks"] = [{"year": 2012, "first_again": True}, {"year": 2011, "what": "for all"}]
    assert data.as_first_defined(frame)["year"].tolist() == [2010, 2010]
    with pytest.raises(data.DataError, match="has lost the breaks of its table"):
        data.as_first_defined(pd.DataFrame({"year": [2011]}))


def test_a_table_that_nobody_knows_is_named_with_near_ones(folder):
    with pytest.raises(data.DataError, match=r"no table 'simple'\. Near names: sample"):
        data.read("simple", folder)
    assert "simple" not in data.asked
    with pytest.raises(data.DataError, match=r"Known are: .*slavery-index"):
        data.read("zzz")


def test_what_is_shared_is_taken_by_name_and_a_property_overrides_it(folder):
    sample, shared = folder / "theme/sample.yml", load_shared(folder)
    edit(sample, "{name: source,", "{name: source, as: size_if_read,")
    edit(sample, "licence: {name: CC0, redistribution: allowed}", "licence: quoted findings")
    own = "{producer: Nobody, title: Counts, citation_key: nobody2011}"
    edit(sample, "unit_of_count:", f"origin: [lcmcr, {own}]\nunit_of_count:")
    about = data.metadata("sample", folder)
    fields = {field.name: field for field in about.fields}
    assert fields["iso3"].states and fields["iso3"].description == "ISO 3166-1 alpha-3 code"
    assert (fields["year"].unit, fields["year"].constraints["minimum"]) == ("year", 2005)
    assert fields["source"].missing_reason == "not in the text read"
    assert about.licence == shared.licences["quoted findings"]
    assert about.origin[0] == shared.origins["lcmcr"]
    assert about.origin[1]["citation_key"] == "nobody2011"


# ------------------------------------------------------------------ writing


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, hidden ones too."""
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_frame_that_breaks_a_rule_or_a_full_disk_leave_every_file_as_it_was(folder, monkeypatch):
    frame, before = data.read("sample", folder), contents(folder)
    assert contract.write("sample", frame, folder) == 5
    assert contents(folder) == before, "what is written is read and written again the same"
    for column, value in [("iso3", "XKX"), ("year", 1999), ("share", 101.0), ("persons", 900)]:
        broken = frame.copy()
        broken.loc[0, column] = value
        with pytest.raises(data.DataError):
            contract.write("sample", broken, folder)
    with pytest.raises(data.DataError, match="column share is missing"):
        contract.write("sample", frame.drop(columns="share"), folder)

    def fail(path, target):
        raise OSError("no space left")

    monkeypatch.setattr(Path, "replace", fail)
    frame.loc[4, "persons"] = 8
    with pytest.raises(OSError, match="no space left"):
        contract.write("sample", frame, folder)
    assert contents(folder) == before


def test_a_digest_changes_with_all_that_reading_depends_on_and_with_nothing_else(folder):
    sample, shared = folder / "theme/sample.yml", folder / "shared.yml"
    edit(sample, "unit_of_count:", "origin: [lcmcr]\nunit_of_count:")
    edit(sample, "licence: {name: CC0, redistribution: allowed}", "licence: CC BY 4.0")
    found = [data.digest("sample", folder)]
    for path, old, new, matters in (
        (shared, "nothing to remark", "no remark", False),
        (folder / "register/participating-states.csv", "Mongolia", "Mongolia ", False),
        (shared, "ISO 3166-1 alpha-3 code", "code of the State", True),
        (shared, "CC BY 4.0\n    url", "CC BY 4.1\n    url", True),
        (shared, 'version: "0.4.14', 'version: "0.4.15', True),
        (sample, "A sample", "Another sample", True),
        (folder / "theme/sample.csv", ",7,", ",8,", True),
    ):
        edit(path, old, new)
        found.append(data.digest("sample", folder))
        assert (found[-1] != found[-2]) is matters, old
    assert "sample" in data.asked
    assert data.metadata("sample", folder).title == "Another sample", "parsed again once changed"
