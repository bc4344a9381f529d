"""The pages of the participating States: one for each State, in the contents, and light."""

from collections.abc import Sequence
from pathlib import Path

from bookmaking.checks import site
from bookmaking.directives.state_rows import FOLDER, Tables

HEAVIEST = 200_000


def source_of(code: str) -> str:
    """Return the whole text of the file of a State."""
    return f"```{{state}} {code}\n```\n"


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return where the files of the States' pages, the contents and the table of States differ."""
    states = Tables(root / "data").states.values()
    written = {f"{FOLDER}/{path.stem}": path for path in sorted((root / FOLDER).glob("*.md"))}
    listed = [name for name in site.listed(root / "_toc.yml") if name.startswith(f"{FOLDER}/")]
    problems = []
    for state in states:
        path = written.pop(state.page, None)
        if path is None:
            problems.append(
                f"{state.page}.md is missing: write it for {state.name}, with the line "
                f"```{{state}} {state.code}``` only."
            )
        elif path.read_text(encoding="utf-8") != source_of(state.code):
            problems.append(
                f"{state.page}.md holds more or other than the page of {state.name}: write "
                f"```{{state}} {state.code}``` only; what a page says is made from tables."
            )
    problems += [
        f"{name}.md is the page of no participating State: delete it, or give it the name of its "
        "State in small letters."
        for name in written
    ]
    expected = [state.page for state in states]
    problems += [f"{name} is not in _toc.yml: list it." for name in expected if name not in listed]
    if not problems and listed != expected:
        problems.append("_toc.yml lists the States in another order than that of their names.")
    return problems


def weight(book: Path) -> list[str]:
    """Return the pages of States that are too heavy."""
    sizes = {path: path.stat().st_size for path in sorted((book / FOLDER).glob("*.html"))}
    return [
        f"{path.name} weighs {size / 1000:,.0f} kB, and {HEAVIEST / 1000:,.0f} kB is the limit: "
        "show fewer rows; the file next to the page has them all."
        for path, size in sizes.items()
        if size > HEAVIEST
    ]
