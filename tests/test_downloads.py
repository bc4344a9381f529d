"""Originals are fetched from their addresses and compared with checksums; a fault is a sentence."""

import hashlib
from collections import Counter
from http.server import BaseHTTPRequestHandler

import pytest

from bookmaking.tables import downloads
from bookmaking.tables.originals import Original, Source, catalogue
from bookmaking.tools import serve

BYTES = b"a,b\n1,2\n"
GOOD = hashlib.sha256(BYTES).hexdigest()
GROUP = Source("group", "theme", "Tables", "An office", "Open")
STATUS = {"gone.csv": 404, "broken.csv": 500}


class Publisher(BaseHTTPRequestHandler):
    """Answers by the name of the file: with its bytes, or with the fault that the name says."""

    asked: Counter

    def do_GET(self):
        name = self.path.rpartition("/")[2]
        type(self).asked[name] += 1
        self.send_response(STATUS.get(name, 200))
        self.send_header("Content-Length", str(len(BYTES)))
        self.end_headers()
        self.wfile.write(BYTES[:4] if name == "cut.csv" else BYTES)

    def log_message(self, *_):
        """Say nothing of requests."""


@pytest.fixture
def publisher():
    """The address of a server on this machine, and how often each file was asked for."""
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


def test_a_fault_of_the_publisher_is_one_sentence_and_loses_nothing(publisher, tmp_path, capsys):
    address, asked = publisher
    faults = {
        "gone.csv": "cannot be read (404",
        "broken.csv": "cannot be read (500",
        "cut.csv": "cannot be read",
        "other.csv": "gives other bytes than those of its checksum; not kept",
        "typed.csv": "cannot be downloaded. Typed from the report.",
    }
    wanted = [offered(address, name) for name in ("one.csv", *faults, "two.csv")]
    wanted[4] = offered(address, "other.csv", "0" * 64)
    wanted[5] = Original("group/typed.csv", GROUP, "0" * 64, made="Typed from the report.")
    problems = downloads.get_all(wanted, tmp_path)
    for (name, said), problem in zip(faults.items(), problems, strict=True):
        assert said in problem and "\n" not in problem and name in problem
        assert problem in capsys.readouterr().err or name != "gone.csv"
    assert {path.name for path in tmp_path.rglob("*.csv")} == {"one.csv", "two.csv"}
    downloads.get_all(wanted, tmp_path)
    assert (asked["one.csv"], asked["broken.csv"]) == (1, 2), "only what failed is asked for again"


def test_which_originals_are_asked_for(capsys):
    offered = [file for file, each in catalogue().items() if each.address]
    assert [each.file for each in downloads.asked_for([])] == offered
    workbook = "unodc-glotip-2025-10/data_glotip_2025-10-28.xlsx"
    assert [each.file for each in downloads.asked_for(["detected-victims"])] == [workbook]
    assert workbook in [each.file for each in downloads.asked_for(["unodc-glotip-2025-10"])]
    assert downloads.asked_for(["ilo-rounds"]) == [], "it is typed by hand"
    with pytest.raises(SystemExit):
        downloads.main(["nothing"])
    assert "there is no table 'nothing'" in capsys.readouterr().err
