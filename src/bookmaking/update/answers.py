"""Ask one address of a publisher's interface: time-outs, bounded tries, checks of the body.

urllib3 asks again after a longer wait what may pass: no answer in time, too many questions, an
error of the server. A refusal, an address that is gone, and a body that is empty or was cut short
are said at once and never used.
"""

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

NAME = "Mozilla/5.0 (compatible; decent-work-book; asks a few times a year for newer tables)"
AGAIN = (408, 429, 500, 502, 503, 504)
LATER = "Ask again another day."


@dataclass(frozen=True)
class Patience:
    """How long an answer is waited for, in seconds, and how often it is asked for.

    ``silent`` is for a connection and for the next bytes, ``wait`` comes before further tries and
    doubles with each, and ``pause`` comes before every question.
    """

    silent: float = 60
    tries: int = 4
    wait: float = 2
    pause: float = 0.5


@dataclass(frozen=True)
class Answer:
    """What came from an address: when, and the bytes."""

    address: str
    at: str
    body: bytes

    @property
    def about(self) -> dict[str, str | int]:
        """Where the bytes are from, with their number and checksum."""
        digest = hashlib.sha256(self.body).hexdigest()
        return {"address": self.address, "at": self.at, "sha256": digest, "bytes": len(self.body)}


class NoAnswerError(Exception):
    """Why there is nothing to use, as a sentence."""


Ask = Callable[[str, Mapping[str, str]], Answer]
"""A function that asks an address with headers."""


def asker(patience: Patience | None = None) -> Ask:
    """Return a function that asks addresses with one patience; NoAnswerError says what failed."""
    patience = patience or Patience()
    again = Retry(
        patience.tries - 1, status_forcelist=AGAIN, allowed_methods=None, raise_on_status=False,
        backoff_factor=patience.wait, respect_retry_after_header=False,
    )  # fmt: skip
    session = requests.Session()
    session.mount("http://", HTTPAdapter(max_retries=again))
    session.mount("https://", HTTPAdapter(max_retries=again))
    # Not compressed: what is kept are the bytes that were sent, and Eurostat compresses without
    # saying so.
    session.headers.update({"User-Agent": NAME, "Accept-Encoding": "identity"})

    def ask(address: str, headers: Mapping[str, str]) -> Answer:
        time.sleep(patience.pause)
        try:
            response = session.get(address, headers=headers, timeout=patience.silent)
        except requests.RequestException as error:
            cut = isinstance(error, requests.exceptions.ChunkedEncodingError)
            what = (
                "broke off in the middle of the answer" if cut else "could not be reached in time"
            )
            raise NoAnswerError(f"{address} {what} ({type(error).__name__}). {LATER}") from None
        status = response.status_code
        if status in AGAIN:
            raise NoAnswerError(f"{address} answers with the error {status}. {LATER}")
        if status in (404, 410):
            raise NoAnswerError(
                f"{address} answers {status}: nothing is there. Look whether the publisher has "
                "moved or closed the series, then change series.yml."
            )
        if status >= 400:
            raise NoAnswerError(f"{address} refuses ({status}). Open it in a browser to read why.")
        if not response.content.strip():
            raise NoAnswerError(f"{address} sent an empty page. {LATER}")
        return Answer(address, f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", response.content)

    return ask
