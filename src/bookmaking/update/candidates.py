"""The table as it would be with what a publisher sent, and how it differs from the table that is.

Only the columns that `series.yml` names come from the publisher. Citation, place and grade of a row
stay those of the table.
"""

import re
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from bookmaking.tables import contract
from bookmaking.update.answers import NoAnswerError
from bookmaking.update.interfaces import EUROSTAT, UNHCR
from bookmaking.update.series import Series
from decentwork import data
from decentwork.repository import DATA
from decentwork.tables.metadata import OF_THE_SOURCE, Metadata

YEAR, MONTH = re.compile(r"\d{4}"), re.compile(r"\d{4}-\d{2}")
GREECE = {"GR": "EL"}
"""Eurostat's codes of States are those of ISO 3166-1 alpha-2 but for this one."""


def places(series: Series, folder: Path = DATA) -> dict[str, str]:
    """Return the States that are asked for: the iso3 code by the publisher's code.

    They are those of the table. UNHCR is asked for all participating States, because it sends all
    States of the world anyway.
    """
    states = data.states(folder)
    now = data.read(series.table, folder)
    if series.publisher != UNHCR:
        states = states.loc[sorted(set(now["iso3"].dropna()) if "iso3" in now else ())]
    if series.publisher == EUROSTAT:
        return {GREECE.get(row.iso2, row.iso2): row.Index for row in states.itertuples()}
    return {iso3: iso3 for iso3 in states.index} | dict.fromkeys(series.regions, "")


def candidate(series: Series, rows: pd.DataFrame, folder: Path = DATA) -> pd.DataFrame:
    """Return the table as it would be with the rows that arrived (`interfaces.Arrived.rows`).

    ``folder`` is that of all themes, which holds the table that is. Raises NoAnswerError if the
    rows cannot be those of the table: a value that is no number, a place that was not asked for, a
    period in another form, none of the periods, or two values for one cell.
    """
    now, metadata = data.read(series.table, folder), data.metadata(series.table, folder)
    found = _described(series, rows, places(series, folder), metadata)
    keys = list(metadata.key)
    if series.publisher != UNHCR and found.duplicated([*keys, "of"]).any():
        twice = found[found.duplicated([*keys, "of"])].iloc[0]
        cell = ", ".join(str(twice[key]) for key in keys)
        raise NoAnswerError(f"{series.publisher} sent two values for {cell} of {series.table}.")
    wide = found.groupby([*keys, "of"])["value"].sum(min_count=1).unstack("of")
    if series.publisher == UNHCR:
        wide = wide.fillna(0)  # the table counts what UNHCR leaves out as nobody
    made = pd.DataFrame(index=wide.index)
    for column, value in series.values.items():
        parts = wide.reindex(columns=value["of"])
        made[column] = parts.sum(axis=1, min_count=len(value["of"])).round(value["decimals"])
    # A row stays also for the sake of a column that is not asked for.
    made = made.join(now.set_index(keys)[list(series.stays)], how="outer").dropna(how="all")
    if series.at_least:
        made = made[made[series.at_least["of"]].sum(axis=1) >= series.at_least["is"]]
    beside = [column for column in ("iso3", "region") if column in found and column not in keys]
    made = made.join(found.groupby(keys)[[*beside, "flag"]].first()).reset_index()
    if series.flag:
        made = made.rename(columns={"flag": series.flag})
        made[series.flag] = made[series.flag].replace("", pd.NA)
    for column in OF_THE_SOURCE:
        [made[column]] = now[column].unique()
    return _in_order(made[[field.name for field in metadata.fields]], now, keys)


def _described(
    series: Series, rows: pd.DataFrame, known: Mapping[str, str], metadata: Metadata
) -> pd.DataFrame:
    """Return the rows that the table keeps, with its key, as numbers."""
    form = MONTH if len(series.first) > len("2014") else YEAR
    if strange := sorted({each for each in rows["period"] if not form.fullmatch(each)}):
        raise NoAnswerError(f"{series.publisher} sent the periods {', '.join(strange[:3])}.")
    found = rows[rows["period"].map(series.keeps).astype(bool)].copy()
    if found.empty:
        raise NoAnswerError(f"{series.publisher} sent no row of a period that the table keeps.")
    try:
        found["value"] = pd.to_numeric(found["value"].replace("", pd.NA)).astype("Float64")
    except ValueError as error:
        raise NoAnswerError(f"{series.publisher} sent a value that is no number ({error}).") from (
            None
        )
    if strange := sorted(set(found["place"]) - set(known) - {""}):
        raise NoAnswerError(f"{series.publisher} sent {', '.join(strange)}, not asked for.")
    columns = {field.name for field in metadata.fields}
    if "iso3" in columns:
        found["iso3"] = found["place"].map(known).replace("", pd.NA)
    if "region" in columns:
        found["region"] = found["place"].map(series.regions)
        found["place"] = found["region"].fillna(found["iso3"])
    if "year" in columns:
        found["year"] = found["period"].astype(int)
    if "month" in columns:
        found["month"] = found["period"]
    for each in series.not_taken:
        found = found[~(found[list(metadata.key)] == each["row"]).all(axis=1)]
    return found


def _in_order(made: pd.DataFrame, now: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return the rows in the order of the table, so that a diff shows only what is new."""
    if now[keys].equals(now.sort_values(keys)[keys].reset_index(drop=True)):
        return made.sort_values(keys, ignore_index=True)
    order = {key: i for i, key in enumerate(now[keys].itertuples(index=False, name=None))}
    at = [order.get(key, len(order)) for key in made[keys].itertuples(index=False, name=None)]
    return made.assign(at=at).sort_values(["at", *keys], ignore_index=True).drop(columns="at")


def difference(made: pd.DataFrame, metadata: Metadata) -> pd.DataFrame:
    """Return how a table would differ from the one that is next to the metadata.

    Each line is a cell that differs, with the key of its row, ``column``, and its text ``old`` and
    ``new``: no text where the row is new, or gone.
    """
    key = list(metadata.key)
    before, after = (
        contract.read(metadata),
        contract.cells_of(contract.as_csv(made, metadata), metadata),
    )
    cells = before.melt(key, var_name="column", value_name="old").merge(
        after.melt(key, var_name="column", value_name="new"), how="outer"
    )
    return cells[cells["old"].isna() | cells["new"].isna() | (cells["old"] != cells["new"])]


def rows_of(cells: pd.DataFrame, metadata: Metadata) -> list[str]:
    """Return the keys of the rows to which differing cells belong, in words."""
    return [" ".join(row) for row in cells[[*metadata.key]].drop_duplicates().to_numpy()]
