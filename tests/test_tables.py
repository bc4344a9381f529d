"""What makes the tables: builders that stop at what is new, originals, and the data package."""

import shutil
from types import ModuleType

import openpyxl
import pytest
from frictionless import Package

from bookmaking.gates.at_hand import BUILDERS, KNOWN, ORIGINALS, complete, where_to_get
from bookmaking.tables import builders as build_tables
from bookmaking.tables import datapackage, downloads
from bookmaking.tables.originals import Source, catalogue, catalogued
from decentwork import data
from decentwork.tables import contract

AT_HAND = ORIGINALS[0], ORIGINALS[1:]
GROUP = Source("group", "Tables", "An office", "Open")


def edit(path, old, new):
    """Plant a fault: replace a piece of text that must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path.name} no longer holds {old!r}; plant the fault elsewhere"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


# ------------------------------------------------------------------ builders and originals

FROM_ORIGINALS = [name for name, builder in BUILDERS.items() if builder.ORIGINALS]
FROM_TABLES = [name for name, builder in BUILDERS.items() if not builder.ORIGINALS]
FAULTS = [(name, fault) for name, builder in BUILDERS.items() for fault in builder.FAULTS]


def assert_rebuilt(name, folder):
    """Build a table and compare its text with the file."""
    rebuilt = contract.as_csv(BUILDERS[name].build(folder), data.sidecar(name))
    path = data.sidecar(name).csv_path
    assert rebuilt == path.read_text(encoding="utf-8"), (
        f"{path.name} is not what its builder makes; run `make data` and look at the difference"
    )


OF_THE_WORKBOOK = {"criminal-justice-counts", "detected-victims", "detected-victims-by-sex"}
"""Tables whose faults are planted below, in a small workbook that the tests write."""
LONG = {"criminal-justice-counts", "model-weights", "recomputed-estimates", "us-temporary-work"}
"""Tables whose making takes seconds; the fast gates leave them to the full run."""


def marked(names):
    """Return names of tables, of which those that take long bear the mark."""
    return [pytest.param(each, marks=pytest.mark.long) if each in LONG else each for each in names]


@pytest.mark.originals
@pytest.mark.parametrize("name", marked(FROM_ORIGINALS))
def test_table_is_rebuilt_byte_for_byte(name):
    assert_rebuilt(name, complete(BUILDERS[name].ORIGINALS))


@pytest.mark.parametrize("name", marked(FROM_TABLES))
def test_table_that_needs_no_originals_is_rebuilt_byte_for_byte(name):
    assert_rebuilt(name, None)


def test_builders_are_those_of_the_tables_that_have_one():
    assert len(FROM_ORIGINALS) > 20 and FROM_TABLES
    assert {name for name in data.names() if data.sidecar(name).builder} == set(BUILDERS)


def test_tables_are_built_after_those_that_they_need():
    order = list(BUILDERS)
    assert order[0] == "participating-states"
    for name, builder in BUILDERS.items():
        for needed in getattr(builder, "AFTER", ()):
            assert needed not in order or order.index(needed) < order.index(name)


def planted(folder, **texts):
    """A folder with one theme, in it these builders."""
    place = folder / "theme" / "builders"
    place.mkdir(parents=True)
    for name, text in texts.items():
        (place / f"{name}.py").write_text(text)
    return folder


@pytest.fixture
def own_builders():
    """Give the package of builders back after a test has put others in its place."""
    yield
    assert set(build_tables.builders()) == set(BUILDERS)


SOUND = "ORIGINALS = FAULTS = ()\ndef build(originals): ...\n"


@pytest.mark.usefixtures("own_builders")
def test_builders_import_from_each_other_and_wait_for_each_other(tmp_path):
    texts = {"early": f"from builders.late import AFTER as THEIRS\n{SOUND}AFTER = ('late',)\n",
             "late": f"{SOUND}AFTER = ()\n"}  # fmt: skip
    found = build_tables.builders(planted(tmp_path, **texts))
    assert list(found) == ["late", "early"] and isinstance(found["early"], ModuleType)
    assert found["early"].THEIRS == ()


@pytest.mark.usefixtures("own_builders")
@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ({"one": "ORIGINALS = ()\n"}, r"one\.py: lacks FAULTS, build"),
        ({"one": f"{SOUND}AFTER = ('zzz',)\n"}, r"one\.py: AFTER names \['zzz'\], which are not"),
        (
            {"one": f"{SOUND}AFTER = ('two',)\n", "two": f"{SOUND}AFTER = ('one',)\n"},
            r"these tables wait for each other: \w+, \w+, \w+; mend AFTER",
        ),
    ],
)
def test_a_builder_that_lacks_something_is_named(texts, said, tmp_path):
    with pytest.raises(data.DataError, match=said):
        build_tables.builders(planted(tmp_path, **texts))


def test_originals_at_hand_have_the_checksums_that_are_recorded():
    here = [original for original in KNOWN.values() if original.under(ORIGINALS).is_file()]
    if not here:
        pytest.skip("No checksum was compared, because no folder holds an original.")
    problems = [problem for each in here if (problem := downloads.get(each, *AT_HAND))]
    assert not problems, "\n".join(problems)


def test_what_to_do_about_missing_originals_depends_on_whether_all_have_an_address():
    fetched = next(each for each in KNOWN.values() if each.address)
    typed = next(each for each in KNOWN.values() if not each.address)
    assert where_to_get([fetched]).startswith("Run `make originals`, or set DECENTWORK_ORIGINALS")
    for some in ([typed], [fetched, typed]):
        said = where_to_get(some)
        assert "make originals" not in said and "ask the authors for them" in said


def test_every_builder_that_reads_originals_has_a_planted_fault():
    without = {
        name
        for name, builder in BUILDERS.items()
        if builder.ORIGINALS and not builder.FAULTS and name not in OF_THE_WORKBOOK
    }
    assert not without
    for name, fault in FAULTS:
        assert fault.original in BUILDERS[name].ORIGINALS, f"{name}, {fault.what}"


@pytest.mark.originals
@pytest.mark.parametrize(("name", "fault"), FAULTS, ids=[fault.what for _, fault in FAULTS])
def test_builder_stops_at(name, fault, tmp_path):
    folder = complete(BUILDERS[name].ORIGINALS)
    for original in BUILDERS[name].ORIGINALS:
        copy = original.under(tmp_path)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(original.under(folder), copy)
    target = fault.original.under(tmp_path)
    fault.change(target)
    with pytest.raises(data.DataError) as caught:
        BUILDERS[name].build(tmp_path)
    assert fault.said in str(caught.value)
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


def workbook(folder, rows, edition="28/10/2025"):
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
    path = module.WORKBOOK.under(folder)
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
    with pytest.raises(data.DataError, match="is not the edition of 28/10/2025"):
        BUILDERS["detected-victims"].build(workbook(tmp_path, [], edition="15/04/2026"))


def test_builder_of_criminal_justice_counts_stops_at_a_step_that_is_not_known(tmp_path):
    rows = [("Persons acquitted", "Total", "Total", "7")]
    with pytest.raises(data.DataError, match="no rule for Indicator = 'Persons acquitted'"):
        BUILDERS["criminal-justice-counts"].build(workbook(tmp_path, rows))


def test_builder_of_criminal_justice_counts_stops_at_a_second_value(tmp_path):
    rows = [("Persons prosecuted", "Total", "Total", value) for value in ("7", "8")]
    with pytest.raises(data.DataError, match="a second value for one State, year and step"):
        BUILDERS["criminal-justice-counts"].build(workbook(tmp_path, rows))


def test_builder_of_criminal_justice_counts_stops_at_other_convictions(tmp_path):
    rows = [("Persons convicted", "Total", "Total", "137")]
    folder = workbook(tmp_path, rows)
    path = BUILDERS["detected-victims"].WORKBOOK.under(folder)
    book = openpyxl.load_workbook(path)
    book.active.cell(4, 1).value, book.active.cell(4, 10).value = "USA", 2012
    book.save(path)
    with pytest.raises(data.DataError, match="the convictions of 2012 in the United States"):
        BUILDERS["criminal-justice-counts"].build(folder)


def sexed(folder, rows):
    """A workbook in which rows have a sex and an age as well: (form, sex, age, value)."""
    folder = workbook(folder, [(*GLOTIP, form, value) for form, *_, value in rows])
    path = BUILDERS["detected-victims"].WORKBOOK.under(folder)
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
    path = BUILDERS["detected-victims"].WORKBOOK.under(folder)
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
        ("411", ("0", "0", "0"), ("counted", "not reported", "not reported", "not reported")),
        ("1,373", ("0", "848", "0"), ("counted", "not reported", "counted", "not reported")),
        ("18", ("0", "18", "0"), ("counted",) * 4),
    ],
)
def test_fewer_than_five_is_read_by_its_neighbours(total, forms, readings, tmp_path):
    names = "Forced labour", "Sexual exploitation", "Other forms of exploitation"
    rows = [("Detected trafficking victims", "Total", "Total", total)]
    rows += [(*GLOTIP, name, value) for name, value in zip(names, forms, strict=True)]
    frame = BUILDERS["detected-victims"].build(workbook(tmp_path, rows))
    assert tuple(frame["reading"]) == readings
    assert frame["persons_low"].isna().tolist() == [each == "not reported" for each in readings]


def test_building_without_originals_says_so_and_changes_nothing(capsys, tmp_path):
    path = data.sidecar("slavery-index").csv_path
    before = path.read_bytes()
    assert build_tables.main(["--originals", str(tmp_path / "none"), "slavery-index"]) == 0
    assert "slavery-index: not rebuilt" in capsys.readouterr().out
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("at: ", "att: ", "att: is not known"),
        ("at: https://", "note: https://", "note: is not known"),
        ("sha256: ", "sha: ", "sha: is not known"),
        ("    made: ", "    maid: ", "maid: is not known"),
        ("publisher: ", "# publisher: ", "publisher: is missing"),
    ],
)
def test_an_entry_of_the_catalogue_that_is_not_as_it_should_be_is_named(old, new, said, copy):
    edit(copy / "originals/swiid.yml", old, new)
    with pytest.raises(data.DataError, match=rf"swiid\.yml: field .*{said}"):
        catalogue(copy)


def test_a_builder_cannot_read_what_the_catalogue_does_not_have(copy):
    with pytest.raises(data.DataError, match=r"originals/swiid\.yml: swiid/x\.csv is not listed"):
        catalogued("swiid/x.csv", copy)


# ------------------------------------------------------------------ the data package


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The folder of a data package of all tables; a test that changes it takes a copy."""
    return datapackage.write(tmp_path_factory.mktemp("written") / "package").parent


