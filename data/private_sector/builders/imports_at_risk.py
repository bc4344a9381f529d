"""imports-at-risk: whole imports of products at risk of forced labour, by importer and product."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.originals import Folders
from bookmaking.tables.reading import expect, numbers, require
from builders.slavery_index import NAMES_IN_THE_INDEX, WORKBOOK, codes_of, read_sheet

ORIGINALS = (WORKBOOK,)
SHEET, HEADER_LINE, ROWS = "G20 Importing Risk", 4, 263
VALUE = "Value (thousands US$)"
COLUMNS = ["product", "origin_country", VALUE, "importer"]
HEADLINES = {"electronics": 243.6, "garments": 147.9, "palm oil": 19.7, "solar panels": 14.8}
"""Billions that the publisher printed."""
IMPORTERS, IN_OSCE = 19, 8
OWN_NAMES = {"Turkey": "Türkiye", "United States of America": "United States"}


def build(originals: Folders) -> pd.DataFrame:
    """Return one row an importer and product, all origins together."""
    path = WORKBOOK.under(originals)
    sums = reshape(read(path))
    check(sums, path)
    return sums.round(1).assign(
        source="walkfree2023data", locator="sheet G20 Importing Risk", grade="A"
    )


def read(path: Path) -> pd.DataFrame:
    """Return the flows of the sheet, in millions of dollars; summaries stand beside them."""
    frame = read_sheet(path, SHEET, HEADER_LINE)
    require(list(frame.columns[:4]) == COLUMNS, f"{SHEET} does not begin with {COLUMNS}", path)
    frame = frame.iloc[:, :4]
    frame = frame[frame["product"] != ""]
    expect(len(frame), ROWS, 0, "the number of flows", path)
    return frame.assign(usd_million=numbers(frame[VALUE], path) / 1000)


def reshape(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the flows added up over origins, and those from China among them."""
    frame["from_china"] = frame["usd_million"].where(frame["origin_country"] == "China", 0)
    frame["importer_in_osce"] = codes_of(frame["importer"], NAMES_IN_THE_INDEX).notna()
    frame["importer"] = frame["importer"].replace(OWN_NAMES)
    by = ["importer", "importer_in_osce", "product"]
    return frame.groupby(by, as_index=False)[["usd_million", "from_china"]].sum()


def check(sums: pd.DataFrame, path: Path) -> None:
    """Stop when importers or the published sums of products are others."""
    expect(sums["importer"].nunique(), IMPORTERS, 0, "the number of importers", path)
    in_osce = sums.loc[sums["importer_in_osce"], "importer"].nunique()
    expect(in_osce, IN_OSCE, 0, "the number of importers that are participating States", path)
    billions = sums.groupby("product")["usd_million"].sum() / 1000
    for product, printed in HEADLINES.items():
        expect(round(float(billions[product]), 1), printed, 0, f"billions of {product}", path)
