"""Sources that look like one another: one work under two keys, one name in two spellings.

Sources of which one is taken for another say so: ``apart = {key}`` names those that look like this
one and are others.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache, cached_property
from itertools import combinations
from urllib.parse import parse_qsl, unquote, urlsplit

from bibtexparser.model import Entry
from pylatexenc.latex2text import LatexNodes2Text

TO_TEXT = LatexNodes2Text()
IDENTIFYING = {
    "ch", "doc", "i", "item", "main", "node", "num", "p", "page", "ref", "reference", "req",
    "section", "title", "uri",
}  # fmt: skip
"""Parts of a query that say which text is meant; the others say how it is shown, and to whom."""
LANGUAGE = re.compile(
    r"/(?:(?:lang--)?(?:de|en|es|fr|it|nl|no|ru|sv)(?:-[a-z]{2})?|(?:index|default|home)(?:\.\w+)?)"
    r"(?=/|$)"
)
ENDING = re.compile(r"\.(?:html?|aspx?|php|pdf)$")
FRONT = re.compile(r"^(?:www\d?|m|amp|mobile)\.")
AND = re.compile(r"\s+and\s+(?![^{]*\})")
FILLERS = frozenset(
    {
        *(
            "a",
            "an",
            "and",
            "at",
            "by",
            "das",
            "de",
            "der",
            "des",
            "die",
            "du",
            "for",
            "from",
            "in",
        ),
        *("la", "le", "les", "of", "on", "the", "to", "und", "with"),
    }
)

FIRST_PART = re.compile(r"[:?!]|\. ")
SAME_LETTERS = 0.9
SAME_WORDS = 4
"""A title that lies whole in another is the same work from so many words on."""
VERSIONS = ("paper", "dataset")
"""Types of which another may bear the title a year later: a working paper, and what it became."""
MANY = 120
"""A word of so many titles says nothing of whether two of them are the same."""
CORPORATE = ("institution", "publisher", "organization", "court")
SHORT_NAME = 5
KEYS_OF_ANOTHER_YEAR = {
    # The key keeps the year of a first version, or of what the source describes.
    "aleshin2021", "athub2024", "binette2022", "chan2019", "clewer2024", "dolgoods2022",
    "naidu2014", "naws2016", "pajon2022", "silverman2023boot", "teamwork2020", "undp2016sdg",
    "unseen2022",
}  # fmt: skip
NAMESAKES = {frozenset(("Bonde", "Bone"))}
"""Surnames of different people, one letter apart, with given names of one initial."""


@dataclass(frozen=True)
class Source:
    """An entry of the bibliography as plain text."""

    key: str
    kind: str
    line: int
    fields: Mapping[str, str]
    people: tuple[tuple[str, str], ...]
    """Surname and given names of authors and editors who are people."""
    bodies: tuple[str, ...]
    """Authors and editors that are no people."""

    @classmethod
    def of(cls, entry: Entry) -> "Source":
        """Return an entry as plain text."""
        raw = {name: str(field.value) for name, field in entry.fields_dict.items()}
        names = [
            each.strip()
            for field in ("author", "editor")
            for each in AND.split(raw.get(field, ""))
            if each.strip()
        ]
        people = [each for each in names if not each.startswith("{") and "," in each]
        return cls(
            entry.key, entry.entry_type, entry.start_line + 1,
            {name: plain(text) for name, text in raw.items()},
            tuple(_surname_and_given(each) for each in people),
            tuple(plain(each) for each in names if each not in people),
        )  # fmt: skip

    def __getitem__(self, field: str) -> str:
        """Return a field; empty if there is none."""
        return self.fields.get(field, "")

    @cached_property
    def authors(self) -> frozenset[str]:
        """Surnames, or names of bodies, in small letters."""
        return frozenset(map(folded, [surname for surname, _ in self.people] or self.bodies))

    @cached_property
    def words(self) -> list[str]:
        """The words of the title that say something."""
        return _words(self["title"])

    @cached_property
    def first_words(self) -> list[str]:
        """The words of the title before its subtitle."""
        return _words(FIRST_PART.split(self["title"], maxsplit=1)[0])

    @cached_property
    def apart(self) -> list[str]:
        """The keys of sources that look like this one and are others."""
        return self["apart"].split(", ") if "apart" in self.fields else []


def _surname_and_given(name: str) -> tuple[str, str]:
    surname, given = plain(name).split(",", 1)
    return surname.strip(), given.strip()


def problems(library: Mapping[str, Entry]) -> Iterator[str]:
    """Yield a sentence for each pair of sources or names that may be one, and for keys that err."""
    found = {key: Source.of(entry) for key, entry in library.items()}
    yield from _works(found)
    yield from _names(found.values())
    for source in found.values():
        yield from _key(source)


def address(url: str) -> str:
    """Return an address without what does not say which text it leads to."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return url
    path = ENDING.sub("", LANGUAGE.sub("", unquote(parts.path).casefold()).rstrip("/"))
    which = sorted(
        (name.casefold(), value.casefold())
        for name, value in parse_qsl(parts.query)
        if name.casefold() in IDENTIFYING or "id" in name.casefold()
    )
    return FRONT.sub("", parts.netloc.casefold()) + path + "".join(f"?{n}={v}" for n, v in which)


