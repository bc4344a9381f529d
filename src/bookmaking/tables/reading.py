"""What builders share: strict reading of an original, closed translation, published totals."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from decentwork.contract import DataError


def original(path: Path, columns: list[str]) -> pd.DataFrame:
    """Read an original CSV as text. The columns must be these, so that a new edition is noticed."""
    try:
        frame = pd.read_csv(path, dtype="string", keep_default_na=False, encoding="utf-8")
    except FileNotFoundError:
        fault = "this original is not here; `make originals` says where to get it"
        raise DataError(str(path), fault) from None
    if list(frame.columns) != columns:
        fault = f"has the columns {list(frame.columns)}, not {columns}; revise the builder"
        raise DataError(str(path), fault)
    return frame


def translate(values: pd.Series, mapping: Mapping[str, str], path: Path) -> pd.Series:
    """Translate through a closed list. A value that is not in it stops the build."""
    unknown = sorted(set(values.dropna()) - set(mapping))
    if unknown:
        fault = f"column {values.name}: no rule for {unknown}; read the source, then add one"
        raise DataError(str(path), fault)
    return values.map(mapping).astype("string")


def numbers(values: pd.Series, path: Path) -> pd.Series:
    """Text to numbers, where empty stays empty. Any other text stops the build."""
    filled = values.replace("", pd.NA)
    try:
        return pd.to_numeric(filled).astype("Float64")
    except ValueError as error:
        raise DataError(str(path), f"column {values.name}: {error}; revise the builder") from None


def expect(have: float, published: float, tolerance: float, what: str, path: Path) -> None:
    """Stop the build when a figure computed from the original is not the published one."""
    if abs(have - published) > tolerance:
        fault = f"{what} is {have:,.10g}, published is {published:,.10g}; check the original"
        raise DataError(str(path), fault)
