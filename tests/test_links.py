"""The report of external links, against a server on this machine that answers as sites do."""

import csv
import re
from http.server import BaseHTTPRequestHandler

import pytest

from bookmaking.checks import ROOT
from bookmaking.tools import links, serve

REDIRECTS = {"/old": "/200", "/old-and-gone": "/404", "/strange": "http://[bad/"}
EXPECTED = {"/broken": "ConnectionError", "/404": "404 Not Found", "/old-and-gone": "404 Not Found",
            "/403": "403 Forbidden", "/429-once": "200 OK", "/old": "200 OK", "/200": "200 OK",
            "/strange": "ValueError"}  # fmt: skip


class Site(BaseHTTPRequestHandler):
    """Answer as the path says: with a status, the first time or always, or with another address."""

    asked: set[str] = set()

    def do_GET(self) -> None:
        """Answer."""
        first = self.path not in self.asked
        self.asked.add(self.path)
        if self.path == "/broken":
            return
        status = re.search(r"\d+", self.path)
        is_over = "once" in self.path and not first
        self.send_response(301 if status is None else 200 if is_over else int(status[0]))
        for name, value in (("Location", REDIRECTS.get(self.path)), ("Retry-After", "0")):
            if value:
                self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site():
    """The address of a server that answers as sites do."""
    with serve.served_by(Site) as address:
        yield address.rstrip("/")


def test_a_report_begins_with_what_is_wrong_and_one_site_does_not_end_it(
    site, tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr(links.ask_site, "__defaults__", (0,))
    places = {f"{site}{path}": [f"place of {path}", "b"] for path in EXPECTED}
    assert links.main(places, tmp_path) == 0
    assert "3 × 200 OK" in capsys.readouterr().out
    (path,) = tmp_path.iterdir()
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["address"].removeprefix(site): row["answer"] for row in rows} == EXPECTED
    assert [row["answer"][:3] for row in rows[-3:]] == ["200"] * 3
    assert rows[-3]["leads_to"] == f"{site}/200", "what leads elsewhere comes before the rest"
    assert {row["named_in"] for row in rows} > {"place of /404; b"}


def test_a_doi_is_asked_of_its_system_and_not_followed(site, monkeypatch):
    monkeypatch.setattr(links, "NOT_FOLLOWED", ("127.0.0.1",))
    ((_, answer, leads_to),) = links.ask_site([f"{site}/old-and-gone"])
    assert answer.startswith("301") and not leads_to


def test_the_addresses_of_the_book_are_those_of_its_sources_pages_and_tables():
    for text, found in (
        ("See [x](https://a.org/b), or <https://c.org/d>.", ["https://a.org/b", "https://c.org/d"]),
        ("(https://a.org/2678(RSP)).", ["https://a.org/2678(RSP)"]),
        ('"text https://a.org/b\\nnext"', ["https://a.org/b"]),
    ):
        assert list(links.named(text)) == found
    found = links.addresses(ROOT)
    sources = {key: url for url, named in found.items() for key in named if ".bib" in key}
    assert sources["references.bib, ilo2005release"] == "https://www.stopvaw.org/19May20052"
    assert any(url.startswith("https://doi.org/") for url in found)
    assert any(place.startswith("data/") for named in found.values() for place in named)
    assert not [url for url in found if not url.isascii() or re.search(r"[.,}]$|,[a-z]", url)]
