"""reports-without-consent: adults who did not agree to a British referral, by year."""

import pandas as pd

from bookmaking.tables.faults import Fault, text
from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, numbers, read_original, require

HEADLINES = catalogued("uk-nrm-headlines-2024-2025/nrm_headlines.csv")
ORIGINALS = (HEADLINES,)

COLUMNS = [
    "period", "referrals", "change_text", "reasonable_grounds_decisions",
    "reasonable_grounds_positive_pct", "reasonable_grounds_positive_n",
    "conclusive_grounds_decisions", "conclusive_grounds_positive_pct",
    "conclusive_grounds_positive_n", "duty_to_notify_reports", "top_nationalities", "published",
    "grade", "source_url",
]  # fmt: skip
YEARS = {"2023": "nrm2024annex", "2024": "nrm2024annex", "2025": "nrm2025annex"}
PLACES = {"nrm2024annex": "first paragraph", "nrm2025annex": "key points"}
GROWTH_OF_2025 = 22
"""Per cent by which referrals rose, as the annex prints it."""

FAULTS = (
    Fault(
        "a year missing",
        HEADLINES,
        text("\n2024,19125,", "\n2042,19125,"),
        said="the years are not 2023, 2024 and 2025",
    ),
    Fault(
        "referrals that do not grow as printed",
        HEADLINES,
        text("\n2025,23411,", "\n2025,24311,"),
        said="the growth of 2025 is 27, published is 22",
    ),
)


def build(originals: Folders) -> pd.DataFrame:
    """Return one row a calendar year."""
    path = HEADLINES.under(originals)
    frame = read_original(path, COLUMNS)
    frame = frame[~frame["period"].str.contains("-")].reset_index(drop=True)
    whole = list(frame["period"]) == list(YEARS)
    require(whole, "the years are not 2023, 2024 and 2025; look at them", path)
    table = pd.DataFrame(
        {
            "year": frame["period"].astype(int),
            "referrals": numbers(frame["referrals"], path).astype("Int64"),
            "reports": numbers(frame["duty_to_notify_reports"], path).astype("Int64"),
        }
    )
    growth = round(100 * (table["referrals"][2] / table["referrals"][1] - 1))
    expect(growth, GROWTH_OF_2025, 0, "the growth of 2025", path)
    source = frame["period"].map(YEARS)
    return table.assign(source=source, locator=source.map(PLACES), grade="A")
