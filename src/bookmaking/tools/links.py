"""Report which addresses outside the book still lead anywhere: python -m bookmaking.tools.links.

Asks each address of the bibliography, the pages and the tables once, with a pause between two
questions to one site, and writes a dated report as CSV into _build/links; what answers with an
error comes first. A machine cannot see whether a page still says what it said.

Sphinx's own linkcheck follows a DOI to its publisher, and publishers turn programs away. Here the
DOI system itself says whether a DOI exists.
"""

import csv
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from urllib.parse import urldefrag, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from bookmaking.source import pages
from decentwork import sources
from decentwork.repository import BIBLIOGRAPHY, BUILD, ROOT

NOT_FOLLOWED = ("doi.org", "dx.doi.org")
NAME = "Mozilla/5.0 (compatible; decent-work-book; asks once a week whether links still lead)"
SITES_AT_ONCE = 8
PAUSE = 1.0
"""Seconds between two questions to the same site."""
NOT_OURS = ("example.org", "www.w3.org", "schema.org", "127.0.0.1")
"""Hosts of examples, and of names that nobody visits."""
TIME_OUT = (10, 30)
"""Seconds for a connection, and for the next bytes of an answer."""
AGAIN = Retry(total=2, redirect=False, status_forcelist=(429, 500, 502, 503, 504),
              backoff_factor=1, raise_on_status=False, retry_after_max=60)  # fmt: skip
"""Errors that pass are asked again."""
ADDRESS = re.compile(r"https?://[^\s\"'<>\[\]\\{}|^`*]+(?!\{)")
ENDS = ".,;:!?"
"""What ends a sentence, and no address."""

Answer = tuple[str, str, str]
"""An address, its status in words, and where it leads now if that is elsewhere."""


def addresses(root: Path = ROOT) -> dict[str, list[str]]:
    """Return each address outside the book, with the places that name it."""
    found: dict[str, list[str]] = defaultdict(list)
    for place, text in _texts(root):
        for address in (urldefrag(each).url for each in named(text)):
            host = urlsplit(address).hostname or ""
            if "." in host and host not in NOT_OURS and place not in found[address]:
                found[address].append(place)
    return {address: places for address, places in found.items() if places}


def _texts(root: Path) -> Iterator[tuple[str, str]]:
    for key, entry in sources.load(root / BIBLIOGRAPHY.name).items():
        for field in entry.fields:
            text = str(field.value).replace("\\", "")
            is_short = field.key == "doi" and not text.startswith("http")
            yield f"{BIBLIOGRAPHY.name}, {key}", f"https://doi.org/{text}" if is_short else text
    data = root / "data"
    for path in [*pages.written(root), *sorted(data.rglob("*.yml")), *sorted(data.rglob("*.csv"))]:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".csv":  # cells may hold a comma, and an address ends with its cell
            text = "\n".join(cell for row in csv.reader(text.splitlines()) for cell in row)
        yield path.relative_to(root).as_posix(), text


def named(text: str) -> Iterator[str]:
    """Yield the addresses in a text, without the marks of the sentence around them."""
    for match in ADDRESS.finditer(text):
        address = match[0].rstrip(ENDS)
        while address.endswith(")") and address.count(")") > address.count("("):
            address = address[:-1].rstrip(ENDS)
        yield address


def ask_site(asked: Iterable[str], pause: float = PAUSE) -> list[Answer]:
    """Ask the addresses of one site, one after the other, and say what became of each."""
    answers = []
    with requests.Session() as client:
        client.headers["User-Agent"] = NAME
        for scheme in ("https://", "http://"):
            client.mount(scheme, HTTPAdapter(max_retries=AGAIN))
        for address in asked:
            time.sleep(pause if answers else 0)
            follow = urlsplit(address).hostname not in NOT_FOLLOWED
            try:
                with client.get(
                    address, stream=True, timeout=TIME_OUT, allow_redirects=follow
                ) as got:
                    moved = got.url if got.history else ""
                    answers.append((address, f"{got.status_code} {got.reason}", moved))
            except Exception as error:
                # requests lets other errors through where a site leads to what is no address; one
                # such site must not end the run and lose the answers of all others.
                answers.append((address, type(error).__name__, ""))
    return answers


def main(places: dict[str, list[str]], folder: Path = BUILD / "links") -> int:
    """Ask each address, write the report of today into ``folder``, and return the exit status."""
    print(f"Asking {len(places):,} addresses; this takes minutes", flush=True)
    sites: dict[str, list[str]] = defaultdict(list)
    for address in places:
        sites[urlsplit(address).netloc.lower()].append(address)
    with ThreadPoolExecutor(SITES_AT_ONCE) as pool:
        # The site with most addresses takes longest, so it begins.
        longest_first = sorted(sites.values(), key=len, reverse=True)
        found = [answer for answers in pool.map(ask_site, longest_first) for answer in answers]
    found.sort(key=lambda answer: (answer[1] < "4", answer[1], not answer[2], answer[0]))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"links-{date.today()}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["address", "answer", "leads_to", "named_in"])
        writer.writerows([*each, "; ".join(places[each[0]])] for each in found)
    counts = Counter(answer for _, answer, _ in found).most_common()
    print(", ".join(f"{count:,} × {answer}" for answer, count in counts), f"→ {path}")
    return int(not any(answer[0].isdigit() for answer, _ in counts))  # there is no network


if __name__ == "__main__":
    sys.exit(main(addresses()))
