"""The day of the concept note, and days and months in words, as every page shows them."""

from datetime import date, datetime

NOTE_DATE = date(2011, 6, 20)
"""First day of the conference for which the concept note was written."""


def in_words(day: str) -> str:
    """Return a date as a page shows it: "2026-11-25" as "25 November 2026", others as they are."""
    for written, spoken in (("%Y-%m-%d", "{0.day} {0:%B %Y}"), ("%Y-%m", "{0:%B %Y}")):
        try:
            return spoken.format(datetime.strptime(day, written))
        except ValueError:
            continue
    return day
