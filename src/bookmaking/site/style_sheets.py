"""Style sheets cut to the rules that can apply to what the pages hold, each parsed once.

As shipped, theme and extensions bring style sheets for every component of Bootstrap, and for every
colour of a terminal. A selector stays if each of its parts can be an element of some page (see
`held`). A property of a style sheet's own (``--name``) stays if something reads it.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Literal, TypedDict

import tinycss2

from bookmaking.site import held as held_module
from bookmaking.site.held import Element, Held
from bookmaking.site.remembered import Remembered

MADE_BY = (__file__, held_module.__file__)

MOST_CUTS = 4
"""So many cuts of a sheet are kept. What pages hold alternates: a page that was just written still
has elements that are taken out of it when the sheets are cut (see `assets.without_plain_tokens`).
"""
NESTED = {"media", "supports", "layer"}
ONE_OF = {"is", "where", "has", "-webkit-any", "-moz-any"}
COMBINATORS = {">", "+", "~"}

_IN_BRACKETS = r"\((?:[^()\"']|\"[^\"]*\"|'[^']*'|\((?:[^()]|\([^()]*\))*\))*\)"
OWN_PROPERTY = re.compile(
    rf"(?<=[{{;])(--[\w-]+):((?:[^;{{}}\"'()]|\"[^\"]*\"|'[^']*'|{_IN_BRACKETS})*)(;|(?=}}))"
)
READ_PROPERTY = re.compile(r"--[\w-]+(?!\s*:)(?![\w-])")
BRACE_OR_TEXT = re.compile(
    r"""[{};]|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|/\*.*?\*/|url\([^)]*\)""", re.S
)
DECLARATION = re.compile(
    r"""(?:[^;"'(]|"[^"]*"|'[^']*'|\((?:[^()"']|"[^"]*"|'[^']*'|\([^)]*\))*\))+"""
)
EMPTY_RULE = re.compile(r"(?<=[{};])[^{};@]+\{\}|@media[^{}]+\{\}")


class StyleSheet:
    """A style sheet that can be cut to what pages hold."""

    def __init__(self, css: str) -> None:
        """Read ``css``."""
        self.rules = tinycss2.parse_stylesheet(css, skip_whitespace=True)

    def names(self) -> set[str]:
        """Return every element, class, id and attribute that a selector names."""
        return {
            name
            for rule in _style_rules(self.rules)
            for selector in _split(rule.prelude)
            for element in _elements(selector, deep=True)
            for name in element.names()
        }

    def classes(self) -> set[str]:
        """Return every class that a selector names."""
        return {
            name
            for rule in _style_rules(self.rules)
            for selector in _split(rule.prelude)
            for element in _elements(selector, deep=True)
            for name in element.classes
        }

    def cut(self, held: Held) -> str:
        """Return the style sheet without the selectors that no element can fit."""
        return "".join(_written(self.rules, lambda selector: _can_apply(selector, held)))


class Cut(TypedDict):
    """What is left of a style sheet."""

    css: str
    glyphs: str  # the icons that it names, one character each


class KnownSheet(TypedDict):
    """What a style sheet named before it was cut, and what was left of it."""

    classes: list[str]
    names: list[str]  # classes, and elements, ids and attributes
    cuts: dict[str, Cut]  # by a digest of what the pages held of these names, the last one last


