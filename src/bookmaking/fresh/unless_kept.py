"""What a build works out once and keeps with Sphinx's environment for the next one."""

from collections.abc import Callable
from typing import Any

from bookmaking.fresh import fingerprint

ATTRIBUTE = "bookmaking_kept"


def unless_kept(env, name: str, made_from: object, make: Callable[[], Any]) -> Any:
    """Return what an earlier build made from the same, or make it.

    ``made_from`` names all that the result depends on, in a form that JSON can hold, apart from the
    code and the packages: when these change, `freshness` gives up the environment. What is made
    after Sphinx has written the environment is not kept.
    """
    if not hasattr(env, ATTRIBUTE):
        setattr(env, ATTRIBUTE, {})
    kept = getattr(env, ATTRIBUTE)
    digest = fingerprint.digest(made_from)
    if name not in kept or kept[name][0] != digest:
        kept[name] = (digest, make())
    return kept[name][1]