@cache
def plain(latex: str) -> str:
    """Return what LaTeX code stands for."""
    if re.search(r"[\\$]", latex):
        latex = TO_TEXT.latex_to_text(latex)
    for code, text in (("{", ""), ("}", ""), ("~", " "), ("--", "–")):
        latex = latex.replace(code, text)
    return " ".join(latex.split())


@cache
def folded(text: str) -> str:
    """Return text in small letters, without accents."""
    apart = unicodedata.normalize("NFD", text.casefold())
    return "".join(each for each in apart if not unicodedata.combining(each))


# One work under two keys


def _works(found: Mapping[str, Source]) -> Iterator[str]:
    by_word = defaultdict(list)
    for source in found.values():
        if source.kind not in ("oscedocument", "jurisdiction"):
            for word in set(source.words):
                if len(word) > 3:
                    by_word[word].append(source.key)
    pairs = {
        pair for keys in by_word.values() if len(keys) < MANY for pair in combinations(keys, 2)
    }
    alike = set()
    for pair in sorted(pairs):
        one, other = (found[key] for key in pair)
        if not (_may_be_one(one, other) and _same_title(one, other)):
            continue
        alike |= {pair, pair[::-1]}
        if other.key not in one.apart and one.key not in other.apart:
            yield (
                f"references.bib: {one.key} and {other.key} look like one work: “{one['title']}” "
                f"and “{other['title']}”. Keep one key and cite it, or write "
                f"apart = {{{other.key}}} into {one.key}."
            )
    for source in found.values():
        for other_key in source.apart:
            if (source.key, other_key) not in alike:
                yield (
                    f"references.bib: {source.key} is apart from {other_key}, which does not look "
                    "like it; take that out."
                )


def _words(title: str) -> list[str]:
    return [word for word in re.findall(r"\w+", folded(title)) if word not in FILLERS]


def _may_be_one(one: Source, other: Source) -> bool:
    """Return whether years and dates of two sources allow that they are one."""
    years = {one["year"], other["year"]} - {""}
    if len(years) > 1 and (
        (one.kind != other.kind and {one.kind, other.kind} & set(VERSIONS))
        or not all(year.isdigit() for year in years)
        or abs(int(min(years)) - int(max(years))) > 1
        or not one.authors & other.authors
    ):
        return False
    return len({one["date"], other["date"]} - {""}) < 2


def _same_title(one: Source, other: Source) -> bool:
    shares = bool(one.authors & other.authors)
    words, others = one.words, other.words
    whole_and_first = words == other.first_words or others == one.first_words
    if whole_and_first and min(len(one.first_words), len(other.first_words)) >= 3:
        return shares or len(one.first_words) >= SAME_WORDS
    mine, theirs = set(words) - set(others), set(others) - set(words)
    if not (mine and theirs):
        one_year = len({one["year"], other["year"]} - {""}) < 2
        if shares and one_year and min(len(words), len(others)) >= SAME_WORDS:
            return True
    if len(mine) > 2 or len(theirs) > 2 or {w for w in mine | theirs if w.isdigit()}:
        return False
    if mine and theirs and not all(any(_near(word, each) for each in theirs) for word in mine):
        return False
    matcher = SequenceMatcher(None, " ".join(words), " ".join(others), autojunk=False)
    return matcher.quick_ratio() > SAME_LETTERS and matcher.ratio() > SAME_LETTERS


