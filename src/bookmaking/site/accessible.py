"""Repair what the pages of Sphinx and MyST-NB lack for readers who cannot see them.

- Heads of rows and columns say what they head; an empty corner of a table is not a head.
- A table that may be wider than the screen is in a box that scrolls, has a name, and is reached
  by the keyboard.
- A table with a column of words gets the class ``cards``: on a narrow screen a style sheet lays out
  its rows as cards, so it needs no box. Roles keep it a table for those who listen, and each cell
  carries the name of its column.
- The handle of hidden code is named by the words that it shows.

Whoever wrote a table, it is repaired in the HTML of its page: docutils (tables of Markdown,
exhibits), pandas (output of code cells), or the book itself (the register). What the theme's
templates lack is repaired in ``book/_templates``.
"""

import lxml.html
from lxml.html import HtmlElement
from lxml.html.builder import CLASS, DIV

# Why: MyST-NB names the handle of hidden code "Toggle hidden content", while it shows "Code"; who
# speaks to the computer says what they see (WCAG 2.5.3, label in name). MyST-NB has no setting.
# Upstream: no issue found.
# Can go when MyST-NB writes no name of its own (test_myst_nb_still_names_hidden_code fails then).
NAMED_HANDLE = '<summary aria-label="Toggle hidden content">'
BOX = "pst-scrollable-table-container"
"""The class of the box that scrolls, as the theme's style sheet knows it."""
SENTENCE = 45
"""Letters from which what a cell says is a sentence."""


def accessible(page: str) -> str:
    """Return the HTML of a ``page``, or of a part of one, with all of it repaired."""
    page = page.replace(NAMED_HANDLE, "<summary>")
    if "<table" not in page:
        return page
    body = lxml.html.fragment_fromstring(page, create_parent="div")
    for style in body.xpath(".//style[@scoped]"):  # how pandas would have its tables look
        style.drop_tree()
    for table in body.xpath(".//table[not(ancestor::table)]"):
        _repair_table(table)
    whole = lxml.html.tostring(body, encoding="unicode")
    return whole.removeprefix("<div>").removesuffix("</div>")


def _repair_table(table: HtmlElement) -> None:
    _name_heads(table)
    box = table.getparent()
    if _has_column_of_words(table):
        table.classes.add("cards")
    if "cards" in table.classes:
        _keep_table_as_cards(table)
        if BOX in box.classes:
            box.drop_tag()
        return
    if BOX in box.classes:  # a table of Markdown: the theme has put it in a box
        name = f"Table: {_subject(table)}"
    else:
        for looks in ("border", "style"):  # the book's style sheet decides that, not pandas
            for element in table.xpath(f"descendant-or-self::*[@{looks}]"):
                del element.attrib[looks]
        name = f"Table: {_subject(table)}" if table.find("caption") is not None else _columns(table)
        if table.find("caption") is None and "aria-label" not in table.attrib:
            table.set("aria-label", name)
        table.addprevious(box := DIV(CLASS(BOX)))
        box.tail, table.tail = table.tail, None
        box.append(table)
    box.attrib.update({"aria-label": name, "role": "group", "tabindex": "0"})


def _name_heads(table: HtmlElement) -> None:
    """Say of each head what it heads, where that is not said yet; an empty head becomes a cell."""
    for head in table.iter("th"):
        if not head.text_content().strip():
            head.tag = "td"
        elif "scope" not in head.attrib:
            of_columns = "colgroup" if head.get("colspan") else "col"
            in_head = next(head.iterancestors("thead"), None) is not None
            head.set("scope", of_columns if in_head else "row")


def _has_column_of_words(table: HtmlElement) -> bool:
    """Return whether a table has sentences in its cells, and one name for each column.

    On a phone such a column would have three words a line. Output of code stays as it is.
    """
    columns, spans = table.xpath("count(thead/tr)"), table.xpath(".//*[@colspan or @rowspan]")
    if columns != 1 or spans or table.xpath("ancestor::*[contains(@class, 'cell_output')]"):
        return False
    return any(len(cell.text_content().strip()) > SENTENCE for cell in table.iterfind("tbody//td"))


def _keep_table_as_cards(table: HtmlElement) -> None:
    """Give the parts of a table their roles, and each cell the name of its column."""
    columns = [head.text_content().strip() for head in table.iterfind("thead/tr/*")]
    # In a table with a role, axe takes links of the caption for parts of the table.
    if not table.xpath("caption//a[not(contains(@class, 'headerlink'))]"):
        table.set("role", "table")
    for group in table.iter("thead", "tbody", "tfoot"):
        group.set("role", "rowgroup")
    for row in table.iter("tr"):
        row.set("role", "row")
        for position, cell in enumerate(row.iterchildren("th", "td")):
            if cell.tag == "td":
                cell.attrib.update({"data-label": columns[position], "role": "cell"})
            else:
                in_head = row.getparent().tag == "thead"
                cell.set("role", "columnheader" if in_head else "rowheader")


def _subject(table: HtmlElement) -> str:
    """Return what a table is about: its caption, else the last heading before it."""
    headings = "preceding::*[self::h1 or self::h2 or self::h3 or self::h4 or self::h5 or self::h6]"
    caption = table.xpath(".//*[@class='caption-text']") or table.xpath("caption")
    said = caption or table.xpath(f"({headings})[last()]")
    return (
        "".join(said[0].xpath(".//text()[not(ancestor::a[@class='headerlink'])]"))
        if said
        else ("values")
    )


def _columns(table: HtmlElement) -> str:
    """Return what the output of a code cell is: its columns say it."""
    columns = [head.text_content().strip() for head in table.xpath(".//th[@scope='col']")]
    return f"Output with the columns {', '.join(columns)}" if columns else "Output"


def _repair(app, _page: str, _template: str, context: dict, _doctree: object) -> None:
    if app.builder.format == "html" and "body" in context:
        context["body"] = accessible(context["body"])


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    # Before `elements`, which looks for the classes that a page needs styles for.
    app.connect("html-page-context", _repair, priority=440)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
