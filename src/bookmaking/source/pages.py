"""The book's sources as a reader meets them: running text, place by place, without code and markup.

Roles and the like are in the text as one character each, so that sentences stay whole and nothing
inside a role is taken for text.
"""

import ast
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path

import yaml
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser

from decentwork import citations
from decentwork.repository import ROOT

GLUED, CITED, CITED_IN_TEXT, UNPLACED, OTHER = (chr(0xE000 + number) for number in range(5))
SHOWN = {
    GLUED: "[number]",
    CITED: "[citation]",
    CITED_IN_TEXT: "[citation]",
    UNPLACED: "[citation without locator]",
    OTHER: "[…]",
}
EXAMPLE = "example"
"""A block ``pycon``: code and what it gives. tests/test_package_reference.py runs each, so what it
gives is computed."""
TITLED = {"admonition", "dropdown", "grid-item-card", "note", "tip", "warning", "important"}
NOT_PROSE = {"sources", "code", "code-block", "math", "raw", "toctree"}
NAMING_DIRECTIVES = {"exhibit", "claim", "check", "toctree", "sources", "code", "code-block"}
"""Directives whose argument is a name or a language."""
WORDED_OPTIONS = ("headline", "subtitle", "caveat")
"""Options of ``{exhibit}`` that a page shows as text."""
SILENT_OPTIONS = {"class", "class-title", "name", "filter", "header-rows", "align", "width"}
"""Options of directives that nobody reads."""
VERBATIM = {
    "html_block": "HTML", "raw": "HTML", "math_block": "mathematics",
    "math_block_label": "mathematics", "amsmath": "mathematics", "math": "mathematics",
    "code_block": "code block", "fence": "code block", "colon_fence": "code block",
    "code": "code block", "code-block": "code block", "front_matter": "front matter",
}  # fmt: skip
"""Kind of the passages of tokens and directives that hold no Markdown."""
ROLE = re.compile(r"\{(?P<name>[\w:-]+)\}`(?P<content>[^`]*)`")
"""A role as it is written, for checks that look at sentences before any parser does."""
OPTION = re.compile(r":(?P<name>[\w-]+):\s*(?P<value>.*)")
EXERCISE = "exercise"
"""The role that names an exercise."""
TEXT_METHODS = re.compile(
    "text|annotate|legend|figtext|table|bar_label|set_(?:text|title|label|[xy]label|[xy]ticklabels)"
    "|(?:sup)?title|(?:sup)?[xy]label"
)
"""Methods of matplotlib that write on a figure."""
IDENTIFIER = re.compile(r"[A-Za-z_-][\w-]*")
"""A string of code that names a column, a table or an exhibit, and says nothing."""


@dataclass(frozen=True)
class Cell:
    """A cell of a notebook, or the whole of a Markdown page."""

    file: str
    number: int | None
    kind: str
    text: str
    tags: tuple[str, ...] = ()
    run: int = 0
    """How many cells of code there are from the top to this one, itself included."""

    @property
    def place(self) -> str:
        """Where the cell is: its place from the top, and the number that JupyterLab shows."""
        if self.number is None:
            return self.file
        near = f"[{self.run}]" if self.kind == "code" else f"below [{self.run}]"
        return (
            f"{self.file}, cell {self.number} ({near if self.run else 'above [1]'} in JupyterLab)"
        )


@dataclass(frozen=True)
class Passage:
    """A paragraph, heading, caption or other run of text, with the directives around it."""

    place: str
    kind: str  # text, cell (of a table), heading, headline (and subtitle) of a figure, or alt
    text: str
    inside: tuple[str, ...]

    marks: tuple[tuple[str, str], ...] = ()
    """Name and content of each role and the like, in the order of their characters in the text."""

    @property
    def from_the_note(self) -> bool:
        """Whether it is a quotation that a block of class ``note-says`` sets apart."""
        return "note-says" in self.inside


Directive = tuple[str, str, dict[str, str], str]
"""Name, argument, options and body of a directive."""


def notebooks(root: Path = ROOT) -> list[Path]:
    """Return the notebooks of the book."""
    found = sorted((root / "notebooks").rglob("*.ipynb"))
    return [path for path in found if ".ipynb_checkpoints" not in path.parts]


def written(root: Path = ROOT) -> list[Path]:
    """Return every notebook and page that a person writes."""
    return [*notebooks(root), *sorted((root / "book").glob("*.md"))]


def changed(root: Path, files: Sequence[Path]) -> list[Path]:
    """Return what a person writes: those of ``files``, or every notebook and page if none is named.

    A check calls it that looks at pages one by one.
    """
    return [path for path in written(root) if not files or path in files]


def cells(path: Path, root: Path = ROOT) -> list[Cell]:
    """Return the cells of a notebook, counted from 1, or the one cell that a page is."""
    file = path.relative_to(root).as_posix()
    return list(_cells(file, path.read_text(encoding="utf-8")))


