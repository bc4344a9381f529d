"""Show the built book on this machine: python -m bookmaking.tools.serve [PORT]."""

import errno
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from decentwork.repository import BUILD

BOOK = BUILD / "html"
THIS_MACHINE = "127.0.0.1"


def listens_at() -> str:
    """Return the address at which servers of the book listen: this machine's own.

    In a container that would be the container's own, so its image says BOOK_ADDRESS=0.0.0.0.
    """
    return os.environ.get("BOOK_ADDRESS", THIS_MACHINE)


class Quiet(SimpleHTTPRequestHandler):
    """Serve files and say nothing of each request."""

    def log_request(self, code="-", size="-") -> None:
        """Leave out the line that a request would write."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve ``folder`` at a free port of this machine and yield its address, with a slash."""
    with served_by(partial(Quiet, directory=str(folder))) as address:
        yield address


@contextmanager
def served_by(handler: Callable[..., BaseHTTPRequestHandler]) -> Iterator[str]:
    """Answer by ``handler`` at a free port of this machine, as `served` does from a folder."""
    with ThreadingHTTPServer((THIS_MACHINE, 0), handler) as server:
        # The server looks this often whether it shall end; with the half second of the library
        # each test would wait that long for its end.
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield f"http://{THIS_MACHINE}:{server.server_port}/"
        finally:
            server.shutdown()


class PortError(Exception):
    """A port that cannot be used: why and what to do, and the exit status that says so."""

    def __init__(self, sentence: str, status: int) -> None:
        super().__init__(sentence)
        self.status = status


def port_number(text: str, target: str) -> int:
    """Return a port given as text; ``target`` is the make target that the message names."""
    if not (text.isdecimal() and 0 < int(text) < 65536):
        raise PortError(
            f"{text!r} is not a port: give a number from 1 to 65535, "
            f"as in make {target} PORT=8080.",
            status=2,
        )
    return int(text)


@contextmanager
def port_errors(port: int, target: str) -> Iterator[None]:
    """Turn the errors of a port that is taken or not allowed into PortError."""
    reasons = {
        errno.EADDRINUSE: "is taken by another program",
        errno.EACCES: "may be used by the administrator only",
    }
    try:
        yield
    except OSError as error:
        if error.errno not in reasons:
            raise
        raise PortError(
            f"Port {port} {reasons[error.errno]}: choose another, as in make {target} PORT=8080.",
            status=1,
        ) from error


def main(port: str = "8000") -> int:
    """Serve until interrupted, and return the exit status."""
    try:
        number = port_number(port, "serve")
        with port_errors(number, "serve"):
            files = partial(Quiet, directory=str(BOOK))
            server = ThreadingHTTPServer((listens_at(), number), files)
    except PortError as error:
        print(error, file=sys.stderr)
        return error.status
    print(f"The book is at http://{THIS_MACHINE}:{number} until you press Ctrl-C.", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
