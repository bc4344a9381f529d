"""Words that several parts of a State's page share: days, counts, bodies, and what a row says."""

import pandas as pd

from bookmaking.directives.elements import NOTHING
from bookmaking.directives.state_rows import Row
from bookmaking.directives.state_themes import interval
from decentwork.claims import NOTE_DATE
from decentwork.days import in_words

RATIFICATIONS = "treaty-ratifications"
NOT_ILO = "not an ILO member"
SINCE = NOTE_DATE.year
BODIES = {"osce": "OSCE", "coe": "Council of Europe", "eu": "European Union",
          "ilo": "International Labour Organization"}  # fmt: skip


def day(when: object) -> str:
    """Return a day or month in words, "–" for none, and other words as they are."""
    if pd.isna(when):
        return NOTHING
    return in_words(f"{when:%Y-%m-%d}" if isinstance(when, pd.Timestamp) else str(when))


def count(row: Row | None) -> str:
    """Return the persons of a row as a number or an interval, and whether they are in doubt."""
    if row is None:
        return NOTHING
    if pd.isna(row["persons_low"]):
        return "not reported" if row.get("reading") == "not reported" else NOTHING
    doubt = ", doubtful" if is_doubtful(row) else ""
    return interval(row["persons_low"], row["persons_high"]) + doubt


def is_doubtful(row: Row) -> bool:
    """Whether “<5” may mean in this row that nothing was reported."""
    return row.get("reading") == "doubtful"


def waits(treaty: Row) -> bool:
    """Whether the State has joined a treaty that is not yet in force for it."""
    return treaty["in_force"] > treaty["as_of"]


def newer_report(release: Row) -> str:
    """Return the sentence on a report that is newer than the text that was read; or nothing."""
    if pd.isna(release["report_round"]) or release["report_round"] <= release["round"]:
        return ""
    return (
        f"GRETA published its report of round {release['report_round']} on "
        f"{day(release['report_date'])}. We did not read it."
    )
