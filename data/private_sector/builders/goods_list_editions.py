"""goods-list-editions: how many pairs of a good and a country the list of goods holds."""

from pathlib import Path
from xml.etree import ElementTree

import pandas as pd

from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, require
from builders.slavery_index import codes_of
from decentwork.data import DataError

STATES = {
    "2014": catalogued("us-dol-list-of-goods/complete_goods_by_good.xml"),
    "2016": catalogued("us-dol-list-of-goods/goods_2015.xml"),
    "2018": catalogued("us-dol-list-of-goods/d3358531/goods_2016.xml"),
    "2020": catalogued("us-dol-list-of-goods/29036d2c/goods_2016.xml"),
    "June 2021": catalogued("us-dol-list-of-goods/fb283c74/goods_2016.xml"),
    "2022": catalogued("us-dol-list-of-goods/5a12ab54/goods_2016.xml"),
    "August 2023": catalogued("us-dol-list-of-goods/8615d566/goods_2016.xml"),
}
"""The file of the Department's app for each state of the list; its name never changed."""
ORIGINALS = tuple(STATES.values())
PRINTED = {"2014": 353, "2020": 437}
"""Line items that the Department or the trade press printed."""
PRINTED_COUNTRIES = {"2014": 74, "2016": 75, "2018": 76}
"""Countries that the Department or the trade press printed."""
TAGS = ("Country_Name", "Forced_Labor")
NAMES_ON_THE_LIST = {
    "Kyrgyz Republic": "KGZ", "Russia": "RUS", "Turkey": "TUR", "Turkey (Türkiye)": "TUR",
}  # fmt: skip


def read_goods(originals: Folders) -> pd.DataFrame:
    """Return the line items of all states of the list; stop when one lacks some.

    Returns
    -------
    DataFrame
        ``edition`` (a key of `STATES`), ``good``, ``country``, ``forced_labour`` (a boolean) and
        ``iso3``, empty for a country that is no participating State.
    """
    editions = []
    for edition, original in STATES.items():
        path = original.under(originals)
        items = read(path)
        check(edition, items, path)
        editions.append(items.assign(edition=edition))
    frame = pd.concat(editions, ignore_index=True)
    return frame.assign(iso3=codes_of(frame["country"], NAMES_ON_THE_LIST))


def read(path: Path) -> pd.DataFrame:
    """Return one row for each good and country of a file; stop at an answer that is not known."""
    try:
        goods = ElementTree.parse(path).getroot().findall("Good")
    except ElementTree.ParseError as error:
        raise DataError(str(path), f"is not the XML of the list ({error}); look at it") from None
    items = pd.DataFrame(
        [
            (good.findtext("Good_Name"), *(country.findtext(tag) for tag in TAGS))
            for good in goods
            for country in good.findall("Countries/Country")
        ],
        columns=["good", "country", "forced_labour"],
    )
    named = items[["good", "country"]].fillna("").ne("").all(axis=None)
    require(bool(named), "a line item has no good or no country", path)
    known = items["forced_labour"].isin(["Yes", "No"]).all()
    require(bool(known), "an answer is neither Yes nor No", path)
    return items.assign(forced_labour=items["forced_labour"] == "Yes")


def check(edition: str, items: pd.DataFrame, path: Path) -> None:
    """Stop when an item stands twice, or items or countries are not as many as printed."""
    twice = items.duplicated(["good", "country"]).any()
    require(not twice, "a good and country stand twice", path)
    if edition in PRINTED:
        expect(len(items), PRINTED[edition], 0, f"the line items of {edition}", path)
    if edition in PRINTED_COUNTRIES:
        countries = items["country"].nunique()
        expect(countries, PRINTED_COUNTRIES[edition], 0, f"the countries of {edition}", path)


def build(originals: Folders) -> pd.DataFrame:
    """Return one row a state of the list and a group of countries."""
    frame = read_goods(originals)
    groups = {
        "world": frame,
        "participating States": frame[frame["iso3"].notna()],
    }
    rows = []
    for state in STATES:
        for group, items in groups.items():
            here = items[items["edition"] == state]
            forced = here[here["forced_labour"]]
            rows.append(
                {
                    "edition": state,
                    "countries_in": group,
                    "pairs": len(here),
                    "pairs_forced": len(forced),
                    "countries": here["country"].nunique(),
                    "countries_forced": forced["country"].nunique(),
                }
            )
    return pd.DataFrame(rows).assign(
        source="dolgoods2022", locator="line items of the state named", grade="A"
    )
