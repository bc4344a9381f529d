"""The audit of packages, against a database of vulnerabilities and a package index on this machine."""

import io
import json
import zipfile
from http.server import BaseHTTPRequestHandler
from socket import socket

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


def wheel(name: str) -> bytes:
    """Return a package with nothing in it."""
    made, about = io.BytesIO(), f"{name}-1.dist-info"
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
        archive.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{about}/RECORD", "")
    return made.getvalue()


class Server(BaseHTTPRequestHandler):
    """An index of all packages, and a database that knows one vulnerability, of ``leaky``."""

    def do_POST(self) -> None:
        """Answer the question about the vulnerabilities of many packages."""
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        names = [each["package"]["name"] for each in question["queries"]]
        short = {name: KNOWN[name] for name in ("id", "modified")}
        results = [{"vulns": [short]} if name == "leaky" else {} for name in names]
        self.reply(json.dumps({"results": results}).encode(), "application/json")

    def do_GET(self) -> None:
        """Answer the question about one vulnerability, list a package, or give it."""
        kind, name = self.path.strip("/").split("/")[:2]
        if kind == "index":
            file = f"{name}-1-py3-none-any.whl"
            self.reply(f'<a href="/files/{file}">{file}</a>'.encode(), "text/html")
        elif kind == "files":
            self.reply(wheel(name.partition("-")[0]), "application/octet-stream")
        else:
            self.reply(json.dumps(KNOWN).encode(), "application/json")

    def do_HEAD(self) -> None:
        """Answer as to the whole question."""
        self.do_GET()

    def reply(self, body: bytes, kind: str) -> None:
        """Send an answer."""
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_) -> None:
        """Say nothing."""


@pytest.fixture
def database(tmp_path, monkeypatch):
    """The option that lets uv ask the database on this machine; it asks that index as well."""
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path))
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    # Nobody answers what is asked of another machine.
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    with serve.served_by(Server) as address:
        monkeypatch.setenv("UV_DEFAULT_INDEX", f"{address}index")
        yield f"--service-url={address.rstrip('/')}"


def test_a_known_vulnerability_is_named_also_of_a_package_for_another_system(database, capsys):
    locked = ["leaky==1 ; sys_platform == 'win32'", "sound==1"]
    assert audit.vulnerabilities(locked, [database]) == audit.FOUND
    said = capsys.readouterr()
    assert "leaky 1 has 1 known vulnerability" in said.out
    assert "PYSEC-2026-1: Reads what it must not read" in said.out
    assert "Raise the version in environment.yml" in said.err


def test_sound_packages_pass(database, capsys):
    assert audit.vulnerabilities(["sound==1"], [database]) == 0
    assert capsys.readouterr().out == "No known vulnerability in 1 locked packages.\n"


def test_where_nobody_answers_nobody_knows(database, capsys):
    with socket() as taken:
        taken.bind(("127.0.0.1", 0))
        closed = f"--service-url=http://127.0.0.1:{taken.getsockname()[1]}"
        assert audit.vulnerabilities(["sound==1"], [closed]) not in (0, audit.FOUND)
    said = capsys.readouterr()
    assert not said.out
    assert "Nobody knows whether the packages are vulnerable" in said.err
