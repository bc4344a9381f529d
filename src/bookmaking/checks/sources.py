"""Every source of the book: complete, once, cited, in a type that fits, and read as it says."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from bibtexparser.model import Entry

from bookmaking.checks import ROOT, alike
from bookmaking.source import pages
from decentwork import citations as notation
from decentwork import days, sources
from decentwork.tables.cited_cells import of_cells

HOLDS = "entries of the bibliography, to compare with title pages and publishers"
PAGE_NUMBER = re.compile(r"\bpp?\. ?(\d+)(?:\s?[-–]+\s?(\d+))?")
DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>{}]+[^\s\"<>{}.,;]")
EPRINT = re.compile(r"\d{4}\.\d{4,5}")
ECLI = re.compile(r"ECLI:[A-Z]{2}:[A-Z]+:\d{4}:[A-Z0-9.]+")
YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
APPLICATION = re.compile(r"(\d{1,5})/(\d\d)")
HUMAN_RIGHTS = "European Court of Human Rights"
IN_A_JOURNAL = re.compile(r"\d\(\d|\bpp\. |[Jj]ournal\b")
READING = re.compile(
    r"\b(?:read|seen|abstract|summary read|reproduced|inferred|undated|title is from)\b", re.I
)
SHARED_ADDRESSES = ("dataset",)
"""Types of which several may have one address: that of the portal which has them."""
COPIES = [
    "123dok.co",
    "123dok.org",
    "9lib.org",
    "docslib.org",
    "dokumen.tips",
    "fliphtml5.com",
    "issuu.com",
    "lawsdocbox.com",
    "lexploria.com",
    "laweuro.com",
    "linkedpolitics.project.cwi.nl",
    "paperzz.com",
    "pdfkul.com",
    "pdfslide.us",
    "readkong.com",
    "researcher.life",
    "scribd.com",
    "slideplayer.com",
    "studylib.net",
    "topsight.net",
    "vdocument.in",
    "vdocuments.site",
    "wordscope.be",
    "yumpu.com",
]
"""Sites that hold other people's documents: their addresses stand in ``copy``, not in ``url``."""
TEST_HOSTS = re.compile(r"(?:beta|staging|preview|test|dev|stage|feeds)\.")


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return what is wrong with the bibliography and with the citations of it."""
    if problems := entries(root / "references.bib"):
        return problems
    library = sources.load(root / "references.bib")
    return [
        *alike.problems(library),
        *citations(root),
        *(problem for path in pages.changed(root, files) for problem in lists(path, root)),
    ]


def entries(bibliography: Path) -> list[str]:
    """Return what is wrong with a bibliography by itself."""
    try:
        library = sources.load(bibliography)
    except sources.SourceError as error:
        return str(error).splitlines()
    problems = []
    same: dict[tuple[str, str], list[str]] = defaultdict(list)
    for key, entry in library.items():
        where = f"{bibliography.name}, line {entry.start_line + 1}, {key}"
        problems += [f"{where}: {problem}" for problem in _problems(entry)]
        for what, value in _identities(entry):
            same[what, value].append(key)
    problems += [
        f"{bibliography.name}: {' and '.join(keys)} have the same {what}; keep one key and cite it."
        for (what, _), keys in same.items()
        if len(keys) > 1
    ]
    return problems


def citations(root: Path = ROOT) -> list[str]:
    """Return keys that are cited and not listed, or listed and cited nowhere."""
    library = sources.load(root / "references.bib")
    listed = set(library)
    cited: dict[str, str] = {}
    beyond = []
    for place, key, locator in _cited(root):
        cited.setdefault(key, place)
        if key in library and (problem := _beyond(library[key], locator)):
            beyond.append(f"{place}: {problem}")
    problems = beyond + [
        f"{cited[key]}: {key} is cited and not in references.bib; add the entry, or fix the key."
        for key in sorted(cited.keys() - listed)
    ]
    problems += [
        f"references.bib: {key} is cited nowhere; cite it, or take it out."
        for key in sorted(listed - cited.keys())
    ]
    return problems


def _beyond(entry: Entry, locator: str) -> str | None:
    """Return a sentence if a place in an article lies on none of its pages."""
    if "." not in locator or not (cited := PAGE_NUMBER.search(locator)):
        return None
    known = re.fullmatch(r"(\d+)--(\d+)", _value(entry, "pages"))
    if not known:
        return None
    first, last = map(int, known.groups())
    page = int(cited[2] or cited[1])
    if first <= page <= last or page <= last - first + 1:
        return None
    return (
        f"{locator!r} of {entry.key} lies beyond its pages, {first} to {last}; look the place up."
    )


def lists(path: Path, root: Path = ROOT) -> list[str]:
    """Return a sentence if a page cites and has no list: its citations would lead elsewhere.

    The register may do so. It cites most of the book's sources, and leads to the list of all.
    """
    cells = [cell for cell in pages.cells(path, root) if cell.kind == "markdown"]
    cites = any(_roles(cell.text) for cell in cells)
    listed = any(
        name in ("sources", "register")
        for cell in cells
        if "{sources" in cell.text or "{register" in cell.text
        for name, *_ in pages.directives(cell.text)
    )
    if not cites or listed:
        return []
    return [
        f"{path.relative_to(root).as_posix()}: cites and has no list of sources; end it with "
        "`{sources} cited`."
    ]


def _value(entry: Entry, name: str) -> str:
    field = next((each for each in entry.fields if each.key == name), None)
    return " ".join(str(field.value).replace("{", "").replace("}", "").split()) if field else ""


def _identities(entry: Entry) -> Iterator[tuple[str, str]]:
    """Yield what no two sources have in common."""
    words = "".join(filter(str.isalnum, _value(entry, "title").casefold()))
    if entry.entry_type != "oscedocument":  # Decisions of several years bear one title.
        yield "title and year", f"{words} {_value(entry, 'year')} {_value(entry, 'author')}"
    url = _value(entry, "url")
    doi = _value(entry, "doi") or "".join(DOI.findall(url)[:1])
    if doi:
        yield "DOI", doi.casefold().rstrip("/")
    if url and entry.entry_type not in SHARED_ADDRESSES:
        yield "address", alike.address(url)


def _problems(entry: Entry) -> Iterator[str]:
    for name in entry.fields_dict:
        if not _value(entry, name):
            yield f"the field {name} is empty; fill it, or take it out."
    yield from _type(entry)
    yield from _dates(entry)
    yield from _read(entry)
    yield from _addresses(entry)


def _type(entry: Entry) -> Iterator[str]:
    kind = entry.entry_type
    known = (*sources.REQUIRED[kind], *sources.OPTIONAL[kind], *sources.ANY)
    for name in entry.fields_dict:
        if name not in known:
            yield f"@{kind} has no field {name}; use another type, or one of {', '.join(known)}."
    if kind == "article" and not any(
        _value(entry, name) for name in ("doi", "volume", "number", "url")
    ):
        yield "an @article needs a volume, a number, a DOI or an address; or it is a @paper."
    if kind != "article" and IN_A_JOURNAL.search(_value(entry, "howpublished")):
        yield "what appeared in a journal is an @article, with journal, volume and pages."


def _dates(entry: Entry) -> Iterator[str]:
    year = _value(entry, "year")
    if "year" in entry.fields_dict and not YEAR.fullmatch(year):
        yield f"{year!r} is not a year; write 2011, without a letter, or leave the field out."
    if _value(entry, "dated") and not year:
        yield "the field dated says how the year is known, and there is no year."
    in_address = re.search(r"/((?:19|20)\d\d)/", _value(entry, "url"))
    if entry.entry_type in ("news", "release") and in_address and year and in_address[1] != year:
        yield f"the year is {year}, and the address says {in_address[1]}; look the date up."
    named = set(re.findall(r"\b(?:1[5-9]|20)\d\d\b", _value(entry, "date")))
    if named and year and year not in named:
        yield f"the year is {year}, and the date is {_value(entry, 'date')}; look both up."
    day = re.search(r"\d{4}(?!.*\d{4})", _value(entry, "date"))
    if day and year and entry.entry_type in ("news", "release") and day.group() != year:
        yield f"the date is of {day.group()}, the year {year}; write the year of the date."


def _read(entry: Entry) -> Iterator[str]:
    read = _value(entry, "read")
    how, _, which = read.partition(": ")
    if how not in sources.READ:
        yield (
            f"read = {{{read}}} is none of: {'; '.join(map(_form_of, sources.READ))}. "
            "It says how far the source was read."
        )
    elif bool(sources.READ[how].asked) != bool(which):
        yield f"read = {{{read}}}: say which part after 'in part: ', and where after 'secondary: '."
    if found := READING.search(_value(entry, "note")):
        yield (
            f"the note says {found.group()!r}; how far a source was read is in read, where in "
            "copy, and how its year is known in dated."
        )


def _form_of(how: str) -> str:
    """Return what is written into the field ``read``: "in part: which"."""
    asked = sources.READ[how].asked
    return f"{how}: {asked}" if asked else how


def _addresses(entry: Entry) -> Iterator[str]:
    doi, eprint, ecli, url, copy = (
        _value(entry, name) for name in ("doi", "eprint", "ecli", "url", "copy")
    )
    if doi and not DOI.fullmatch(doi):
        yield f"{doi!r} is not a DOI; write it from '10.' on, without the resolver's address."
    if eprint and not EPRINT.fullmatch(eprint):
        yield f"{eprint!r} is not a number of arXiv; write it as 2011.01234."
    if ecli and not ECLI.fullmatch(ecli):
        yield f"{ecli!r} is not a European Case Law Identifier."
    elif ecli and _value(entry, "court") == HUMAN_RIGHTS and ecli != _of_human_rights(entry):
        yield f"{ecli!r} does not fit the date and the first application number; look all three up."
    for name, address in (("url", url), ("copy", copy)):
        if (name == "url" and url) or "://" in address:
            yield from _address(name, address)


def _address(name: str, address: str) -> Iterator[str]:
    try:
        parts = urlsplit(address)
    except ValueError:
        parts = urlsplit("")
    host = parts.hostname or ""
    if (
        parts.scheme not in ("http", "https")
        or not re.fullmatch(r"(?:[a-z0-9-]+\.)+[a-z]{2,}", host)
        or re.search(r"[\s{}\\^`|<>\"]", address)
    ):
        yield f"{address!r} is not an address; give the one under which the source was read."
    elif name == "url" and any(host == site or host.endswith(f".{site}") for site in COPIES):
        yield f"{host} holds copies; write its address into copy, and the publisher's into url."
    elif name == "url" and TEST_HOSTS.match(host):
        yield f"{host} is a host for tests; give the address for readers."


def _of_human_rights(entry: Entry) -> str | None:
    """Return the identifier that date and application number of a judgment give."""
    day = days.IN_WORDS.fullmatch(_value(entry, "date"))
    first = APPLICATION.search(_value(entry, "number"))
    if not (day and first and day[2] in days.MONTHS):
        return None
    when = f"{day[3]}:{days.MONTHS[day[2]]:02d}{int(day[1]):02d}"
    return f"ECLI:CE:ECHR:{when}JUD{int(first[1]):07d}{first[2]}"


def _cited(root: Path) -> Iterator[tuple[str, str, str]]:
    """Yield where each key is cited, the key and its locator; empty if it has none."""
    for path in pages.written(root):
        for cell in pages.cells(path, root):
            if cell.kind == "code":
                cited = [
                    (key, "")
                    for key in notation.keys_with_places_in(" ".join(pages.constants(cell)))
                ]
            else:
                cited = [
                    each for name, content in _roles(cell.text) for each in _citations(content)
                ]
            yield from ((cell.place, *each) for each in cited)
    for table in sorted((root / "data").rglob("*.csv")):
        with table.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                place = table.relative_to(root).as_posix()
                for key, locator in of_cells(row.get("source"), row.get("locator")):
                    yield place, key, locator or ""
                for key in notation.keys_with_places_in(row.get("sources") or ""):
                    yield place, key, ""


@cache
def _roles(text: str) -> list[tuple[str, str]]:
    """Return the roles of a text that cite; without a parser where none is written."""
    if "{cite:" not in text:
        return []
    return [each for each in pages.roles(text) if each[0].startswith("cite:")]


def _citations(role: str) -> list[tuple[str, str]]:
    """Return keys and places of a citation's role; its whole content where it has another form."""
    try:
        return [(citation.key, citation.locator or "") for citation in notation.parse(role)]
    except ValueError:
        return [(role, "")]
