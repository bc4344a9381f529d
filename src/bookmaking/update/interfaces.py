"""What the publishers' interfaces are asked, and how their answers are read: strictly.

The addresses and forms were taken from public records of answers, because the interfaces could not
be called where this was written (`tests/replayed.py` names each record). So the first real run may
find a column that is not known here. It then says so and uses nothing.

The clients wbgapi, sdmx1 and pysdmx were tried and are not used: they lose rows of an empty page,
refuse the CSV that ILOSTAT and Eurostat send, or never ask again. UNHCR has none that is kept up.

What arrived is kept by day: `_build/updates/<day>/<table>.csv`, and next to it where it is from. A
table that is kept is not asked for again on the same day, so a run in which some publishers did not
answer goes on where it ended.
"""

import gzip
import hashlib
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pandas as pd

from bookmaking.update.answers import LATER, Answer, NoAnswerError, ask
from bookmaking.update.series import STATES, Series

WORLD_BANK, ILOSTAT, UNHCR, EUROSTAT = "World Bank", "ILOSTAT", "UNHCR", "Eurostat"
BASES = {
    WORLD_BANK: "https://api.worldbank.org/v2",
    ILOSTAT: "https://sdmx.ilo.org/rest",
    UNHCR: "https://api.unhcr.org/population/v1",
    EUROSTAT: "https://ec.europa.eu/eurostat/api/dissemination/sdmx/2.1",
}
"""Where each interface is. Tests name a server on this machine."""
JSON = {"Accept": "application/json"}
CSV = {"Accept": "application/vnd.sdmx.data+csv;version=1.0.0"}
PER_PAGE = 1000
MOST_PAGES = 500
"""More pages than any of these questions has: a wrong count must not be followed for ever."""
UNHCR_COLUMNS = {
    *("year", "coo", "coo_id", "coo_name", "coo_iso", "coa", "coa_id", "coa_name", "coa_iso"),
    *("refugees", "asylum_seekers", "returned_refugees", "idps", "returned_idps", "stateless"),
    *("ooc", "oip", "hst", "procedure_type", "dec_level", "dec_pc", "dec_recognized", "dec_other"),
    *("dec_rejected", "dec_closed", "dec_total"),
}
"""What UNHCR sends of the population and of decisions: another column may split the rows again."""
NOTHING = (None, "-", "")
"""What UNHCR writes where a column does not apply."""
FLAG = {ILOSTAT: "OBS_STATUS", EUROSTAT: "OBS_FLAG"}
NO_DIMENSIONS = {"DATAFLOW", "LAST UPDATE"}
COLUMNS = ["place", "origin", "period", "of", "value", "flag"]
UNKNOWN = "Read in the publisher's documentation what changed, then change interfaces.py."


@dataclass(frozen=True)
class Arrived:
    """What a publisher sent for one table.

    ``rows`` are all text: ``place`` (the publisher's code), ``period``, ``of`` (the series or the
    column of the publisher), ``value``, ``flag``, and ``origin`` where decisions have one.
    ``about`` has ``publisher``, ``released`` (the day on which it changed the data last, empty
    where it does not say), ``called`` (how it names each series), ``answers`` (address, time and
    checksum of each) and, once they are kept, ``sha256`` of the rows.
    """

    rows: pd.DataFrame
    about: Mapping[str, Any]


