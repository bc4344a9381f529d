"""Start JupyterLab so that a notebook reads there as it does on its page.

jupyterlab-myst shows most of MyST, but it reads no bibliography and knows no directive of this
book. The small extension in ``tools/labextension`` fills the gap (see its ``rewrite.js``); what it
says of sources and lines is written here, with the same code that makes the pages.
"""

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from bibtexparser.model import Entry as BibEntry
from pybtex.backends import markdown
from pybtex.bibtex.utils import split_name_list
from pybtex.database import Entry, Person
from pybtex.textutils import normalize_whitespace

from bookmaking.directives import exercises_content, numbering, reading_time, register_content
from bookmaking.directives.citations import AuthorYear, cited_as, tell_apart
from bookmaking.source import page_numbers, pages
from bookmaking.tools import serve
from decentwork import claims
from decentwork import sources as bibliography
from decentwork.repository import BIBLIOGRAPHY, ROOT

EXTENSION = ROOT / "tools" / "labextension"
# Else JupyterLab asks at its first start whether it may fetch news.
OVERRIDES = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false"}}
SILENT = {
    "news_url": None,
    "check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
    "extension_manager": "readonly",
}
"""Nothing is asked of the network: no news, no newer version, no list of extensions."""
SHELF = ROOT / "_build" / "labextensions"


def sources(path: Path = BIBLIOGRAPHY) -> dict[str, dict[str, str]]:
    """Return names, year and full entry (as Markdown) of each source by its key."""
    entries = {key: _as_pybtex(entry) for key, entry in bibliography.load(path).items()}
    tell_apart(entries.values())
    listed = AuthorYear().format_entries(entries.values())
    # By name, pybtex would look for a backend in all installed packages, 10 ms for each source.
    backend = markdown.Backend()
    full = {one.key: one.text.render(backend).replace("\n", " ") for one in listed}
    return {
        key: dict(zip(("names", "year", "entry"), (*cited_as(entry), full[key]), strict=True))
        for key, entry in entries.items()
    }


def _as_pybtex(entry: BibEntry) -> Entry:
    """Return an entry in the form that the styles of the pages take."""
    fields = {name: normalize_whitespace(str(one.value)) for name, one in entry.fields_dict.items()}
    persons = {
        role: [Person(name) for name in split_name_list(fields.pop(role))]
        for role in ("author", "editor")
        if role in fields
    }
    converted = Entry(entry.entry_type, fields, persons)
    converted.key = entry.key
    return converted


def lines() -> dict[str, dict[str, str]]:
    """Return words, clauses, verdict and strength of each line of the concept note by its id."""
    return {
        claim.id: {
            "line": claim.line,
            "clauses": " ".join(f"{head}: {text}" for head, text in claim.clauses.items()),
            "verdict": claim.verdict,
            "strength": claim.strength or "",
        }
        for claim in claims.load()
    }


def chapters() -> dict[str, dict[str, str]]:
    """Return the number of each chapter and what the roles on it say, by its notebook's path."""
    register, numbers = claims.load(), page_numbers.of_pages(ROOT)
    found = {}
    for path in pages.notebooks():
        lines = [one for one in register if one.is_examined and ROOT / f"{one.page}.ipynb" == path]
        said = register_content.chapter_verdicts(lines).striptags() if lines else ""
        name = path.relative_to(ROOT)
        found[name.as_posix()] = {
            "number": str(numbers.get(name.with_suffix("").as_posix(), "")),
            "verdicts": said,
            "reading-time": reading_time.in_words(path, ROOT),
        }
    return found


def place(shelf: Path = SHELF, settings: Path | None = None) -> Path:
    """Put the extension, with what it has to know, on ``shelf``, and return the shelf.

    The settings for all who open this book go into the folder ``settings``, or into one on the
    shelf.
    """
    target = shelf / "decentwork-preview"
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(EXTENSION, target)
    known: dict[str, Any] = {
        "sources": sources(),
        "lines": lines(),
        "chapters": chapters(),
        "exhibits": numbering.of_exhibits(ROOT),
        "levels": exercises_content.read(ROOT).levels,
    }
    text = json.dumps(known, ensure_ascii=False)
    (target / "static" / "book.json").write_text(text, encoding="utf-8")
    _write(OVERRIDES, (settings or settings_on(shelf)) / "overrides.d" / "decentwork.json")
    return shelf


def settings_on(shelf: Path) -> Path:
    """Return the folder of JupyterLab's settings on a shelf."""
    return shelf / ".settings"


def install(prefix: Path = Path(sys.prefix)) -> None:
    """Make extension and settings part of an environment in which others start JupyterLab."""
    share = prefix / "share" / "jupyter"
    place(share / "labextensions", share / "lab" / "settings")
    settings = prefix / "etc" / "jupyter" / "jupyter_server_config.json"
    # What others set there stays.
    kept = json.loads(settings.read_text(encoding="utf-8")) if settings.is_file() else {}
    _write({**kept, "LabApp": {**kept.get("LabApp", {}), **SILENT}}, settings)


def command(shelf: Path, folder: Path = ROOT) -> list[str]:
    """Return the command that opens ``folder`` in JupyterLab, with the extension on ``shelf``."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [
        *(sys.executable, "-m", "jupyterlab"),
        f"--ServerApp.ip={serve.listens_at()}",
        f"--ServerApp.root_dir={folder}",
        f"--ServerApp.allow_root={root}",
        f"--LabApp.extra_labextensions_path={shelf}",
        f"--LabApp.app_settings_dir={settings_on(shelf)}",
        "--LabApp.default_url=/lab/tree/notebooks",
        *(f"--LabApp.{name}={value}" for name, value in SILENT.items()),
    ]


def _write(content: dict[str, Any], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1), encoding="utf-8")


if __name__ == "__main__":
    arguments = [*command(place()), *sys.argv[1:]]
    os.execv(arguments[0], arguments)
