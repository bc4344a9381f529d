"""Ask one address of a publisher's interface: time-outs, bounded tries, checks of the body.

urllib3 asks again after a longer wait what may pass: no answer in time, too many questions, an
error of the server. A refusal, and a body that is empty or was cut short, are said and never used.
"""

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

NAME = "Mozilla/5.0 (compatible; decent-work-book; asks a few times a year for newer tables)"
AGAIN = (408, 429, 500, 502, 503, 504)
LATER = "Ask again another day."
SILENT, PAUSE = 60.0, 0.5
"""Seconds in which a connection and the next bytes must come, and those before every question."""
TRIES, WAIT = 4, 2.0
"""How often an address is asked, and the seconds before further tries: they double with each."""


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


def ask(address: str, headers: Mapping[str, str]) -> Answer:
    """Return what an address answers; NoAnswerError says what failed."""
    time.sleep(PAUSE)
    again = Retry(
        TRIES - 1, status_forcelist=AGAIN, allowed_methods=None, raise_on_status=False,
        backoff_factor=WAIT, respect_retry_after_header=False,
    )  # fmt: skip
    # Not compressed: what is kept are the bytes that were sent, and Eurostat compresses without
    # saying so.
    headers = {"User-Agent": NAME, "Accept-Encoding": "identity", **headers}
    try:
        with requests.Session() as session:
            for scheme in ("http://", "https://"):
                session.mount(scheme, HTTPAdapter(max_retries=again))
            response = session.get(address, headers=headers, timeout=SILENT)
    except requests.RequestException as error:
        raise NoAnswerError(f"{address} was not read ({type(error).__name__}). {LATER}") from None
    status = response.status_code
    if status in AGAIN:
        raise NoAnswerError(f"{address} answers with the error {status}. {LATER}")
    if status >= 400:
        raise NoAnswerError(
            f"{address} answers {status}. Open it in a browser to read why, and look whether the "
            "publisher has moved or closed the series; then change series.yml."
        )
    if not response.content.strip():
        raise NoAnswerError(f"{address} sent an empty page. {LATER}")
    return Answer(address, f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", response.content)
