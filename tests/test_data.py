"""Reading and writing a table, and what a table of the book says of itself.

The rules of the contract are tried in `bookmaking.checks.data_contract`.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import yaml
from decentwork.tables.strict import StrictFile
from frictionless import Schema

from decentwork import data
from decentwork.tables import contract
from decentwork.tables.metadata import Metadata, load_shared
from small_data import folder_of_data

SIDECAR = """\
title: A sample
description: Five rows that a test can break.
licence: {name: CC0, redistribution: allowed}
integrity:
  sha256: "0000000000000000000000000000000000000000000000000000000000000000"
  rows: 0
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
OF_ITS_OWN = "producer: Nobody, title: Counts, citation_key: nobody2011"
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
    """A data folder with the States and one small table in a theme, stamped and valid."""
    return folder_of_data(tmp_path, SIDECAR, TABLE)


def edit(path: Path, old: str, new: str) -> None:
    """Plant a fault: replace a piece of text that must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def fault(folder: Path, name: str = "sample") -> str:
    """What reading says."""
    with pytest.raises(data.DataError) as caught:
        data.read(name, folder)
    return str(caught.value)


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


def test_years_that_repeat_each_other_are_left_out_as_the_sidecar_says(folder):
    csv = folder / "theme" / "sample.csv"
    edit(csv, "AUT,2011,other,,0,", "AUT,2011,other,20,12.5,")
    remark = "remarks:\n  - {states: [AUT], repeated: [2010, 2011], what: one may be a copy}\n"
    edit(csv.with_suffix(".yml"), "breaks:\n", f"{remark}breaks:\n")
    contract.stamp("sample", folder)
    frame = data.read("sample", folder)
    assert data.without_repeated(frame, folder=folder)["iso3"].tolist() == ["DEU", "DEU", "TUR"]
    made_anew = pd.DataFrame({"iso3": ["AUT", "AUT"], "year": [2011, 2012]})
    kept = data.without_repeated(made_anew, like="sample", folder=folder)
    assert kept["year"].tolist() == [2012]
    with pytest.raises(data.DataError, match="it has lost the name of its table"):
        data.without_repeated(made_anew)
    edit(csv, "AUT,2011,other,20,", "AUT,2011,other,21,")
    with pytest.raises(data.DataError, match="that the years 2010, 2011 have the same numbers"):
        contract.stamp("sample", folder)


def test_a_table_that_repeats_no_years_has_none_to_leave_out(folder):
    with pytest.raises(data.DataError, match="names no repeated years"):
        data.without_repeated(data.read("sample", folder), folder=folder)


def test_rows_beyond_a_break_are_left_out_until_the_first_definition_holds_again(folder):
    frame = data.read("sample", folder)
    assert data.as_first_defined(frame).index.tolist() == [0, 1, 2, 4], "Germany breaks in 2011"
    frame.attrs["breaks"] = [{"year": 2012, "first_again": True}, {"year": 2011, "what": "for all"}]
    assert data.as_first_defined(frame)["year"].tolist() == [2010, 2010]
    frame["year"] += 1
    assert data.as_first_defined(frame)["year"].tolist() == [2012, 2012, 2012]
    with pytest.raises(data.DataError, match="has lost the breaks of its table"):
        data.as_first_defined(pd.DataFrame({"year": [2011]}))


def test_all_faults_are_told_at_once_and_counted(folder):
    path = folder / "theme/sample.csv"
    for old, new in [("AUT,2010", "AUX,2010"), (",32,", ",many,"), (",99.9,", ",999,")]:
        edit(path, old, new)
    with pytest.raises(data.DataError) as caught:
        data.read("sample", folder)
    assert len(caught.value.faults) == 3
    assert "sample.csv has 3 faults:" in str(caught.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a: 1\nb: {c: 1, c: 1}\n", "line 2: this is not YAML in UTF-8 ('c' stands twice); mend"),
        (b"a: [\n", "line 2: this is not YAML in UTF-8 (did not find expected node content)"),
        (b"a: \x07\n", "this is not YAML in UTF-8 (control characters are not allowed); mend it"),
        (b"a: \xe4\n", "this is not YAML in UTF-8 (invalid continuation byte); mend it"),
    ],
    ids=["twice", "open", "control", "encoding"],
)
def test_a_sidecar_that_cannot_be_read_is_named_with_the_reason(content, said, tmp_path):
    path = tmp_path / "sample.yml"
    path.write_bytes(content)
    with pytest.raises(data.DataError, match=re.escape(said)):
        StrictFile(path).content()


@pytest.mark.parametrize("asking", [data.metadata, contract.stamp])
def test_a_table_that_nobody_knows_is_named_with_near_ones(asking, folder):
    with pytest.raises(data.DataError, match=r"no table 'simple'\. Near names: sample"):
        asking("simple", folder)
    assert "simple" not in data.asked


def test_unknown_name_lists_near_ones():
    with pytest.raises(data.DataError, match="Near names: ilo-rounds"):
        data.read("ilo_rounds")
    with pytest.raises(data.DataError, match=r"Known are: .*slavery-index"):
        data.read("zzz")


def test_a_shared_field_is_taken_by_name_and_a_property_overrides_it(folder):
    fields = {field.name: field for field in data.metadata("sample", folder).fields}
    assert fields["iso3"].states and fields["iso3"].description == "ISO 3166-1 alpha-3 code"
    assert (fields["year"].unit, fields["year"].minimum) == ("year", 2005)
    assert fields["source"].pattern and fields["source"].required
    edit(folder / "theme/sample.yml", "{name: iso3}", "{name: iso3, states: false}")
    edit(folder / "theme/sample.csv", "TUR,2011", "XKX,2011")
    contract.stamp("sample", folder)
    assert "XKX" in data.read("sample", folder)["iso3"].tolist()


def test_a_column_takes_a_shared_field_of_another_name_and_a_property_overrides_it(folder):
    sample = folder / "theme/sample.yml"
    edit(sample, "{name: source,", "{name: source, as: size_if_read,")
    edit(sample, "{name: year, type: integer,", "{name: year, as: quarter_end, type: integer,")
    fields = {field.name: field for field in data.metadata("sample", folder).fields}
    assert fields["source"].description == "size, as printed"
    assert fields["source"].missing_reason == "not in the text read"
    assert fields["source"].pattern == "[a-z]+[0-9]{4}(; [a-z]+[0-9]{4})*"
    year = fields["year"]
    assert (year.type, year.minimum, year.unit) == ("integer", 2005, None)
    assert year.description == "last day of the quarter"


def test_a_shared_field_is_named_as_it_stands_and_nothing_is_named_twice(folder):
    sample = folder / "theme/sample.yml"
    edit(sample, "{name: iso3}", "{name: iso3, as: iso_3}")
    told = "schema.fields[0].as: is 'iso_3', and data/shared.yml has no field of this name; did you"
    assert told in fault(folder)
    edit(sample, "as: iso_3", "as: iso3")
    assert "schema.fields[0].as: is the name of the column" in fault(folder)
    edit(sample, "as: iso3", "as: 3")
    assert "schema.fields[0].as: is 3, not text" in fault(folder)


def test_a_licence_and_an_origin_are_taken_by_name(folder):
    sample, shared = folder / "theme/sample.yml", load_shared(folder)
    edit(sample, "licence: {name: CC0, redistribution: allowed}", "licence: quoted findings")
    edit(sample, "unit_of_count:", f"origin: [lcmcr, {{{OF_ITS_OWN}}}]\nunit_of_count:")
    about = data.metadata("sample", folder)
    assert about.licence == shared.licences["quoted findings"]
    assert about.licence["redistribution"] == "figures cited"
    assert about.origin[0] == shared.origins["lcmcr"]
    assert [each["citation_key"] for each in about.origin] == ["lcmcr", "nobody2011"]
    edit(sample, "licence: quoted findings", "licence: quoted finding")
    assert "field licence: is 'quoted finding', and data/shared.yml has no licence" in fault(folder)
    edit(sample, "licence: quoted finding", "licence: 4")
    assert "field licence: is 4, not a name or a mapping" in fault(folder)
    edit(sample, "licence: 4", "licence: {name: CC0, redistribution: allowed}")
    edit(sample, "[lcmcr,", "[lcmr,")
    assert "field origin[0]: is 'lcmr', and data/shared.yml has no origin" in fault(folder)
    edit(sample, "[lcmr,", "[4,")
    assert "field origin[0]: is 4, not a mapping of fields" in fault(folder)


@pytest.mark.parametrize(
    ("said", "by", "told"),
    [
        ("name: MIT", "nam: MIT", "licences.MIT licence of MSETools.nam: is not known; did you"),
        ("redistribution: not settled", "redistribution: free", "redistribution: is 'free'; allow"),
        ("citation_key: lcmcr, ", "", "origins.lcmcr.citation_key: is missing; fill it in"),
        ("  grade_a: {type: string", "  grade_a: {as: grade, type: string", "grade_a.as: is not"),
        ("\norigins:", "\norigin:", "field origin: is not known; did you mean origins?"),
    ],
)
def test_what_is_shared_is_read_strictly(said, by, told, folder):
    edit(folder / "shared.yml", said, by)
    assert told in fault(folder)


@pytest.mark.parametrize("name", data.names())
def test_schema_is_read_by_frictionless_as_it_stands(name):
    metadata = data.metadata(name)
    typed = yaml.safe_load(metadata.path.read_text(encoding="utf-8"))["schema"]
    assert Schema.from_descriptor(typed).field_names == [field.name for field in metadata.fields]
    assert Schema.from_descriptor(metadata.schema).to_descriptor() == metadata.schema


COVERED = "  of: [iso3, year, form]\n  status: verified"


def test_a_checksum_of_some_columns_leaves_the_others_free(folder):
    edit(folder / "theme/sample.yml", "  status: verified", COVERED)
    contract.stamp("sample", folder)
    before = (folder / "theme/sample.yml").read_bytes()
    edit(folder / "theme/sample.csv", ",7,", ",8,")
    assert data.read("sample", folder)["persons"].tolist()[4] == 8
    contract.stamp("sample", folder)
    assert (folder / "theme/sample.yml").read_bytes() == before
    edit(folder / "theme/sample.csv", "DEU,2011,labour", "DEU,2011,other")
    assert "the columns iso3, year, form are not those that sample.yml records" in fault(folder)


def test_a_checksum_of_some_columns_still_asks_for_the_common_format(folder):
    edit(folder / "theme/sample.yml", "  status: verified", COVERED)
    contract.stamp("sample", folder)
    edit(folder / "theme/sample.csv", ",12.5,", ",12.50,")
    assert "are not in the common format; run `make data`" in fault(folder)
    contract.stamp("sample", folder)
    assert data.read("sample", folder)["share"].tolist()[0] == 12.5


# ------------------------------------------------------------------ writing


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder, hidden ones too."""
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_is_written_can_be_read_and_written_again_to_the_same_bytes(folder):
    before = contents(folder)
    contract.write("sample", data.read("sample", folder), folder)
    assert contents(folder) == before


