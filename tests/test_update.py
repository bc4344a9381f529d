"""The update of tables, against a server here that replays the publishers' interfaces."""

import hashlib
import json
from datetime import date
from pathlib import Path

import pytest
import yaml

import replayed
from bookmaking.tables import contract
from bookmaking.update import __main__ as update
from bookmaking.update import answers, candidates, interfaces, series, taking
from bookmaking.update.answers import LATER, NoAnswerError
from decentwork import data
from decentwork.repository import DATA

DAY = "2026-11-28"
FOUND, PENDING, INSPECTORS = "found-irregularly-present", "asylum-pending", "labour-inspectors"
VULNERABLE = "vulnerable-employment"


@pytest.fixture
def site(monkeypatch):
    """The four interfaces on one server, asked again at once."""
    monkeypatch.setattr(answers, "WAIT", 0)
    monkeypatch.setattr(answers, "PAUSE", 0)
    monkeypatch.setattr(answers, "TRIES", 3)
    with replayed.served() as site:
        monkeypatch.setattr(interfaces, "BASES", site.bases)
        yield site


@pytest.fixture
def collect(site, tmp_path):
    """Ask for tables as the command does, and keep what arrives."""
    return lambda *names: update.collect(names, tmp_path / DAY)


def one_more_year(rows):
    """Change the last year, and add another one."""
    rows[-1]["OBS_VALUE"] = 1_300_000
    return [*rows, {**rows[-1], "TIME_PERIOD": 2024, "OBS_VALUE": 918_925, "OBS_FLAG": "p"}]


