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
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import yaml
from sphinx.search.en import SearchEnglish

from bookmaking import site_files
from bookmaking.site.places import NOT_ASKED, Place, places, words

FOLDER = "search"
"""The folder of the index in the built site."""
OTHER_NAMES = Path("book", "search_names.yml")
"""What readers call things that the book calls by another name."""
KINDS = ("page", "state", "section", "figure", "table", "line", "term", "data", "source", "code")
SHARED_NAMES = 8
"""If more pages than this have a word among their further names, it tells none of them apart."""

OF_STATES, AMOUNT = "book/states/", re.compile(r"(?!(?:19|20)\d\d$)[\d.,]+")
"""The pages of States, and the numbers in their tables, by which nobody looks for a State."""
FRACTION = re.compile(r"\d+\.\d{2,}")
"""A number with two decimals or more stands in the values of a figure; nobody types it."""
LOGGED = "book/searches"
"""The page with the words that others searched for: it is found by its titles only."""

Pages = Mapping[str, list[Place]]


def index(pages: Pages, other_names: Mapping[str, str]) -> dict:
    """Return the index of ``pages``, of which each has its places.

    ``other_names`` has what readers may type, and the words that the book has for it. The index has
    ``pages``: name, title and further names of each page; ``places``: page (by number), kind (by
    number), anchor (of a source its key) and title, if it has one; ``words``: each word with the
    numbers of the places that have it, as differences to the number before; ``names``.
    """
    pages = _with_one_list_of_sources(pages)
    shared = Counter(word for found in pages.values() for word in set(words(found[0].names)))
    listed_pages, listed, of_word = [], [], defaultdict(list)
    for number, (name, found) in enumerate(sorted(pages.items())):
        further = {word for word in words(found[0].names) if shared[word] <= SHARED_NAMES}
        listed_pages.append([name, found[0].title, " ".join(sorted(further))])
        for place in found:
            for word in place.words - set(words(place.title)):
                if name == LOGGED or FRACTION.fullmatch(word):
                    continue
                if name.startswith(OF_STATES) and AMOUNT.fullmatch(word):
                    continue
                of_word[word].append(len(listed))
            anchor = (
                place.anchor.removeprefix("source-") if place.kind == "source" else place.anchor
            )
            listed.append([number, KINDS.index(place.kind), anchor, *filter(None, [place.title])])
    steps = ((word, np.diff(of_word[word], prepend=0)) for word in sorted(of_word))
    return {
        "kinds": KINDS,
        "pages": listed_pages,
        "places": listed,
        # One text of numbers to base 36: lists of decimal ones would be 100 kB more.
        "words": "\n".join(
            " ".join([word, *(np.base_repr(step, 36) for step in each)]) for word, each in steps
        ),
        "stop": sorted(NOT_ASKED),
        "names": {" ".join(words(typed)): meant for typed, meant in other_names.items()},
    }


def _with_one_list_of_sources(pages: Pages) -> Pages:
    """Keep the sources of the page that lists most of them: it lists those of all pages."""
    counts = {name: sum(place.kind == "source" for place in pages[name]) for name in pages}
    whole = max(counts, key=counts.get, default="")
    return {
        name: [place for place in found if place.kind != "source" or name == whole]
        for name, found in pages.items()
        if found
    }


def scripts(pages: Pages, other_names: Mapping[str, str]) -> dict[str, str]:
    """Return the text of each script of the index by its name in `FOLDER`.

    The stem of a word, by which "inspector" finds "inspection", is found by Sphinx's own script
    (``js_stemmer_code``, which `sphinx.search.SearchLanguage` describes).
    """
    written = {
        "index.js": f"{SearchEnglish.js_stemmer_code}\n"
        f"window.bookIndex = {_as_script(index(pages, other_names))};\n"
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


def _write(app, exception: Exception | None) -> None:
    if exception or app.builder.name != "html":
        return
    path, site = Path(app.srcdir) / OTHER_NAMES, Path(app.outdir)
    other_names = yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else {}
    names = sorted(app.env.found_docs)
    pages = {name: places((site / f"{name}.html").read_text(encoding="utf-8")) for name in names}
    wanted = {site / FOLDER / name: text for name, text in scripts(pages, other_names).items()}
    site_files.write_all(wanted, (site / FOLDER).rglob("*.js"))


def setup(app) -> dict[str, bool]:
    """Register with Sphinx: the index is made when all pages are written."""
    app.connect("builder-inited", _without_sphinx_index)
    app.connect("html-page-context", _files_of_search_page)
    app.connect("build-finished", _write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