def test_a_changed_frame_changes_table_checksum_and_rows_and_nothing_else(folder):
    frame = data.read("sample", folder)
    contract.write("sample", frame[frame["iso3"] != "TUR"], folder)
    assert Metadata.load(folder / "theme/sample.yml").rows == len(data.read("sample", folder)) == 4
    text = (folder / "theme/sample.yml").read_text(encoding="utf-8").splitlines()
    changed = [line for line, old in zip(text, SIDECAR.splitlines(), strict=True) if line != old]
    assert [line.split(":")[0].strip() for line in changed] == ["sha256", "rows"]


def test_a_frame_that_breaks_a_rule_leaves_every_file_as_it_was(folder):
    frame = data.read("sample", folder)
    before = contents(folder)
    for column, value in [("iso3", "XKX"), ("year", 1999), ("share", 101.0), ("persons", 900)]:
        broken = frame.copy()
        broken.loc[0, column] = value
        with pytest.raises(data.DataError):
            contract.write("sample", broken, folder)
    with pytest.raises(data.DataError, match="column share is missing"):
        contract.write("sample", frame.drop(columns="share"), folder)
    assert contents(folder) == before


def test_a_disk_that_fails_leaves_the_table_as_it_was(folder, monkeypatch):
    frame = data.read("sample", folder)
    frame.loc[4, "persons"] = 8
    before = contents(folder)

    def fail(path, target):
        raise OSError("no space left")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="no space left"):
        contract.write("sample", frame, folder)
    assert contents(folder) == before


