"""What no library checks of the repository: contents, old addresses, pins.

Files, line ends, large files, private keys and spelling are looked at by `.pre-commit-config.yaml`,
layers by import-linter, dependencies by deptry, CITATION.cff by check-jsonschema, labels by Sphinx.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml
from packaging.utils import canonicalize_name

from bookmaking.checks import site
from bookmaking.source import pages
from bookmaking.tools import lock


def check(root: Path, files: Sequence[Path] = ()) -> list[str]:
    """Return what is wrong with contents, redirects and the lock."""
    return [*contents(root), *redirects(root), *lock_file(root)]


def contents(root: Path) -> list[str]:
    """Return pages and notebooks of the repository that no reader would find."""
    listed = set(site.listed(root / "_toc.yml"))
    names = [path.relative_to(root).with_suffix("").as_posix() for path in pages.written(root)]
    return [
        f"{name} is not in _toc.yml: list it, or delete it." for name in names if name not in listed
    ]


def redirects(root: Path) -> Iterator[str]:
    """Yield old addresses of pages that lead nowhere."""
    listed = site.listed(root / "_toc.yml")
    settings = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    for old, new in settings["sphinx"]["config"].get("redirects", {}).items():
        path = (root / old).parent.joinpath(new).resolve().relative_to(root.resolve())
        if path.with_suffix("").as_posix() not in listed:
            yield (
                f"_config.yml, redirects: {old} leads to {new}, which is no page; name a page by "
                "its path from there, with .html."
            )


def lock_file(root: Path) -> list[str]:
    """Return pins of environment.yml that requirements.lock does not have.

    ``uv lock --check`` would do it, but writes the address of a registry into a file.
    """
    locked = {_named(each.partition(";")[0]) for each in lock.locked(root / lock.LOCK.name)}
    return [
        f"environment.yml: {pin} is not in {lock.LOCK.name}; write name==version and run "
        "`python -m bookmaking.tools.lock`."
        for pin in lock.pins(root / "environment.yml")
        if _named(pin) not in locked
    ]


def _named(pin: str) -> str:
    name, _, version = pin.strip().partition("==")
    return f"{canonicalize_name(name)}=={version}"
