"""The first screen of a State's page: what was found, asked, joined and tested, by rules.

Each value is a row of a table; the template `state_first.html` has the sentences. What a table does
not hold is said to be missing, and never a zero.
"""

import re
from functools import cache
from itertools import accumulate
from typing import Any

import pandas as pd

from bookmaking.directives.state_rows import Row, State, Tables
from decentwork import citations, decisions
from decentwork.days import NOTE_DATE
from decentwork.repository import DATA

DETECTED, PROCEEDINGS, RELEASES = "detected-victims", "criminal-justice-counts", "greta-findings"
RATIFICATIONS, SUPERVISORS = "treaty-ratifications", "labour-supervision"
NOT_ILO = "not an ILO member"
ALL, LABOUR = "all forms", "forced labour"
CORE = {
    "PALERMO": "UN trafficking Protocol",
    "CETS197": "Council of Europe Convention",
    "ILO_P029": "ILO Protocol of 2014",
    "ILO_C189": "Convention on domestic workers",
}
FURTHER = {
    "ILO_C181": "Convention on private agencies",
    "ILO_C190": "Convention on violence at work",
}
"""Treaties that the first screen names; the others are named only where they bind."""
ASKED = {
    "inspection": "Inspectors", "recruitment_agencies": "Agencies", "safe_complaint": "Complaints",
    "corporate_liability": "Firms", "identification": "Identification",
    "compensation": "Compensation", "partnership": "Partnership",
}  # fmt: skip
"""Points of the monitors in the order of the first screen, and what they are about."""
STUDIES = ("migration-findings", "inspection-studies", "business-measure-studies",
           "organizing-studies")  # fmt: skip
LONGEST_ASKED, LONGEST_TESTED, LONGEST_WHY = 26, 32, 30
"""Words of each that have room on the first screen, whose first entry always stands."""
SINCE, BARRED = NOTE_DATE.year, "moratorium"
"""The year from which pages show counts; the word for a bar on visits of inspectors."""


def facts(tables: Tables, state: State) -> dict[str, Any]:
    """Return what the first screen of a State says."""
    return {
        "found": _found(tables, state),
        "own": _own_count(tables, state),
        "asked": _asked(tables, state),
        "treaties": _treaties(tables, state),
        "inspectors": _newest(tables.rows("labour-inspectors", state), "year"),
        "barred": _newest(
            [row for row in tables.rows(SUPERVISORS, state)
             if BARRED in f"{row['words']} {row['locator']}".lower()], "year"),
        "convicted": _newest(
            [row for row in tables.rows(PROCEEDINGS, state) if row["step"] == "convicted"], "year"),
        "for_labour": _newest(tables.rows("us-convictions-by-form", state), "year"),
        "laws": [row for row in tables.rows("business-duty-laws", state)
                 if row["place"] in (state.name, state.name.removesuffix(" of America"))],
        "tested": (found := tested(tables, state)),
        "studies": any(tables.rows(name, state) for name in STUDIES),
        "most_tested": _how_many([row["happened"] for row in found], LONGEST_TESTED),
    }  # fmt: skip


def _newest(rows: list[Row], column: str) -> Row | None:
    return max(rows, key=lambda row: row[column], default=None)


