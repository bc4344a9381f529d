"""What a page may load and run: only files of the book, and the scripts that the build wrote.

The policy is in the page itself, because the book is also read from disk and from servers whose
headers nobody sets. A script or style inside a page is named by its digest, so that one that
somebody puts in later does not run. Attributes may style (a map of tiles places its tiles so), and
none may run.
"""

import base64
import hashlib
import re
from collections.abc import Iterable
from html import escape

SCRIPTS = re.compile(r"<script(?P<inside>[^>]*)>(?P<text>.*?)</script>", re.DOTALL)
DATA = re.compile(r"\ssrc=|ld\+json")
"""A script from a file, or one that is data and does not run."""
STYLES = re.compile(r"<style[^>]*>(?P<text>.*?)</style>", re.DOTALL)
CHARSET = '<meta charset="utf-8" />'
POLICY = re.compile(r'\n    <meta http-equiv="Content-Security-Policy"[^>]*>')


def policy(page: str) -> str:
    """Return the policy of a ``page``: what it may load and run."""
    scripts = [each["text"] for each in SCRIPTS.finditer(page) if not DATA.search(each["inside"])]
    styles = [each["text"] for each in STYLES.finditer(page)]
    rules = {
        "default-src": ["'none'"],
        "script-src": ["'self'", *_digests(scripts)],
        "style-src": ["'self'", *_digests(styles)],
        "style-src-attr": ["'unsafe-inline'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
    }
    return "; ".join(" ".join([rule, *sources]) for rule, sources in rules.items())


def with_policy(page: str) -> str:
    """Return a ``page`` that names its policy; one that only leads to another needs none."""
    page = POLICY.sub("", page)
    rules = escape(policy(page), quote=False)
    named = f'\n    <meta http-equiv="Content-Security-Policy" content="{rules}" />'
    return page.replace(CHARSET, CHARSET + named, 1)


def _digests(texts: Iterable[str]) -> list[str]:
    """Return each text as a policy names it."""
    found = (hashlib.sha256(text.encode()).digest() for text in texts)
    return sorted({f"'sha256-{base64.b64encode(each).decode()}'" for each in found})
