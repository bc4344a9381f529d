"""The book's sources as a reader meets them: running text, place by place, without code and markup.

Roles and the like are in the text as one character each, so that sentences stay whole and nothing
inside a role is taken for text.
"""

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate
from pathlib import Path

import nbformat
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
TITLED = {"admonition", "dropdown", "grid-item-card", "note", "tip", "warning", "important"}
EXAMPLE = "example"
"""A block ``pycon``: code and what it gives. tests/test_package_reference.py runs each, so what it
gives is computed."""
NOT_PROSE = {"sources", "code", "code-block", "math", "raw", "toctree"}
ROLE = re.compile(r"\{(?P<name>[\w:-]+)\}`(?P<content>[^`]*)`")
"""A role as it is written, for gates that look at sentences before any parser does."""
OPTION = re.compile(r":(?P<name>[\w-]+):\s*(?P<value>.*)")


WORDED_OPTIONS = ("headline", "subtitle", "caveat")
"""Options of ``{exhibit}`` that a page shows as text."""
EXERCISE = "exercise"
"""The role that names an exercise."""


@dataclass(frozen=True)
class Cell:
    """A cell of a notebook, or the whole of a Markdown page."""

    file: str
    number: int | None
    kind: str
    text: str
    tags: tuple[str, ...] = ()
    run: int = 0
    """How many cells of code stand from the top to this one, itself included."""

    @property
    def place(self) -> str:
        """Where the cell stands: its place from the top, and the number that JupyterLab shows."""
        if self.number is None:
            return self.file
        near = f"[{self.run}]" if self.kind == "code" else f"below [{self.run}]"
        if self.run == 0:
            near = "above [1]"
        return f"{self.file}, cell {self.number} ({near} in JupyterLab)"


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


def notebooks(root: Path = ROOT) -> list[Path]:
    """Return the notebooks of the book."""
    found = sorted((root / "notebooks").rglob("*.ipynb"))
    return [path for path in found if ".ipynb_checkpoints" not in path.parts]


def written(root: Path = ROOT) -> list[Path]:
    """Return every notebook and page that a person writes."""
    return [*notebooks(root), *sorted((root / "book").glob("*.md"))]


def changed(root: Path, files: Sequence[Path]) -> list[Path]:
    """Return what a person writes: those of ``files``, or every notebook and page if none is named.

    A gate calls it that looks at pages one by one.
    """
    return [path for path in written(root) if not files or path in files]


def cells(path: Path, root: Path = ROOT) -> list[Cell]:
    """Return the cells of a notebook, counted from 1, or the one cell that a page is."""
    file = path.relative_to(root).as_posix()
    return list(_cells(file, path.read_text(encoding="utf-8")))


@cache
def _cells(file: str, text: str) -> tuple[Cell, ...]:
    """Return the cells of a file; gates ask for the same files, so each is parsed once."""
    if file.endswith(".md"):
        return (Cell(file, None, "markdown", text),)
    notebook = nbformat.reads(text, as_version=4)
    runs = accumulate(cell.cell_type == "code" for cell in notebook.cells)
    return tuple(
        Cell(file, number, cell.cell_type, cell.source, tuple(cell.metadata.get("tags", ())), run)
        for number, (cell, run) in enumerate(zip(notebook.cells, runs, strict=True), 1)
    )


def passages(cell: Cell) -> Iterator[Passage]:
    """Yield the text of a Markdown cell, also what stands inside directives."""
    yield from _passages(cell.text, cell.place, ())


def shown(cell: Cell) -> Iterator[Passage]:
    """Yield all that a reader sees of a Markdown cell: passages with nothing left out.

    Texts of links and terms, code marks, mathematics, footnotes, options and front matter are text
    here. Raw HTML and comments are passages of the kind "HTML".
    """
    for kind, text, marks, inside in _shown(cell.text):
        yield Passage(cell.place, kind, text, inside, marks)


def directives(text: str) -> Iterator[tuple[str, str, dict[str, str], str]]:
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
            yield from roles(opened[3])
            for option in WORDED_OPTIONS:
                yield from roles(opened[2].get(option, ""))


def list_after(text: str, opening: str) -> int:
    """Return how many items the list has that follows the paragraph with ``opening``; 0 if none."""
    found, items = False, 0
    for token in _parsed(text):
        if token.type == "inline" and opening in token.content:
            found = True
        elif found and token.type == "list_item_open" and token.level == 1:
            items += 1
        elif found and token.type == "bullet_list_close" and token.level == 0:
            break
    return items


def without_quotations(text: str) -> str:
    """Return Markdown without the words of the note and of others: what a chapter says itself."""
    text = re.sub(
        r"^(`{3,})\{admonition\} The note says\n[\s\S]*?^\1$", "", text, flags=re.MULTILINE
    )
    return re.sub(r"[\"“][^\"“”]+[\"”]", "“…”", text)


