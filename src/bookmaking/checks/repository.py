"""What no library checks of the repository: tests that can fail, contents, addresses, links, lock.

Files, line ends, large files, private keys and spelling are looked at by `.pre-commit-config.yaml`,
layers by import-linter, dependencies by deptry, CITATION.cff by check-jsonschema, labels by Sphinx.
The words of a link are compared with the title and the headings that it opens.
"""

import ast
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import yaml
from packaging.utils import canonicalize_name

from bookmaking.checks import rows, site
from bookmaking.source import pages
from bookmaking.tools import lock
from decentwork import claims

SKIPS = re.compile(r"pytest\.(?:mark\.)?(?:skip|skipif|xfail|importorskip|exit)\b")
MAY_SKIP = ("tests/at_hand.py", "tests/test_tables.py")
"""Where a test may be left out, because an original of a publisher is not available."""
ALWAYS_TRUE = re.compile(r"^ *assert (?:True|[1-9]\d*|\"[^\"]*\")(?:,|$)")
PROVES = re.compile(r"_?assert|compare$|raises$|fail$|wait_for|visit$|hold$|check_python$")
"""Calls that end a test when something is not so; those of a browser wait and give up."""
LINK = re.compile(
    r"(?<!!)\[(?P<words>[^\]\n]+)\]\(#(?P<label>[^)\n]+)\)"
    r"|\{(?P<role>doc|ref)\}`(?P<own>[^`<]+) <(?P<target>[^`>]+)>`"
)
LABEL = re.compile(r"\(([\w-]+)\)=")
BOX = re.compile(r"[`:]{3,}\{claim\} (.+)")
WORD = re.compile(r"[^\W\d_]{3,}")
LITTLE = frozenset(
    re.findall(r"\w+", "and are below for from here how its next own page that the this what which "
                       "who with")
)  # fmt: skip
OWN_WORDS, OF_ALL = 0.4, 0.5
"""What a link has in common with what it opens, as a part of what it has with another place; and
that, as a part of all that it says."""
SECTION = 1500
"""Characters of a section that are read for its words."""


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return what is wrong with tests, contents, redirects, links and the lock."""
    return [
        *silent_tests(root, files),
        *contents(root),
        *redirects(root),
        *links(root),
        *lock_file(root),
    ]


def contents(root: Path) -> list[str]:
    """Return pages and notebooks of the repository that no reader would find."""
    listed = set(site.listed(root / "_toc.yml"))
    names = [path.relative_to(root).with_suffix("").as_posix() for path in pages.written(root)]
    return [
        f"{name} is not in _toc.yml: list it, or delete it." for name in names if name not in listed
    ]


def redirects(root: Path) -> Iterator[str]:
    """Yield old addresses of pages that lead nowhere."""
    listed = site.listed(root / "_toc.yml")
    settings = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    for old, new in settings["sphinx"]["config"].get("redirects", {}).items():
        path = (root / old).parent.joinpath(new).resolve().relative_to(root.resolve())
        if path.with_suffix("").as_posix() not in listed:
            yield (
                f"_config.yml, redirects: {old} leads to {new}, which is no page; name a page by "
                "its path from there, with .html."
            )


def lock_file(root: Path) -> list[str]:
    """Return pins of environment.yml that requirements.lock does not have.

    ``uv lock --check`` would do it, but writes the address of a registry into a file.
    """
    locked = {_named(each.partition(";")[0]) for each in lock.locked(root / lock.LOCK.name)}
    return [
        f"environment.yml: {pin} is not in {lock.LOCK.name}; write name==version and run "
        "`python -m bookmaking.tools.lock`."
        for pin in lock.pins(root / "environment.yml")
        if _named(pin) not in locked
    ]


def _named(pin: str) -> str:
    name, _, version = pin.strip().partition("==")
    return f"{canonicalize_name(name)}=={version}"


# Words of links


def links(root: Path) -> Iterator[str]:
    """Yield links whose words are those of another page or section than the one that they open."""
    opened = targets(root)
    names = {target: _stems(name) for target, (name, _) in opened.items()}
    many = Counter(stem for stems in names.values() for stem in stems)

    def weight(stems: frozenset[str]) -> float:
        return sum(math.log((len(names) + 1) / (many[stem] + 0.5)) for stem in stems)

    for place, words, target in _links(root):
        exercise = target.startswith("exercise-") and re.search(r"\bExercise (\d+)", words)
        if re.fullmatch(claims.LINE, words) and target != f"claim-{words.lower()}":
            yield f"{place}: the link “{words}” opens {target}; write claim-{words.lower()}."
        elif exercise and not target.endswith(f"-{exercise[1]}"):
            yield f"{place}: the link “{words}” opens {target}; fix one of the numbers."
        elif target in opened:
            stems = _stems(words)
            own = weight(stems & (names[target] | _stems(opened[target][1])))
            best = max(names, key=lambda each, stems=stems: weight(stems & names[each]))
            other = weight(stems & names[best])
            if stems and own < OWN_WORDS * other and other >= OF_ALL * weight(stems):
                yield (
                    f"{place}: the link “{words}” opens {target} (“{opened[target][0]}”), and its "
                    f"words are those of {best} (“{opened[best][0]}”); fix the target or the words."
                )


def targets(root: Path) -> Mapping[str, tuple[str, str]]:
    """Return what links open: pages by their path, sections and boxes by their label.

    Each has its name, that is its title and what its label says, and the words below it.
    """
    titles = {row["id"]: row["title"] for row in rows.of_file(rows.REGISTER, root)}
    found: dict[str, tuple[str, str]] = {}
    for path in pages.written(root):
        name = path.relative_to(root).with_suffix("").as_posix()
        cells = [cell.text for cell in pages.cells(path, root) if cell.kind == "markdown"]
        lines = "\n".join(cells).splitlines()
        headings = [line.lstrip("# ") for line in lines if line.startswith("#")]
        found[name] = f"{headings[0]} {path.stem.replace('_', ' ')}", " ".join(headings)
        heading, labels = "", []
        for number, line in enumerate(lines):
            if label := LABEL.match(line):
                labels.append(label[1])
                continue
            if line.startswith("#"):
                heading = line.lstrip("# ")
            near = " ".join(lines[max(0, number - 6) : number + 30])[:SECTION]
            if box := BOX.match(line):
                for claim in re.split(r"[\s,]+", box[1].strip()):
                    found[f"claim-{claim.lower()}"] = f"{heading} {titles.get(claim, '')}", near
            for label in labels if line.strip() else ():
                name = line.lstrip("# ") if line.startswith("#") else ""
                found[label] = f"{name} {label.replace('-', ' ')}", near
            labels = labels if not line.strip() else []
    return found


def _links(root: Path) -> Iterator[tuple[str, str, str]]:
    """Yield place, words and target of each link whose words somebody chose."""
    for path in pages.written(root):
        for cell in pages.cells(path, root):
            for link in LINK.finditer(cell.text) if cell.kind == "markdown" else ():
                target = link["label"] or link["target"]
                if link["role"] == "doc":
                    target = (path.parent / target).resolve().relative_to(root.resolve()).as_posix()
                yield cell.place, (link["words"] or link["own"]).strip(), target


def _stems(text: str) -> frozenset[str]:
    return frozenset(word[:5] for word in WORD.findall(text.lower())) - LITTLE


# Tests that can fail


def silent_tests(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return what lets a test pass without proving anything."""
    problems = []
    for path in sorted((root / "tests").rglob("*.py")):
        if not files or path in files:
            name = path.relative_to(root).as_posix()
            found = _silent(path.read_text(encoding="utf-8"), name)
            problems += [f"{name}, line {line}: {what}" for line, what in found]
    return problems


