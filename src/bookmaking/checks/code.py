"""Code of notebooks: names, literals and sentences of one number say the same, and tables bear out.

A name is compared with what is assigned to it, a sentence with the code of the number that it shows
and with the lines before from which that code takes its values (years, States, kinds), and
a factor, a share, a gap or a join with the tables that the notebook reads.
"""

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

from bookmaking.checks import rows, told
from bookmaking.source import pages

PER_CENT = "per cent"
OF_ONE = ("share", "probability")
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
DRAWS = re.compile(r"\bax\b|\bfigures\.|\bheight\b|\bwidth\b")
JOINS_UNCHECKED = ("globalization", "policy_coherence", "domestic_work")
"""Chapters that join as they did before the rule, until they are rewritten."""
FAMILIES = (
    "sex", "age", "step", "form", "status", "direction", "extreme", "answer", "end", "stage",
    "decided", "measure", "currency",
)  # fmt: skip
"""Families of rivals that names and code use too."""
NOT_OF_NAMES = re.compile(r"^lower-|mean\(axis=1\)|'[^']*( [^' ]+){4,}'|\b[\w ]+'s\b")
"""What of a name or of code is another thing: a distance, a middle, a text, "a men's sector"."""
DEPTH, FARTHEST = 2, 8
"""Over how many assignments before it a number is followed back, to literals and to its tables."""
Names = Mapping[str, tuple[ast.stmt, ...]]
"""The statements that give each variable its value."""


def check(path: Path, root: Path) -> Iterator[str]:
    """Yield what the code of a notebook says and its names and tables do not bear out."""
    cells = pages.cells(path, root)
    known = {table.path.stem: table for table in rows.tables(root)}
    said = " ".join(cell.text for cell in cells if cell.kind == "markdown")
    code = [cell for cell in cells if cell.kind == "code"]
    read = [known[name] for name in tables_of(cells, known)]
    fields = _fields(read, root)
    periods, kinds = editions(root), kinds_of(root)
    for cell in code:
        draws = DRAWS.search(cell.text)
        for node in nodes(cell.text):
            found = [*_against_tables(node, fields), *_twice(node)]
            found += [each for pair in _pairs(node) for each in _misnamed(*pair, periods)]
            found += [each for pair in published(node) for each in _of_another_kind(*pair, kinds)]
            if not draws:
                found += _factor(node, read, said)
            for each in found:
                if not (each.startswith("merge") and path.stem in JOINS_UNCHECKED):
                    yield f"{cell.place}: {each}"


def tables_of(cells: Iterable[pages.Cell], known: Iterable[str]) -> list[str]:
    """Return the tables that cells of code name."""
    code = " ".join(cell.text for cell in cells if cell.kind == "code")
    return [name for name in known if f'"{name}"' in code]


_WORDS: dict[Path, tuple[rows.Table, str]] = {}


def words_of(table: rows.Table, root: Path) -> str:
    """Return the words by which a table and its metadata name units and populations."""
    if _WORDS.get(table.path, ("",))[0] is not table:
        shared = rows.shared(root)["fields"]
        taken = [shared.get(each.get("as", name), {}) for name, each in table.fields.items()]
        heads = " ".join(table.columns).replace("_", " ")
        cells = " ".join({cell for _, row in table.lines for cell in row if len(cell) < 60})
        _WORDS[table.path] = table, f"{table.said} {taken} {heads} {cells}".lower()
    return _WORDS[table.path][1]


@cache
def nodes(code: str) -> tuple[ast.AST, ...]:
    """Return all nodes of the code of a cell; several rules walk over each."""
    return tuple(ast.walk(pages.tree(code)))


# ------------------------------------------------------------------ names and what they are given


