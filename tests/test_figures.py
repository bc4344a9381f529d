"""Forms of figures: each draws its example on a page and on a phone, within its canvas."""

import doctest
import importlib
import inspect

import numpy as np
import pandas as pd
import pytest

from decentwork import data, figures
from decentwork.figures import sheet
from decentwork.figures.marks import NOTE_COLOUR, each
from decentwork.tile_places import PLACES

MODULES = ("sheet", "axes", "marks", "forms", "tiles")
WIDTHS = {"page": figures.WIDTH, "phone": figures.NARROW}


def examples(width: float) -> dict[str, doctest.DocTest]:
    """Return the examples of all public functions of the package by name."""
    finder = doctest.DocTestFinder(recurse=False)
    known = {"figures": figures, "pd": pd, "width": width}
    return {
        name: finder.find(function, name, globs=known)[0]
        for module in (importlib.import_module(f"decentwork.figures.{name}") for name in MODULES)
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and name in figures.__all__
    }


NAMES = sorted(set(examples(1)) - {"is_narrow", "names_stand_above"})


@pytest.mark.parametrize("place", WIDTHS)
@pytest.mark.parametrize("name", NAMES)
def test_example_is_drawn_within_its_canvas(name, place):
    example = examples(WIDTHS[place])[name]
    assert example.examples, f"figures.{name} has no example in its docstring; write one"
    said: list[str] = []
    run = doctest.DocTestRunner().run(example, out=said.append, clear_globs=False)
    assert run.failed == 0, "".join(said)
    drawn = example.globs["drawn"]
    drawn.canvas.draw()
    beyond = [
        text.get_text()
        for text in drawn.findobj(lambda artist: hasattr(artist, "get_text"))
        if text.get_text()
        and text.get_visible()
        and text.get_window_extent().x1 > drawn.bbox.x1 + 1
    ]
    assert not beyond, f"figures.{name} writes {beyond} beyond a canvas of {WIDTHS[place]} inches"


def test_every_form_is_a_public_function_with_an_example():
    assert {form.__name__ for form in figures.FORMS} <= set(NAMES)


def test_a_drawing_is_made_anew_for_each_width():
    def drawing(left, right):
        figures.bars(left, ["one"], [1])
        figures.bars(right, ["two"], [2])

    at = {"height": 2, "columns": 2}
    wide = figures.draw(drawing, **at)
    narrow = figures.draw(drawing, **at, width=figures.NARROW)
    beside = figures.draw(drawing, **at, width=figures.NARROW, narrow={"columns": 2, "rows": 1})
    tops = [[axes.get_position().y1 for axes in drawn.axes] for drawn in (wide, narrow, beside)]
    assert tops[0][0] == pytest.approx(tops[0][1]), "panels of a page stand side by side"
    assert tops[1][0] > tops[1][1], "panels of a phone stand below each other"
    assert tops[2][0] == pytest.approx(tops[2][1]), "a figure may lay out a phone otherwise"


def test_letters_are_never_smaller_than_a_phone_can_show():
    def drawing(ax):
        ax.text(0, 0, "small", fontsize=5)

    sizes = [
        figures.draw(drawing, height=2, width=width).axes[0].texts[0].get_fontsize()
        for width in (figures.WIDTH, figures.NARROW)
    ]
    assert sizes == [5, sheet.SMALLEST]


def test_the_note_stands_at_the_same_day_on_years_and_on_days():
    _, by_year = figures.canvas(height=2)
    by_year.plot([2010, 2012], [1, 2])
    figures.the_note(by_year)
    _, by_day = figures.canvas(height=2)
    by_day.plot(pd.to_datetime(["2010-01-01", "2012-01-01"]), [1, 2])
    figures.the_note(by_day)
    year, day = (axes.lines[-1] for axes in (by_year, by_day))
    assert year.get_xdata()[0] == pytest.approx(2011 + 170 / 365)
    assert pd.Timestamp(day.get_xdata()[0]) == figures.NOTE_DATE
    assert year.get_color() == day.get_color() == NOTE_COLOUR