def _found(tables: Tables, state: State) -> dict[str, Any]:
    """Return the newest year with a number, the one before in the same count, and the reason."""
    rows = [row for row in tables.rows(DETECTED, state) if pd.notna(row["persons_low"])]
    of_year: dict[int, dict[str, Row]] = {}
    for row in rows:
        of_year.setdefault(row["year"], {})[row["form"]] = row
    years = [year for year, forms in of_year.items() if ALL in forms]
    newest = max(years, default=None)
    breaks = [each for each in tables.breaks(DETECTED, state) if newest and each["year"] <= newest]
    counted = [each["then_counted"] for each in breaks if "then_counted" in each]
    now = of_year.get(newest, {})
    before = max((year for year in years if year < newest), default=None) if newest else None
    same = before and of_year[before][ALL]["series"] == now[ALL]["series"]
    with_labour = [year for year in years if LABOUR in of_year[year]]
    why = tables.remarks(DETECTED, state)
    if len(why.split()) > LONGEST_WHY:
        why = f"{why.partition('. ')[0]}."
    # A remark on earlier years, or on the kind of year, explains nothing that the screen shows.
    why = why if any(int(year) >= SINCE for year in re.findall(r"\b\d{4}\b", why)) else ""
    return {
        "year": newest, "all": now.get(ALL), "labour": now.get(LABOUR),
        "before": of_year[before] if same else {}, "before_year": before,
        "last_labour": of_year[max(with_labour)] if with_labour else {},
        "last_labour_year": max(with_labour, default=None),
        "counted": counted[-1] if counted else "victims of trafficking",
        "changed": [each for each in breaks if "then_counted" not in each and each["year"] > SINCE],
        "why": why, "is_fiscal": "fiscal" in tables.remarks(DETECTED, state),
    }  # fmt: skip


def _own_count(tables: Tables, state: State) -> Row | None:
    """Return the newest own number, if the file of the UN is older or lacks labour."""
    row = _newest(tables.rows("national-victim-numbers", state), "last_year")
    found = _found(tables, state)
    if row is None or not (pd.notna(row["all_forms"]) or pd.notna(row["labour"])):
        return None
    later = not found["year"] or row["last_year"] > found["year"]
    fills = found["labour"] is None and pd.notna(row["labour"])
    return row if later or fills else None


def _asked(tables: Tables, state: State) -> dict[str, Any] | None:
    """Return what the newest text of the monitors asks and welcomes, the first points of each."""
    row = _newest(tables.rows(RELEASES, state), "round")
    if row is None:
        return None
    codes = [
        (row[name], f"{about}: {row[f'{name}_says']}")
        for name, about in ASKED.items()
        if pd.notna(row.get(name)) and pd.notna(row.get(f"{name}_says"))
    ]
    asks = [says for code, says in codes if code.startswith("asks")]
    good = [says for code, says in codes if code.startswith("welcomes")]
    shown = _how_many(asks, LONGEST_ASKED)
    welcomes = [] if len(" ".join(asks[:shown]).split()) > LONGEST_ASKED / 2 else good[:1]
    return {"row": row, "asks": asks[:shown], "more": len(asks) > shown, "welcomes": welcomes}


def _treaties(tables: Tables, state: State) -> dict[str, list[tuple[str, Row]]]:
    """Return which treaties bind, which will, and which core treaties do not."""
    found = {row["instrument"]: row for row in tables.rows(RATIFICATIONS, state)}
    made: dict[str, list] = {"bound": [], "waiting": [], "free": []}
    newest = max(row["as_of"] for row in tables.records(RATIFICATIONS))
    for code, name in (CORE | FURTHER).items():
        row = found.get(code)
        if row is None:
            continue
        if row["status"] == "party":
            made["waiting" if row["in_force"] > newest else "bound"].append((name, row))
        elif code in CORE and row["status"] != NOT_ILO:
            made["free"].append((name, row))
    return made


@cache
def _measures() -> list[Row]:
    table = decisions.load(DATA)
    table = table[table["strength"].ne("none")]
    return table.assign(cited=citations.by_row(table)).to_dict("records")


def tested(tables: Tables, state: State) -> list[Row]:
    """Return the measures whose outcome names the State, tests of a cause first."""
    found = [row for row in _measures()
             if state.code in tables.named(row["happened"], row["measured"])]  # fmt: skip
    return sorted(
        found,
        key=lambda row: (
            row["design"] != "causal",
            tables.named(row["happened"])[:1] != [state.code],
        ),
    )


def _how_many(texts: list[str], longest: int) -> int:
    """Return how many of the first texts have room: at least one, and ``longest`` words."""
    words = list(accumulate(len(text.split()) for text in texts))
    return max(sum(each <= longest for each in words), min(len(texts), 1))