def test_a_failure_between_table_and_sidecar_is_noticed_at_the_next_reading(folder, monkeypatch):
    frame = data.read("sample", folder)
    frame.loc[4, "persons"] = 8
    replace = Path.replace

    def fail_at_the_sidecar(path, target):
        if Path(target).suffix == ".yml":
            raise OSError("no space left")
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", fail_at_the_sidecar)
    with pytest.raises(OSError, match="no space left"):
        contract.write("sample", frame, folder)
    assert "its bytes are not those" in fault(folder)
    assert not list(folder.rglob(".*.new"))


def test_only_a_typed_table_can_be_stamped(folder):
    with pytest.raises(data.DataError, match=r"participating_states\.py, not by hand"):
        contract.stamp("participating-states", folder)


def test_a_typed_change_that_is_meant_is_stamped(folder):
    edit(folder / "theme/sample.csv", ",7,100,", ",8,100.0,")
    contract.stamp("sample", folder)
    assert data.read("sample", folder)["persons"].tolist()[4] == 8
    assert ",8,100,2012" in (folder / "theme/sample.csv").read_text(encoding="utf-8")


# ------------------------------------------------------------------ the States, and where it runs


def test_states_are_the_57_by_code_with_memberships_by_date():
    states = data.states()
    assert len(states) == 57 and states.index.is_unique and states.index.name == "iso3"
    assert states.loc["TUR", "name"] == "Türkiye"
    assert states.loc["MKD", "name"] == "North Macedonia"
    assert states.loc["VAT", "name"] == "Holy See"
    then = states[states["osce_2011"]]
    assert len(then) == 56 and set(states.index) - set(then.index) == {"MNG"}
    moved = states[states["eu_2011"] != states["eu_2026"]].index
    assert set(moved) == {"GBR", "HRV"}
    assert set(states[states["coe_2011"] != states["coe_2026"]].index) == {"RUS"}
    assert set(states[~states["ilo_2026"]].index) == {"AND", "LIE", "MCO", "VAT"}
    assert (states["osce_since"] <= "2012-11-21").all()


