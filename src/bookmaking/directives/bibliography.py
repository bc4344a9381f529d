"""Let lists of sources take time in proportion to the book.

Why: for each entry of each list, sphinxcontrib.bibtex goes through all citations of the book to
find the pages that cite it; for each citation it goes through the entries of all lists; and it
formats an entry for each list that has it. In a book with 20 lists this is more than a minute of
each build, also where one page changed. And several sources of one citation get the order in which
pages were read, which is another one when only some pages are read again.

Here an index of the cited keys of each page, and one of the listed entries of each key, are made
once in a build, and an entry is formatted once. Without a list of its own, a page's citations lead
to the list of all sources and are in its order.

Upstream: no issue found, and not reported yet.
It can go when sphinxcontrib.bibtex does what it does;
`test_bibtex_still_looks_at_every_citation_for_every_entry` fails then.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from pybtex.database import Entry
from pybtex.plugin import find_plugin
from pybtex.style import FormattedEntry
from sphinxcontrib.bibtex.citation_target import parse_citation_targets
from sphinxcontrib.bibtex.domain import BibtexDomain

CITED_ON_THE_PAGE = "docname in docnames"
"""The filter of the list of a chapter."""
ASKS_FOR_CITATIONS = re.compile(r"cited|docname")


class IndexedBibliography(BibtexDomain):
    """The domain of sphinxcontrib.bibtex, with indexes; the methods do what theirs do."""

    def env_updated(self) -> Iterable[str]:
        """Decide which entries each list holds, and format them."""
        self._cited_on: dict[str, set[str]] = defaultdict(set)
        for reference in self.citation_refs:
            self._cited_on[reference.docname].update(each.key for each in reference.targets)
        self._formatted: dict[tuple[str, str], FormattedEntry] = {}
        updated = super().env_updated()
        self._of_all = {
            key
            for key, listed in self.bibliographies.items()
            if "docname" not in ast.unparse(listed.filter_)  # of no page, but of the book
        }
        self._listed = defaultdict(list)
        for place, citation in enumerate(self.citations):
            self._listed[citation.key].append((place, citation))
        return updated

    def get_filtered_entries(self, bibliography_key) -> Iterator[tuple[str, Entry]]:
        """Yield the entries that a list holds, with their keys."""
        listed = self.bibliographies[bibliography_key]
        wanted, every = ast.unparse(listed.filter_), self.data["citation_refs"]
        if wanted == CITED_ON_THE_PAGE:
            cited = self._cited_on[bibliography_key.docname]
            entries = self.get_entries(listed.bibfiles)
            yield from ((entry.key, entry) for entry in entries if entry.key in cited)
            return
        # A filter by type asks for no citation, and need not go through them.
        self.data["citation_refs"] = every if ASKS_FOR_CITATIONS.search(wanted) else []
        try:
            found = list(super().get_filtered_entries(bibliography_key))
        finally:
            self.data["citation_refs"] = every
        yield from found

    def get_formatted_entries(
        self, bibliography_key, docnames: list[str], tooltips: bool, tooltips_style: str
    ) -> Iterator[tuple[Entry, FormattedEntry, None]]:
        """Yield the entries of a list in its order; this book has no tooltips."""
        name = self.bibliographies[bibliography_key].style
        style = find_plugin("pybtex.style.formatting", name)()
        entries = style.sort(dict(self.get_sorted_entries(bibliography_key, docnames)).values())
        for label, entry in zip(style.format_labels(entries), entries, strict=False):
            if (name, label) not in self._formatted:
                self._formatted[name, label] = style.format_entry(label, entry)
            yield entry, self._formatted[name, label], None

    def listed_for_all(self) -> Iterator[tuple[str, str, FormattedEntry]]:
        """Yield page, name of the place and text of each entry of the lists of all sources."""
        for each in self.citations:
            if each.bibliography_key in self._of_all:
                yield each.bibliography_key.docname, each.citation_id, each.formatted_entry

    def resolve_xref(self, env, fromdocname, builder, typ, target, node, contnode):
        """Replace a citation by references, looking only at the entries that it names."""
        every = self.data["citations"]
        keys = {each.key for each in parse_citation_targets(target)}
        found = [each for _, each in sorted(each for key in keys for each in self._listed[key])]
        near = [
            each
            for each in found
            if each.bibliography_key.docname == fromdocname or each.bibliography_key in self._of_all
        ]
        known = {each.key for each in near}
        self.data["citations"] = near + [each for each in found if each.key not in known]
        try:
            return super().resolve_xref(env, fromdocname, builder, typ, target, node, contnode)
        finally:
            self.data["citations"] = every


def _take_the_place(app, config) -> None:
    if "sphinxcontrib.bibtex" in app.extensions:
        app.add_domain(IndexedBibliography, override=True)


def setup(app) -> dict[str, bool]:
    """Register with Sphinx, in the place of the domain of sphinxcontrib.bibtex where it is used."""
    app.connect("config-inited", _take_the_place, priority=1)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
