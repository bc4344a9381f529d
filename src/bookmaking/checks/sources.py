"""Every source of the book: complete, once, cited, in a type that fits, and cited where it says so.

A place in a citation (`p. 5`, `Article 12(1)`, `third paragraph`) is compared with the places that
are known of its source: those of all rows that cite it, those of ``read`` and ``quoted`` in its
entry, and those of ``places``, where an entry names what only sentences cite.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bibtexparser.model import Entry

from bookmaking.checks import ROOT, rows
from bookmaking.source import pages
from decentwork import citations as notation
from decentwork import days, sources
from decentwork.claims import NOTE
from decentwork.tables.cited_cells import of_cells

DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>{}]+[^\s\"<>{}.,;]")
EPRINT = re.compile(r"\d{4}\.\d{4,5}")
ECLI = re.compile(r"ECLI:[A-Z]{2}:[A-Z]+:\d{4}:[A-Z0-9.]+")
YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
APPLICATION = re.compile(r"(\d{1,5})/(\d\d)")
HUMAN_RIGHTS = "European Court of Human Rights"
READING = re.compile(
    r"\b(?:read|seen|abstract|summary read|reproduced|inferred|undated|title is from)\b", re.I
)
SHARED_ADDRESSES = ("dataset",)
"""Types of which several may have one address: that of the portal which has them."""

# Places in sources
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
NTH = "|".join(ORDINALS)
NUMBER = r"(?:\d+(?:\.\d+)*[a-z]?|[IVX]+|[A-Z])(?:\(\w+\))*"
AND = r"(?:, | and |, and | to | ?[-–] ?)"
KINDS = {
    "page": r"pp?\.|pages?",
    "paragraph": r"paras?\.?|paragraphs?|§§?",
    "article": r"arts?\.?|articles?",
    "table": r"tables?",
    "figure": r"figs?\.?|figures?",
    "section": r"sections?",
    "chapter": r"chapters?",
    "question": r"questions?",
    "note": r"(?:foot|head)?notes?",
    "annex": r"annex(?:es)?",
    "box": r"box(?:es)?",
    "point": r"points?",
}
NUMBERED = {
    kind: re.compile(rf"(?<!\w)(?i:{word}) ?({NUMBER}(?:{AND}(?:\(\w+\)|{NUMBER}))*)(?!\w)")
    for kind, word in KINDS.items()
}
COUNTED = re.compile(
    rf"\b((?:{NTH})(?:{AND}(?:{NTH}))*) (paragraph|table|figure|point|question|section)s?\b", re.I
)
RANGE = re.compile(r"(\d+) ?(?:-|–|to) ?(\d+)")


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return what is wrong with the bibliography and with the citations of it."""
    if problems := entries(root / "references.bib"):
        return problems
    return [
        *citations(root),
        *(problem for path in pages.changed(root, files) for problem in lists(path, root)),
    ]


# Citations


def citations(root: Path = ROOT) -> list[str]:
    """Return keys that are cited and not listed, or listed and not cited, and places astray."""
    library = sources.load(root / "references.bib")
    first: dict[str, str] = {}
    places = _known_places(library)
    problems, told = [], []
    for place, key, locator in cited(root):
        first.setdefault(key, place)
        if key not in library:
            continue
        if problem := _beyond(library[key], locator):
            problems.append(f"{place}: {problem}")
        if place.startswith("data/"):
            places[key] |= marks(locator)
        elif locator and key != NOTE:  # what is cited of the note is compared with its text
            told.append((place, key, locator))
    for place, key, locator in dict.fromkeys(told):
        problems += [f"{place}: {each}" for each in _astray(key, locator, places[key])]
    problems += [
        f"{first[key]}: {key} is cited and not in references.bib; add the entry, or fix the key."
        for key in sorted(first.keys() - library.keys())
    ]
    problems += [
        f"references.bib: {key} is cited nowhere; cite it, or take it out."
        for key in sorted(library.keys() - first.keys())
    ]
    return problems


