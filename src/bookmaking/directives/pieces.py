"""Pieces of HTML and of sentences that several pages are made of. Nothing here needs Sphinx."""

from collections.abc import Iterable, Sequence, Sized

from bookmaking.directives.elements import Content, Element, html

NOTHING = "–"
"""What a cell shows where there is nothing to show."""

# ------------------------------------------------------------------ tables and lists


def table(caption: str, columns: Sequence[str], *groups: Element, class_: str) -> Element:
    """Return a table of groups of rows; `output.tables` makes it accessible, as all tables."""
    heads = html("thead", html("tr", *(html("th", name) for name in columns)))
    return html("table", html("caption", caption), heads, *groups, class_=class_)


def rows_table(
    caption: str, columns: Sequence[str], rows: Iterable[Element], class_: str = "cards check"
) -> Element:
    """Return a table whose rows are one group; without a class it looks as in the record."""
    return table(caption, columns, html("tbody", *rows), class_=class_)


def row(head: Sequence[Content], *cells: Sequence[Content], **attributes: str) -> Element:
    """Return a row with its head."""
    return html("tr", html("th", *head), *(html("td", *cell) for cell in cells), **attributes)


def bullets(items: Iterable[Content]) -> Element:
    """Return a list with a bullet for each item."""
    return html("ul", *(html("li", item) for item in items))


def joined(parts: Iterable[Content], between: str = ", ") -> list[Content]:
    """Return parts with a text between each two of them."""
    return [piece for part in parts for piece in (between, part)][1:]


def jumps(places: Iterable[tuple[str, str]]) -> Element:
    """Return links to places of the page, each a text and the name of the place."""
    items = (html("li", html("a", text, href=f"#{name}")) for text, name in places)
    return html("ul", *items, class_="jumps")


def words_filter(one: str, entries: str, counted_entries: str = "") -> Element:
    """Return a form that filters a page by words; filter.js shows it, and without it stays hidden.

    Parameters
    ----------
    one
        The word for one of the things that it counts; several have an s.
    entries
        What it hides, as a style sheet names it.
    counted_entries
        Those of them that it counts; without it all.
    """
    field = html("input", type="search", name="words", autocomplete="off")
    return html(
        "form",
        html("label", "Filter by words ", field),
        html("button", "Clear the filter", type="reset"),
        html("p", role="status"),
        class_="register-filters",
        role="search",
        aria_label=f"Filter the {one}s",
        hidden="hidden",
        data_entries=entries,
        data_counted=counted_entries or entries,
        data_one=one,
        data_many=f"{one}s",
    )


# ------------------------------------------------------------------ words


def counted(things: Sized | int, one: str, many: str = "") -> str:
    """Return a number of things in words, for example "1 line" or "1,200 lines".

    Parameters
    ----------
    things
        The things themselves, or their number.
    one, many
        The word for one, and for several; without ``many`` the first word with an s.
    """
    number = things if isinstance(things, int) else len(things)
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def capital(words: str) -> str:
    """Return words with a capital at the start."""
    return words[:1].upper() + words[1:]
