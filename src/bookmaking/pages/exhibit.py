"""The directive ``{exhibit}``: a figure or table that a notebook published, with its footer.

The notebook publishes through :mod:`decentwork.exhibits`; the page places it::

    ```{exhibit} fig-rounds
    :alt: What a person who cannot see the figure needs in order to follow the argument.

    The caption, with {glue:text}`numbers` and {cite:p}`sources{p. 1}`.
    ```

It becomes a numbered figure or table named like its key, followed by source, date, caveat and the
values as CSV.
"""

from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from myst_nb.core.variables import RetrievalError, render_variable_outputs
from myst_nb.ext.glue.utils import retrieve_glue_data
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

LOGGER = logging.getLogger(__name__)
NUMERIC = frozenset("0123456789.,-–−+%<>≤≥ ~")


class Drawn(nodes.General, nodes.Element):
    """A drawn figure, which scrolls where it is wider than the screen, as tables do."""


def _visit_drawn(writer, node: Drawn) -> None:
    caption = node.parent.next_node(nodes.caption).astext()
    reached = {"tabindex": "0", "role": "group", "aria-label": f"Figure: {caption}"}
    writer.body.append(writer.starttag(node, "div", "", CLASS="exhibit-drawn", **reached))


def _depart_drawn(writer, node: Drawn) -> None:
    writer.body.append("</div>\n")


class Exhibit(SphinxDirective):
    """Place a published figure or table."""

    required_arguments = 1
    has_content = True
    option_spec = {"alt": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        """Return the figure or table, or nothing and a warning that says what to mend."""
        key = self.arguments[0]
        try:
            published = retrieve_glue_data(self.state.document, key)
        except RetrievalError:
            return self._refuse(
                f"no cell of this notebook publishes {key!r}; publish it with decentwork.exhibits."
            )
        if "exhibit" not in published.metadata:
            return self._refuse(
                f"{key!r} is a glued number, not an exhibit; show it with {{glue:text}}."
            )
        if not self.content:
            return self._refuse(f"{key!r} has no caption; write one below the options.")
        note = published.metadata["exhibit"]
        if note["kind"] == "figure":
            if not self.options.get("alt"):
                return self._refuse(f"{key!r} has no :alt:; say what a blind reader needs to know.")
            exhibit = self._figure(published)
        else:
            exhibit = self._table(note)
        self.set_source_info(exhibit)
        exhibit["names"].append(nodes.fully_normalize_name(key))
        self.state.document.note_explicit_target(exhibit, exhibit)
        footer = self._footer(key, note)
        if note["kind"] == "figure":
            exhibit += nodes.legend("", *footer)
            return [exhibit]
        return [nodes.container("", exhibit, *footer, classes=["exhibit-table"])]

    def _refuse(self, sentence: str) -> list[nodes.Node]:
        LOGGER.warning(
            "exhibit: %s",
            sentence,
            location=self.get_location(),
            type="decentwork",
            subtype="exhibit",
        )
        return []

    def _parsed(self, *lines: str) -> list[nodes.Node]:
        parent = nodes.Element()
        block = nodes.Element()
        self.state.nested_parse(list(lines) or self.content, self.content_offset, block)
        parent += block.children
        return parent.children

    def _figure(self, published) -> nodes.figure:
        image = {"image": {"alt": self.options["alt"]}}
        drawn = render_variable_outputs(
            [published], self.state.document, self.lineno, self.get_source_info()[0], render=image
        )
        caption, *rest = self._parsed()
        exhibit = nodes.figure("", Drawn("", *drawn), classes=["exhibit"])
        exhibit += nodes.caption(caption.rawsource, "", *caption.children)
        if rest:
            exhibit += nodes.legend("", *rest)
        return exhibit

    def _table(self, note: dict) -> nodes.table:
        caption, *_ = self._parsed()
        exhibit = nodes.table(
            "", nodes.title(caption.rawsource, "", *caption.children), classes=["exhibit"]
        )
        group = nodes.tgroup(cols=len(note["head"]))
        exhibit += group
        group += [
            nodes.colspec(colwidth=1, stub=1 if position == 0 else 0)
            for position in range(len(note["head"]))
        ]
        numeric = [
            column > 0 and all(set(row[column]) <= NUMERIC for row in note["rows"])
            for column in range(len(note["head"]))
        ]
        group += nodes.thead("", self._row(note["head"], numeric))
        group += nodes.tbody("", *(self._row(row, numeric) for row in note["rows"]))
        return exhibit

    def _row(self, cells: list[str], numeric: list[bool]) -> nodes.row:
        row = nodes.row()
        for text, is_number in zip(cells, numeric, strict=True):
            row += nodes.entry("", *self._parsed(text), classes=["number"] if is_number else [])
        return row

    def _footer(self, key: str, note: dict) -> list[nodes.Node]:
        folder = Path(self.env.srcdir) / "_build" / "exhibits"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{key}.csv").write_text(note["csv"], encoding="utf-8")
        sentences = [f"Source: {{cite:t}}`{note['source']}`.", f"Data as of {note['as_of']}."]
        if note["caveat"]:
            sentences.append(note["caveat"])
        sentences.append(f"{{download}}`Values as CSV </_build/exhibits/{key}.csv>`")
        footer = self._parsed(" ".join(sentences))
        for paragraph in footer:
            paragraph["classes"].append("exhibit-source")
        return footer


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_directive("exhibit", Exhibit)
    app.add_node(Drawn, html=(_visit_drawn, _depart_drawn))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
