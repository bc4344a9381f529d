"""What the publishers' interfaces are asked, and how their answers are read: strictly.

The addresses and forms were taken from public records of answers, because the interfaces could not
be called where this was written (`tests/test_update.py` names each record). So the first real run
may find a column that is not known here. It then says so and uses nothing.

Three clients were tried and are not used. wbgapi 1.0.14 returns fewer rows without a word when a
page in the middle is empty, and never asks again. sdmx1 2.28.0 refuses the CSV of version 1 that
ILOSTAT and Eurostat send, and takes attributes for dimensions where it reads XML without a second
question. pysdmx 1.21.0 never asks again and cannot name the format in the address, as Eurostat
wants it. For UNHCR there is no client that is kept up.
"""

import gzip
import io
import json
import re
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import pandas as pd

from bookmaking.update.answers import Answer, Ask, NoAnswerError
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

BANK_ROW = {
    "indicator", "country", "countryiso3code", "date", "value", "unit", "obs_status", "decimal",
}  # fmt: skip
UNHCR_PLACES = {
    f"{which}{part}" for which in ("coo", "coa") for part in ("", "_id", "_name", "_iso")
}
UNHCR_ROWS = {
    "population": {
        "refugees", "asylum_seekers", "returned_refugees", "idps", "returned_idps", "stateless",
        "ooc", "oip", "hst",
    },
    "asylum-decisions": {
        "procedure_type", "dec_level", "dec_pc", "dec_recognized", "dec_other", "dec_rejected",
        "dec_closed", "dec_total",
    },
}  # fmt: skip
NOTHING = "-"
"""What UNHCR writes where a column does not apply."""
SDMX_ATTRIBUTES = {
    ILOSTAT: {
        "OBS_STATUS", "UNIT_MEASURE_TYPE", "UNIT_MEASURE", "UNIT_MULT", "SOURCE", "NOTE_SOURCE",
        "NOTE_INDICATOR", "NOTE_CLASSIF", "DECIMALS", "UPPER_BOUND", "LOWER_BOUND",
    },
    EUROSTAT: {"LAST UPDATE", "OBS_FLAG", "CONF_STATUS"},
}  # fmt: skip
FLAG = {ILOSTAT: "OBS_STATUS", EUROSTAT: "OBS_FLAG"}


@dataclass(frozen=True)
class Arrived:
    """What a publisher sent for one table.

    ``rows`` are all text: ``place`` (the publisher's code), ``period``, ``of`` (the series or the
    column of the publisher), ``value``, ``flag``, and ``origin`` where decisions have one.
    ``answers`` are the bodies from which they were read, ``released`` the day on which the
    publisher changed the data last (empty where it does not say), and ``called`` how it names each
    series.
    """

    rows: pd.DataFrame
    answers: tuple[Answer, ...]
    released: str
    called: Mapping[str, str]


COLUMNS = ["place", "origin", "period", "of", "value", "flag"]


def arrive(
    series: Series,
    places: Sequence[str],
    ask: Ask,
    bases: Mapping[str, str] = BASES,
    pause: float = 0,
) -> Arrived:
    """Ask a publisher for all rows of a series, and read them.

    ``places`` are the codes of the States of the table, as the publisher writes them; ``pause`` has
    the seconds between two pages. Raises NoAnswerError with a sentence on what did not come, or
    came in a form that is not known.
    """
    return _READERS[series.publisher](series, places, ask, bases[series.publisher], pause)


