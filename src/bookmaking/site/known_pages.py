"""What earlier builds found of pages that have not changed since, so that each is looked at once.

A build that changes one page looks at all of them when it trims what they share (see `assets`).
What it finds of a page is kept by a digest of the page's text, with all else that it depends on.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from bookmaking import fresh
from bookmaking.site import held as held_module
from bookmaking.site.held import Element, Held
from bookmaking.site.remembered import MadeBefore


class KnownPages:
    """What is known of pages by their texts."""

    def __init__(self, file: Path, *code: ModuleType) -> None:
        """Take up what earlier builds left in ``file``, found by the modules ``code``."""
        self._before = MadeBefore(file, held_module, *code)
        self._digest = cache(lambda text: hashlib.sha256(text.encode()).hexdigest())

    def found(self, text: str, look: Callable[[str], Any], *told: object) -> Any:
        """Return what ``look`` finds of a ``text``, which it is given once.

        ``told`` are all that it depends on beside the text. They and what it finds have a form that
        JSON can hold.
        """
        return self._before.get([look.__name__, self._digest(text), *told], lambda: look(text))

    def changed(self, text: str, change: Callable[[str], str], *told: object) -> str:
        """Return what ``change`` makes of a ``text``, told as in `found`.

        A text that it once left as it was, it is not given again.
        """
        made = cache(change)
        made_from = [change.__name__, self._digest(text), *told]
        stays = self._before.get(made_from, lambda: made(text) == text)
        return text if stays else made(text)

    def held(self, pages: Iterable[str], scripts: Iterable[str], named: set[str]) -> Held:
        """Return what ``pages`` and ``scripts`` hold that has to do with these names."""
        of_scripts = Held.of((), scripts).only(named)

        def elements(page: str) -> list[str]:
            # As texts, because pages have most of them in common.
            return sorted(map(_as_text, Held.of([page], ()).only(named).elements))

        about = fresh.digest(sorted(named))
        found = {each for page in pages for each in self.found(page, elements, about)}
        return Held(of_scripts.elements | set(map(_from_text, found)), of_scripts.words)

    def save(self) -> None:
        """Keep for the next build what this one asked for."""
        self._before.save()


def _as_text(element: Element) -> str:
    held = (element.name, sorted(element.classes), element.id, sorted(element.attributes))
    return json.dumps(held)


def _from_text(text: str) -> Element:
    name, classes, named, attributes = json.loads(text)
    return Element(name, frozenset(classes), named, frozenset(attributes))
