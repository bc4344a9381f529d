"""``{what-to-do}``: measures by advice, from `decentwork.decisions`.

With ``brief`` it is two pages to print, with ``meeting`` one. The role ``{measures}`in short` ``
says the counts in a sentence. The whole page also gets all rows as a file, ``what_to_do.csv``.
"""

from math import ceil, sqrt
from pathlib import Path
from typing import Any

import pandas as pd
from docutils import nodes
from markupsafe import Markup
from scipy.stats import norm
from sphinx.util.docutils import SphinxRole

from bookmaking import site_files
from bookmaking.directives.elements import (
    PARALLEL,
    WritesHtml,
    note_tables,
    render,
    templates,
)
from bookmaking.directives.page_notes import notes
from decentwork import citations, data, decisions
from decentwork.numerals import count_in_words
from decentwork.tables import cited_cells

PAGES, FILE = "pages of decisions", "what_to_do.csv"

DECISIONS = {
    1: (
        "How do we inspect, and what do we publish?",
        "Publish which workplaces broke the rules. Draw a part of all visits by lot, so that "
        "workplaces with and without a visit can be compared.",
    ),
    2: (
        "How do workers get declared work and the pay they are owed?",
        "Record what workers are paid, and not only what they are awarded.",
    ),
    3: (
        "Who may recruit, and who pays for it?",
        "Try ratings of recruiters, and recruitment that the employer pays, on one corridor "
        "first: what they brought was seen outside the region.",
    ),
    4: (
        "Do inspectors and police enforce immigration law?",
        "Keep the search for victims apart from immigration control, and test a firewall for "
        "inspectors.",
    ),
    5: (
        "What does a work permit allow, and who gets a status?",
        "Where people get a status, count exploitation among them. Try the right to change "
        "employer, and watch newcomers.",
    ),
    6: (
        "How do asylum seekers live while they wait?",
        "Decide sooner, let people work, and count exploitation a year later. Where newcomers "
        "are screened, count who is confirmed.",
    ),
    7: (
        "How are victims recognised, and may they stay and work?",
        "Most of this is owed by treaty. Test a permit that does not depend on the trial.",
    ),
    8: (
        "How do victims get money?",
        "A remedy is owed by treaty. Follow claim, award and payment by one case number.",
    ),
    9: (
        "What should police and prosecutors do?",
        "Arrests and prosecutions do not say how many people are exploited: count victims by one "
        "rule before and after.",
    ),
    10: (
        "What must firms do by law, and what may they be sold?",
        "Before a duty begins, fix how incidents are counted, and follow the workers whose buyers "
        "leave.",
    ),
    11: (
        "What can buyers do on their own?",
        "Try checks that cost orders when they are failed, and that the supplier does not pay.",
    ),
    12: (
        "What help reaches workers and survivors?",
        "Try legal help and a safe way to report, where people work. Assistance to victims is "
        "owed: a lot may decide the order, and never who gets none.",
    ),
}
"""Each decision of an official with its next step."""
READERS = {
    "Labour ministry or inspectorate": (1, 2, 3),
    "Interior or immigration": (4, 5, 6, 7),
    "Justice and police": (7, 8, 9),
    "Parliament": (4, 5, 10),
    "Firm or public buyer": (10, 11),
    "Union or NGO": (2, 12),
}
"""Who decides what."""
TREATIES = {"Convention on Action against Trafficking": "Council of Europe Convention",
            "Protocol of 2014": "ILO Protocol of 2014"}  # fmt: skip


def name_of(row: pd.Series) -> str:
    """Return the id of a row on the page."""
    return nodes.make_id(f"{row['option']} {row['measured']}")