def _silent(code: str, path: str) -> Iterator[tuple[int, str]]:
    """Yield line and sentence on each place where a test would pass in silence."""
    for line, text in enumerate(code.splitlines(), 1):
        if (found := SKIPS.search(text)) and path not in MAY_SKIP:
            yield line, f"{found[0].replace('mark.', '')} leaves a check out; let it run, or fail."
        if ALWAYS_TRUE.match(text):
            yield line, "asserts what is always true; assert what the test is for."
    if not Path(path).name.startswith("test_"):
        return
    functions = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.FunctionDef)]
    helpers = {node.name for node in functions if _can_fail(node, set())}
    for node in functions:
        # A second path gives rows, and its decorator compares them with the table.
        gives_rows = any("second_path" in ast.unparse(each) for each in node.decorator_list)
        if node.name.startswith("test_") and not (gives_rows or _can_fail(node, helpers)):
            yield node.lineno, f"{node.name} asserts nothing, so it cannot fail."


def _can_fail(test: ast.FunctionDef, helpers: set[str]) -> bool:
    """Whether a test asserts, expects an error, or calls one of the ``helpers``, which assert."""
    for node in ast.walk(test):
        if isinstance(node, ast.Assert | ast.Raise):
            return True
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if PROVES.match(name) or name in helpers:
                return True
    return False
