"""What to do: the five tables of options, each row with the decision it belongs to and its advice.

The table ``measure-decisions`` says for each row of the tables of options which decision of an
official it belongs to, who can act, what happened and who may lose. The advice is computed from
the codes, so whoever refuses it names a code. A treaty duty stands beside the advice. The table
``decisions`` has the twelve decisions, and ``tests`` what somebody could try.
"""

from math import ceil
from pathlib import Path

import pandas as pd
from statsmodels.stats.proportion import samplesize_proportions_2indep_onetail

from decentwork import data
from decentwork.evidence_strength import strength_of
from decentwork.repository import DATA
from decentwork.treaties import NAMES

NAME, DUTIES, READINGS = "measure-decisions", "treaty-duties", "option-readings"
RATIFICATIONS = "treaty-ratifications"
INSTRUMENTS = {
    "Palermo Protocol": "PALERMO",
    "Convention on Action against Trafficking": "CETS197",
    "Protocol of 2014": "ILO_P029",
}
"""Treaties of the table of duties, each with its code in the table of ratifications."""
OPTIONS = {
    "protection-options": ("tbl-asylum-options", "International protection"),
    "migration-options": ("tbl-migration-options", "Labour migration policy"),
    "private-sector-options": ("tbl-ps-options", "The private sector"),
    "remedies-options": ("tbl-remedies-options", "Self-organization, remedies and inclusion"),
    "tools-options": ("tbl-tools-options", "Innovative tools"),
}
"""Tables of options, each with the exhibit and the chapter that show it."""
TWELVE, TESTS = "decisions", "tests"
LOADED = (*OPTIONS, NAME, READINGS)
"""The tables that `load` reads."""
TABLES = (*LOADED, TWELVE, TESTS, DUTIES)
KEY = ["option", "measured"]
READERS = ("first_", "second_")
"""How the columns of `READINGS` begin that hold the codes of either blind reader."""
ADVICE = {
    "Do, and count exploitation": "moderate evidence of help, on a step",
    "Stop, or guard": "moderate evidence of harm",
    "Try, with a test": "weak, causal evidence of help in the region",
    "Try small first": "weak, causal evidence of help elsewhere",
    "The design decides": "studies that can show a cause disagree, or some of the workers lose",
    "Promising, untested": "it helped, by what was described or compared",
    "Avoid until tested": "weak evidence of harm",
    "Do not count on it alone": "no effect was seen; that a useful one is ruled out is not shown",
    "Count what it brings": "it was used; what it changed was not measured, or accounts differ",
    "Not studied": "no study was found, and the measure may help or harm",
}
"""The advice in the order of the page, each with the evidence from which it follows."""
SHAPES = {
    "strong": "●●●●",
    "moderate": "●●●○",
    "weak, causal": "●●○○",
    "weak, described": "●○○○",
    "none": "○○○○",
}
"""A shape for each strength, beside its word."""


def advice_of(options: pd.DataFrame, reader: str = "") -> pd.Series:
    """Return the advice on each row, one of `ADVICE`; arguments are those of `strength_of`.

    Each advice has a sentence that must be true. "It helped some and not others, by its design"
    needs a study that can show a cause, so mixed results of comparisons, descriptions and records
    are not *The design decides*. "Where it was used, it helped" is not true of them either,
    because some lost or saw nothing, so they are not *Promising*. What is left is that it was
    used, and that what it changed is not known: *Count what it brings*.

    Examples
    --------
    >>> from decentwork import data, decisions
    >>> tools = data.read("tools-options").set_index("measured")
    >>> decisions.advice_of(tools)["strain and health in home care"]
    'Do not count on it alone'
    """
    strength, direction = strength_of(options, reader), options[f"{reader}direction"]
    helps, sure = direction.eq("helps"), strength.isin(["strong", "moderate"])
    causal = strength.eq("weak, causal")
    advice = direction.map(
        {
            "helps": "Promising, untested",
            "harms": "Avoid until tested",
            "mixed": "The design decides",
            "no_effect": "Do not count on it alone",
            "not_seen": "Do not count on it alone",
            "unknown": "Count what it brings",
        }
    )
    advice[direction.eq("mixed") & options[f"{reader}design"].ne("causal")] = "Count what it brings"
    advice[helps & causal] = "Try small first"
    advice[helps & causal & options[f"{reader}region"].eq("inside")] = "Try, with a test"
    advice[helps & sure] = "Do, and count exploitation"
    advice[direction.eq("harms") & sure] = "Stop, or guard"
    return advice.mask(strength.eq("none"), "Not studied")


def options_of(name: str, placed: pd.DataFrame, *others: str, folder: Path = DATA) -> pd.DataFrame:
    """Return the options that a chapter shows: its own table, and rows that it shares.

    ``placed`` is the table of decisions, whose column ``also`` says which rows are shared, and
    ``others`` are the tables of options that have them.

    Raises
    ------
    decentwork.data.DataError
        If a shared row is in none of ``others``.
    """
    own = data.read(name, folder)
    shared = placed.loc[placed["also"].eq(name), KEY]
    rows = [data.read(other, folder).merge(shared, on=KEY) for other in others]
    found = pd.concat([own, *rows], ignore_index=True)
    if len(found) < len(own) + len(shared):
        missing = shared[~shared["option"].isin(found["option"])]["option"]
        told = f"of the rows shared with it {'; '.join(missing)} is in none of {', '.join(others)}"
        raise data.DataError(name, [told])
    found.attrs = own.attrs
    return found


