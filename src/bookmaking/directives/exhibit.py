"""The directive ``{exhibit}``: a figure or table that a notebook published, with its footer.

The notebook publishes through :mod:`decentwork.exhibits`; the page places it::

    ```{exhibit} fig-rounds
    :headline: The finding, with {glue:text}`numbers`; at most 14 words, no full stop.
    :subtitle: Measure, unit, place, years.
    :alt: What a person who cannot see the figure needs in order to follow the argument.
    :caveat: What it must not be read as, in place of the limits of its tables.

    The caption, with {glue:text}`numbers` and {cite:p}`sources{p. 1}`.
    ```

It becomes a numbered figure or table named like its key, followed by source, date, caveat and the
bar with its values, drawing, code, tables, link and citation. A figure begins with its headline and
subtitle as text, and a screen of the width of a phone gets a drawing of its own. Its words are
typed once: here, or, in chapters that are not rewritten yet, in the cell that draws it. What an
exhibit says is written in `exhibit_content`.

``{teaser} fig-rounds`` shows the headline and the narrow drawing of another page's figure, with
:alt: and a few words below.
"""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.parsers.rst import directives
from markupsafe import Markup
from myst_nb.core.variables import RetrievalError
from myst_nb.ext.glue.utils import retrieve_glue_data
from sphinx.util.docutils import SphinxDirective

from bookmaking import site_files
from bookmaking.directives import error_report, numbering
from bookmaking.directives import exhibit_content as content
from bookmaking.directives.citations import cited_as, in_full
from bookmaking.directives.code_cells import place_of_code
from bookmaking.directives.elements import PARALLEL, as_is, note_tables, render
from bookmaking.directives.page_citation import of_part
from bookmaking.directives.page_notes import notes
from bookmaking.directives.record import chapters_of, page_of_tables, table_label
from bookmaking.record.reads import Chapter
from bookmaking.site.public_address import of_page
from bookmaking.warn import warn
from decentwork import data
from decentwork.tables import places

# Why: of MyST-NB's functions only these hand over what a cell published, with its metadata; its
# directives ({glue:figure}) have no room for source, date and values.
# Upstream: no issue found.
# Can go when MyST-NB offers them at its top level (test_myst_nb_still_keeps_its_functions_to_itself
# fails then).
# They are RetrievalError, retrieve_glue_data.


FILES, WORDS = "files of exhibits", "words of figures"
"""For each page: the names of its files; headline, subtitle and sources of its figures by key."""


def shelf(env) -> Path:
    """Return the folder next to the doctrees where files wait until the site is written."""
    return Path(env.doctreedir, "exhibits")


@cache
def names_of_states() -> dict[str, str]:
    """Return the names of the participating States by their codes."""
    return data.states()["name"].to_dict()