def _near(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other).ratio() >= 0.75


# One name in two spellings


def _names(found: Iterable[Source]) -> Iterator[str]:
    surnames: dict[str, dict[str, str]] = defaultdict(dict)
    bodies: dict[str, str] = {}
    journals: dict[str, str] = {}
    for source in found:
        for surname, given in source.people:
            surnames[surname].setdefault(given[:1], source.key)
        for name in (*source.bodies, *filter(None, (source[field] for field in CORPORATE))):
            bodies.setdefault(name, source.key)
        if source["journal"]:
            journals.setdefault(source["journal"], source.key)
    for one, other in _alike(surnames):
        both = surnames[one].keys() & surnames[other].keys()
        if both and frozenset((one, other)) not in NAMESAKES:
            first = min(both)
            yield _spelt_twice(one, surnames[one][first], other, surnames[other][first])
    for names in (bodies, journals):
        for one, other in _alike(names):
            yield _spelt_twice(one, names[one], other, names[other])


def _spelt_twice(one: str, key: str, other: str, other_key: str) -> str:
    return (
        f"references.bib: {one!r} in {key} and {other!r} in {other_key} look like one name in two "
        "spellings. Look both up and write it in one way."
    )


def _alike(names: Iterable[str]) -> list[tuple[str, str]]:
    """Return pairs of names that differ by one letter, or by accents, case and points alone."""
    left: dict[str, list[str]] = defaultdict(list)
    for name in names:
        letters = re.sub(r"[^a-z0-9]", "", folded(name))
        if len(letters) >= SHORT_NAME:
            shortened = {letters[:i] + letters[i + 1 :] for i in range(len(letters))}
            for each in {letters, *shortened}:
                left[each].append(name)
        elif letters:
            left[letters].append(name)
    pairs = {tuple(sorted(pair)) for same in left.values() for pair in combinations(same, 2)}
    return sorted(pair for pair in pairs if _digits(pair[0]) == _digits(pair[1]))


def _digits(name: str) -> list[str]:
    return re.findall(r"\d+|\b[IVX]+\b", name)


# Keys


def _key(source: Source) -> Iterator[str]:
    where = f"references.bib, line {source.line}, {source.key}"
    named = re.search(r"(?:1[89]|20)\d\d", source.key)
    year = source["year"]
    if named and year and named[0] != year and source.key not in KEYS_OF_ANOTHER_YEAR:
        told = [text for name, text in source.fields.items() if name not in ("doi", "copy", "url")]
        if named[0] not in " ".join(told):
            yield (
                f"{where}: the key names {named[0]}, and the year is {year}. Fix the one that is "
                "wrong."
            )
    stem = re.sub(r"[^a-z].*", "", folded(source.key))
    surnames = [re.sub(r"[^a-z]", "", folded(surname)) for surname, _ in source.people]
    if surnames and surnames[0] and not any(_fits(stem, each, surnames) for each in surnames):
        first = surnames[0]
        begun = [stem[: len(first) + more] for more in (-1, 0, 1)]
        if any(len(each) > 3 and _near_name(each, first) for each in begun):
            yield (
                f"{where}: the key names {stem}, and the first author is {source.people[0][0]}. "
                "Fix the one that is misspelt."
            )


def _fits(stem: str, surname: str, others: Iterable[str]) -> bool:
    """Return whether a key's name is a surname, several in a row, or the beginning of one."""
    if stem == surname or (len(stem) > 2 and surname.startswith(stem)):
        return True
    rest = stem.removeprefix(surname)
    return rest != stem and (len(rest) > 2 or any(each.startswith(rest) for each in others))


def _near_name(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other).ratio() >= 0.8
