"""Shared files are cut to what the pages use, and no further."""

import shutil
from pathlib import Path

import pydata_sphinx_theme
import pytest
from fontTools.ttLib import TTFont

from bookmaking.output import assets, fonts, style_sheets

CSS = """\
/*! A licence */ /* a comment */
.used{color:red}.unused{color:red}.unused,.used a:hover{color:blue}
.used:not(.unused){color:green}.used.unused{color:green}
@media print{.unused{color:red}h1.used{color:black}}
@supports (display:grid){.unused{color:red}}
.bs-tooltip-auto{color:red}.added-by-script{color:red}
@font-face{font-family:Icons;src:url(../vendor/fa-solid-900.woff2) format("woff2"),\
url(../vendor/fa-solid-900.ttf) format("truetype")}
:root{--download:"\\f019"}
.fa-magnifying-glass:before{content:"\\f002"}.fa-bell:before{content:"\\f0f3"}
"""
CUT = """\
/*! A licence */
.used{color:red}.used a:hover{color:blue}.used:not(.unused){color:green}\
@media print{h1.used{color:black}}.bs-tooltip-auto{color:red}.added-by-script{color:red}\
@font-face{font-family:Icons;src:url(../vendor/fa-solid-900.woff?v=CHECKSUM) format("woff")}\
:root{--download:"\uf019"}.fa-magnifying-glass:before{content:"\uf002"}"""
PAGE = """\
<link href="_static/styles/theme.css" /><link href="_static/book.css?v=old" />
<script src="_static/theme.js?v=old"></script>
<h1 class="used">T</h1><i class="fa-magnifying-glass"></i>
"""
FONTS = list(Path(pydata_sphinx_theme.__file__).parent.rglob("fa-solid-900.*"))


@pytest.fixture
def site(tmp_path):
    """A site of one page, as Sphinx leaves it."""
    static = tmp_path / "_static"
    for folder in ("styles", "vendor", "locales"):
        (static / folder).mkdir(parents=True)
    for font in FONTS:
        shutil.copy(font, static / "vendor")
    (tmp_path / "page.html").write_text(PAGE)
    (static / "styles" / "theme-sheet.css").write_text(CSS)
    (static / "styles" / "theme.css").write_text("")
    (static / "book.css").write_text(".unused{color:red}")
    (static / "theme.js").write_text("add('added-by-script')\n//# sourceMappingURL=theme.js.map")
    (static / "theme.js.map").write_text("{}")
    return tmp_path


@pytest.fixture
def trim(site, tmp_path_factory):
    """Return a function that trims the site as a build does."""
    file = tmp_path_factory.mktemp("doctrees") / "style_sheets.json"
    return lambda own=(): assets.trim(site, set(own), style_sheets.CutStyleSheets(file))


def files(site: Path) -> dict[str, bytes]:
    return {
        path.relative_to(site).as_posix(): path.read_bytes()
        for path in site.rglob("*")
        if path.is_file()
    }


def test_style_sheets_keep_what_is_used(site, trim):
    trim({"book.css"})
    sheet = (site / "_static/styles/theme-sheet.css").read_text()
    checksum = sheet.partition("?v=")[2].partition(")")[0]
    assert sheet == CUT.replace("CHECKSUM", checksum)
    assert (site / "_static/book.css").read_text() == ".unused{color:red}"


def test_fonts_keep_the_icons_that_are_named(site, trim):
    trim()
    (font,) = (site / "_static/vendor").iterdir()
    with TTFont(font) as face:
        assert set(face.getBestCmap()) == {0xF019, 0xF002}
        assert "Awesome" not in face["name"].getDebugName(1)


def test_unused_files_go(site, trim):
    trim()
    assert sorted(files(site)) == [
        "_static/book.css",
        "_static/styles/theme-sheet.css",
        "_static/theme.js",
        "_static/vendor/fa-solid-900.woff",
        "page.html",
    ]
    assert "sourceMappingURL" not in (site / "_static/theme.js").read_text()


def test_references_carry_a_checksum_of_the_content(site, trim):
    trim({"book.css"})
    before = (site / "page.html").read_text()
    assert "?v=old" not in before
    (site / "_static/book.css").write_text(".unused{color:blue}")
    trim({"book.css"})
    after = (site / "page.html").read_text()
    changed = [now for was, now in zip(before.split(), after.split(), strict=True) if was != now]
    assert [reference.partition("?")[0] for reference in changed] == ['href="_static/book.css']


def test_a_second_run_changes_nothing(site, trim):
    trim({"book.css"})
    once = files(site)
    trim({"book.css"})
    assert files(site) == once


def test_a_style_sheet_is_parsed_once_and_again_when_pages_use_more_of_it(site, trim, monkeypatch):
    shipped = (site / "_static/styles/theme-sheet.css").read_bytes()
    trim({"book.css"})
    parsed = []

    class Noted(style_sheets.StyleSheet):
        def __init__(self, css: str) -> None:
            parsed.append(css)
            super().__init__(css)

    monkeypatch.setattr(style_sheets, "StyleSheet", Noted)
    trim({"book.css"})
    (site / "_static/styles/theme-sheet.css").write_bytes(shipped)
    trim({"book.css"})
    assert parsed == []
    (site / "_static/styles/theme-sheet.css").write_bytes(shipped)
    (site / "page.html").write_text(PAGE.replace("<h1", "<h1 class='unused'></h1><h1"))
    trim({"book.css"})
    assert len(parsed) == 1
    assert ".used.unused{color:green}" in (site / "_static/styles/theme-sheet.css").read_text()


def test_an_unknown_icon_is_told_with_its_page(site, trim, monkeypatch):
    told = []
    monkeypatch.setattr(assets, "warn", lambda *warning: told.append(warning))
    (site / "page.html").write_text(PAGE.replace("fa-magnifying-glass", "fa-planted"))
    trim()
    sentence = "the page shows fa-planted, which the theme does not have."
    assert told == [("icon", sentence, str(site / "page.html"))]


def test_typefaces_keep_the_letters_of_the_text_and_go_without_their_name(tmp_path):
    fonts.provide_text_faces(tmp_path)
    written = {path.name for path in tmp_path.iterdir()}
    faces = {f"{name}.woff" for name in fonts.TEXT_FACES}
    assert written == faces | {"sans-LICENSE.txt", "serif-LICENSE.txt"}
    with TTFont(tmp_path / "sans-regular.woff") as face:
        kept = set(face.getBestCmap())
        assert "Source" not in face["name"].getDebugName(1)
    assert kept <= fonts.LETTERS | fonts.SIGNS
    assert {*map(ord, "Aéșž–≈−")} <= kept


def test_a_typeface_that_is_there_is_not_cut_again(tmp_path, monkeypatch):
    fonts.provide_text_faces(tmp_path)
    monkeypatch.setattr(fonts, "cut", lambda *_, **__: pytest.fail("a face was cut again"))
    fonts.provide_text_faces(tmp_path)
