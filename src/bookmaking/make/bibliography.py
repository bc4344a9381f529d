"""Let lists of sources take time in proportion to the book, and format each source once.

Why: for each entry of each list, sphinxcontrib.bibtex goes through all citations of the book to
find the pages that cite it. These are 13 million steps for nine chapters, most of a build in which
nothing changed. For each citation it goes through the entries of all lists. It formats every entry
at each start, though the environment that Sphinx keeps between builds holds them formatted. Several
sources of one citation get the order in which the pages with lists happened to be read.

Here an index from key to citing pages and one from key to listed entries are made once in a build.
A formatted entry is taken from the last build as long as the entry is the same. When the style
changes, `freshness` has every page read again, and with the pages go the entries in their lists.

Upstream: no issue found, and not reported yet. For the citing pages this is the patch for
``sphinxcontrib/bibtex/domain.py`` 2.7.0::

     def env_updated(self):
         self.citations.clear()
         docnames = list(get_docnames(self.env))
    +    self.cited_docnames = defaultdict(set)
    +    for citation_ref in self.citation_refs:
    +        for target in citation_ref.targets:
    +            self.cited_docnames[target.key].add(citation_ref.docname)

     def get_filtered_entries(self, bibliography_key):
         for entry in self.get_entries(bibliography.bibfiles):
             key = bibliography.keyprefix + entry.key
    -        cited_docnames = {
    -            citation_ref.docname
    -            for citation_ref in self.citation_refs
    -            if key in {target.key for target in citation_ref.targets}
    -        }
    +        cited_docnames = self.cited_docnames[key]

Each part can go when sphinxcontrib.bibtex does what it does; a test fails then:

- the indexes: `test_bibtex_still_looks_at_every_citation_for_every_entry`;
- the kept entries: `test_bibtex_still_formats_every_entry_at_each_start`;
- the order: `test_sources_without_a_list_stand_in_the_order_of_all_sources`.
"""

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache

from pybtex.database import Entry
from pybtex.plugin import find_plugin
from pybtex.richtext import Tag
from pybtex.style import FormattedEntry
from pybtex.style.template import FieldIsMissing
from sphinx.util import logging
from sphinxcontrib.bibtex.citation_target import parse_citation_targets
from sphinxcontrib.bibtex.domain import BibtexDomain, _FilterVisitor

LOGGER = logging.getLogger("sphinxcontrib.bibtex.domain")
CITED_ON_THE_PAGE = "docname in docnames"
"""The filter of nearly every list; to walk through its tree for each entry takes long."""
Formatted = tuple[Entry, FormattedEntry, FormattedEntry | None]


