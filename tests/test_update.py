"""The update of tables, against a server here that replays the publishers' interfaces."""

import hashlib
import json
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from socket import socket

import pytest
import yaml

import replayed
from bookmaking.tables import contract
from bookmaking.update import __main__ as update
from bookmaking.update import answers, candidates, interfaces, kept, series, taking
from bookmaking.update.answers import NoAnswerError, Patience
from decentwork import data
from decentwork.repository import DATA
from decentwork.tables.metadata import load_shared
from small_book import copy_sources, executed

DAY = "2026-11-28"
AGAIN_AT_ONCE = Patience(connect=30, silent=60, tries=3, wait=0, pause=0)
"""Longer than any machine takes for an answer, so that none of it decides a test."""
NEVER = {
    "silent": replace(AGAIN_AT_ONCE, silent=0.5),
    "stops": replace(AGAIN_AT_ONCE, silent=0.5),
}
"""Faults that no patience outlasts; so it may be short."""
FOUND, PENDING, INSPECTORS = "found-irregularly-present", "asylum-pending", "labour-inspectors"
TRADE, VULNERABLE = "growth-and-trade", "vulnerable-employment"
NOTEBOOK = """\
from decentwork import data, exhibits
found = data.read("found-irregularly-present").set_index("year")["persons"]
exhibits.numbers({"first": f"{found.iloc[0]:,}", "last": f"{found.iloc[-1]:,}"}, prefix="small-")
"""
TESTED = """\
assert found.max() < 2_100_000, "the year with most people is 2015"
exhibits.number("small-most", f"{found.max():,}")
"""
ARGUED = "# Small\n\n```{claim} P5-05\n```\n\nIn the last year {glue:text}`small-last`.\n"


@pytest.fixture
def site():
    """The four interfaces on one server."""
    with replayed.served() as site:
        yield site


@pytest.fixture
def collect(site, tmp_path):
    """Ask for tables as the command does, without pauses, and keep what arrives."""
    return partial(_collect, site, tmp_path / DAY)


def _collect(site, folder, *names, patience=AGAIN_AT_ONCE, **more):
    return update.collect(names, folder, patience=patience, bases=site.bases, **more)


def one_more_year(rows):
    """Change the last year, and add another one."""
    rows[-1]["OBS_VALUE"] = 1_300_000
    return [*rows, {**rows[-1], "TIME_PERIOD": 2024, "OBS_VALUE": 918_925, "OBS_FLAG": "p"}]


