"""What the code of a notebook may do: import, call, calculate with, and ask for by its tags.

A notebook reads tables by name, computes, and publishes. What it may use for that is a closed list,
``notebook_calls.txt`` in this folder; all else fails until a person puts it on the list. What could
make a number wrong in silence, or other on another day or machine, is named with its own message.
"""

import ast
import builtins
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate
from pathlib import Path

from bookmaking.gates import ROOT, pages
from bookmaking.gates.pages import Cell
from bookmaking.notebook_form import CHECKED

LIST = Path(__file__).with_name("notebook_calls.txt")
ON_THE_LIST = f"{LIST.parent.name}/{LIST.name}"
BY_NAME = "read tables by name, decentwork.data.read(name)."
PATH = re.compile(r"^(?:~|[A-Za-z]:)?[/\\]\w|^\.\.?/|^(?:file|https?|ftp|s3)://")

RANDOM = "draws at random; only decentwork.estimation draws, with a seed, so that numbers stay."
WARNINGS = "silences warnings or errors; mend what is warned of."
FILES = f"reads past the checks; {BY_NAME}"
NETWORK = "goes to the network; a page is made from the tables of data/ alone."
CLOCK = "asks for the time of day; a page says the same on every day. Take dates from tables."
WRITES = "writes a file; notebooks publish with decentwork.exhibits only."
HIDDEN_CALL = "runs or finds code by a text, which no gate can read; write the call out."
SYSTEM = "depends on the machine that runs it; a notebook depends on tables and modules only."
GLOBAL = "changes how all later cells compute or draw; say it in the call, or in decentwork.figures."
REFUSED = {
    RANDOM: "random rand randn randint randrange uniform gauss choice choices sample shuffle seed "
    "permutation default_rng RandomState SeedSequence Generator rvs secrets uuid uuid4 urandom",
    WARNINGS: "warnings simplefilter filterwarnings catch_warnings errstate seterr seterrcall "
    "suppress contextlib",
    FILES: "open Path pathlib io os glob iglob pkgutil importlib resources fromfile loadtxt "
    "genfromtxt memmap read_text read_bytes StringIO BytesIO pickle shelve sqlite3 zipfile load "
    "files listdir walk scandir cwd csv_path",
    NETWORK: "urllib urlopen requests httpx aiohttp http socket ftplib smtplib webbrowser "
    "urlretrieve",
    CLOCK: "datetime now today utcnow time time_ns perf_counter monotonic sleep localtime gmtime "
    "date_today fromtimestamp",
    WRITES: "savefig imsave dump dumps tofile savetxt savez write writelines write_text "
    "write_bytes mkdir unlink rmdir touch",
    HIDDEN_CALL: "eval exec compile getattr setattr delattr globals locals vars __import__ "
    "__dict__ __builtins__ __globals__ __class__ __subclasses__ import_module methodcaller "
    "attrgetter get_ipython run_line_magic system pipe",
    SYSTEM: "sys platform environ getenv subprocess Popen popen cpu_count getpid input breakpoint "
    "hash id gethostname locale setlocale ctypes threading multiprocessing",
    GLOBAL: "rcParams rc rc_context options set_option option_context reset_option "
    "set_printoptions register_cmap global",
}
WHY = {name: why for why, names in REFUSED.items() for name in names.split()}
NO_FILE = {"to_dict", "to_frame", "to_numpy", "to_series", "to_list", "to_datetime", "to_numeric",
           "to_period", "to_timestamp", "to_timedelta", "to_flat_index"}  # fmt: skip
