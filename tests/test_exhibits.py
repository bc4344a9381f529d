"""What a notebook hands to its page: sources and dates come from the frame, or it is refused."""

import re
import textwrap

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib.figure import Figure

from decentwork import data, exhibits, figures
from decentwork.figure_words import unsaid
from decentwork.figures import proof


@pytest.fixture
def handed(monkeypatch) -> dict[str, tuple[dict, dict]]:
    """What is published, by name: the bundle and its metadata."""
    handed: dict[str, tuple[dict, dict]] = {}

    def display(bundle, raw, metadata):
        name = metadata["scrapbook"]["name"] if metadata else "above"
        handed[name] = (bundle, metadata)

    monkeypatch.setattr(exhibits, "display", display)
    return handed


@pytest.fixture
def published(handed, monkeypatch) -> dict[str, tuple[dict, dict]]:
    """The same, where the drawings are any drawings, and differ from the values."""
    monkeypatch.setattr(proof, "compare", lambda *_: ([], []))
    return handed


@pytest.fixture(scope="module")
def rounds() -> pd.DataFrame:
    """A table as it was read."""
    return data.read("ilo-rounds")


def one(width: float = figures.WIDTH) -> Figure:
    """A finished figure."""
    fig, ax = plt.subplots(figsize=(width, 1))
    ax.barh(["one"], [1])
    return fig


SHARES = pd.DataFrame({"place": ["Italy", "Spain"], "share": [31.0, 52.0]})
SHARES.attrs = {"units": {"share": "per cent"}}
CITED = {"source": "ilo2012{p. 1}", "as_of": "2012"}


def shares(width: float = figures.WIDTH, *, factor: float = 1) -> Figure:
    """Two bars, drawn by Matplotlib alone."""
    fig, ax = plt.subplots(figsize=(width, 1))
    ax.barh(SHARES["place"], SHARES["share"] * factor)
    return fig


# ------------------------------------------------------------------ publish


def test_a_finished_figure_is_published_for_a_page_and_for_a_phone(handed):
    for drawing in (shares(), shares):  # a figure, and a function of its width
        plt.close("all")
        exhibits.publish(drawing, "fig-a", values=SHARES, **CITED)
        bundle, metadata = handed["fig-a"]
        note = metadata["exhibit"]
        drawn = bundle["image/svg+xml"], note["narrow"]
        sizes = [float(re.search(r'viewBox="0 0 ([\d.]+)', svg)[1]) / 72 for svg in drawn]
        assert sizes == pytest.approx([figures.WIDTH, figures.NARROW], abs=0.01)
        assert note["source"] == CITED["source"]
        assert note["csv"].startswith("place,share\nItaly,31.0")
        assert "headline" not in note, "the words are in the directive"
        assert not plt.get_fignums(), "Jupyter would show a figure a second time"


def test_what_the_words_must_say_is_handed_to_the_page(handed):
    exhibits.publish(shares, "fig-a", values=SHARES, **CITED)
    needs = handed["fig-a"][1]["exhibit"]["must_say"]
    assert unsaid(needs, "Shares of workers, per cent") == []
    assert unsaid(needs, "Shares of workers") == [
        "the unit of share is 'per cent', and neither subtitle nor axis says 'per cent'"
    ]
    with pytest.raises(ValueError, match="neither subtitle nor axis says 'per cent'"):
        exhibits.publish(shares, "fig-a", values=SHARES, headline="Workers", **CITED)


def test_a_drawing_that_differs_from_its_values_is_refused(handed):
    with pytest.raises(ValueError, match=r"34\.1 is plotted along the x axis and is in no col"):
        exhibits.publish(shares(factor=1.1), "fig-a", values=SHARES, **CITED)
    mixed = SHARES.assign(place=["Spain", "Italy"])
    with pytest.raises(ValueError, match="is plotted in the row 'italy', which has no such number"):
        exhibits.publish(shares(), "fig-a", values=mixed, **CITED)


REFUSED = {
    "the figure first and then its name": (("fig-a", shares), {}),
    "and not Axes": ((shares().axes[0], "fig-a"), {}),
    r"for example holds=\{'fell': share": ((shares, "fig-a"), {"holds": ["fell"]}),
    "'fig-a' says 'most', and its values do not": ((shares, "fig-a"), {"holds": {"most": False}}),
    "returns NoneType and not a figure": ((lambda width: None, "fig-a"), {}),
}


def test_wrong_use_is_refused_and_the_example_in_the_message_works(handed, subtests):
    for said, (arguments, more) in REFUSED.items():
        with subtests.test(said), pytest.raises((TypeError, ValueError), match=said):
            exhibits.publish(*arguments, **{"values": SHARES, **CITED, **more})
    code = textwrap.dedent(exhibits.EXAMPLE.partition("\n\n")[2])
    frame = data.read("ilo-rounds").query("dimension == 'total'").reset_index(drop=True)
    frame["place"], frame["share"] = frame["round"].astype(str), frame["million"]
    known = {"plt": plt, "figures": figures, "exhibits": exhibits, "frame": frame}
    exec(code, known)  # noqa: S102 (the example of the message)
    assert "fig-shares" in handed