def _world_bank(
    series: Series, places: Sequence[str], ask: Ask, base: str, pause: float
) -> Arrived:
    rows, answers, called, released = [], [], {}, ""
    for code in series.series:
        query = {"source": 2, "date": f"{series.first}:{datetime.now().year}", "format": "json"}
        address = f"{base}/country/{';'.join(places)}/indicator/{code}?{urlencode(query)}"
        found = []
        for head, page, answer in _pages(address, ask, _of_the_bank, "per_page", pause):
            answers.append(answer)
            found += page
            released = max(released, _day(str(head.get("lastupdated") or "")))
        if len(found) != head["total"]:
            raise NoAnswerError(
                f"The World Bank names {head['total']} rows of {code} and sent {len(found)}. Ask "
                "again another day."
            )
        _known_columns(found, BANK_ROW, {*BANK_ROW} - {"unit", "obs_status", "decimal"}, address)
        for row in found:
            if row["indicator"]["id"] != code:
                raise NoAnswerError(f"{address} sent the series {row['indicator']['id']}.")
            called[code] = row["indicator"]["value"]
            value = "" if row["value"] is None else str(row["value"])
            rows.append((row["countryiso3code"], "", row["date"], code, value, ""))
    return Arrived(_frame(rows), tuple(answers), released, called)


def _of_the_bank(content: Any, address: str) -> tuple[Mapping[str, Any], list[Any], int]:
    if not isinstance(content, list) or not content or not isinstance(content[0], dict):
        raise NoAnswerError(f"{address} sent JSON in a form that is not known.")
    if "message" in content[0]:  # with the status 200
        told = "; ".join(f"{each['key']}: {each['value']}" for each in content[0]["message"])
        raise NoAnswerError(f"{address} refuses the question ({told}).")
    if len(content) != 2 or not {"page", "pages", "total"} <= content[0].keys():
        raise NoAnswerError(f"{address} sent JSON in a form that is not known.")
    return content[0], content[1] or [], int(content[0]["pages"])


def _unhcr(series: Series, places: Sequence[str], ask: Ask, base: str, pause: float) -> Arrived:
    [endpoint] = series.series
    # A year that is not over has the figures of its middle, and the table those of its end.
    last = max(map(int, series.periods), default=datetime.now().year - 1)
    query = {"yearFrom": series.first, "yearTo": last, "coa_all": "true"}
    if series.origins:
        query["coo_all"] = "true"
    address = f"{base}/{endpoint}/?{urlencode(query)}"
    wanted = {column for value in series.values.values() for column in value["of"]}
    rows, answers = [], []
    for _, page, answer in _pages(address, ask, _of_unhcr, "limit", pause):
        answers.append(answer)
        known = UNHCR_PLACES | UNHCR_ROWS[endpoint] | {"year"}
        _known_columns(page, known, {"year", "coa_iso", "coo_iso"} | wanted, address)
        for row in page:
            origin = "" if row["coo_iso"] == NOTHING else row["coo_iso"]
            rows += [
                (row["coa_iso"], origin, str(row["year"]), column, _number(row[column]), "")
                for column in sorted(wanted)
            ]
    found = _frame(rows)
    wanted_rows = found["place"].isin(places) & found["origin"].isin(series.origins or ("",))
    return Arrived(found[wanted_rows], tuple(answers), "", {})


def _of_unhcr(content: Any, address: str) -> tuple[Mapping[str, Any], list[Any], int]:
    if not isinstance(content, dict) or not {"page", "maxPages", "items"} <= content.keys():
        raise NoAnswerError(f"{address} sent JSON in a form that is not known.")
    return content, content["items"], int(content["maxPages"])


def _number(value: Any) -> str:
    return "" if value in (None, NOTHING, "") else str(value)


_PageReader = Callable[[Any, str], tuple[Mapping[str, Any], list[Any], int]]


def _pages(
    address: str, ask: Ask, read: _PageReader, size: str, pause: float
) -> Iterator[tuple[Mapping[str, Any], list[Any], Answer]]:
    """Yield the head and the rows of each page. An empty page is a fault: rows would be lost."""
    number, pages = 1, 1
    while number <= pages:
        of_page = f"{address}&{size}={PER_PAGE}&page={number}"
        answer = ask(of_page, JSON)
        head, rows, pages = read(_as_json(answer), of_page)
        if int(head["page"]) != number or pages > MOST_PAGES:
            raise NoAnswerError(f"{of_page} sent page {head['page']} of {pages}, not {number}.")
        if not rows:
            raise NoAnswerError(
                f"{of_page} sent no rows, though it is page {number} of {pages}. Nothing of this "
                "table is used. Ask again another day."
            )
        yield head, rows, answer
        number += 1
        if number <= pages:
            time.sleep(pause)


