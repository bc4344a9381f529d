"""Let references to figures read a page once, and not once for each figure.

Why: for each ``{numref}`` Sphinx reads the whole tree of the page on which the figure stands, from
its file and as a copy of its own. The trees of chapters are large: the 39 references of a chapter
and three other pages take 0.3 s, and the 307 of the book more than 2 s. Here a tree that was read
for a reference serves the next one. Sphinx only looks at it, and no tree changes in the meantime.

Upstream: no issue found, and not reported yet. The patch is one for ``sphinx/domains/std``: to keep
the kind of each labelled figure beside its label.

It can go when Sphinx no longer reads a tree for each reference;
`test_sphinx_still_reads_a_page_for_each_reference_to_a_figure` fails then.
"""

from functools import lru_cache
from typing import Any

from sphinx.domains.std import StandardDomain

TREES = 8
"""So many trees are held at a time: a chapter refers to few others, and each takes megabytes."""


class ReadingOnce:
    """The environment of Sphinx, which holds the trees that it has read."""

    def __init__(self, env) -> None:
        """Stand for ``env``."""
        self._env = env
        self.get_doctree = lru_cache(TREES)(env.get_doctree)

    def __getattr__(self, name: str) -> Any:
        """Return all else as the environment has it."""
        return getattr(self._env, name)


class StandardDomainReadingOnce(StandardDomain):
    """Sphinx's domain of labels, for which a page is read once."""

    reading_once = None

    def resolve_xref(self, env, fromdocname, builder, typ, *reference):
        """Resolve a reference as Sphinx does."""
        if typ == "numref":
            self.reading_once = self.reading_once or ReadingOnce(env)
            env = self.reading_once
        return super().resolve_xref(env, fromdocname, builder, typ, *reference)

    def forget(self) -> None:
        """Give up the trees: pages may be read anew."""
        self.reading_once = None


def _forget(app, env, *more) -> None:
    env.get_domain(StandardDomain.name).forget()


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_domain(StandardDomainReadingOnce, override=True)
    app.connect("env-before-read-docs", _forget)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
