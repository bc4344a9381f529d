"""What every table of a page needs for readers who cannot see it, or not all of it at once.

One function adds it, whoever wrote the table: docutils (tables of Markdown, exhibits), pandas
(output of code cells), or the book itself (the register). It reads and writes HTML, and so it
serves any renderer.

- Heads of rows and columns say what they head; an empty corner of a table is not a head.
- A table that may be wider than the screen is in a box that scrolls, has a name, and is reached
  by the keyboard.
- A table whose rows a style sheet lays out as cards on a narrow screen (class ``cards``) needs no
  box. Roles keep it a table for those who listen, and each cell carries the name of its column.
"""

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag

BOX = "pst-scrollable-table-container"
"""The class of the box that scrolls, as the theme's style sheet knows it."""

TABLE_TAG = re.compile(r"<(/?)table\b")
BOX_OPENS = re.compile(rf'<div[^>]*class="[^"]*\b{BOX}\b[^"]*"[^>]*>\s*$')
HEADING = re.compile(r"<h[1-6][^>]*>(.*?)</h[1-6]>", re.DOTALL)
STYLE_OF_PANDAS = re.compile(r"<style scoped(?:=\"\")?>.*?</style>", re.DOTALL)


def accessible_tables(page: str) -> str:
    """Return the HTML of a ``page``, or of a part of one, with every table made accessible."""
    page = STYLE_OF_PANDAS.sub("", page)
    parts, written = [], 0
    for start, end in _outermost_tables(page):
        before, table = page[written:start], page[start:end]
        box = BOX_OPENS.search(before)
        heading = (HEADING.findall(page[:start]) or [None])[-1] if box else None
        has_box, made = _accessible(table, box is not None, heading)
        parts += [before[: box.start()] if box and has_box else before, made]
        written = end
    return "".join([*parts, page[written:]])


def _accessible(html: str, in_box: bool, heading: str | None) -> tuple[bool, str]:
    """Return whether a table gets a box of its own, and its HTML from where the box opens.

    ``in_box`` says that the theme has put it in a box, under the last ``heading`` if there is one.
    """
    table = _parsed(html)
    _name_heads(table)
    if "cards" in table.get("class", ()):
        _keep_table_as_cards(table)
        return False, str(table)
    if in_box:  # a table of Markdown: the theme closes its box
        return True, f"{_box_start(_subject(table, heading))}{table}"
    _strip_looks(table)
    name = _subject(table, None) if table.caption else _output_name(table)
    if table.caption is None:
        table.attrs.setdefault("aria-label", name)
    return True, f"{_box_start(name)}{table}</div>"


def _outermost_tables(page: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each table that is in no other."""
    depth = start = 0
    for tag in TABLE_TAG.finditer(page):
        if not tag[1]:
            start = start if depth else tag.start()
            depth += 1
        else:
            depth -= 1
            if depth == 0:
                yield start, page.index(">", tag.end()) + 1


def _parsed(table: str) -> Tag:
    return BeautifulSoup(table, "html.parser").table


def _box_start(name: str) -> str:
    box = BeautifulSoup("", "html.parser").new_tag(
        "div", attrs={"aria-label": name, "class": BOX, "role": "group", "tabindex": "0"}
    )
    return str(box).removesuffix("</div>")


def _name_heads(table: Tag) -> None:
    """Say of each head what it heads, where that is not said yet; an empty head becomes a cell."""
    for head in table("th"):
        if not head.get_text(strip=True):
            head.name = "td"
        elif head.find_parent("thead"):
            head.attrs.setdefault("scope", "colgroup" if head.get("colspan") else "col")
        else:
            head.attrs.setdefault("scope", "row")


def _strip_looks(table: Tag) -> None:
    """Take away how pandas would have the table look: the book's style sheet decides that."""
    for attribute in ("border", "style"):
        for element in (table, *table(True)):
            element.attrs.pop(attribute, None)


def _keep_table_as_cards(table: Tag) -> None:
    """Give the parts of a table their roles, and each cell the name of its column."""
    columns = [head.get_text(strip=True) for head in table.thead("th")]
    table["role"] = "table"
    for group in table(["thead", "tbody", "tfoot"]):
        group["role"] = "rowgroup"
    for row in table("tr"):
        row["role"] = "row"
        for position, cell in enumerate(row(["th", "td"], recursive=False)):
            if cell.name == "td":
                cell.attrs |= {"data-label": columns[position], "role": "cell"}
            else:
                cell["role"] = "columnheader" if row.parent.name == "thead" else "rowheader"


def _subject(table: Tag, heading: str | None) -> str:
    """Return what a table is about: its caption, else the last ``heading`` before it."""
    if table.caption is not None:
        subject = table.caption.find(class_="caption-text") or table.caption
        return f"Table: {_words(subject)}"
    subject = None if heading is None else BeautifulSoup(heading, "html.parser")
    return f"Table: {_words(subject) if subject else 'values'}"


def _output_name(table: Tag) -> str:
    """Return what the output of a code cell is: its columns say it."""
    columns = [head.get_text(strip=True) for head in table.select('th[scope="col"]')]
    return f"Output with the columns {', '.join(columns)}" if columns else "Output"


def _words(element: Tag) -> str:
    for link in element.select("a.headerlink"):
        link.decompose()
    return element.get_text()
