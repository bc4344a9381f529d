"""`make audit`, against a database on this machine that answers as that of vulnerabilities does."""

import json
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from socket import socket

import pytest

from bookmaking import audit, lock

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
    """Know one vulnerability, of the package ``leaky``, and keep what was asked."""

    asked: list[str] = []

    def do_POST(self) -> None:
        """Answer the question about many packages."""
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        names = [each["package"]["name"] for each in question["queries"]]
        self.asked.extend(names)
        short = {name: KNOWN[name] for name in ("id", "modified")}
        self.reply({"results": [{"vulns": [short]} if name == "leaky" else {} for name in names]})

    def do_GET(self) -> None:
        """Answer the question about one vulnerability."""
        self.reply(KNOWN)

    def reply(self, answer: dict) -> None:
        """Send an answer as JSON."""
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_) -> None:
        """Say nothing."""


@pytest.fixture
def database():
    """The option that lets uv ask the database on this machine."""
    Database.asked.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Database)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"--service-url=http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def packages(tmp_path, monkeypatch):
    """Two packages in a folder, which is all that uv may look at."""
    for name in ("leaky", "sound"):
        with zipfile.ZipFile(tmp_path / f"{name}-1-py3-none-any.whl", "w") as wheel:
            about, named = f"{name}-1.dist-info", f"Name: {name}\nVersion: 1\n"
            wheel.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\n{named}")
            wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
            wheel.writestr(f"{about}/RECORD", "")
    monkeypatch.setenv("UV_NO_INDEX", "1")
    monkeypatch.setenv("UV_FIND_LINKS", str(tmp_path))
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")


def test_a_known_vulnerability_is_named_and_fails(database, capsys):
    assert audit.vulnerabilities(["leaky==1", "sound==1"], [database]) == audit.FOUND
    said = capsys.readouterr()
    assert "leaky 1 has 1 known vulnerability" in said.out
    assert "PYSEC-2026-1: Reads what it must not read" in said.out
    assert "raise the version in environment.yml" in said.err


def test_a_package_for_another_system_is_asked_about_too(database):
    locked = ["leaky==1 ; sys_platform == 'win32'", "sound==1 ; python_full_version < '3.12'"]
    assert audit.vulnerabilities(locked, [database]) == audit.FOUND
    assert sorted(Database.asked) == ["leaky", "sound"]


def test_sound_packages_pass(database, capsys):
    assert audit.vulnerabilities(["sound==1"], [database]) == 0
    assert capsys.readouterr().out == "No known vulnerability in 1 locked packages.\n"
    assert Database.asked == ["sound"]


def test_a_database_that_does_not_answer_is_said_in_one_sentence(capsys):
    with socket() as taken:
        taken.bind(("127.0.0.1", 0))
        closed = f"--service-url=http://127.0.0.1:{taken.getsockname()[1]}"
        assert audit.vulnerabilities(["sound==1"], [closed]) == audit.NO_ANSWER
    said = capsys.readouterr()
    assert not said.out
    assert said.err.startswith("Nobody knows whether the packages are vulnerable")
    assert len(said.err.splitlines()) == 1


def test_each_installed_package_of_the_lock_has_its_licence_listed():
    found = audit.licences(lock.locked())
    listed = [name for packages in found.values() for name in packages]
    assert len(listed) == len(set(listed))
    assert all(version(name) for name in listed)
    assert "pandas" in found["BSD-3-Clause"]
    assert audit.NOT_SAID not in {licence for licence in found if "pandas" in found[licence]}