NO_READER = {"data.read"}
REFUSED_ARGUMENTS = {
    "errors": f"errors= {WARNINGS}",
    "on_bad_lines": f"on_bad_lines= {WARNINGS}",
    "encoding_errors": f"encoding_errors= {WARNINGS}",
    "warn": f"warn= {WARNINGS}",
    "backend": f"backend= {SYSTEM}",
    "storage_options": f"storage_options= {NETWORK}",
}
LEVELS = {"alpha", "level", "conf_level", "confidence_level", "confidence", "ci", "nominal"}
NORMAL = (1.28, 1.2816, 1.44, 1.64, 1.645, 1.6449, 1.96, 1.95996, 2.33, 2.326, 2.576, 2.58, 3.29)
"""Values of the normal distribution, as people type them."""
STATEMENTS = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr, ast.FunctionDef, ast.For, ast.If,
              ast.Return, ast.Assert, ast.Import, ast.ImportFrom)  # fmt: skip
INSTEAD = {
    "Try": "an error that is caught hides a wrong number; let it stop the build.",
    "With": "cells need no context; what opens and closes belongs in src/decentwork.",
    "While": "loop over rows with `for`, so that every run ends.",
    "Pass": "it does nothing; take it out.",
    "Delete": "a cell that runs again would fail; leave the name.",
    "Global": GLOBAL,
    "Raise": "use `assert`, with the sentence that says what is wrong.",
}
PLAIN = {
    ast.Mult: {1, 2, 100, 1_000, 1_000_000},
    ast.Div: {1, 2, 12, 100, 1_000, 1_000_000},
    ast.Pow: {0.5, 2},
    ast.Add: {0, 1},
    ast.Sub: {0, 0.5, 1, 100},
}
"""Numbers with which a cell may calculate: units, per cent, months, middles, squares, roots."""
MORE_OR_LESS = (ast.Add, ast.Sub)
CALCULATING = {
    **dict.fromkeys(("mul", "multiply", "rmul"), ast.Mult),
    **dict.fromkeys(("div", "divide", "truediv", "rdiv"), ast.Div),
    **dict.fromkeys(("add", "radd"), ast.Add),
    **dict.fromkeys(("sub", "subtract", "rsub"), ast.Sub),
    **dict.fromkeys(("pow", "power"), ast.Pow),
    **dict.fromkeys(("clip", "fillna", "where", "mask", "replace", "minimum", "maximum"), None),
    **dict.fromkeys(("prod", "power", "interpolate", "shift", "ppf", "quantile", "round"), None),
}
"""Methods whose numbers change values, with the operator that they are."""
VALUES = {"value", "other", "lower", "upper", "decimals", "q"}
"""Arguments of these methods that hold values."""
ONE_VALUE = {"ppf", "div", "mul", "sub", "add", "fillna", "shift", "quantile", "round"}
FREE = {"quantile": lambda value: 0 < value < 1, "round": lambda value: value >= 0,
        "ppf": lambda value: value == 0.975, "shift": lambda value: value == 1}  # fmt: skip
MARKERS = re.compile(r"#.*\b(?i:nbval|pytest_validate|noqa|type:\s*ignore|pragma|pylint)")
QUERIED_CALL = re.compile(r"@\w+\s*[.(\[]")
LEAST_DIGITS = 2


@dataclass(frozen=True)
class Allowed:
    """The closed list. Places are `notebook`, `what`, each with its reason."""

    imports: frozenset[str]
    builtins: frozenset[str]
    names: frozenset[str]
    tags: frozenset[str]
    tags_in_places: dict[tuple[str, str], str]
    numbers: dict[tuple[str, str], str]
    checked: dict[tuple[str, str], str]


@dataclass(frozen=True)
class Code:
    """A cell of code: its place and text, what the file says of it, and its parts."""

    cell: Cell
    raw: dict
    tree: ast.Module
    nodes: tuple[ast.AST, ...]

    @property
    def key(self) -> str:
        """The id of the cell."""
        return self.raw.get("id", "")

    @property
    def is_checked(self) -> bool:
        """Whether nbval compares its output."""
        return set(self.cell.tags) >= CHECKED


