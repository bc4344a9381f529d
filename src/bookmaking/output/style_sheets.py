"""Style sheets cut to the rules whose classes the pages use, each parsed once.

As shipped, theme and extensions bring style sheets for every component of Bootstrap.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import TypedDict

import tinycss2

NESTED = {"media", "supports", "layer"}
# Bootstrap's script puts these class names together, so that no file holds them.
COMPOSED = "bs-tooltip-"


class StyleSheet:
    """A style sheet that can be cut to the classes in use."""

    def __init__(self, css: str) -> None:
        """Read ``css``."""
        self.rules = tinycss2.parse_stylesheet(css, skip_whitespace=True)

    def classes(self) -> set[str]:
        """Return every class that a selector names."""
        return {name for rule in _style_rules(self.rules) for name in _classes(rule.prelude)}

    def cut(self, used: set[str]) -> str:
        """Return the style sheet without the selectors that need a class outside ``used``."""
        return "".join(_cut(self.rules, used))


class CutStyleSheet(TypedDict):
    """What is left of a style sheet, and what the cut depended on."""

    css: str
    glyphs: str  # the icons that it names, one character each
    classes: list[str]  # all that it named before it was cut
    used: list[str]  # those of them that the pages use


class CutStyleSheets:
    """Style sheets cut to the classes in use, kept in a file so that none is parsed twice."""

    def __init__(self, file: Path) -> None:
        """Take up what earlier builds left in ``file``, if there is one."""
        self.file = file
        self.kept = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}

    def cut(self, css: str, used: set[str]) -> CutStyleSheet:
        """Return ``css`` cut to the classes ``used``, with its classes and the icons it names."""
        kept = self.kept.get(_digest(css))
        if kept is None or used.intersection(kept["classes"]) != set(kept["used"]):
            sheet = StyleSheet(css)
            classes = sheet.classes()
            trimmed = sheet.cut(used)
            kept = {
                "css": trimmed,
                "glyphs": "".join(sorted(set(_glyphs(tinycss2.parse_stylesheet(trimmed))))),
                "classes": sorted(classes),
                "used": sorted(classes & used),
            }
            self.kept[_digest(css)] = kept
        return kept

    def keep(self, css: str, kept: CutStyleSheet) -> None:
        """Note that ``css``, as it is written at last, is cut already."""
        self.kept[_digest(css)] = {**kept, "css": css}

    def save(self) -> None:
        """Write all to the file, or nothing."""
        unfinished = self.file.with_suffix(".part")
        unfinished.write_text(json.dumps(self.kept), encoding="utf-8")
        unfinished.replace(self.file)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _style_rules(rules: Iterable) -> Iterator:
    for rule in rules:
        if rule.type == "qualified-rule":
            yield rule
        elif _is_nested(rule):
            yield from _style_rules(tinycss2.parse_rule_list(rule.content, skip_whitespace=True))


def _is_nested(rule) -> bool:
    return rule.type == "at-rule" and rule.content is not None and rule.lower_at_keyword in NESTED


def _cut(rules: Iterable, used: set[str]) -> Iterator[str]:
    for rule in rules:
        if rule.type == "comment":
            if rule.value.startswith("!"):  # a licence
                yield f"{rule.serialize()}\n"
        elif rule.type == "qualified-rule":
            kept = [
                tinycss2.serialize(selector).strip()
                for selector in _selectors(rule.prelude)
                if all(name in used or name.startswith(COMPOSED) for name in _classes(selector))
            ]
            if kept:
                yield f"{','.join(kept)}{{{tinycss2.serialize(rule.content).strip()}}}"
        elif _is_nested(rule):
            inner = "".join(
                _cut(tinycss2.parse_rule_list(rule.content, skip_whitespace=True), used)
            )
            if inner:
                yield f"@{rule.lower_at_keyword}{tinycss2.serialize(rule.prelude)}{{{inner}}}"
        else:
            yield rule.serialize()


def _selectors(prelude: list) -> Iterator[list]:
    """Split a selector list at its commas."""
    selector = []
    for token in prelude:
        if token == ",":
            yield selector
            selector = []
        else:
            selector.append(token)
    yield selector


def _classes(selector: list) -> Iterator[str]:
    """Yield the classes that an element must have; those in brackets (``:not(.a)``) are none."""
    for before, token in pairwise(selector):
        if before == "." and token.type == "ident":
            yield token.value


def _glyphs(tokens: Iterable) -> Iterator[str]:
    """Yield the characters that stand alone in a string: how a style sheet names an icon."""
    for token in tokens:
        if token.type == "string" and len(token.value) == 1:
            yield token.value
        for inside in ("prelude", "content", "arguments"):
            yield from _glyphs(getattr(token, inside, None) or ())
