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
    listed = {unquote(each[2]) for objects in inventory.values() for each in objects.values()}
    pages = {page for each in listed if (site / (page := each.partition("#")[0])).is_file()}
    found = pages | {each for each in listed if each.partition("#")[0] in pages}
    for page in pages:
        text = (site / page).read_text(encoding="utf-8")
        found |= {f"{page}#{place}" for place in PLACE.findall(text)}
    return found


def lost(before: Iterable[str], now: set[str], redirects: Mapping[str, str]) -> list[str]:
    """Return the sentences on addresses that were published ``before`` and lead nowhere ``now``.

    ``redirects`` has the new address of each page that has another name, as ``_config.yml`` does.
    """
    found = []
    for address in sorted(set(before) - now):
        page, _, place = address.partition("#")
        if page.removesuffix(".html") in redirects or (place and page not in now):
            continue
        if place:
            found.append(
                f"{address} was published, and the page has no such place any more: give it back "
                f"by `({place})=` above what took its place."
            )
        else:
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


def keep(root: Path = ROOT) -> None:
    """Write the addresses of the built book for the next release.

    Those of pages that lead elsewhere now stay among them: they were cited under their old names.
    """
    addresses = of_site(root / "_build" / "html") | set(_kept(root))
    (root / KEPT).write_text("".join(f"{each}\n" for each in sorted(addresses)), encoding="utf-8")


def _kept(root: Path) -> list[str]:
    path = root / KEPT
    return path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
