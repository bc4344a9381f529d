"""What a notebook hands to its page: sources and dates come from the frame, or it is refused."""

import re

import pandas as pd
import pytest

from decentwork import data, days, exhibits, figures
from decentwork.figures import sheet


@pytest.fixture
def published(monkeypatch) -> dict[str, tuple[dict, dict]]:
    """What is published, by name: the bundle and its metadata."""
    handed: dict[str, tuple[dict, dict]] = {}

    def display(bundle, raw, metadata):
        name = metadata["scrapbook"]["name"] if metadata else "above"
        handed[name] = (bundle, metadata)

    monkeypatch.setattr(exhibits, "display", display)
    # The drawings here are any drawings; drawn.yml has those that are refused.
    monkeypatch.setattr(figures, "faults", lambda *_: [])
    return handed


@pytest.fixture(scope="module")
def rounds() -> pd.DataFrame:
    """A table as it was read."""
    return data.read("ilo-rounds")


WORDS = {"headline": "A finding", "subtitle": "A measure", "height": 1.0}


def one_bar(ax) -> None:
    """Draw something."""
    figures.bars(ax, ["one"], [1])


def test_source_and_date_come_from_the_frame(published, rounds):
    some = rounds.query("round == 2017 and dimension == 'total'").reset_index(drop=True)
    exhibits.figure("fig-one", values=some, **WORDS)(one_bar)
    note = published["fig-one"][1]["exhibit"]
    keys = {key for cell in some["source"] for key in cell.split("; ")}
    assert {part.split("{")[0] for part in note["source"].split("},")} == keys
    assert note["as_of"] == "September 2022"
    assert note["csv"].startswith("round,reference_period")


def test_what_is_given_overrides_what_the_frame_says(published, rounds):
    given = {"source": "ilo2012{p. 1}", "as_of": "2012"}
    values = rounds.drop(columns="source")
    exhibits.figure("fig-one", values=values, **given, **WORDS)(one_bar)
    note = published["fig-one"][1]["exhibit"]
    assert {name: note[name] for name in given} == given


def test_a_source_line_that_leaves_out_a_source_of_the_values_is_refused(rounds):
    with pytest.raises(ValueError, match=r"the source line leaves out .*ilo2005"):
        exhibits.figure("fig-one", values=rounds, source="ilo2012{p. 1}", as_of="2012", **WORDS)(
            one_bar
        )


def places_of(count: int) -> pd.DataFrame:
    """Rows of one source, each with a place of its own."""
    places = [f"sheet 1, part {row % 2}, row {row}" for row in range(count)]
    return pd.DataFrame({"source": "ilo2012", "locator": places})


def test_many_places_of_a_source_are_named_by_what_all_begin_with(published):
    def source_of(rows: pd.DataFrame) -> str:
        exhibits.figure("fig-one", values=rows, as_of="2012", **WORDS)(one_bar)
        return published["fig-one"][1]["exhibit"]["source"]

    few, many = (places_of(exhibits.MOST_PLACES + more) for more in (0, 1))
    assert source_of(few) == f"ilo2012{{{'; '.join(few['locator'])}}}", (
        f"a source line names each of {len(few)} places"
    )
    assert source_of(many) == "ilo2012{sheet 1}", (
        f"a source line with more than {exhibits.MOST_PLACES} places of a source cannot be read: "
        "exhibits has to ask citations.of_rows for most_places"
    )
    apart = many.assign(locator=[*many["locator"][:-1], "another sheet"])
    assert source_of(apart).endswith("row 11; another sheet}"), (
        "places without a common beginning have to stay, or a reader could not find them"
    )


def test_limits_come_from_the_table(published):
    referrals = data.read("uk-referrals")
    limits = referrals.attrs["must_not_be_used_for"]
    exhibits.figure("fig-one", values=referrals, **WORDS)(one_bar)
    assert (
        published["fig-one"][1]["exhibit"]["limits"] == f"Do not use this for: {'; '.join(limits)}."
    )


def test_units_come_from_the_table_for_the_columns_that_keep_their_names(published):
    referrals = data.read("uk-referrals")
    values = referrals[["year", "referrals"]].rename(columns={"year": "when"})
    exhibits.figure("fig-one", values=values, rows=referrals, **WORDS)(one_bar)
    assert published["fig-one"][1]["exhibit"]["units"] == {"referrals": "persons referred"}


