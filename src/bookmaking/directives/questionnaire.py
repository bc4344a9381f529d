"""``{questionnaire}``: the form of questions to workers, from the table ``twelve-questions``.

The page shows it for reading and printing; the build also writes it as an XLSForm, which survey
software such as KoboToolbox and ODK reads. Both are made from the one table.
"""

import io
import zipfile
from pathlib import Path

import pandas as pd
from docutils import nodes
from openpyxl import Workbook

from bookmaking import site_files
from bookmaking.directives.elements import PARALLEL, WritesHtml, note_tables, render
from bookmaking.directives.page_notes import notes
from decentwork import citations, data

TABLE = "twelve-questions"
FORM = "_downloads/forms/twelve-questions.xlsx"
PAGES = "questionnaires"
ALWAYS = ("don't know", "does not wish to answer")
"""Answers that belong to every question, apart from the empty answer of a question not asked."""
KINDS = {
    "choose one": "select_one",
    "choose all": "select_multiple",
    "whole number": "integer",
    "text": "text",
}
"""How a question is answered, by the words of XLSForm."""
OPENING = (
    "I will not write down your name, and I will not tell your employer what you say. (Say here "
    "what you must report by law.) You may stop, or leave out any question. May I ask?"
)
CLOSING = (
    "Thank you. If you want help, I can give you the number of somebody who does not work for your "
    "employer or for the police. (Give the card with local numbers.)"
)
ALONE = ("no", "yes", "none of these")
"""Answers to a question with several answers that no other answer may stand beside."""
FRAME = ("opening", "consent", "closing")
"""What is said, or asked, also of a person who does not agree."""
TITLE = ("Twelve questions on working conditions", "twelve_questions", "English (en)")
UNCHANGED = (1980, 1, 1, 0, 0, 0)
"""The date of all parts of the file, so that two builds give the same bytes."""


def questions() -> list[dict]:
    """Return the rows of the table, each with its list of ``choices`` and its ``cited`` sources."""
    frame = data.read(TABLE)
    rows = frame.astype("object").where(frame.notna(), None).to_dict("records")
    for row, cited in zip(rows, citations.by_row(frame), strict=True):
        row["choices"] = [
            each.strip() for each in (row["answers"] or "").split("|") if each.strip()
        ]
        row["cited"] = citations.as_text(cited)
    return rows


def as_xlsform(rows: list[dict]) -> bytes:
    """Return the form as a workbook with the three sheets of an XLSForm."""
    survey = [
        ("note", "opening", OPENING, "", ""),
        ("select_one consent", "consent", "Agrees", "", "yes"),
    ]
    choices = [("consent", "1", "yes"), ("consent", "2", "no")]
    limits: dict[str, str] = {}
    skips: dict[str, str] = {}
    for row in rows:
        name = f"q{row['number']}"
        kind = KINDS[row["form"]]
        listed = row["choices"] + list(ALWAYS)
        if row["choices"]:
            choices += ((name, str(code), label) for code, label in _coded(listed))
            kind = f"{kind} {name}"
        how = row["form"] if row["choices"] else "leave empty if not known or not told"
        hint = "; ".join(filter(None, (row["recall"], how)))
        survey.append((kind, name, f"{row['number']}. {row['question']}", hint, ""))
        if row["asked_if"]:
            number, answer = row["asked_if"].split(" is not ")
            skips[name] = f" and ${{q{number}}} != '{answer}'"
        if row["form"] == "choose all":
            alone = [code for code, label in _coded(listed) if label in (*ALONE, *ALWAYS)]
            chosen = " or ".join(f"selected(., '{code}')" for code in alone)
            limits[name] = f"not(({chosen}) and count-selected(.) > 1)"
    survey.append(("note", "closing", CLOSING, "", ""))
    survey = [
        (
            *line,
            "" if line[1] in FRAME else "${consent} = '1'" + skips.get(line[1], ""),
            limits.get(line[1], ""),
        )
        for line in survey
    ]
    heads = ("type", "name", "label::English (en)", "hint::English (en)", "required", "relevant",
             "constraint")  # fmt: skip
    sheets = {
        "survey": [heads, *survey],
        "choices": [("list_name", "name", "label::English (en)"), *choices],
        "settings": [("form_title", "form_id", "default_language"), TITLE],
    }
    book = Workbook()
    book.remove(book.active)
    for title, lines in sheets.items():
        sheet = book.create_sheet(title)
        for line in lines:
            sheet.append(line)
    book.properties.created = book.properties.modified = pd.Timestamp(2000, 1, 1).to_pydatetime()
    written = io.BytesIO()
    book.save(written)
    return _same_each_time(written)


def _coded(labels: list[str]) -> list[tuple[int, str]]:
    """Return answers with their codes: from 1, and 88 and 99 for those of every question."""
    own = labels[: -len(ALWAYS)]
    return [*enumerate(own, start=1), *zip((88, 99), ALWAYS, strict=True)]


def _same_each_time(written: io.BytesIO) -> bytes:
    """Return a zip file with the date of its parts set, so that it has the same bytes each time."""
    packed = io.BytesIO()
    with zipfile.ZipFile(written) as before, zipfile.ZipFile(packed, "w") as after:
        for name in sorted(before.namelist()):
            part = zipfile.ZipInfo(name, UNCHANGED)
            part.compress_type = zipfile.ZIP_DEFLATED
            content = before.read(name)
            if name == "docProps/core.xml":  # openpyxl writes the time of saving
                content = content.replace(_modified(content), b"2000-01-01T00:00:00Z")
            after.writestr(part, content)
    return packed.getvalue()


def _modified(core: bytes) -> bytes:
    start = core.index(b">", core.index(b"<dcterms:modified")) + 1
    return core[start : core.index(b"<", start)]


class Questionnaire(WritesHtml):
    """``{questionnaire}``: the form on a page, for reading and printing."""

    def run(self) -> list[nodes.Node]:
        """Return it, and note the page, so that the build writes the file."""
        notes(self.env, PAGES)[self.env.docname] = True
        note_tables(self.env, data.metadata(TABLE))
        up = "../" * self.env.docname.count("/")
        parts: dict[str, list[dict]] = {}
        for row in questions():
            parts.setdefault(row["part"], []).append(row)
        written = render(
            "questionnaire.html",
            parts=parts,
            always=ALWAYS,
            opening=OPENING,
            closing=CLOSING,
            form=up + FORM,
            table=f"{up}_downloads/tables/{TABLE}.csv",
        )
        return self.nodes_of(written)


def _write(app, exception: Exception | None) -> None:
    """Put the form into the site."""
    if not exception and app.builder.format == "html" and notes(app.env, PAGES):
        site_files.write(Path(app.outdir, FORM), as_xlsform(questions()))


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_directive("questionnaire", Questionnaire)
    app.connect("build-finished", _write)
    return PARALLEL