def test_small_multiples_have_names_and_the_same_years():
    _, panels = figures.canvas(height=2, columns=2)
    names = pd.Series({"AUT": "Austria", "BEL": "Belgium", "CZE": "Czechia"})

    def one_state(ax, code):
        ax.plot([2010], [1], label=code)

    over = {"over": (2008, 2023, 5), "room": (1, 0)}
    with pytest.raises(ValueError, match="shorter than argument"):
        figures.small_multiples(panels, names, one_state, **over)
    panel = figures.small_multiples(panels, names[["BEL", "AUT"]], one_state, **over)
    assert list(panel) == ["BEL", "AUT"] and list(panel.values()) == list(panels)
    for code, axes in panel.items():
        assert axes.get_title(loc="left") == names[code]
        assert axes.lines[0].get_label() == code, "a panel shows another State than it names"
        assert axes.get_xlim() == (2007, 2023)
        assert list(axes.get_xticks()) == [2008, 2013, 2018, 2023]


def test_a_label_hides_lines_behind_it_only_where_it_has_a_box():
    _, axes = figures.canvas(height=2)
    figures.labels(axes, [1], 1, "{:.0f}", box=0.5)
    figures.label(axes, 1, 1, "bare")
    boxed, bare = (text.get_bbox_patch() for text in axes.texts)
    assert bare is None and boxed.get_facecolor() == (1, 1, 1, 1)


def test_a_line_is_cut_where_the_definition_changed():
    _, axes = figures.canvas(height=2)
    values = pd.Series([1, 2, 9, 8], [2010, 2011, 2012, 2013])
    figures.series(axes, values, cuts=[2011.5])
    assert [list(line.get_xdata()) for line in axes.lines] == [[2010, 2011], [2012, 2013]]


def test_a_row_without_a_value_has_neither_mark_nor_text():
    _, axes = figures.canvas(height=2)
    figures.dots(axes, ["one", "two"], [1, None], low=[0, None], high=[2, None], texts="{:.0f}")
    assert [text.get_text() for text in axes.texts] == ["1"]
    assert [text.get_text() for text in axes.get_yticklabels()] == ["one", "two"]


def test_bars_have_all_their_parts():
    _, ax = figures.canvas(height=2)
    parts = pd.DataFrame({name: [1.0, 2.0] for name in "abcde"})
    tints = [figures.BLUE, figures.ORANGE, figures.QUIET, figures.INK, figures.GRID]
    figures.stacked_bars(ax, ["one", "two"], parts, tints, inside=["{:g}"], texts="{:g}")
    assert len(ax.containers) == 5
    assert [bar.get_x() + bar.get_width() for bar in ax.containers[-1]] == [5, 10]
    assert {"5", "10"} <= {text.get_text() for text in ax.texts}


def test_a_part_without_a_colour_is_refused():
    _, ax = figures.canvas(height=2)
    parts = {name: [1.0] for name in "abc"}
    with pytest.raises(ValueError, match="3 parts have 2 colours, and a part without one would"):
        figures.stacked_bars(ax, ["one"], parts, [figures.BLUE, figures.ORANGE])


def test_numbers_of_numpy_are_numbers():
    _, ax = figures.canvas(height=2)
    years = np.array([2010, 2011, 2012, 2013])
    figures.series(ax, pd.Series([1, 2, 9, 8], years), cuts=years[1:2] + 0.5)
    assert [len(line.get_xdata()) for line in ax.lines] == [2, 2]
    figures.labels(ax, years[0], [1, 2], "{:.0f}")
    assert [text.get_text() for text in ax.texts] == ["2010", "2010"]
    figures.years(ax, 2010, 2014, years[2] - years[0])
    assert ax.get_xticks().tolist() == [2010, 2012, 2014]


