"""Every source of the book: complete, once, cited, and told apart from the others."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from bibtexparser.model import Entry

from bookmaking.gates import ROOT, pages
from decentwork import citations as notation
from decentwork import sources

DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>]+")
YEAR = re.compile(r"(?:1[5-9]|20)\d\d[a-z]?|n\.d\.(?:-[a-z])?")


def entries(bibliography: Path) -> list[str]:
    """Return what is wrong with a bibliography by itself."""
    try:
        library = sources.load(bibliography)
    except sources.SourceError as error:
        return str(error).splitlines()
    problems = []
    alike: dict[tuple[str, str], list[str]] = defaultdict(list)
    same: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for key, entry in library.items():
        where = f"{bibliography.name}, line {entry.start_line + 1}, {key}"
        problems += [f"{where}: {problem}" for problem in _values(entry)]
        alike[_shown(entry), _value(entry, "year")].append(key)
        same[tuple(_value(entry, name).casefold() for name in ("author", "title", "year"))].append(
            key
        )
    problems += [
        f"{bibliography.name}: {' and '.join(keys)} would both be cited as ({name}, {year}); "
        f"write the years {_lettered(year, 'a')}, {_lettered(year, 'b')} and so on."
        for (name, year), keys in alike.items()
        if len(keys) > 1
    ]
    problems += [
        f"{bibliography.name}: {' and '.join(keys)} have the same author, title and year; "
        "keep one key and cite it."
        for keys in same.values()
        if len(keys) > 1
    ]
    return problems


def citations(root: Path = ROOT) -> list[str]:
    """Return keys that are cited and not listed, or listed and cited nowhere."""
    listed = set(sources.load(root / "references.bib"))
    cited: dict[str, str] = {}
    for place, key in _cited(root):
        cited.setdefault(key, place)
    problems = [
        f"{cited[key]}: {key} is cited and not in references.bib; add the entry, or mend the key."
        for key in sorted(cited.keys() - listed)
    ]
    problems += [
        f"references.bib: {key} is cited nowhere; cite it, or take it out."
        for key in sorted(listed - cited.keys())
    ]
    return problems


def lists(path: Path, root: Path = ROOT) -> list[str]:
    """Return a sentence if a page cites and has no list: its citations would lead elsewhere."""
    cells = [cell for cell in pages.cells(path, root) if cell.kind == "markdown"]
    cites = any(name.startswith("cite:") for cell in cells for name, _ in pages.roles(cell.text))
    listed = any(
        name == "bibliography" for cell in cells for name, *_ in pages.directives(cell.text)
    )
    if not cites or listed:
        return []
    return [
        f"{path.relative_to(root).as_posix()}: cites and has no list of sources; end it with a "
        "{bibliography} that has `:filter: docname in docnames`."
    ]


def _lettered(year: str, letter: str) -> str:
    return f"{year}-{letter}" if year == "n.d." else f"{year}{letter}"


def _value(entry: Entry, name: str) -> str:
    field = entry.fields_dict.get(name)
    return " ".join(str(field.value).replace("{", "").replace("}", "").split()) if field else ""


def _shown(entry: Entry) -> str:
    return _value(entry, "shorthand") or _value(entry, "author") or _value(entry, "title")


def _values(entry: Entry) -> Iterator[str]:
    year, doi, url = (_value(entry, name) for name in ("year", "doi", "url"))
    if not YEAR.fullmatch(year):
        yield f"{year!r} is not a year; write 2011, 2011a, n.d. or n.d.-a."
    if doi and not DOI.fullmatch(doi):
        yield f"{doi!r} is not a DOI; write it from '10.' on, without the resolver's address."
    if "url" in entry.fields_dict:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or "." not in parts.netloc or " " in url:
            yield f"{url!r} is not an address; give the one under which the source was read."
    yield from (
        f"the field {name} is empty; fill it, or take it out."
        for name in entry.fields_dict
        if not _value(entry, name)
    )


def _cited(root: Path) -> Iterator[tuple[str, str]]:
    for path in pages.written(root):
        for cell in pages.cells(path, root):
            if cell.kind == "code":
                keys = notation.keys_with_places_in(" ".join(pages.constants(cell)))
            else:
                keys = [
                    key
                    for name, content in pages.roles(cell.text)
                    if name.startswith("cite:")
                    for key in _keys(content)
                ]
            yield from ((cell.place, key) for key in keys)
    for table in sorted((root / "data").rglob("*.csv")):
        with table.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                place = table.relative_to(root).as_posix()
                for key in filter(None, (row.get("source") or "").split(notation.BETWEEN_CELLS)):
                    yield place, key
                for key in notation.keys_with_places_in(row.get("sources") or ""):
                    yield place, key


def _keys(role: str) -> list[str]:
    """Return the keys of a citation's role, or its whole content where that has another form."""
    try:
        return [citation.key for citation in notation.parse(role)]
    except ValueError:
        return [role]