def keep(arrived: Arrived, path: Path) -> Arrived:
    """Keep the rows in a file, and next to it where they are from; return all that is kept."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = arrived.rows.to_csv(index=False, lineterminator="\n")
    path.write_text(text, encoding="utf-8", newline="\n")
    about = {**arrived.about, "sha256": hashlib.sha256(text.encode()).hexdigest()}
    # Last, because a file of rows counts only with its description: a run may end in between.
    described = json.dumps(about, ensure_ascii=False, indent=1) + "\n"
    path.with_suffix(".json").write_text(described, encoding="utf-8", newline="\n")
    return Arrived(arrived.rows, about)


def kept(path: Path) -> Arrived | None:
    """Return what was kept in a file; None if it is not there whole."""
    about = path.with_suffix(".json")
    if not about.is_file():
        return None
    rows = pd.read_csv(path, dtype="string", keep_default_na=False)
    return Arrived(rows, json.loads(about.read_text(encoding="utf-8")))


def arrive(series: Series, places: Sequence[str]) -> Arrived:
    """Ask a publisher for all rows of a series, and read them.

    ``places`` are the codes of the States of the table, as the publisher writes them. Raises
    NoAnswerError with a sentence on what did not come, or came in a form that is not known.
    """
    rows, answers, released, called = _READERS[series.publisher](series, places)
    about = {"publisher": series.publisher, "released": released, "called": called,
             "answers": [each.about for each in answers]}  # fmt: skip
    return Arrived(pd.DataFrame(rows, columns=COLUMNS, dtype="string"), about)


_Read = tuple[Any, list[Answer], str, dict[str, str]]
"""Rows, the answers with them, the day on which they were released, and how series are called."""


def _world_bank(series: Series, places: Sequence[str]) -> _Read:
    rows, answers, called, released = [], [], {}, ""
    for code in series.series:
        query = {"source": 2, "date": f"{series.first}:{datetime.now().year}", "format": "json"}
        address = (
            f"{BASES[WORLD_BANK]}/country/{';'.join(places)}/indicator/{code}?{urlencode(query)}"
        )
        found = []
        for head, page, answer in _pages(address, "per_page"):
            answers.append(answer)
            found += page
            released = max(released, _day(str(head.get("lastupdated") or "")))
        if len(found) != head["total"]:
            raise NoAnswerError(
                f"The World Bank names {head['total']} rows of {code} and sent {len(found)}. "
                f"{LATER}"
            )
        _need(found, {"indicator", "countryiso3code", "date", "value"}, address)
        for row in found:
            called[code] = row["indicator"]["value"]
            value = "" if row["value"] is None else str(row["value"])
            rows.append((row["countryiso3code"], "", row["date"], code, value, ""))
    return rows, answers, released, called


def _unhcr(series: Series, places: Sequence[str]) -> _Read:
    [endpoint] = series.series
    # A year that is not over has the figures of its middle, and the table those of its end.
    last = max(map(int, series.periods), default=datetime.now().year - 1)
    query = {"yearFrom": series.first, "yearTo": last, "coa_all": "true"}
    if series.origins:
        query["coo_all"] = "true"
    address = f"{BASES[UNHCR]}/{endpoint}/?{urlencode(query)}"
    wanted = sorted({column for value in series.values.values() for column in value["of"]})
    rows, answers = [], []
    for _, page, answer in _pages(address, "limit"):
        answers.append(answer)
        _need(page, {"year", "coa_iso", "coo_iso", *wanted}, address, UNHCR_COLUMNS)
        for row in page:
            origin = _text(row["coo_iso"])
            if row["coa_iso"] in places and origin in (series.origins or ("",)):
                year = str(row["year"])
                rows += [(row["coa_iso"], origin, year, of, _text(row[of]), "") for of in wanted]
    return rows, answers, "", {}


def _text(value: Any) -> str:
    return "" if value in NOTHING else str(value)


def _pages(address: str, size: str) -> Iterator[tuple[Mapping[str, Any], list[Any], Answer]]:
    """Yield the head and the rows of each page. An empty page is a fault: rows would be lost."""
    number, pages = 1, 1
    while number <= pages:
        of_page = f"{address}&{size}={PER_PAGE}&page={number}"
        answer = ask(of_page, JSON)
        try:
            content = json.loads(answer.body)
            head, rows = content if isinstance(content, list) else (content, content["items"])
            sent, pages = int(head["page"]), int(head.get("pages") or head["maxPages"])
        except (ValueError, LookupError, TypeError):
            # The World Bank refuses a question with a message and the status 200.
            told = f"{of_page} sent no JSON in a form that is known. {_begins(answer)}"
            raise NoAnswerError(told) from None
        if sent != number or pages > MOST_PAGES:
            raise NoAnswerError(f"{of_page} sent page {sent} of {pages}, not {number}.")
        if not rows:
            raise NoAnswerError(
                f"{of_page} sent no rows, though it is page {number} of {pages}. Nothing of this "
                f"table is used. {LATER}"
            )
        yield head, rows, answer
        number += 1


def _begins(answer: Answer) -> str:
    return f"It begins: {' '.join(answer.body[:160].decode('utf-8', 'replace').split())}"


def _need(
    rows: Sequence[Mapping[str, Any]],
    needed: set[str],
    address: str,
    known: set[str] | None = None,
) -> None:
    """Raise NoAnswerError for a column that is not in every row, or that is not known."""
    lacking = needed - set.intersection(*map(set, rows))
    strange = set.union(*map(set, rows)) - known if known else set()
    if lacking or strange:
        raise NoAnswerError(
            f"What {address} sent lacks {sorted(lacking)} and has {sorted(strange)}, which are not "
            f"known. {UNKNOWN}"
        )


def _sdmx(series: Series, places: Sequence[str]) -> _Read:
    [code] = series.series
    key = ".".join("+".join(places) if each == STATES else each for each in series.key.values())
    if series.publisher == EUROSTAT:
        dataset, query = code, {"format": "SDMX-CSV", "startPeriod": series.first}
    else:
        dataset, query = f"ILO,DF_{code},1.0", {"startPeriod": series.first}
    address = f"{BASES[series.publisher]}/data/{dataset}/{key}?{urlencode(query)}"
    answer = ask(address, CSV)
    frame = _as_csv(answer)
    _need([dict.fromkeys(frame)], {"TIME_PERIOD", "OBS_VALUE", FLAG[series.publisher]}, address)
    before_time = frame.columns[: frame.columns.get_loc("TIME_PERIOD")]
    dimensions = [name for name in before_time if name not in NO_DIMENSIONS]
    if dimensions != [*series.key]:
        told = f"{address} sent the dimensions {dimensions}, not {[*series.key]}."
        raise NoAnswerError(f"{told} {UNKNOWN}")
    place = next((name for name, each in series.key.items() if each == STATES), None)
    rows = {
        "place": frame[place] if place else "",
        "origin": "",
        "period": frame["TIME_PERIOD"],
        "of": code,
        "value": frame["OBS_VALUE"].replace(":", ""),
        "flag": frame[FLAG[series.publisher]],
    }
    released = max(map(_day, frame.get("LAST UPDATE", ())), default="")
    return rows, [answer], released, {code: frame["DATAFLOW"].iloc[0]}


def _as_csv(answer: Answer) -> pd.DataFrame:
    body = answer.body
    if body[:2] == b"\x1f\x8b":
        body = gzip.decompress(body)
    try:
        if not body.removeprefix(b"\xef\xbb\xbf").startswith(b"DATAFLOW,"):
            raise ValueError("no column DATAFLOW")
        frame = pd.read_csv(
            io.BytesIO(body), dtype="string", keep_default_na=False, encoding="utf-8-sig"
        )
    except ValueError as error:
        raise NoAnswerError(
            f"{answer.address} sent no CSV of SDMX ({error}). {_begins(answer)} A dataset that is "
            "too large is made later, and an error may come without its number: open the address "
            "in a browser."
        ) from None
    if frame.empty:
        raise NoAnswerError(f"{answer.address} sent no rows below the names of the columns.")
    return frame


def _day(text: str) -> str:
    """Return a date as YYYY-MM-DD; empty for a text in a form that is not known."""
    for form in ("%Y-%m-%d", "%d/%m/%y %H:%M:%S"):
        try:
            return f"{datetime.strptime(text.strip(), form):%Y-%m-%d}"
        except ValueError:
            continue
    return ""


_READERS = {WORLD_BANK: _world_bank, ILOSTAT: _sdmx, UNHCR: _unhcr, EUROSTAT: _sdmx}
