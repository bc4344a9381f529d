"""Many readers at once are all served, and a file that does not come whole is counted."""

from http.server import BaseHTTPRequestHandler

import pytest

import load
from bookmaking.tools import serve

READERS = 60
PAGES = 3


@pytest.fixture
def site(tmp_path):
    """A site of a few pages that share a style sheet and have a picture each."""
    for number in range(PAGES):
        (tmp_path / f"page{number}.html").write_text(
            f'<link rel="stylesheet" href="book.css"><img src="{number}.svg">'
            '<img src="data:image/png;base64,AA"><img src="gone.svg">'
        )
        (tmp_path / f"{number}.svg").write_text("<svg/>" * 2000)
    (tmp_path / "book.css").write_text("p {}")
    return tmp_path


def test_a_visit_is_a_page_with_all_that_a_browser_fetches(site):
    assert load.visits(site) == [
        [f"page{number}.html", f"{number}.svg", "book.css"] for number in range(PAGES)
    ]


def test_every_reader_gets_every_file(site):
    with serve.served(site) as address:
        times, failures = load.read_at_once(address, load.visits(site), READERS)
    assert (len(times), failures) == (3 * READERS, [])


def test_the_server_lets_more_readers_wait_than_come_at_once(site):
    """With the five of the library a connection beyond them is tried again after a second."""
    with serve.server_of(site) as server:
        assert server.request_queue_size > load.READERS


class HalfAFile(BaseHTTPRequestHandler):
    """Promises ten bytes and sends five; has no second page."""

    def do_GET(self):
        if self.path == "/page1.html":
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", "10")
        self.end_headers()
        self.wfile.write(b"<html")

    def log_message(self, *_):
        """Say nothing of requests."""


def test_files_that_do_not_come_whole_are_failures():
    with serve.served_by(HalfAFile) as address:
        times, failures = load.read(address, ["page0.html", "page1.html"])
    assert len(times) == 2
    assert failures[0].startswith("page0.html: ") and "404" in failures[1]