@cache
def strings(cell: Cell) -> tuple[tuple[str, bool], ...]:
    """Return the string constants of a code cell, and whether each is drawn on a figure or table.

    Left out are docstrings, formats, names of exhibits, and the arguments ``source`` and ``as_of``.
    """
    parsed = tree(cell.text)
    drawn: set[ast.AST] = set()
    skipped: set[ast.AST] = set()
    for node in ast.walk(parsed):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            skipped.add(node.value)
        if isinstance(node, ast.FormattedValue) and node.format_spec:
            skipped.update(ast.walk(node.format_spec))
        if isinstance(node, ast.Call) and TEXT_METHODS.fullmatch(_method(node.func)):
            drawn.update(ast.walk(node))
        if isinstance(node, ast.Call) and _module(node.func) in ("exhibits", "figures"):
            drawn.update(ast.walk(node))
            if _module(node.func) == "exhibits":
                skipped.update(_names_of_exhibits(node))
            for keyword in node.keywords:
                if keyword.arg in ("source", "as_of"):
                    skipped.update(ast.walk(keyword.value))
    return tuple(
        (node.value, node in drawn)
        for node in ast.walk(parsed)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in skipped
    )


TEXT_METHODS = re.compile(
    "text|annotate|legend|figtext|table|bar_label|set_(?:text|title|label|[xy]label|[xy]ticklabels)"
    "|(?:sup)?title|(?:sup)?[xy]label"
)
"""Methods of matplotlib that write on a figure."""
NAMING_ARGUMENTS = {"figure": 1, "publish": 2, "table": 1, "number": 1, "findings": 2}
"""How many arguments of a call of `exhibits` are names."""
NAMING_METHODS = ("add_prefix", "add_suffix")
"""Methods of pandas whose arguments are parts of names."""


def _names_of_exhibits(call: ast.Call) -> Iterator[ast.AST]:
    """Yield the nodes that name what a call publishes; the numbers themselves are not names."""
    names = call.args[: NAMING_ARGUMENTS.get(call.func.attr, 0)]
    if call.func.attr == "numbers":
        for node in (node for argument in call.args for node in ast.walk(argument)):
            if isinstance(node, ast.Dict):
                names += [key for key in node.keys if key is not None]
            elif isinstance(node, ast.DictComp):
                names.append(node.key)
            elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") in NAMING_METHODS:
                names += node.args
        names += [keyword.value for keyword in call.keywords if keyword.arg == "prefix"]
    for name in names:
        yield from ast.walk(name)


