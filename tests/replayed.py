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

import csv
import gzip
import io
import json
import math
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

from bookmaking.tools import serve
from bookmaking.update import interfaces
from decentwork import data

LAST_UPDATE = "28/10/26 23:00:00"
CALLED = {
    "SL.EMP.VULN.ZS": "Vulnerable employment, total (% of total employment) (modeled ILO estimate)",
}
ILO_COLUMNS = [
    "DATAFLOW", "REF_AREA", "FREQ", "MEASURE", "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS",
    "UNIT_MEASURE_TYPE", "UNIT_MEASURE", "UNIT_MULT", "SOURCE", "NOTE_SOURCE", "NOTE_INDICATOR",
    "NOTE_CLASSIF", "DECIMALS", "UPPER_BOUND", "LOWER_BOUND",
]  # fmt: skip
EUROSTAT_COLUMNS = "freq,reason,apprehen,citizen,sex,age,unit,geo"

Rows = list[dict]
Change = Callable[[Rows], Rows]
"""What a test changes in the rows of an answer."""


def same(rows: Rows) -> Rows:
    """Change nothing."""
    return rows


def world_bank(query: Mapping[str, str], code: str, change: Change, pages: int = 1) -> bytes:
    """Return a page of an indicator: a head, and rows with the newest year first."""
    values = _cells("vulnerable-employment", "percent")
    rows = [
        {
            "indicator": {"id": code, "value": CALLED[code]},
            "country": {"id": iso3[:2], "value": iso3},
            "countryiso3code": iso3,
            "date": str(year),
            "value": None if math.isnan(value) else value,
            "unit": "",
            "obs_status": "",
            "decimal": 0,
        }
        for (iso3, year), value in sorted(values.items(), reverse=True)
    ]
    rows = change(rows)
    size = -(-len(rows) // pages)
    page = int(query["page"])
    head = {
        "page": page, "pages": pages, "per_page": size, "total": len(rows), "sourceid": "2",
        "lastupdated": "2026-10-13",
    }  # fmt: skip
    return json.dumps([head, rows[(page - 1) * size : page * size]]).encode()


def unhcr(query: Mapping[str, str], change: Change, pages: int = 2) -> bytes:
    """Return a page of the population, with States of the whole world."""
    rows = change([*_claims()])
    size, page = -(-len(rows) // pages), int(query["page"])
    items = rows[(page - 1) * size : page * size]
    answer = {"page": page, "short-url": "", "maxPages": pages, "total": [], "items": items}
    return json.dumps(answer).encode()


def _claims() -> Iterator[dict]:
    for (iso3, year), pending in _cells("asylum-pending", "pending").items():
        yield _place(iso3, year) | {
            "refugees": 1, "asylum_seekers": pending or "0", "returned_refugees": "0",
            "stateless": 0, "oip": "-",
        }  # fmt: skip
    yield _place("AUS", 2024) | {"asylum_seekers": 5, "oip": "-"}


def _place(asylum: str, year: int) -> dict:
    return {
        "year": year, "coo_id": "-", "coo_name": "-", "coo": "-", "coo_iso": "-",
        "coa_id": 1, "coa_name": asylum, "coa": asylum, "coa_iso": asylum,
    }  # fmt: skip


def ilostat(query: Mapping[str, str], code: str, change: Change) -> bytes:
    """Return a dataset as CSV of SDMX."""
    cells = {**_cells("labour-inspectors", "per_10000"), ("UKR", 2019): 31.56}
    rows = [
        {
            "DATAFLOW": f"ILO:DF_{code}(1.0)", "REF_AREA": place, "FREQ": "A",
            "MEASURE": code.replace("_NOC", ""), "TIME_PERIOD": year, "OBS_VALUE": value,
        }
        for (place, year), value in cells.items()
    ]  # fmt: skip
    return _csv(ILO_COLUMNS, change(rows))


def eurostat(query: Mapping[str, str], code: str, change: Change) -> bytes:
    """Return a dataset as CSV of SDMX, with Eurostat's own column on its last update."""
    dimensions = EUROSTAT_COLUMNS.split(",")
    total = {"freq": "A", "sex": "T", "age": "TOTAL", "unit": "PER", "citizen": "TOTAL",
             "reason": "TOTAL", "apprehen": "TOTAL", "geo": "EU27_2020"}  # fmt: skip
    rows = [
        {**total, "TIME_PERIOD": year, "OBS_VALUE": value}
        for (year,), value in _cells("found-irregularly-present", "persons").items()
    ]
    described = {"DATAFLOW": f"ESTAT:{code}(1.0)", "LAST UPDATE": LAST_UPDATE}
    observed = [*dimensions, "TIME_PERIOD", "OBS_VALUE", "OBS_FLAG"]
    rows = [described | {name: row.get(name, "") for name in observed} for row in rows]
    return _csv([*described, *observed, "CONF_STATUS"], change(rows))


def _csv(columns: Iterable[str], rows: Rows) -> bytes:
    out = io.StringIO(newline="")
    known, new = [*columns], dict.fromkeys(name for row in rows for name in row)
    at = known.index("TIME_PERIOD")  # where a new dimension would be
    every = [*known[:at], *(name for name in new if name not in known), *known[at:]]
    writer = csv.DictWriter(out, every, restval="", extrasaction="ignore", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: row.get(name, "") for name in every} for row in rows)
    return out.getvalue().encode()


def _cells(table: str, column: str) -> dict[tuple, float]:
    frame = data.read(table)
    keys = list(data.metadata(table).key)
    return {tuple(row[key] for key in keys): row[column] for row in frame.to_dict("records")}


@dataclass
class Interfaces:
    """All four interfaces on one server, with what is changed in their answers, and the faults.

    Parameters
    ----------
    changes
        What is changed in the rows of a series.
    faults
        How a series is answered in place of that: ``silent``, ``cut``, a status,
        ``empty``, ``no rows`` or ``html``; with `` then well`` only the first time.
    asked
        How often each series was asked for.
    bases
        Where each interface is.
    """

    changes: dict[str, Change] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    addresses: list[str] = field(default_factory=list)
    bases: dict[str, str] = field(default_factory=dict)
    pages: int = 1
    ends: threading.Event = field(default_factory=threading.Event)


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
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        publisher, code, body = self.body(parts.path.strip("/").split("/"), query)
        self.replayed.asked[code] += 1
        self.replayed.addresses.append(self.path)
        first = self.replayed.asked[code] == 1
        fault = self.replayed.faults.get(code, "")
        if publisher in ("ILOSTAT", "Eurostat") and "csv" not in self.headers["Accept"]:
            fault = "400"
        if publisher == "Eurostat" and "gzip" in self.headers["Accept-Encoding"]:
            body = gzip.compress(body)
        if " then well" in fault:
            fault = fault.partition(" ")[0] if first else ""
        self.reply(fault, body)

    def body(self, path: list[str], query: Mapping[str, str]) -> tuple[str, str, bytes]:
        """Return the publisher, the series and the answer."""
        publisher = path[0]
        if publisher == "WorldBank":
            code = path[-1]
            return publisher, code, world_bank(query, code, self.change(code), self.replayed.pages)
        if publisher == "UNHCR":
            code = path[1]
            return publisher, code, unhcr(query, self.change(code))
        code = path[2].removeprefix("ILO,DF_").removesuffix(",1.0")
        make = ilostat if publisher == "ILOSTAT" else eurostat
        return publisher, code, make(query, code, self.change(code))

    def change(self, code: str) -> Change:
        """Return what is changed in the rows of a series."""
        return self.replayed.changes.get(code, same)

    def reply(self, fault: str, body: bytes) -> None:
        """Send the answer, or a fault."""
        if fault == "silent":
            self.replayed.ends.wait(20)
            return
        status = int(fault) if fault.isdecimal() else 200
        body = {"empty": b"", "html": b"<html>Sorry</html>"}.get(fault, body)
        if fault == "no rows":
            body = _without_rows(body)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if fault == "cut":
            body = body[: len(body) // 2]
        self.wfile.write(body)
        self.close_connection = True

    def log_message(self, *_) -> None:
        """Say nothing."""


def _without_rows(body: bytes) -> bytes:
    if body.startswith(b"DATAFLOW"):
        return body.splitlines(keepends=True)[0]
    answer = json.loads(body)
    if isinstance(answer, list):
        answer[1] = []
    else:
        answer["items"] = []
    return json.dumps(answer).encode()
