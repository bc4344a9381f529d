"""What the code of a notebook may do: import, call, calculate with, and ask for by its tags.

A notebook reads tables by name, computes, and publishes. What it may use for that is a closed list,
``notebook_calls.txt`` in this folder; all else fails until a person puts it on the list. What could
make a number wrong in silence, or other on another day or machine, is named with its own message.
"""

import ast
import builtins
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from bookmaking.checks.notebook_cells import Code, Notebook, read_notebook, typed_number
from bookmaking.checks.notebook_list import ON_THE_LIST, Allowed, read_list
from bookmaking.checks.notebook_numbers import typed_numbers
from bookmaking.source import pages
from bookmaking.source.notebook_form import CHECKED

BY_NAME = "read tables by name, decentwork.data.read(name)."
PATH = re.compile(r"^(?:~|[A-Za-z]:)?[/\\]\w|^\.\.?/|^(?:file|https?|ftp|s3)://")
FILE = re.compile(r"[\w./ -]+\.(?:csv|tsv|json|txt|xlsx?|ya?ml|pkl|npy|npz|parquet|db|zip|py)")

RANDOM = "draws at random; only decentwork.estimation draws, with a seed, so that numbers stay."
WARNINGS = "silences warnings or errors; mend what is warned of."
FILES = f"reads past the checks; {BY_NAME}"
NETWORK = "goes to the network; a page is made from the tables of data/ alone."
CLOCK = "asks for the time of day; a page says the same on every day. Take dates from tables."
WRITES = "writes a file; notebooks publish with decentwork.exhibits only."
HIDDEN_CALL = "runs or finds code by a text, which no gate can read; write the call out."
SYSTEM = "depends on the machine that runs it; a notebook depends on tables and modules only."
GLOBAL = "changes how all later cells compute or draw; say it in the call."
REFUSED = {
    RANDOM: "random rand randn randint randrange uniform gauss choice choices sample shuffle seed "
    "permutation default_rng RandomState SeedSequence Generator rvs secrets uuid uuid4 urandom",
    WARNINGS: "warnings simplefilter filterwarnings catch_warnings errstate seterr seterrcall "
    "suppress contextlib",
    FILES: "open Path pathlib io os glob iglob pkgutil importlib resources fromfile loadtxt "
    "genfromtxt memmap read_text read_bytes StringIO BytesIO pickle shelve sqlite3 zipfile load "
    "files listdir walk scandir cwd",
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
REFUSED_ARGUMENTS = {
    "errors": f"errors= {WARNINGS}",
    "on_bad_lines": f"on_bad_lines= {WARNINGS}",
    "encoding_errors": f"encoding_errors= {WARNINGS}",
    "warn": f"warn= {WARNINGS}",
    "folder": f"folder= {FILES}",
    "backend": f"backend= {SYSTEM}",
    "storage_options": f"storage_options= {NETWORK}",
}
NORMAL = (1.28, 1.2816, 1.44, 1.64, 1.645, 1.6449, 1.96, 1.95996, 2.33, 2.326, 2.576, 2.58, 3.29)
"""Values of the normal distribution, as people type them."""
NORMAL_BY_NAME = (
    "is a value of the normal distribution; take it from stats.norm.ppf(0.975), so that no digit "
    "can be wrong."
)
IN_MODULES = {name for name, why in WHY.items() if why in (NETWORK, CLOCK)} - {"datetime"}
"""What modules that notebooks share must not use either; they may read files and parse dates."""
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
NEVER = re.compile(r"exception|skip|ignore|no-exec|freeze")
"""Tags that let a failure or another output pass, also where somebody has put them on the list."""
SETTABLE = {"index", "columns", "name", "names"}
"""Attributes of frames that a cell may set."""
MARKERS = re.compile(r"#.*\b(?i:nbval|pytest_validate|noqa|type:\s*ignore|pragma|pylint)")
QUERIED_CALL = re.compile(r"@\w+\s*[.(\[]")
LEAST_DIGITS = 2


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return what in the code of all notebooks is not on the list of what it may do."""
    allowed = read_list(root)
    problems = [] if files else _strangers(root)
    problems += [problem for path in files for problem in _stranger(path, root)]
    for path in pages.changed(root, files):
        if path.suffix == ".ipynb":
            problems += _of_notebook(path, root, allowed)
    for path in _modules(root, files):
        problems += _of_module(path, root)
    return problems


def _modules(root: Path, files: Sequence[Path]) -> list[Path]:
    found = sorted((root / "src" / "decentwork").rglob("*.py"))
    return [path for path in found if not files or path in files]


def _of_module(path: Path, root: Path) -> Iterator[str]:
    """Yield what a module that notebooks share does, and must not: it would be out of sight."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [node.attr] if isinstance(node, ast.Attribute) else []
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [part for alias in node.names for part in alias.name.split(".")]
            names += (getattr(node, "module", None) or "").split(".")
        why = next((WHY[name] for name in names if name in IN_MODULES), None)
        what = f"`{ast.unparse(node)}`" if why else ""
        if isinstance(node, ast.Call) and not node.args and not node.keywords:
            name = getattr(node.func, "attr", "")
            if name in ("default_rng", "SeedSequence", "RandomState"):
                what, why = f"{name}() without a seed", RANDOM
        elif isinstance(node, ast.Constant) and _is_of_the_normal(node.value):
            what, why = str(node.value), NORMAL_BY_NAME
        if why:
            line = getattr(node, "lineno", 0)
            yield f"{path.relative_to(root).as_posix()}, line {line}: {what} {why}"


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
        notebook = read_notebook(path, root)
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
            *_hidden(code, notebook, allowed),
            *_dead(code, notebook),
        ]
        for what, text in typed_numbers(code, notebook):
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
        elif isinstance(node, ast.Constant) and (
            PATH.match(str(node.value)) or FILE.fullmatch(str(node.value))
        ):
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
        listed = tag in allowed.tags or (notebook.stem, f"{key} {tag}") in allowed.tags_in_places
        if listed and not NEVER.search(tag):
            continue
        yield (
            f"the tag {tag!r} is not on the list {ON_THE_LIST}: tags that allow a failure, skip a "
            "cell or hide what it shows are refused; take it out."
        )
    if "remove-cell" in tags and not all(map(_only_names_things, code.tree.body)):
        yield "is taken from the page, and computes; readers see what computes: drop remove-cell."
    if code.is_checked:
        yield from _checks_something(code, notebook)


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
        parts = [part for word in words for part in word.split(".")]
        why = next((WHY[part] for part in parts if part in WHY), None)
        if why is None and ".".join(words) in allowed.imports:
            continue
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
    if name in WHY:  # also where somebody has put it on the list
        yield f"`{whole}` {WHY[name]}"
    elif name.startswith("read_"):
        yield f"{name}() {FILES}"
    elif name.startswith(("to_", "write_", "save")) and name not in NO_FILE:
        yield f"`{whole}` {WRITES}"
    elif name.startswith("_"):
        yield f"`{whole}` is private; use what its library documents."
    elif whole not in allowed.names:
        yield f"`{whole}` {_not_listed(whole, 'modules' if is_module else 'methods')}"


