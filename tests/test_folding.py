"""Code folds by what it does; tags that an author sets take the place of that."""

import asyncio
import json
import re
from contextlib import suppress

import pytest
from bs4 import BeautifulSoup
from myst_nb.core.config import NbParserConfig

from bookmaking.execute import KeptNotebooks, execute
from bookmaking.source import folding
from small_book import SmallBook, executed

FOLDED = {"hide-input"}
WITHOUT_OUTPUT = {"hide-input", "remove-output"}
REMOVED = {"remove-cell"}

CELLS = [
    ("exhibits.figure('fig-a', fig, values=values)", WITHOUT_OUTPUT),
    ("exhibits.publish(draw, 'fig-a', values=values)", WITHOUT_OUTPUT),
    ("exhibits.numbers({'a': '1'})\nexhibits.table('tbl-a', frame)\nframe", WITHOUT_OUTPUT),
    ("share = 1\nexhibits.numbers({'a': f'{share}'})", REMOVED),
    ("for key in 'ab':\n    exhibits.number(key, key)", REMOVED),
    ("exhibits.number('a', '1')\nframe.head()", set()),
    ("fig, ax = figures.canvas('T', 'u')", WITHOUT_OUTPUT),
    ("axes[0].set_xlim(0, 1)", WITHOUT_OUTPUT),
    ("def draw(ax, rows):\n    rows.plot(ax)", WITHOUT_OUTPUT),
    ("def share(rows):\n    return rows.mean()", set()),
    ("shares.round(1)", set()),
    ("", set()),
]
PUBLISH = "exhibits.publish(draw, 'fig-a', values=regions)"
COMPUTED = [
    ("regions = rounds.query('a')\nregions", PUBLISH, WITHOUT_OUTPUT),
    ("regions.round()", PUBLISH, set()),
    ("regions", "", set()),
    ("regions", "@exhibits.figure('fig-a')\ndef drawn(ax):\n    pass", set()),
]


def test_a_cell_folds_by_what_it_does(subtests):
    for source, tags in CELLS:
        with subtests.test(source):
            assert folding.tags_of(source) == tags
    for source, following, tags in COMPUTED:
        with subtests.test(source, following=following):
            assert folding.tags_of(source, following=following) == tags
    assert folding.tags_of("import pandas", is_first=True) == FOLDED
    assert folding.readers_see("ax.plot(x)", ("keep_output",)), "an author's tag comes first"


def test_what_comes_next_passes_over_numbers_and_stops_at_text():
    cells = [("code", "regions"), ("code", "exhibits.number('a', '1')"), ("code", PUBLISH)]
    assert folding.following(cells) == [PUBLISH, PUBLISH, ""]
    assert folding.following([cells[0], ("markdown", "Text."), cells[2]]) == ["", ""]


HANDLES = [
    ("both()", ["Table 5.1", "Fig. 5.3"], False, "Code: draw Fig. 5.3, make Table 5.1"),
    ("make()", ["Table 5.1", "Table 5.2"], False, "Code: make Table 5.1 and Table 5.2"),
    ("law = data.read('law')", [], True, "Code: read the tables"),
    ("import pandas as pd", [], True, "Code: get ready"),
    ("ax.plot(x)", [], False, "Code: prepare Fig. 5.4"),
]


def test_the_handle_of_folded_code_says_what_it_does(subtests):
    for source, made, is_first, said in HANDLES:
        with subtests.test(said):
            assert folding.in_words(source, made, "Fig. 5.4", is_first=is_first) == said


def test_myst_nb_still_takes_one_text_for_all_handles():
    with suppress(TypeError):
        NbParserConfig(code_prompt_show=str.capitalize)
        pytest.fail("MyST-NB lets a function name the handles of code: NameCode need not do it.")


def cell(source: str) -> dict:
    return {"source": source, "metadata": {}}


def test_tags_that_an_author_sets_take_their_place():
    sources = ("import pandas", "exhibits.number('a', '1')", "exhibits.number('b', '1')", "shown")
    text = executed("# T", *(cell(source) for source in sources))
    before = json.loads(text)
    before["cells"][2]["metadata"]["tags"] = ["keep_output"]
    made = json.loads(folding.with_tags(json.dumps(before)))
    assert [one["metadata"].get("tags") for one in made["cells"][1:]] == [
        ["hide-input"], ["keep_output"], ["remove-cell"], None,
    ]  # fmt: skip
    for one in (*made["cells"], *before["cells"]):
        one["metadata"] = {}
    assert made == before, "something next to the tags has changed"


def test_computing_and_publishing_are_behind_one_handle(book):
    page = (book / "notebooks/second_segment/how_many.html").read_text(encoding="utf-8")
    folded = BeautifulSoup(page, "lxml").select("details.hide")
    handles = [each.select_one("summary p").get_text().split("\n")[0] for each in folded]
    assert handles[:3] == ["Code: read the tables", "Code: make Table 5.1", "Code: draw Fig. 5.1"]
    codes = [[code.get_text().strip() for code in each("pre")] for each in folded]
    together = [code for code in codes if len(code) == 2]
    assert together and all(re.search(r"\w+$", code[0]) for code in together)


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