def digest(folder: Path) -> str:
    """Return a digest of all files below a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and "__py" not in str(path))
    return hashlib.sha256(b"".join(str(f).encode() + f.read_bytes() for f in files)).hexdigest()


@pytest.mark.parametrize("name", series.known())
def test_an_interface_gives_the_table_again_byte_for_byte(name, collect):
    [newer], faults = collect(name)
    assert not faults
    metadata = data.metadata(name)
    assert contract.as_csv(newer.made, metadata) == metadata.csv_path.read_text(encoding="utf-8")
    assert not newer.difference
    assert not taking.refusals(newer.difference, newer.series, newer.kept.about)


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
    assert (
        "/Eurostat/data/MIGR_EIPRE/A.TOTAL.TOTAL.TOTAL.T.TOTAL.PER.EU27_2020?format=SDMX-CSV"
        "&startPeriod=2014" in asked
    )
    assert "/ILOSTAT/data/ILO,DF_LAI_INDE_NOC_RT,1.0/ARM+AUT+" in asked
    assert "USA+UZB.A.?startPeriod=2009" in asked
    last = date.today().year - 1
    assert f"/UNHCR/population/?yearFrom=2000&yearTo={last}&coa_all=true&limit=1000" in asked
    assert "&page=2" in asked
    assert "/WorldBank/country/ALB;ARM;" in asked
    assert "/indicator/SL.EMP.VULN.ZS?source=2&date=1991%3A2" in asked


PASSES = " It was asked 3 times. Ask again another day."


@pytest.mark.parametrize(
    ("fault", "says", "times"),
    [
        ("silent", "was silent for 0.5 s." + PASSES, 3),
        ("stops", "was silent for 0.5 s." + PASSES, 3),
        ("cut", "broke off in the middle of the answer." + PASSES, 3),
        ("500", "answers with the error 500." + PASSES, 3),
        ("empty", "sent an empty page." + PASSES, 3),
        ("404", "answers 404: nothing is there. Look whether the publisher has moved", 1),
        ("400", "refuses the question (400). Open the address in a browser", 1),
        ("no rows", "sent no rows below the names of the columns.", 1),
        ("html", "sent no CSV of SDMX. It begins: <html>Sorry</html>", 1),
        ("job", "It begins: 98de05ea-540a A dataset that is too large is made later", 1),
        ("500 then well", "", 2),
        ("429 then well", "", 2),
    ],
)
def test_each_fault_is_a_sentence_and_what_may_pass_is_asked_again(
    fault, says, times, site, collect
):
    site.faults["MIGR_EIPRE"] = fault
    arrived, faults = collect(FOUND, patience=NEVER.get(fault, AGAIN_AT_ONCE))
    assert site.asked["MIGR_EIPRE"] == times
    if says:
        [told] = faults
        assert told.startswith(f"{FOUND}: http://127.0.0.1:")
        assert says in told
        assert not arrived
    else:
        assert not faults
        assert len(arrived) == 1


def test_without_a_network_each_table_says_so(tmp_path):
    with socket() as taken:
        taken.bind(("127.0.0.1", 0))
        closed = dict.fromkeys(interfaces.BASES, f"http://127.0.0.1:{taken.getsockname()[1]}")
        names = [FOUND, PENDING]
        arrived, faults = update.collect(names, tmp_path, patience=AGAIN_AT_ONCE, bases=closed)
    assert not arrived
    assert len(faults) == 2
    assert all(f"could not be reached.{PASSES}" in told for told in faults)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("code", ["population", "SL.EMP.VULN.ZS"])
def test_an_empty_page_of_json_is_a_fault_and_not_the_end(code, site, collect):
    site.faults[code] = "no rows"
    arrived, [told] = collect(PENDING if code == "population" else VULNERABLE)
    assert not arrived
    assert "sent no rows, though it is page 1 of " in told


def test_no_page_in_the_middle_is_lost(site, collect):
    site.pages = 3
    [newer], _ = collect(VULNERABLE)
    assert len(newer.kept.about["answers"]) == 3
    assert not newer.difference
    site.changes["SL.EMP.VULN.ZS"] = lambda rows: rows[:-1]
    ask = answers.asker(AGAIN_AT_ONCE)

    def without_the_middle(address, headers):
        answer = ask(address, headers)
        if "page=2" in address:
            head, rows = json.loads(answer.body)
            return answers.Answer(address, answer.at, json.dumps([head, rows[1:]]).encode())
        return answer

    with pytest.raises(NoAnswerError, match=r"names 207 rows of SL.EMP.VULN.ZS and sent 206"):
        places = list(candidates.places(newer.series))
        interfaces.arrive(newer.series, places, without_the_middle, site.bases)


@pytest.mark.parametrize(
    ("name", "code", "change", "says"),
    [
        (FOUND, "MIGR_EIPRE", lambda rows: [{**row, "OBS_NOTE": "x"} for row in rows],
         "has columns that are not known: OBS_NOTE"),
        (INSPECTORS, "LAI_INDE_NOC_RT", lambda rows: [{**row, "SEX": "SEX_T"} for row in rows],
         "has columns that are not known: SEX"),
        (PENDING, "population",
         lambda rows: [{("asylum" if k == "asylum_seekers" else k): row[k] for k in row}
                       for row in rows],
         "lacks the columns asylum_seekers and has columns that are not known: asylum."),
        (VULNERABLE, "SL.EMP.VULN.ZS", lambda rows: [{**row, "footnote": ""} for row in rows],
         "has columns that are not known: footnote"),
        (FOUND, "MIGR_EIPRE", lambda rows: [*rows, rows[-1]], "sent two values for 2023 of found-"),
        (FOUND, "MIGR_EIPRE", lambda rows: [{**rows[0], "OBS_VALUE": "1 3"}], "is no number"),
        (FOUND, "MIGR_EIPRE", lambda rows: [{**rows[0], "TIME_PERIOD": "2024-S1"}],
         "Eurostat sent the periods 2024-S1."),
        (FOUND, "MIGR_EIPRE", lambda rows: [{**rows[0], "TIME_PERIOD": "2008"}],
         "Eurostat sent no row of a period that the table keeps."),
        (INSPECTORS, "LAI_INDE_NOC_RT", lambda rows: [{**rows[0], "REF_AREA": "X01"}],
         "ILOSTAT sent X01, not asked for."),
        (FOUND, "MIGR_EIPRE", lambda rows: [{**row, "DATAFLOW": str(i)} for i, row in
         enumerate(rows)], "sent rows of 10 datasets, and one was asked for."),
    ],
)  # fmt: skip
def test_a_changed_column_and_other_rows_are_sentences(name, code, change, says, site, collect):
    site.changes[code] = change
    arrived, [told] = collect(name)
    assert not arrived
    assert says in told


def test_what_the_bank_refuses_with_status_200_is_said():
    refusal = [{"message": [{"id": "120", "key": "Invalid value", "value": "not valid"}]}]

    def ask(address, headers):
        return answers.Answer(address, DAY, json.dumps(refusal).encode())

    with pytest.raises(NoAnswerError, match=r"refuses the question \(Invalid value: not valid\)"):
        interfaces.arrive(series.known()[VULNERABLE], ["ALB"], ask)


def test_a_partial_failure_keeps_what_arrived_and_is_asked_for_again_alone(site, collect, capsys):
    before = digest(DATA)
    site.faults.update({"population": "500", "NE.EXP.GNFS.ZS": "cut"})
    arrived, faults = collect(FOUND, PENDING, TRADE)
    assert [each.series.table for each in arrived] == [FOUND]
    assert [told.partition(":")[0] for told in faults] == [PENDING, TRADE]
    site.faults.clear()
    site.asked.clear()
    capsys.readouterr()
    arrived, faults = collect(FOUND, PENDING, TRADE)
    assert not faults
    assert [each.series.table for each in arrived] == [FOUND, PENDING, TRADE]
    assert "MIGR_EIPRE" not in site.asked
    assert capsys.readouterr().out.splitlines() == [
        f"Asking UNHCR for {PENDING}",
        f"Asking World Bank for {TRADE}",
    ]
    assert digest(DATA) == before


def test_what_is_kept_says_where_it_is_from_and_is_not_used_with_other_bytes(site, collect):
    [newer], _ = collect(FOUND)
    about = json.loads(newer.kept.path.with_suffix(".json").read_text(encoding="utf-8"))
    [answer] = about["answers"]
    assert answer["address"] == f"{site.bases['Eurostat']}{site.addresses[0][len('/Eurostat') :]}"
    assert answer["at"].endswith("Z")
    assert about["sha256"] == hashlib.sha256(newer.kept.path.read_bytes()).hexdigest()
    assert about["released"] == "2026-10-28"
    text = newer.kept.path.read_text(encoding="utf-8").replace("1265350", "1265355")
    newer.kept.path.write_text(text, encoding="utf-8")
    [again], _ = collect(FOUND)
    assert site.asked["MIGR_EIPRE"] == 2
    assert not again.difference


def test_differences_are_told_number_by_number(site, collect):
    site.changes["MIGR_EIPRE"] = lambda rows: one_more_year(rows)[1:]
    [newer], _ = collect(FOUND)
    assert newer.difference.changed == [(("2023",), "persons", "1265350", "1300000")]
    told = update._of_table(newer)
    assert told[0] == (
        f"{FOUND} (Eurostat, released 2026-10-28): 1 rows new, 1 cells changed, 1 rows gone."
    )
    assert told[1:4] == ["  new: 2024", "  gone: 2014", "  2023, persons: 1,265,350 -> 1,300,000"]
    assert told[-1] == "  Eurostat marks values: p 1 times. Read what the marks mean."
    whole = newer.kept.path.with_name(f"{FOUND}-changes.csv").read_text(encoding="utf-8")
    assert whole == (
        "year,what,column,old,new\n2024,new,,,\n2014,gone,,,\n"
        "2023,changed,persons,1265350,1300000\n"
    )


@pytest.fixture
def small_root(tmp_path):
    """A copy of the tables and the package, with one small chapter."""
    root = tmp_path / "book"
    copy_sources(root, "data", "src/decentwork", "references.bib", "CITATION.cff", "_toc.yml")
    chapter = root / "notebooks" / "small.ipynb"
    chapter.parent.mkdir()
    text = executed(ARGUED, {"source": NOTEBOOK}, {"source": TESTED})
    chapter.write_text(text, encoding="utf-8")
    return root


@pytest.mark.slow
def test_what_would_change_in_chapters_is_told_and_nothing_is_written(site, collect, small_root):
    def change(rows):
        rows[1]["OBS_VALUE"] = 2_200_000
        return one_more_year(rows)

    site.changes["MIGR_EIPRE"] = change
    before = digest(small_root)
    arrived, _ = collect(FOUND, root=small_root)
    told = update.report(arrived, DAY, small_root)
    assert digest(small_root) == before
    assert f"{FOUND}, known_numbers, “years”: 10 -> 11" in told
    assert f"{FOUND}, known_numbers, “people found, 2023”: 1,265,350 -> 1,300,000" in told
    at = told.index("notebooks/small: 1 numbers or headlines would change.")
    assert told[at + 1 :] == [
        "  small-last: “1,265,350” -> “918,925”",
        "  1 cells would fail: cell 3: the year with most people is 2015",
        "  verdicts to look at: P5-05 (partly answered, weak)",
    ]


@pytest.fixture
def taken(site, tmp_path, copy):
    """A copy of data/ in which a table can be taken, and the function that takes it."""
    root, folder = copy.parent, tmp_path / "kept" / DAY

    def take(name, because=""):
        _collect(site, folder, name, root=root)
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
    assert "title and description, which name 2014, 2023." in told
    assert "Let data/labour_migration/builders/found_irregularly_present.py read" in told
    assert "known_numbers in data/labour_migration/found-irregularly-present.yml again" in told


def test_a_flag_that_is_lifted_is_no_loss(site, taken, copy):
    site.changes["MIGR_ASYTPSM"] = lambda rows: [{**row, "OBS_FLAG": ""} for row in rows]
    assert data.read("temporary-protection", copy)["flag"].notna().any()
    taken("temporary-protection")
    assert data.read("temporary-protection", copy)["flag"].isna().all()


def test_take_keeps_the_columns_that_are_not_asked_for(site, taken, copy):
    def change(rows):
        return [{**row, "value": row["value"] and row["value"] + 1} for row in rows]

    site.changes["NY.GDP.PCAP.PP.KD"] = change
    before = data.read(TRADE)
    taken(TRADE)
    after = data.read(TRADE, copy)
    assert after["unemployment_percent"].equals(before["unemployment_percent"])
    assert after["trade_percent"].equals(before["trade_percent"])
    assert (after["gdp_per_head"] - before["gdp_per_head"]).dropna().unique().tolist() == [1]


def test_a_table_that_is_taken_no_longer_shares_where_it_is_from(site, taken, copy):
    site.changes["NY.GDP.PCAP.PP.KD"] = lambda rows: [
        {**row, "value": row["value"] and row["value"] + 1} for row in rows
    ]
    shared = load_shared(copy).origins
    names = yaml.safe_load(data.metadata(TRADE, copy).path.read_text(encoding="utf-8"))["origin"]
    [before] = [shared[name] for name in names if name == "wdi"]
    taken(TRADE)
    after = data.metadata(TRADE, copy).origin[0]
    assert (after["date_accessed"], after["producer"]) == (DAY, before["producer"])
    assert after["version"].startswith(f"interface of World Bank, asked on {DAY}, rows with sha256")
    assert load_shared(copy).origins == shared
    assert before in data.metadata("household-surveys", copy).origin


@pytest.mark.parametrize(
    ("name", "code", "change", "says"),
    [
        (FOUND, "MIGR_EIPRE", lambda rows: rows[:-1], "1 rows are gone"),
        (TRADE, "NY.GDP.PCAP.PP.KD",
         lambda rows: [{**row, "value": None if row["countryiso3code"] == "ALB" else row["value"]}
                       for row in rows], "9 cells lost their value"),
        (VULNERABLE, "SL.EMP.VULN.ZS",
         lambda rows: [{**row, "value": row["value"] + 1,
                        "indicator": {"id": "SL.EMP.VULN.ZS", "value": "Own account"}}
                       for row in rows],
         "SL.EMP.VULN.ZS is now called “Own account”, and it was called “Vulnerable"),
        (FOUND, "MIGR_EIPRE",
         lambda rows: [{**row, "OBS_VALUE": 700_000, "DATAFLOW": "ESTAT:MIGR_EIPRE(2.0)"}
                       for row in rows],
         "MIGR_EIPRE is now called “ESTAT:MIGR_EIPRE(2.0)”"),
    ],
)  # fmt: skip
def test_take_refuses_a_loss_and_another_meaning_without_a_reason(
    name, code, change, says, site, taken, copy
):
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
    def change(rows):
        rows[0]["OBS_VALUE"] = -5
        return rows

    site.changes["MIGR_EIPRE"] = change
    before = digest(copy)
    with pytest.raises(data.DataError, match="below the minimum"):
        taken(FOUND)
    assert digest(copy) == before


def test_the_command_says_what_did_not_arrive(site, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(kept, "FOLDER", tmp_path)
    quickly = partial(update.collect, patience=AGAIN_AT_ONCE, bases=site.bases)
    monkeypatch.setattr(update, "collect", quickly)
    today = tmp_path / date.today().isoformat()
    site.faults["population"] = "404"
    assert update.main([FOUND, PENDING]) == 1
    out, err = capsys.readouterr()
    assert "Nothing in the book would change." in out
    assert err.startswith(f"Not arrived: {PENDING}: http://127.0.0.1:")
    assert f"1 of 2 tables arrived and are kept in {today}." in err
    assert update.main([FOUND]) == 0
    assert site.asked == {"MIGR_EIPRE": 1, "population": 1}


def test_the_command_says_what_it_cannot_do(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(kept, "FOLDER", tmp_path)
    for arguments, says in (
        (["--take"], "Name the tables to take"),
        (
            ["--take", FOUND],
            f"nothing of {FOUND} is kept in {tmp_path}: run `python -m bookmaking.update` first",
        ),
        (["informal-employment"], "cannot be asked for: it compares two extractions of 2024"),
        (["no-table"], "no-table cannot be asked for: known are growth-and-trade"),
    ):
        assert update.main(arguments) == 1
        assert says in capsys.readouterr().err
