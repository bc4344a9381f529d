"""What pages mention on other pages: each mention finds its preview."""

import json
import re
from functools import cache
from pathlib import Path

from bookmaking.checks.site import Page
from bookmaking.directives.previews import FILES, Preview

CITATION = re.compile(r'<span class="bibtex-citation"[^>]*>(.*?)</span>', re.DOTALL)
ELSEWHERE = re.compile(r'href="([^"#:]+)\.html#([^"]+)"')
OF_A_KIND = re.compile(r"(?:term|line|fig|tbl)-")


def read(file: Path) -> dict[str, Preview]:
    """Return the previews that a file of the site holds, or none where there is no file."""
    if not file.exists():
        return {}
    text = file.read_text(encoding="utf-8")
    return json.loads(text[text.index("{") : text.rindex("}") + 1])


def without_preview(site: Path, pages: list[str]) -> list[str]:
    """Return a sentence for each mention of a place on another page that has no preview."""
    held = cache(read)
    found = []
    for name in pages:
        path = Page(site, name).path
        body = path.read_text(encoding="utf-8")
        mentions = {each for cited in CITATION.findall(body) for each in ELSEWHERE.findall(cited)}
        mentions |= {each for each in ELSEWHERE.findall(body) if OF_A_KIND.match(each[1])}
        for page, place in sorted(mentions):
            file = (path.parent / f"{page}{FILES}").resolve()
            if place not in held(file):
                found.append(
                    f"{name}.html mentions {page}.html#{place}, of which {file.name} has no "
                    "preview: see bookmaking.directives.previews."
                )
    return found
