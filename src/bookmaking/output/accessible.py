"""Repair what the pages of Sphinx, MyST-NB and pandas lack for readers who cannot see them.

- Lists of sources are lists, without the roles that docutils gives them and ARIA has withdrawn.
- Heads of rows and columns say what they head; an empty corner of a table is no head.
- A table that may be wider than the screen scrolls in a box that has a name and that the keyboard
  reaches.
- The handle of hidden code is named by the words that it shows.

What the theme's templates lack is repaired in ``book/_templates``.
"""

from bs4 import BeautifulSoup
from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode, depart_HideCellInput, visit_HideCellInput
from sphinx.transforms.post_transforms import SphinxPostTransform

THEME_BOX = '<div class="pst-scrollable-table-container">'


class AccessibleWriter:
    """Methods of an HTML writer, to be put before those of the theme."""

    def starttag(self, node, tagname, *args, **attributes) -> str:
        """Add the scope of the head of a row or column."""
        if tagname == "th" and isinstance(node, nodes.entry):
            attributes["scope"] = "col" if isinstance(node.parent.parent, nodes.thead) else "row"
        return super().starttag(node, tagname, *args, **attributes)

    def visit_entry(self, node: nodes.entry) -> None:
        """Begin a cell; an empty one is no head."""
        super().visit_entry(node)
        if not node.children and self.context[-1].startswith("</th"):
            self.body[-1] = self.starttag(node, "td", "")
            self.context[-1] = "</td>\n"

    def visit_table(self, node: nodes.table) -> None:
        """Begin a table in a box that scrolls."""
        start = len(self.body)
        super().visit_table(node)
        position = self.body.index(THEME_BOX, start)
        self.body[position] = self.starttag(
            nodes.container(),
            "div",
            "",
            CLASS="pst-scrollable-table-container",
            tabindex="0",
            role="group",
            **{"aria-label": f"Table: {_subject(node)}"},
        )

    def visit_citation(self, node: nodes.citation) -> None:
        """Begin an entry of a list of sources, and the list before the first."""
        if not isinstance(node.previous_sibling(), nodes.citation):
            self.body.append('<ul class="citation-list">\n')
        self.body.append(self.starttag(node, "li", CLASS="citation"))

    def depart_citation(self, node: nodes.citation) -> None:
        """End an entry of a list of sources, and the list after the last."""
        self.body.append("</li>\n")
        if not isinstance(node.next_node(descend=False, siblings=True), nodes.citation):
            self.body.append("</ul>\n")


def _subject(table: nodes.table) -> str:
    """Return what ``table`` is about: its caption, else the heading above it."""
    caption = next(table.findall(nodes.title), None)
    if caption is None:
        section = table.parent
        while section is not None and not isinstance(section, nodes.section):
            section = section.parent
        caption = section.next_node(nodes.title) if section is not None else None
    return caption.astext() if caption is not None else "values"


def _visit_hidden_code(writer, node: HideCodeCellNode) -> None:
    start = len(writer.body)
    visit_HideCellInput(writer, node)
    writer.body[start:] = [
        part.replace(' aria-label="Toggle hidden content"', "") for part in writer.body[start:]
    ]


class AccessibleOutput(SphinxPostTransform):
    """Tables that code cells show, which are HTML as pandas writes it."""

    default_priority = 900  # after MyST-NB has chosen the outputs to show
    formats = ("html",)

    def run(self, **_) -> None:
        """Repair the tables of the page."""
        for output in self.document.findall(nodes.raw):
            if "text_html" in output["classes"] and "<table" in output.astext():
                output[:] = [nodes.Text(accessible_tables(output.astext()))]


def accessible_tables(html: str) -> str:
    """Return ``html`` with named tables in boxes that scroll, and heads that say what they head."""
    soup = BeautifulSoup(html, "html.parser")
    for style in soup.select("style[scoped]"):
        style.decompose()
    for table in soup("table"):
        for head in table("th"):
            if not head.get_text(strip=True):
                head.name = "td"
            elif head.find_parent("thead"):
                head.attrs.setdefault("scope", "colgroup" if head.get("colspan") else "col")
            else:
                head.attrs.setdefault("scope", "row")
        for attribute in ("border", "style"):
            for element in (table, *table(True)):
                element.attrs.pop(attribute, None)
        columns = [head.get_text(strip=True) for head in table.select('th[scope="col"]')]
        name = f"Output with the columns {', '.join(columns)}" if columns else "Output"
        if table.caption is None:
            table.attrs.setdefault("aria-label", name)
        table.wrap(
            soup.new_tag(
                "div",
                attrs={
                    "class": "pst-scrollable-table-container",
                    "tabindex": "0",
                    "role": "group",
                    "aria-label": name,
                },
            )
        )
    return str(soup)


def _extend_writer(app) -> None:
    if app.builder.format == "html":
        theme = app.registry.get_translator_class(app.builder)
        app.set_translator(
            app.builder.name, type("Writer", (AccessibleWriter, theme), {}), override=True
        )


def setup(app) -> dict[str, bool]:
    """Register with Sphinx; the writer of pages is extended after the theme has extended it."""
    app.setup_extension("myst_nb")
    app.add_node(HideCodeCellNode, override=True, html=(_visit_hidden_code, depart_HideCellInput))
    app.add_post_transform(AccessibleOutput)
    app.connect("builder-inited", _extend_writer, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
