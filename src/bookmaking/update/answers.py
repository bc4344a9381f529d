"""Ask one address of a publisher's interface: time-outs, bounded tries, checks of the body.

A body that was cut short or is empty is never used. What may pass (no answer in time, a cut
connection, too many questions, an error of the server) is asked again, each time after a longer
wait. What will not pass (a refusal, an address that is gone) is said at once.
"""

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import requests

NAME = "Mozilla/5.0 (compatible; decent-work-book; asks a few times a year for newer tables)"
AGAIN = (408, 429, 500, 502, 503, 504)


@dataclass(frozen=True)
class Patience:
    """How long an answer is waited for, in seconds, and how often it is asked for.

    ``connect`` is for a connection, ``silent`` for the next bytes. ``wait`` comes before the second
    try and doubles with each further one. A server that asks to be left alone is left alone, but
    never longer than ``longest_wait``. ``pause`` comes between two pages.
    """

    connect: float = 10
    silent: float = 60
    tries: int = 4
    wait: float = 2
    longest_wait: float = 120
    pause: float = 0.5


@dataclass(frozen=True)
class Answer:
    """What came from an address: when, and the bytes."""

    address: str
    at: str
    body: bytes

    @property
    def sha256(self) -> str:
        """The checksum of the bytes."""
        return hashlib.sha256(self.body).hexdigest()


class NoAnswerError(Exception):
    """Why there is nothing to use, as a sentence; ``passes`` if it may pass by itself."""

    def __init__(self, sentence: str, *, passes: bool = False, wait: float = 0) -> None:
        self.passes = passes
        self.wait = wait
        super().__init__(sentence)


Ask = Callable[[str, Mapping[str, str]], Answer]
"""A function that asks an address with headers."""


def asker(patience: Patience | None = None) -> Ask:
    """Return a function that asks addresses with one patience; NoAnswerError says what failed."""
    patience = patience or Patience()
    session = requests.Session()
    # Not compressed: what is kept are the bytes that were sent, and Eurostat compresses without
    # saying so.
    session.headers.update({"User-Agent": NAME, "Accept-Encoding": "identity"})

    def ask(address: str, headers: Mapping[str, str]) -> Answer:
        for number in range(1, patience.tries + 1):
            try:
                return _once(session, address, headers, patience)
            except NoAnswerError as error:
                if not error.passes:
                    raise
                if number == patience.tries:
                    tried = f" It was asked {number} times. Ask again another day."
                    raise NoAnswerError(f"{error}{tried}", passes=True) from None
                doubled = patience.wait * 2 ** (number - 1)
                time.sleep(min(max(doubled, error.wait), patience.longest_wait))
        raise AssertionError("a loop over at least one try returns or raises")

    return ask


def _once(
    session: requests.Session, address: str, headers: Mapping[str, str], patience: Patience
) -> Answer:
    limits = (patience.connect, patience.silent)
    try:
        response = session.get(address, headers=headers, timeout=limits)
    except requests.RequestException as error:
        if isinstance(error, requests.Timeout) or "timed out" in str(error):
            fault = f"{address} was silent for {patience.silent:g} s."
        elif isinstance(error, requests.exceptions.ChunkedEncodingError):
            fault = f"{address} broke off in the middle of the answer."
        elif isinstance(error, requests.ConnectionError):
            fault = f"{address} could not be reached."
        else:
            fault = f"{address} cannot be asked ({type(error).__name__}); fix it in interfaces.py."
        raise NoAnswerError(fault, passes=isinstance(error, OSError)) from None
    status = response.status_code
    if status in AGAIN:
        asked = response.headers.get("Retry-After", "")
        wait = float(asked) if asked.isdecimal() else 0
        raise NoAnswerError(f"{address} answers with the error {status}.", passes=True, wait=wait)
    if status in (404, 410):
        raise NoAnswerError(
            f"{address} answers {status}: nothing is there. Look whether the publisher has moved "
            "or closed the series, then change series.yml."
        )
    if status >= 400:
        raise NoAnswerError(
            f"{address} refuses the question ({status}). Open the address in a browser to read why."
        )
    if not response.content.strip():
        raise NoAnswerError(f"{address} sent an empty page.", passes=True)
    return Answer(address, f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", response.content)
