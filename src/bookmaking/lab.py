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

from bookmaking.gates import pages
from bookmaking.pages import exercises_content, numbering, reading_time, register_content
from bookmaking.pages.citations import AuthorYear, cited_as, tell_apart
from decentwork import claims
from decentwork import sources as bibliography
from decentwork.repository import BIBLIOGRAPHY, ROOT

EXTENSION = ROOT / "tools" / "labextension"
# Else JupyterLab asks at its first start whether it may fetch news.
OVERRIDES = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false"}}
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
    register, numbers = claims.load(), numbering.of_pages(ROOT)
    found = {}
    for path in pages.notebooks():
        lines = [one for one in register if one.is_examined and ROOT / f"{one.page}.ipynb" == path]
        said = register_content.chapter_verdicts(lines) if lines else []
        name = path.relative_to(ROOT)
        found[name.as_posix()] = {
            "number": str(numbers.get(name.with_suffix("").as_posix(), "")),
            "verdicts": "".join(part if isinstance(part, str) else part.text for part in said),
            "reading-time": reading_time.in_words(path, ROOT),
        }
    return found


def place(shelf: Path = SHELF) -> Path:
    """Put the extension, with what it has to know, on ``shelf``, and return the shelf."""
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
    settings(shelf).mkdir(exist_ok=True)
    overrides = json.dumps(OVERRIDES, indent=1)
    (settings(shelf) / "overrides.json").write_text(overrides, encoding="utf-8")
    return shelf


def settings(shelf: Path) -> Path:
    """Return the folder of JupyterLab's settings for all who open this book."""
    return shelf / ".settings"


def command(shelf: Path, folder: Path = ROOT) -> list[str]:
    """Return the command that opens ``folder`` in JupyterLab, with the extension on ``shelf``."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [
        *(sys.executable, "-m", "jupyterlab"),
        f"--ServerApp.root_dir={folder}",
        f"--ServerApp.allow_root={root}",
        f"--LabApp.extra_labextensions_path={shelf}",
        f"--LabApp.app_settings_dir={settings(shelf)}",
        "--LabApp.default_url=/lab/tree/notebooks",
        # Nothing is asked of the network.
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]


if __name__ == "__main__":
    arguments = [*command(place()), *sys.argv[1:]]
    os.execv(arguments[0], arguments)