def _known_places(library: Mapping[str, Entry]) -> dict[str, set[tuple[str, str]]]:
    """Return the places that the entries themselves name, by key."""
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for key, entry in library.items():
        found[key] |= marks(f"{_value(entry, 'places')}; {_value(entry, 'read')}")
        for locator in re.findall(r"\[([^\]]+)\]", _value(entry, "quoted")):
            found[key] |= marks(locator)
    return found


@cache
def marks(locator: str) -> frozenset[tuple[str, str]]:
    """Return kind and number of each place that a locator names, without subparagraphs.

    ``Articles 10(1) and 35`` is article 10 and article 35; ``paras 1-3`` are three paragraphs, and
    ``third paragraph`` is paragraph 3.
    """
    found = set()
    for kind, pattern in NUMBERED.items():
        for match in pattern.finditer(locator):
            numbers = re.sub(r"\(\w+\)", "", match[1])
            for first, last in RANGE.findall(numbers):
                most = min(int(last), int(first) + 500)
                found |= {(kind, str(number)) for number in range(int(first), most + 1)}
            found |= {(kind, number) for number in re.findall(NUMBER, numbers)}
    for match in COUNTED.finditer(locator):
        for word in re.findall(NTH, match[1].lower()):
            found.add((match[2].lower(), str(ORDINALS.index(word) + 1)))
    return frozenset(found)


def _astray(key: str, locator: str, known: set[tuple[str, str]]) -> Iterator[str]:
    """Yield the places of a citation that nothing else in the repository knows of the source."""
    for kind, number in sorted(marks(locator)):
        others = sorted((n for k, n in known if k == kind), key=lambda n: (len(n), n))
        if others and number not in others:
            near = sorted(others, key=lambda n: -SequenceMatcher(None, n, number).ratio())[:6]
            yield (
                f"{locator!r} of {key}: no row that cites it and no list of its entry names "
                f"{kind} {number}; known are {', '.join(near)}. Fix the place, or write it into "
                f"`places` of {key} in references.bib when you have looked it up."
            )


def _beyond(entry: Entry, locator: str) -> str | None:
    """Return a sentence if a page cited of an article lies on none of its pages."""
    known = re.fullmatch(r"(\d+)--(\d+)", _value(entry, "pages"))
    cited = [int(number) for kind, number in marks(locator) if kind == "page" and number.isdigit()]
    if not known or not cited:
        return None
    first, last = map(int, known.groups())
    if first <= max(cited) <= last or max(cited) <= last - first + 1:
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


def cited(root: Path) -> Iterator[tuple[str, str, str]]:
    """Yield where each key is cited, the key and its locator; empty if it has none."""
    for path in pages.written(root):
        for cell in pages.cells(path, root):
            if cell.kind == "code":
                text = " ".join(pages.constants(cell)) if "{" in cell.text else ""
                found = [(key, "") for key in notation.keys_with_places_in(text)]
            else:
                found = [
                    each for name, content in _roles(cell.text) for each in _citations(content)
                ]
            yield from ((cell.place, *each) for each in found)
    for table in rows.tables(root):
        said_in = {(row["source"], row["locator"], row["sources"]) for row in table.rows}
        for source, locator, several in sorted(said_in):
            yield from ((table.place, key, said or "") for key, said in of_cells(source, locator))
            for key in notation.keys_with_places_in(several):
                yield table.place, key, ""


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


# Entries


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


def _value(entry: Entry, name: str) -> str:
    field = entry.fields_dict.get(name)
    return " ".join(str(field.value).replace("{", "").replace("}", "").split()) if field else ""


def _identities(entry: Entry) -> Iterator[tuple[str, str]]:
    """Yield what no two sources have in common."""
    url = _value(entry, "url")
    doi = _value(entry, "doi") or "".join(DOI.findall(url)[:1])
    if doi:
        yield "DOI", doi.casefold().rstrip("/")
    if url and entry.entry_type not in SHARED_ADDRESSES:
        yield "address", address(url)
    if isbn := _value(entry, "isbn"):
        yield "ISBN", re.sub(r"\W", "", isbn)
    about = f"{_value(entry, 'author')} {_value(entry, 'title')} {_value(entry, 'number')}"
    when = _value(entry, "date") or _value(entry, "year")
    yield "author, title and date", " ".join(re.findall(r"\w+", f"{about} {when}".casefold()))