@dataclass
class Notebook:
    """The code of a notebook, with what its cells bind and use together."""

    stem: str
    cells: list[Code]
    imported: dict[str, str] = field(default_factory=dict)
    bound: set[str] = field(default_factory=set)
    loaded: set[str] = field(default_factory=set)
    constants: dict[str, float] = field(default_factory=dict)
    computed: set[str] = field(default_factory=set)


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return what in the code of all notebooks is not on the list of what it may do."""
    allowed = read_list()
    problems = [] if files else _strangers(root)
    problems += [problem for path in files for problem in _stranger(path, root)]
    for path in pages.changed(root, files):
        if path.suffix == ".ipynb":
            problems += _of_notebook(path, root, allowed)
    return problems


@cache
def read_list() -> Allowed:
    """Return the closed list, ``notebook_calls.txt``."""
    words: dict[str, set[str]] = {}
    places: dict[str, dict[tuple[str, str], str]] = {}
    section = ""
    for line in LIST.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            if " | " in line:
                notebook, what, reason = (part.strip() for part in line.split(" | "))
                places.setdefault(section, {})[notebook, what] = reason
            else:
                words.setdefault(section, set()).update(line.split())
    return Allowed(
        imports=frozenset(words["imports"]),
        builtins=frozenset(words["builtins"]),
        names=frozenset(words["modules"] | words["methods"] | words["fields"]),
        tags=frozenset(words["tags"]),
        tags_in_places=places.get("tags in places", {}),
        numbers=places.get("numbers in places", {}),
        checked=places.get("checked cells", {}),
    )


def _strangers(root: Path) -> list[str]:
    found = sorted((root / "notebooks").rglob("*"))
    return [problem for path in found for problem in _stranger(path, root)]


def _stranger(path: Path, root: Path) -> Iterator[str]:
    """Yield whether a file of the folder of notebooks is no notebook."""
    inside = path.relative_to(root).parts
    left = any(part.startswith(".") or part == "__pycache__" for part in inside)
    if inside[0] == "notebooks" and not left and path.is_file() and path.suffix != ".ipynb":
        yield (
            f"{path.relative_to(root).as_posix()}: is no notebook. Move code that notebooks share "
            "to src/decentwork, tables to data/, pages to book/."
        )


def _of_notebook(path: Path, root: Path, allowed: Allowed) -> Iterator[str]:
    try:
        notebook = _read(path, root)
    except SyntaxError as error:
        yield f"{error.filename}: is not plain Python ({error.msg}); no magics, no shell commands."
        return
    seen_numbers: set[str] = set()
    for position, code in enumerate(notebook.cells):
        found = [
            *_form(code, first=position == 0),
            *_tags(code, notebook, allowed),
            *_names(code, notebook, allowed),
            *_calls(code),
            *_dead(code, notebook),
        ]
        for what, text in _numbers(code, notebook):
            seen_numbers.add(text)
            if (notebook.stem, text) not in allowed.numbers:
                found.append(
                    f"`{text}` {what} the typed number; give it a name and a source in a table or "
                    f"in src/decentwork, or a reason in {ON_THE_LIST}: "
                    f"`{notebook.stem} | {text} | why`."
                )
        yield from (f"{code.cell.place}: {problem}" for problem in dict.fromkeys(found))
    file = path.relative_to(root).as_posix()
    yield from _gone(file, notebook, allowed, seen_numbers)


def _read(path: Path, root: Path) -> Notebook:
    raw_cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    file = path.relative_to(root).as_posix()
    runs = accumulate(raw["cell_type"] == "code" for raw in raw_cells)
    notebook = Notebook(path.stem, [])
    for number, (raw, run) in enumerate(zip(raw_cells, runs, strict=True), 1):
        text = "".join(raw["source"])
        if raw["cell_type"] == "markdown":
            continue
        tags = tuple(raw["metadata"].get("tags", ()))
        cell = Cell(file, number, "code", text, tags, run)
        try:
            tree = ast.parse(text, filename=cell.place)
        except SyntaxError as error:
            error.filename = cell.place
            raise
        notebook.cells.append(Code(cell, raw, tree, tuple(ast.walk(tree))))
    for code in notebook.cells:
        _collect(code, notebook)
    return notebook


def _collect(code: Code, notebook: Notebook) -> None:
    """Note what a cell imports, binds, uses, and computes from tables."""
    for node in code.nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                origin = node.module if isinstance(node, ast.ImportFrom) else alias.name
                notebook.imported[alias.asname or alias.name.partition(".")[0]] = origin or ""
        elif isinstance(node, ast.Name):
            (notebook.bound if isinstance(node.ctx, ast.Store) else notebook.loaded).add(node.id)
        elif isinstance(node, ast.arg | ast.FunctionDef):
            notebook.bound.add(node.arg if isinstance(node, ast.arg) else node.name)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            # a query names variables in its text
            notebook.loaded.update(re.findall(r"@(\w+)", node.value))
    for statement in code.tree.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            value = _number(statement.value, {})
            if value is not None:
                notebook.constants[statement.targets[0].id] = value
        used = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
        if used & {"data", "claims", "est", *notebook.computed}:
            notebook.computed.update(
                node.id
                for node in ast.walk(statement)
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
            )
            if isinstance(statement, ast.FunctionDef):
                notebook.computed.add(statement.name)


def _form(code: Code, *, first: bool) -> Iterator[str]:
    if code.raw["cell_type"] != "code":
        kind = code.raw["cell_type"]
        yield f"is a cell of type {kind}, which nothing runs; make it code or text."
    if not code.tree.body:
        yield "holds no statement; take the cell out."
    if match := MARKERS.search(code.cell.text):
        yield f"{match[0]!r} asks a tool to look away; mend what it says instead."
    for node in code.nodes:
        if isinstance(node, ast.stmt) and not isinstance(node, STATEMENTS):
            name = type(node).__name__.removesuffix("Star").removeprefix("Async")
            why = INSTEAD.get(name, "it is not among what a cell may do; use src/decentwork.")
            yield f"`{name.lower()}` is refused: {why}"
        elif isinstance(node, ast.Import | ast.ImportFrom) and not first:
            yield f"`{ast.unparse(node)}` belongs in the first code cell."
        elif isinstance(node, ast.Constant) and PATH.match(str(node.value)):
            yield f"{node.value!r} is a path; {BY_NAME}"
        elif isinstance(node, ast.Constant) and node.value is ...:
            yield "`...` does nothing; take it out."
        elif isinstance(node, ast.Constant) and QUERIED_CALL.search(str(node.value)):
            yield f"{node.value!r} {HIDDEN_CALL}"


def _tags(code: Code, notebook: Notebook, allowed: Allowed) -> Iterator[str]:
    tags, key = code.cell.tags, code.key
    if "mystnb" in code.raw["metadata"]:
        yield "has settings of MyST-NB in its metadata, which can hide a failure; take them out."
    for tag in tags:
        if tag in allowed.tags or (notebook.stem, f"{key} {tag}") in allowed.tags_in_places:
            continue
        yield (
            f"the tag {tag!r} is not on the list {ON_THE_LIST}: tags that allow a failure, skip a "
            "cell or hide what it shows are refused; take it out."
        )
    if "remove-cell" in tags and not all(map(_only_names_things, code.tree.body)):
        yield "is taken from the page, and computes; readers see what computes: drop remove-cell."
    if code.is_checked:
        yield from _checks_something(code, notebook)
        if (notebook.stem, key) not in allowed.checked:
            yield (
                f"is checked and not on the list; add `{notebook.stem} | {key} | what it shows` "
                f"to [checked cells] in {ON_THE_LIST}."
            )


def _only_names_things(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.FunctionDef) or (
        isinstance(statement, ast.Assign)
        and not any(isinstance(node, ast.Name | ast.Call) and not _is_stored(node)
                    for node in ast.walk(statement))
    )  # fmt: skip


def _is_stored(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def _checks_something(code: Code, notebook: Notebook) -> Iterator[str]:
    last = code.tree.body[-1] if code.tree.body else None
    outputs = code.raw.get("outputs", [])
    names = {node.id for node in ast.walk(last) if isinstance(node, ast.Name)} if last else set()
    if not isinstance(last, ast.Expr) or not names & notebook.computed:
        yield "is checked, and ends with nothing that is computed from a table; show the numbers."
    texts = [
        part
        for output in outputs
        for part in (output.get("text", ""), output.get("data", {}).get("text/plain", ""))
    ]
    kept = "".join("".join(text) for text in texts)
    if outputs and sum(map(str.isdigit, kept)) < LEAST_DIGITS:
        yield f"is checked, and its kept output has under {LEAST_DIGITS} digits; show the numbers."
    if any(output.get("output_type") == "error" for output in outputs):
        yield "keeps an error as its output; mend the cell."


def _names(code: Code, notebook: Notebook, allowed: Allowed) -> Iterator[str]:
    for node in code.nodes:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from _import(node, allowed)
        elif isinstance(node, ast.Name):
            yield from _name(node, notebook, allowed)
        elif isinstance(node, ast.Attribute):
            yield from _attribute(node, notebook, allowed)


def _import(node: ast.Import | ast.ImportFrom, allowed: Allowed) -> Iterator[str]:
    for alias in node.names:
        words = [alias.name] if isinstance(node, ast.Import) else [node.module or ".", alias.name]
        if ".".join(words) in allowed.imports:
            continue
        parts = [part for word in words for part in word.split(".")]
        why = next((WHY[part] for part in parts if part in WHY), None)
        if isinstance(node, ast.ImportFrom) and node.level:
            why = "imports a file beside the notebook; what notebooks share is in src/decentwork."
        yield f"`{ast.unparse(node)}` {why or _not_listed('.'.join(words), 'imports')}"


def _not_listed(word: str, section: str) -> str:
    return (
        f"is not among what notebooks use; if it is pure (same rows in, same numbers out), add "
        f"`{word}` to [{section}] in {ON_THE_LIST}."
    )


def _name(node: ast.Name, notebook: Notebook, allowed: Allowed) -> Iterator[str]:
    name = node.id
    listed = name in allowed.builtins or name in notebook.imported
    if name in WHY and hasattr(builtins, name):
        yield f"{name}() {WHY[name]}"
    elif not listed and name not in notebook.bound:
        yield f"`{name}` {WHY.get(name) or _not_listed(name, 'builtins')}"


def _attribute(node: ast.Attribute, notebook: Notebook, allowed: Allowed) -> Iterator[str]:
    name, owner = node.attr, node.value
    is_module = isinstance(owner, ast.Name) and owner.id in notebook.imported
    is_module = is_module and owner.id not in notebook.bound
    whole = f"{owner.id}.{name}" if is_module else name
    if whole in allowed.names or (is_module and whole in NO_READER):
        return
    if name in WHY:
        yield f"`{whole}` {WHY[name]}"
    elif name.startswith("read_"):
        yield f"{name}() {FILES}"
    elif name.startswith(("to_", "write_", "save")) and name not in NO_FILE:
        yield f"`{whole}` {WRITES}"
    elif name.startswith("_"):
        yield f"`{whole}` is private; use what its library documents."
    else:
        yield f"`{whole}` {_not_listed(whole, 'modules' if is_module else 'methods')}"


def _calls(code: Code) -> Iterator[str]:
    for node in code.nodes:
        if isinstance(node, ast.Constant) and _is_of_the_normal(node.value):
            yield (
                f"{node.value} is a value of the normal distribution; take it from "
                "stats.norm.ppf(0.975), so that a digit cannot be wrong."
            )
        if not isinstance(node, ast.Call):
            continue
        for each in node.args:
            if isinstance(each, ast.Constant) and each.value in ("now", "today"):
                yield f"{_short(node)} {CLOCK}"
        for keyword in node.keywords:
            if why := REFUSED_ARGUMENTS.get(keyword.arg or ""):
                yield why
            if keyword.arg in ("seed", "random_state") and not isinstance(
                _number(keyword.value, {}), int
            ):
                yield f"{keyword.arg}={ast.unparse(keyword.value)} {RANDOM}"


def _is_of_the_normal(value: object) -> bool:
    return isinstance(value, float) and any(abs(value - one) < 0.0006 for one in NORMAL)


def _dead(code: Code, notebook: Notebook) -> Iterator[str]:
    """Yield what a cell holds that never runs, never matters, or always holds."""
    tree = code.tree
    for statement in tree.body[:-1]:
        if isinstance(statement, ast.Expr) and not isinstance(statement.value, ast.Call):
            yield f"`{_short(statement)}` computes what nobody sees; take it out."
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        if not any(isinstance(node, ast.Name) for node in ast.walk(tree.body[-1])):
            yield f"`{_short(tree.body[-1])}` shows what is typed, not computed; take it out."
    for node in code.nodes:
        test = getattr(node, "test", None)
        if test is not None and not any(isinstance(each, ast.Name) for each in ast.walk(test)):
            yield f"`{_short(test)}` is always the same; an `assert` or `if` looks at the data."
        if isinstance(node, ast.BoolOp | ast.Compare) and any(
            isinstance(each, ast.Constant) and isinstance(each.value, bool)
            for each in (node.values if isinstance(node, ast.BoolOp) else [node.left])
        ):
            yield f"`{_short(node)}` holds True or False in it; it decides nothing."
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            if ast.dump(node.left) == ast.dump(node.comparators[0]):
                yield f"`{_short(node)}` compares a thing with itself."
        for block in (getattr(node, "body", None), getattr(node, "orelse", None)):
            if isinstance(block, list) and any(isinstance(each, ast.Return) for each in block[:-1]):
                yield "has statements after `return`, which never run; take them out."
        if isinstance(node, ast.FunctionDef) and not node.decorator_list:
            if node.name not in notebook.loaded:
                yield f"{node.name}() is never called; take it out."
        if _is_stored(node) and node.id not in notebook.loaded and not node.id.startswith("_"):
            yield f"`{node.id}` is never used; take it out."


def _short(node: ast.AST) -> str:
    text = ast.unparse(node)
    return text if len(text) <= 60 else f"{text[:57]}…"


# ------------------------------------------------------------------------------- typed numbers


def _numbers(code: Code, notebook: Notebook) -> Iterator[tuple[str, str]]:
    """Yield what is calculated with typed numbers that are not plain: how, and the expression."""
    drawn = _drawn(code)
    within: set[ast.AST] = set()
    for node in code.nodes:  # from the outside in
        if isinstance(node, ast.BinOp) and node not in within:
            parts = _parts(node)
            within.update(parts)
            if any(_calculates_oddly(part, drawn, notebook) for part in parts):
                yield "calculates with", ast.unparse(node)
        elif isinstance(node, ast.AugAssign):
            if _is_odd(node.value, type(node.op), notebook):
                yield "calculates with", ast.unparse(node)
        elif isinstance(node, ast.Compare):
            for side in (node.left, *node.comparators):
                value = _number(side, notebook.constants)
                if isinstance(value, float) and not value.is_integer():
                    yield "decides by", ast.unparse(node)
        elif isinstance(node, ast.Call):
            yield from _in_call(node, notebook, is_drawing=node in drawn)


def _parts(node: ast.BinOp) -> list[ast.BinOp]:
    """Return a calculation and those that it is made of."""
    inner = [side for side in (node.left, node.right) if isinstance(side, ast.BinOp)]
    return [node, *(part for side in inner for part in _parts(side))]


def _calculates_oddly(node: ast.BinOp, drawn: set[ast.AST], notebook: Notebook) -> bool:
    sides = [node.left, node.right]
    if node in drawn and isinstance(node.op, MORE_OR_LESS):
        return False  # a label stands beside its mark
    if any(isinstance(side, ast.List | ast.Tuple | ast.JoinedStr) for side in sides):
        return False  # a list several times over
    if all(_number(side, notebook.constants) is not None for side in sides):
        return False  # a number for itself, as 10 ** 6
    return any(_is_odd(side, type(node.op), notebook) for side in sides)


def _in_call(
    node: ast.Call, notebook: Notebook, *, is_drawing: bool
) -> Iterator[tuple[str, str]]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    for keyword in node.keywords:
        value = _number(keyword.value, notebook.constants)
        if keyword.arg in LEVELS and isinstance(value, float) and not is_drawing:
            yield "sets a level by", f"{name}({ast.unparse(keyword)})"
    if name not in CALCULATING:
        return
    operator = CALCULATING[name]
    given = [keyword.value for keyword in node.keywords if keyword.arg in VALUES]
    for value in (*(node.args[:1] if name in ONE_VALUE else node.args), *given):
        typed = _number(value, notebook.constants)
        if typed is None:
            continue
        free = FREE.get(name, lambda each: False)
        if not (typed in PLAIN[operator] if operator else free(typed)):
            yield "changes values by", f"{name}({ast.unparse(value)})"


def _is_odd(side: ast.expr, operator: type[ast.operator], notebook: Notebook) -> bool:
    value = _number(side, notebook.constants)
    return value is not None and value not in PLAIN.get(operator, ())


def _number(node: ast.expr, constants: dict[str, float]) -> float | None:
    """Return the number that an expression types: a literal, with its sign, or a name of one."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        inner = _number(node.operand, constants)
        return inner if inner is None or isinstance(node.op, ast.UAdd) else -inner
    if isinstance(node, ast.BinOp):
        sides = [_number(side, constants) for side in (node.left, node.right)]
        if None in sides:
            return None
        return _worked_out(node)
    if isinstance(node, ast.Name):
        return constants.get(node.id)
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return node.value
    return None


