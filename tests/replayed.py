"""Interfaces of publishers, replayed by a server on this machine from the tables of the book.

One table of each interface. The forms are those of public records of real answers; the values are
those of the tables.

World Bank: the test `test/jsonwdi.jl` of 4gh/WorldBankData.jl holds an answer whole. Others have
`"lastupdated":"2026-07-13"` in it. A refusal comes with the status 200, as a list with a message.

Eurostat: the first line of the file that `data/*/originals/eurostat-illegally-present.yml` names
holds the dimensions in their order, and codes or names. A public test of a client in Go has
an answer of the interface of June 2026 (MIGR_RESFIRST), with the column LAST UPDATE, and says that
a large one comes as the number of a job. The index that gave it does not name its repository.

ILOSTAT: a public test of a client in Python has an answer (DF_LAP_2GDP_NOC_RT), which has the same
dimensions as the one that is asked for here. Its repository is not named either.

UNHCR: notes of February and April 2026 on answers of `population`, with numbers, "0" as text and
"-".
"""

import gzip
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

import pandas as pd

from bookmaking.tools import serve
from bookmaking.update import interfaces
from decentwork import data

Rows = list[dict]
VULNERABLE = "Vulnerable employment, total (% of total employment) (modeled ILO estimate)"
ILO_NOTES = [
    "OBS_STATUS", "UNIT_MEASURE_TYPE", "UNIT_MEASURE", "UNIT_MULT", "SOURCE", "NOTE_SOURCE",
    "NOTE_INDICATOR", "NOTE_CLASSIF", "DECIMALS", "UPPER_BOUND", "LOWER_BOUND",
]  # fmt: skip


def world_bank() -> Iterator[dict]:
    """Yield the rows of an indicator, the newest year first."""
    rows = data.read("vulnerable-employment").sort_values(["iso3", "year"], ascending=False)
    for row in rows.itertuples():
        yield {
            "indicator": {"id": "SL.EMP.VULN.ZS", "value": VULNERABLE},
            "country": {"id": row.iso3[:2], "value": row.iso3},
            "countryiso3code": row.iso3, "date": str(row.year), "value": row.percent,
            "unit": "", "obs_status": "", "decimal": 0,
        }  # fmt: skip


def unhcr() -> Iterator[dict]:
    """Yield rows of the population, with States of the whole world."""
    rows = [*data.read("asylum-pending")[["iso3", "year", "pending"]].itertuples(index=False)]
    for iso3, year, pending in [*rows, ("AUS", 2024, 5)]:
        yield {
            "year": int(year), "coo_id": "-", "coo_name": "-", "coo": "-", "coo_iso": "-",
            "coa_id": 1, "coa_name": iso3, "coa": iso3, "coa_iso": iso3, "refugees": 1,
            "asylum_seekers": int(pending) or "0", "stateless": 0, "oip": "-",
        }  # fmt: skip


def ilostat() -> Iterator[dict]:
    """Yield the rows of a dataset, with one that the table leaves out."""
    rows = data.read("labour-inspectors")[["iso3", "year", "per_10000"]]
    for iso3, year, value in [*rows.itertuples(index=False), ("UKR", 2019, 31.56)]:
        yield {
            "DATAFLOW": "ILO:DF_LAI_INDE_NOC_RT(1.0)", "REF_AREA": iso3, "FREQ": "A",
            "MEASURE": "LAI_INDE_RT", "TIME_PERIOD": year, "OBS_VALUE": value,
        } | dict.fromkeys(ILO_NOTES, "")  # fmt: skip


def eurostat() -> Iterator[dict]:
    """Yield the rows of a dataset, with Eurostat's own column on its last update."""
    for row in data.read("found-irregularly-present").itertuples():
        yield {
            "DATAFLOW": "ESTAT:MIGR_EIPRE(1.0)", "LAST UPDATE": "28/10/26 23:00:00", "freq": "A",
            "reason": "TOTAL", "apprehen": "TOTAL", "citizen": "TOTAL", "sex": "T", "age": "TOTAL",
            "unit": "PER", "geo": "EU27_2020", "TIME_PERIOD": row.year, "OBS_VALUE": row.persons,
            "OBS_FLAG": "", "CONF_STATUS": "",
        }  # fmt: skip