def _pairs(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Yield what an assignment, an argument or an entry of a dictionary calls its value."""
    match node:
        case ast.Assign([ast.Name(name)], value) | ast.keyword(str(name), value):
            yield name, value
        case ast.Assign([ast.Subscript(slice=ast.Constant(str(name)))], value):
            yield name, value
        case ast.Assign([ast.Tuple(names)], ast.Tuple(values)) if len(names) == len(values):
            yield from ((each.id, value) for each, value in zip(names, values, strict=True)
                        if isinstance(each, ast.Name))  # fmt: skip
        case ast.Dict(keys, values):
            for key, value in zip(keys, values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield key.value, value


def _misnamed(name: str, value: ast.expr, periods: Mapping[int, set[int]]) -> Iterator[str]:
    """Yield a name that says another year or a rival of what it is given."""
    code = ast.unparse(value)
    if len(code) > LONGEST:
        return
    advice = f"`{name}` is given {code}; fix the one that is wrong."
    family = told.rival(*(_sides_of_code(text) for text in (name, code)), FAMILIES)
    if family:
        words = (told.word_of(plain(text), family) for text in (name, code))
        yield f"“{'” against “'.join(words)}”: {advice}"
    named, used = ({int(year) for year in YEAR.findall(text)} for text in (name, code))
    if "between" in code and used:
        used.update(range(min(used), max(used)))
    if named and used and not named & with_periods(used, periods):
        yield f"{min(named)} against {', '.join(map(str, sorted(used)))}: {advice}"


def _of_another_kind(
    name: str, value: ast.expr, kinds: Mapping[str, frozenset[str]]
) -> Iterator[str]:
    """Yield a name that has a word of another kind of the list than the kind it is given."""
    constants = (node.value for node in ast.walk(value) if isinstance(node, ast.Constant))
    used = {each for each in constants if isinstance(each, str)}
    of_name = told.stems_of(plain(name))
    around = told.stems_of(plain(ast.unparse(value)))
    for kind in sorted(used & kinds.keys()) if of_name else ():
        others = [each for each in sorted(kinds[kind] - used) if of_name & told.stems_of(each)]
        if others and not of_name & around:
            yield f"`{name}` is given {kind!r}, and there is {others[0]!r}; fix one of the two."
            return


def _twice(node: ast.AST) -> Iterator[str]:
    """Yield two ends of a range, or two columns of a choice, that are the same."""
    match node:
        case ast.JoinedStr(parts):
            ends = zip(parts, parts[1:], parts[2:], strict=False)
            every = [each.value for one, between, other in ends for each in (one, other)
                     if getattr(between, "value", "") == " to "]  # fmt: skip
        case (
            ast.keyword("columns", ast.List(every))
            | ast.Subscript(slice=ast.List(every))
            | ast.comprehension(iter=ast.Tuple(every))
        ):
            pass
        case _:
            return
    texts = [ast.unparse(each) for each in every]
    for each in {each for each in texts if texts.count(each) > 1}:
        yield f"{each} is there twice, in {ast.unparse(node)[:80]}; one of the two is another."


LONGEST = 400
"""Letters of an expression that is one thing; a longer one has words of several."""


def plain(code: str) -> str:
    """Return names and code as words: ``men_first`` is "men first", ``up`` is "rose"."""
    words = re.sub(r"[\W_]+", " ", NOT_OF_NAMES.sub(" ", code))
    return re.sub(r"\bup\b", "rose", re.sub(r"\bdown\b", "fell", words))


@cache
def _sides_of_code(code: str) -> told.Sides:
    return told.sides_of(plain(code))


@cache
def _editions(root: Path, _version: object) -> Mapping[int, set[int]]:
    found: dict[int, set[int]] = {}
    for table in rows.tables(root):
        for edition in {"round", "edition"} & set(table.columns):
            for row in table.rows:
                for column in {
                    "reference_period",
                    "reference_year",
                    "published",
                } & row.cells.keys():
                    if row[edition].isdigit():
                        years = told.years_in(row[column])
                        found.setdefault(int(row[edition]), set()).update(years)
    return found


def editions(root: Path) -> Mapping[int, set[int]]:
    """Return the years that each edition or round of a series is about."""
    return _editions(root, told.version(root))


def with_periods(years: Iterable[int], periods: Mapping[int, set[int]]) -> set[int]:
    """Return years, and those that editions of these years are about."""
    return {*years, *(each for year in years for each in periods.get(year, ()))}


# ------------------------------------------------------------------ published numbers


@dataclass(frozen=True)
class Computed:
    """A published number: its expression, and the statements before from which it is computed."""

    expression: ast.expr
    names: Names

    @cached_property
    def code(self) -> str:
        """The expression as it is typed."""
        return ast.unparse(self.expression)

    @cached_property
    def behind(self) -> tuple[ast.AST, ...]:
        """All nodes of the expression and of what its variables were given."""
        return tuple(node for top in self._followed(DEPTH) for node in ast.walk(top))

    @cached_property
    def everything(self) -> str:
        """The code of the expression and of all statements on which it depends."""
        return " ".join(ast.unparse(each) for each in self._followed(FARTHEST))

    def _followed(self, farthest: int) -> Iterator[ast.AST]:
        seen: set[str] = set()
        todo: list[tuple[ast.AST, int]] = [(self.expression, farthest)]
        for top, depth in todo:
            yield top
            for node in ast.walk(top) if depth else ():
                if isinstance(node, ast.Name) and node.id not in seen:
                    seen.add(node.id)
                    todo += [(each, depth - 1) for each in self.names.get(node.id, ())]

    @cached_property
    def texts(self) -> frozenset[str]:
        """The string constants in it."""
        constants = (node.value for node in self.behind if isinstance(node, ast.Constant))
        return frozenset(each for each in constants if isinstance(each, str))

    @cached_property
    def words(self) -> str:
        """The expression, and the names of all variables behind it, as words."""
        names = (node.id for node in self.behind if isinstance(node, ast.Name))
        return plain(" ".join((self.code, *names)))

    @cached_property
    def years(self) -> frozenset[int]:
        """The years in its numbers, texts and names."""
        words = [node.id for node in self.behind if isinstance(node, ast.Name)]
        words += [str(node.value) for node in self.behind if isinstance(node, ast.Constant)]
        return frozenset(int(year) for word in words for year in YEAR.findall(word))


def computed(root: Path) -> Mapping[tuple[str, str], Computed]:
    """Return the published numbers by chapter and name, as far as their cell types the name."""
    return {
        (path.stem, name): number
        for path in pages.notebooks(root)
        for name, number in _of_notebook(
            tuple(cell.text for cell in pages.cells(path, root) if cell.kind == "code")
        )
    }


@cache
def _of_notebook(cells: tuple[str, ...]) -> tuple[tuple[str, Computed], ...]:
    found: list[tuple[str, Computed]] = []
    names: dict[str, tuple[ast.stmt, ...]] = {}
    for statement in (each for code in cells for each in pages.tree(code).body):
        match statement:
            case ast.FunctionDef(function):
                names[function] = (statement,)
            case ast.Assign(targets):
                for target in targets:
                    whole = isinstance(target, ast.Name | ast.Tuple)
                    for node in ast.walk(target):
                        if isinstance(node, ast.Name):
                            before = () if whole else names.get(node.id, ())
                            names[node.id] = (*before, statement)
            case ast.Expr(call):
                now = dict(names)
                found += [(name, Computed(value, now)) for name, value in published(call)]
    return tuple(found)


def published(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Yield the names that a call publishes numbers under, each with its expression."""
    match node:
        case ast.Call(ast.Attribute(ast.Name("exhibits"), "number"), [ast.Constant(name), value]):
            yield name, value
        case ast.Call(
            ast.Attribute(ast.Name("exhibits"), "numbers"), [ast.Dict(keys, values)], more
        ):
            prefix = "".join(
                str(each.value.value) for each in more if isinstance(each.value, ast.Constant)
            )
            for key, value in zip(keys, values, strict=True):
                if isinstance(key, ast.Constant):
                    yield f"{prefix}{key.value}", value


def against(
    text: str, clause: str, number: Computed, root: Path, kinds: Mapping[str, frozenset[str]]
) -> Iterator[str]:
    """Yield how a sentence speaks of another State or kind than its number is computed for.

    Parameters
    ----------
    clause
        The words around the number.
    kinds
        The other members of the list in the metadata, by each member of it (:func:`kinds_of`).
    """
    named, codes = rows.states_named(clause, root), rows.states_by_name(root)
    states = {codes.get(each, each) for each in number.texts} & set(codes.values())
    if len(named) == len(states) == 1 and named != states:
        yield f"is about {min(named)}, and the code about {min(states)}"
    for kind in sorted(number.texts & kinds.keys()):
        used = number.texts & (kinds[kind] | {kind})
        said = [each for each in sorted(kinds[kind] - used) if _says(clause, each)]
        if (
            said and len(used) == 1 and not _says(text, kind) and said[0] not in kind
            and not any(_says(number.words, each) for each in said)
        ):  # fmt: skip
            yield f"is about “{said[0]}”, and the code about “{kind}”"
            return


def _says(text: str, kind: str) -> bool:
    return bool(re.search(rf"\b{re.escape(kind)}\b", text, re.IGNORECASE))


SHORTEST = 8
"""Letters of a kind that no sentence uses for another thing, as it does "weak" or "title"."""


def kinds_of(root: Path) -> Mapping[str, frozenset[str]]:
    """Return the members of each list of kinds in the metadata, by each of them."""
    found: dict[str, frozenset[str]] = {}
    for table in rows.tables(root):
        for said in table.fields.values():
            named = said.get("constraints", {}).get("enum") or ()
            listed = frozenset(
                each for each in named if isinstance(each, str) and len(each) >= SHORTEST
            )
            for kind in listed:
                found[kind] = found.get(kind, frozenset()) | listed - {kind}
    return found


# ------------------------------------------------------------------ tables

Fields = Mapping[str, Sequence[Mapping[str, Any]]]
"""What each table that a notebook reads says of a column, by the name of the column."""


def _fields(tables: Sequence[rows.Table], root: Path) -> Fields:
    shared = rows.shared(root)["fields"] if tables else {}
    found: dict[str, list[Mapping[str, Any]]] = {}
    for table in tables:
        for name, said in table.fields.items():
            found.setdefault(name, []).append({**shared.get(said.get("as", name), {}), **said})
    return found


def _all(fields: Fields, node: ast.AST, is_so: Callable[[Mapping[str, Any]], bool]) -> str:
    """Return the column of ``frame["percent"].max()``, if all that is said of it is so; or ""."""
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        node = node.func.value
    match node:
        case ast.Subscript(slice=ast.Constant(column)) | ast.Attribute(attr=column):
            return column if column in fields and all(map(is_so, fields[column])) else ""
    return ""


def _against_tables(node: ast.AST, fields: Fields) -> Iterator[str]:
    """Yield numbers that are typed, scaled twice or not at all, gaps as zero, and loose joins."""
    match node:
        case ast.FormattedValue(ast.Constant(int() | float() as typed)):
            yield f"types {typed} into a text; compute it from its table."
        case ast.BinOp(ast.Constant(100), ast.Mult(), other) | ast.BinOp(
            other, ast.Mult(), ast.Constant(100)
        ):
            in_per_cent = lambda said: str(said.get("unit")).startswith(PER_CENT)  # noqa: E731
            if column := _all(fields, other, in_per_cent):
                yield f"{ast.unparse(node)}: {column} is in per cent already; take out 100."
        case ast.JoinedStr(parts):
            for part, after in pairwise(parts):
                match part, after:
                    case ast.FormattedValue(value), ast.Constant(text):
                        column = _all(fields, value, lambda said: said.get("unit") in OF_ONE)
                        if column and re.match(r" ?(?:per cent|%)", text):
                            yield f"{column} is a share of one; take it times 100."
        case ast.Call(ast.Attribute(frame, "fillna"), [ast.Dict(keys, values)]):
            for key, value in zip(keys, values, strict=True):
                yield from _filled(ast.Subscript(frame, key), value, fields)
        case ast.Call(ast.Attribute(column, "fillna"), [value]) if not isinstance(column, ast.Call):
            yield from _filled(column, value, fields)
        case ast.Call(ast.Attribute(attr="merge"), keywords=given):
            if lacking := {"how", "validate"} - {each.arg for each in given}:
                yield (
                    f"merge without {' and '.join(sorted(lacking))} may lose or double rows: write "
                    "how='left', validate='m:1', or what is meant."
                )
    for name, value in published(node):
        if isinstance(value, ast.Constant) and re.search(r"\d", str(value.value)):
            yield f"the number {name!r} is typed, {value.value!r}; compute it from its table."


def _filled(column: ast.AST, value: ast.expr, fields: Fields) -> Iterator[str]:
    match value:
        case ast.Constant(int() | float() as zero) if zero == 0 and zero is not False:
            known = ("integer", "number")
            said_why = lambda said: said.get("missing_reason") and said["type"] in known  # noqa: E731
            if name := _all(fields, column, said_why):
                reason = fields[name][0]["missing_reason"]
                yield f"an empty {name} is not zero ({reason}); leave the gap, or drop the row."


def _factor(node: ast.AST, read: Sequence[rows.Table], said: str) -> Iterator[str]:
    """Yield typed factors with decimals that neither a table nor a sentence of the notebook has."""
    match node:
        case ast.BinOp(ast.Constant(float() as factor), ast.Mult() | ast.Div(), other) | ast.BinOp(
            other, ast.Mult() | ast.Div(), ast.Constant(float() as factor)
        ):
            wanted = {f"{each:g}" for each in (factor, 100 * factor, 100 - 100 * factor)}
        case _:
            return
    if factor == int(factor) or factor in (1e-3, 1e-6, 0.5, 0.1) or isinstance(other, ast.Constant):
        return
    cells = (cell for table in read for _, row in table.lines for cell in row)
    if not any(f"{each} per cent" in said for each in wanted) and not any(
        (cell.rstrip("0").rstrip(".") if "." in cell else cell) in wanted for cell in cells
    ):
        yield (
            f"{ast.unparse(node)}: neither a table nor a sentence of this notebook has {factor:g}; "
            "read it from a table with its source."
        )
