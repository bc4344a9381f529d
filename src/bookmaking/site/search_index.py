"""The index of the book's search: which places there are, and which words each of them has.

A result of the search is a place (see `places`), and the search page works from disk as well. So
the index is a script that the page loads, and not a file that it would have to fetch:

- Sphinx's own index knows pages and no places, which leads to the top of a long page.
- Pagefind fetches WebAssembly, which no browser allows from disk (Pagefind/pagefind#202).
- MiniSearch is one small file without dependencies, with prefixes, typing errors and weights. The
  browser hands it the words of this index (``book/_static/search.js``).

``search/index.js`` has titles and words. The texts, from which the page cuts its excerpts, are a
file for each page, of which the search page loads only those that it shows.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from sphinx.errors import ExtensionError
from sphinx.search.en import SearchEnglish

from bookmaking import site_files
from bookmaking.directives.subjects import SUBJECTS
from bookmaking.site.places import NOT_ASKED, Place, places, words

FOLDER = "search"
"""The folder of the index in the built site."""
OTHER_NAMES = Path("book", "search_names.yml")
"""What readers call things that the book calls by another name."""
KINDS = ("page", "state", "section", "figure", "table", "line", "term", "data", "source", "code")
SHARED_NAMES = 3
"""If more pages than this have a word among their further names, it tells none of them apart."""

OF_STATES, AMOUNT = "book/states/", re.compile(r"(?!(?:19|20)\d\d$)[\d.,]+")
"""The pages of States, and the numbers in their tables, by which nobody looks for a State."""
FRACTION = re.compile(r"\d+\.\d{2,}")
"""A number with two decimals or more stands in the values of a figure; nobody types it."""
ALIKE, FEWEST = 0.7, 8
"""The share of the pages of States, and the fewest of them, that have a word in the same section.
Such words are said once, with the pages that lack them: they were a tenth of the index."""
APART = ("book/check", "book/provenance", "book/changes")
"""Pages on how the book is made, which name everything. Their places are a group below."""
LOGGED = "book/searches"
"""The page with the words that others searched for: it is found by its titles only."""

Pages = Mapping[str, list[Place]]


def index(pages: Pages, other_names: Mapping[str, str], subjects: Sequence[Mapping] = ()) -> dict:
    """Return the index of ``pages``, of which each has its places.

    ``other_names`` has what readers may type, and the words that the book has for it. The index has
    ``pages``: name, title and further names of each page; ``places``: page (by number), kind (by
    number), anchor (of a source its key) and title, if it has one; ``words``: each word with the
    numbers of the places that have it, as differences to the number before; ``names``; ``apart``:
    the numbers of pages on how the book is made; ``subjects``: the number of a place with the words
    by which readers look for it; ``alike``: by the anchor of a section of the pages of States, the
    words of all of them and the heads of their tables; ``lacking``: as ``words``, the places of
    such a section that lack one of its words.
    """
    pages = _with_one_list_of_sources(pages)
    shared = Counter(word for found in pages.values() for word in set(words(found[0].names)))
    alike = _alike(pages)
    listed_pages, listed, of_word, lacking = [], [], defaultdict(list), defaultdict(list)
    at: dict[tuple[str, str], int] = {}
    for number, (name, found) in enumerate(sorted(pages.items())):
        further = {word for word in words(found[0].names) if shared[word] <= SHARED_NAMES}
        listed_pages.append([name, found[0].title, " ".join(sorted(further))])
        for place in found:
            found_words, shared_words = _indexed(name, place), set()
            if name.startswith(OF_STATES) and place.anchor in alike:
                shared_words = alike[place.anchor][0]
            for word in found_words - shared_words:
                of_word[word].append(len(listed))
            for word in shared_words - found_words:
                lacking[word].append(len(listed))
            anchor = (
                place.anchor.removeprefix("source-") if place.kind == "source" else place.anchor
            )
            at |= {(name, each): len(listed) for each in (place.anchor, *place.labels)}
            listed.append([number, KINDS.index(place.kind), anchor, *filter(None, [place.title])])
    return {
        "kinds": KINDS,
        "pages": listed_pages,
        "places": listed,
        "words": _in_steps(of_word),
        "alike": {key: [" ".join(sorted(each)) for each in both] for key, both in alike.items()},
        "lacking": _in_steps(lacking),
        "apart": [i for i, each in enumerate(listed_pages) if each[0] in APART],
        "subjects": [
            [_place_of(subject, at), "; ".join([subject["word"], *subject["other words"]])]
            for subject in subjects
        ],
        "stop": sorted(NOT_ASKED),
        "names": {" ".join(words(typed)): meant for typed, meant in other_names.items()},
    }


def _indexed(page: str, place: Place) -> set[str]:
    """Return the words by which a place of a ``page`` is found, besides those of its title."""
    if page == LOGGED:
        return set()
    not_typed = AMOUNT if page.startswith(OF_STATES) else FRACTION
    return {word for word in place.words if not not_typed.fullmatch(word)} - {*words(place.title)}


def _alike(pages: Pages) -> dict[str, tuple[set[str], set[str]]]:
    """Return what the pages of States share, by section: words, and those of heads of tables."""
    of_section = defaultdict(list)
    for name, found in pages.items():
        for place in found if name.startswith(OF_STATES) else ():
            of_section[place.anchor].append((_indexed(name, place), {*words(place.heads)}))
    alike = {}
    for anchor, each in of_section.items():
        if len(each) < FEWEST:
            continue
        found, heads = (Counter(chain(*of_one)) for of_one in zip(*each, strict=True))
        often = ALIKE * len(each)
        alike[anchor] = (
            {word for word, count in found.items() if count >= often},
            {word for word, count in heads.items() if count >= often and not word[0].isdigit()}
            - NOT_ASKED,
        )
    return alike


def _in_steps(of_word: Mapping[str, list[int]]) -> str:
    """Return words with numbers of places: one text to base 36, 100 kB less than decimal lists."""
    steps = ((word, np.diff(of_word[word], prepend=0)) for word in sorted(of_word))
    return "\n".join(
        " ".join([word, *(np.base_repr(step, 36) for step in each)]) for word, each in steps
    )


def _place_of(subject: Mapping, at: Mapping[tuple[str, str], int]) -> int:
    """Return the number of the place that answers a subject.

    Raises ExtensionError if the book has no such place.
    """
    place = subject["page"], subject["anchor"]
    if place not in at:
        raise ExtensionError(
            f"{SUBJECTS}: “{subject['word']}”: the page {place[0]} has no place #{place[1]}; give "
            "the new anchor of its section"
        )
    return at[place]


def _with_one_list_of_sources(pages: Pages) -> Pages:
    """Keep the sources of the page that lists most of them: it lists those of all pages."""
    counts = {name: sum(place.kind == "source" for place in pages[name]) for name in pages}
    whole = max(counts, key=counts.get, default="")
    return {
        name: [place for place in found if place.kind != "source" or name == whole]
        for name, found in pages.items()
        if found
    }


def scripts(
    pages: Pages, other_names: Mapping[str, str], subjects: Sequence[Mapping] = ()
) -> dict[str, str]:
    """Return the text of each script of the index by its name in `FOLDER`.

    The stem of a word, by which "inspector" finds "inspection", is found by Sphinx's own script
    (``js_stemmer_code``, which `sphinx.search.SearchLanguage` describes).
    """
    written = {
        "index.js": f"{SearchEnglish.js_stemmer_code}\n"
        f"window.bookIndex = {_as_script(index(pages, other_names, subjects))};\n"
    }
    for name, found in _with_one_list_of_sources(pages).items():
        texts = [place.text for place in found]
        written[f"{name}.js"] = f"bookTexts({_as_script(name)}, {_as_script(texts)});\n"
    return written


def _as_script(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _without_sphinx_index(app) -> None:
    # Why: Sphinx would spend seconds on an index of 540 kB that nothing loads. It has no setting
    # for this and does not describe the attribute ``search``, by which its builders for help files
    # do the same. `html_additional_pages` has the page of the book's own search.
    # Upstream: https://github.com/sphinx-doc/sphinx/issues/14308 (open).
    # Can go when it has a setting (test_sphinx_still_has_no_setting_against_its_index fails then).
    if app.builder.name == "html":
        app.builder.search = False
        Path(app.outdir, app.builder.searchindex_filename).unlink(missing_ok=True)


def _files_of_search_page(
    app, pagename: str, _template: str, _context: dict, _doctree: object
) -> None:
    if pagename == "search":
        app.add_css_file("search.css")
        app.add_js_file("minisearch.js")
        app.add_js_file("search.js")


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else None


def _write(app, exception: Exception | None) -> None:
    if exception or app.builder.name != "html":
        return
    site = Path(app.outdir)
    other_names, subjects = (_read(Path(app.srcdir, path)) for path in (OTHER_NAMES, SUBJECTS))
    names = sorted(app.env.found_docs)
    pages = {name: places((site / f"{name}.html").read_text(encoding="utf-8")) for name in names}
    made = scripts(pages, other_names or {}, subjects or ())
    wanted = {site / FOLDER / name: text for name, text in made.items()}
    site_files.write_all(wanted, (site / FOLDER).rglob("*.js"))


def setup(app) -> dict[str, bool]:
    """Register with Sphinx: the index is made when all pages are written."""
    app.connect("builder-inited", _without_sphinx_index)
    app.connect("html-page-context", _files_of_search_page)
    app.connect("build-finished", _write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
