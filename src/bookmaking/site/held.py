"""What the pages of the site hold, for the question whether a rule of a style sheet can ever apply.

A rule applies to an element, and the elements of the built pages are known: their name, classes,
id and attributes. What scripts add is known less well. A word that stands in a text of a script may
become a class, an id or an element, so it counts as one that any element may have. A word after a
dot or a hash does not: with such a word a script looks for an element that is there.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

TAG = re.compile(r"""<([a-zA-Z][\w-]*)((?:[^>"']|"[^"]*"|'[^']*')*)>""")
ATTRIBUTE = re.compile(r"""([\w:-]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s>]+))?""")
TEXT_OF_SCRIPT = re.compile(r""""(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`""")
# A script looks for ".name" and "#name", and adds "name".
ADDED = re.compile(r"(?<![\w.#-])[\w-]+")
DATASET = re.compile(r"\bdataset\.(\w+)")
QUOTES = "\"'"
CAPITAL = re.compile(r"[A-Z]")


@dataclass(frozen=True)
class Element:
    """Elements that look alike to a style sheet: a name, classes, an id, attributes.

    ``attributes`` are the names that begin with ``data-``, and the type (``type=search``). Others
    may come and go without a word in a script (``open``, ``hidden``), so any element may have them.
    ``lacks`` are attributes that an element must not have; only what is wanted has them.
    """

    name: str = ""
    classes: frozenset[str] = frozenset()
    id: str = ""
    attributes: frozenset[str] = frozenset()
    lacks: frozenset[str] = frozenset()

    def names(self) -> set[str]:
        """Return all names that it holds, of whatever kind."""
        return {self.name, self.id, *self.classes, *self.attributes, *self.lacks} - {""}

    def only(self, names: set[str]) -> "Element":
        """Return what is left of it when only these names count."""
        return Element(
            self.name if self.name in names else "",
            self.classes & names,
            self.id if self.id in names else "",
            self.attributes & names,
        )


@dataclass
class Held:
    """All elements of some pages, and the words that scripts may add to them."""

    elements: set[Element] = field(default_factory=set)
    words: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, pages: Iterable[str], scripts: Iterable[str]) -> "Held":
        """Return what the HTML of ``pages`` holds, and the texts of ``scripts``."""
        scripts = list(scripts)
        tags = {tag for text in (*pages, *scripts) for tag in TAG.findall(text)}
        words: set[str] = set()
        for script in scripts:
            for text in TEXT_OF_SCRIPT.findall(script):
                words |= set(ADDED.findall(text))
            words |= {
                "data-" + CAPITAL.sub(lambda found: "-" + found[0].lower(), name)
                for name in DATASET.findall(script)
            }
        return cls({_element(name, inside) for name, inside in tags}, words)

    def only(self, names: set[str]) -> "Held":
        """Return what of it has to do with these names."""
        return Held({element.only(names) for element in self.elements}, self.words & names)

    def digest(self) -> str:
        """Return a digest that differs when an element or a word does."""
        listed = sorted(
            repr((e.name, sorted(e.classes), e.id, sorted(e.attributes))) for e in self.elements
        )
        return hashlib.sha256(repr((listed, sorted(self.words))).encode()).hexdigest()

    def can_hold(self, wanted: Element) -> bool:
        """Tell whether an element may have all that ``wanted`` has, now or by a script."""
        classes, attributes = wanted.classes - self.words, wanted.attributes - self.words
        named = "" if wanted.id in self.words else wanted.id
        if wanted.name in {"", *self.words} and not (
            classes or attributes or named or wanted.lacks
        ):
            return True
        return any(
            wanted.name in ("", element.name)
            and classes <= element.classes
            and named in ("", element.id)
            and attributes <= element.attributes
            and not wanted.lacks & element.attributes
            for element in self.elements
        )


def _element(name: str, inside: str) -> Element:
    classes, named, attributes = frozenset(), "", set()
    for attribute, value in ATTRIBUTE.findall(inside):
        if attribute == "class":
            classes = frozenset(value.strip(QUOTES).split())
        elif attribute == "id":
            named = value.strip(QUOTES)
        elif attribute.startswith("data-"):
            attributes.add(attribute)
        elif attribute == "type":
            attributes.add(f"type={value.strip(QUOTES)}")
    return Element(name.lower(), classes, named, frozenset(attributes))