def _as_json(answer: Answer) -> Any:
    try:
        return json.loads(answer.body)
    except ValueError:
        raise NoAnswerError(f"{answer.address} sent no JSON. {_begins(answer)}") from None


def _begins(answer: Answer) -> str:
    begin = re.sub(r"\s+", " ", answer.body[:80].decode("utf-8", "replace")).strip()
    return f"It begins: {begin}"


def _known_columns(
    rows: Sequence[Any], known: Collection[str], needed: Collection[str], address: str
) -> None:
    """Raise NoAnswerError for a column that is not known, or is not in every row."""
    each = [set(row) if isinstance(row, dict) else {"?"} for row in rows]
    lacking = sorted(set(needed) - set.intersection(*each))
    strange = sorted(set.union(*each) - set(known))
    faults = [f"lacks the columns {', '.join(lacking)}"] * bool(lacking)
    faults += [f"has columns that are not known: {', '.join(strange)}"] * bool(strange)
    if faults:
        raise NoAnswerError(
            f"What {address} sent {' and '.join(faults)}. Read in the publisher's documentation "
            "what changed, then change interfaces.py."
        )


def _sdmx(series: Series, places: Sequence[str], ask: Ask, base: str, pause: float) -> Arrived:
    [code] = series.series
    key = ".".join("+".join(places) if each == STATES else each for each in series.key.values())
    if series.publisher == EUROSTAT:
        dataset, query = code, {"format": "SDMX-CSV", "startPeriod": series.first}
    else:
        dataset, query = f"ILO,DF_{code},1.0", {"startPeriod": series.first}
    address = f"{base}/data/{dataset}/{key}?{urlencode(query)}"
    answer = ask(address, CSV)
    frame = _as_csv(answer)
    must = {"DATAFLOW", *series.key, "TIME_PERIOD", "OBS_VALUE", FLAG[series.publisher]}
    known = must | SDMX_ATTRIBUTES[series.publisher]
    _known_columns([dict.fromkeys(frame.columns)], known, must, address)
    flows = sorted(set(frame["DATAFLOW"]))
    if len(flows) != 1:
        raise NoAnswerError(f"{address} sent rows of {len(flows)} datasets, and one was asked for.")
    place = next((name for name, each in series.key.items() if each == STATES), None)
    rows = pd.DataFrame(
        {
            "place": frame[place] if place else "",
            "origin": "",
            "period": frame["TIME_PERIOD"],
            "of": code,
            "value": frame["OBS_VALUE"].replace(":", ""),
            "flag": frame[FLAG[series.publisher]],
        },
        dtype="string",
    )
    days = {_day(text) for text in frame.get("LAST UPDATE", pd.Series(dtype=str))}
    return Arrived(rows, (answer,), max(days, default=""), {code: flows[0]})


def _as_csv(answer: Answer) -> pd.DataFrame:
    body = answer.body
    if body[:2] == b"\x1f\x8b":
        body = gzip.decompress(body)
    text = body.decode("utf-8-sig", "replace")
    if not text.startswith("DATAFLOW,"):
        raise NoAnswerError(
            f"{answer.address} sent no CSV of SDMX. {_begins(answer)} A dataset that is too large "
            "is made later, and an error may come without its number: open the address in a "
            "browser."
        )
    try:
        frame = pd.read_csv(io.StringIO(text), dtype="string", keep_default_na=False)
    except (ValueError, pd.errors.ParserError) as error:
        raise NoAnswerError(f"{answer.address} sent CSV that cannot be read ({error}).") from None
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


def _frame(rows: list[tuple[str, ...]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COLUMNS, dtype="string")


_READERS = {WORLD_BANK: _world_bank, ILOSTAT: _sdmx, UNHCR: _unhcr, EUROSTAT: _sdmx}
