"""`make audit`, against a database of vulnerabilities and a package index on this machine."""

import io
import json
import zipfile
from http.server import BaseHTTPRequestHandler
from importlib.metadata import version
from socket import socket

import pytest

from bookmaking.tools import audit, lock, serve

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

    asked: list[str] = []

    def do_POST(self) -> None:
        """Answer the question about the vulnerabilities of many packages."""
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        names = [each["package"]["name"] for each in question["queries"]]
        self.asked.extend(names)
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

    def reply(self, body: bytes, kind: str) -> None:
        """Send an answer."""
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def do_HEAD(self) -> None:
        """Answer as to the whole question."""
        self.do_GET()

    def log_message(self, *_) -> None:
        """Say nothing."""


@pytest.fixture(autouse=True)
def database(tmp_path, monkeypatch):
    """The option that lets uv ask the database on this machine; it asks that index as well."""
    Server.asked.clear()
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path))
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    # Nobody answers what is asked of another machine.
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    with serve.served_by(Server) as address:
        monkeypatch.setenv("UV_DEFAULT_INDEX", f"{address}index")
        yield f"--service-url={address.rstrip('/')}"


def test_a_known_vulnerability_is_named_and_fails(database, capsys):
    assert audit.vulnerabilities(["leaky==1", "sound==1"], [database]) == audit.FOUND
    said = capsys.readouterr()
    assert "leaky 1 has 1 known vulnerability" in said.out
    assert "PYSEC-2026-1: Reads what it must not read" in said.out
    assert "raise the version in environment.yml" in said.err


def test_a_package_for_another_system_is_asked_about_too(database):
    locked = ["leaky==1 ; sys_platform == 'win32'", "sound==1 ; python_full_version < '3.12'"]
    assert audit.vulnerabilities(locked, [database]) == audit.FOUND
    assert sorted(Server.asked) == ["leaky", "sound"]


def test_sound_packages_pass(database, capsys):
    assert audit.vulnerabilities(["sound==1"], [database]) == 0
    assert capsys.readouterr().out == "No known vulnerability in 1 locked packages.\n"
    assert Server.asked == ["sound"]


def test_a_database_that_does_not_answer_is_said_in_one_sentence(capsys):
    with socket() as taken:
        taken.bind(("127.0.0.1", 0))
        closed = f"--service-url=http://127.0.0.1:{taken.getsockname()[1]}"
        assert audit.vulnerabilities(["sound==1"], [closed]) == audit.NO_ANSWER
    said = capsys.readouterr()
    assert not said.out
    assert said.err.startswith("Nobody knows whether the packages are vulnerable")
    assert len(said.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("locked", "option", "cause"),
    [
        (["sound==1"], "--nonsense", "unexpected argument '--nonsense' found"),
        (["sound @@ 1"], "", "TOML parse error"),
        (["sound==2"], "", "your requirements are unsatisfiable"),
    ],
)
def test_a_failure_that_is_none_of_the_network_is_not_told_as_one(
    locked, option, cause, database, capsys
):
    assert audit.vulnerabilities(locked, list(filter(None, [database, option]))) != 0
    said = capsys.readouterr().err
    assert "uv could not audit the lock: " in said and cause in said
    assert "network" not in said and len(said.splitlines()) == 1


def test_each_installed_package_of_the_lock_has_its_licence_listed():
    found = audit.licences(lock.locked())
    listed = [name for packages in found.values() for name in packages]
    assert len(listed) == len(set(listed))
    assert all(version(name) for name in listed)
    assert "pandas" in found["BSD-3-Clause"]
    assert audit.NOT_SAID not in {licence for licence in found if "pandas" in found[licence]}
