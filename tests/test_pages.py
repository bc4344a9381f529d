"""The built pages hold what they promise to every reader, and each check notices its fault."""

from functools import cache
from pathlib import Path

import pytest

from bookmaking import ledgers
from bookmaking.gates import ROOT, addresses, site
from bookmaking.gates.site import Page
from bookmaking.output import security_policy

NAMES = site.listed(ROOT / "_toc.yml")
# Without a source: they link to what is checked already, and a script fills the first.
BY_SPHINX = ["search", "genindex", "404"]
CHECKS = {
    "structure": site.structure,
    "pictures": site.pictures,
    "places of pictures": site.places_of_pictures,
    "tables": site.tables,
    "own files only": site.own_files_only,
    "conduct": site.conduct,
    "weight": site.weight,
}


@cache
def pages(folder: Path) -> dict[str, Page]:
    return {name: Page(folder, name) for name in [*NAMES, *BY_SPHINX]}


def test_the_pages_are_those_of_the_table_of_contents(book):
    problems = site.completeness(book, NAMES)
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("check", CHECKS)
def test_page(book, name, check):
    problems = CHECKS[check](pages(book)[name])
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_to_sites_that_somebody_looked_at(book, name):
    entered = ledgers.read(addresses.LEDGER)
    hosts = {item.removeprefix("//") for item in entered if item.startswith("//")}
    problems = site.strangers(pages(book)[name], {*hosts, *addresses.NOT_OURS})
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("name", BY_SPHINX)
def test_pages_made_by_sphinx_load_own_files_only(book, name):
    problems = site.own_files_only(pages(book)[name])
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_somewhere(book, name):
    others = {page.path.resolve(): page for page in pages(book).values()}
    problems = site.links(pages(book)[name], others)
    assert not problems, "\n".join(problems)


# What follows plants faults in a sound page.