def digest(folder: Path) -> str:
    """Return a digest of all files below a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and "__py" not in str(path))
    return hashlib.sha256(b"".join(str(f).encode() + f.read_bytes() for f in files)).hexdigest()


def test_the_interfaces_give_the_tables_again_byte_for_byte(collect, subtests):
    arrived, faults = collect(FOUND, INSPECTORS, PENDING, VULNERABLE)
    assert not faults and len(arrived) == 4
    for newer in arrived:
        with subtests.test(newer.series.table):
            text = newer.metadata.csv_path.read_text(encoding="utf-8")
            assert contract.as_csv(newer.made, newer.metadata) == text
            assert newer.differs.empty
            assert not taking.refusals(newer.differs, newer.series, newer.arrived.about)


def test_each_table_of_these_publishers_can_be_asked_for_or_says_why_not():
    publishers = {
        "World Bank", "International Labour Organization", "Eurostat",
        "United Nations High Commissioner for Refugees",
        "World Bank and International Labour Organization",
    }  # fmt: skip
    theirs = {
        name
        for name in data.names()
        if publishers.intersection(each["producer"] for each in data.metadata(name).origin)
    }
    assert theirs == {*series.known(), *series.left_out()}


def test_questions_have_the_form_of_each_interface(site, collect):
    collect(FOUND, INSPECTORS, PENDING, VULNERABLE)
    asked = "\n".join(site.addresses)
    last = date.today().year - 1
    for question in (
        "/Eurostat/data/MIGR_EIPRE/A.TOTAL.TOTAL.TOTAL.T.TOTAL.PER.EU27_2020?format=SDMX-CSV"
        "&startPeriod=2014",
        "/ILOSTAT/data/ILO,DF_LAI_INDE_NOC_RT,1.0/ARM+AUT+",
        "USA+UZB.A.?startPeriod=2009",
        f"/UNHCR/population/?yearFrom=2000&yearTo={last}&coa_all=true&limit=1000",
        "&page=2",
        "/WorldBank/country/ALB;ARM;",
        "/indicator/SL.EMP.VULN.ZS?source=2&date=1991%3A2",
    ):
        assert question in asked


FAULTS = [
    ("silent", f"was not read (ConnectionError). {LATER}", 3),
    ("cut", f"was not read (ChunkedEncodingError). {LATER}", 1),
    ("404", "answers 404. Open it in a browser to read why, and look whether the publisher", 1),
    ("no rows", "sent no rows below the names of the columns.", 1),
    ("html", "sent no CSV of SDMX (no column DATAFLOW). It begins: <html>Sorry</html>", 1),
    ("500 then well", "", 2),
]


def test_each_fault_is_a_sentence_and_what_may_pass_is_asked_again(
    site, collect, subtests, monkeypatch
):
    for fault, says, times in FAULTS:
        with subtests.test(fault):
            # No patience outlasts a server that is silent for ever, so it may be short.
            monkeypatch.setattr(answers, "SILENT", 0.5 if fault == "silent" else 60)
            site.faults["MIGR_EIPRE"] = fault
            site.asked.clear()
            arrived, faults = collect(FOUND)
            assert site.asked["MIGR_EIPRE"] == times
            assert len(arrived) == (not says) and len(faults) == bool(says)
            assert all(told.startswith(FOUND) and says in told for told in faults)


def test_an_empty_page_of_json_is_a_fault_and_not_the_end(site, collect):
    for code, table in (("population", PENDING), ("SL.EMP.VULN.ZS", VULNERABLE)):
        site.faults[code] = "no rows"
        arrived, [told] = collect(table)
        assert not arrived and "sent no rows, though it is page 1 of " in told


def test_no_page_in_the_middle_is_lost(site, collect, monkeypatch):
    site.pages = 3
    [newer], _ = collect(VULNERABLE)
    assert len(newer.arrived.about["answers"]) == 3 and newer.differs.empty

    def without_the_middle(address, headers):
        answer = answers.ask(address, headers)
        if "page=2" in address:
            head, rows = json.loads(answer.body)
            return answers.Answer(address, answer.at, json.dumps([head, rows[1:]]).encode())
        return answer

    monkeypatch.setattr(interfaces, "ask", without_the_middle)
    with pytest.raises(NoAnswerError, match=r"names 208 rows of SL.EMP.VULN.ZS and sent 207"):
        interfaces.arrive(newer.series, [*candidates.places(newer.series)])


STRANGE = [
    (INSPECTORS, "LAI_INDE_NOC_RT", lambda rows: [{**row, "SEX": "SEX_T"} for row in rows],
     "sent the dimensions ['REF_AREA', 'FREQ', 'MEASURE', 'SEX'], not"),
    (PENDING, "population",
     lambda rows: [{("asylum" if k == "asylum_seekers" else k): row[k] for k in row}
                   for row in rows], "lacks ['asylum_seekers'] and has ['asylum']"),
    (FOUND, "MIGR_EIPRE", lambda rows: [*rows, rows[-1]], "sent two values for 2023 of found-"),
    (INSPECTORS, "LAI_INDE_NOC_RT", lambda rows: [{**rows[0], "REF_AREA": "X01"}],
     "ILOSTAT sent X01, not asked for."),
]  # fmt: skip


def test_a_changed_column_and_other_rows_are_sentences(site, collect, subtests):
    for name, code, change, says in STRANGE:
        with subtests.test(says):
            site.changes[code] = change
            arrived, [told] = collect(name)
            assert not arrived and says in told


def test_a_partial_failure_keeps_what_arrived_and_is_asked_for_again_alone(site, collect):
    before = digest(DATA)
    site.faults.update({"population": "500", "SL.EMP.VULN.ZS": "cut"})
    arrived, faults = collect(FOUND, PENDING, VULNERABLE)
    assert [each.series.table for each in arrived] == [FOUND]
    assert [told.partition(":")[0] for told in faults] == [PENDING, VULNERABLE]
    site.faults.clear()
    site.asked.clear()
    arrived, faults = collect(FOUND, PENDING, VULNERABLE)
    assert not faults
    assert [each.series.table for each in arrived] == [FOUND, PENDING, VULNERABLE]
    assert "MIGR_EIPRE" not in site.asked
    assert digest(DATA) == before


def test_differences_are_told_number_by_number(site, collect):
    site.changes["MIGR_EIPRE"] = lambda rows: one_more_year(rows)[1:]
    [newer], _ = collect(FOUND)
    path = newer.path.with_name(f"{FOUND}-changes.csv")
    first, marks, cells = update.report(newer)
    assert first.endswith("1 rows new, 1 cells changed, 1 rows gone.")
    assert marks == "  Eurostat marks values: {'p': 1}. Read what the marks mean."
    assert cells.endswith(f"all: {path}")
    assert "2023,persons,1265350,1300000" in path.read_text(encoding="utf-8")


@pytest.fixture
def taken(site, tmp_path, copy):
    """A copy of data/ in which a table can be taken, and the function that takes it."""
    root, folder = copy.parent, tmp_path / "kept" / DAY

    def take(name, because=""):
        update.collect([name], folder, root)
        return update.take(name, folder, because, root)

    return take


def test_take_writes_the_table_and_where_it_is_from(site, taken, copy):
    site.changes["MIGR_EIPRE"] = one_more_year
    steps = taken(FOUND)
    frame = data.read(FOUND, copy)
    assert frame.set_index("year")["persons"].loc[[2023, 2024]].tolist() == [1_300_000, 918_925]
    assert frame["grade"].unique().tolist() == ["A"]
    metadata = yaml.safe_load(data.metadata(FOUND, copy).path.read_text(encoding="utf-8"))
    assert metadata["as_of"] == "2014-2024"
    [origin] = metadata["origin"]
    assert origin["date_accessed"] == DAY
    assert origin["version"].startswith(f"interface of Eurostat, asked on {DAY}, rows with sha256")
    assert metadata["schema"]["fields"][0]["constraints"] == {"minimum": 2014, "maximum": 2024}
    assert metadata["holds"]["years"] == {"year": [2014, 2024]}
    told = "\n".join(steps)
    assert "Let data/labour_migration/builders/found_irregularly_present.py read it" in told


REFUSED = [
    (FOUND, "MIGR_EIPRE", lambda rows: rows[:-1], "1 rows are gone"),
    (VULNERABLE, "SL.EMP.VULN.ZS",
     lambda rows: [{**row, "value": row["value"] + 1,
                    "indicator": {"id": "SL.EMP.VULN.ZS", "value": "Own account"}}
                   for row in rows],
     "SL.EMP.VULN.ZS is now called “Own account”, and it was called “Vulnerable"),
]  # fmt: skip


def test_take_refuses_a_loss_and_another_meaning_without_a_reason(site, taken, copy, subtests):
    for name, code, change, says in REFUSED:
        with subtests.test(says):
            site.changes[code] = change
            before = digest(copy)
            with pytest.raises(NoAnswerError) as refused:
                taken(name)
            assert says in str(refused.value)
            assert '--because "the reason"' in str(refused.value)
            assert digest(copy) == before
            assert taken(name, "it was read")[0].endswith(", and why: it was read.")
            assert digest(copy) != before


def test_a_table_that_breaks_its_metadata_is_not_taken_and_both_files_stay(site, taken, copy):
    site.changes["MIGR_EIPRE"] = lambda rows: [{**rows[0], "OBS_VALUE": -5}, *rows[1:]]
    before = digest(copy)
    with pytest.raises(data.DataError, match="below the minimum"):
        taken(FOUND)
    assert digest(copy) == before


def test_the_command_says_what_did_not_arrive_and_what_it_cannot_do(
    site, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(update, "FOLDER", tmp_path)
    today = tmp_path / date.today().isoformat()
    site.faults["population"] = "404"
    assert update.main([FOUND, PENDING]) == 1
    out, err = capsys.readouterr()
    assert "0 rows new, 0 cells changed, 0 rows gone." in out
    assert err.startswith(f"Not arrived: {PENDING}: http://127.0.0.1:")
    assert f"1 of 2 tables arrived and are kept in {today};" in out
    assert update.main([FOUND]) == 0
    assert site.asked == {"MIGR_EIPRE": 1, "population": 1}
    for arguments, says in (
        (["--take", PENDING], f"nothing of {PENDING} is kept in {tmp_path}: run `python"),
        (["--take", FOUND], "is as it was, so there is nothing to take"),
    ):
        assert update.main(arguments) == 1
        assert says in capsys.readouterr().err
    for arguments, says in (
        (["--take"], "name the tables to take"),
        (["informal-employment"], "cannot be asked for: it compares two extractions"),
    ):
        with pytest.raises(SystemExit):
            update.main(arguments)
        assert says in capsys.readouterr().err