def _calls(code: Code) -> Iterator[str]:
    for node in code.nodes:
        if isinstance(node, ast.Constant) and _is_of_the_normal(node.value):
            yield f"{node.value} {NORMAL_BY_NAME}"
        if not isinstance(node, ast.Call):
            continue
        for each in node.args:
            if isinstance(each, ast.Constant) and each.value in ("now", "today"):
                yield f"{_short(node)} {CLOCK}"
        for keyword in node.keywords:
            if why := REFUSED_ARGUMENTS.get(keyword.arg or ""):
                yield why
            if keyword.arg in ("seed", "random_state") and not isinstance(
                typed_number(keyword.value, {}), int
            ):
                yield f"{keyword.arg}={ast.unparse(keyword.value)} {RANDOM}"


def _is_of_the_normal(value: object) -> bool:
    return isinstance(value, float) and any(abs(value - one) < 0.0006 for one in NORMAL)


def _hidden(code: Code, notebook: Notebook, allowed: Allowed) -> Iterator[str]:
    """Yield what gives a name or a part of something shared another meaning."""
    for node in code.nodes:
        bound = node.id if _is_stored(node) else getattr(node, "name", None)
        if isinstance(node, ast.arg):
            bound = node.arg
        if bound in allowed.builtins or (
            bound in notebook.imported and not isinstance(node, ast.alias)
        ):
            yield f"`{bound}` hides what everybody knows by this name; call it otherwise."
        if not isinstance(getattr(node, "ctx", None), ast.Store):
            continue
        if isinstance(node, ast.Attribute) and node.attr not in SETTABLE:
            yield f"`{ast.unparse(node)} = …` changes what others share; give the result a name."
        owner = node.value if isinstance(node, ast.Subscript) else None
        if isinstance(owner, ast.Attribute) and owner.attr == "attrs":
            yield f"`{ast.unparse(node)} = …` changes what a table says of itself; mend the table."