def _worked_out(node: ast.BinOp) -> float | None:
    left, right = (_number(side, {}) for side in (node.left, node.right))
    if left is None or right is None:
        return None
    return {ast.Add: left + right, ast.Sub: left - right, ast.Mult: left * right}.get(
        type(node.op), left / right if isinstance(node.op, ast.Div) and right else 0.123
    )


def _drawn(code: Code) -> set[ast.AST]:
    """Return the nodes that only place things on a drawing."""
    found: set[ast.AST] = set()
    for node in code.nodes:
        is_drawing = isinstance(node, ast.FunctionDef) and (
            node.decorator_list or any(arg.arg in ("ax", "panel") for arg in node.args.args)
        )
        if is_drawing:
            for statement in node.body:
                found.update(ast.walk(statement))
    return found


def _gone(
    file: str, notebook: Notebook, allowed: Allowed, numbers: Iterable[str]
) -> Iterator[str]:
    """Yield what the list has of a notebook and the notebook has no more."""
    tagged = {code.key for code in notebook.cells if code.is_checked}
    for stem, what in allowed.checked:
        if stem == notebook.stem and what not in tagged:
            yield (
                f"{file}: the cell {what} is checked no more; give it the tags "
                f"{' and '.join(sorted(CHECKED))} again, and its output by `make tidy`."
            )
    for stem, what in allowed.numbers:
        if stem == notebook.stem and what not in numbers:
            yield f"{file}: `{what}` stands in it no more; take it out of {ON_THE_LIST}."


def main(root: Path = ROOT) -> None:
    """Print what a list of the notebooks as they are would lack."""
    for problem in check(root):
        print(problem)


if __name__ == "__main__":
    main()
