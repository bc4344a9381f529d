"""The book's own styles, scripts, templates and configuration: nothing that harms readers."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

FOLDERS = ("book/_static", "book/_templates")
SETTINGS = "_config.yml"
VENDORED = ("minisearch.js",)
"""Libraries of others, which the rules do not read."""
RULE = re.compile(r"(?P<selectors>[^{}]+)\{(?P<says>[^{}]*)\}")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
SHOWS_WHAT_STANDS = re.compile(
    r"source|caveat|citation|bibliograph|figcaption|caption|limit|verdict|answer|note-says|exhibit\b"
)
HIDING = re.compile(
    r"display: *none|visibility: *hidden|(?:opacity|font-size): *0(?![.\d])|color: *transparent"
    r"|(?:left|top|text-indent): *-\d{3}|clip-path|\bclip:|(?:max-)?(?:height|width): *0(?![.\d])"
    r"|transform: *scale\(0"
)
MAY_HIDE = ("headerlink", "::before", "::after", "preview", "-bar", "[hidden]", "backrefs",
            "filters", "-states", "a[href^=")  # fmt: skip
"""What may be hidden beside or inside a caption: a link, an ornament, what a script shows, and in
print the text of a link whose address is printed."""
NO_FOCUS = re.compile(r"outline(?:-width|-style|-color)?: *(?:0(?![.\d])|none|transparent)")
FORBIDDEN = {
    r"\son[a-z]{3,}\s*=\s*[\"']|\bsetAttribute\([\"']on|\.on(?:click|focus|mouse\w+|key\w+)\s*=": (
        "holds code in an attribute; listen to the event in a script file"
    ),
    r"javascript:": "holds a link that runs code; use a button and a script file",
    r"sendBeacon|\bping=|new Image\(|XMLHttpRequest|WebSocket|EventSource": (
        "can tell others about readers; the book sends nothing"
    ),
    r"\b(?:fetch|import|importScripts)\s*\(?\s*[\"'`](?:https?:)?//|(?:src|href)\s*=\s*[\"'`](?:https?:)?//"
    r"|url\(\s*[\"']?(?:https?:)?//|@import": (
        "fetches from elsewhere; keep a copy under book/_static, or do without"
    ),
    r"document\.cookie|navigator\.(?:userAgent|plugins|geolocation)|google-?analytics|gtag\(": (
        "watches readers; take it out"
    ),
    r"\beval\(|new Function\(|document\.write|insertAdjacentHTML|HTML\s*[+=](?!=)": (
        "makes code or markup out of text; build elements"
    ),
    r"noindex|nofollow": "hides the book from search engines",
    r"http-equiv=[\"']?(?i:refresh)": "leads readers away without asking",
    r"<base\b": "changes where all links lead",
    r"tabindex=[\"']-1": "takes an element out of the order of the keyboard",
    r"aria-hidden=[\"']true[\"'][^>]*(?:href|tabindex)": "hides a link from screen readers",
    r"user-scalable|maximum-scale": "keeps readers from enlarging the page",
    r"user-select: *none|pointer-events: *none": "keeps readers from selecting or pressing",
}
"""What stands in no style, script or template, with what to do."""
ANALYTICS = re.compile(
    r"analytics|google|plausible|matomo|hotjar|thebe|utterances|hypothesis", re.I
)


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return what a style, script, template or setting may not do."""
    problems = []
    for path in _own(root):
        name, text = path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")
        found = _in_style(text) if path.suffix == ".css" else _in_code(text)
        problems += [f"{name}, line {line}: {what}." for line, what in found]
    for line, text in enumerate((root / SETTINGS).read_text(encoding="utf-8").splitlines(), 1):
        if (found := ANALYTICS.search(text)) and "#" not in text[: found.start()]:
            problems.append(
                f"{SETTINGS}, line {line}: {found[0]} would watch readers or call others."
            )
    return problems


def _own(root: Path, *, vendored: bool = False) -> list[Path]:
    found = [path for folder in FOLDERS for path in sorted((root / folder).rglob("*"))]
    return [path for path in found if path.is_file() and (vendored or path.name not in VENDORED)]


def _in_code(text: str) -> Iterator[tuple[int, str]]:
    for pattern, what in FORBIDDEN.items():
        for found in re.finditer(pattern, text):
            yield _line(text, found.start()), what


def _in_style(text: str) -> Iterator[tuple[int, str]]:
    yield from _in_code(text)
    # Comments and the heads of @media are blanked, so that places in the text stay.
    plain = COMMENT.sub(lambda comment: re.sub(r"[^\n]", " ", comment[0]), text)
    for rule in RULE.finditer(re.sub(r"@[^{};]*\{", lambda head: " " * len(head[0]), plain)):
        selectors, says = " ".join(rule["selectors"].split()), rule["says"]
        line = _line(text, rule.start("says"))
        if NO_FOCUS.search(says):
            yield line, f"takes the mark of the focus from {selectors!r}; the keyboard needs it"
        if HIDING.search(says):
            for selector in re.split(r",(?![^()]*\))", selectors):
                if SHOWS_WHAT_STANDS.search(selector) and not any(
                    map(selector.__contains__, MAY_HIDE)
                ):
                    yield (
                        line,
                        f"hides {selector.strip()!r}; sources, limits and verdicts stay in sight",
                    )


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1
