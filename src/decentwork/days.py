"""The day of the concept note, and days and months in words, as every page shows them."""

import calendar
import re
from datetime import date, datetime

NOTE_DATE = date(2011, 6, 20)
"""First day of the conference for which the concept note was written."""

MONTHS = {name: number for number, name in enumerate(calendar.month_name) if name}
"""The number of each month by its name."""

IN_WORDS = re.compile(r"(\d{1,2}) ([A-Z][a-z]+) (\d{4})")
"""A day as sources write it: day, month and year; the word may be no month."""


def in_words(day: str) -> str:
    """Return a date as a page shows it: "2026-11-25" as "25 November 2026", others as they are."""
    for written, spoken in (("%Y-%m-%d", "{0.day} {0:%B %Y}"), ("%Y-%m", "{0:%B %Y}")):
        try:
            return spoken.format(datetime.strptime(day, written))
        except ValueError:
            continue
    return day