def _problems(entry: Entry) -> Iterator[str]:
    kind = entry.entry_type
    known = (*sources.REQUIRED[kind], *sources.OPTIONAL[kind], *sources.ANY)
    for name in entry.fields_dict:
        if not _value(entry, name):
            yield f"the field {name} is empty; fill it, or take it out."
        if name not in known:
            yield f"@{kind} has no field {name}; use another type, or one of {', '.join(known)}."
    yield from _dates(entry)
    yield from _read(entry)
    yield from _addresses(entry)


def _dates(entry: Entry) -> Iterator[str]:
    year, date = _value(entry, "year"), _value(entry, "date")
    if "year" in entry.fields_dict and not YEAR.fullmatch(year):
        yield f"{year!r} is not a year; write 2011, without a letter, or leave the field out."
    if _value(entry, "dated") and not year:
        yield "the field dated says how the year is known, and there is no year."
    in_address = re.search(r"/((?:19|20)\d\d)/", _value(entry, "url"))
    if entry.entry_type in ("news", "release") and in_address and year and in_address[1] != year:
        yield f"the year is {year}, and the address says {in_address[1]}; look the date up."
    named = re.findall(r"\b(?:1[5-9]|20)\d\d\b", date)
    own = named[-1:] if entry.entry_type in ("news", "release") else named
    if own and year and year not in own:
        yield f"the year is {year}, and the date is {date}; look both up."


def _read(entry: Entry) -> Iterator[str]:
    read = _value(entry, "read")
    how, _, which = read.partition(": ")
    if how not in sources.READ:
        forms = (
            f"{how}: {said.asked}" if said.asked else how for how, said in sources.READ.items()
        )
        yield (
            f"read = {{{read}}} is none of: {'; '.join(forms)}. It says how far the source was "
            "read."
        )
    elif bool(sources.READ[how].asked) != bool(which):
        yield f"read = {{{read}}}: say which part after 'in part: ', and where after 'secondary: '."
    if found := READING.search(_value(entry, "note")):
        yield (
            f"the note says {found.group()!r}; how far a source was read is in read, where in "
            "copy, and how its year is known in dated."
        )


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
    for name, address_ in (("url", url), ("copy", copy)):
        if (name == "url" and url) or "://" in address_:
            yield from _address(address_)


def _address(said: str) -> Iterator[str]:
    host = re.match(r"https?://((?:[a-z0-9-]+\.)+[a-z]{2,})(?:[:/?#]|$)", said, re.IGNORECASE)
    if not host or re.search(r"[\s{}\\^`|<>\"]", said):
        yield f"{said!r} is not an address; give the one under which the source was read."


def _of_human_rights(entry: Entry) -> str | None:
    """Return the identifier that date and application number of a judgment give."""
    day = days.IN_WORDS.fullmatch(_value(entry, "date"))
    first = APPLICATION.search(_value(entry, "number"))
    if not (day and first and day[2] in days.MONTHS):
        return None
    when = f"{day[3]}:{days.MONTHS[day[2]]:02d}{int(day[1]):02d}"
    return f"ECLI:CE:ECHR:{when}JUD{int(first[1]):07d}{first[2]}"


def address(url: str) -> str:
    """Return an address without what says how its text is shown, in which language or form."""
    parts = urlsplit(url.strip().casefold())
    host = re.sub(r"^(?:www\d?|m|amp)\.", "", parts.netloc)
    path = re.sub(r"/(?:de|en|es|fr|it|nl|no|ru|sv)(?=/|$)|\.(?:html?|aspx?|php|pdf)$|/$", "",
                  unquote(parts.path))  # fmt: skip
    return f"{host}{path}?{parts.query}"