def test_reading_works_from_any_folder_and_without_the_tools_of_the_gates(tmp_path):
    code = (
        "import sys; from decentwork import data; "
        "print(len(data.read('ilo-profits')), len(data.states()), 'frictionless' in sys.modules)"
    )
    environment = {**os.environ, "PYTHONWARNINGS": "error"}
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert found.stdout.split() == [str(data.metadata("ilo-profits").rows), "57", "False"], (
        found.stderr
    )


def test_a_digest_changes_with_all_that_reading_depends_on_and_with_nothing_else(folder):
    before = data.digest("sample", folder)
    sample, shared = folder / "theme/sample.yml", folder / "shared.yml"
    edit(shared, "nothing to remark", "no remark")
    edit(folder / "register/participating-states.csv", "Mongolia", "Mongolia ")
    assert data.digest("sample", folder) == before
    edit(shared, "ISO 3166-1 alpha-3 code", "code of the State")
    shared_changed = data.digest("sample", folder)
    edit(sample, "licence: {name: CC0, redistribution: allowed}", "licence: CC BY 4.0")
    edit(sample, "unit_of_count:", "origin: [lcmcr]\nunit_of_count:")
    named = data.digest("sample", folder)
    edit(shared, "CC BY 4.0\n    url", "CC BY 4.1\n    url")
    licence_changed = data.digest("sample", folder)
    edit(shared, 'version: "0.4.14', 'version: "0.4.15')
    origin_changed = data.digest("sample", folder)
    assert len({named, licence_changed, origin_changed}) == 3
    edit(sample, "A sample", "Another sample")
    sidecar_changed = data.digest("sample", folder)
    edit(folder / "theme/sample.csv", ",7,", ",8,")
    table_changed = data.digest("sample", folder)
    edit(folder / "register/participating-states.csv", "MNG", "MNX")
    states_changed = data.digest("sample", folder)
    assert len({before, shared_changed, sidecar_changed, table_changed, states_changed}) == 5
    assert "sample" in data.asked


def test_a_new_table_gets_its_checksum_and_its_rows(folder):
    edit(folder / "theme/sample.yml", "  rows: 5\n", "")
    text = (folder / "theme/sample.yml").read_text(encoding="utf-8")
    (folder / "theme/sample.yml").write_text(re.sub(r"  sha256: .*\n", "", text), encoding="utf-8")
    assert "has no checksum or no number of rows yet; run `make data`" in fault(folder)
    contract.stamp("sample", folder)
    assert len(data.read("sample", folder)) == data.metadata("sample", folder).rows == 5
