"""What the page on changes says: what differs between the present build and the releases.

Plain data in, elements out; nothing here needs Sphinx.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby, pairwise

from bookmaking.directives.elements import Content, Element, html
from bookmaking.directives.pieces import bullets, counted, joined, row, rows_table
from bookmaking.record.said import Change, Changes, Said, changes

Address = Callable[[str], tuple[str, str]]
"""A function that returns address and text of the link to a line of the note, or to a page."""

PRESENT = "this build"


def page(
    present: Said, kept: Sequence[Said], line: Address, chapter: Address, file: str
) -> list[Element]:
    """Return what changed since the last kept build, and between those before it.

    ``file`` is the address of the file with all that this build says.
    """
    link = html("a", "JSON", href=file, download="")
    made = [
        html(
            "p",
            "All verdicts and numbers of this build, as a file for programs: ",
            link,
        )
    ]
    if not kept:
        made.append(html("p", "No earlier build is kept, so there is nothing to compare with."))
    for number, (after, before) in enumerate(pairwise([present, *kept])):
        found = changes(before, after)
        name = PRESENT if number == 0 else after.name
        content = [
            html("p", html("strong", f"From {before.name} to {name}")),
            bullets(summary(found)),
            html("p", f"{before.name}: {before.made}", class_="register-changed"),
            *details(found, line, chapter),
        ]
        if number == 0:
            made += content
        else:
            handle = html("summary", f"From {before.name} to {name}")
            made.append(html("details", handle, *content, class_="check"))
    return made


def summary(found: Changes) -> list[str]:
    """Return how much of each kind changed, one sentence each."""
    kinds = [
        (found.examined, "line was newly examined", "lines were newly examined"),
        (found.verdicts, "verdict or strength changed", "verdicts or strengths changed"),
        (found.unexamined, "line lost its verdict", "lines lost their verdict"),
        (found.numbers, "number changed", "numbers changed"),
        (found.new, "number is new", "numbers are new"),
        (found.gone, "number is gone", "numbers are gone"),
        (found.new_pages, "page with numbers is new", "pages with numbers are new"),
        (found.gone_pages, "page with numbers is gone", "pages with numbers are gone"),
        (found.reworded, "answer has other words", "answers have other words"),
    ]
    told = [f"{counted(things, one, many)}." for things, one, many in kinds if things]
    return told or ["No verdict and no number has changed."]


def details(found: Changes, line: Address, chapter: Address) -> list[Element]:
    """Return the tables of all changes."""
    made = []
    for title, verdicts in (
        ("Verdicts that changed", found.verdicts),
        ("Lines newly examined", found.examined),
        ("Lines without a verdict now", found.unexamined),
    ):
        if verdicts:
            made.append(_verdicts(title, verdicts, line))
    if found.reworded:
        links = joined(_link(line(name)) for name in found.reworded)
        made.append(html("p", "Same verdict, answer in other words: ", *links, "."))
    for title, pages in (
        ("New pages", found.new_pages),
        ("Pages that are gone", found.gone_pages),
    ):
        if pages:
            made.append(_pages(title, pages, chapter))
    listed = sorted([*found.numbers, *found.new, *found.gone], key=lambda change: change.page)
    for name, group in groupby(listed, lambda change: change.page):
        made.append(_numbers(name, list(group), chapter))
    return made


def _verdicts(title: str, found: Sequence[Change], line: Address) -> Element:
    rows = [row([_link(line(one.name))], [one.before], [one.after]) for one in found]
    return rows_table(
        title, ["Line of the note (follow the link to read it)", "Before", "Now"], rows
    )


def _pages(title: str, pages: Mapping[str, int], chapter: Address) -> Element:
    rows = [row([_link(chapter(name))], [str(number)]) for name, number in pages.items()]
    return rows_table(title, ["Page", "Numbers in the text"], rows)


def _numbers(name: str, found: Sequence[Change], chapter: Address) -> Element:
    rows = [
        row([html("code", one.name)], [one.before or "new"], [one.after or "gone"]) for one in found
    ]
    link = chapter(name)
    how_many = counted(found, "number")
    inside = rows_table(f"Numbers of {link[1]}", ["Number", "Before", "Now"], rows)
    handle = html("summary", f"{link[1]}: {how_many}")
    return html("details", handle, html("p", _link(link)), inside, class_="check")


def _link(target: tuple[str, str]) -> Content:
    address, text = target
    return html("a", text, href=address) if address else text
