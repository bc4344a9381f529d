"""What directives note of each page while Sphinx reads it, kept in Sphinx's environment.

A page that is read again is forgotten first, and what processes note that read side by side is put
together, as Sphinx asks of every extension.
"""

from typing import Any

ATTRIBUTE = "bookmaking_notes"


def notes(env, topic: str) -> dict[str, Any]:
    """Return what the pages noted on a topic: ``{page: what}``; to be added to and read."""
    if not hasattr(env, ATTRIBUTE):
        setattr(env, ATTRIBUTE, {})
    return getattr(env, ATTRIBUTE).setdefault(topic, {})


def pages_in_order(env) -> list[str]:
    """Return all pages in the order of the book."""
    found, waiting = {}, [env.config.root_doc]
    while waiting:
        page = waiting.pop(0)
        if page not in found:
            found[page] = None
            waiting = [*env.toctree_includes.get(page, ()), *waiting]
    return list(found)


def _forget(app, env, docname: str) -> None:
    for noted in getattr(env, ATTRIBUTE, {}).values():
        noted.pop(docname, None)


def _put_together(app, env, docnames: set[str], other) -> None:
    for topic, noted in getattr(other, ATTRIBUTE, {}).items():
        own = notes(env, topic)
        own.update({page: noted[page] for page in docnames if page in noted})


def setup(app) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("env-purge-doc", _forget)
    app.connect("env-merge-info", _put_together)
    return {"env_version": 2, "parallel_read_safe": True, "parallel_write_safe": True}