@pytest.mark.parametrize("one", ["red", 1, np.int64(1), np.float64(0.5), True, np.True_, None])
def test_one_value_stands_for_each_mark(one):
    assert each(one, 2) == [one, one]


def test_a_key_names_each_series_once_also_one_without_marks():
    _, axes = figures.canvas(height=2)
    figures.dots(axes, ["one", "two"], [1, 2], hollow=[True, False], key="rose")
    figures.dots(axes, None, [None, None], shape="s", key="fell")
    assert axes.get_legend_handles_labels()[1] == ["rose", "fell"]


@pytest.fixture
def tiles():
    """Axes for a tile map."""
    _, axes = figures.canvas(height=3)
    return axes


def test_each_state_has_one_tile_with_its_mark(tiles):
    figures.tile_map(tiles, {"DEU": figures.BLUE}, marks={"DEU": "2019"})
    texts = [text.get_text() for text in tiles.texts]
    assert sorted(text.split("\n")[0] for text in texts) == sorted(data.states().index)
    assert "DEU\n2019" in texts


def test_a_state_that_does_not_participate_is_refused(tiles):
    with pytest.raises(ValueError, match="CHN: not the code of a participating State"):
        figures.tile_map(tiles, {"CHN": figures.BLUE})


def test_tiles_on_a_phone_are_high_enough_for_two_lines():
    drawn, axes = figures.canvas(height=9, width=figures.NARROW)
    figures.tile_map(axes, {"DEU": figures.BLUE}, marks={"DEU": "2019", "FRA": "–"})
    texts = {text.get_text() for text in axes.texts}
    assert {"DEU\n’19", "FRA\n–"} <= texts, "a year of four digits is wider than a tile"
    assert drawn.get_figheight() < 3, "the canvas is as high as its map"


@pytest.mark.parametrize("width", WIDTHS.values(), ids=WIDTHS)
def test_a_key_of_tiles_stands_below_the_map(width):
    _, axes = figures.canvas(height=3, width=width)
    figures.tile_map(axes, {"DEU": figures.BLUE}, key={figures.BLUE: "bound", "white": "free"})
    height = {text.get_text(): text.get_position()[1] for text in axes.texts}
    assert height["bound"] > max(height[code] for code in PLACES)
    assert axes.get_ylim()[0] > height["free"], "the key lies outside the axes"


def test_names_of_marks_stand_above_the_name_of_the_first_row():
    _, axes = figures.canvas(height=2, width=figures.NARROW)
    figures.dumbbells(axes, ["a name that is too long to stand beside", "b"], [3, 4], [1, 2])
    figures.mark_names(axes, [3], ["2010"], [figures.BLUE])
    assert axes.texts[-1].xy[1] < axes.get_yticks()[0] - 0.5


def test_letters_on_tiles_can_be_read(tiles):
    colours = dict(zip(PLACES, [figures.BLUE, figures.GRID, "#ffffff"], strict=False))
    figures.tile_map(tiles, colours)
    drawn = {text.get_text(): text.get_color() for text in tiles.texts}
    first, second, third = colours
    assert [drawn[code] for code in (first, second, third)] == ["white", figures.INK, figures.INK]


def heights_of_rows(names: list[str], width: float) -> tuple[bool, float]:
    """Return whether names stand above their rows, and the inches of the canvas."""
    drawn, axes = figures.canvas(height=1, width=width)
    figures.rows(axes, names)
    return figures.names_stand_above(axes), drawn.get_figheight()


def test_long_names_stand_above_their_rows_on_a_phone_and_the_canvas_grows():
    few, many = ["Austria", "A name that has many letters"], ["Bosnia and Herzegovina"] * 57
    assert heights_of_rows(few, figures.WIDTH) == (False, 1 + 2 * sheet.MARGIN)
    above, height = heights_of_rows(few, figures.NARROW)
    assert above and height > 1.2
    assert heights_of_rows(["Austria"], figures.NARROW) == (False, 1 + 2 * sheet.MARGIN)
    above, height = heights_of_rows(many, figures.NARROW)
    assert not above and 8 < height < 12, "names of all States would make the figure too tall"


