"""The built pages, as files: structure, pictures, tables, links, what they load.

Each check takes a page and returns its problems, one sentence each; ``CHECKS`` has those that need
nothing else. Tests call them page by page on the built book, ``check`` calls all on a small site.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup, Tag
from sphinx_external_toc.parsing import parse_toc_yaml

from bookmaking.checks import ROOT
from bookmaking.directives.previews import FILES, Preview
from bookmaking.source import pages as source_pages

BY_SPHINX = ("search", "genindex", "404")
"""Pages without a source: they link to what is checked already, and a script fills the first."""
SHORTEST_ALT = 40

TRACEBACK = re.compile(r"Traceback \(most recent call last\)|^\w*Error: ", re.MULTILINE)
EXTERNAL = re.compile(r"^(?:https?:)?//", re.IGNORECASE)
STYLE_REFERENCE = re.compile(r"""(?:url\(|@import\s+)\s*["']?([^"')\s;]+)""")
LOADED = {
    "img": ("src", "srcset"),
    "source": ("src", "srcset"),
    "script": ("src",),
    "iframe": ("src",),
    "video": ("src", "poster"),
    "link": ("href",),
}
"""What a browser fetches without being asked. Links that a reader follows are not among it."""
HIDES = re.compile(r"display:\s*none|visibility:\s*hidden|opacity:\s*0(?![.\d])|font-size:\s*0")
SHOWN_ALWAYS = {"exhibit-source", "exhibit-caveat", "caveat", "citation-list", "verdict", "answer"}
"""Classes of what every reader sees: sources, limits, verdicts."""
LOADING_LINKS = {"stylesheet", "preload", "modulepreload", "icon", "prefetch", "manifest"}
LEFT_OVER = re.compile(
    r"\{(?:cite|claim|doc|exhibit|glue|line|numref|ref|teaser|term)[:}]|system-message"
)

EXHIBIT = re.compile(r'<(?:figure|table) class="[^"]*\bexhibit\b')
FILES_OF_A_FIGURE = ("CSV", "SVG", "PNG")
FILES_OF_A_TABLE = ("CSV",)
IN_EVERY_BAR = ("Code", "Link", "Cite")
CITATION = re.compile(r'<span class="bibtex-citation"[^>]*>(.*?)</span>', re.DOTALL)
ELSEWHERE = re.compile(r'href="([^"#:]+)\.html#([^"]+)"')
OF_A_KIND = re.compile(r"(?:term|line|fig|tbl)-")


@dataclass(frozen=True)
class Page:
    """A page of the site at ``site``; ``name`` is its path there, without ``.html``."""

    site: Path
    name: str

    @property
    def path(self) -> Path:
        """The file of the page."""
        return self.site / f"{self.name}.html"

    @cached_property
    def tree(self) -> BeautifulSoup:
        """The parsed page."""
        return BeautifulSoup(self.path.read_text(encoding="utf-8"), "html.parser")

    @cached_property
    def ids(self) -> list[str]:
        """All ids, in the order of the page."""
        return [element["id"] for element in self.tree.find_all(id=True)]

    def loaded(self) -> Iterator[tuple[str, str]]:
        """Yield the element and the address of all that a browser fetches for the page's HTML."""
        for element in self.tree.find_all([*LOADED]):
            if element.name == "link" and not LOADING_LINKS & set(element.get("rel", ())):
                continue
            for attribute in LOADED[element.name]:
                for candidate in element.get(attribute, "").split(","):
                    if address := candidate.strip().partition(" ")[0]:
                        yield f"<{element.name} {attribute}>", address

    def file_of(self, address: str) -> Path:
        """Return the file that a relative ``address`` on this page leads to."""
        path = unquote(urlsplit(address).path)
        return (self.path.parent / path).resolve() if path else self.path


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return what is wrong with the built pages at ``root``, where their contents are.

    All pages are looked at, because links lead from page to page; so ``files`` is of no use here.
    """
    names = listed(root / "_toc.yml")
    problems = completeness(root, names)
    pages = [Page(root, name) for name in [*names, *BY_SPHINX]]
    others = {page.path.resolve(): page for page in pages if page.path.is_file()}
    for page in others.values():
        if page.name in BY_SPHINX:
            problems += own_files_only(page)
        else:
            problems += [problem for each in CHECKS.values() for problem in each(page)]
            problems += links(page, others)
    problems += exhibits(root, root) + bars(root, names) + left_over(root)
    return problems


def listed(toc: Path) -> list[str]:
    """Return the names of all pages in ``_toc.yml``."""
    return list(parse_toc_yaml(toc))


def completeness(site: Path, names: list[str]) -> list[str]:
    """Return the pages that the table of contents has and the site has not, and the reverse."""
    built = {
        path.relative_to(site).with_suffix("").as_posix()
        for path in site.rglob("*.html")
        if not path.relative_to(site).parts[0].startswith("_")
    }
    missing = [
        f"{name}.html was not built: is its source, which _toc.yml lists, excluded in _config.yml?"
        for name in names
        if name not in built
    ]
    extra = [
        f"{name}.html was built and is not in _toc.yml: list it, or delete what is left of it by "
        "`make clean`."
        for name in sorted(built - set(names) - {"index", *BY_SPHINX})
    ]
    return missing + extra


def structure(page: Page) -> list[str]:
    """Return ids that are there twice, and what a cell raised or warned of.

    A browser's check (axe) says what else is wrong with title, language and headings.
    """
    problems = [
        f"uses the id {name!r} more than once: rename one of the labels."
        for name, times in sorted(Counter(page.ids).items())
        if times > 1
    ]
    for output in page.tree.select(".traceback, .cell_output pre, .stderr"):
        if found := TRACEBACK.search(output.get_text()):
            problems.append(f"shows an error, {found[0]!r}: fix the cell that raised it.")
    for warned in page.tree.select(".cell_output .stderr, .output.stderr"):
        first = warned.get_text(strip=True).partition("\n")[0]
        problems.append(f"shows what a cell warned of, {first!r}: fix the cell.")
    return _on(page, problems)


def pictures(page: Page) -> list[str]:
    """Return the figures whose alternative text says too little or what the caption says."""
    problems = []
    for picture in page.tree.select("img, figure [role=img]"):
        alt = (picture.get("alt") or picture.get("aria-label") or "").strip()
        figure = picture.find_parent("figure")
        caption = figure.find("figcaption") if figure else None
        file = picture.get("src") or (figure or {}).get("id", "a drawing")
        if (figure or picture.find_parent(class_="cell_output")) and len(alt) < SHORTEST_ALT:
            problems.append(
                f"alt of {file} has {len(alt)} characters, {alt!r}: say in {SHORTEST_ALT} or more "
                "what a reader who cannot see the figure needs to know."
            )
        elif caption and _words(alt) == _words(_caption_text(caption)):
            problems.append(
                f"alt of {file} repeats the caption, which is read anyway: say what is to be seen."
            )
    return _on(page, problems)


def places_of_pictures(page: Page) -> list[str]:
    """Return the pictures that move the text when they come, or come before they are looked at.

    The first picture of a page may load at once (``loading="eager"``): it is on the first screen.
    """
    problems = []
    for number, picture in enumerate(page.tree.find_all("img")):
        file = picture.get("src", "")
        sized = [picture, *(picture.parent("source") if picture.parent.name == "picture" else ())]
        problems += [
            f"<{one.name}> of picture {file} has no {side}: the text moves when it comes."
            for one in sized
            for side in ("width", "height")
            if not one.get(side, "").isdigit()
        ]
        if picture.get("loading") not in (("lazy",) if number else ("lazy", "eager")):
            problems.append(f"picture {file} has no loading='lazy': it loads before it is seen.")
    return _on(page, problems)


def tables(page: Page) -> list[str]:
    """Return the tables without a name, and heads that do not say what they head."""
    problems = []
    for table in page.tree.find_all("table"):
        caption = table.find("caption")
        named = caption is not None and caption.get_text(strip=True)
        if not (named or table.get("aria-label") or table.get("aria-labelledby")):
            problems.append(
                f"a table {_place(table)} has no caption: put it into {{table}} with a caption."
            )
        heads = table.find_all("th")
        if not heads:
            problems.append(f"a table {_place(table)} has no heads: give it a first row of heads.")
        problems += [
            f"the head {head.get_text(strip=True)!r} of a table does not say what it heads: give "
            "it scope='col' or scope='row'."
            for head in heads
            if not head.get("scope")
        ]
    return _on(page, problems)


def links(page: Page, others: dict[Path, Page]) -> list[str]:
    """Return the links that lead nowhere; ``others`` are the site's pages by their file."""
    problems = []
    for link in page.tree.find_all("a", href=True):
        address = link["href"]
        parts = urlsplit(address)
        if parts.scheme or parts.netloc or address == "#":
            continue
        target = page.file_of(address)
        if not target.is_file():
            problems.append(
                f"the link {_words(link.get_text())!r} leads to {address}, which is not there: "
                "fix the address, or use {doc} or {ref}, which are checked as the book is built."
            )
            continue
        anchor = unquote(parts.fragment)
        if anchor and target in others and anchor not in others[target].ids:
            problems.append(
                f"the link {_words(link.get_text())!r} leads to {address}, and that page has no "
                f"place {anchor!r}: fix the label."
            )
    return _on(page, problems)


def own_files_only(page: Page) -> list[str]:
    """Return what the page would fetch from elsewhere, or from a file that is not there."""
    problems = set()
    for source, address in page.loaded():
        problems |= {*_fetched(page.file_of, source, address)}
        path = page.file_of(address)
        if path.suffix == ".css" and path.is_file():
            problems |= {*style_sheet(path)}
    return _on(page, sorted(problems))


def style_sheet(path: Path) -> list[str]:
    """Return what the style sheet at ``path`` would fetch from elsewhere or without result."""

    def file_of(address: str) -> Path:
        return (path.parent / unquote(urlsplit(address).path)).resolve()

    found = STYLE_REFERENCE.findall(path.read_text(encoding="utf-8"))
    return [problem for each in found for problem in _fetched(file_of, path.name, each)]


def conduct(page: Page) -> list[str]:
    """Return sources and limits that a page hides, and whether it names what it may load."""
    problems = []
    for element in page.tree.find_all(class_=SHOWN_ALWAYS):
        around = [element, *element.parents]
        if any(each.get("hidden") is not None or HIDES.search(each.get("style", ""))
               for each in around if each.attrs is not None and each.name != "form"):  # fmt: skip
            problems.append(
                f"<{element.name}> {_place(element)} hides sources, limits or a verdict: show them."
            )
    if not page.tree.find("meta", {"http-equiv": "Content-Security-Policy"}):
        problems.append("lacks the security policy of layout.html: it may load what is elsewhere.")
    return _on(page, problems)


CHECKS: dict[str, Callable[[Page], list[str]]] = {
    "structure": structure,
    "pictures": pictures,
    "places of pictures": places_of_pictures,
    "tables": tables,
    "own files only": own_files_only,
    "conduct": conduct,
}
"""The checks of a page that need no other page, by what they look at."""


def _fetched(file_of: Callable[[str], Path], source: str, address: str) -> list[str]:
    if address.startswith(("data:", "#", "about:", "blob:")):
        return []
    if EXTERNAL.match(address):
        return [
            f"{source} fetches {address}: the book must work without a network; keep a copy under "
            "book/_static, or do without."
        ]
    if not file_of(address).is_file():
        return [f"{source} fetches {address}, which is not there."]
    return []


def _caption_text(caption: Tag) -> str:
    text = caption.find(class_="caption-text")
    return (text or caption).get_text()


def _words(text: str) -> str:
    return " ".join(text.split()).strip(" .#").lower()


def _place(element: Tag) -> str:
    heading = element.find_previous(re.compile("^h[1-6]$"))
    text = heading.get_text(strip=True).rstrip("#") if heading else ""
    return f"below the heading {text!r}" if text else "before the first heading"


def _on(page: Page, problems: list[str]) -> list[str]:
    return [f"{page.name}.html: {problem}" for problem in problems]


# ------------------------------------------------------------------ against the sources


def exhibits(book: Path, root: Path = ROOT) -> list[str]:
    """Return pages that do not show exactly the figures and tables that their sources place."""
    problems = []
    for path in source_pages.written(root):
        placed = [
            argument
            for cell in source_pages.cells(path, root)
            if cell.kind == "markdown"
            for name, argument, _, _ in source_pages.directives(cell.text)
            if name == "exhibit"
        ]
        page = path.relative_to(root).with_suffix("").as_posix()
        shown = [exhibit["id"] for exhibit in _with_exhibits(book, page).select(".exhibit[id]")]
        if sorted(placed) != sorted(shown):
            file = path.relative_to(root).as_posix()
            problems.append(
                f"{file} places {_names(placed)}, but its page shows {_names(shown)}. Publish "
                "each one in a cell, place it once, and build again."
            )
    return problems


def bars(book: Path, names: Sequence[str]) -> list[str]:
    """Return figures and tables below which a link is missing that readers are promised."""
    problems = []
    for page in names:
        tree = _with_exhibits(book, page)
        found = {}
        for bar in tree.select(".exhibit-bar"):
            links = {link.get_text(): link["href"] for link in bar("a")}
            found[links.get("Link", "")] = links | {each.get_text(): "" for each in bar("summary")}
        for exhibit in tree.select(".exhibit[id]"):
            name, links = exhibit["id"], found.get(f"#{exhibit['id']}", {})
            wanted = FILES_OF_A_FIGURE if exhibit.name == "figure" else FILES_OF_A_TABLE
            missing = [link for link in (*wanted, *IN_EVERY_BAR) if link not in links]
            if missing:
                problems.append(f"{page}: the bar below {name} lacks {', '.join(missing)}.")
            elif tree.find(id=links["Code"].removeprefix("#")) is None:
                problems.append(f"{page}: the code of {name} is not on the page.")
    return problems


def _with_exhibits(book: Path, page: str) -> BeautifulSoup:
    """Return what a page holds; nothing of a page without exhibits, because to read one is slow."""
    path = book / f"{page}.html"
    html = path.read_text(encoding="utf-8") if path.is_file() else ""
    return BeautifulSoup(html if EXHIBIT.search(html) else "", "html.parser")


def left_over(book: Path) -> list[str]:
    """Return where a page shows markup that should have become something else."""
    problems = []
    for page in sorted(book.rglob("*.html")):
        html = page.read_text(encoding="utf-8")
        text = re.sub(r"<(pre|code|script)\b.*?</\1>", "", html, flags=re.DOTALL)
        if found := LEFT_OVER.search(text):
            problems.append(f"{page.relative_to(book).as_posix()} shows “{found[0]}”.")
    return problems


def _names(keys: list[str]) -> str:
    return ", ".join(sorted(keys)) or "none"


# What pages mention on other pages


def previews_in(file: Path) -> dict[str, Preview]:
    """Return the previews that a file of the site holds, or none where there is no file."""
    if not file.exists():
        return {}
    text = file.read_text(encoding="utf-8")
    return json.loads(text[text.index("{") : text.rindex("}") + 1])


def without_preview(site: Path, pages: list[str]) -> list[str]:
    """Return a sentence for each mention of a place on another page that has no preview."""
    held = cache(previews_in)
    found = []
    for name in pages:
        path = Page(site, name).path
        body = path.read_text(encoding="utf-8")
        mentions = {each for cited in CITATION.findall(body) for each in ELSEWHERE.findall(cited)}
        mentions |= {each for each in ELSEWHERE.findall(body) if OF_A_KIND.match(each[1])}
        for page, place in sorted(mentions):
            file = (path.parent / f"{page}{FILES}").resolve()
            if place not in held(file):
                found.append(
                    f"{name}.html mentions {page}.html#{place}, of which {file.name} has no "
                    "preview: see bookmaking.directives.previews."
                )
    return found