@cache
def _cells(file: str, text: str) -> tuple[Cell, ...]:
    """Return the cells of a file; checks ask for the same files, so each is parsed once."""
    if file.endswith(".md"):
        return (Cell(file, None, "markdown", text),)
    every = json.loads(text)["cells"]
    runs = accumulate(cell["cell_type"] == "code" for cell in every)
    return tuple(
        Cell(file, number, cell["cell_type"], "".join(cell["source"]),
             tuple(cell["metadata"].get("tags", ())), run)
        for number, (cell, run) in enumerate(zip(every, runs, strict=True), 1)
    )  # fmt: skip


def passages(cell: Cell) -> Iterator[Passage]:
    """Yield the text of a Markdown cell, also what is inside directives.

    Links are one character each, and code, mathematics and other markup are left out.
    """
    return (Passage(cell.place, *found) for found in _found(cell.text, (), whole=False))


def shown(cell: Cell) -> Iterator[Passage]:
    """Yield all that a reader sees of a Markdown cell: passages with nothing left out.

    Texts of links and terms, code marks, mathematics, footnotes, options and front matter are text
    here. Raw HTML and comments are passages of the kind "HTML".
    """
    return (Passage(cell.place, *found) for found in _found(cell.text, (), whole=True))


def directives(text: str) -> Iterator[Directive]:
    """Yield name, argument, options and body of each directive, outermost first."""
    for token in _parsed(text):
        if opened := _directive(token):
            yield opened
            if opened[0] not in NOT_PROSE:
                yield from directives(opened[3])


def roles(text: str) -> Iterator[tuple[str, str]]:
    """Yield name and content of each role, also inside directives."""
    for token in _parsed(text):
        for child in token.children or ():
            if child.type == "myst_role":
                yield child.meta["name"], child.content
        opened = _directive(token)
        if opened and opened[0] not in NOT_PROSE:
            for inner in (opened[3], *(opened[2].get(option, "") for option in WORDED_OPTIONS)):
                yield from roles(inner)


def list_after(text: str, opening: str) -> int:
    """Return how many items the list has that follows the paragraph with ``opening``; 0 if none."""
    following = text.partition(opening)[2].partition("\n\n")[2]
    return len(re.findall(r"^[-*] ", following.partition("\n\n")[0], re.MULTILINE))


def without_quotations(text: str) -> str:
    """Return Markdown without the words of the note and of others: what a chapter says itself."""
    text = re.sub(r"(?m)^(`{3,})\{admonition\} The note says\n[\s\S]*?^\1$", "", text)
    return re.sub(r"[\"“][^\"“”]+[\"”]", "“…”", text)


@cache
def strings(cell: Cell) -> tuple[tuple[str, bool], ...]:
    """Return the string constants of a code cell, and whether each is drawn on a figure or table.

    Left out are docstrings, formats, identifiers, and the arguments ``source`` and ``as_of``.
    """
    every = nodes(cell.text)
    drawn: set[ast.AST] = set()
    silent: set[ast.AST] = set()
    for node in every:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            silent.add(node.value)
        elif isinstance(node, ast.FormattedValue) and node.format_spec:
            silent.update(ast.walk(node.format_spec))
        elif isinstance(node, ast.Call):
            publishes = ast.unparse(node.func).startswith(("exhibits.", "figures."))
            if publishes or TEXT_METHODS.fullmatch(getattr(node.func, "attr", "")):
                drawn.update(ast.walk(node))
            for keyword in node.keywords if publishes else ():
                if keyword.arg in ("source", "as_of"):
                    silent.update(ast.walk(keyword.value))
    return tuple(
        (node.value, node in drawn)
        for node in every
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if node not in silent and not IDENTIFIER.fullmatch(node.value)
    )


def constants(cell: Cell) -> list[str]:
    """Return every string constant of a code cell."""
    found = (node for node in nodes(cell.text) if isinstance(node, ast.Constant))
    return [node.value for node in found if isinstance(node.value, str)]


def readable(text: str) -> str:
    """Return text with words in the place of the characters that stand for roles."""
    for mark, word in SHOWN.items():
        text = text.replace(mark, word)
    return " ".join(text.split())


@cache
def tree(code: str) -> ast.Module:
    """Return the code of a cell, parsed; nothing if it is no Python, which ruff says."""
    try:
        return ast.parse(code)
    except SyntaxError:
        return ast.Module([], [])


@cache
def nodes(code: str) -> tuple[ast.AST, ...]:
    """Return all nodes of the code of a cell; several checks walk over each."""
    return tuple(ast.walk(tree(code)))


@cache
def _parser() -> MarkdownIt:
    settings = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    known = {"attrs_inline", "colon_fence", "deflist", "dollarmath"}
    extensions = known.intersection(settings["parse"]["myst_enable_extensions"])
    return create_md_parser(MdParserConfig(enable_extensions=extensions), RendererHTML)


