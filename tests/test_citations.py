"""Sources are cited and listed in the style of the book."""

import pybtex.plugin
import pytest
from pybtex.database import parse_string

from bookmaking.pages.citations import AuthorYear, ByName

BIBLIOGRAPHY = """\
@misc{office, title={A Report}, author={{An Office}}, shorthand={AO}, year={2012}, note={Short.}}
@jurisdiction{case, title={A v. B}, court={A Court}, number={no. 1/23}, date={1 May 2024},
  year={2024}, author={{A Court}}}
@article{paper, title={On counting}, author={Braun, Zoe and {de la} Aa, Jo}, year={2001},
  journal={Journal}, volume={3}, number={4}, pages={5--6}, doi={10.1/x}}
"""
LISTED = {
    "office": "An Office [AO] (2012). *A Report*. Short.",
    "case": "*A v. B*, A Court, no. 1/23, 1 May 2024.",
    "paper": "Braun, Zoe and de la Aa, Jo (2001). On counting. *Journal* 3(4), 5–6. "
    "[https://doi.org/10.1/x](https://doi.org/10.1/x)",
}


@pytest.fixture
def entries():
    return parse_string(BIBLIOGRAPHY, "bibtex").entries


def test_sources_are_listed_each_kind_in_its_own_way(entries):
    listed = AuthorYear().format_entries(entries.values())
    found = {entry.key: entry.text.render_as("markdown").replace("\n", " ") for entry in listed}
    assert {key: text.replace("\\", "") for key, text in found.items()} == LISTED


def test_sources_stand_in_the_order_of_their_first_words(entries):
    in_order = sorted(entries.values(), key=ByName().sorting_key)
    assert [entry.key for entry in in_order] == ["case", "office", "paper"]


def test_pybtex_still_forgets_its_plugins(monkeypatch):
    asked = []
    looked_up = pybtex.plugin.entry_points
    monkeypatch.setattr(
        pybtex.plugin, "entry_points", lambda **wanted: asked.append(wanted) or looked_up(**wanted)
    )
    for _ in range(2):
        pybtex.plugin.find_plugin("pybtex.backends", "html")
    assert len(asked) == 2, (
        "pybtex remembers a plugin that it found: the registration of plaintext in "
        "bookmaking.pages.citations can go."
    )