def test_a_key_on_top_is_one_line_where_its_entries_fit():
    def lines(names, width):
        def drawing(ax):
            for name in names:
                ax.plot([1], [1], "o", label=name)
            figures.key_on_top(ax)

        drawn = figures.draw(drawing, height=2, width=width)
        drawn.draw_without_rendering()
        starts = {round(text.get_window_extent().x0) for text in drawn.legends[0].get_texts()}
        return len(names) // len(starts)

    assert lines(["rose", "fell"], figures.NARROW) == 1
    assert lines(["a long name of a mark", "another long name of it"], figures.NARROW) == 2
    assert lines(["a long name of a mark", "another long name of it"], figures.WIDTH) == 1


def test_words_of_a_cell_stand_below_each_other_on_a_phone():
    said = "with care, and with many words"
    cells = pd.DataFrame([("a", "x", said), ("a", "y", "no word")])

    def drawing(ax):
        shades = dict.fromkeys(cells[2], figures.SHADE)
        figures.word_matrix(ax, ["a"], ["x", "y"], cells, shades)

    narrow, wide = (
        [text.get_text() for text in figures.draw(drawing, height=2, width=width).axes[0].texts]
        for width in (figures.NARROW, figures.WIDTH)
    )
    assert wide == [said, "no word"]
    assert narrow == ["with care,\nand with\nmany words", "no word"]


def heads_of(heads: list[str], names: list[str]) -> float:
    """Return the angle of heads over columns on a phone."""
    _, axes = figures.canvas(height=2, width=figures.NARROW)
    figures.rows(axes, names)
    figures.columns(axes, heads)
    return axes.get_xticklabels()[0].get_rotation()


def test_heads_are_turned_on_a_phone_only_where_they_are_too_long():
    beside, above = ["Austria"], ["A name that has many letters"]
    assert heads_of(["Trafficking", "Forced labour", "Servitude"], above) == 0
    assert heads_of(["Trafficking", "Forced labour", "Servitude"], beside) == 90
    assert heads_of(["Convention against Transnational Organized Crime"] * 3, above) == 90


def test_names_above_rows_lie_neither_on_marks_nor_under_lines():
    name = "Name {} is so long that it needs more than one line on a phone"
    names = [name.format(row) for row in range(6)]

    def drawing(ax):
        heads = ["Convention against Transnational Organized Crime", "Convention No. 189"]
        cells = pd.DataFrame([(name, heads[0], "yes") for name in names])
        figures.mark_matrix(ax, names, heads, cells, {"yes": ("s", figures.BLUE, figures.BLUE)})
        figures.reference(ax, 0, colour=NOTE_COLOUR)
        figures.key_below(ax)

    drawn = figures.draw(drawing, height=1, width=figures.NARROW)
    axes = drawn.axes[0]
    drawn.draw_without_rendering()
    note = next(line for line in axes.lines if line.get_color() == NOTE_COLOUR)
    assert note.get_zorder() < axes.yaxis.get_zorder()
    marks = axes.transData.transform([(0, row) for row in range(len(names))])[:, 1]
    radius = 4.5 * drawn.dpi / 72
    for above, name in zip(marks, axes.get_yticklabels()[1:], strict=False):
        assert name.get_window_extent().y1 < above - radius


def test_names_of_marks_lie_above_the_name_of_the_first_row():
    def drawing(ax):
        figures.dots(ax, ["Names of marks lie above this", "two"], [1, 2])
        figures.mark_names(ax, [1], ["a mark"], [figures.BLUE])

    drawn = figures.draw(drawing, height=2, width=figures.NARROW)
    drawn.draw_without_rendering()
    axes = drawn.axes[0]
    first = axes.get_yticklabels()[0].get_window_extent()
    assert axes.texts[0].get_window_extent().y0 > first.y1
