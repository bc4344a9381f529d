"""The report of external links, against a server on this machine that answers as sites do."""

import csv
import re
import threading
import time
from collections import Counter
from datetime import date
from functools import partial
from http.server import BaseHTTPRequestHandler
from socket import socket

import pytest

from bookmaking.checks import ROOT
from bookmaking.tools import asking, links, serve
from bookmaking.tools.asking import GONE, HERE, MOVED, REFUSED, UNKNOWN

STATUSES = {200, 403, 404, 410, 429, 451, 500, 503}
REDIRECTS = {
    "/old": (301, "/200"),
    "/old-and-gone": (301, "/404"),
    "/today": (302, "/200"),
    "/shelf/report": (302, "/"),
    "/slash": (301, "/slash/"),
    "/round": (302, "/round"),
    "/strange": (302, "http://[bad/"),
}
EXPECTED = {
    "/200": (HERE, "200 OK"),
    "/old": (MOVED, "301 Moved Permanently"),
    "/old-and-gone": (GONE, "404 Not Found"),
    "/today": (HERE, "302 Found"),
    "/shelf/report": (MOVED, "leads to a front page: what was cited may be gone"),
    "/slash": (HERE, "200 OK"),
    "/404": (GONE, "404 Not Found"),
    "/410": (GONE, "410 Gone"),
    "/403": (REFUSED, "403 Forbidden"),
    "/451": (REFUSED, "451 Unavailable For Legal Reasons"),
    "/429": (REFUSED, "429 Too Many Requests"),
    "/429-once": (HERE, "200 OK"),
    "/503-once": (HERE, "200 OK"),
    "/500": (UNKNOWN, "500 Internal Server Error"),
    "/799": (UNKNOWN, "799 (not a known status)"),
    "/round": (UNKNOWN, "leads from one address to the next without end"),
    "/strange": (UNKNOWN, "leads to no address"),
    "/silent": (UNKNOWN, "no answer in time"),
    "/broken": (UNKNOWN, "no connection, or the answer broke off"),
}


class Site(BaseHTTPRequestHandler):
    """Answer as the path says, and keep who asked."""

    asked: Counter[str] = Counter()
    most_at_once: Counter[str] = Counter()
    names: set[str] = set()
    now: Counter[str] = Counter()
    lock = threading.Lock()
    release = threading.Event()

    def do_GET(self) -> None:
        """Answer."""
        host = self.headers["Host"]
        with self.lock:
            self.asked[self.path] += 1
            self.now[host] += 1
            self.most_at_once[host] = max(self.most_at_once[host], self.now[host])
            self.names.add(self.headers["User-Agent"])
        time.sleep(0.01)  # long enough for a second question to meet the first
        with self.lock:
            self.now[host] -= 1
        self.reply()

    def reply(self) -> None:
        """Send what the path asks for."""
        path, first = self.path, self.asked[self.path] == 1
        if path == "/silent":
            self.release.wait(20)
            return
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
        Site.release.set()


@pytest.fixture
def client():
    """A client that does not wait between its tries."""
    return partial(asking.session, wait=0)


@pytest.mark.parametrize("path", EXPECTED)
def test_each_answer_is_judged(site, client, path):
    with client() as session:
        answer = asking.ask(session, f"{site}{path}", time_out=(2, 0.3))
    assert (answer.state, answer.words) == EXPECTED[path]
    assert bool(answer.leads_to) is (path in ("/old", "/today", "/shelf/report"))


def test_errors_that_pass_are_asked_again_and_answers_are_not(site, client):
    Site.asked.clear()
    with client() as session:
        for path in ("/503", "/404", "/200"):
            asking.ask(session, f"{site}{path}")
    assert Site.asked == {"/503": 3, "/404": 1, "/200": 1}