def content(folder: Path) -> dict[str, Any]:
    """Return what the templates show: rows by advice, duties, decisions and counts."""
    table = decisions.load(folder)
    duties = decisions.duties(folder)
    duties["cited"] = citations.by_row(duties).map(citations.as_text)
    duties["treaty"] = duties["treaty"].replace(TREATIES)
    own = table[table["same_as"].isna()].copy()
    own["name"] = own.apply(name_of, axis=1)
    own["cited"] = citations.by_row(own).map(citations.as_text)
    own["shape"] = own["strength"].map(decisions.SHAPES)
    own["cost_cited"] = [_cost_source(row) for _, row in own.iterrows()]
    own["cost"] = own["cost"].str.replace(r" \{.*", "", regex=True)
    own["label"] = own["table"].map({name: label for name, (label, _) in decisions.OPTIONS.items()})
    own["duties"] = own["duty"].str.split("; ").map(lambda found: found, na_action="ignore")
    rows = own.astype(object).where(own.notna(), None).to_dict("records")
    for row in rows:
        row["others"] = [
            each for each in rows if each["option"] == row["option"] and each is not row
        ]
    return {
        "rows": rows,
        "above": [row for row in rows if row["strength"] in ("strong", "moderate")],
        "groups": {
            advice: [row for row in rows if row["advice"] == advice] for advice in decisions.ADVICE
        },
        "duties": {duty: part.to_dict("records") for duty, part in duties.groupby("duty")},
        "measures": own["option"].nunique(),
    }


def _cost_source(row: pd.Series) -> str:
    if pd.isna(row["cost"]):
        return ""
    key = row["cost"].rpartition("{")[2].rstrip("}")
    cited = cited_cells.of_cells(row["source"], row["locator"])
    return citations.as_text(each for each in cited if each.key == key)


def people_needed(before: float, after: float) -> int:
    """Return how many people each of two equal groups needs to see a share fall.

    Answers are independent, the power is 80 per cent and the level 5 per cent, on two sides.

    Examples
    --------
    >>> people_needed(0.2, 0.1)
    199
    """
    mean, at_level, at_power = (before + after) / 2, norm.ppf(0.975), norm.ppf(0.8)
    apart = before * (1 - before) + after * (1 - after)
    errors = at_level * sqrt(2 * mean * (1 - mean)) + at_power * sqrt(apart)
    return ceil((errors / (before - after)) ** 2)


def written(template: str, env) -> Markup:
    """Return what a template makes of the table, and note that the page depends on it."""
    folder = Path(env.srcdir, "data")
    note_tables(env, *(data.metadata(name, folder) for name in decisions.TABLES))
    templates().filters["in_words"] = count_in_words
    return render(
        template,
        advice=decisions.ADVICE,
        decisions=DECISIONS,
        readers=READERS,
        file=FILE,
        needed=people_needed,
        twelve=[
            {
                "decision": number,
                "question": question,
                "step": step,
                "who": "; ".join(who for who, theirs in READERS.items() if number in theirs),
            }
            for number, (question, step) in DECISIONS.items()
        ],
        **content(folder),
    )


class WhatToDo(WritesHtml):
    """``{what-to-do}``, ``{what-to-do} brief`` or ``{what-to-do} meeting``."""

    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the page without its title."""
        if self.arguments:
            return self.nodes_of(written(f"{self.arguments[0]}.html", self.env))
        here, labels = self.env.docname, self.env.get_domain("std")
        notes(self.env, PAGES)[here] = True
        for number, (question, _) in DECISIONS.items():
            labels.note_hyperlink_target(name := f"decision-{number}", here, name, question)
        return self.nodes_of(written("what_to_do.html", self.env))


class MeasuresRole(SphinxRole):
    """``{measures}`in short` ``: how many measures help and harm, by better than weak evidence."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the sentences."""
        return [nodes.Text(written("measures_in_short.html", self.env).strip())], []


def _write_file(app, exception: Exception | None) -> None:
    """Put all rows next to the page."""
    if exception or app.builder.format != "html":
        return
    for page in notes(app.env, PAGES):
        table = decisions.load(Path(app.srcdir, "data"))
        site_files.write(Path(app.outdir, page).with_name(FILE), table.to_csv(index=False))


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_directive("what-to-do", WhatToDo)
    app.add_role("measures", MeasuresRole())
    app.connect("build-finished", _write_file)
    return PARALLEL