def constants(cell: Cell) -> list[str]:
    """Return every string constant of a code cell."""
    return [
        node.value
        for node in ast.walk(tree(cell.text))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


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


def _module(function: ast.expr) -> str | None:
    inner = function.value if isinstance(function, ast.Attribute) else None
    return inner.id if isinstance(inner, ast.Name) else None


def _method(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else ""


@cache
def _parser() -> MarkdownIt:
    settings = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    extensions = set(settings["parse"]["myst_enable_extensions"]) & {
        "attrs_inline",
        "colon_fence",
        "deflist",
        "dollarmath",
    }
    return create_md_parser(MdParserConfig(enable_extensions=extensions), RendererHTML)


@cache
def _parsed(text: str) -> list[Token]:
    """Return the tokens of a Markdown text. Several gates read each text; none changes a token."""
    return _parser().parse(text)


@cache
def _parsed_inline(text: str) -> list[Token]:
    return _parser().parseInline(text)


def _directive(token: Token) -> tuple[str, str, dict[str, str], str] | None:
    match = re.fullmatch(r"\{([\w:-]+)\}\s*(.*)", token.info.strip())
    if token.type not in ("fence", "colon_fence") or not match:
        return None
    lines = token.content.splitlines()
    options = {}
    while lines and (option := OPTION.fullmatch(lines[0].strip())):
        options[option["name"]] = option["value"]
        lines.pop(0)
    return match[1], match[2], options, "\n".join(lines)


_KINDS = {
    "heading_open": "heading",
    "heading_close": "text",
    "table_open": "cell",
    "table_close": "text",
}
"""Kind of the passages after a token that opens or closes."""


def _passages(text: str, place: str, inside: tuple[str, ...]) -> Iterator[Passage]:
    kind = "text"
    for token in _parsed(text):
        kind = _KINDS.get(token.type, kind)
        if token.type == "inline":
            yield Passage(place, kind, _flat(token), inside)
        elif opened := _directive(token):
            name, argument, options, body = opened
            if name in NOT_PROSE:
                continue
            within = (*inside, name, *options.get("class", "").split())
            if name in TITLED and argument:
                yield Passage(place, "heading", argument, within)
            if "alt" in options:
                yield Passage(place, "alt", options["alt"], within)
            for option in (each for each in WORDED_OPTIONS if each in options):
                for passage in _passages(options[option], place, within):
                    own = passage.kind if option == "caveat" else "headline"
                    yield replace(passage, kind=own)
            yield from _passages(body, place, within)


SILENT_OPTIONS = {"class", "class-title", "name", "filter", "header-rows", "align", "width"}
"""Options of directives that nobody reads."""
NAMING_DIRECTIVES = {"exhibit", "claim", "check", "toctree", "sources", "code", "code-block"}
"""Directives whose argument is a name or a language."""
MATHEMATICS = ("math_block", "math_block_label", "amsmath")

_Shown = tuple[str, str, tuple[tuple[str, str], ...], tuple[str, ...]]


@cache
def _shown(text: str, inside: tuple[str, ...] = ()) -> tuple[_Shown, ...]:
    return tuple(_all_shown(text, inside))


def _all_shown(text: str, inside: tuple[str, ...]) -> Iterator[_Shown]:
    kind = "text"
    for token in _parsed(text):
        kind = _KINDS.get(token.type, kind)
        if token.type == "inline":
            yield from _whole(token, kind, inside)
        elif token.type == "html_block":
            yield "HTML", token.content, (), inside
        elif token.type in MATHEMATICS:
            yield "mathematics", token.content, (), inside
        elif token.type in ("code_block", "front_matter"):
            yield token.type.replace("_", " "), token.content, (), inside
        elif opened := _directive(token):
            yield from _shown_of_directive(opened, inside)
        elif token.type in ("fence", "colon_fence"):
            kind = EXAMPLE if token.info.strip() == "pycon" else "code block"
            yield kind, token.content, (), inside


def _shown_of_directive(
    opened: tuple[str, str, dict[str, str], str], inside: tuple[str, ...]
) -> Iterator[_Shown]:
    name, argument, options, body = opened
    within = (*inside, name, *options.get("class", "").split())
    if name == "raw":
        yield "HTML", body, (), within
        return
    if argument and name not in NAMING_DIRECTIVES:
        yield from ((kind, *rest) for kind, *rest in _inline(argument, "heading", within))
    for option, value in options.items():
        if option not in SILENT_OPTIONS:
            yield from _inline(value, "alt" if option == "alt" else "text", within)
    if name == "math":
        yield "mathematics", body, (), within
    elif name in ("code", "code-block"):
        yield "code block", body, (), within
    elif name not in NOT_PROSE:
        yield from _shown(body, within)


def _inline(text: str, kind: str, inside: tuple[str, ...]) -> Iterator[_Shown]:
    for token in _parsed_inline(text):
        yield from _whole(token, kind, inside)


def _whole(inline: Token, kind: str, inside: tuple[str, ...]) -> Iterator[_Shown]:
    parts: list[str] = []
    marks: list[tuple[str, str]] = []
    for child in inline.children or ():
        if child.type == "myst_role":
            name, content = child.meta["name"], child.content
            words = content.partition("<")[0].strip() if "<" in content else ""
            if name == "term" or (name in ("doc", "ref", "numref") and words):
                parts.append(words or content)
            elif name == "math":
                parts.append(content)
            elif name == EXERCISE:
                parts.append(_number(content))
            else:
                parts.append(_mark(name, content))
                marks.append((name, content))
        elif child.type == "html_inline":
            yield "HTML", child.content, (), inside
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif child.type in ("text", "code_inline", "image") or child.type.startswith("math_"):
            parts.append(child.content)
        elif child.type == "link_open":
            parts.append(str(child.attrs.get("title", "")))
        elif not child.type.endswith(("_open", "_close")):
            parts.append(OTHER)
            marks.append((child.type, child.content))
    yield kind, "".join(parts), tuple(marks), inside


def _flat(inline: Token) -> str:
    parts = []
    link = 0
    for child in inline.children or ():
        if child.type in ("link_open", "link_close"):
            link += 1 if child.type == "link_open" else -1
            parts.append(OTHER if child.type == "link_close" else "")
        elif link:
            continue
        elif child.type == "text":
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif child.type == "myst_role":
            parts.append(_mark(child.meta["name"], child.content))
        elif child.type == "math_inline" and re.fullmatch(r"[\d.,\s%\\]+", child.content):
            parts.append(child.content)
        elif not child.type.endswith(("_open", "_close")):
            parts.append(OTHER)
    return "".join(parts)


def _number(exercise: str) -> str:
    """Return what a reader sees first of an exercise: its number."""
    return f"{exercise.partition(' ')[0]}."


def _mark(role: str, content: str) -> str:
    if role == EXERCISE:
        return _number(content)
    if role.startswith("glue:"):
        return GLUED
    if not role.startswith("cite:"):
        return OTHER
    try:
        unplaced = citations.unplaced(citations.parse(content))
    except ValueError:
        return UNPLACED
    if unplaced:
        return UNPLACED
    return CITED if role == "cite:p" else CITED_IN_TEXT