# ------------------------------------------------------------------ what an exhibit carries


def test_source_and_date_come_from_the_frame(published, rounds):
    some = rounds.query("round == 2017 and dimension == 'total'").reset_index(drop=True)
    exhibits.publish(one, "fig-one", values=some)
    note = published["fig-one"][1]["exhibit"]
    keys = {key for cell in some["source"] for key in cell.split("; ")}
    assert {part.split("{")[0] for part in note["source"].split("},")} == keys
    assert note["as_of"] == "September 2022"
    assert note["csv"].startswith("round,reference_period")


def test_limits_and_units_come_from_the_table_for_the_columns_that_keep_their_names(published):
    referrals = data.read("uk-referrals")
    values = referrals[["year", "referrals"]].rename(columns={"year": "when"})
    exhibits.publish(one, "fig-one", values=values, rows=referrals)
    note = published["fig-one"][1]["exhibit"]
    assert note["units"] == {"referrals": "persons referred"}
    limits = referrals.attrs["must_not_be_used_for"]
    assert note["limits"] == f"Do not use this for: {'; '.join(limits)}."


def test_rows_of_several_tables_name_all_their_sources(published, rounds):
    measures = data.read("measures-of-scale")
    values = pd.DataFrame({"million": [1.0]})
    with pytest.raises(ValueError, match="the rows it was made from differ in their date"):
        exhibits.publish(one, "fig-one", values=values, rows=[rounds, measures])
    exhibits.publish(one, "fig-one", values=values, rows=[rounds, measures], as_of="now")
    sources = published["fig-one"][1]["exhibit"]["source"]
    for frame in (rounds, measures):
        for key in frame.attrs["sources"]:
            assert f"{key}{{" in sources


def test_rows_without_their_sources_or_their_date_are_refused(rounds):
    values = rounds[["round", "million"]]
    for said, given in {
        "no column source and no column locator": {"values": values},
        "the rows it was made from are none": {"values": values, "rows": rounds.head(0)},
        "have lost their date": {"values": pd.DataFrame(rounds.to_dict("list"))},
        "the source line leaves out .*ilo2005": {"values": rounds, **CITED},
    }.items():
        with pytest.raises(ValueError, match=said):
            exhibits.publish(one, "fig-one", **given)


def test_the_same_drawing_gives_the_same_bytes(published, rounds):
    def drawn() -> str:
        fig, panels = plt.subplots(1, 2)
        for ax in panels:
            figures.bars(ax, SHARES, "place", "share", texts="{:g}")
        exhibits.publish(fig, "fig-one", values=rounds)
        return published["fig-one"][0]["image/svg+xml"]

    assert (svg := drawn()) == drawn()
    assert " id=" not in svg, "names of two drawings in one page would be the same"


def test_numbers_are_text_and_come_back_so_that_jupyter_shows_them(handed):
    shown = exhibits.numbers({"up": "4 States", "down": "5 States"})
    assert shown.to_dict() == {"up": "4 States", "down": "5 States"}
    assert handed["up"][0] == {f"{exhibits.HIDDEN}text/plain": "'4 States'"}
    exhibits.numbers({"up": "4 States"}, prefix="law-")
    assert set(handed) == {"up", "down", "law-up"}
    with pytest.raises(TypeError, match="the number 'up' is given as 4: give the text"):
        exhibits.number("up", 4)
    with pytest.raises(TypeError, match=r"for example exhibits\.numbers\(\{'share': f'"):
        exhibits.numbers([4])


def test_numbers_published_together_are_in_order(handed):
    exhibits.numbers({"a-low": "900 thousand", "a": "1.2 million", "a-high": "2 million"})
    with pytest.raises(ValueError, match=r"the number 'a-low' is .* million, above 'a'"):
        exhibits.numbers({"a-low": "1.3 million", "a": "1.2 million", "a-high": "2 million"})
    with pytest.raises(ValueError, match="the number 'b-lower' is 7 per cent, above 'b-upper'"):
        exhibits.numbers({"b-lower": "7 per cent", "b-upper": "−3 per cent"})


def test_a_table_says_what_heads_its_rows_and_fits_a_page(rounds):
    with pytest.raises(ValueError, match="the index of the table 'tbl-one' heads its rows"):
        exhibits.table("tbl-one", rounds)
    with pytest.raises(ValueError, match="has 14 columns, and a page holds 7"):
        exhibits.table("tbl-one", rounds.rename_axis("Row").iloc[:, :13])
