"""The reference of the package: each public name has an example that runs, and is on a page."""

import doctest
import importlib
import pkgutil
import re
from pathlib import Path

import pytest

from bookmaking.checks import ROOT
from bookmaking.site.places import places
from decentwork import data, estimation, exhibits, figures, numerals, report
from decentwork.tables import errors

PAGES = {
    data: "package",
    estimation: "package_estimation",
    report: "package_estimation",
    figures: "package_figures",
    exhibits: "package_exhibits",
}
MODULES = [
    data,
    numerals,
    errors,
    *(
        importlib.import_module(f"{package.__name__}.{each.name}")
        for package in (estimation, report)
        for each in pkgutil.iter_modules(package.__path__)
        if each.name != "__main__"
    ),
]
BLOCK = re.compile(r"^```pycon\n(.*?)^```", re.MULTILINE | re.DOTALL)
ON_PAGES = sorted((ROOT / "book").rglob("*.md"))
LONG = ("every.conf_int(repeats=200", "folder = report(**example()", "path.name for path in folder")
"""Examples that choose among all models for 200 tables: a minute of the processor."""
HOW = doctest.NORMALIZE_WHITESPACE | doctest.REPORT_ONLY_FIRST_FAILURE


def faults_of(test: doctest.DocTest) -> str:
    """Return what goes wrong in an example; nothing if all comes out as it says."""
    said: list[str] = []
    doctest.DocTestRunner(optionflags=HOW).run(test, out=said.append)
    return "".join(said)


def is_long(example: doctest.Example) -> bool:
    """Tell whether an example, or what it shows, takes long."""
    return any(part in example.source for part in LONG)


def examples():
    """Yield the examples of docstrings, and each page with its examples from top to bottom."""
    for module in MODULES:
        yield from doctest.DocTestFinder().find(module)
    for path in ON_PAGES:
        code = "\n".join(blocks_of(path))
        yield doctest.DocTestParser().get_doctest(code, {}, path.stem, str(path), 0)


def test_examples_come_out_as_they_say(subtests):
    for test in examples():
        test.examples = [one for one in test.examples if not is_long(one)]
        with subtests.test(test.name):
            assert not (said := faults_of(test)), said


@pytest.mark.slow
def test_long_examples_come_out_as_they_say(subtests):
    for test in examples():
        if any(map(is_long, test.examples)):
            with subtests.test(test.name):
                assert not (said := faults_of(test)), said


def blocks_of(path: Path) -> list[str]:
    """Return the examples of a page, in order."""
    return BLOCK.findall(path.read_text(encoding="utf-8"))


def test_each_public_function_and_class_is_on_its_page(book, subtests):
    for module, stem in PAGES.items():
        html = Path(book, "book", f"{stem}.html").read_text(encoding="utf-8")
        shown = {place.anchor for place in places(html) if place.kind == "code"}
        functions = [name for name in module.__all__ if callable(getattr(module, name))]
        of_module = {f"{module.__name__}.{name}" for name in functions}
        assert str(ROOT) not in html, f"{stem} shows where it was built"
        with subtests.test(stem):
            assert not (missing := sorted(of_module - shown)), f"book/{stem}.md lacks {missing}"
