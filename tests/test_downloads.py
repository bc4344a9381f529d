"""Originals are fetched from their addresses and compared with checksums; a fault is a sentence."""

import hashlib
from collections import Counter
from http.server import BaseHTTPRequestHandler

import pytest

from bookmaking.tables import downloads
from bookmaking.tables.originals import Original, Source, catalogue
from bookmaking.tools import serve
from decentwork import data

BYTES = b"a,b\n1,2\n"
GOOD = hashlib.sha256(BYTES).hexdigest()
GROUP = Source("group", "theme", "Tables", "An office", "Open")


class Publisher(BaseHTTPRequestHandler):
    """Answers by the name of the file: with its bytes, or with the fault that the name says."""

    asked: Counter

    def do_GET(self):
        name = self.path.rpartition("/")[2]
        type(self).asked[name] += 1
        tired = name == "tired.csv" and type(self).asked[name] == 1
        if tired or name == "broken.csv":
            self.send_error(500)
        elif name == "gone.csv":
            self.send_error(404)
        elif name == "shut.csv":
            self.send_error(403)
        else:
            self.send_response(200)
            self.send_header("Content-Length", str(len(BYTES)))
            self.end_headers()
            self.wfile.write(BYTES[:4] if name == "cut.csv" else BYTES)

    def log_message(self, *_):
        """Say nothing of requests."""


@pytest.fixture
def publisher(monkeypatch):
    """The address of a server on this machine, and how often each file was asked for."""
    monkeypatch.setattr(downloads, "WAIT", 0.01)
    Publisher.asked = Counter()
    with serve.served_by(Publisher) as address:
        yield address, Publisher.asked


def offered(address, name, sha256=GOOD):
    return Original(f"group/{name}", GROUP, sha256, len(BYTES), address=address + name)


def test_an_original_is_fetched_once_and_compared_with_its_checksum(publisher, tmp_path):
    address, asked = publisher
    file = offered(address, "table.csv")
    for _ in range(2):
        assert downloads.get(file, tmp_path) is None
    assert file.under(tmp_path).read_bytes() == BYTES
    assert downloads.get(file, tmp_path / "own", (tmp_path,)) is None
    assert asked["table.csv"] == 1, "what is here, or in a folder next to it, is not fetched again"
    file.under(tmp_path).write_text("a,b\n1,3\n")
    problem = downloads.get(file, tmp_path)
    assert "has the checksum" in problem and "move it away" in problem
    problem = downloads.get(offered(address, "other.csv", "0" * 64), tmp_path)
    assert "gives other bytes than those of its checksum; not kept" in problem
    assert not list(tmp_path.rglob("other.csv"))


FAULTS = {
    "gone.csv": ("is gone (404). Look for another copy with the checksum", 1),
    "shut.csv": ("refuses (403); open it to read why", 1),
    "broken.csv": ("answers 500; run this again later", downloads.TRIES),
    "cut.csv": ("cannot be reached", downloads.TRIES),
}


def test_a_fault_of_the_publisher_is_one_sentence(publisher, tmp_path, subtests):
    address, asked = publisher
    for name, (said, times) in FAULTS.items():
        with subtests.test(name):
            problem = downloads.get(offered(address, name), tmp_path)
            assert said in problem and "\n" not in problem and name in problem
            assert asked[name] == times
    assert not list(tmp_path.rglob("*.csv"))
    assert downloads.get(offered(address, "tired.csv"), tmp_path) is None
    assert asked["tired.csv"] == 2, "a server that fails once is asked again"
    problem = downloads.get(offered("http://127.0.0.1:1/", "table.csv"), tmp_path)
    assert "cannot be reached" in problem and "run this again" in problem
    typed = Original("group/table.csv", GROUP, "0" * 64, made="Typed from the report.")
    assert downloads.get(typed, tmp_path).endswith("cannot be downloaded. Typed from the report.")


def test_one_failure_loses_nothing_and_a_second_run_asks_only_for_it(publisher, tmp_path, capsys):
    address, asked = publisher
    wanted = [offered(address, name) for name in ("one.csv", "broken.csv", "two.csv")]
    (problem,) = downloads.get_all(wanted, tmp_path)
    told = capsys.readouterr()
    assert "3 of 3" in told.out and problem in told.err
    assert {path.name for path in tmp_path.rglob("*.csv")} == {"one.csv", "two.csv"}
    downloads.get_all(wanted, tmp_path)
    assert asked["one.csv"] == asked["two.csv"] == 1
    assert asked["broken.csv"] == 2 * downloads.TRIES


def test_which_originals_are_asked_for(monkeypatch, tmp_path, capsys):
    asked = []
    monkeypatch.setattr(downloads, "get_all", lambda wanted, *_: asked.extend(wanted) or [])
    assert downloads.main(["--tables", "--into", str(tmp_path)]) == 0
    assert {each.file for each in asked} == {f for f, each in catalogue().items() if each.address}
    assert downloads.main(["nobody"]) == 1
    assert "no original with an address is from nobody; known are" in capsys.readouterr().err
    with pytest.raises(data.DataError, match="there is no table 'nothing'"):
        downloads.of_tables(["nothing"])
    assert [each.file for each in downloads.of_tables(["detected-victims"])] == [
        "unodc-glotip-2025-10/data_glotip_2025-10-28.xlsx"
    ]