class CutStyleSheets:
    """Style sheets cut to what pages hold, kept in a file so that none is parsed twice."""

    def __init__(self, file: Path) -> None:
        """Take up what earlier builds left in ``file``, if there is one."""
        self._memory = Remembered(file)
        self._parsed = cache(StyleSheet)
        self.kept = self._memory.values
        made_by = _digest("".join(Path(code).read_text(encoding="utf-8") for code in MADE_BY))
        if self.kept.get("made by") != made_by:  # this code has changed
            self.kept = {"made by": made_by} | {"order": self.kept.get("order", [])}

    def cut(self, css: str, held: Held) -> Cut:
        """Return ``css`` cut to what is ``held``."""
        known = self._known(css)
        about = held.only(set(known["names"]))
        cuts, key = known["cuts"], about.digest()
        if key not in cuts:
            trimmed = self._parsed(css).cut(about)
            glyphs = "".join(sorted(set(_glyphs(tinycss2.parse_stylesheet(trimmed)))))
            latest = list(cuts.items())[1 - MOST_CUTS :]
            cuts = known["cuts"] = {**dict(latest), key: {"css": trimmed, "glyphs": glyphs}}
        return cuts[key]

    def named(self, sheets: Iterable[str], kind: Literal["classes", "names"] = "names") -> set[str]:
        """Return all classes, or names of every kind, of style ``sheets`` before they are cut."""
        return {name for css in sheets for name in self._known(css)[kind]}

    def _known(self, css: str) -> KnownSheet:
        key = _digest(css)
        if key not in self.kept:
            sheet = self._parsed(css)
            named = {"classes": sorted(sheet.classes()), "names": sorted(sheet.names())}
            self.kept[key] = {**named, "cuts": {}}
        return self.kept[key]

    def in_order(self, pages: Iterable[list[str]]) -> list[str]:
        """Return the style sheets of the page that names most; pages made earlier name none."""
        if longest := max(pages, key=len, default=[]):
            self.kept["order"] = longest
        return self.kept.get("order", [])

    def save(self) -> None:
        """Write all to the file, or nothing."""
        self._memory.values = self.kept
        self._memory.save()


def without_unread_properties(sheets: dict[Path, str], others: Iterable[str]) -> dict[Path, str]:
    """Return style ``sheets`` without the properties of their own that nothing reads.

    ``others`` are the texts of what else may read them: scripts and pages.
    """
    read_elsewhere = {name for text in others for name in READ_PROPERTY.findall(text)}
    while True:
        read = read_elsewhere.union(*(READ_PROPERTY.findall(css) for css in sheets.values()))
        cut = {path: _without_own(css, read) for path, css in sheets.items()}
        if cut == sheets:
            return {path: _without_empty_rules(css) for path, css in sheets.items()}
        sheets = cut


def _without_own(css: str, read: set[str]) -> str:
    return OWN_PROPERTY.sub(lambda found: found[0] if found[1] in read else "", css)


def without_overruled(sheets: dict[Path, str]) -> dict[Path, str]:
    """Return style ``sheets`` without what a later rule for the same elements says otherwise.

    The sheets are in the order in which every page loads them. Two rules are for the same elements
    if their selectors are the same text, outside of all conditions (``@media``).
    """
    later: set[tuple[str, str]] = set()
    cut = {}
    for path, css in reversed(sheets.items()):
        parts: list[str] = []
        for rule in reversed(_outermost(css)):
            head, brace, inside = rule.partition("{")
            if brace and not head.startswith(("@", "/*")):
                head_of_all = re.sub("[\"']", "", head)
                selectors = [head_of_all] if "(" in head else head_of_all.split(",")
                kept = []
                for declaration in reversed(DECLARATION.findall(inside[:-1])):
                    name = declaration.partition(":")[0] + " !" * ("!important" in declaration)
                    if not all((one, name) in later for one in selectors):
                        kept.append(declaration)
                    later |= {(one, name) for one in selectors}
                rule = f"{head}{{{';'.join(reversed(kept))}}}"
            parts.append(rule)
        cut[path] = "".join(reversed(parts))
    return dict(reversed(cut.items()))


def _outermost(css: str) -> list[str]:
    """Return the rules of a shortened style sheet, each with all that it holds."""
    rules, depth, start = [], 0, 0
    for token in BRACE_OR_TEXT.finditer(css):
        depth += {"{": 1, "}": -1}.get(token[0], 0)
        if (depth == 0 and token[0] in "};") or (token[0].startswith("/*") and depth == 0):
            rules.append(css[start : token.end()])
            start = token.end()
    return [*rules, css[start:]]


def _without_empty_rules(css: str) -> str:
    css = css.replace(";}", "}")
    while (cut := EMPTY_RULE.sub("", css)) != css:
        css = cut
    return css


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


def _written(rules: Iterable, stays: Callable[[list], bool]) -> Iterator[str]:
    """Yield the text of ``rules``, of their selectors only what ``stays``."""
    for rule in rules:
        if rule.type == "comment":
            if rule.value.startswith("!"):  # a licence
                yield f"{rule.serialize()}\n"
        elif rule.type == "qualified-rule":
            kept = [_selector(selector) for selector in _split(rule.prelude) if stays(selector)]
            if kept:
                yield f"{','.join(kept)}{{{_declarations(rule.content)}}}"
        elif _is_nested(rule):
            inner = "".join(
                _written(tinycss2.parse_rule_list(rule.content, skip_whitespace=True), stays)
            )
            if inner:
                yield f"@{rule.lower_at_keyword} {_text(rule.prelude)}{{{inner}}}"
        elif not (rule.type == "at-rule" and rule.lower_at_keyword == "charset"):
            yield rule.serialize()