CAPTION = "The four estimates of people in forced labour, 2005 to 2022"
ALT = "Four estimates, each higher than the one before and drawn apart"
SOUND = f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8" /><title>A page</title>
<link rel="stylesheet" href="_static/book.css?v=1"><script src="_static/book.js"></script></head>
<body><main><h1>A page</h1>
<section id="part"><h2>A part</h2>
<p>See <a href="#part">above</a>, <a href="other.html#place">there</a>,
<a href="https://example.org/">elsewhere</a> and <a href="_downloads/values.csv">values</a>.</p>
<figure><img src="_images/a.svg" alt="{ALT}" width="9" height="9" loading="lazy"><figcaption>
<span class="caption-text">{CAPTION}.</span></figcaption></figure>
<table><caption>Rounds</caption><thead><tr><th scope="col">Round</th></tr></thead>
<tbody><tr><td>2005</td></tr></tbody></table>
<div class="cell_output"><pre>2005  12.3</pre></div>
</section></main></body></html>
"""
OTHER = '<html lang="en"><head><title>T</title></head><body><h1 id="place">O</h1></body></html>'


@pytest.fixture
def sample(tmp_path):
    """Return a function that writes the sound page, changed, and returns it."""
    for name, content in {
        "_static/book.css": "a { color: blue; background: url(../_images/a.svg); }",
        "_static/book.js": "fetch('../_downloads/values.csv')",
        "_images/a.svg": "<svg/>",
        "_downloads/values.csv": "a,b",
        "other.html": OTHER,
    }.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(content, encoding="utf-8")

    def write(old: str = "", new: str = "") -> Page:
        assert old in SOUND
        page = Page(tmp_path, "page")
        changed = security_policy.with_policy(SOUND.replace(old, new, 1))
        page.path.write_text(changed, encoding="utf-8")
        return page

    return write


def check_all(page: Page) -> list[str]:
    other = Page(page.site, "other")
    problems = [problem for check in CHECKS.values() for problem in check(page)]
    return problems + site.links(page, {each.path.resolve(): each for each in (page, other)})


def test_a_sound_page_passes(sample):
    assert check_all(sample()) == []


FAULTS = {
    "two titles": ("<h2>A part</h2>", "<h1>A part</h1>", "has 2 headings of the first level"),
    "no title": ("<title>A page</title>", "", "has no <title>"),
    "no language": (' lang="en"', "", "does not say its language"),
    "empty heading": ("<h2>A part</h2>", "<h2> </h2>", "has an empty heading <h2>"),
    "one id twice": ("<h1>", '<h1 id="part">', "uses the id 'part' more than once"),
    "traceback": (
        "2005  12.3",
        "Traceback (most recent call last):",
        "shows an error, 'Traceback (most recent call last)'",
    ),
    "error in a cell": ("2005  12.3", "KeyError: 'x'", "shows an error, 'KeyError: '"),
    "warning of a cell": (
        "<h2>A part</h2>",
        '<h2>A part</h2><div class="output stderr"><pre>a.py:1: FutureWarning: gone</pre></div>',
        "shows what a cell warned of, 'a.py:1: FutureWarning: gone'",
    ),
    "no alt": (f' alt="{ALT}"', "", "picture _images/a.svg has no alt"),
    "file name as alt": (f'"{ALT}"', '"a.svg"', "has a file name as alt"),
    "short alt": (f'"{ALT}"', '"A bar chart"', "has 11 characters, 'A bar chart'"),
    "caption as alt": (f'"{ALT}"', f'"{CAPTION}"', "repeats the caption"),
    "picture without height": (' height="9"', "", "<img> of picture _images/a.svg has no height"),
    "drawing for phones without width": (
        "<figure>",
        "<figure><picture><source height='9' srcset='_images/a.svg'><img src='_images/a.svg' "
        f"alt='{ALT} too' width='9' height='9' loading='eager'></picture></figure><figure>",
        "<source> of picture _images/a.svg has no width",
    ),
    "picture that does not wait": (
        ' loading="lazy"',
        "",
        "picture _images/a.svg has no loading='lazy'",
    ),
    "table without caption": ("<caption>Rounds</caption>", "", "has no caption"),
    "table without heads": ('<th scope="col">Round</th>', "<td>Round</td>", "has no heads"),
    "head without scope": (' scope="col"', "", "the head 'Round' of a table does not say"),
    "dead link": ("other.html#place", "gone.html", "leads to gone.html, which is not there"),
    "dead anchor": ("other.html#place", "other.html#gone", "has no place 'gone'"),
    "dead anchor on the page": ('"#part"', '"#gone"', "has no place 'gone'"),
    "dead download": ("values.csv", "gone.csv", "leads to _downloads/gone.csv"),
    "external script": (
        "_static/book.js",
        "https://cdn.example.org/x.js",
        "<script src> fetches https://cdn.example.org/x.js",
    ),
    "external style": (
        "_static/book.css?v=1",
        "//fonts.example.org/x.css",
        "<link href> fetches //fonts.example.org/x.css",
    ),
    "external preload": (
        "<script",
        '<link rel="preload" href="https://cdn.example.org/x.js"><script',
        "<link href> fetches https://cdn.example.org/x.js",
    ),
    "external picture": ("_images/a.svg", "https://example.org/a.svg", "<img src> fetches https:"),
    "external picture in a style": (
        "<h1>",
        '<h1 style="background:url(https://example.org/a.svg)">',
        "<h1 style> fetches https://example.org/a.svg",
    ),
    "external font in a style element": (
        "<script",
        "<style>@import 'https://example.org/f.css';</style><script",
        "<style> fetches https://example.org/f.css",
    ),
    "script that imports": (
        "<h1>",
        "<script>import('https://cdn.example.org/x.js')</script><h1>",
        "an inline script fetches https://cdn.example.org/x.js",
    ),
    "code in an attribute": ("<h1>", '<h1 onclick="go()">', "has onclick='go()'"),
    "a link that runs code": ('"#part"', '"javascript:go()"', "runs code from its href"),
    "a link that tells who followed it": (
        '<a href="#part"',
        '<a ping="https://example.org/" href="#part"',
        "has ping=",
    ),
    "a link that the keyboard cannot reach": (
        '<a href="#part"',
        '<a tabindex="-1" href="#part"',
        "is out of the order of the keyboard",
    ),
    "a page that search engines may not list": (
        "<title>",
        '<meta name="robots" content="noindex"><title>',
        "hides from search engines",
    ),
    "a page that leads away": (
        "<title>",
        '<meta http-equiv="refresh" content="0; url=other.html"><title>',
        "leads readers away",
    ),
    "another page in this one": ("<h1>", "<iframe></iframe><h1>", "brings another page into"),
    "sources that are hidden": (
        "<p>See",
        '<div style="display:none"><p class="exhibit-source">S.</p></div><p>See',
        "hides sources, limits or a verdict",
    ),
    "style sheet that is not there": (
        "book.css",
        "gone.css",
        "<link href> fetches _static/gone.css?v=1, which is not there",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_in_a_page(sample, fault):
    old, new, message = FAULTS[fault]
    problems = check_all(sample(old, new))
    assert len(problems) == 1, problems
    assert message in problems[0]


SHARED_FAULTS = {
    "book.css": (
        "@font-face { src: url('https://fonts.example.org/f.woff2'); }",
        "book.css fetches https://fonts.example.org/f.woff2",
    ),
    "book.js": (
        "script.src = 'https://cdn.example.org/x.js'",
        "book.js fetches https://cdn.example.org/x.js",
    ),
}


@pytest.mark.parametrize("file", SHARED_FAULTS)
def test_fault_in_a_shared_file(sample, file):
    text, message = SHARED_FAULTS[file]
    page = sample()
    (page.site / "_static" / file).write_text(text, encoding="utf-8")
    (problem,) = check_all(page)
    assert message in problem


def test_a_heavy_page_is_named_with_what_weighs(sample):
    page = sample()
    (page.site / "_images" / "a.svg").write_bytes(b" " * site.HEAVIEST_PAGE)
    (problem,) = check_all(page)
    assert "weighs 1.00 MB with its figures" in problem
    assert "a.svg 1,000 kB" in problem


def test_a_script_that_the_policy_does_not_name_is_found(sample):
    page = sample()
    text = page.path.read_text(encoding="utf-8")
    page.path.write_text(text.replace("</body>", "<script>go()</script></body>"), encoding="utf-8")
    (problem,) = site.conduct(page)
    assert "does not name the security policy of what it holds" in problem


def test_an_empty_alt_of_a_figure_is_found(sample):
    assert any("has an empty alt" in each for each in site.conduct(sample(f'"{ALT}"', '""')))


def test_a_link_to_a_site_that_nobody_looked_at_is_found(sample):
    assert site.strangers(sample(), ["example.org"]) == []
    (problem,) = site.strangers(sample(), [])
    assert "links to example.org, which nobody entered" in problem


def test_pages_too_few_and_too_many(sample):
    page = sample()
    problems = site.completeness(page.site, ["page", "gone"])
    assert [problem.partition(":")[0] for problem in problems] == [
        "gone.html was not built",
        "other.html was built and is not in _toc.yml",
    ]
