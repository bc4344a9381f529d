"""How sources are cited and listed.

In the text: author and year in round brackets, with a locator (``{cite:p}`key{p. 5}```). A source
with a ``shorthand`` (an institution's initials, the common name of a treaty) is cited by it.
Sources that would be cited alike get a letter (`tell_apart`). In the lists: author, year, title,
where it appeared, address, and a mark for how far it was read. Cases (``@jurisdiction``), laws and
treaties (``@legislation``) and OSCE documents (``@oscedocument``) are listed as lawyers cite them:
title, body or court, number, date.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection
from functools import cache
from itertools import filterfalse
from string import ascii_lowercase
from typing import Any

from markupsafe import Markup, escape
from pybtex.backends import html, plaintext
from pybtex.database import Entry
from pybtex.richtext import Text
from pybtex.style.formatting import toplevel
from pybtex.style.formatting.unsrt import Style, pages
from pybtex.style.template import field as value
from pybtex.style.template import (
    first_of,
    href,
    join,
    optional,
    optional_field,
    sentence,
    tag,
    words,
)
from sphinxcontrib.bibtex.plugin import register_plugin as register_with_bibtex
from sphinxcontrib.bibtex.style.referencing import BracketStyle, PersonStyle
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle

from bookmaking.directives.elements import PARALLEL
from decentwork.sources import READ

STYLE = "decentwork"
UNDATED = "n.d."
BRACES = str.maketrans("", "", "{}[]")
ALONE = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i"})
"""Letters that Unicode does not take for a letter with an accent, with their place in a list."""


def shown_address(address: str, most: int = 64) -> str:
    """Return how an address is shown: without what all have, and cut where it is long.

    The link holds the whole address, and the style prints it.
    """
    bare = address.partition("://")[2].removeprefix("www.").rstrip("/") or address
    return bare if len(bare) <= most else f"{bare[: most - 1]}…"


class Shorthand(PersonStyle):
    """Names in the text: the shorthand of a source where it has one."""

    def author_or_editor_or_title(self, full: bool):
        """Return the template of the name of a source."""
        return first_of[optional_field("shorthand"), super().author_or_editor_or_title(full)]


class RoundBrackets(AuthorYearReferenceStyle):
    """(Author, year, locator) and Author (year, locator)."""

    def __init__(self) -> None:
        """Take round brackets, and names by `Shorthand`."""
        round_ = BracketStyle(left="(", right=")", sep="; ")
        super().__init__(
            bracket_parenthetical=round_,
            bracket_textual=round_,
            bracket_year=round_,
            person=Shorthand(),
        )


def tell_apart(entries: Collection[Entry]) -> None:
    """Give each source the year by which it is cited.

    That is its own year, or ``n.d.``; where several would be cited alike, a letter follows, in the
    order of their titles: 2012a, 2012b, n.d.-a.
    """
    alike = defaultdict(list)
    for entry in entries:
        entry.fields.setdefault("year", UNDATED)
        alike[cited_as(entry)].append(entry)
    for (_, year), same in alike.items():
        if len(same) > 1:
            between = "-" if year == UNDATED else ""
            for letter, entry in zip(
                ascii_lowercase[: len(same)], sorted(same, key=_title), strict=True
            ):
                entry.fields["year"] = f"{year}{between}{letter}"


def cited_as(entry: Entry) -> tuple[str, str]:
    """Return names and year of a source as a citation shows them."""
    style = _made(RoundBrackets)
    names = style.person.author_or_editor_or_title(full=False)
    shown = names.format_data({"entry": entry, "style": style})
    return shown.render(plaintext.Backend()), entry.fields["year"]


def _title(entry: Entry) -> tuple[str, str]:
    return entry.fields["title"].translate(BRACES).casefold(), entry.key


@cache
def without_accents(text: str) -> str:
    """Return a text in small letters, without accents and the braces that keep words together."""
    read = str(Text.from_latex(text)) if "\\" in text else text
    signs = unicodedata.normalize("NFD", read.translate(BRACES).casefold())
    return "".join(filterfalse(unicodedata.combining, signs)).translate(ALONE)


def in_order(entry: Entry) -> tuple[str, ...]:
    """Return what puts sources in the order of their first words, for ``sorted``.

    That is names (the title where there are none), year and title, without accents.
    """
    people = entry.persons.get("author", ())
    title = entry.fields["title"]
    plain = (" ".join(map(str, people)) or title, entry.fields["year"], title)
    return tuple(without_accents(part) for part in plain)


PLAIN = sentence[value("title")]
WORK = sentence[tag("em")[value("title")]]
"""The title of a part of something, and of a work of its own."""


def _form(title, *where):
    """Return the method that lists sources of a kind: who and when, title, where it appeared.

    ``where`` has templates, or names of fields: with ``?`` one that not all have, with ``*`` one in
    italics.
    """
    template = sentence[list(map(_field, where))]
    return lambda style, entry: toplevel[
        style._who_and_when(entry), title, template, *style._end(entry)
    ]


def _legal(*parts: str):
    """Return the method that lists sources of a kind as lawyers cite them."""
    template = sentence[list(map(_field, parts))]
    return lambda style, entry: toplevel[template, *style._end(entry)]


def _field(name):
    if not isinstance(name, str):
        return name
    bare = name.rstrip("?*")
    shown = tag("em")[value(bare)] if "*" in name else value(bare)
    return optional[shown] if "?" in name else shown


class AuthorYear(Style):
    """Lists of sources: who, when, what, where."""

    default_name_style = "lastfirst"

    def _who_and_when(self, entry):
        known_as = optional[join["[", value("shorthand"), "]"]]
        names = optional[self.format_names("author", as_sentence=False)]
        return words[names, known_as, join["(", value("year"), ")."]]

    shown_address = staticmethod(shown_address)

    def _web(self, entry):
        """Return the address of a source as a link."""
        address, doi, eprint = (value(name, raw=True) for name in ("url", "doi", "eprint"))
        return first_of[
            optional[href(join["https://doi.org/", doi])[join["https://doi.org/", doi]]],
            optional[href(address)[value("url", self.shown_address, raw=True)]],
            optional[href(join["https://arxiv.org/abs/", eprint])[join["arXiv:", eprint]]],
        ]

    def _read(self, entry):
        """Return how far a source was read, and in which copy, as a sentence with a mark."""
        how, _, which = entry.fields.get("read", "").partition(": ")
        if not how:
            return ""
        read = READ[how]
        said = join[read.mark, read.then, which] if which else read.mark
        copy = value("copy", raw=True)
        shown = value("copy", shown_address, raw=True)
        linked = href(copy)[shown] if "://" in entry.fields.get("copy", "") else copy
        return join[said, optional[join["; copy: ", linked]]]

    def _end(self, entry):
        """Return what closes every entry: remarks, address, mark."""
        return [
            optional[sentence[join["Undated; ", value("dated")]]],
            optional[sentence[value("note")]],
            self._web(entry),
            self._read(entry),
        ]

    get_article_template = _form(
        PLAIN,
        words[_field("journal*"), join[_field("volume?"), optional["(", value("number"), ")"]]],
        optional[pages],
    )
    get_book_template = _form(
        WORK, optional[words["edition", value("edition")]], "publisher", "address?"
    )
    get_incollection_template = _form(
        PLAIN, words["in", _field("booktitle*")], "publisher?", optional[pages]
    )
    get_techreport_template = _form(WORK, "institution", "number?", "date?")
    # Working paper, preprint, or paper whose journal was not seen.
    get_paper_template = _form(PLAIN, "kind?", "date?")
    get_dataset_template = get_software_template = _form(WORK, "kind?", "version?", "date?")
    # Article of a newspaper, magazine, news site or blog.
    get_news_template = get_release_template = get_webpage_template = _form(
        PLAIN, "organization?*", "kind?", "date?"
    )
    get_misc_template = _form(WORK, "howpublished?", "publisher?")
    # A judgment: name in italics, court, application number, date, European identifier. A treaty,
    # directive or statute: title, place in the official series, date. A document of the OSCE: body,
    # title, symbol, place and date.
    get_jurisdiction_template = _legal("title*", "court", "number", "date", "ecli?")
    get_legislation_template = _legal("title", "number?", "date")
    get_oscedocument_template = _legal("author", "title*", "number?", "date")


class Reference(AuthorYear):
    """What is next to values that are downloaded: whole addresses, and no mark."""

    shown_address = staticmethod(str)

    def _read(self, entry):
        return ""


class InHtml(html.Backend):
    """HTML of entries without marks for words that braces keep together."""

    def format_protected(self, text: str) -> str:
        """Return such words as they are."""
        return text

    @staticmethod
    def format_href(url: str, text: str, external: bool = False) -> str:
        """Return a link."""
        return f'<a href="{escape(str(url))}">{text}</a>'


@cache
def _made(style: Callable[[], Any]) -> Any:
    """Return a style, made once: it looks for plugins in all packages."""
    return style()


def listed(entry: Entry) -> Text:
    """Return a source as lists show it, as rich text of pybtex (see `as_html`)."""
    return _made(AuthorYear).format_entry(entry.key, entry).text


def as_html(text: Text) -> Markup:
    """Return rich text as HTML."""
    return Markup(text.render(InHtml()))


def in_full(entry: Entry) -> str:
    """Return the full reference of a source as plain text, on one line."""
    text = _made(Reference).format_entry(entry.key, entry).text
    return " ".join(text.render(plaintext.Backend()).split())


def _tell_sources_of_the_book_apart(app) -> None:
    """Tell the sources apart, unless an earlier build did, which takes a second."""
    bibliography = app.env.get_domain("cite").bibdata.data
    if not hasattr(bibliography, "told_apart"):
        tell_apart(bibliography.entries.values())
        bibliography.told_apart = True


def setup(app) -> dict[str, bool]:
    """Register with Sphinx, and the style of citations."""
    register_with_bibtex("sphinxcontrib.bibtex.style.referencing", STYLE, RoundBrackets)
    # Late: sphinxcontrib.bibtex reads the bibliography at the same event.
    app.connect("builder-inited", _tell_sources_of_the_book_apart, priority=900)
    return PARALLEL
