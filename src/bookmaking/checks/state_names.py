"""How texts name participating States, and which code each name stands for."""

import csv
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from decentwork.tables import places

OTHER_NAMES = {
    "BIH": ("Bosnia", "Bosnian"),
    "CZE": ("Czech",),
    "GBR": ("UK", "U.K.", "Great Britain", "Britain", "British", "England", "English", "Scotland",
            "Scottish", "Wales", "Northern Ireland"),
    "KGZ": ("Kyrgyz Republic", "Kyrgyz"),
    "MDA": ("Moldova", "Moldovan"),
    "MKD": ("Macedonia",),
    "NLD": ("Dutch", "The Netherlands", "Holland"),
    "RUS": ("Russia", "Russian"),
    "SVK": ("Slovak Republic", "Slovak"),
    "TUR": ("Turkish", "Turkiye"),
    "USA": ("United States", "US", "U.S.", "USA", "American", "California", "Florida", "New York"),
    "VAT": ("Vatican",),
}  # fmt: skip
"""Names, adjectives and parts of States that texts use, next to those of the table of States."""
ADJECTIVES = {
    "ALB": "Albanian", "ARM": "Armenian", "AUT": "Austrian", "AZE": "Azerbaijani",
    "BEL": "Belgian", "BGR": "Bulgarian", "BLR": "Belarusian", "CAN": "Canadian", "CHE": "Swiss",
    "CYP": "Cypriot", "DEU": "German", "DNK": "Danish", "ESP": "Spanish", "EST": "Estonian",
    "FIN": "Finnish", "FRA": "French", "GEO": "Georgian", "GRC": "Greek", "HRV": "Croatian",
    "HUN": "Hungarian", "IRL": "Irish", "ISL": "Icelandic", "ITA": "Italian", "KAZ": "Kazakh",
    "LTU": "Lithuanian", "LVA": "Latvian", "MLT": "Maltese", "MNE": "Montenegrin",
    "NOR": "Norwegian", "POL": "Polish", "PRT": "Portuguese", "ROU": "Romanian",
    "SRB": "Serbian", "SVN": "Slovenian", "SWE": "Swedish", "TJK": "Tajik", "UKR": "Ukrainian",
    "UZB": "Uzbek",
}  # fmt: skip
NO_STATE = re.compile(
    r"New England|South Wales|US dollars|US\$|non-U[KS]|[A-Z]\w+-(?:speaking|born|language)"
    r"|[A-Z]\w+ (?:translation|language|version|text|press|newspaper|embass\w+|women|men|girls"
    r"|boys|children|people|workers|nationals|citizens|victims|migrants|drivers|fishers)\b"
)
"""Phrases that speak of a language, a currency or where people are from, and not of a State."""


def version(root: Path) -> tuple[Path, int]:
    """Return the file of the States and when it changed: what is kept of it is kept by these."""
    path = _file(root)
    return path, path.stat().st_mtime_ns


def by_name(root: Path) -> Mapping[str, str]:
    """Return the code of each name, adjective and variant by which texts name a State."""
    return _by_name(*version(root))


@cache
def _file(root: Path) -> Path:
    return places.metadata_file(places.STATES, root / "data").with_suffix(".csv")


@cache
def _by_name(path: Path, _changed: int) -> Mapping[str, str]:
    with path.open(encoding="utf-8", newline="") as lines:
        states = list(csv.DictReader(lines))
    found = {adjective: code for code, adjective in ADJECTIVES.items()}
    found |= {name: code for code, names in OTHER_NAMES.items() for name in names}
    for state in states:
        found |= {state[column]: state["iso3"] for column in ("name", "other_name")}
    found.pop("", None)
    return found


@cache
def _pattern(path: Path, changed: int) -> re.Pattern[str]:
    names = sorted(_by_name(path, changed), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, names))})(?!\w)")


def named(text: str, root: Path) -> set[str]:
    """Return the codes of the States that a text names."""
    known = by_name(root)
    return {known[name] for name in _pattern(*version(root)).findall(NO_STATE.sub("", text))}


def with_one_name(text: str, root: Path) -> str:
    """Return a text in which every name of a State is its code, so that variants are alike."""
    known = by_name(root)
    return _pattern(*version(root)).sub(lambda found: known[found[0]], text)
