"""imports-at-risk: whole imports of products at risk of forced labour, by importer and product."""

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, numbers, read_original, require

IMPORTS = catalogued("walkfree-gsi2023-private-sector/g20_imports_at_risk_2021.csv")
ORIGINALS = (IMPORTS,)
HEADLINES = {"electronics": 243.6, "garments": 147.9, "palm oil": 19.7, "solar panels": 14.8}
"""Billions that the publisher printed."""
IMPORTERS = 19
OWN_NAMES = {"Turkey": "Türkiye", "United States of America": "United States"}

FAULTS = (
    Fault(
        "a shipment a thousand times too large",
        IMPORTS,
        text("electronics,China,1249672.75,Argentina,", "electronics,China,1249672750,Argentina,"),
        said="billions of electronics",
    ),
    Fault(
        "an importer that is not in the group",
        IMPORTS,
        text("coffee,Brazil,59467.390625,Argentina,", "coffee,Brazil,59467.390625,Bolivia,"),
        said="there are not 19 importers",
    ),
)


def build(originals: Folders) -> pd.DataFrame:
    """Return one row an importer and product, all origins together."""
    path = IMPORTS.under(originals)
    frame = read_original(
        path,
        ["product", "origin_country", "value_thousand_usd", "importer", "importer_osce",
         "origin_osce"],
    )  # fmt: skip
    frame["usd_million"] = numbers(frame["value_thousand_usd"], path) / 1000
    frame["from_china"] = frame["usd_million"].where(frame["origin_country"] == "China", 0)
    frame["importer"] = frame["importer"].replace(OWN_NAMES)
    frame["importer_in_osce"] = frame["importer_osce"] == "Yes"
    sums = frame.groupby(["importer", "importer_in_osce", "product"], as_index=False)[
        ["usd_million", "from_china"]
    ].sum()
    require(sums["importer"].nunique() == IMPORTERS, "there are not 19 importers", path)
    billions = sums.groupby("product")["usd_million"].sum() / 1000
    for product, printed in HEADLINES.items():
        expect(round(float(billions[product]), 1), printed, 0, f"billions of {product}", path)
    return sums.round(1).assign(
        source="walkfree2023data", locator="sheet G20 Importing Risk", grade="A"
    )
