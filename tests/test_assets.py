"""Pages load few and light files, and all that they use is in what was cut of the theme."""

import re
from importlib.metadata import version
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from bookmaking.checks import ROOT
from bookmaking.site import assets
from bookmaking.source import pages

PAGE = """\
<html><head><meta charset="utf-8" /><link href="_static/theme/theme.css" />
<link href="_static/book.css?v=old" /></head><body>
<div class="highlight"><pre><span class="k">def</span> <span class="n">f</span></pre></div>
<i class="fa-bell"></i><script src="_static/theme.js"></script></body></html>
"""
SHEET = ".a .highlight{color:red}.a .highlight .n{color:red}.a .highlight .k{color:blue}\n"
SCRIPT = "  // why\n  look('//x')\n"


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A site of one page, as Sphinx leaves it."""
    monkeypatch.setattr(assets, "CLASSES", tmp_path / "classes.txt")
    assets.CLASSES.write_text("fa-bell\n")
    folder = tmp_path / "site"
    static = folder / "_static"
    for name, text in {
        "theme/theme.css": SHEET,
        "book.css": "/* Why */\n  .used { color : red }\n",
        "basic.css": ".fa-bell:before{}.fa-moon:before{}",
        "theme.js": SCRIPT,
        "theme.js.map": "{}",
        "scripts/bootstrap.js": "",
        "vendor/font.woff2": "",
    }.items():
        (static / name).parent.mkdir(parents=True, exist_ok=True)
        (static / name).write_text(text)
    (folder / "page.html").write_text(PAGE)
    return folder


def finished(site: Path) -> str:
    assets.finish(site, ["theme/theme.css", "book.css", "theme.js"])
    return (site / "page.html").read_text()


def test_what_nothing_loads_goes_and_the_rest_gets_light_and_marked(site):
    page = finished(site)
    left = {path.relative_to(site).as_posix(): path for path in site.rglob("*") if path.is_file()}
    assert sorted(left) == [
        "_static/book.css", "_static/theme.js", "_static/theme/theme.css", "page.html",
    ]  # fmt: skip
    assert left["_static/book.css"].read_text() == ".used { color : red }\n"
    assert left["_static/theme.js"].read_text() == "look('//x')\n"
    assert "</span> f</pre>" in page, "a word that looks as the code around it has no element"


def test_a_page_names_the_icon_and_the_class_that_were_cut_away(site, monkeypatch):
    told = []
    monkeypatch.setattr(assets, "warn", lambda *warning: told.append(warning))
    finished(site)
    assert told == []
    (site / "_static" / "basic.css").write_text(".fa-moon:before{}.sd-card{}.i{}")
    (site / "page.html").write_text(PAGE.replace("fa-bell", "fa-moon sd-card i"))
    finished(site)
    assert [what[:32] for _, what, _ in told] == [
        "the page uses the class fa-moon,",
        "the page uses the class i, whose",
        "the page uses the class sd-card,",
    ]


def test_the_sheet_of_the_theme_was_cut_from_the_packages_that_are_installed():
    sheet = (assets.STATIC / assets.SHEET).read_text(encoding="utf-8")
    told = re.split(r", |\n|Cut from ", sheet[:1000])
    other = [name for name in assets.PACKAGES if f"{name} {version(name)}" not in told]
    assert other == [], f"{assets.SHEET} was cut from other versions of these: {assets.AGAIN}"


def test_each_icon_and_each_typeface_that_style_sheets_name_is_there():
    sheet = (assets.STATIC / assets.SHEET).read_text(encoding="utf-8")
    icons = {icon for icon in re.findall(r'"(.)"', sheet) if ord(icon) > 0xE000}
    found = set()
    for name in re.findall(r"url\(([\w-]+\.woff2)\)", sheet):
        with TTFont(assets.STATIC / "theme" / name) as font:
            found |= set(map(chr, font.getBestCmap()))
            assert "Awesome" not in font["name"].getDebugName(1), "the licence keeps the name"
    assert icons and icons <= found
    css = (assets.STATIC / "book.css").read_text(encoding="utf-8")
    faces = set(re.findall(r"url\((fonts/[\w-]+\.woff2)\)", css))
    assert {path.name for path in (assets.STATIC / "fonts").glob("*.woff2")} == {
        face.partition("/")[2] for face in faces
    }


def test_every_property_that_the_book_reads_is_set_somewhere():
    texts = {path.name: path.read_text(encoding="utf-8") for path in assets.STATIC.rglob("*.css")}
    of_book = "".join(text for name, text in texts.items() if name != "theme.css")
    read = set(re.findall(r"var\((--[\w-]+)\)", re.sub(r"/\*.*?\*/", "", of_book, flags=re.DOTALL)))
    set_here = set(re.findall(r"(--[\w-]+)\s*:", "".join(texts.values())))
    missing = read - set_here - SET_BY_PAGES
    assert missing == set(), "theme.css was cut before: run tools/cut_theme.py again"


SET_BY_PAGES = {"--book-title", "--book-date"}


MOST_STYLE = 105_000


def test_no_chapter_loads_much_style(book):
    for path in pages.notebooks():
        page = (book / path.relative_to(ROOT)).with_suffix(".html").read_text(encoding="utf-8")
        names = re.findall(r'<link[^>]*href="[^"]*_static/([^"?]+\.css)', page)
        assert names[0] == assets.SHEET and names[-1] == "book.css"
        sizes = {name: (book / "_static" / name).stat().st_size for name in names}
        assert sum(sizes.values()) <= MOST_STYLE, f"{path.stem} loads {sizes}"
        head, _, body = page.partition("</head>")
        assert "defer" not in head, "a script in the head shares the line with the style"
        assert "<script defer" in body
