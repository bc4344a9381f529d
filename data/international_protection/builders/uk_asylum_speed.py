"""uk-asylum-speed: asylum applications of the United Kingdom decided within six months."""

from pathlib import Path

import pandas as pd

from bookmaking.tables.originals import Folders, catalogued
from bookmaking.tables.reading import expect, numbers, read_original, require

SPEED = catalogued("uk-asylum-waiting/applications_processed_in_6_months.csv")
ORIGINALS = (SPEED,)

DONE = "completed within six months"
COLUMNS = ["Date", "Year", "Quarter", "Decisions in"]
COLUMNS += [
    name
    for who in ("", "Male ", "Female ", "Unknown ")
    for name in (
        f"Total {who}Applications Received",
        f"Of those {who}Applications received the number {DONE}",
        f"Of those {who + 'Straightforward ' * who.startswith('U')}Applications received the "
        f"percentage {DONE}",
    )
]
RENAMED = dict(zip(COLUMNS[3:7], ("period", "applications", "decided", "share"), strict=True))
RENAMED["Date"] = "quarter_end"
QUARTERS = 37
OF_JUNE_2023 = 2_047


def build(originals: Folders) -> pd.DataFrame:
    """Return one row per quarter; stop when a printed share is not that of its numbers."""
    path = SPEED.under(originals)
    frame = read(path)
    check(frame, path)
    return frame[["quarter_end", "applications", "decided"]].assign(
        source="howip2023", locator="applications processed in six months, totals", grade="A"
    )


def read(path: Path) -> pd.DataFrame:
    """Return applications and decisions by the last day of the quarter in which people applied."""
    frame = read_original(path, COLUMNS).rename(columns=RENAMED)[list(RENAMED.values())]
    for column in ("applications", "decided"):
        frame[column] = numbers(frame[column], path).astype("Int64")
    return frame.assign(share=numbers(frame["share"], path))


def check(frame: pd.DataFrame, path: Path) -> None:
    """Stop at another period, at a share that does not fit, and at another number of quarters."""
    require((frame["period"] == "6 months").all(), "a period other than six months", path)
    apart = float((frame["decided"] / frame["applications"] - frame["share"]).abs().max())
    sentence = f"the difference between a printed share and its numbers is {apart:.3g}"
    require(apart < 0.001, sentence, path)
    expect(len(frame), QUARTERS, 0, "the number of quarters", path)
    last = frame.loc[frame["quarter_end"] == "2023-06-30", "decided"]
    expect(int(last.sum()), OF_JUNE_2023, 0, "the decisions of the quarter to June 2023", path)