def test_rows_of_several_tables_name_all_their_sources(published, rounds):
    measures = data.read("measures-of-scale")
    values = pd.DataFrame({"million": [1.0]})
    with pytest.raises(ValueError, match="the rows it was made from differ in their date"):
        exhibits.figure("fig-one", values=values, rows=[rounds, measures], **WORDS)
    exhibits.figure("fig-one", values=values, rows=[rounds, measures], as_of="now", **WORDS)(
        one_bar
    )
    sources = published["fig-one"][1]["exhibit"]["source"]
    for frame in (rounds, measures):
        for key in frame.attrs["sources"]:
            assert f"{key}{{" in sources


def test_rows_without_their_sources_are_refused(rounds):
    values = rounds[["round", "million"]]
    with pytest.raises(ValueError, match=r"'fig-one': .* no column source and no column locator"):
        exhibits.figure("fig-one", values=values, **WORDS)
    with pytest.raises(ValueError, match="the rows it was made from are none"):
        exhibits.figure("fig-one", values=values, rows=rounds.head(0), **WORDS)


def test_rows_without_their_date_are_refused(rounds):
    lost = pd.DataFrame(rounds.to_dict("list"))
    with pytest.raises(ValueError, match=r"have lost their date\. Say with as_of="):
        exhibits.figure("fig-one", values=lost, **WORDS)


def test_a_figure_can_be_drawn_again(published, rounds):
    drawing = exhibits.figure("fig-one", values=rounds, **WORDS)(one_bar)
    again = figures.draw(drawing, height=1, width=figures.NARROW)
    assert drawing is one_bar and again.get_figwidth() == figures.NARROW
    svg = published["fig-one"][0]["image/svg+xml"].strip()
    assert svg.startswith("<svg") and "<metadata>" not in svg


def test_a_figure_is_drawn_for_a_page_and_for_a_phone_and_its_words_stand_apart(published, rounds):
    exhibits.figure("fig-one", values=rounds, narrow={"height": 3.0}, **WORDS)(one_bar)
    bundle, metadata = published["fig-one"]
    note = metadata["exhibit"]
    sizes = [svg.split('viewBox="0 0 ')[1].split('"')[0].split()
             for svg in (bundle["image/svg+xml"], note["narrow"])]  # fmt: skip
    wide, narrow = ([float(side) / 72 for side in size] for size in sizes)
    margins = 2 * sheet.MARGIN
    assert wide == pytest.approx([figures.WIDTH, 1.0 + margins], abs=0.01)
    assert narrow == pytest.approx([figures.NARROW, 3.0 + margins], abs=0.01)
    assert (note["headline"], note["subtitle"]) == ("A finding", "A measure")
    assert published["above"][0] == {"text/markdown": "**A finding**  \nA measure"}


def test_the_same_drawing_gives_the_same_bytes(published, rounds):
    def panels(left, right):
        for axes in (left, right):
            figures.bars(axes, ["one", "two"], [1, 2], texts="{:g}")

    exhibits.figure("fig-one", values=rounds, columns=2, **WORDS)(panels)
    svg = published["fig-one"][0]["image/svg+xml"]
    clips = set(re.findall(r'clipPath id="([^"]+)"', svg))
    assert clips == {"fig-one-0", "fig-one-1"}, "names of clipping paths hang on rounding"
    assert set(re.findall(r"url\(#([^)]+)\)", svg)) <= clips


def test_numbers_are_text(published):
    exhibits.numbers({"up": "4 States", "down": "5 States"}, prefix="law-")
    assert published["law-up"][0] == {f"{exhibits.HIDDEN}text/plain": "'4 States'"}
    assert set(published) == {"law-up", "law-down"}
    with pytest.raises(TypeError, match="the number 'up' is given as 4: give the text"):
        exhibits.number("up", 4)


def test_numbers_published_together_stand_in_order(published):
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


def test_findings_are_those_of_the_line(published):
    exhibits.findings("S2-20", "tbl-one")
    note = published["tbl-one"][1]["exhibit"]
    every = data.read("evidence")
    assert len(note["rows"]) == (every["claim"] == "S2-20").sum()
    assert (note["rule"], note["limits"]) == (exhibits.FINDINGS_RULE, "")
    assert note["as_of"] == days.in_words(every.attrs["as_of"])
    with pytest.raises(ValueError, match="has no finding on 'S9-99'"):
        exhibits.findings("S9-99", "tbl-one")


@pytest.mark.parametrize(
    ("day", "words"),
    [("2026-11-25", "25 November 2026"), ("2022-09", "September 2022"), ("2011", "2011"),
     ("2010 to 2017", "2010 to 2017")],
)  # fmt: skip
def test_dates_are_written_as_a_page_shows_them(day, words):
    assert days.in_words(day) == words
