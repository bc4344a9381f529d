"""Ask other people's sites whether an address still leads anywhere: one request each, politely.

A site is asked by one program at a time, with a pause between two questions, and again only after
the wait that it names. No page is read beyond its first bytes. An address of the DOI system is not
followed: the system itself says whether a DOI exists, and publishers often turn programs away.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, NameResolutionError
from urllib3.util import Retry

HERE, MOVED, GONE, REFUSED, UNKNOWN = STATES = ("here", "moved", "gone", "refused", "unknown")
NAME = "Mozilla/5.0 (compatible; decent-work-book; asks once a month whether links still lead)"
SITES_AT_ONCE = 8
PAUSE = 1.0
"""Seconds between two questions to the same site."""
TIME_OUT = (10, 30)
"""Seconds for a connection, and for the next bytes of an answer."""
LONGEST_WAIT = 60
"""Seconds that a site may ask to be left alone before it is asked again."""
ASK_AGAIN = (429, 500, 502, 503, 504)
PERMANENT = (301, 308)
ANSWERS = {404: GONE, 410: GONE, 401: REFUSED, 403: REFUSED, 405: REFUSED, 406: REFUSED,
           429: REFUSED, 451: REFUSED}  # fmt: skip
"""What a status says about an address; one that is not listed says nothing."""
NOT_FOLLOWED = ("doi.org", "dx.doi.org")


@dataclass(frozen=True)
class Answer:
    """What became of an address: its state, the answer in words, where it leads now."""

    address: str
    state: str
    words: str
    leads_to: str = ""


def session(wait: float = 1.0) -> requests.Session:
    """Return a client that asks again after errors that pass; ``wait`` seconds, then twice that."""
    asking = requests.Session()
    asking.headers.update({"User-Agent": NAME, "Accept": "*/*"})
    again = Retry(
        total=2,
        redirect=False,
        status_forcelist=ASK_AGAIN,
        backoff_factor=wait,
        raise_on_status=False,
        retry_after_max=LONGEST_WAIT,
    )
    for scheme in ("https://", "http://"):
        asking.mount(scheme, HTTPAdapter(max_retries=again))
    return asking


def ask(asking: requests.Session, address: str, time_out: tuple[float, float] = TIME_OUT) -> Answer:
    """Ask one address, and say what became of it."""
    followed = urlsplit(address).hostname not in NOT_FOLLOWED
    try:
        with asking.get(
            address, stream=True, timeout=time_out, allow_redirects=followed
        ) as response:
            return _judged(address, response)
    except requests.RequestException as error:
        return Answer(address, UNKNOWN, _in_words(error))
    except (ValueError, HTTPError):
        # requests lets these through where a site leads to what is no address; one such site must
        # not end the run and lose the answers of all others.
        return Answer(address, UNKNOWN, "leads to no address")


def ask_all(
    addresses: Iterable[str],
    client: Callable[[], requests.Session] = session,
    pause: Callable[[], None] = lambda: time.sleep(PAUSE),
) -> Iterator[Answer]:
    """Ask many addresses, each site by one client, and yield the answers as they come."""
    sites: dict[str, list[str]] = {}
    for address in addresses:
        sites.setdefault(urlsplit(address).netloc.lower(), []).append(address)

    def of_site(asked: list[str]) -> list[Answer]:
        answers = []
        with client() as asking:
            for number, address in enumerate(asked):
                if number:
                    pause()
                answers.append(ask(asking, address))
        return answers

    with ThreadPoolExecutor(SITES_AT_ONCE) as pool:
        # The site with most addresses takes longest, so it begins.
        longest_first = sorted(sites.values(), key=len, reverse=True)
        for done in as_completed([pool.submit(of_site, each) for each in longest_first]):
            yield from done.result()


def _judged(address: str, response: requests.Response) -> Answer:
    status = response.status_code
    words = f"{status} {_phrase(status)}"
    if response.is_redirect:  # of the DOI system, which is not followed
        return Answer(address, HERE, words)
    if status >= 400:
        return Answer(address, ANSWERS.get(status, UNKNOWN), words)
    if not response.history or _same(address, response.url):
        return Answer(address, HERE, words)
    if _is_front(response.url) and not _is_front(address):
        words = "leads to a front page: what was cited may be gone"
        return Answer(address, MOVED, words, response.url)
    first = response.history[0].status_code
    state = MOVED if first in PERMANENT else HERE
    return Answer(address, state, f"{first} {_phrase(first)}", response.url)


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in set(HTTPStatus) else "(not a known status)"


def _same(one: str, other: str) -> bool:
    """Whether two addresses differ in nothing but http or https, www, and a slash at the end."""

    def bare(address: str) -> tuple[str, str, str]:
        parts = urlsplit(address)
        host = (parts.hostname or "").removeprefix("www.")
        return host, parts.path.rstrip("/"), parts.query

    return bare(one) == bare(other) and urlsplit(one).port == urlsplit(other).port


def _is_front(address: str) -> bool:
    parts = urlsplit(address)
    return parts.path in ("", "/") and not parts.query


def _in_words(error: requests.RequestException) -> str:
    """Return why there was no answer, in words."""
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    if isinstance(reason, NameResolutionError):
        return "no site of this name answers"
    if isinstance(error, requests.Timeout) or "Timeout" in type(reason).__name__:
        return "no answer in time"
    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate could not be trusted"
    if isinstance(error, requests.TooManyRedirects):
        return "leads from one address to the next without end"
    if isinstance(error, requests.ConnectionError):
        return "no connection, or the answer broke off"
    return f"not an address that can be asked ({type(error).__name__})"