def as_csv(rows: Rows) -> bytes:
    """Return rows as CSV of SDMX, a new dimension before the period."""
    frame = pd.DataFrame(rows)
    at = frame.columns.get_loc("TIME_PERIOD")
    last = frame.columns.get_loc("CONF_STATUS" if "CONF_STATUS" in frame else ILO_NOTES[-1])
    new = [*frame.columns[last + 1 :]]
    columns = [*frame.columns[:at], *new, *frame.columns[at : last + 1]]
    return frame[columns].to_csv(index=False, lineterminator="\r\n").encode()


@dataclass
class Interfaces:
    """All four interfaces on one server, with what is changed in their answers, and the faults.

    Parameters
    ----------
    changes
        What is changed in the rows of a series.
    faults
        How a series is answered in place of that: ``silent``, ``cut``, a status, ``no rows`` or
        ``html``; with `` then well`` only the first time.
    asked
        How often each series was asked for.
    bases
        Where each interface is.
    pages
        How many pages an answer of the World Bank has.
    """

    changes: dict[str, Callable[[Rows], Rows]] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    addresses: list[str] = field(default_factory=list)
    bases: dict[str, str] = field(default_factory=dict)
    pages: int = 1
    ends: threading.Event = field(default_factory=threading.Event)

    def body(self, publisher: str, code: str, page: int, fault: str) -> bytes:
        """Return an answer, or one page of it."""
        if publisher in ("ILOSTAT", "Eurostat"):
            rows = self.changed(code, eurostat() if publisher == "Eurostat" else ilostat())
            whole = as_csv(rows)
            return whole.splitlines(keepends=True)[0] if fault == "no rows" else whole
        bank = publisher == "WorldBank"
        rows = self.changed(code, world_bank() if bank else unhcr())
        pages = self.pages if bank else 2
        size = -(-len(rows) // pages)
        some = [] if fault == "no rows" else rows[(page - 1) * size : page * size]
        if not bank:
            answer = {"page": page, "short-url": "", "maxPages": pages, "total": [], "items": some}
            return json.dumps(answer).encode()
        head = {
            "page": page, "pages": pages, "per_page": size, "total": len(rows), "sourceid": "2",
            "lastupdated": "2026-10-13",
        }  # fmt: skip
        return json.dumps([head, some]).encode()

    def changed(self, code: str, rows: Iterator[dict]) -> Rows:
        """Return the rows of a series as a test has changed them."""
        return self.changes.get(code, list)([*rows])


@contextmanager
def served() -> Iterator[Interfaces]:
    """Serve all four interfaces."""
    replayed = Interfaces()

    class Handler(_Handler):
        """Answer for these interfaces."""

    Handler.replayed = replayed
    with serve.served_by(Handler) as root:
        replayed.bases.update({name: root + name.replace(" ", "") for name in interfaces.BASES})
        try:
            yield replayed
        finally:
            replayed.ends.set()


class _Handler(BaseHTTPRequestHandler):
    """Answer as an interface does, or with a fault."""

    replayed: Interfaces

    def do_GET(self) -> None:
        """Answer."""
        site, parts = self.replayed, urlsplit(self.path)
        publisher, *path = parts.path.strip("/").split("/")
        code = {"WorldBank": path[-1], "UNHCR": path[0]}.get(publisher) or path[1]
        code = code.removeprefix("ILO,DF_").removesuffix(",1.0")
        site.asked[code] += 1
        site.addresses.append(self.path)
        fault, _, later = site.faults.get(code, "").partition(" then ")
        if later and site.asked[code] > 1:
            fault = ""
        if publisher in ("ILOSTAT", "Eurostat") and "csv" not in self.headers["Accept"]:
            fault = "400"
        if fault == "silent":
            site.ends.wait(20)
            return
        page = int(parse_qs(parts.query).get("page", ["1"])[0])
        body = b"<html>Sorry</html>" if fault == "html" else site.body(publisher, code, page, fault)
        if publisher == "Eurostat" and "gzip" in self.headers["Accept-Encoding"]:
            body = gzip.compress(body)
        self.send_response(int(fault) if fault.isdecimal() else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if fault == "cut" else body)
        self.close_connection = True

    def log_message(self, *_) -> None:
        """Say nothing."""
