"""Shared files are cut to what the pages use, and no further."""

import re
import shutil
from collections.abc import Iterable
from pathlib import Path

import matplotlib
import pydata_sphinx_theme
import pytest
from bookmaking.fresh.remembered import MadeBefore
from fontTools.ttLib import TTFont
from PIL import Image

from bookmaking.checks import ROOT
from bookmaking.site import assets, fonts, images, style_sheets
from bookmaking.site import held as held_module
from bookmaking.site.held import Element, Held
from bookmaking.site.known_pages import KnownPages
from bookmaking.source import pages

FACE = re.compile(r"([\w-]+): ([^;]+);")

CSS = """\
/*! A licence */ /* a comment */
.used{color:red}.unused{color:red}.unused,.used a:hover{color:blue}
.used:not(.unused){color:green}.used.unused{color:green}h1.unused-too{color:red}
.used > a { color : red ; /* a comment */ margin : 0  auto }
h2{color:red}
[data-theme=dark] a{color:red}[data-planted]{color:red}#place{color:red}#other{color:red}
[type=search]{color:red}[type=file]{color:red}
:is(.used,.unused) a{color:red}:is(.unused,h3) a{color:red}
html:not([data-theme]){color:red}
@media print{.unused{color:red}h1.used{color:black}}
@supports (display:grid){.unused{color:red}}
.added-by-script{color:red}.looked-for{color:red}[data-by-script]{color:red}
@font-face{font-family:Icons;src:url(../vendor/fa-solid-900.woff2) format("woff2"),\
url(../vendor/fa-solid-900.ttf) format("truetype")}
:root{--read:1px;--download:"\\f019";--unread:var(--only-for-it);--only-for-it:1px}
.used{margin:var(--read);content:var(--download)}
.fa-magnifying-glass:before{content:"\\f002"}.fa-bell:before{content:"\\f0f3"}
"""
CUT = """\
@charset "UTF-8";
/*! A licence */
.used{color:red}.used a:hover{color:blue}.used:not(.unused){color:green}\
.used>a{color:red;margin:0 auto}[data-theme=dark] a{color:red}#place{color:red}\
[type=search]{color:red}:is(.used,.unused) a{color:red}\
@media print{h1.used{color:black}}.added-by-script{color:red}[data-by-script]{color:red}\
@font-face{font-family:Icons;src:url(../vendor/fa-solid-900.woff2?v=CHECKSUM) format("woff2")}\
:root{--read:1px;--download:"\uf019"}.used{margin:var(--read);content:var(--download)}\
.fa-magnifying-glass:before{content:"\uf002"}"""
OWN = "/* Why */\n.used { color : red }\n.unused{color:red}\n"
PAGE = """\
<html data-theme="auto"><head>
<link href="_static/styles/theme-sheet.css" rel="stylesheet" />
<link href="_static/book.css?v=old" />
<script src="_static/documentation_options.js"></script>
<script src="_static/theme.js?v=old"></script>
<script src="_static/copybutton.js"></script>
</head><body><h1 class="used" id="place"><a></a></h1><input type="search" />
<i class="fa-magnifying-glass"></i>
</body></html>
"""
SCRIPT = """\
element.classList.add('added-by-script'); document.querySelector('.looked-for');
element.dataset.byScript = 1
//# sourceMappingURL=theme.js.map"""
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
    (static / "book.css").write_text(OWN)
    (static / "theme.js").write_text(SCRIPT)
    for name in ("documentation_options.js", "copybutton.js", "bootstrap.js"):
        (static / name).write_text("add('unused')" if name != "documentation_options.js" else "")
    (static / "scripts").mkdir()
    (static / "bootstrap.js").rename(static / "scripts" / "bootstrap.js")
    (static / "theme.js.map").write_text("{}")
    return tmp_path