def _declarations(content: list) -> str:
    """Return what stands between the braces of a rule, without comments and needless spaces."""
    found = tinycss2.parse_declaration_list(content, skip_comments=True, skip_whitespace=True)
    if any(one.type != "declaration" for one in found):  # rules in rules
        return tinycss2.serialize(content).strip()
    last = {(one.name, one.important): one for one in found}
    return ";".join(
        f"{one.name}:{_text(one.value)}{'!important' if one.important else ''}"
        for one in found
        # The last of two values holds; one with a maker's prefix only where a browser knows it.
        if one is (final := last[one.name, one.important]) or "-webkit-" in _text(final.value)
    )


def _text(tokens: list) -> str:
    """Return ``tokens`` as text, with one space where there were several, and no comments."""
    shown = [token for token in tokens if token.type != "comment"]
    return "".join(
        " " if token.type == "whitespace" else token.serialize() for token in shown
    ).strip()


def _selector(tokens: list) -> str:
    """Return a selector as text, without spaces around its combinators."""
    text = ""
    for token in tokens:
        if token.type == "literal" and token.value in COMBINATORS:
            text = text.rstrip() + token.value
        elif token.type != "whitespace":
            text += token.serialize()
        elif text and text[-1] not in COMBINATORS:
            text += " "
    return text.rstrip()


def _split(prelude: list) -> Iterator[list]:
    """Split a selector list at its commas."""
    selector = []
    for token in prelude:
        if token == ",":
            yield selector
            selector = []
        elif token.type != "comment":
            selector.append(token)
    yield selector


def _can_apply(selector: list, held: Held) -> bool:
    """Tell whether each part of a selector can be an element of a page."""
    return all(map(held.can_hold, _elements(selector))) and all(
        any(_can_apply(one, held) for one in _split(token.arguments))
        for token in selector
        if token.type == "function" and token.lower_name in ONE_OF
    )


def _elements(selector: list, *, deep: bool = False) -> Iterator[Element]:
    """Yield what a selector says of each element on its way.

    What stands in brackets (``:not(.a)``) says nothing that must be so; ``deep`` yields it as well.
    """
    name, named, before = "", "", None
    classes, attributes, lacks = set(), set(), set()
    for token in [*selector, None]:
        kind = token.type if token else "end"
        if kind in ("end", "whitespace") or (kind == "literal" and token.value in COMBINATORS):
            yield Element(name, frozenset(classes), named, frozenset(attributes), frozenset(lacks))
            name, named = "", ""
            classes, attributes, lacks = set(), set(), set()
        elif kind == "ident" and before == ".":
            classes.add(token.value)
        elif kind == "ident" and before != ":":
            name = token.lower_value
        elif kind == "hash":
            named = token.value
        elif kind == "[] block":
            attributes |= _attributes(token)
        elif kind == "function" and token.lower_name == "not" and _is_bare(token.arguments):
            lacks |= _attributes(token.arguments[0])
        elif kind == "function" and deep:
            for one in _split(token.arguments):
                yield from _elements(one, deep=True)
        before = token


def _attributes(block) -> set[str]:
    """Return what the brackets of an attribute ask for, as `Element` holds it."""
    words = [one.value for one in block.content if one.type in ("ident", "string")]
    if words[:1] == ["type"] and len(words) > 1:
        return {f"type={words[1]}"}
    return {name for name in words[:1] if name.startswith("data-")}


def _is_bare(tokens: list) -> bool:
    """Tell whether ``tokens`` are an attribute in brackets, whatever its value."""
    return len(tokens) == 1 and tokens[0].type == "[] block" and len(tokens[0].content) == 1


def _glyphs(tokens: Iterable) -> Iterator[str]:
    """Yield the characters that stand alone in a string: how a style sheet names an icon."""
    for token in tokens:
        if token.type == "string" and len(token.value) == 1:
            yield token.value
        for inside in ("prelude", "content", "arguments"):
            yield from _glyphs(getattr(token, inside, None) or ())