def test_a_site_that_does_not_exist_and_a_closed_port_are_unknown(client):
    with socket() as taken:
        taken.bind(("127.0.0.1", 0))
        closed = f"http://127.0.0.1:{taken.getsockname()[1]}/x"
        with client() as session:
            assert asking.ask(session, closed).words == "no connection, or the answer broke off"
            nowhere = asking.ask(session, "http://nowhere.invalid/x")
            strange = asking.ask(session, "http://.x/")
    assert (nowhere.state, nowhere.words) == (UNKNOWN, "no site of this name answers")
    assert strange.state == UNKNOWN
    assert strange.words.startswith("not an address that can be asked")


def test_a_doi_is_asked_of_its_system_and_not_followed(site, client, monkeypatch):
    monkeypatch.setattr(asking, "NOT_FOLLOWED", ("127.0.0.1",))
    Site.asked.clear()
    with client() as session:
        assert asking.ask(session, f"{site}/old").state == HERE
        assert asking.ask(session, f"{site}/404").state == GONE
    assert Site.asked == {"/old": 1, "/404": 1}


def test_a_site_is_asked_by_one_program_at_a_time_with_pauses(site, client):
    Site.most_at_once.clear()
    Site.names.clear()
    pauses = []
    other = site.replace("127.0.0.1", "localhost")
    asked = [f"{host}/200?{number}" for host in (site, other) for number in range(6)]
    answers = list(asking.ask_all(asked, client, lambda: pauses.append(1)))
    assert sorted(each.address for each in answers) == sorted(asked)
    assert set(Site.most_at_once.values()) == {1}
    assert len(pauses) == 5 * 2
    assert Site.names == {asking.NAME}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("See [x](https://a.org/b), or <https://c.org/d>.", ["https://a.org/b", "https://c.org/d"]),
        ("(https://a.org/2678(RSP)).", ["https://a.org/2678(RSP)"]),
        ("url: https://a.org/b#c; more", ["https://a.org/b#c"]),
        ('"text https://a.org/b\\nnext"', ["https://a.org/b"]),
        ("f'https://a.org/{code}'", []),
    ],
)
def test_addresses_are_found_in_text(text, found):
    assert list(links.named(text)) == found


def test_the_addresses_of_the_book_are_those_of_its_sources_and_pages():
    found = links.addresses(ROOT)
    sources = {key: url for url, named in found.items() for key in named if ".bib" in key}
    assert sources["references.bib, ilo2005release"] == "https://www.stopvaw.org/19May20052"
    assert any(url.startswith(links.DOI) for url in found)
    assert any(place.startswith("data/") for named in found.values() for place in named)
    assert not [url for url in found if not url.isascii() or re.search(r"[.,}]$|,[a-z]", url)]


def test_a_dated_report_names_what_asks_for_a_hand(site, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(asking, "PAUSE", 0)
    places = {f"{site}{path}": [f"place of {path}", "b", "c", "d"] for path in ("/404", "/old")}
    places[f"{site}/200"] = ["good place"]
    assert links.main(places, tmp_path, date(2026, 11, 28), f"{site}/200") == 0
    assert "1 gone, 1 moved, 0 refused, 0 unknown, 1 here" in capsys.readouterr().out
    text = (tmp_path / "links-2026-11-28.md").read_text(encoding="utf-8")
    assert text.startswith("# External links, 28 November 2026\n\n3 addresses of 1 sites")
    assert f"| <{site}/404> | 404 Not Found |  | place of /404; b; c and 1 more |" in text
    assert f"| <{site}/old> | 301 Moved Permanently | <{site}/200> |" in text
    assert "good place" not in text
    with (tmp_path / "links-2026-11-28.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["state"] for row in rows] == [GONE, MOVED, HERE]
    assert rows[2]["named_in"] == "good place"


def test_without_a_network_nothing_is_asked(site, tmp_path, capsys, client, monkeypatch):
    monkeypatch.setattr(asking, "session", client)
    Site.asked.clear()
    places = {f"{site}/200": ["x"]}
    assert links.main(places, tmp_path, sure="http://nowhere.invalid/") == 1
    said = capsys.readouterr().err
    assert "nowhere.invalid/ does not answer (no site of this name answers)" in said
    assert "connect to the network" in said
    assert not Site.asked
    assert not list(tmp_path.iterdir())