def _asserts(notebook: Notebook) -> set[str]:
    """Return what the asserts of a notebook test."""
    nodes = (node for code in notebook.cells for node in code.nodes)
    return {ast.unparse(node.test) for node in nodes if isinstance(node, ast.Assert)}


def _dead(code: Code, notebook: Notebook) -> Iterator[str]:
    """Yield what a cell holds that never runs, never matters, or always holds."""
    tree = code.tree
    for statement in tree.body[:-1]:
        if isinstance(statement, ast.Expr) and not isinstance(statement.value, ast.Call):
            yield f"`{_short(statement)}` computes what nobody sees; take it out."
    if tree.body and isinstance(tree.body[-1], ast.Expr) and not _has_names(tree.body[-1]):
        yield f"`{_short(tree.body[-1])}` shows what is typed, not computed; take it out."
    for node in code.nodes:
        test = getattr(node, "test", None)
        if test is not None and not _has_names(test):
            yield f"`{_short(test)}` is always the same; an `assert` or `if` looks at the data."
        if isinstance(node, ast.BoolOp | ast.Compare) and any(
            isinstance(each, ast.Constant) and isinstance(each.value, bool)
            for each in (node.values if isinstance(node, ast.BoolOp) else [node.left])
        ):
            yield f"`{_short(node)}` holds True or False in it; it decides nothing."
        if isinstance(node, ast.Compare) and ast.dump(node.left) == ast.dump(node.comparators[0]):
            yield f"`{_short(node)}` compares a thing with itself."
        for block in (getattr(node, "body", None), getattr(node, "orelse", None)):
            if isinstance(block, list) and any(isinstance(each, ast.Return) for each in block[:-1]):
                yield "has statements after `return`, which never run; take them out."
        is_plain = isinstance(node, ast.FunctionDef) and not node.decorator_list
        if is_plain and node.name not in notebook.loaded:
            yield f"{node.name}() is never called; take it out."
        if _is_stored(node) and node.id not in notebook.loaded and not node.id.startswith("_"):
            yield f"`{node.id}` is never used; take it out."


def _has_names(node: ast.AST) -> bool:
    return any(isinstance(each, ast.Name) for each in ast.walk(node))


def _short(node: ast.AST) -> str:
    text = ast.unparse(node)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _gone(file: str, notebook: Notebook, allowed: Allowed, numbers: Iterable[str]) -> Iterator[str]:
    """Yield what the list has of a notebook and the notebook has no more."""
    tagged = {code.key for code in notebook.cells if code.is_checked}
    for stem, what in allowed.checked:
        if stem == notebook.stem and what not in tagged:
            yield (
                f"{file}: the cell {what} is checked no more; give it the tags "
                f"{' and '.join(sorted(CHECKED))} again, and its output by `make tidy`."
            )
    asserts = _asserts(notebook)
    for test in asserts - {what for stem, what in allowed.asserts if stem == notebook.stem}:
        yield (
            f"{file}: `assert {test}` is not on the list; add `{notebook.stem} | {test} | why` to "
            f"[asserts] in {ON_THE_LIST}, so that it cannot go unseen."
        )
    for stem, what in allowed.asserts:
        if stem == notebook.stem and what not in asserts:
            yield (
                f"{file}: `assert {what}` is gone, which held a sentence of the page to the data; "
                f"put it back, or take it out of {ON_THE_LIST} with the sentence."
            )
    for stem, what in allowed.numbers:
        if stem == notebook.stem and what not in numbers:
            yield f"{file}: `{what}` stands in it no more; take it out of {ON_THE_LIST}."
