"""Code folds by what it does; tags that an author sets take the place of that."""

import asyncio
import json
from contextlib import suppress

import pytest
from myst_nb.core.config import NbParserConfig

from bookmaking.execute import KeptNotebooks, execute
from bookmaking.source import folding, pages
from small_book import SmallBook, executed

FOLDED = {"hide-input"}
WITHOUT_OUTPUT = {"hide-input", "remove-output"}
REMOVED = {"remove-cell"}

CELLS = [
    ("exhibits.figure('fig-a', fig, values=values)", WITHOUT_OUTPUT),
    ("@exhibits.figure('fig-a', values=values)\ndef drawn(width):\n    return 1", WITHOUT_OUTPUT),
    ("exhibits.figure('fig-a', fig)\nexhibits.number('a', '1')\nvalues", WITHOUT_OUTPUT),
    ("exhibits.number('a', '1')", REMOVED),
    ("share = 1\nexhibits.numbers({'a': f'{share}'})", REMOVED),
    ("for key in 'ab':\n    exhibits.number(key, key)", REMOVED),
    ("exhibits.number('a', '1')\nframe.head()", set()),
    ("exhibits.table('tbl-a', frame)", WITHOUT_OUTPUT),
    ("exhibits.table('tbl-a', frame)\nframe.head()", WITHOUT_OUTPUT),
    ("exhibits.numbers({'a': '1'})\nexhibits.table('tbl-a', frame)", WITHOUT_OUTPUT),
    ("exhibits.findings('S1-Q8', as_of='2026')", WITHOUT_OUTPUT),
    ("fig, ax = figures.canvas('T', 'u')", WITHOUT_OUTPUT),
    ("ax.plot(x, y)\nfig.tight_layout()", WITHOUT_OUTPUT),
    ("axes[0].set_xlim(0, 1)", WITHOUT_OUTPUT),
    ("COLOURS = {'a': figures.BLUE}", WITHOUT_OUTPUT),
    ("def draw(ax, rows):\n    ax.plot(rows)", WITHOUT_OUTPUT),
    ("def share(rows):\n    return rows.mean()", set()),
    ("shares = rows.mean()", set()),
    ("shares.round(1)", set()),
    ("not (python", set()),
    ("", set()),
]


@pytest.mark.parametrize(("source", "tags"), CELLS)
def test_a_cell_folds_by_what_it_does(source, tags):
    assert folding.tags_of(source) == tags


def test_the_first_cell_folds():
    assert folding.tags_of("import pandas", is_first=True) == FOLDED
    assert folding.tags_of("import pandas", is_first=False) == set()


@pytest.mark.parametrize(
    ("source", "made", "is_first", "said"),
    [
        ("draw()", ["Fig. 5.3"], False, "Code: draw Fig. 5.3"),
        ("make()", ["Table 5.1", "Table 5.2"], False, "Code: make Table 5.1 and Table 5.2"),
        ("both()", ["Table 5.1", "Fig. 5.3"], False, "Code: draw Fig. 5.3, make Table 5.1"),
        ("law = data.read('law')", [], True, "Code: read the tables"),
        ("import pandas as pd", [], True, "Code: get ready"),
        ("ax.plot(x)", [], False, "Code: prepare Fig. 5.4"),
    ],
)
def test_the_handle_of_folded_code_says_what_it_does(source, made, is_first, said):
    assert folding.in_words(source, made, "Fig. 5.4", is_first=is_first) == said


@pytest.mark.parametrize(
    ("source", "collapsed"),
    [
        ("exhibits.figure('fig-a')\nexhibits.table('tbl-a', frame)", True),
        ("exhibits.table('tbl-a', frame)", False),
        ("ax.plot(x)", True),
        ("exhibits.number('a', '1')", False),
        ("shares.mean()", False),
    ],
)
def test_jupyterlab_collapses_only_what_draws(source, collapsed):
    assert folding.only_draws(source) is collapsed


@pytest.mark.parametrize("setting", ["code_prompt_show", "code_prompt_hide"])
def test_myst_nb_still_takes_one_text_for_all_handles(setting):
    with suppress(TypeError):
        NbParserConfig(**{setting: str.capitalize})
        pytest.fail("MyST-NB lets a function name the handles of code: NameCode need not do it.")


def test_code_with_nothing_to_say_is_just_code():
    assert folding.in_words("ax.plot(x)") == "Code"


def cell(source: str, *tags: str) -> dict:
    return {"source": source, "metadata": {"tags": list(tags)} if tags else {}}


def test_tags_that_an_author_sets_take_their_place():
    text = executed(
        "# T",
        cell("import pandas"),
        cell("exhibits.number('a', '1')", "keep_output"),
        cell("exhibits.number('b', '1')"),
        cell("shown"),
    )
    made = json.loads(folding.with_tags(text))
    assert [one["metadata"].get("tags") for one in made["cells"][1:]] == [
        ["hide-input"],
        ["keep_output"],
        ["remove-cell"],
        None,
    ]
    before = json.loads(text)
    for one in (*made["cells"], *before["cells"]):
        one["metadata"] = {}
    assert made == before, "something beside the tags has changed"


def test_setting_tags_again_changes_nothing():
    once = folding.with_tags(executed("# T", cell("exhibits.number('a', '1')")))
    assert folding.with_tags(once) == once


@pytest.mark.parametrize(
    ("source", "tags", "seen"),
    [
        ("shares.mean()", (), True),
        ("exhibits.number('a', '1')", (), False),
        ("ax.plot(x)", (), False),
        ("ax.plot(x)", ("keep_output",), True),
        ("shares.mean()", ("remove-input",), False),
    ],
)
def test_what_readers_see(source, tags, seen):
    assert folding.readers_see(source, tags) is seen


@pytest.mark.kernel
def test_a_page_folds_its_code_and_the_notebook_stays_as_it_is(tmp_path):
    book = SmallBook(
        tmp_path,
        "myst_nb",
        "bookmaking.execute",
        source_suffix={".ipynb": "myst-nb"},
        nb_execution_mode="off",
    )
    text = executed("# T", cell("import pandas"), cell("exhibits.number('a', '1')"), cell("6 * 7"))
    book.page("index.ipynb", text)
    assert book.build() == ""
    page = book.soup("index")
    assert [found.get_text().strip() for found in page.select("details pre")] == ["import pandas"]
    assert [found.get_text().strip() for found in page("pre")] == ["import pandas", "6 * 7"]
    assert (tmp_path / "index.ipynb").read_text() == text


@pytest.mark.kernel
def test_myst_nb_finds_what_the_build_has_executed(tmp_path):
    path = tmp_path / "index.ipynb"
    book = SmallBook(
        tmp_path,
        "myst_nb",
        "bookmaking.execute",
        source_suffix={".ipynb": "myst-nb"},
        nb_execution_mode="cache",
        nb_execution_cache_path=str(tmp_path / "_build" / "cache"),
    )
    book.page(path.name, executed("# T", cell("6 * 7")))
    run = asyncio.run(execute(path, timeout=60))
    assert run.notebook.cells[1].outputs[0].data["text/plain"] == "42"
    run.notebook.cells[1].outputs[0].data["text/plain"] = "kept"
    kept = KeptNotebooks(tmp_path / "_build" / "cache")
    kept.keep(run, path)
    assert kept.executed(path)
    assert book.build() == ""
    assert "kept" in book.soup("index").text, "MyST-NB has executed the notebook itself"


def test_every_notebook_can_be_read():
    for path in pages.notebooks():
        assert len(folding.read(path).cells) == len(pages.cells(path))
