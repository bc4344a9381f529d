"""Redirects: an old address of a page leads to a page that exists."""

from collections.abc import Sequence
from pathlib import Path

import yaml

from bookmaking.checks import site


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return redirects that lead nowhere."""
    found = site.listed(root / "_toc.yml")
    settings = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    redirects = settings["sphinx"]["config"].get("redirects", {})
    leads_to = {old: _target(old, new, root) for old, new in redirects.items()}
    return [
        f"_config.yml, redirects: {old} leads to {redirects[old]}, which is no page; name a page "
        "by its path from there, with .html."
        for old, new in leads_to.items()
        if new not in found
    ]


def _target(old: str, new: str, root: Path) -> str:
    """Return the page to which a redirect leads."""
    path = (root / old).parent.joinpath(new).resolve().relative_to(root.resolve())
    return path.with_suffix("").as_posix()