@pytest.fixture
def trim(site, tmp_path_factory):
    """Return a function that trims the site as a build does."""
    folder = tmp_path_factory.mktemp("doctrees")

    def trim(own: Iterable[str] = ()) -> None:
        cuts = style_sheets.CutStyleSheets(folder / "style_sheets.json")
        known = KnownPages(folder / "pages.json", *assets.MADE_BY)
        icon_fonts = MadeBefore(folder / "fonts.json", fonts)
        assets.trim(site, set(own), cuts, known, icon_fonts)

    return trim


def files(site: Path) -> dict[str, bytes]:
    return {
        path.relative_to(site).as_posix(): path.read_bytes()
        for path in site.rglob("*")
        if path.is_file()
    }


def shared(site: Path) -> str:
    return (site / "_static" / assets.SHARED).read_text()


def test_style_sheets_keep_what_can_apply(site, trim):
    (site / "page.html").write_text(PAGE.replace("copybutton", "theme"))
    trim({"book.css"})
    sheet = shared(site)
    checksum = sheet.partition("woff2?v=")[2].partition(")")[0]
    assert sheet == CUT.replace("CHECKSUM", checksum)
    assert (site / "_static/book.css").read_text() == ".used{color:red}"


def test_a_page_loads_one_sheet_of_theme_and_extensions_and_then_those_of_the_book(site, trim):
    (site / "_static/other.css").write_text(".used{margin:1px}")
    link = '<link rel="stylesheet" type="text/css" href="_static/other.css?v=1" />'
    (site / "page.html").write_text(PAGE.replace("<script", f"{link}\n<script", 1))
    trim({"book.css"})
    loaded = assets.style_links((site / "page.html").read_text())
    assert loaded == [assets.SHARED, "book.css"]
    assert shared(site).endswith(".used{margin:1px}")


def test_what_a_later_rule_overrules_goes():
    kept = "@media print{a{color:blue}}b,a{margin:0}:is(a,b){margin:1px}"
    later = 'a{color:green}[b="c"],b{margin:1px}[b=c]{margin:2px}'
    sheets = {Path("first"): f"a{{color:red;margin:0}}{kept}", Path("second"): later}
    assert style_sheets.without_overruled(sheets) == {
        Path("first"): f"a{{}}{kept}",
        Path("second"): later,
    }


def test_addresses_hold_in_the_folder_of_the_shared_sheet(tmp_path):
    css = "a{b:url(img/x.png);c:url(data:x);d:url('../y.png')}"
    moved = assets.in_folder(css, tmp_path, tmp_path / "styles")
    assert moved == "a{b:url(../img/x.png);c:url(data:x);d:url(../../y.png)}"


def test_scripts_wait_and_those_without_use_go(site, trim):
    trim({"book.css"})
    page = (site / "page.html").read_text()
    assert '<script src="_static/documentation_options.js?v=' in page
    head, _, body = page.partition("</head>")
    assert "defer" not in head, "a script in the head shares the line with the style"
    assert '<script defer src="_static/theme.js?v=' in body
    assert "copybutton" not in page
    (site / "page.html").write_text(PAGE.replace("<h1", '<div class="highlight-x"></div><h1'))
    trim({"book.css"})
    assert '<script defer src="_static/copybutton.js?v=' in (site / "page.html").read_text()


def test_words_of_code_that_look_as_all_others_have_no_element():
    css = ".a .highlight{color:red}.a .highlight .n{color:red}.a .highlight .k{color:blue}"
    css += ".b .highlight{color:red}.b .highlight .p{color:green}.a .highlight .p{color:red}"
    css += "div.highlight span.gp{user-select:none}"  # a prompt, which nobody copies with the code
    code = '<span class="k">def</span> <span class="n">f</span><span class="p">(</span>'
    page = f'<div class="highlight"><pre>{code}</pre></div><span class="n">x</span>'
    assert assets.coloured_tokens(css) == {"k", "p", "gp"}
    assert assets.without_plain_tokens(page, {"k", "p"}) == page.replace(
        '<span class="n">f</span>', "f"
    )


