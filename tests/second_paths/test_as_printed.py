"""Tables that keep rows and columns of their original as printed, read again without a builder."""

from pathlib import Path

import pandas as pd
import pytest
import yaml

from at_hand import BUILDERS
from decentwork import data
from reached import as_text, assert_same, cut, second_path

HERE = Path(__file__).parent
AS_PRINTED = yaml.safe_load((HERE / "as_printed.yml").read_text(encoding="utf-8"))


def as_printed(given):
    """The rows that a table of ``as_printed.yml`` should have."""
    letters = {"EL": "GRC"} | {row.iso2: row.Index for row in data.states().itertuples()}
    rows = cut(given["from"], given["columns"], given.get("where", ""))
    for made in given.get("make", "").splitlines():
        rows = rows.eval(made, local_dict={"letters": letters})
    return rows.replace(given.get("words", {}))


def assert_among(table, rows, of):
    """Fail unless the rows of a table that a query names are rows of the originals."""
    ours = data.read(table).query(of)[[*rows]]
    ours, theirs = ({*each.map(as_text).itertuples(index=False)} for each in (ours, rows))
    assert ours and ours <= theirs, f"{table}: not in {sorted(theirs)}: {ours - theirs}"


def test_tables_have_the_rows_of_their_originals(subtests):
    for table, given in AS_PRINTED.items():
        with subtests.test(table):
            rows = as_printed(given)
            assert_among(table, rows, given["of"]) if "of" in given else assert_same(table, rows)


def test_a_changed_cell_and_a_row_more_or_less_are_found():
    rows = as_printed(AS_PRINTED["income-inequality"])
    other = rows.assign(gini=["99.9", *rows["gini"].iloc[1:]])
    more = pd.concat([rows, rows.head(1).assign(year="1985")])
    for wrong in (rows.iloc[1:], more, pd.concat([rows, rows.head(1)]), other):
        with pytest.raises(AssertionError, match="income-inequality"):
            assert_same("income-inequality", wrong)


@second_path("farm-visa-back-wages")
def test_farm_visa_back_wages():
    """The rate is that which the original was typed with, not one computed here."""
    rows = cut("us-whd-agriculture-enforcement/h2a_fy2000_2019.csv",
               "fiscal_year cases=cases_with_violations violations "
               "employees=employees_receiving_back_wages back_wages=back_wages_usd_2019 "
               "employees_per_100_visas")  # fmt: skip
    visas = cut("us-h2a/h2a_certified_visas_petitions_fy2005_2022.csv",
                "fiscal_year visas=visas_issued")  # fmt: skip
    return pd.merge(rows, visas, how="left")


def test_each_table_that_is_built_is_reached_by_a_second_path():
    paths = "".join(path.read_text("utf-8") for path in HERE.glob("test_*.py"))
    named = {table for table in BUILDERS if f'@second_path("{table}"' in paths}
    assert not set(BUILDERS) - named - set(AS_PRINTED)
