"""Reading and writing a table: each rule of the contract meets the fault that it is there for."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import yaml
from frictionless import Schema

from decentwork import data
from decentwork.tables import contract
from decentwork.tables.sidecars import Sidecar
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


FAULTS = {
    "missing column": ("share,", "", "sample.csv: line 1: column share is missing; add it"),
    "renamed column": ("persons,", "person,", "column persons is missing (is it 'person'?)"),
    "unexpected column": (
        "source\n",
        "source,remark\n",
        "line 1: column 'remark' is not in sample.yml",
    ),
    "column twice": (
        "form,persons",
        "persons,persons",
        "line 1: column persons stands twice; drop one",
    ),
    "columns in another order": ("iso3,year", "year,iso3", "the order of columns is not that of"),
    "row too long": (
        "other,7,100,",
        "other,7,100,5,",
        "line 6: 9 cells under 8 columns; put a cell that",
    ),
    "open quote": ("TUR,2011", '"TUR"x,2011', "not readable as CSV"),
    "unknown State": (
        "TUR,2011",
        "XKX,2011",
        "line 6, column iso3: 'XKX' is not the code of a part",
    ),
    "mistyped State": (
        "DEU,2011",
        "DEI,2011",
        "line 5, column iso3: 'DEI' is not the code of a part",
    ),
    "text in a whole number": (
        ",32,",
        ",about 30,",
        "line 4, column persons: 'about 30' is not a whole n",
    ),
    "comma in a number": (
        ",99.9,",
        ',"1,5",',
        "line 4, column share: '1,5' is not a number with a dec",
    ),
    "not a number": (",99.9,", ",nan,", "line 4, column share: 'nan' is not a number"),
    "no such day": (
        "2011-03-01",
        "2011-02-30",
        "line 2, column day: '2011-02-30' is not a day of the cal",
    ),
    "other form of day": (
        "2011-03-01",
        "1 March 2011",
        "line 2, column day: '1 March 2011' is not a date",
    ),
    "neither true nor false": ("true", "yes", "line 2, column final: 'yes' is not true or false"),
    "empty cell": (",12.5,", ",,", "line 2, column share: is empty; fill it in"),
    "stray space": (
        "labour,20",
        "labour ,20",
        "line 2, column form: 'labour ' begins or ends with a",
    ),
    "not in the closed list": (
        "other,7",
        "othr,7",
        "line 6, column form: 'othr' is not in the closed li",
    ),
    "below the minimum": (
        ",20,",
        ",-20,",
        "line 2, column persons: -20 is below the minimum 0; check",
    ),
    "above the maximum": (
        ",99.9,",
        ",999,",
        "line 4, column share: 999 is above the maximum 100; check",
    ),
    "form of a text": (
        "true,nobody2011\n",
        "true,Nobody\n",
        "line 2, column source: 'Nobody' does not ha",
    ),
    "duplicate key": (
        "DEU,2011",
        "DEU,2010",
        "line 5, columns iso3, year: duplicate key; iso3 = DEU, ",
    ),
    "published total": (
        ",32,",
        ",23,",
        "adds to 43, and the published total is 52 (tolerance 1: printed",
    ),
    "a digit that no rule sees": (
        ",7,",
        ",8,",
        "its bytes are not those that sample.yml records. If the",
    ),
    "a row lost": (
        "TUR,2011,other,7,100,2012-03-01,true,nobody2011\n",
        "",
        "its bytes are not those that",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_fault_in_a_table_is_named_with_its_place(name, folder):
    old, new, message = FAULTS[name]
    edit(folder / "theme/sample.csv", old, new)
    assert message in fault(folder)


def test_message_says_what_to_do(folder):
    edit(folder / "theme/sample.csv", "TUR,2011", "TUK,2011")
    assert "did you mean " in fault(folder) and "See the table participating-states" in fault(
        folder
    )
    edit(folder / "theme/sample.csv", "TUK,2011", "TUR,2011")
    edit(folder / "theme/sample.csv", ",7,", ",8,")
    assert fault(folder).endswith("run `make data`; if not, restore the file with git")


def test_all_faults_are_told_at_once_and_counted(folder):
    path = folder / "theme/sample.csv"
    for old, new in [("AUT,2010", "AUX,2010"), (",32,", ",many,"), (",99.9,", ",999,")]:
        edit(path, old, new)
    with pytest.raises(data.DataError) as caught:
        data.read("sample", folder)
    assert len(caught.value.faults) == 3
    assert "sample.csv has 3 faults:" in str(caught.value)


def test_bytes_that_are_not_text_are_placed(folder):
    path = folder / "theme/sample.csv"
    path.write_bytes(path.read_bytes().replace(b"other,7", b"oth\xe9r,7"))
    assert "line 6: this is not UTF-8; save it as UTF-8" in fault(folder)


def test_changed_bytes_of_a_built_table_lead_to_its_builder(folder):
    builder = folder / "theme" / "builders" / "sample.py"
    builder.parent.mkdir()
    builder.touch()
    edit(folder / "theme/sample.yml", "as_of", f"{ORIGIN}as_of")
    edit(folder / "theme/sample.csv", ",7,", ",8,")
    assert "builders/sample.py writes it. If the change is meant, make it in" in fault(folder)


def test_a_table_that_is_not_there(folder):
    (folder / "theme/sample.csv").unlink()
    assert "sample.csv: there is no such table; run `make data`" in fault(folder)


def test_states_that_are_not_there(folder):
    (folder / "register/participating-states.csv").unlink()
    assert "participating-states.csv: the table of participating States cannot be read" in fault(
        folder
    )


def test_unknown_name_lists_near_ones():
    with pytest.raises(data.DataError, match="Near names: ilo-rounds"):
        data.read("ilo_rounds")
    with pytest.raises(data.DataError, match=r"Known are: .*slavery-index"):
        data.read("zzz")


ORIGIN = "origin: [{producer: Nobody, title: A report, citation_key: nobody2011}]\n"
SIDECAR_FAULTS = {
    "not YAML": ("title: A sample", "title: [A sample", "line 2: this is not YAML"),
    "unknown field": ("as_of:", "asof:", "field asof: is not known; did you mean as_of?"),
    "missing field": ("title: A sample\n", "", "field title: is missing; fill it in"),
    "a field that is derived": (
        "title: A sample",
        "title: A sample\nbuilder: sample.py",
        "field builder: is not known",
    ),
    "unknown property of a field": (
        "description: form}",
        "descriptionn: form}",
        "field schema.fields[2].descriptionn: is not known; did you mean description?",
    ),
    "unknown constraint": (
        "maximum: 2022",
        "max: 2022",
        "field schema.fields[1].constraints.max: is not known",
    ),
    "text for a number": (
        "minimum: 2005",
        "minimum: early",
        "field schema.fields[1].constraints.minimum: is 'early', not a number",
    ),
    "number for text": (
        'as_of: "2011"',
        "as_of: 2011",
        "field as_of: is 2011, not text (put it in quotes)",
    ),
    "unknown type": (
        "type: boolean",
        "type: flag",
        "field schema.fields[6].type: is 'flag'; allowed are",
    ),
    "field that nothing defines": (
        "{name: day, type: date, description: day of the report}",
        "{name: day}",
        "field schema.fields[5]: 'day' has no type, and shared.yml has no field of this name; "
        "define it here, or in data/shared.yml if",
    ),
    "field without description": (
        ", description: form}",
        "}",
        "field schema.fields[2].description: is missing; fill it in",
    ),
    "required that is typed": (
        "constraints: {maximum: 100}",
        "constraints: {maximum: 100, required: true}",
        "field schema.fields[4].constraints.required: is not typed",
    ),
    "blank without reason": ("missing_reason: no report,", "", "column persons: is empty"),
    "key that is no column": (
        "primaryKey: [iso3, year]",
        "primaryKey: [iso3, yeer]",
        "field schema.primaryKey: names the column 'yeer', which is",
    ),
    "total of no column": (
        "sum_of: persons",
        "sum_of: people",
        "field totals[0]: names the column 'people'",
    ),
    "unknown unit of count": (
        "detected victims",
        "victims",
        "field unit_of_count: is 'victims'; allowed are",
    ),
    "entry that YAML takes for a mapping": (
        "must_not_be_used_for: [anything]",
        "must_not_be_used_for:\n  - a trend: it has none",
        "field must_not_be_used_for[0]: is {'a trend': 'it has none'}, not text (put it in quotes)",
    ),
    "short checksum": (
        '  sha256: "',
        '  sha256: "ab',
        "field integrity.sha256: is not 64 hexadecimal",
    ),
    "checksum of no column": (
        "  status: verified",
        "  of: [iso3, yeer]\n  status: verified",
        "field integrity.of: names the column 'yeer'",
    ),
    "origin of a typed table": (
        "as_of",
        f"{ORIGIN}as_of",
        "field origin: the rows of a table typed by hand name their sources; take it out",
    ),
    "bound of a text": (
        "enum: [labour, other]",
        "maximum: 9",
        "field schema.fields[2].constraints.maximum: stands in a field of type string",
    ),
    "closed list of another type": (
        "constraints: {minimum: 0}",
        'constraints: {enum: ["0", "7"]}',
        "field schema.fields[3].constraints.enum: '0' is not of type integer",
    ),
    "pattern that is none": (
        'pattern: "[a-z]+[0-9]{4}',
        'pattern: "([a-z]+[0-9]{4}',
        "field schema.fields[7].constraints.pattern: cannot be read as a regular expression",
    ),
    "total of a text": (
        "sum_of: persons",
        "sum_of: form",
        "field totals[0].sum_of: is a column of type string",
    ),
    "rows that are not there": ("rows: 5", "rows: 6", "sample.csv: has 5 rows; sample.yml says 6"),
    "total over no row": (
        "where: {form: labour,",
        "where: {form: sexual,",
        "no row has form = sexual",
    ),
}


@pytest.mark.parametrize("name", SIDECAR_FAULTS)
def test_fault_in_a_sidecar_is_named_with_its_field(name, folder):
    old, new, message = SIDECAR_FAULTS[name]
    edit(folder / "theme/sample.yml", old, new)
    assert message in fault(folder)


def test_a_built_table_says_what_it_was_made_from(folder):
    builder = folder / "theme" / "builders" / "sample.py"
    builder.parent.mkdir()
    builder.touch()
    assert "field origin: is missing; say what the table was made from" in fault(folder)


def test_a_shared_field_is_taken_by_name_and_a_property_overrides_it(folder):
    fields = {field.name: field for field in data.sidecar("sample", folder).fields}
    assert fields["iso3"].states and fields["iso3"].description == "ISO 3166-1 alpha-3 code"
    assert (fields["year"].unit, fields["year"].minimum) == ("year", 2005)
    assert fields["source"].pattern and fields["source"].required
    edit(folder / "theme/sample.yml", "{name: iso3}", "{name: iso3, states: false}")
    edit(folder / "theme/sample.csv", "TUR,2011", "XKX,2011")
    contract.stamp("sample", folder)
    assert "XKX" in data.read("sample", folder)["iso3"].tolist()


def test_a_shared_definition_that_is_faulty_is_named(folder):
    edit(folder / "shared.yml", "{type: string, states: true", "{typ: string, states: true")
    assert "shared.yml: field fields.iso3.typ: is not known; did you mean type?" in fault(folder)
    (folder / "shared.yml").unlink()
    assert "neither this folder nor the one above it holds shared.yml" in fault(folder)


def test_a_name_that_stands_twice_is_refused(folder):
    (folder / "other").mkdir()
    shutil.copy(folder / "theme/sample.yml", folder / "other")
    with pytest.raises(data.DataError, match=r"other/sample\.yml and .*theme/sample\.yml have"):
        data.names(folder)


@pytest.mark.parametrize("name", data.names())
def test_schema_is_read_by_frictionless_as_it_stands(name):
    sidecar = data.sidecar(name)
    typed = yaml.safe_load(sidecar.path.read_text(encoding="utf-8"))["schema"]
    assert Schema.from_descriptor(typed).field_names == [field.name for field in sidecar.fields]
    assert Schema.from_descriptor(sidecar.schema).to_descriptor() == sidecar.schema


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
    assert Sidecar.load(folder / "theme/sample.yml").rows == len(data.read("sample", folder)) == 4
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
    assert found.stdout.split() == [str(data.sidecar("ilo-profits").rows), "57", "False"], (
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
    assert len(data.read("sample", folder)) == data.sidecar("sample", folder).rows == 5
