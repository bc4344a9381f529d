"""The audit of packages, against a database of vulnerabilities on this machine.

The packages need no index, as uv finds them in a folder.
"""

import json
import zipfile
from http.server import BaseHTTPRequestHandler

import pytest

from bookmaking.tools import audit, serve

KNOWN = {
    "id": "PYSEC-2026-1",
    "modified": "2026-01-01T00:00:00Z",
    "published": "2026-01-01T00:00:00Z",
    "summary": "Reads what it must not read",
    "details": "Reads what it must not read.",
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "leaky"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2"}]}],
        }
    ],
    "references": [],
}


class Database(BaseHTTPRequestHandler):
    """A database that knows one vulnerability, of ``leaky``."""

    def do_POST(self) -> None:
        """Answer the question about the vulnerabilities of many packages."""
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        names = [each["package"]["name"] for each in question["queries"]]
        short = {name: KNOWN[name] for name in ("id", "modified")}
        self.reply({"results": [{"vulns": [short]} if each == "leaky" else {} for each in names]})

    def do_GET(self) -> None:
        """Answer the question about one vulnerability."""
        self.reply(KNOWN)

    def reply(self, content: dict) -> None:
        """Send an answer."""
        body = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_) -> None:
        """Say nothing."""


@pytest.fixture
def database(tmp_path, monkeypatch):
    """The option that lets uv ask the database on this machine."""
    for name in ("leaky", "sound"):
        with zipfile.ZipFile(tmp_path / f"{name}-1-py3-none-any.whl", "w") as wheel:
            about = f"{name}-1.dist-info"
            wheel.writestr(
                f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n"
            )
            wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
            wheel.writestr(f"{about}/RECORD", "")
    for name, value in {"CACHE_DIR": tmp_path / "cache", "HTTP_RETRIES": 0, "NO_INDEX": 1,
                        "FIND_LINKS": tmp_path}.items():  # fmt: skip
        monkeypatch.setenv(f"UV_{name}", str(value))
    with serve.served_by(Database) as address:
        yield f"--service-url={address.rstrip('/')}"


def test_a_known_vulnerability_is_named_also_of_a_package_for_another_system(database, capsys):
    locked = ["leaky==1 ; sys_platform == 'win32'", "sound==1"]
    assert audit.vulnerabilities(locked, [database]) == audit.FOUND
    said = capsys.readouterr()
    assert "PYSEC-2026-1: Reads what it must not read" in said.out
    assert "Raise the version in environment.yml" in said.err
    assert audit.vulnerabilities(["sound==1"], [database]) == 0


def test_where_nobody_answers_nobody_knows(database, capsys):
    closed = "--service-url=http://127.0.0.1:1"
    assert audit.vulnerabilities(["sound==1"], [closed]) not in (0, audit.FOUND)
    assert "Nobody knows whether the packages are vulnerable" in capsys.readouterr().err