@pytest.mark.long
def test_data_package_holds_every_table_by_theme_and_is_valid(written):
    package = Package(written / datapackage.DESCRIPTOR)
    assert [each.name for each in package.resources] == data.names()
    assert package.get_resource("ilo-rounds").path == "scale/ilo-rounds.csv"
    report = package.validate()
    assert report.valid, report.to_summary()


@pytest.mark.long
def test_data_package_notices_a_changed_table(written, tmp_path):
    shutil.copytree(written, tmp_path / "package")
    edit(
        tmp_path / "package/scale/slavery-index.csv",
        "DEU,2023,2021,estimated,83784000",
        "DEX,2023,2021,estimated,83784000",
    )
    report = Package(tmp_path / "package" / datapackage.DESCRIPTOR).validate()
    kinds = {kind for [kind] in report.flatten(["type"])}
    assert {"hash-count", "foreign-key"} & kinds, report.to_summary()


@pytest.mark.long
def test_data_package_is_written_anew_and_never_over_other_files(copy, tmp_path):
    package = tmp_path / "package"
    datapackage.write(package, copy)
    (package / "scale/left-over.csv").touch()
    datapackage.write(package, copy)
    assert not (package / "scale/left-over.csv").exists()
    with pytest.raises(data.DataError, match="holds other files than a data package"):
        datapackage.write(copy, copy)
    assert (copy / "shared.yml").is_file()
