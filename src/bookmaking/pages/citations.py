"""How sources are cited and listed.

In the text: author and year in round brackets, with a locator (``{cite:p}`key{p. 5}```). A source
with a ``shorthand`` (an institution's initials, the common name of a treaty) is cited by it. In the
lists: author, year, title, where it appeared. Cases (``@jurisdiction``), treaties and other
instruments (``@legislation``) and OSCE documents (``@oscedocument``) are listed as lawyers cite
them: title, body or court, number, date.
"""

from dataclasses import dataclass, field

from pybtex.backends import plaintext
from pybtex.plugin import register_plugin as register_with_pybtex
from pybtex.style.formatting import toplevel
from pybtex.style.formatting.unsrt import Style, pages
from pybtex.style.labels import BaseLabelStyle
from pybtex.style.sorting import BaseSortingStyle
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

STYLE = "decentwork"
BRACES = str.maketrans("", "", "{}")


@dataclass
class Shorthand(PersonStyle):
    """Names in the text: the shorthand of a source where it has one."""

    def author_or_editor_or_title(self, full: bool):
        """Return the template of the name of a source."""
        return first_of[optional_field("shorthand"), super().author_or_editor_or_title(full)]


def _round() -> BracketStyle:
    return BracketStyle(left="(", right=")", sep="; ")


@dataclass
class RoundBrackets(AuthorYearReferenceStyle):
    """(Author, year, locator) and Author (year, locator)."""

    bracket_parenthetical: BracketStyle = field(default_factory=_round)
    bracket_textual: BracketStyle = field(default_factory=_round)
    bracket_year: BracketStyle = field(default_factory=_round)
    person: PersonStyle = field(default_factory=Shorthand)


class ByName(BaseSortingStyle):
    """Sources in the order of their first words: names of people and institutions together."""

    def sorting_key(self, entry) -> tuple[str, str, str]:
        """Return names, year and title without the braces that keep them together."""
        names = " ".join(map(str, entry.persons.get("author", ())))
        plain = (names, entry.fields["year"], entry.fields["title"])
        return tuple(part.translate(BRACES).casefold() for part in plain)


class Keys(BaseLabelStyle):
    """Citation keys as labels: unique, and hidden by the style sheet."""

    def format_labels(self, sorted_entries):
        """Yield one label for each entry."""
        yield from (entry.key for entry in sorted_entries)


class AuthorYear(Style):
    """Lists of sources: who, when, what, where."""

    default_label_style = Keys
    default_name_style = "lastfirst"
    default_sorting_style = ByName

    def _who_and_when(self, entry):
        known_as = optional[join["[", value("shorthand"), "]"]]
        names = first_of[
            optional[self.format_names("author", as_sentence=False)],
            optional[self.format_editor(entry, as_sentence=False)],
        ]
        return words[names, known_as, join["(", value("year"), ")."]]

    def _web(self, entry):
        address = value("url", raw=True)
        doi = value("doi", raw=True)
        eprint = value("eprint", raw=True)
        return first_of[
            optional[href(join["https://doi.org/", doi])[join["https://doi.org/", doi]]],
            optional[href(address)[address]],
            optional[href(join["https://arxiv.org/abs/", eprint])[join["arXiv:", eprint]]],
        ]

    def _listed(self, entry, title, *where):
        return toplevel[
            self._who_and_when(entry),
            title,
            sentence[where],
            optional[sentence[value("note")]],
            self._web(entry),
        ]

    def _plain_title(self):
        return sentence[value("title")]

    def _work_title(self):
        return sentence[tag("em")[value("title")]]

    def get_article_template(self, e):
        """Article in a journal."""
        volume = join[optional_field("volume"), optional[join["(", value("number"), ")"]]]
        where = words[tag("em")[value("journal")], volume]
        return self._listed(e, self._plain_title(), where, optional[pages])

    def get_book_template(self, e):
        """Book or report of a publisher."""
        edition = optional[words["edition", value("edition")]]
        return self._listed(
            e, self._work_title(), edition, value("publisher"), optional_field("address")
        )

    def get_incollection_template(self, e):
        """Chapter of a book."""
        where = words["in", tag("em")[value("booktitle")]]
        return self._listed(
            e, self._plain_title(), where, optional_field("publisher"), optional[pages]
        )

    def get_techreport_template(self, e):
        """Report of an institution, with its number."""
        return self._listed(e, self._work_title(), value("institution"), optional_field("number"))

    def get_misc_template(self, e):
        """Web page, data file, press release."""
        return self._listed(
            e, self._work_title(), optional_field("howpublished"), optional_field("publisher")
        )

    def get_jurisdiction_template(self, e):
        """Judgment: name in italics, court, application number, date."""
        return toplevel[
            sentence[tag("em")[value("title")], value("court"), value("number"), value("date")],
            optional[sentence[value("note")]],
            self._web(e),
        ]

    def get_legislation_template(self, e):
        """Treaty, directive, statute: title, place in the official series, date."""
        return toplevel[
            sentence[value("title"), optional_field("number"), value("date")],
            optional[sentence[value("note")]],
            self._web(e),
        ]

    def get_oscedocument_template(self, e):
        """OSCE document: body, title, symbol, place and date."""
        return toplevel[
            sentence[
                value("author"), tag("em")[value("title")], optional_field("number"), value("date")
            ],
            optional[sentence[value("note")]],
            self._web(e),
        ]


def setup(app) -> dict[str, bool]:
    """Register with pybtex and Sphinx."""
    register_with_pybtex("pybtex.style.formatting", STYLE, AuthorYear)
    # Why: pybtex looks for a plugin in the entry points of all packages each time that it is asked,
    # 10 ms for each of 1,400 citations. `force` and a class of pybtex's own are its public way out.
    # Upstream: no issue of pybtex found.
    # Can go when pybtex remembers what it found (test_pybtex_still_forgets_its_plugins fails then).
    register_with_pybtex("pybtex.backends", "plaintext", plaintext.Backend, force=True)
    register_with_bibtex("sphinxcontrib.bibtex.style.referencing", STYLE, RoundBrackets)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