def test_fonts_keep_the_icons_that_are_named(site, trim):
    trim()
    (font,) = (site / "_static/vendor").iterdir()
    with TTFont(font) as face:
        assert set(face.getBestCmap()) == {0xF019, 0xF002}
        assert "Awesome" not in face["name"].getDebugName(1)


def test_a_font_of_icons_is_cut_once(site, trim, monkeypatch):
    (shipped,) = (site / "_static/vendor").glob("*.ttf")
    before = shipped.read_bytes()
    trim()
    first = files(site)
    shipped.write_bytes(before)  # as Sphinx copies it in the next build
    monkeypatch.setattr(fonts, "_cut", lambda *_, **__: pytest.fail("the font was cut again"))
    trim()
    assert files(site) == first


def test_unused_files_go(site, trim):
    trim()
    assert sorted(files(site)) == [
        "_static/book.css",
        "_static/copybutton.js",
        "_static/documentation_options.js",
        "_static/styles/shared.css",
        "_static/styles/theme-sheet.css",
        "_static/theme.js",
        "_static/vendor/fa-solid-900.woff2",
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


def test_only_references_to_shared_files_that_are_there_get_a_checksum():
    page = '<a href="../_static/a.css"><a href="my_static/a.css"><a href="_static/gone.css">'
    told = assets.with_checksums(page, lambda name: "1" if name == "a.css" else "")
    assert told == page.replace("../_static/a.css", "../_static/a.css?v=1")


def test_a_second_run_changes_nothing(site, trim):
    trim({"book.css"})
    once = files(site)
    trim({"book.css"})
    assert files(site) == once


def test_a_page_that_stays_is_looked_at_once_and_again_when_something_changes(
    site, trim, monkeypatch
):
    looks = []
    for module, name in ((assets, "with_policy"), (assets, "icons"), (held_module, "_element")):
        look = getattr(module, name)

        def noted(*given, name=name, look=look):
            looks.append(name)
            return look(*given)

        noted.__name__ = name
        monkeypatch.setattr(module, name, noted)
    trim({"book.css"})
    looks.clear()
    trim({"book.css"})
    assert looks == []
    before = (site / "page.html").read_text()
    (site / "_static" / "theme.js").write_text("another")
    trim({"book.css"})
    assert "with_policy" in looks
    after = (site / "page.html").read_text()
    assert after != before, "the page names a script as it was"
    (site / "page.html").write_text(after.replace("<h1", '<i class="fa-bell"></i><h1'))
    looks.clear()
    trim({"book.css"})
    assert {*looks} == {"with_policy", "icons", "_element"}


def test_a_page_that_stays_keeps_a_rule_that_comes_later(site, trim):
    (site / "page.html").write_text(PAGE.replace("<h1", '<p class="later"></p><h1'))
    for _ in range(2):
        trim()
    (site / "_static" / "styles" / "theme-sheet.css").write_text(CSS + ".later{color:black}")
    trim()
    assert ".later{color:black}" in shared(site), "what pages hold was looked up by other names"


def test_a_page_that_stays_gets_the_size_of_a_picture_that_comes_later(site, trim):
    (site / "page.html").write_text(PAGE.replace("<h1", '<img src="_downloads/a.png"><h1'))
    for _ in range(2):
        trim()
    assert "width=" not in (site / "page.html").read_text()
    (site / "_downloads").mkdir()
    Image.new("L", (2, 3)).save(site / "_downloads" / "a.png")
    trim()
    assert 'width="2"' in (site / "page.html").read_text()


def test_a_page_with_the_text_of_another_gets_the_size_of_its_own_picture(site, trim):
    text = PAGE.replace("_static/", "../_static/").replace("<h1", '<img src="a.png"><h1')
    (site / "without").mkdir()
    (site / "without" / "page.html").write_text(text)
    (site / "with").mkdir()
    Image.new("L", (2, 3)).save(site / "with" / "a.png")
    for _ in range(2):
        trim()
    shutil.copy(site / "without" / "page.html", site / "with")
    trim()
    assert 'width="2"' in (site / "with" / "page.html").read_text()


def test_a_style_sheet_is_parsed_once_and_again_when_pages_use_more_of_it(site, trim, monkeypatch):
    trim()
    parsed = []

    class Noted(style_sheets.StyleSheet):
        def __init__(self, css: str) -> None:
            parsed.append(css)
            super().__init__(css)

    monkeypatch.setattr(style_sheets, "StyleSheet", Noted)
    trim()
    assert parsed == []
    (site / "page.html").write_text(PAGE.replace("<h1", "<h1 class='used unused'></h1><h1"))
    trim()
    assert parsed == [CSS, OWN]
    assert ".used.unused{color:green}" in shared(site)
    # As before: pages alternate between what was just written and what is left of it.
    (site / "page.html").write_text(PAGE)
    trim()
    assert parsed == [CSS, OWN]
    assert ".used.unused" not in shared(site)


def test_only_the_last_cuts_of_a_style_sheet_are_kept(tmp_path):
    cuts = style_sheets.CutStyleSheets(tmp_path / "style_sheets.json")
    names = "abcdefgh"
    css = "".join(f".{name}{{top:0}}" for name in names)
    for name in names:
        held = Held({Element("p", frozenset(name))})
        assert cuts.cut(css, held)["css"] == f".{name}{{top:0}}"
    (known,) = (kept for kept in cuts.kept.values() if "cuts" in kept)
    last = [f".{name}{{top:0}}" for name in names[-style_sheets.MOST_CUTS :]]
    assert [cut["css"] for cut in known["cuts"].values()] == last


def test_a_style_sheet_is_cut_anew_when_the_code_that_cuts_changes(site, trim, monkeypatch):
    trim()
    monkeypatch.setattr(style_sheets, "_digest", lambda text: f"other {hash(text)}")
    assert style_sheets.CutStyleSheets(
        next(site.parent.rglob("style_sheets.json"))
    ).kept.keys() == {
        "made by",
        "order",
    }


def test_an_unknown_icon_is_told_with_its_page(site, trim, monkeypatch):
    told = []
    monkeypatch.setattr(assets, "warn", lambda *warning: told.append(warning))
    (site / "page.html").write_text(PAGE.replace("fa-magnifying-glass", "fa-planted"))
    sentence = "the page shows fa-planted, which the theme does not have."
    for _ in range(3):  # also when the page stays as it is
        told.clear()
        trim()
        assert told == [("icon", sentence, str(site / "page.html"))]


@pytest.mark.long
def test_typefaces_keep_the_letters_of_the_text_and_go_without_their_name(tmp_path):
    fonts.provide_text_faces(tmp_path)
    written = {path.name for path in tmp_path.iterdir()}
    faces = {f"{name}.woff2" for name in fonts.TEXT_FACES}
    assert written == faces | {"sans-LICENSE.txt", "serif-LICENSE.txt"}
    with TTFont(tmp_path / "sans-regular.woff2") as face:
        kept = set(face.getBestCmap())
        assert "Source" not in face["name"].getDebugName(1)
    assert kept <= fonts.LETTERS | fonts.SIGNS
    assert {*map(ord, "Aéșž–≈−")} <= kept


@pytest.mark.long
def test_a_typeface_that_is_there_is_not_cut_again(tmp_path, monkeypatch):
    fonts.provide_text_faces(tmp_path)
    monkeypatch.setattr(fonts, "cut", lambda *_, **__: pytest.fail("a face was cut again"))
    fonts.provide_text_faces(tmp_path)


MOST_STYLE = 100_000


def test_no_chapter_loads_much_style(book):
    for path in pages.notebooks():
        page = (book / path.relative_to(ROOT)).with_suffix(".html").read_text(encoding="utf-8")
        sizes = {
            name: (book / "_static" / name).stat().st_size for name in assets.style_links(page)
        }
        assert sum(sizes.values()) <= MOST_STYLE, f"{path.stem} loads {sizes}"


SIZES = {
    '<svg xmlns="http://www.w3.org/2000/svg" width="460.8pt" height="72pt" viewBox="0 0 1 1"/>': (
        614,
        96,
    ),
    '<svg xmlns="http://www.w3.org/2000/svg" width="100%" viewBox="0 0 300.4 20"/>': (300, 20),
    '<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20px"/>': (30, 20),
}


@pytest.mark.parametrize("drawing", SIZES)
def test_the_size_of_a_drawing(tmp_path, drawing):
    (tmp_path / "a.svg").write_text(drawing)
    assert images.size(tmp_path / "a.svg") == SIZES[drawing]


def test_a_drawing_without_a_size_is_named(tmp_path):
    (tmp_path / "a.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    with pytest.raises(images.SizeError, match=r"a\.svg says neither width and height nor viewBox"):
        images.size(tmp_path / "a.svg")


def test_pictures_get_their_size_and_wait(tmp_path):
    (tmp_path / "a.svg").write_text(next(iter(SIZES)))
    Image.new("RGB", (7, 5)).save(tmp_path / "b.png")
    page = (
        '<img alt="1 > 0" src="a.svg" /><img src="b.png"><img src="data:x" /><img src="gone.png" />'
        '<img src="a.svg" width="5" height="4" loading="eager" />'
    )
    sized = images.sized(page, tmp_path)
    assert sized == (
        '<img alt="1 > 0" src="a.svg" height="96" loading="lazy" width="614" />'
        '<img src="b.png" height="5" loading="lazy" width="7" />'
        '<img src="data:x" /><img src="gone.png" />'
        '<img src="a.svg" width="5" height="4" loading="eager" />'
    )
    assert images.sized(sized, tmp_path) == sized


STAND_INS = {
    ("Serif DejaVu", "normal", "400"): ("serif-regular", "DejaVuSerif"),
    ("Serif DejaVu", "italic", "400"): ("serif-italic", "DejaVuSerif-Italic"),
    ("Serif DejaVu", "normal", "600 700"): ("serif-semibold", "DejaVuSerif-Bold"),
    ("Sans DejaVu", "normal", "400 500"): ("sans-regular", "DejaVuSans"),
    ("Sans DejaVu", "normal", "600 700"): ("sans-semibold", "DejaVuSans-Bold"),
}
"""Typefaces that matplotlib brings, so that what book.css says of them can be computed anywhere."""


@pytest.mark.long
def test_stand_ins_are_as_wide_as_the_typefaces_of_the_book():
    shipped = Path(matplotlib.get_data_path(), "fonts", "ttf")
    prose = "".join(
        cell.text
        for path in pages.notebooks()
        for cell in pages.cells(path)
        if cell.kind == "markdown"
    )
    text = re.sub(r"[^\w .,]", "", prose)
    css = (ROOT / "book" / "_static" / "book.css").read_text(encoding="utf-8")
    faces = [dict(FACE.findall(face)) for face in re.findall(r"@font-face \{([^}]*)\}", css)]
    said = {
        (
            face["font-family"].strip('"'),
            face.get("font-style", "normal"),
            face.get("font-weight", "400"),
        ): face
        for face in faces
        if "size-adjust" in face
    }
    for name, (own, other) in STAND_INS.items():
        font = Path(fonts.TEXT_FACES[own])
        width = fonts.mean_width(shipped / f"{other}.ttf", text)
        for descriptor, percent in fonts.stand_in(font, width, text).items():
            told = float(said[name][descriptor].rstrip("%"))
            assert told == pytest.approx(percent, rel=0.01), f"{name} {descriptor}"