@cache
def _parsed(text: str, *, inline: bool = False) -> list[Token]:
    """Return the tokens of a Markdown text. Several checks read each text; none changes a token."""
    return _parser().parseInline(text) if inline else _parser().parse(text)


def _directive(token: Token) -> Directive | None:
    match = re.fullmatch(r"\{([\w:-]+)\}\s*(.*)", token.info.strip())
    if token.type not in ("fence", "colon_fence") or not match:
        return None
    lines = token.content.splitlines()
    options = {}
    while lines and (option := OPTION.fullmatch(lines[0].strip())):
        options[option["name"]] = option["value"]
        lines.pop(0)
    return match[1], match[2], options, "\n".join(lines)


_Found = tuple[str, str, tuple[str, ...], tuple[tuple[str, str], ...]]
"""Kind, text, directives around and marks of a passage."""


@cache
def _found(text: str, inside: tuple[str, ...], *, whole: bool) -> tuple[_Found, ...]:
    return tuple(_all_found(text, inside, whole))


def _all_found(text: str, inside: tuple[str, ...], whole: bool) -> Iterator[_Found]:
    kind = "text"
    for token in _parsed(text):
        if token.type in ("heading_open", "table_open"):
            kind = "heading" if token.type == "heading_open" else "cell"
        elif token.type in ("heading_close", "table_close"):
            kind = "text"
        elif token.type == "inline":
            yield from _of_inline(token, kind, inside, whole)
        elif opened := _directive(token):
            yield from _of_directive(opened, inside, whole)
        elif whole and token.type in VERBATIM:
            is_example = token.info.strip() == "pycon"
            yield EXAMPLE if is_example else VERBATIM[token.type], token.content, inside, ()


def _of_directive(opened: Directive, inside: tuple[str, ...], whole: bool) -> Iterator[_Found]:
    name, argument, options, body = opened
    if not whole and name in NOT_PROSE:
        return
    within = (*inside, name, *options.get("class", "").split())
    lines = []
    if name != "raw":
        if name not in NAMING_DIRECTIVES if whole else name in TITLED:
            lines.append(("heading", argument))
        for option, value in options.items():
            if option == "alt":
                lines.append(("alt", value))
            elif option not in SILENT_OPTIONS if whole else option in WORDED_OPTIONS:
                is_said = whole or option == "caveat"
                lines.append(("text" if is_said else "headline", value))
    for kind, line in lines:
        for token in _parsed(line, inline=True) if line else ():
            yield from _of_inline(token, kind, within, whole)
    if name in VERBATIM:
        yield VERBATIM[name], body, within, ()
    elif name not in NOT_PROSE:
        yield from _found(body, within, whole=whole)


def _of_inline(inline: Token, kind: str, inside: tuple[str, ...], whole: bool) -> Iterator[_Found]:
    parts: list[str] = []
    marks: list[tuple[str, str]] = []
    is_link = False
    for child in inline.children or ():
        if not whole and (is_link or child.type == "link_open"):
            # A link is one character, which is in the place of its end.
            is_link = child.type != "link_close"
            parts.append("" if is_link else OTHER)
        elif child.type == "myst_role":
            name, content = child.meta["name"], child.content
            words = _words(name, content, whole)
            parts.append(words or _mark(name, content))
            marks += [] if words else [(name, content)]
        elif child.type == "html_inline" and whole:
            yield "HTML", child.content, inside, ()
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif child.type == "text" or _is_read(child, whole):
            parts.append(child.content)
        elif child.type == "link_open":
            parts.append(str(child.attrs.get("title", "")))
        elif not child.type.endswith(("_open", "_close")):
            parts.append(OTHER)
            marks.append((child.type, child.content))
    yield kind, "".join(parts), inside, tuple(marks)


def _words(role: str, content: str, whole: bool) -> str:
    """Return the words of a role that a reader sees as they are typed, or ""."""
    if role == EXERCISE:
        return f"{content.partition(' ')[0]}."  # what a reader sees first
    if not whole:
        return ""
    words = content.partition("<")[0].strip() if "<" in content else ""
    if role == "term":
        return words or content
    return words if role in ("doc", "ref", "numref") else content if role == "math" else ""


def _is_read(child: Token, whole: bool) -> bool:
    """Tell whether what a token holds is text: as a whole, or only numbers in mathematics."""
    if whole:
        return child.type in ("code_inline", "image") or child.type.startswith("math_")
    return child.type == "math_inline" and bool(re.fullmatch(r"[\d.,\s%\\]+", child.content))


def _mark(role: str, content: str) -> str:
    if role.startswith("glue:"):
        return GLUED
    if not role.startswith("cite:"):
        return OTHER
    try:
        unplaced = citations.unplaced(citations.parse(content))
    except ValueError:
        return UNPLACED
    return UNPLACED if unplaced else CITED if role == "cite:p" else CITED_IN_TEXT
