"""What a preview says where a term, a source, a figure or a line of the register is mentioned.

A preview is a heading and paragraphs, as plain text. Those of one page stand in a script beside it,
which `previews.js` loads when a reader first points at a mention: a script, because a page that is
opened from disk may load no other file. Nothing here needs Sphinx.
"""

import json
import re
from collections.abc import Callable, Mapping

from decentwork import citations, claims
from decentwork.claims import Claim

Preview = list[str]
"""A heading, and paragraphs."""

FILES = ".previews.js"
"""How the name of the file with the previews of a page ends; its start is the page's own."""

MENTION = re.compile(r'class="bibtex-citation"|href="[^"#]*#(?:term|line|fig|tbl)-')
"""What a page holds that mentions something with a preview."""

_CITED = re.compile("\u27e6(.+?)\u27e7")


def mentions(body: str) -> bool:
    """Return whether a page with this HTML needs the script of the previews."""
    return MENTION.search(body) is not None


def of_line(claim: Claim) -> Preview:
    """Return the preview of a line: the note's words, verdict and strength, and the answer."""
    found = [f"The note says: {claim.line}"]
    if claim.is_examined:
        strength = claims.strength_in_words(claim.strength)
        found += [f"Verdict: {claim.verdict} ({strength}).", claim.answer]
    return [claim.id, *found]


def marked(cited: str) -> str:
    """Return citations, in the notation of `decentwork.citations`, as `named` finds them."""
    return f"\u27e6{cited}\u27e7"


def named(text: str, name_and_year: Callable[[str], str]) -> str:
    """Return a text of one line, its `marked` citations as a page shows them.

    ``name_and_year`` gives name and year of a source by its key.
    """

    def shown(match: re.Match[str]) -> str:
        told = [
            ", ".join(filter(None, (name_and_year(each.key), each.locator)))
            for each in citations.parse(match[1])
        ]
        return f"({'; '.join(told)})"

    return _CITED.sub(shown, " ".join(text.split()))


def as_script(previews: Mapping[str, Preview]) -> str:
    """Return the file with the previews of a page by the name of their place on it."""
    lines = [
        f"{json.dumps(name)}: {json.dumps(previews[name], ensure_ascii=False)}"
        for name in sorted(previews)
    ]
    return "bookPreviews({\n" + ",\n".join(lines) + "\n});\n"
