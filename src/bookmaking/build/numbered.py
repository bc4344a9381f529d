"""Read a page once for all numbered references to it.

Sphinx reads the whole page from disk for each ``{numref}``, though it only looks up what kind of
thing carries the label: half a second for a chapter with twenty references to its own figures.
"""

from functools import cache

from docutils import nodes
from sphinx.domains.std import StandardDomain
from sphinx.environment import BuildEnvironment


class ReadOnce:
    """An environment that keeps the pages it has read. They are looked at and not altered."""

    def __init__(self, env: BuildEnvironment) -> None:
        """Stand in for ``env``."""
        self.env = env
        self.get_doctree = cache(env.get_doctree)

    def __getattr__(self, name: str):
        """Return what ``env`` has under ``name``."""
        return getattr(self.env, name)


class NumberedReferences(StandardDomain):
    """Sphinx's own domain, with pages read once while one build writes."""

    def _resolve_numref_xref(self, env, *reference) -> nodes.Element | None:
        if getattr(self, "_reading", None) is None:
            self._reading = ReadOnce(env)
        return super()._resolve_numref_xref(self._reading, *reference)


def setup(app) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_domain(NumberedReferences, override=True)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
