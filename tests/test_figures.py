"""The ten forms draw their frame on a page and on a phone, within the canvas, or say why not."""

import ast
import doctest
import inspect
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pandas as pd
import pytest

from bookmaking.source import pages
from decentwork import data, figures
from decentwork.figures import before, sheet
from decentwork.figures.tiles import tile_map
from decentwork.tile_places import PLACES

WIDTHS = (figures.WIDTH, figures.NARROW)
SHARES = pd.DataFrame({"place": ["Italy", "Spain"], "share": [31.0, 52.0], "low": [20, 41]})


@pytest.fixture(autouse=True)
def style():
    """The look of the book, and no figure that stays open."""
    with plt.style.context("decentwork"):
        yield
    plt.close("all")


def test_each_example_is_drawn_within_its_canvas(subtests):
    finder = doctest.DocTestFinder(recurse=False)
    for width in WIDTHS:
        known = {"figures": figures, "pd": pd, "plt": plt, "width": width}
        for name, function in inspect.getmembers(figures, inspect.isfunction):
            if name not in figures.__all__ or name == "faults":
                continue
            with subtests.test(name, width=width):
                (example,) = finder.find(function, name, globs=known)
                assert example.examples, f"figures.{name} has no example in its docstring"
                said: list[str] = []
                run = doctest.DocTestRunner().run(example, out=said.append, clear_globs=False)
                assert run.failed == 0, "".join(said)
                drawn = sheet.finish(example.globs["drawn"])
                drawn.canvas.draw()
                beyond = drawn.get_tightbbox().x1 - width
                assert beyond < 0.02, f"figures.{name} draws {beyond:.2f} inches beyond its canvas"
                plt.close("all")


CHINA = pd.DataFrame({"c": ["CHN"], "x": [1]})
KINDS = {"kind": "place", "looks": {"Italy": {}}}
REFUSED = {
    "no column 'shar'; it has 'place'": lambda ax: figures.bars(ax, SHARES, "place", "shar"),
    "not list: give the axes, the": lambda ax: figures.bars(ax, ["one"], "place", "share"),
    "no look is given for 'Spain'": lambda ax: figures.dots(ax, SHARES, "place", "share", **KINDS),
    "no look is given": lambda ax: figures.words(ax, SHARES, "place", "low", "place", {}),
    "CHN: not the code of": lambda ax: figures.tiles(ax, CHINA, "c", "x", {1: "red"}),
    "longer|shorter": lambda ax: figures.small_multiples([ax], SHARES, "place", print),
}


def test_wrong_use_is_refused(subtests):
    for said, wrong in REFUSED.items():
        with subtests.test(said), pytest.raises(ValueError, match=said):
            wrong(plt.subplots()[1])


def test_every_old_function_is_used_by_a_chapter_that_is_not_rewritten():
    used = {
        node.attr
        for path in pages.notebooks()
        for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == "code"
        for node in ast.walk(ast.parse(cell.source))
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in ("figures", "before")
    }
    defined = {
        node.name
        for node in ast.parse(Path(before.__file__).read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    }
    unused = sorted(defined - used - {"draw"})
    assert not unused, f"no chapter uses {', '.join(unused)} any more: delete from before.py"


def test_the_note_is_at_the_same_day_on_years_and_on_days():
    _, (by_year, by_day) = plt.subplots(2)
    by_year.plot([2010, 2012], [1, 2])
    by_day.plot(pd.to_datetime(["2010-01-01", "2012-01-01"]), [1, 2])
    figures.the_note(by_year)
    figures.the_note(by_day)
    assert by_year.lines[-1].get_xdata()[0] == pytest.approx(2011 + 170 / 365)
    assert pd.Timestamp(by_day.lines[-1].get_xdata()[0]) == figures.NOTE_DATE


def test_a_line_is_cut_where_the_definition_changed_and_where_a_value_is_missing():
    _, ax = plt.subplots()
    frame = pd.DataFrame({"year": [2010, 2011, 2012, 2013], "cases": [1, None, 9, 8]})
    figures.series(ax, frame, "year", "cases", cuts=[2012.5])
    drawn = [line.get_data() for line in ax.lines]
    assert [list(x) for x, _ in drawn] == [[2010, 2011, 2012], [2013]]
    assert np.isnan(drawn[0][1]).tolist() == [False, True, False]


def test_a_row_without_a_value_has_neither_mark_nor_text():
    _, ax = plt.subplots()
    frame = SHARES.assign(share=[31, None], high=[40, None])
    figures.dots(ax, frame, "place", "share", low="low", high="high", texts="{:.0f}")
    assert [text.get_text() for text in ax.texts] == ["31"]
    assert [len(line.get_xdata()) for line in ax.lines] == [1]
    assert [text.get_text() for text in ax.get_yticklabels()] == ["Italy", "Spain"]


def test_small_multiples_are_named_and_in_the_order_of_their_names():
    _, panels = plt.subplots(1, 2)
    frame = pd.DataFrame({"State": ["AUT", "BEL"], "year": [2010, 2010], "share": [1, 2]})
    panel = figures.small_multiples(
        panels, frame, "State", lambda ax, rows: ax.set_label(rows["State"].item()),
        names={"BEL": "Belgium", "AUT": "Austria"},
    )  # fmt: skip
    assert list(panel) == ["BEL", "AUT"] and list(panel.values()) == list(panels)
    assert [ax.get_title(loc="left") for ax in panels] == ["Belgium", "Austria"]
    assert [ax.get_label() for ax in panels] == ["BEL", "AUT"], "a panel shows another State"


def test_each_state_has_one_tile_with_its_mark_in_letters_that_can_be_read():
    _, ax = plt.subplots()
    tints = [figures.BLUE, figures.GRID]
    tile_map(ax, dict(zip(PLACES, tints, strict=False)), marks={"DEU": "2019"})
    drawn = {text.get_text(): text.get_color() for text in ax.texts}
    assert sorted(text.split("\n")[0] for text in drawn) == sorted(data.states().index)
    assert "DEU\n2019" in drawn
    assert [drawn[code] for code in list(PLACES)[:2]] == ["white", figures.INK]


def test_long_names_are_above_their_rows_on_a_phone_and_the_canvas_grows():
    few, many = ["Austria", "A name that has many letters"], ["Bosnia and Herzegovina"] * 57
    for width, texts, above, low, high in (
        (figures.WIDTH, few, False, 1, 1),
        (figures.NARROW, few[:1], False, 1, 1),
        (figures.NARROW, few, True, 1.2, 3),
        (figures.NARROW, many, False, 8, 12),  # above, they would make the figure too tall
    ):
        fig, ax = plt.subplots(figsize=(width, 1))
        figures.row_names(ax, texts)
        assert sheet.names_stand_above(ax) == above
        assert low <= fig.get_figheight() <= high


def test_a_phone_gets_a_narrower_copy_with_letters_that_it_can_show():
    fig, ax = plt.subplots(figsize=(figures.WIDTH, 2))
    ax.text(0, 0, "small", fontsize=5)
    phone = sheet.finish(sheet.for_phone(fig))
    assert phone.get_figwidth() == figures.NARROW and fig.get_figwidth() == figures.WIDTH
    sizes = [drawn.axes[0].texts[0].get_fontsize() for drawn in (fig, phone)]
    assert sizes == [5, sheet.SMALLEST]
