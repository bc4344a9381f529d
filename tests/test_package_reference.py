"""The reference of the package: each public name has an example that runs, and is on a page."""

import doctest
import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import pytest

from bookmaking.checks import ROOT
from bookmaking.site.places import places
from decentwork import data, estimation, exhibits, figures, numerals, report
from decentwork.estimation import screening
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
WITH_EXAMPLES = [(module, name) for module in (data, estimation, report) for name in module.__all__]
BLOCK = re.compile(r"^```pycon\n(.*?)^```", re.MULTILINE | re.DOTALL)
ON_PAGES = sorted((ROOT / "book").rglob("*.md"))
HOW = doctest.NORMALIZE_WHITESPACE | doctest.REPORT_ONLY_FIRST_FAILURE


@pytest.fixture(scope="module", autouse=True)
def each_choice_made_once():
    """Choose among all models once for each table: a page and a docstring show the same interval.

    What comes after it, from quantiles to the files of a report, is computed each time.
    """
    made = {}
    choose = screening.choose

    def kept(lists, sets, criterion, tables, jobs=None):
        key = lists, sets.tobytes(), criterion, tables.shape, tables.dtype, tables.tobytes()
        if key not in made:
            made[key] = choose(lists, sets, criterion, tables, jobs)
        return made[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(screening, "choose", kept)
        yield


def faults_of(test: doctest.DocTest) -> str:
    """Return what goes wrong in an example; nothing if all comes out as it says."""
    said: list[str] = []
    doctest.DocTestRunner(optionflags=HOW).run(test, out=said.append)
    return "".join(said)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_examples_of_docstrings_come_out_as_they_say(module):
    faults = [faults_of(test) for test in doctest.DocTestFinder().find(module) if test.examples]
    assert not any(faults), "".join(faults)


@pytest.mark.parametrize(
    ("module", "name"), WITH_EXAMPLES, ids=[f"{m.__name__}.{name}" for m, name in WITH_EXAMPLES]
)
def test_each_public_name_has_an_example(module, name):
    told = inspect.getdoc(getattr(module, name)) or ""
    assert re.search(r"^Examples\n-{8}\n(?:.*\n)*?>>> ", told, re.MULTILINE), (
        f"{module.__name__}.{name} has no example in its docstring: write a section Examples"
    )


def blocks_of(path: Path) -> list[str]:
    """Return the examples of a page, in order."""
    return BLOCK.findall(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "path", [path for path in ON_PAGES if blocks_of(path)], ids=lambda path: path.stem
)
def test_a_page_read_from_top_to_bottom_runs(path):
    code = "\n".join(blocks_of(path))
    test = doctest.DocTestParser().get_doctest(code, {}, path.stem, str(path), 0)
    assert not (said := faults_of(test)), said


def test_examples_stand_where_they_are_run():
    with_examples = {path.stem for path in ON_PAGES if blocks_of(path)}
    assert with_examples >= {"package", "package_estimation"}
    notebooks = (ROOT / "notebooks").rglob("*.ipynb")
    others = [path.name for path in notebooks if "```pycon" in path.read_text(encoding="utf-8")]
    assert not others, f"{others}: make a block pycon a cell of code, which runs"


@pytest.mark.parametrize("module", PAGES, ids=lambda module: module.__name__)
def test_each_public_function_and_class_stands_on_its_page(book, module):
    page = f"book/{PAGES[module]}"
    html = Path(book, f"{page}.html").read_text(encoding="utf-8")
    shown = {place.anchor for place in places(html) if place.kind == "code"}
    functions = [name for name in module.__all__ if callable(getattr(module, name))]
    of_module = {f"{module.__name__}.{name}" for name in functions}
    assert not (missing := sorted(of_module - shown)), f"{page}.md lacks {missing}"


def test_no_page_shows_where_it_was_built(book):
    for page in PAGES.values():
        html = Path(book, "book", f"{page}.html").read_text(encoding="utf-8")
        assert str(ROOT) not in html, page
