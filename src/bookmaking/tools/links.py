"""Report which addresses outside the book still lead anywhere: python -m bookmaking.tools.links.

Asks each address of the bibliography, the pages and the tables once, each site by one program with
a pause between two questions, and writes a dated report as CSV into _build/links. A machine cannot
see whether a page still says what it said, so "here" means that something is there.

Sphinx's own linkcheck follows a DOI to its publisher, and publishers turn programs away. Here the
DOI system itself says whether a DOI exists.
"""

import csv
import io
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urldefrag, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError
from urllib3.util import Retry

from bookmaking.source import pages
from decentwork import sources
from decentwork.repository import BIBLIOGRAPHY, BUILD, ROOT

GONE, MOVED, REFUSED, UNKNOWN, HERE = STATES = ("gone", "moved", "refused", "unknown", "here")
"""In the order of the report: what asks for a hand comes first."""
ANSWERS = {404: GONE, 410: GONE} | dict.fromkeys((401, 403, 405, 406, 429, 451), REFUSED)
"""What a status says about an address; another error says nothing."""
NOT_FOLLOWED = ("doi.org", "dx.doi.org")
NAME = "Mozilla/5.0 (compatible; decent-work-book; asks once a week whether links still lead)"
SITES_AT_ONCE = 8
PAUSE = 1.0
"""Seconds between two questions to the same site."""
NOT_OURS = ("example.org", "www.w3.org", "schema.org", "127.0.0.1")
"""Hosts of examples, and of names that nobody visits."""
TIME_OUT = (10, 30)
"""Seconds for a connection, and for the next bytes of an answer."""
ADDRESS = re.compile(r"https?://[^\s\"'<>\[\]\\{}|^`*]+(?!\{)")
ENDS = ".,;:!?"
"""What ends a sentence, and no address."""
DOI = "https://doi.org/"


class Answer(NamedTuple):
    """What became of an address: its state, the answer in words, and where it leads now."""

    address: str
    state: str
    words: str
    leads_to: str = ""


def addresses(root: Path = ROOT) -> dict[str, list[str]]:
    """Return each address outside the book, with the places that name it."""
    found: dict[str, list[str]] = defaultdict(list)
    for place, text in (*_of_sources(root / BIBLIOGRAPHY.name), *_of_files(root)):
        for address in (urldefrag(each).url for each in named(text)):
            host = urlsplit(address).hostname or ""
            if "." in host and host not in NOT_OURS and place not in found[address]:
                found[address].append(place)
    return {address: places for address, places in found.items() if places}


def _of_sources(path: Path) -> Iterator[tuple[str, str]]:
    for key, entry in sources.load(path).items():
        for name, field in entry.fields_dict.items():
            text = str(field.value).replace("\\", "")
            whole = DOI + text.removeprefix(DOI) if name == "doi" else text
            yield f"{path.name}, {key}", whole


def _of_files(root: Path) -> Iterator[tuple[str, str]]:
    data = root / "data"
    for path in [*pages.written(root), *sorted(data.rglob("*.yml")), *sorted(data.rglob("*.csv"))]:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".csv":  # cells may hold a comma, and an address ends with its cell
            text = "\n".join(cell for row in csv.reader(io.StringIO(text)) for cell in row)
        yield path.relative_to(root).as_posix(), text


def named(text: str) -> Iterator[str]:
    """Yield the addresses in a text, without the marks of the sentence around them."""
    for match in ADDRESS.finditer(text):
        address = match[0].rstrip(ENDS)
        while address.endswith(")") and address.count(")") > address.count("("):
            address = address[:-1].rstrip(ENDS)
        yield address


def session(wait: float = 1.0) -> requests.Session:
    """Return a client that asks again after errors that pass; ``wait`` seconds, then twice that."""
    asking = requests.Session()
    asking.headers.update({"User-Agent": NAME, "Accept": "*/*"})
    again = Retry(
        total=2,
        redirect=False,
        status_forcelist=(429, 500, 502, 503, 504),
        backoff_factor=wait,
        raise_on_status=False,
        retry_after_max=60,
    )
    for scheme in ("https://", "http://"):
        asking.mount(scheme, HTTPAdapter(max_retries=again))
    return asking


def ask(asking: requests.Session, address: str) -> Answer:
    """Ask one address, and say what became of it."""
    followed = urlsplit(address).hostname not in NOT_FOLLOWED
    try:
        with asking.get(
            address, stream=True, timeout=TIME_OUT, allow_redirects=followed
        ) as response:
            return _judged(address, response)
    except (requests.RequestException, ValueError, HTTPError) as error:
        # requests lets the last two through where a site leads to what is no address; one such
        # site must not end the run and lose the answers of all others.
        return Answer(address, UNKNOWN, type(error).__name__)


def _judged(address: str, response: requests.Response) -> Answer:
    words = f"{response.status_code} {response.reason}"
    if response.status_code >= 400:
        return Answer(address, ANSWERS.get(response.status_code, UNKNOWN), words)
    before, now = _bare(address), _bare(response.url)
    if not response.history or before == now:
        return Answer(address, HERE, words)
    if any(before[1:]) and not any(now[1:]):
        words = "leads to a front page: what was cited may be gone"
        return Answer(address, MOVED, words, response.url)
    for_good = response.history[0].status_code in (301, 308)
    return Answer(address, MOVED if for_good else HERE, words, response.url)


def _bare(address: str) -> tuple[str, str, str]:
    """Return host, path and query, without http or https, www, and a slash at the end."""
    parts = urlsplit(address)
    return parts.netloc.removeprefix("www."), parts.path.rstrip("/"), parts.query


def ask_all(asked: Iterable[str], pause: float = PAUSE) -> list[Answer]:
    """Ask many addresses, each site by one client with pauses, and return all answers."""
    sites: dict[str, list[str]] = defaultdict(list)
    for address in asked:
        sites[urlsplit(address).netloc.lower()].append(address)
    with ThreadPoolExecutor(SITES_AT_ONCE) as pool:
        # The site with most addresses takes longest, so it begins.
        longest_first = sorted(sites.values(), key=len, reverse=True)
        answers = pool.map(partial(_ask_site, pause=pause), longest_first)
        return [each for of_site in answers for each in of_site]


def _ask_site(asked: list[str], pause: float) -> list[Answer]:
    answers = []
    with session() as client:
        for address in asked:
            time.sleep(pause if answers else 0)
            answers.append(ask(client, address))
    return answers


def main(places: dict[str, list[str]], folder: Path = BUILD / "links") -> int:
    """Ask each address, write the report of today into ``folder``, and return the exit status."""
    print(f"Asking {len(places):,} addresses; this takes minutes", flush=True)
    answers = sorted(ask_all(places), key=lambda each: (STATES.index(each.state), each.address))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"links-{date.today()}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*Answer._fields, "named_in"])
        writer.writerows([*each, "; ".join(places[each.address])] for each in answers)
    counts = Counter(each.state for each in answers)
    print(", ".join(f"{counts[state]:,} {state}" for state in STATES), f"→ {path}")
    return int(counts[UNKNOWN] == len(answers))  # there is no network


if __name__ == "__main__":
    sys.exit(main(addresses()))
