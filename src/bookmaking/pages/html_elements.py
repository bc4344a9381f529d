"""HTML elements for which docutils has no node, and tables that stay tables as cards.

Docutils writes tables without caption, scopes and roles. What is made here has all three, and each
cell names its column, so that a style sheet may lay rows out as cards on a narrow screen.
"""

from collections.abc import Iterable, Sequence

from docutils import nodes

Content = Iterable[nodes.Node | str]


class html_element(nodes.General, nodes.TextElement):  # noqa: N801 (docutils: lower case)
    """An HTML element; the attributes `tag` and `html` hold its name and its attributes."""


def html(tag: str, *children: nodes.Node | str, **attributes: str) -> html_element:
    """Make an element.

    `ids` and `classes` are words split by spaces; `_` in the name of an attribute stands for `-`.
    """
    ids, classes = (attributes.pop(name, "").split() for name in ("ids", "classes"))
    named = {name.replace("_", "-"): value for name, value in attributes.items()}
    made = html_element("", "", tag=tag, html=named, ids=ids, classes=classes)
    made += [nodes.Text(child) if isinstance(child, str) else child for child in children]
    return made


def html_table(
    caption: str, columns: Sequence[str], *groups: html_element, classes: str
) -> html_element:
    """Make a table of row groups. Its roles keep it a table where rows are laid out as cards."""
    heads = [html("th", name, scope="col", role="columnheader") for name in columns]
    return html(
        "table",
        html("caption", caption),
        html("thead", html("tr", *heads, role="row"), role="rowgroup"),
        *groups,
        classes=f"cards {classes}",
        role="table",
    )


def html_row(
    columns: Sequence[str], header: Content, *cells: Content, **attributes: str
) -> html_element:
    """Make a row with its header; each cell carries the name of its column for the cards."""
    return html(
        "tr",
        html("th", *header, scope="row", role="rowheader"),
        *(
            html("td", *cell, role="cell", data_label=name)
            for name, cell in zip(columns[1:], cells, strict=True)
        ),
        role="row",
        **attributes,
    )


def _visit(writer, node: html_element) -> None:
    writer.body.append(writer.starttag(node, node["tag"], "", **node["html"]))


def _depart(writer, node: html_element) -> None:
    writer.body.append(f"</{node['tag']}>")


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_node(html_element, html=(_visit, _depart))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
