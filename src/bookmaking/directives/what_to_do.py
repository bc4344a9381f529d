"""``{what-to-do}``: measures by advice, from `decentwork.decisions`.

With ``brief`` it is two pages to print, with ``meeting`` one. The role ``{measures}`in short` ``
says the counts in a sentence. The whole page also gets all rows as a file, ``what_to_do.csv``.
"""

from pathlib import Path
from typing import Any

import pandas as pd
from docutils import nodes
from markupsafe import Markup
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


def name_of(row: pd.Series) -> str:
    """Return the id of a row on the page."""
    return nodes.make_id(f"{row['option']} {row['measured']}")


def content(folder: Path) -> dict[str, Any]:
    """Return what the templates show: rows by advice, duties, decisions, tests and counts."""
    own = decisions.load(folder)
    duties = decisions.duties(folder)
    duties["cited"] = citations.by_row(duties).map(citations.as_text)
    twelve, tests = data.read(decisions.TWELVE, folder), decisions.proposed_tests(folder)
    own["name"] = own.apply(name_of, axis=1)
    own["cited"] = citations.by_row(own).map(citations.as_text)
    own["shape"] = own["strength"].map(decisions.SHAPES)
    own["cost_cited"] = [_cost_source(row) for _, row in own.iterrows()]
    own["cost"] = own["cost"].str.replace(r" \{.*", "", regex=True)
    own["label"] = own["table"].map({name: label for name, (label, _) in decisions.OPTIONS.items()})
    own["duties"] = own["duty"].str.split("; ").map(lambda found: found, na_action="ignore")
    own["formerly"] = own["formerly"].str.split("; ").map(lambda ids: ids, na_action="ignore")
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
        "decisions": twelve.to_dict("records"),
        "readers": _decisions_of_readers(twelve),
        "tests": tests.assign(
            **{name: tests[name].str.split("; ") for name in ("options", "lines")}
        ).to_dict("records"),
    }


def _decisions_of_readers(twelve: pd.DataFrame) -> dict[str, list[int]]:
    each = twelve.assign(who=twelve["who"].str.split("; ")).explode("who")
    return each.groupby("who", sort=False)["decision"].agg(list).to_dict()


def _cost_source(row: pd.Series) -> str:
    if pd.isna(row["cost"]):
        return ""
    key = row["cost"].rpartition("{")[2].rstrip("}")
    cited = cited_cells.of_cells(row["source"], row["locator"])
    return citations.as_text(each for each in cited if each.key == key)


def written(template: str, env) -> Markup:
    """Return what a template makes of the table, and note that the page depends on it."""
    folder = Path(env.srcdir, "data")
    note_tables(env, *(data.metadata(name, folder) for name in decisions.TABLES))
    templates().filters["in_words"] = count_in_words
    return render(template, advice=decisions.ADVICE, file=FILE, **content(folder))


class WhatToDo(WritesHtml):
    """``{what-to-do}``, ``{what-to-do} brief`` or ``{what-to-do} meeting``."""

    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the page without its title."""
        if self.arguments:
            return self.nodes_of(written(f"{self.arguments[0]}.html", self.env))
        here, labels = self.env.docname, self.env.get_domain("std")
        notes(self.env, PAGES)[here] = True
        twelve = data.read(decisions.TWELVE, Path(self.env.srcdir, "data"))
        for number, question in zip(twelve["decision"], twelve["question"], strict=True):
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
