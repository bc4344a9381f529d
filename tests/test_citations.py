"""Sources are cited and listed in the style of the book."""

import re

import pytest
from pybtex.database import parse_string

from bookmaking.directives.citations import (
    cited_as,
    in_order,
    listed,
    shown_address,
    tell_apart,
)
from decentwork import citations
from decentwork.repository import ROOT
from decentwork.sources import READ

BIBLIOGRAPHY = """\
@misc{office, title={A Report}, author={{An Office}}, shorthand={AO}, year={2012}, note={Short.}}
@jurisdiction{case, title={A v. B}, court={A Court}, number={no. 1/23}, date={1 May 2024},
  year={2024}, author={{A Court}}}
@article{paper, title={On counting}, author={Braun, Zoe and {de la} Aa, Jo}, year={2001},
  journal={Journal}, volume={3}, number={4}, pages={5--6}, doi={10.1/x}, read={abstract}}
@news{news, title={Found}, author={{The Paper}}, date={1 May 2024}, year={2024}, read={in full},
  copy={https://example.org/x_y}}
@release{release, title={Said}, author={{An Office}}, shorthand={AO}, year={2011},
  dated={it has data through 2011}, kind={Speech}, read={in part: its end}}
@paper{paper2, title={Drawn}, author={Roe, Ann}, year={2020}, eprint={2001.00001},
  read={secondary: a blog}, copy={a blog}}
@software{code, title={Counts}, author={Roe, Ann}, year={2021}, version={version 1}, read={data}}
"""
LISTED = {
    "office": "An Office [AO] (2012). *A Report*. Short.",
    "case": "*A v. B*, A Court, no. 1/23, 1 May 2024.",
    "paper": "Braun, Zoe and de la Aa, Jo (2001). On counting. *Journal* 3(4), 5–6. "
    "[https://doi.org/10.1/x](https://doi.org/10.1/x) ○ Abstract read",
    "news": "The Paper (2024). Found. 1 May 2024. ● Read in full; copy: "
    "[example.org/x_y](https://example.org/x_y)",
    "release": "An Office [AO] (2011). Said. Speech. Undated; it has data through 2011. "
    "◐ Read in part: its end",
    "paper2": "Roe, Ann (2020). Drawn. [arXiv:2001.00001](https://arxiv.org/abs/2001.00001) "
    "◇ Not opened; known from a blog; copy: a blog",
    "code": "Roe, Ann (2021). *Counts*. version 1. ■ Data used",
}


@pytest.fixture
def entries():
    return parse_string(BIBLIOGRAPHY, "bibtex").entries


def test_sources_are_listed_each_kind_in_its_own_way(entries):
    found = {
        key: listed(entry).render_as("markdown").replace("\n", " ")
        for key, entry in entries.items()
    }
    assert {key: text.replace("\\", "") for key, text in found.items()} == LISTED


def test_the_page_of_references_explains_each_mark_and_no_other():
    page = (ROOT / "book" / "references.md").read_text(encoding="utf-8")
    explained = re.findall(r"^- \*\*(\W [^*]+)\*\*: ", page, re.MULTILINE)
    assert explained == [read.mark.partition(";")[0] for read in READ.values()], (
        "book/references.md and READ in decentwork/sources.py differ; change both"
    )


def test_a_long_address_is_cut_where_it_is_shown():
    assert shown_address("https://www.example.org/a/") == "example.org/a"
    assert shown_address("a blog") == "a blog"
    long = shown_address("http://example.org/" + 70 * "x")
    assert len(long) == 64 and long.endswith("x…")


def test_sources_stand_in_the_order_of_their_first_words(entries):
    found = sorted(entries.values(), key=in_order)
    assert [entry.key for entry in found] == [
        *("case", "release", "office", "paper", "paper2", "code", "news")
    ]


def test_sources_that_would_be_cited_alike_get_letters():
    text = "".join(
        f"@webpage{{{key}, title={{{title}}}, author={{{author}}}, year={{{year}}}}}\n"
        for key, title, author, year in (
            ("third", "Zebras", "Roe, Ann and Doe, Al", 2012),
            ("first", "[Apes]", "Roe, Ann and Doe, Al", 2012),
            ("second", "Bees", "Roe, Ann and Doe, Al", 2012),
            ("alone", "Cats", "Roe, Ann and Doe, Al", 2013),
            ("single", "Dogs", "Roe, Ann", 2012),
        )
    )
    text += "@webpage{d1, title={B}, author={Doe, Al}}@webpage{d2, title={A}, author={Doe, Al}}"
    entries = parse_string(text, "bibtex").entries
    for _ in range(2):  # A build starts from the entries of the last one.
        tell_apart(entries.values())
        assert {key: cited_as(entry)[1] for key, entry in entries.items()} == {
            **{"first": "2012a", "second": "2012b", "third": "2012c"},
            **{"alone": "2013", "single": "2012", "d1": "n.d.-b", "d2": "n.d.-a"},
        }


def test_a_citation_to_copy_has_author_title_year_place_and_key():
    copied = citations.for_quotation("ilo2005release{para. 1},unodcdata2025{sheet data_glotip_1}")
    assert copied == (
        "International Labour Organization: ILO releases major new study on forced labour (2005), "
        "para. 1 [ilo2005release] and United Nations Office on Drugs and Crime: Trafficking in "
        "persons data (2025), sheet data_glotip_1 [unodcdata2025]"
    )


def test_a_citation_to_copy_needs_its_place():
    with pytest.raises(ValueError, match="'ilo2022' names no place"):
        citations.for_quotation("ilo2022")