class Exhibit(SphinxDirective):
    """Place a published figure or table."""

    required_arguments = 1
    has_content = True
    option_spec = dict.fromkeys(("headline", "subtitle", "alt", "caveat"), directives.unchanged)

    def run(self) -> list[nodes.Node]:
        """Return the figure or table, or nothing and a warning that says what to fix."""
        key = self.arguments[0]
        try:
            published = retrieve_glue_data(self.state.document, key)
        except RetrievalError:
            published = None
        if fault := content.fault(
            key,
            published and published.metadata,
            has_caption=bool(self.content),
            options=self.options,
        ):
            warn("exhibit", fault, self.get_location())
            return []
        described = dict(published.metadata["exhibit"])
        words = self._words(described)
        described |= {part: paragraph.astext() for part, paragraph in words.items()}
        for each in content.unsaid(key, described):
            warn("exhibit", each, self.get_location())
        known = self._sources(content.keys_of(described))
        page = self.env.docname
        files = content.files(key, described, known, published.data.get("image/svg+xml"))
        for name, text in files.items():
            site_files.write(shelf(self.env) / name, text)
        notes(self.env, FILES).setdefault(page, []).extend(files)
        is_figure = described["kind"] == "figure"
        if is_figure:
            names = [f"{each.names} ({each.year})" for each in known.values()]
            said = (described["headline"], described["subtitle"], names)
            notes(self.env, WORDS).setdefault(page, {})[key] = said
        exhibit = self._figure(key, published, words) if is_figure else self._table(described)
        self.set_source_info(exhibit)
        exhibit["names"].append(nodes.fully_normalize_name(key))
        self.state.document.note_explicit_target(exhibit, exhibit)
        title = described.get("headline", "")
        bar = exhibit_bar(key=key, kind=described["kind"], title=title)
        footer = [*self._footer(described, known), bar]
        if is_figure:
            exhibit += nodes.legend("", *footer)
            return [exhibit, *self._values_by_state(described)]
        return [nodes.container("", exhibit, *footer, classes=["exhibit-table"])]

    def _sources(self, keys: Iterable[str]) -> dict[str, content.Source]:
        """Return sources by their keys, without keys that are none."""
        entries = self.env.get_domain("cite").bibdata.data.entries
        return {
            key: content.Source(*cited_as(entries[key]), in_full(entries[key]))
            for key in keys
            if key in entries
        }

    def _words(self, described: dict[str, Any]) -> dict[str, nodes.paragraph]:
        """Return headline and subtitle of a figure, from the directive or from its cell."""
        words = {}
        for part in ("headline", "subtitle") if described["kind"] == "figure" else ():
            typed = self.options.get(part)
            text = described.get(part, "")
            words[part] = self._parsed(typed)[0] if typed else nodes.paragraph("", text)
            words[part]["classes"] = [f"exhibit-{part}"]
        return words

    def _parsed(self, *lines: str) -> list[nodes.Node]:
        """Return the blocks of ``lines`` of Markdown, or of what is in the directive."""
        block = nodes.Element()
        self.state.nested_parse(list(lines) or self.content, self.content_offset, block)
        return block.children

    def _figure(self, key: str, published, words: dict[str, nodes.paragraph]) -> nodes.figure:
        described = published.metadata["exhibit"]
        drawings = published.data["image/svg+xml"], described["narrow"]
        picture = content.picture(drawings, self.options["alt"])
        caption, *rest = self._parsed()
        exhibit = nodes.figure("", *words.values(), as_is(picture), classes=["exhibit"])
        exhibit += nodes.caption(caption.rawsource, "", *caption.children)
        if rest:
            exhibit += nodes.legend("", *rest)
        return exhibit

    def _values_by_state(self, described: dict[str, Any]) -> list[nodes.Node]:
        folded = content.values_by_state(described["csv"], described["units"], names_of_states())
        if folded is None:
            return []
        note_tables(self.env, data.metadata(places.STATES))
        return [as_is(folded)]

    def _table(self, described: dict[str, Any]) -> nodes.table:
        caption, *_ = self._parsed()
        head, *rows = [described["head"], *described["rows"]]
        numeric = content.numeric_columns(len(head), rows)

        def row(cells: list[str]) -> nodes.row:
            classes = (["number"] if is_number else [] for is_number in numeric)
            entries = zip(cells, classes, strict=True)
            return nodes.row("", *(nodes.entry("", *self._parsed(text), classes=each)
                                   for text, each in entries))  # fmt: skip

        widths = [nodes.colspec(colwidth=1, stub=int(column == 0)) for column in range(len(head))]
        body = nodes.tbody("", *map(row, rows))
        group = nodes.tgroup("", *widths, nodes.thead("", row(head)), body, cols=len(head))
        title = nodes.title(caption.rawsource, "", *caption.children)
        return nodes.table("", title, group, classes=["exhibit"])

    def _footer(self, described: dict[str, Any], known: dict[str, content.Source]) -> list:
        footer = self._parsed(content.footer(described, self.options.get("caveat"), known))
        for block in footer:
            block["classes"].append("exhibit-source")
        if handle := content.handle_of_sources(described, known):
            start = f'<details class="exhibit-source"><summary>{handle}</summary>'
            cited = self._parsed(f"{{cite:t}}`{described['source']}`")
            footer += [as_is(start), *cited, as_is("</details>\n")]
        return footer


# ------------------------------------------------------------------ the bar below it


class exhibit_bar(nodes.General, nodes.Element):  # noqa: N801 (docutils: lower case)
    """The place of a bar; `key`, `kind` and `title` are those of its exhibit."""