class IndexedBibliography(BibtexDomain):
    """The domain of sphinxcontrib.bibtex, with indexes; the methods do what theirs do."""

    def env_updated(self) -> Iterable[str]:
        """Decide which entries each list holds, and format those that are new."""
        self._citing_pages = defaultdict(set)
        for reference in self.citation_refs:
            for target in reference.targets:
                self._citing_pages[target.key].add(reference.docname)
        self._cited_in_order = None
        self._formatted: dict[tuple[str, str], Formatted] = {
            (self.bibliographies[each.bibliography_key].style, each.formatted_entry.label): (
                each.entry,
                each.formatted_entry,
                each.tooltip_entry,
            )
            for each in self.citations
        }
        updated = super().env_updated()
        self._lists_of_all = {
            key
            for key, listed in self.bibliographies.items()
            if "docname" not in ast.unparse(listed.filter_)  # of no page, but of the book
        }
        self._listed = defaultdict(list)
        for place, citation in enumerate(self.citations):
            self._listed[citation.key].append((place, citation))
        return updated

    def get_all_cited_keys(self, docnames: list[str]) -> list[str]:
        """Return the keys of all citations, each once, page by page in the order of the book."""
        if self._cited_in_order is None:
            # Each list goes through all of them, and a source is cited many times.
            self._cited_in_order = list(dict.fromkeys(super().get_all_cited_keys(docnames)))
        return self._cited_in_order

    def get_filtered_entries(self, bibliography_key) -> Iterator[tuple[str, Entry]]:
        """Yield the entries that a list holds, with their keys."""
        listed = self.bibliographies[bibliography_key]
        is_of_page = ast.unparse(listed.filter_) == CITED_ON_THE_PAGE
        for entry in self.get_entries(listed.bibfiles):
            key = listed.keyprefix + entry.key
            pages = self._citing_pages.get(key, set())
            try:
                wanted = (
                    bibliography_key.docname in pages
                    if is_of_page
                    else _FilterVisitor(entry, bibliography_key.docname, pages).visit(
                        listed.filter_
                    )
                )
            except ValueError as error:
                _warn(f"syntax error in :filter: expression; {error}", bibliography_key, listed)
                wanted = bool(pages)
            if wanted or entry.key in listed.keys:
                yield key, entry

    def get_formatted_entries(
        self, bibliography_key, docnames: list[str], tooltips: bool, tooltips_style: str
    ) -> Iterator[Formatted]:
        """Yield the entries of a list in its order: as read, as listed, and as a tooltip."""
        listed = self.bibliographies[bibliography_key]
        style = _style(listed.style)
        hovering = None
        if tooltips:
            hovering = _style(tooltips_style) if tooltips_style else style
        entries = style.sort(dict(self.get_sorted_entries(bibliography_key, docnames)).values())
        for name, entry in zip(style.format_labels(entries), entries, strict=False):
            label = listed.labelprefix + name
            kept = self._formatted.get((listed.style, label))
            if kept is None or (kept[0] is not entry and kept[0] != entry):
                try:
                    kept = (
                        entry,
                        style.format_entry(label, entry),
                        hovering.format_entry(label, entry) if hovering else None,
                    )
                except FieldIsMissing as error:
                    _warn(str(error), bibliography_key, listed)
                    shown = FormattedEntry(entry.key, Tag("b", str(error)), label)
                    yield entry, shown, None
                    continue
                self._formatted[listed.style, label] = kept
            yield kept

    def listed_for_all(self) -> Iterator[tuple[str, str, FormattedEntry]]:
        """Yield page, name of the place and text of each entry of the lists of all sources."""
        for each in self.citations:
            if each.bibliography_key in self._lists_of_all:
                yield each.bibliography_key.docname, each.citation_id, each.formatted_entry

    def resolve_xref(self, env, fromdocname, builder, typ, target, node, contnode):
        """Replace a citation by references, looking only at the entries that it names.

        From a page without a list of its own a citation leads to the list of all sources, and
        several sources stand in its order. Lists of other pages would give them the order in which
        these pages happened to be read.
        """
        every = self.data["citations"]
        keys = {each.key for each in parse_citation_targets(target)}
        listed = sorted((place, citation) for key in keys for place, citation in self._listed[key])
        found = [citation for _, citation in listed]
        near = [
            each
            for each in found
            if each.bibliography_key.docname == fromdocname
            or each.bibliography_key in self._lists_of_all
        ]
        known = {each.key for each in near}
        self.data["citations"] = near + [each for each in found if each.key not in known]
        try:
            return super().resolve_xref(env, fromdocname, builder, typ, target, node, contnode)
        finally:
            self.data["citations"] = every


@cache
def _style(name: str):
    """Return a style of lists, made once: pybtex looks for it in all packages each time."""
    return find_plugin("pybtex.style.formatting", name)()


def _warn(sentence: str, bibliography_key, listed) -> None:
    kind = "filter_syntax_error" if ":filter:" in sentence else "missing_field"
    place = (bibliography_key.docname, listed.line)
    LOGGER.warning(sentence, location=place, type="bibtex", subtype=kind)


def setup(app) -> dict[str, bool]:
    """Register with Sphinx, in the place of the domain of sphinxcontrib.bibtex where it is used."""
    if "sphinxcontrib.bibtex" in app.extensions:
        app.add_domain(IndexedBibliography, override=True)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
