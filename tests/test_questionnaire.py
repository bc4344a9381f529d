"""The form of questions to workers: one table gives the page and the file for survey software."""

import io

from openpyxl import load_workbook

from bookmaking.directives import questionnaire
from decentwork import data


def test_every_question_is_in_the_form_with_its_answers_and_codes():
    rows = questionnaire.questions()
    book = load_workbook(io.BytesIO(questionnaire.as_xlsform(rows)))
    asked = {line[1]: line for line in book["survey"].iter_rows(min_row=2, values_only=True)}
    assert [f"q{row['number']}" in asked for row in rows] == [True] * len(rows)
    answers = {}
    for name, code, label in book["choices"].iter_rows(min_row=2, values_only=True):
        answers.setdefault(name, {})[label] = code
    for row in rows:
        kind = asked[f"q{row['number']}"][0]
        assert ("select" in kind) == bool(row["choices"])
        if row["choices"]:
            codes = answers[f"q{row['number']}"]
            assert list(codes) == [*row["choices"], *questionnaire.ALWAYS]
            assert len(set(codes.values())) == len(codes)


def test_an_answer_that_stands_alone_cannot_be_given_with_another():
    book = load_workbook(io.BytesIO(questionnaire.as_xlsform(questionnaire.questions())))
    asked = {line[1]: line for line in book["survey"].iter_rows(min_row=2, values_only=True)}
    for name in ("q2", "q10", "q12"):
        assert "count-selected(.) > 1" in asked[name][6] and "'88'" in asked[name][6]
    assert asked["q3"][6] is None, "one answer only, so nothing to forbid"


def test_a_question_that_an_earlier_answer_makes_idle_is_left_out():
    book = load_workbook(io.BytesIO(questionnaire.as_xlsform(questionnaire.questions())))
    asked = {line[1]: line for line in book["survey"].iter_rows(min_row=2, values_only=True)}
    assert asked["q9b"][5] == "${consent} = '1' and ${q9a} != '0'"
    assert asked["q10"][5] == "${consent} = '1'"


def test_two_builds_give_the_same_bytes():
    rows = questionnaire.questions()
    assert questionnaire.as_xlsform(rows) == questionnaire.as_xlsform(rows)


def test_the_five_indicators_that_the_passage_leaves_out_are_asked():
    missing = data.read("forced-labour-indicators").query("in_passage == 'no'")["indicator"]
    asked = " ".join(row["indicator"] or "" for row in questionnaire.questions())
    assert [name for name in missing if name.casefold() not in asked.casefold()] == []