def _fill_bars(app, doctree: nodes.document, docname: str) -> None:
    places = list(doctree.findall(exhibit_bar))
    code = {name for node in doctree.findall(nodes.container) for name in node["ids"] if places}
    for place in places:
        place.replace_self(as_is(_bar(app, docname, place, code)))


def _bar(app, docname: str, place: exhibit_bar, code: set[str]) -> Markup:
    """Return the bar of an exhibit; ``code`` are the places of the code that the page shows."""
    env, key, report = app.env, place["key"], error_report.PAGE
    called = numbering.called(env, docname).get(key, key)
    catalogue, chapter = page_of_tables(env), chapters_of(env).get(docname, Chapter())
    made_from = chapter.published[key].tables if catalogue and key in chapter.published else ()

    def address(page: str, end: str) -> str:
        return app.builder.get_relative_uri(docname, page) + end

    text, bibtex = of_part(
        key,
        " ".join((place["title"] or _heading_above(place)).split()),
        app.config.citation_metadata,
        called=called,
        chapter=env.titles[docname].astext(),
        address=of_page(app, docname, f"#{key}"),
    )
    asked = error_report.asked(f"{called} ({key})")
    return render(
        "exhibit_bar.html",
        key=key,
        called=called,
        is_figure=place["kind"] == "figure",
        address=lambda ending: content.link_to(f"{key}.{ending}", docname),
        code=place_of_code(key) if place_of_code(key) in code else "",
        tables=[(name, address(catalogue, f"#{table_label(name)}")) for name in made_from],
        text=text,
        bibtex=bibtex,
        report=address(report, asked) if report in env.all_docs else "",
    )


def _heading_above(place: exhibit_bar) -> str:
    """Return the heading of the section in which an exhibit is: a table has no headline."""
    section = place
    while section is not None and not isinstance(section, nodes.section):
        section = section.parent
    return section.next_node(nodes.title).astext() if section is not None else ""


# ------------------------------------------------------------------ a figure on another page


class teaser_drawing(nodes.General, nodes.Element):  # noqa: N801 (docutils: lower case)
    """Where the drawing comes; `key` and `alt` say which, and what is read in its place."""


class Teaser(SphinxDirective):
    """Place the headline and the drawing of another page's figure above a few words."""

    required_arguments = 1
    has_content = True
    option_spec = {"alt": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        """Return a place for the drawing, and the words."""
        drawing = teaser_drawing(key=self.arguments[0], alt=self.options["alt"])
        self.set_source_info(drawing)
        teaser = nodes.container("", drawing, classes=["teaser"])
        self.state.nested_parse(self.content, self.content_offset, teaser)
        return [teaser]


def _draw(app, doctree: nodes.document, docname: str) -> None:
    for node in list(doctree.findall(teaser_drawing)):
        key = node["key"]
        placed = [figures[key] for figures in notes(app.env, WORDS).values() if key in figures]
        if not placed:
            warn("teaser", f"no page of the book places a figure {key!r}; correct the name.", node)
            node.parent.remove(node)
            continue
        svg = (shelf(app.env) / content.drawing_name(key, "narrow")).read_text(encoding="utf-8")
        picture = content.picture([svg], node["alt"])
        headline = nodes.paragraph("", "", nodes.strong("", placed[0][0]))
        node.replace_self([headline, as_is(picture)])


def _write_files(app, exception: Exception | None) -> None:
    """Write the files of all exhibits, and delete those of exhibits that are no more."""
    if exception or app.builder.format != "html":
        return
    folder, waiting = Path(app.outdir, content.DOWNLOADS), shelf(app.env)
    names = {name for of_page in notes(app.env, FILES).values() for name in of_page}
    files = {folder / name: (waiting / name).read_bytes() for name in names}
    for path in waiting.glob("*"):
        if path.name not in names:
            path.unlink()
    # Pictures are `site.pictures`' own.
    site_files.write_all(files, (path for path in folder.glob("*") if path.suffix != ".png"))


def setup(app) -> dict[str, object]:
    """Register with Sphinx."""
    app.add_directive("exhibit", Exhibit)
    app.add_directive("teaser", Teaser)
    app.add_node(teaser_drawing)
    app.add_node(exhibit_bar)
    app.connect("doctree-resolved", _fill_bars)
    app.connect("doctree-resolved", _draw)
    app.connect("build-finished", _write_files)
    return PARALLEL
