"""The map of tiles: every participating State once, and readable on its colour."""

import pytest

from decentwork import data, figures, tilemap


@pytest.fixture
def axes():
    _, drawn = figures.canvas("A headline", "A measure", height=3)
    return drawn


def test_the_map_holds_each_participating_state_once():
    codes = [code for code in tilemap.ROWS.split() if code != "."]
    assert sorted(codes) == sorted(data.states().index)


def test_a_code_of_no_participating_state_is_named(axes):
    with pytest.raises(ValueError, match="CHN: not the code of a participating State"):
        tilemap.draw(axes, {"CHN": figures.BLUE})


def test_text_is_readable_on_every_colour_of_the_book(axes):
    colours = dict(zip(tilemap.PLACES, [figures.BLUE, figures.GRID, "#ffffff"], strict=False))
    tilemap.draw(axes, colours, marks={"CAN": "2011"})
    drawn = {text.get_text().split("\n")[0]: text.get_color() for text in axes.texts}
    first, second, third = colours
    assert [drawn[code] for code in (first, second, third)] == ["white", figures.INK, figures.INK]
    assert "CAN\n2011" in [text.get_text() for text in axes.texts]
