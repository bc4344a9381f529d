"""The tables and what makes them: sidecars, builders that stop at what is new, originals."""

from __future__ import annotations

import hashlib
import http.server
import json
import shutil
import threading
from functools import partial
from pathlib import Path

import openpyxl
import pytest
import yaml
from frictionless import Package

from bookmaking.gates import tables
from bookmaking.gates.at_hand import BUILDERS, LISTED, originals_of
from bookmaking.gates.tables import ORIGINALS
from bookmaking.tables import builders as build_tables
from bookmaking.tables import datapackage, originals
from decentwork import contract, data


def edit(path, old, new):
    """Plant a fault: replace a piece of text that must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path.name} no longer holds {old!r}; plant the fault elsewhere"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


# ------------------------------------------------------------------ every table


@pytest.mark.parametrize("name", data.names())
def test_table_reads_and_agrees_with_its_sidecar(name):
    frame = data.read(name)
    assert len(frame) == data.sidecar(name).rows


def test_tables_sidecars_and_builders_belong_together():
    assert not (problems := tables.unpaired()), "\n".join(problems)


def test_every_row_has_a_source_that_the_bibliography_knows():
    assert not (problems := tables.unsourced()), "\n".join(problems)


def test_consumers_are_the_notebooks_that_read_the_table():
    assert not (problems := tables.readers()), "\n".join(problems)


def test_pairs_that_are_broken_are_named(copy):
    (copy / "ilo-profits.csv").rename(copy / "profits.csv")
    edit(copy / "uk-referrals.yml", "uk_referrals.py", "uk_nrm.py")
    problems = "\n".join(tables.unpaired(copy))
    assert "data/profits.csv has no sidecar" in problems
    assert "data/ilo-profits.yml has no table" in problems
    assert (
        "data/uk-referrals.yml, field builder: there is no file data/builders/uk_nrm.py" in problems
    )


def test_a_dropped_citation_is_named(copy, tmp_path):
    bibliography = tmp_path / "references.bib"
    bibliography.write_text("@misc{unodcdata2025, title={Trafficking in persons}}\n")
    problems = tables.unsourced(copy, bibliography)
    assert any("citation key walkfree2023 is not in references.bib" in each for each in problems)
    assert not any("unodcdata2025" in each for each in problems)


def test_a_wrong_consumer_and_an_unnamed_one_are_named(copy):
    notebook = copy.parent / "notebooks" / "chapter.ipynb"
    notebook.parent.mkdir()
    cell = {
        "cell_type": "code",
        "source": ["rounds = data.read(\n    'ilo-rounds')\n", "data.states()"],
    }
    notebook.write_text(json.dumps({"cells": [cell]}))
    edit(
        copy / "ilo-profits.yml",
        "notebooks/second_segment/how_many.ipynb",
        "notebooks/chapter.ipynb",
    )
    problems = "\n".join(tables.readers(notebook.parent, copy))
    assert (
        "data/ilo-profits.yml, consumers: notebooks/chapter.ipynb does not read the table"
        in problems
    )
    assert "notebooks/chapter.ipynb reads ilo-rounds: name it" in problems
    assert "notebooks/chapter.ipynb reads participating-states: name it" in problems


# ------------------------------------------------------------------ builders and originals


@pytest.mark.parametrize("name", BUILDERS)
def test_table_is_rebuilt_byte_for_byte(name):
    frame = BUILDERS[name].build(originals_of(name))
    rebuilt = contract.as_csv(frame, data.sidecar(name))
    assert rebuilt == data.sidecar(name).csv_path.read_text(encoding="utf-8"), (
        f"data/{name}.csv is not what its builder makes; run `make data` and look at the difference"
    )


def test_every_constructed_table_has_a_builder():
    constructed = {name for name in data.names() if data.sidecar(name).kind == "constructed"}
    assert constructed == set(BUILDERS)
    for name, module in BUILDERS.items():
        assert data.sidecar(name).builder == f"data/builders/{module.__name__}.py"


def test_originals_at_hand_are_those_of_the_list():
    here = {
        group: [each for each in files if (ORIGINALS / group / each["file"]).is_file()]
        for group, files in LISTED.items()
    }
    assert not (problems := originals.get(ORIGINALS, here)), "\n".join(problems)


def test_every_folder_that_a_builder_reads_is_listed():
    assert {group for module in BUILDERS.values() for group in module.ORIGINALS} <= LISTED.keys()


FAULTS = yaml.safe_load(Path(__file__).with_name("builder_faults.yml").read_text("utf-8"))


@pytest.mark.parametrize("fault", FAULTS, ids=[fault["fault"] for fault in FAULTS])
def test_builder_stops_at(fault, tmp_path):
    builder = BUILDERS[fault["table"]]
    for group in builder.ORIGINALS:
        shutil.copytree(originals_of(fault["table"]) / group, tmp_path / group)
        (tmp_path / group).chmod(0o755)
    target = tmp_path / fault["in"]
    target.chmod(0o644)
    edit(target, fault["old"], fault["new"])
    with pytest.raises(data.DataError) as caught:
        builder.build(tmp_path)
    assert fault["said"] in str(caught.value)
    assert target.name in str(caught.value)


GLOTIP = ("Detected trafficking victims", "by form of exploitation")
WORKBOOK_FAULTS = {
    "a new form": (
        [(*GLOTIP, "Forced begging", "7")],
        "row 4: no rule for the form 'Forced begging'",
    ),
    "a new indicator": (
        [("Persons acquitted", "Total", "Total", "7")],
        "row 4: no rule for Indicator = 'Persons acquitted'",
    ),
    "two values for one form": (
        [(*GLOTIP, "Forced labour", "7"), (*GLOTIP, "Forced labour", "8")],
        "row 5: a second value for ('DEU', 2022) forced labour",
    ),
}


def workbook(folder, rows, edition="14/04/2025"):
    """A workbook of the shape of the original with a few rows for Germany in 2022."""
    module = BUILDERS["detected-victims"]
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = module.SHEET
    for line in (["UNODC"], [edition], module.HEADER):
        sheet.append(line)
    for indicator, dimension, category, value in rows:
        place = ("DEU", "Germany", "Europe", "Western Europe")
        sheet.append(
            [
                *place,
                indicator,
                dimension,
                category,
                "Total",
                "Total",
                2022,
                "Counts",
                value,
                "GLOTIP",
            ]
        )
    path = folder / "unodc-glotip" / "data_glotip_2025-04-14.xlsx"
    path.parent.mkdir()
    book.save(path)
    return folder


@pytest.mark.parametrize("fault", WORKBOOK_FAULTS)
def test_builder_of_detected_victims_stops_at(fault, tmp_path):
    rows, message = WORKBOOK_FAULTS[fault]
    with pytest.raises(data.DataError) as caught:
        BUILDERS["detected-victims"].build(workbook(tmp_path, rows))
    assert message in str(caught.value)


def test_builder_of_detected_victims_stops_at_another_edition(tmp_path):
    with pytest.raises(data.DataError, match="is not the edition of 14/04/2025"):
        BUILDERS["detected-victims"].build(workbook(tmp_path, [], edition="15/04/2026"))


def sexed(folder, rows):
    """A workbook in which rows have a sex and an age as well: (form, sex, age, value)."""
    folder = workbook(folder, [(*GLOTIP, form, value) for form, *_, value in rows])
    path = folder / "unodc-glotip" / "data_glotip_2025-04-14.xlsx"
    book = openpyxl.load_workbook(path)
    for number, (_, sex, age, _) in enumerate(rows, start=4):
        book.active.cell(number, 8).value, book.active.cell(number, 9).value = sex, age
        book.active.cell(number, 10).value = 2014
    book.save(path)
    return folder


@pytest.mark.parametrize(
    ("total", "women", "men", "sums"),
    [
        ("33", "378", "50", "more than all"),
        ("147", "6", "15", "fewer than all"),
        ("213", "33", "179", "as all"),
        ("30", "20", "<5", "fewer than all"),
        ("25", "20", "<5", "as all"),
        ("25", "20", None, "one sex only"),
        (None, "20", "5", "not known"),
    ],
)
def test_sexes_are_held_against_their_form(total, women, men, sums, tmp_path):
    given = (("Total", "Total", total), ("Female", "18 years or over", women),
             ("Male", "18 years or over", men), ("Total", "18 years or over", total))  # fmt: skip
    rows = [("Forced labour", *each) for each in given if each[-1] is not None]
    frame = BUILDERS["detected-victims-by-sex"].build(sexed(tmp_path, rows))
    assert frame["sexes_add_up"].tolist() == [sums]


def test_sexes_before_the_first_year_stop_the_builder(tmp_path):
    folder = sexed(tmp_path, [("Forced labour", "Female", "18 years or over", "7")])
    path = folder / "unodc-glotip" / "data_glotip_2025-04-14.xlsx"
    book = openpyxl.load_workbook(path)
    book.active.cell(4, 10).value = 2013
    book.save(path)
    with pytest.raises(data.DataError, match="has sexes by form before 2014"):
        BUILDERS["detected-victims-by-sex"].build(folder)


@pytest.mark.parametrize(
    ("total", "forms", "readings"),
    [
        ("30", ("20", "<5", "8"), ("counted", "counted", "fewer than five", "counted")),
        ("1,030", ("1,000", "<5", "8"), ("counted", "counted", "doubtful", "counted")),
        ("300", ("<5", "<5", "<5"), ("counted", "not reported", "not reported", "not reported")),
        ("<5", ("1,019", "476", "47"), ("not reported", "counted", "counted", "counted")),
        ("<5", ("<5", "<5", "<5"), ("fewer than five",) * 4),
    ],
)
def test_fewer_than_five_is_read_by_its_neighbours(total, forms, readings, tmp_path):
    names = "Forced labour", "Sexual exploitation", "Other forms of exploitation"
    rows = [("Detected trafficking victims", "Total", "Total", total)]
    rows += [(*GLOTIP, name, value) for name, value in zip(names, forms, strict=True)]
    frame = BUILDERS["detected-victims"].build(workbook(tmp_path, rows))
    assert tuple(frame["reading"]) == readings
    assert frame["persons_low"].isna().tolist() == [each == "not reported" for each in readings]


def test_building_without_originals_says_so_and_changes_nothing(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr(datapackage, "main", lambda: 0)  # a test must not mend the real descriptor
    path = data.sidecar("slavery-index").csv_path
    before = path.read_bytes()
    assert build_tables.main(["--originals", str(tmp_path / "none"), "slavery-index"]) == 0
    assert "slavery-index: not rebuilt" in capsys.readouterr().out
    assert path.read_bytes() == before


@pytest.fixture
def served(tmp_path):
    """A folder of files under a local address, in place of the pinned ones."""
    shop = tmp_path / "shop"
    shop.mkdir()
    (shop / "table.csv").write_text("a,b\n1,2\n")
    quiet = type("Quiet", (http.server.SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(quiet, directory=shop))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/table.csv"
    server.shutdown()
    server.server_close()


def test_an_original_is_downloaded_and_held_against_its_checksum(served, tmp_path):
    folder = tmp_path / "raw"
    good = hashlib.sha256(b"a,b\n1,2\n").hexdigest()
    file = {"file": "table.csv", "sha256": good, "address": served}
    assert originals.get(folder, {"group": [file]}) == []
    assert (folder / "group" / "table.csv").read_text() == "a,b\n1,2\n"
    (folder / "group" / "table.csv").write_text("a,b\n1,3\n")
    [problem] = originals.get(folder, {"group": [file]})
    assert "has the checksum" in problem and "move it away" in problem


def test_an_original_with_other_bytes_is_not_kept(served, tmp_path):
    file = {"file": "table.csv", "sha256": "0" * 64, "address": served}
    [problem] = originals.get(tmp_path / "raw", {"group": [file]})
    assert "gives other bytes than the list records" in problem
    assert not list((tmp_path / "raw").rglob("*.csv"))


def test_an_original_without_address_says_how_it_was_made(tmp_path):
    file = {"file": "table.csv", "sha256": "0" * 64, "made": "Typed from the report."}
    [problem] = originals.get(tmp_path, {"group": [file]})
    assert problem.endswith("cannot be downloaded. Typed from the report.")


# ------------------------------------------------------------------ the data package


def test_data_package_is_generated_from_the_sidecars():
    written = (contract.DATA / datapackage.PACKAGE).read_text(encoding="utf-8")
    assert written == datapackage.render(), "data/datapackage.json is old; run `make data`"


def test_data_package_is_valid():
    report = Package(contract.DATA / datapackage.PACKAGE).validate()
    assert report.valid, report.to_summary()


def test_data_package_notices_a_changed_table(copy):
    edit(
        copy / "slavery-index.csv",
        "DEU,2023,2021,estimated,83784000",
        "DEX,2023,2021,estimated,83784000",
    )
    report = Package(copy / datapackage.PACKAGE).validate()
    kinds = {kind for [kind] in report.flatten(["type"])}
    assert {"hash-count", "foreign-key"} & kinds, report.to_summary()
