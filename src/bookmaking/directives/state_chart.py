"""A line chart of counts by year for the page of a State: places on a small canvas, and its words.

The template `state_chart.html` draws it inside the page, so that it follows the theme, needs no
file, and its letters keep their size on a phone. A line is cut where the count changed and where a
number is missing; an interval is drawn as such.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import pandas as pd

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 360, 210, 40, 350, 14, 172
"""The canvas and its axes, in its own units; about a pixel each."""
LABELS = 4
"""Years from one name of a year to the next."""

Row = Mapping[str, Any]


def top_of_scale(largest: float) -> int:
    """Return a round number at or above the largest value, even so that it has a half.

    Examples
    --------
    >>> [top_of_scale(each) for each in (0, 3, 47, 1672)]
    [2, 4, 50, 2000]
    """
    step = 10 ** max(len(str(int(largest))) - 1, 0)
    found = (part * step for part in (1, 2, 2.5, 4, 5, 6, 8, 10))
    return int(next(each for each in found if each >= largest and each > 1 and each % 2 == 0))


def chart(
    cells: Mapping[tuple[int, str], Row],
    columns: Mapping[str, str],
    years: Sequence[int],
    breaks: Iterable[Mapping[str, Any]] = (),
    whole: str = "",
) -> SimpleNamespace:
    """Return what the template draws of counts of persons by year and column.

    ``cells`` has the rows that have a number. ``whole`` is the column that no other may exceed:
    what does gets a mark.
    """
    highest = top_of_scale(max((row["persons_high"] for row in cells.values()), default=0))
    cuts = [each["year"] for each in breaks if years[0] < each["year"] <= years[-1]]

    def across(year: float) -> float:
        return LEFT + (RIGHT - LEFT) * (year - years[0] + 0.5) / len(years)

    def up(number: float) -> float:
        return BOTTOM - (BOTTOM - TOP) * number / highest

    lines = []
    for title, value in columns.items():
        points, pieces, before = [], [], None
        for year in years:
            if not (row := cells.get((year, value))):
                continue
            low, high = int(row["persons_low"]), int(row["persons_high"])
            all_of = cells.get((year, whole))
            place = SimpleNamespace(
                x=round(across(year), 1), y=round(up((low + high) / 2), 1),
                low=round(up(low), 1), high=round(up(high), 1), interval=low != high,
                exceeds=bool(all_of and value != whole and low > all_of["persons_high"]),
            )  # fmt: skip
            if before != year - 1 or year in cuts:
                pieces.append([])
            pieces[-1].append(place)
            points.append(place)
            before = year
        told = [(year, cells[year, value]) for year in years if (year, value) in cells]
        lines.append(SimpleNamespace(title=title, points=points, pieces=pieces, told=told))
    lead = next(iter(columns.values()))
    return SimpleNamespace(
        lines=lines,
        years=years,
        ticks=[(each, round(up(each), 1)) for each in (0, highest // 2, highest)],
        labels=[(year, round(across(year), 1)) for year in years[::LABELS]],
        cuts=[(year, round(across(year - 0.5), 1)) for year in cuts],
        gaps=[(round(across(year - 0.5), 1), round((RIGHT - LEFT) / len(years), 1))
              for year in years if (year, lead) not in cells],
        missing=[year for year in years if (year, lead) not in cells],
        exceeds=any(point.exceeds for line in lines for point in line.points),
        has_interval=any(point.interval for line in lines for point in line.points),
        canvas=(WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM),
    )  # fmt: skip


def has_number(row: Row) -> bool:
    """Return whether a row has a number of persons."""
    return pd.notna(row["persons_low"])
