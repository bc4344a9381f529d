"""How notebooks are made; that they run from a clean kernel is proved by nbval."""

import nbformat
import pytest
from nbclient import NotebookClient

from bookmaking import notebook_form as tidy
from bookmaking.gates import ROOT, notebooks, pages

ALL = [path.relative_to(ROOT).as_posix() for path in pages.notebooks()]


def test_there_are_notebooks():
    assert ALL


@pytest.mark.parametrize("notebook", ALL)
@pytest.mark.parametrize(
    "check",
    [notebooks.form, notebooks.order, notebooks.head, notebooks.typed_verdicts, notebooks.code],
)
def test_notebook_is_made_as_the_others(notebook, check):
    problems = check(ROOT / notebook)
    assert not problems, "\n".join(problems)


@pytest.mark.kernel
def test_a_downloaded_copy_runs_from_any_folder(tmp_path):
    notebook = nbformat.read(ROOT / ALL[0], as_version=4)
    NotebookClient(notebook, resources={"metadata": {"path": str(tmp_path)}}).execute()
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert list(tmp_path.iterdir()) == [], "a notebook must not write where it runs"


@pytest.mark.kernel
def test_tidy_keeps_only_the_outputs_that_are_compared(tmp_path):
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": tidy.KERNEL, "widgets": {}})
    shown = nbformat.v4.new_code_cell("6 * 7", metadata={"tags": sorted(tidy.CHECKED)})
    notebook.cells = [nbformat.v4.new_code_cell("1 + 1", metadata={"scrolled": True}), shown]
    path = tmp_path / "notebooks" / "sample.ipynb"
    path.parent.mkdir()
    nbformat.write(notebook, path)
    assert notebooks.form(path, tmp_path) != []
    tidy.tidy(path)
    assert notebooks.form(path, tmp_path) == []
    (kept,) = nbformat.read(path, as_version=4).cells[1].outputs
    assert kept.data == {"text/plain": "42"}


HEAD = """# A chapter

````{admonition} Short answer
:class: answer

About {glue:text}`many` people, in one State {cite:p}`ilo2005release{para. 1}`.

{verdicts}`this chapter`
````

**Before you read.** Allow {reading-time}`this chapter`. After this chapter you can:

- tell one thing from another;
- count;
- doubt.

```{claim} S2-05
```
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("About", "word " * 60, "the short answer has 66 words"),
        ("{glue:text}`many`", "many", "the short answer has no number"),
        ("Allow {reading-time}`this chapter`.", "Allow an hour.", "does not say how long it takes"),
        ("{verdicts}`this chapter`", "", "the short answer names no verdicts"),
        ("- doubt.", "", "a list of 3 objectives"),
        ("After this chapter", "Later", "a list of 3 objectives"),
    ],
)
def test_a_fault_in_the_head_of_a_chapter_is_named(tmp_path, old, new, message):
    path = tmp_path / "chapter.md"
    path.write_text(HEAD, encoding="utf-8")
    assert notebooks.head(path, tmp_path) == []
    path.write_text(HEAD.replace(old, new, 1), encoding="utf-8")
    (problem,) = notebooks.head(path, tmp_path)
    assert message in problem


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The line is partly supported.", True),
        ("So the answer is *open*.", True),
        ("**Strength**: weak.", True),
        ("There is moderate evidence for it.", True),
        ("The number today cannot be known.", True),
        ("The line is {verdict}`S2-05`, on {strength}`S2-05` evidence.", False),
        ("The door was open, and the work was done.", False),
        ('"The claim is not supported", the court wrote.', False),
    ],
)
def test_a_typed_verdict_is_found(tmp_path, text, found):
    path = tmp_path / "chapter.md"
    path.write_text(text, encoding="utf-8")
    assert bool(notebooks.typed_verdicts(path, tmp_path)) is found


def test_a_chapter_that_opens_without_a_case_is_named(tmp_path):
    path = tmp_path / "chapter.md"
    start = "````{admonition} The note says\n:class: note-says\n\nWords.\n````\n\n{case}\n\n"
    for case, named in (("A worker came.", False), ("", True)):
        path.write_text(f"# T\n\n{start.replace('{case}', case)}{HEAD[11:]}", encoding="utf-8")
        problems = [each for each in notebooks.order(path, tmp_path) if "without a case" in each]
        assert bool(problems) is named
