"""Published addresses: whoever cited a page, a figure or a table finds it there after a release.

Each release keeps the addresses that the site has, and refuses to lose one of the last release.
They are those of Sphinx's inventory (``objects.inv``), and those of exhibits, tables, terms,
answers and lines of the register.
"""

import posixpath
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import unquote

import yaml
from sphinx.util.inventory import InventoryFile

from decentwork.repository import ROOT

KEPT = "data/register/releases/addresses.txt"
"""The addresses of the last release, one a line."""
PLACE = re.compile(r'\bid="((?:fig|tbl|table|claim|line|term)-[^"]+)"')


def of_site(site: Path) -> set[str]:
    """Return the addresses of a built ``site``, as ``page.html#place``."""
    with (site / "objects.inv").open("rb") as file:
        inventory = InventoryFile.load(file, "", posixpath.join)
    found = {unquote(each[2]) for listed in inventory.values() for each in listed.values()}
    pages = {address.partition("#")[0] for address in found}
    there = {page: site / page for page in pages if (site / page).is_file()}
    found = {address for address in found if address.partition("#")[0] in there}
    for page, path in there.items():
        text = path.read_text(encoding="utf-8")
        found |= {page, *(f"{page}#{place}" for place in PLACE.findall(text))}
    return found


def lost(before: Iterable[str], now: set[str], redirects: Mapping[str, str]) -> list[str]:
    """Return the sentences on addresses that were published ``before`` and lead nowhere ``now``.

    Parameters
    ----------
    before
        The addresses of the last release.
    now
        Those of the site.
    redirects
        The new address of each page that has another name, as ``_config.yml`` gives it.
    """
    found = []
    for address in sorted(set(before) - now):
        page, _, place = address.partition("#")
        if page.removesuffix(".html") in redirects:
            continue
        if place and page in now:
            found.append(
                f"{address} was published, and the page has no such place any more: give it back "
                f"by `({place})=` above what took its place."
            )
        elif not place:
            found.append(
                f"{address} was published and is no page any more: give it back its name, or write "
                f'`"{page.removesuffix(".html")}": <new page>.html` under redirects in _config.yml.'
            )
    return found


def faults(root: Path = ROOT) -> list[str]:
    """Return the sentences on addresses of the last release that the built book has lost."""
    config = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    redirects = config["sphinx"]["config"].get("redirects", {})
    return lost(_kept(root), of_site(root / "_build" / "html"), redirects)


def keep(root: Path = ROOT) -> Path:
    """Write the addresses of the built book for the next release, and return their file.

    Those of pages that lead elsewhere now stay in it: they were cited under their old names.
    """
    path = root / KEPT
    addresses = of_site(root / "_build" / "html") | set(_kept(root))
    path.write_text("".join(f"{each}\n" for each in sorted(addresses)), encoding="utf-8")
    return path


def _kept(root: Path) -> list[str]:
    path = root / KEPT
    return path.read_text(encoding="utf-8").split("\n")[:-1] if path.is_file() else []
