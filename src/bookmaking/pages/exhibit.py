"""The directive ``{exhibit}``: a figure or table that a notebook published, with its footer.

The notebook publishes through :mod:`decentwork.exhibits`; the page places it::

    ```{exhibit} fig-rounds
    :alt: What a person who cannot see the figure needs in order to follow the argument.
    :caveat: What it must not be read as, in place of the limits of its tables.

    The caption, with {glue:text}`numbers` and {cite:p}`sources{p. 1}`.
    ```

It becomes a numbered figure or table named like its key, followed by source, date, caveat and a
link to the values as CSV. What it says is written in `exhibit_content`.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.parsers.rst import directives
from myst_nb.core.variables import RetrievalError, render_variable_outputs
from myst_nb.ext.glue.utils import retrieve_glue_data
from sphinx.util.docutils import SphinxDirective

from bookmaking.pages import exhibit_content as content
from bookmaking.pages.domain_of_pages import DomainOfPages
from bookmaking.pages.element_nodes import as_nodes
from bookmaking.pages.elements import html
from bookmaking.warn import warn

# Why: of MyST-NB's functions only these hand over what a cell published, with its metadata, and
# draw it; its directives ({glue:figure}) have no room for source, date and values.
# Upstream: no issue found.
# Can go when MyST-NB offers them at its top level (test_myst_nb_still_keeps_its_functions_to_itself
# fails then).
# They are RetrievalError, render_variable_outputs, retrieve_glue_data.


class ExhibitDomain(DomainOfPages):
    """The files of all exhibits, until they are written beside the pages."""

    name = "exhibit"
    label = "Exhibits"
    initial_data = {"files": {}}
    by_page = ("files",)

    @property
    def files(self) -> dict[str, dict[str, str]]:
        """The text of each file by its name: ``{page: {name: text}}``."""
        return self.data["files"]


class drawn_figure(nodes.General, nodes.Element):  # noqa: N801 (docutils: lower case)
    """A drawn figure, which scrolls where it is wider than the screen, as tables do."""


def _visit_drawn(writer, node: drawn_figure) -> None:
    # Only now the caption's numbers and citations are words.
    caption = node.parent.next_node(nodes.caption).astext()
    reached = {"tabindex": "0", "role": "group", "aria-label": f"Figure: {caption}"}
    writer.body.append(writer.starttag(node, "div", "", CLASS="exhibit-drawn", **reached))


def _depart_drawn(writer, node: drawn_figure) -> None:
    writer.body.append("</div>\n")


class Exhibit(SphinxDirective):
    """Place a published figure or table."""

    required_arguments = 1
    has_content = True
    option_spec = {"alt": directives.unchanged, "caveat": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        """Return the figure or table, or nothing and a warning that says what to mend."""
        key = self.arguments[0]
        try:
            published = retrieve_glue_data(self.state.document, key)
        except RetrievalError:
            published = None
        if fault := content.fault(
            key,
            published and published.metadata,
            has_caption=bool(self.content),
            has_alt=bool(self.options.get("alt")),
        ):
            warn("exhibit", fault, self.get_location())
            return []
        described = published.metadata["exhibit"]
        self._keep_files(key, described)
        is_figure = described["kind"] == "figure"
        exhibit = self._figure(published) if is_figure else self._table(described)
        self.set_source_info(exhibit)
        exhibit["names"].append(nodes.fully_normalize_name(key))
        self.state.document.note_explicit_target(exhibit, exhibit)
        footer = self._footer(key, described)
        if is_figure:
            exhibit += nodes.legend("", *footer)
            return [exhibit]
        return [nodes.container("", exhibit, *footer, classes=["exhibit-table"])]

    def _keep_files(self, key: str, described: dict[str, Any]) -> None:
        kept = self.env.get_domain(ExhibitDomain.name).files
        kept.setdefault(self.env.docname, {}).update(content.files(key, described))

    def _parsed(self, *lines: str) -> list[nodes.Node]:
        """Return the blocks of ``lines`` of Markdown, or of what stands in the directive."""
        block = nodes.Element()
        self.state.nested_parse(list(lines) or self.content, self.content_offset, block)
        return block.children

    def _figure(self, published) -> nodes.figure:
        image = {"image": {"alt": self.options["alt"]}}
        drawn = render_variable_outputs(
            [published], self.state.document, self.lineno, self.get_source_info()[0], render=image
        )
        caption, *rest = self._parsed()
        exhibit = nodes.figure("", drawn_figure("", *drawn), classes=["exhibit"])
        exhibit += nodes.caption(caption.rawsource, "", *caption.children)
        if rest:
            exhibit += nodes.legend("", *rest)
        return exhibit

    def _table(self, described: dict[str, Any]) -> nodes.table:
        caption, *_ = self._parsed()
        title = nodes.title(caption.rawsource, "", *caption.children)
        head, rows = described["head"], described["rows"]
        numeric = content.numeric_columns(len(head), rows)
        widths = [nodes.colspec(colwidth=1, stub=int(column == 0)) for column in range(len(head))]
        group = nodes.tgroup(
            "",
            *widths,
            nodes.thead("", self._row(head, numeric)),
            nodes.tbody("", *(self._row(row, numeric) for row in rows)),
            cols=len(head),
        )
        return nodes.table("", title, group, classes=["exhibit"])

    def _row(self, cells: Sequence[str], numeric: list[bool]) -> nodes.row:
        return nodes.row(
            "",
            *(
                nodes.entry("", *self._parsed(text), classes=["number"] if is_number else [])
                for text, is_number in zip(cells, numeric, strict=True)
            ),
        )

    def _footer(self, key: str, described: dict[str, Any]) -> list[nodes.Node]:
        sentences = content.footer(described, self.options.get("caveat"))
        footer = self._parsed(sentences)
        link = html(
            "a",
            "Values as CSV",
            class_="reference download internal",
            download="",
            href=content.link_to_values(key, self.env.docname),
        )
        footer[-1] += [nodes.Text(" "), *as_nodes(link, self.env.docname, self._parsed)]
        if handle := content.handle_of_sources(described):
            folded = html("details", html("summary", handle))
            (details,) = as_nodes(folded, self.env.docname, self._parsed)
            details += self._parsed(content.sources(described))
            footer.append(details)
        for block in footer:
            block["classes"].append("exhibit-source")
        return footer


def _write_files(app, exception: Exception | None) -> None:
    """Write the files of all exhibits, and delete those of exhibits that are no more."""
    if exception or app.builder.format != "html":
        return
    folder = Path(app.outdir, content.DOWNLOADS)
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    for kept in app.env.get_domain(ExhibitDomain.name).files.values():
        files |= {folder / name: text.encode() for name, text in kept.items()}
    for path in set(folder.iterdir()) - set(files):
        path.unlink()
    for path, text in files.items():
        if not path.exists() or path.read_bytes() != text:
            path.write_bytes(text)


def setup(app) -> dict[str, object]:
    """Register with Sphinx."""
    app.add_domain(ExhibitDomain)
    app.add_directive("exhibit", Exhibit)
    app.add_node(drawn_figure, html=(_visit_drawn, _depart_drawn))
    app.connect("build-finished", _write_files)
    return {"version": "2", "parallel_read_safe": True, "parallel_write_safe": True}
