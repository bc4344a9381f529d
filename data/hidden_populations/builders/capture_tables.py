"""capture-tables: what each table of capture histories counts, and how few overlaps it has."""

import pandas as pd

from bookmaking.tables.originals import Folders
from builders.capture_histories import LISTS, READ_IN
from decentwork import data

ORIGINALS = ()
AFTER = ("capture-histories",)

UNITED_KINGDOM = "United Kingdom", "2013", "potential victims of trafficking, all forms"
NETHERLANDS = "Netherlands", "2010-2015", "presumed victims of trafficking, all forms"
NEW_ORLEANS = "Greater New Orleans", None, "victims of trafficking"
# In words of the book: territory, period, population and how the table was made. READ_IN has the
# sources; a first hand typed the same (datasets.csv), to which a test holds all but the population.
DOCUMENTED = {
    "uk_2013_six_lists": (*UNITED_KINGDOM, "six lists as published"),
    "uk_2013_five_lists": (*UNITED_KINGDOM, "police (PF) and NCA merged"),
    "uk_2013_four_lists": (
        *UNITED_KINGDOM, "police and NCA merged, general public (GP) left out",
    ),
    "netherlands_2010_2015_six_lists": (*NETHERLANDS, "six lists"),
    "netherlands_2010_2015_five_lists": (*NETHERLANDS, "lists I and O merged"),
    "new_orleans_eight_lists": (*NEW_ORLEANS, "eight anonymised lists"),
    "new_orleans_five_lists": (*NEW_ORLEANS, "lists B, E, F and G merged"),
    "us_western_site_five_lists": (
        "Western site of the United States", None, "victims of sex trafficking",
        "five anonymised lists",
    ),
    "australia_2015_2017_four_lists": (
        "Australia", "2015-16 and 2016-17", "victims of trafficking and slavery",
        "four anonymised lists",
    ),
    "kosovo_1999_four_lists": (
        "Kosovo", "20 March - 22 June 1999", "people killed; a benchmark outside trafficking",
        "killings, four lists; benchmark outside trafficking",
    ),
    "artificial_three_lists": (
        None, None, "nobody; a test of existence and identifiability",
        "test case for existence and identifiability",
    ),
}  # fmt: skip

OF_SILVERMAN = "lindner2019", "input/silverman_code/datasetdocumentation.R"
TOLD_IN = {
    "netherlands_2010_2015_six_lists": OF_SILVERMAN,
    "netherlands_2010_2015_five_lists": OF_SILVERMAN,
    "kosovo_1999_four_lists": OF_SILVERMAN,
    "australia_2015_2017_four_lists": ("lyneham2019", "abstract"),
}
"""Where period and population stand, if not with the counts. The title of the Dutch study says
presumed victims, and the documentation says identified victims."""


def build(originals: Folders | None) -> pd.DataFrame:
    """Return one row per table, with its cases counted."""
    histories = data.read("capture-histories")
    rows = []
    for dataset, lists in LISTS.items():
        territory, period, population, note = DOCUMENTED[dataset]
        source, locator, grade = READ_IN[dataset]
        if dataset in TOLD_IN:
            told, place = TOLD_IN[dataset]
            source, locator = f"{source}; {told}", f"{locator}; {place}"
        table = histories[histories["dataset"] == dataset]
        rows.append(
            {
                "dataset": dataset,
                "territory": territory or pd.NA,
                "period": period or pd.NA,
                "population": population,
                "lists": len(lists),
                "observed_cases": table["cases"].sum(),
                "nonzero_histories": len(table),
                "cases_on_two_or_more_lists": table.loc[table["on_lists"] > 1, "cases"].sum(),
                "note": note,
                "source": source,
                "locator": locator,
                "grade": grade,
            }
        )
    return pd.DataFrame(rows)