def load(folder: Path = DATA) -> pd.DataFrame:
    """Return all rows with their codes, decision and advice, in the order of the page.

    Raises
    ------
    decentwork.data.DataError
        If a row of the tables of options has no decision, or a decision no row.
    """
    parts = [data.read(name, folder).assign(table=name) for name in OPTIONS]
    options = pd.concat(parts, ignore_index=True)
    rows = options.merge(data.read(NAME, folder), "outer", KEY, validate="1:1", indicator="both")
    alone = rows[rows["both"].ne("both")]
    if len(alone):
        found = alone["option"] + ", " + alone["measured"]
        raise data.DataError(NAME, [f"it and the tables of options differ in {'; '.join(found)}"])
    rows["strength"], rows["advice"] = strength_of(rows), advice_of(rows)
    rows["others_say"] = _others_say(rows, data.read(READINGS, folder))
    rows["chapter"] = rows["table"].map({name: chapter for name, (_, chapter) in OPTIONS.items()})
    order = rows["advice"].map({name: place for place, name in enumerate(ADVICE)})
    sorted_rows = rows.assign(order=order).sort_values(["order", "decision", *KEY])
    return sorted_rows.drop(columns=["both", "order"]).reset_index(drop=True)


def proposed_tests(folder: Path = DATA) -> pd.DataFrame:
    """Return the proposed tests, each with the ``people`` that each of its two groups needs.

    Answers are independent, the power is 80 per cent and the level 5 per cent, on two sides.
    Where whole workplaces or districts are drawn, people in one of them are alike, so the number
    is doubled; how alike they are is known only afterwards.

    Examples
    --------
    >>> from decentwork import decisions
    >>> decisions.proposed_tests().set_index("test")["people"].head(2).tolist()
    [398, 199]
    """
    table = data.read(TESTS, folder)
    groups = table["drawn"].eq("groups") + 1
    low, high = table["percent_low"] / 100, table["percent_high"] / 100
    people = map(people_needed, low, high)
    return table.assign(people=pd.Series(people, table.index) * groups)


def people_needed(low: float, high: float) -> int:
    """Return how many people each of two groups needs, to tell one share from another.

    Examples
    --------
    >>> people_needed(0.1, 0.2)
    199
    """
    return ceil(
        samplesize_proportions_2indep_onetail(high - low, low, 0.8, alternative="two-sided")
    )


def _others_say(rows: pd.DataFrame, readings: pd.DataFrame) -> pd.Series:
    """Return another strength or advice of blind readers, where no study settled the doubt."""
    said = rows[KEY].merge(readings, "left", KEY).set_index(rows.index)
    coded = said[["first_studies", "second_studies"]].notna().all(axis=1) & said["settled"].isna()
    words = pd.DataFrame("", rows.index, READERS)
    for reader in READERS:
        strength, advice = strength_of(said[coded], reader), advice_of(said[coded], reader)
        other = strength.where(strength.ne(rows["strength"]), advice.str.lower())
        differs = strength.ne(rows["strength"]) | advice.ne(rows["advice"])
        words.loc[coded, reader] = other.where(differs, "")
    return words.apply(_in_words, axis=1)


def _in_words(said: pd.Series) -> str:
    found = [words for words in said if words]
    if len(found) == 2 and found[0] == found[1]:
        return f"both blind readers: {found[0]}"
    return "; ".join(f"one blind reader: {words}" for words in found)


def duties(folder: Path = DATA) -> pd.DataFrame:
    """Return the articles of the treaties that name a duty of ``measure-decisions``."""
    named = data.read(NAME, folder)["duty"].dropna().str.split("; ").explode().unique()
    table = data.read(DUTIES, folder)
    found = table[table["duty"].isin(named) & table["wording"].ne("not named")]
    instrument = found["treaty"].map(INSTRUMENTS)
    return found.assign(instrument=instrument, treaty=instrument.map(NAMES))


def duties_of(state: str, folder: Path = DATA) -> pd.DataFrame:
    """Return what treaties oblige a State to do, and from which day each article binds it.

    Parameters
    ----------
    state
        Code of the State, such as ``DEU``.
    folder
        Where the tables are.

    Returns
    -------
    pandas.DataFrame
        The rows of `duties` whose treaty the State is party to, with the day ``in_force`` (missing
        where the source has none) and the day of the status ``as_of``. The articles stand in
        ``locator``, and where the day stands in ``status_locator``. Reservations are in no table.

    Examples
    --------
    >>> from decentwork import decisions
    >>> owed = decisions.duties_of("DEU").set_index(["duty", "instrument"])["in_force"]
    >>> f"{owed['Let victims stay', 'CETS197']:%d %B %Y}"
    '01 April 2013'
    """
    status = data.read(RATIFICATIONS, folder)
    joined = status[status["iso3"].eq(state) & status["status"].eq("party")]
    columns = {"source": "status_source", "locator": "status_locator"}
    joined = joined[["instrument", "in_force", "as_of", *columns]].rename(columns=columns)
    return duties(folder).merge(joined, on="instrument")
