"""The report of external links, against a server on this machine that answers as sites do."""

import csv
import re
import threading
import time
from collections import Counter
from functools import partial
from http.server import BaseHTTPRequestHandler

import pytest

from bookmaking.checks import ROOT
from bookmaking.tools import links, serve
from bookmaking.tools.links import GONE, HERE, MOVED, REFUSED, UNKNOWN

REDIRECTS = {
    "/old": (301, "/200"),
    "/old-and-gone": (301, "/404"),
    "/today": (302, "/200"),
    "/shelf/report": (302, "/"),
    "/slash": (301, "/slash/"),
    "/strange": (302, "http://[bad/"),
}
EXPECTED = {
    "/200": HERE,
    "/old": MOVED,
    "/old-and-gone": GONE,
    "/today": HERE,
    "/shelf/report": MOVED,  # to the front page
    "/slash": HERE,
    "/410": GONE,
    "/403": REFUSED,
    "/429": REFUSED,
    "/503-once": HERE,
    "/500": UNKNOWN,
    "/strange": UNKNOWN,
    "/broken": UNKNOWN,
}


class Site(BaseHTTPRequestHandler):
    """Answer as the path says, and keep who asked."""

    asked: Counter[str] = Counter()
    most_at_once: Counter[str] = Counter()
    now: Counter[str] = Counter()
    lock = threading.Lock()

    def do_GET(self) -> None:
        """Answer."""
        host = self.headers["Host"]
        with self.lock:
            self.asked[self.path] += 1
            self.now[host] += 1
            self.most_at_once[host] = max(self.most_at_once[host], self.now[host])
        time.sleep(0.01)  # long enough for a second question to meet the first
        with self.lock:
            self.now[host] -= 1
        path, first = self.path, self.asked[self.path] == 1
        if path == "/broken":
            return
        status, leads_to = REDIRECTS.get(path, (200, ""))
        if path.strip("/-once").isdecimal():
            status = int(path.strip("/-once")) if first or "once" not in path else 200
        self.send_response(status)
        if leads_to:
            self.send_header("Location", leads_to)
        if status == 429:
            self.send_header("Retry-After", "0")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site():
    """The address of a server that answers as sites do."""
    with serve.served_by(Site) as address:
        yield address.rstrip("/")


def test_each_answer_is_judged(site, subtests):
    with links.session(wait=0) as session:
        for path, expected in EXPECTED.items():
            with subtests.test(path):
                answer = links.ask(session, f"{site}{path}")
                assert answer.state == expected, answer
                assert bool(answer.leads_to) is (path in ("/old", "/today", "/shelf/report"))


def test_a_doi_is_asked_of_its_system_and_not_followed(site, monkeypatch):
    monkeypatch.setattr(links, "NOT_FOLLOWED", ("127.0.0.1",))
    with links.session(wait=0) as session:
        assert links.ask(session, f"{site}/old-and-gone").state == HERE
        assert links.ask(session, f"{site}/404").state == GONE


def test_a_site_is_asked_by_one_program_at_a_time(site):
    Site.most_at_once.clear()
    other = site.replace("127.0.0.1", "localhost")
    asked = [f"{host}/200?{number}" for host in (site, other) for number in range(6)]
    answers = links.ask_all(asked, pause=0)
    assert sorted(each.address for each in answers) == sorted(asked)
    assert set(Site.most_at_once.values()) == {1}


def test_addresses_are_found_in_text():
    for text, found in (
        ("See [x](https://a.org/b), or <https://c.org/d>.", ["https://a.org/b", "https://c.org/d"]),
        ("(https://a.org/2678(RSP)).", ["https://a.org/2678(RSP)"]),
        ('"text https://a.org/b\\nnext"', ["https://a.org/b"]),
    ):
        assert list(links.named(text)) == found


def test_the_addresses_of_the_book_are_those_of_its_sources_and_pages():
    found = links.addresses(ROOT)
    sources = {key: url for url, named in found.items() for key in named if ".bib" in key}
    assert sources["references.bib, ilo2005release"] == "https://www.stopvaw.org/19May20052"
    assert any(url.startswith(links.DOI) for url in found)
    assert any(place.startswith("data/") for named in found.values() for place in named)
    assert not [url for url in found if not url.isascii() or re.search(r"[.,}]$|,[a-z]", url)]


def test_a_report_begins_with_what_asks_for_a_hand(site, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(links, "ask_all", partial(links.ask_all, pause=0))
    places = {f"{site}/{path}": [f"place of {path}", "b"] for path in ("200", "404", "old")}
    assert links.main(places, tmp_path) == 0
    assert "1 gone, 1 moved, 0 refused, 0 unknown, 1 here" in capsys.readouterr().out
    (path,) = tmp_path.iterdir()
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["state"] for row in rows] == [GONE, MOVED, HERE]
    assert rows[0]["named_in"] == "place of 404; b"
