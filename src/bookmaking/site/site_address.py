"""What a site needs besides its pages: a page for wrong addresses, a map and a picture of itself.

`404.html` is always written. A server shows it at any depth, so its links begin at the root of the
site once the address is known (``html: baseurl`` in ``_config.yml``); without one they are relative
and hold in the top folder. ``sitemap.xml`` and the picture that a shared link shows are written
only where the address is known.

Own lines and no library: sphinx-sitemap brings an extension that wants the whole history of Git,
and sphinx-notfound-page makes other addresses than `assets` looks for; each does more than the few
lines here.
"""

import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bookmaking import site_files
from bookmaking.site.public_address import address_of

NOT_FOUND = "404"
TITLE = "This page is not here"
PICTURE = "docs/first-screen.png"
"""The picture of the book, which README shows, by its place in the repository."""
SHOWN_PICTURE = "_static/first-screen.png"
RELATIVE = re.compile(
    r"""\b(href|src|srcset|action|data-content_root)="(?![a-zA-Z][\w+.-]*:|[/#"])(?:\./)?([^"]*)\""""
)


def from_the_root(page: str, address: str) -> str:
    """Return the HTML of a ``page`` of the top folder with links that hold at any depth."""
    root = urlsplit(address).path
    return RELATIVE.sub(lambda link: f'{link[1]}="{root}{link[2]}"', page)


def sitemap(address: str, pages: list[str]) -> str:
    """Return the map of the ``pages``, in the form that search engines read."""
    entries = "".join(f"<url><loc>{escape(address + page)}</loc></url>\n" for page in pages)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</urlset>\n'
    )


def _not_found(app) -> Iterator[tuple[str, dict[str, Any], str]]:
    start = app.builder.get_target_uri(app.config.root_doc)
    body = f"""<section><h1>{TITLE}</h1>
<p>The address may be mistyped, or the page may have moved or changed its name.</p>
<ul>
<li><a href="search.html">Search the book</a> for a word, a State or a line of the note.</li>
<li><a href="{start}">Start at the first page</a>, which names every chapter.</li>
</ul></section>"""
    yield NOT_FOUND, {"title": TITLE, "body": body}, "page.html"


def _without_address(
    _app, pagename: str, _template: str, context: dict[str, Any], _doctree: object
) -> None:
    """Keep the page for wrong addresses out of the lists of search engines."""
    if pagename == NOT_FOUND:
        context["pageurl"] = None
        context["metatags"] = context.get("metatags", "") + '<meta name="robots" content="noindex">'


def _write(app, exception: Exception | None) -> None:
    if exception or app.builder.name != "html":
        return
    site, address = Path(app.outdir), address_of(app.config)
    files: dict[Path, str | bytes] = {}
    if address:
        pages = [app.builder.get_target_uri(page) for page in sorted(app.env.found_docs)]
        files[site / "sitemap.xml"] = sitemap(address, pages)
        if (picture := Path(app.confdir, PICTURE)).exists():
            files[site / SHOWN_PICTURE] = picture.read_bytes()
        page = site / f"{NOT_FOUND}.html"
        files[page] = from_the_root(page.read_text("utf-8"), address)
    before = (site / "sitemap.xml", site / SHOWN_PICTURE)
    site_files.write_all(files, filter(Path.exists, before))


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.connect("html-collect-pages", _not_found)
    app.connect("html-page-context", _without_address)
    app.connect("build-finished", _write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
