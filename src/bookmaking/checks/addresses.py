"""Published addresses: whoever cited a page, a figure or a table finds it there tomorrow.

The ledger lists them. One that is gone is named: bring it back, or, if a page has another name now,
let the old address lead to the new one (``redirects`` in _config.yml), and enter the change.
Other people's sites stand in a second list, so that a link to a site that nobody looked at shows.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import yaml

from bookmaking import ledgers
from bookmaking.checks import site
from bookmaking.source import page_numbers, pages
from bookmaking.source.page_numbers import Number

LEDGER = site.LOOKED_AT
EXHIBIT = re.compile(r"^[`:]{3,}\{exhibit\} (\S+)", re.MULTILINE)
LINE = re.compile(r"^[`:]{3,}\{claim\} ([^\n]+)", re.MULTILINE)
LABEL = re.compile(r"^\(([\w-]+)\)=", re.MULTILINE)
ADDRESS = re.compile(r"https?://([^\s/\"'<>)}\]\\,;:]+)")


def items(root: Path) -> dict[str, str]:
    """Return the addresses of pages, figures, tables and lines, and the hosts of all links."""
    listed = site.listed(root / "_toc.yml")
    numbers = page_numbers.of_pages(root)
    found = {page: _page(numbers.get(page, "without number")) for page in listed}
    for path in pages.written(root):
        page = path.relative_to(root).with_suffix("").as_posix()
        text = "\n".join(cell.text for cell in pages.cells(path, root) if cell.kind == "markdown")
        found |= {f"{page}#{name}": "figure or table" for name in EXHIBIT.findall(text)}
        found |= {f"{page}#{name}": "label" for name in LABEL.findall(text)}
        for line in (each for named in LINE.findall(text) for each in re.split(r"[\s,]+", named)):
            found[f"{page}#claim-{line.lower()}"] = "line of the note"
    names = (path.stem for path in sorted((root / "data").rglob("*.csv")))
    found |= {f"book/tables#table-{name}": "table" for name in names}
    return found | {f"//{host}": "host" for host in sorted(set(_hosts(root)))}


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return addresses that are gone or new, and redirects that lead nowhere."""
    found = items(root)
    settings = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    redirects = settings["sphinx"]["config"].get("redirects", {})
    leads_to = {old: _target(old, new, root) for old, new in redirects.items()}
    problems = [
        f"_config.yml, redirects: {old} leads to {redirects[old]}, which is no page; name a page "
        "by its path from there, with .html."
        for old, new in leads_to.items()
        if new not in found
    ]
    gone = ledgers.read(LEDGER, root).keys() - found.keys()
    pages_gone = sorted(page for page in gone if "#" not in page and "//" not in page)
    problems += [
        f"{page} was published and is no page any more; give it back its name, or write "
        f"`{page}: <new page>.html` under redirects in _config.yml."
        for page in pages_gone
        if page not in redirects
    ]
    followed = {page: leads_to[page] for page in pages_gone if page in leads_to}
    problems += _free_again(followed, root)
    return problems + ledgers.differences(LEDGER, found, root)


def _page(number: Number) -> str:
    return f"page, chapter {number}"


def _target(old: str, new: str, root: Path) -> str:
    """Return the page to which a redirect leads."""
    path = (root / old).parent.joinpath(new).resolve().relative_to(root.resolve())
    return path.with_suffix("").as_posix()


def _free_again(leads_to: Mapping[str, str], root: Path) -> Iterator[str]:
    """Yield pages that are gone with a number that no page took along and nothing remembers.

    The ledger still knows their numbers, until the change is entered.
    """
    known, numbers = ledgers.read(LEDGER, root), page_numbers.of_pages(root)
    given = page_numbers.with_retired(numbers, root)
    free = {page_numbers.next_free(given, is_chapter=each) for each in (True, False)}
    by_digest = {ledgers.digest(_page(each)): each for each in {*given.values(), *free}}
    retired = page_numbers.retired(root)
    for page, new in leads_to.items():
        had = by_digest.get(known[page].digest)
        if had is not None and had not in (numbers.get(new), retired.get(page)):
            yield (
                f"{page} had the number {had}, by which its figures are cited, and somebody could "
                f"give it again; write `{page}: {had}` under 'meta: {page_numbers.RETIRED}:' in "
                f"{page_numbers.CONTENTS}."
            )


def _hosts(root: Path) -> Iterator[str]:
    """Yield the hosts of all links that readers meet."""
    files = [root / "references.bib", *pages.written(root), *(root / "data").rglob("*.yml")]
    for path in [*files, *(root / "data").rglob("*.csv")]:
        for host in ADDRESS.findall(path.read_text(encoding="utf-8")):
            name = host.lower().rstrip(".").rpartition("@")[2]
            if name not in site.NOT_OURS:
                yield name
