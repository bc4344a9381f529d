"""Show the built book on this machine: python -m bookmaking.tools.serve [PORT]."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from decentwork.repository import BUILD

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

    def copyfile(self, source, outputfile) -> None:
        """Send a file; a reader who leaves before its end is no error."""
        with suppress(ConnectionError):
            super().copyfile(source, outputfile)


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


def at_port(start: Callable[[int], None], port: str) -> int:
    """Let ``start`` serve at a port until Ctrl-C, and return the exit status.

    A port that is no number, taken, or not allowed is told in a sentence.
    """
    try:
        with suppress(KeyboardInterrupt):
            start(int(port))
    except (OSError, OverflowError, ValueError) as error:
        print(
            f"Port {port} cannot be used ({error}): choose another, as in PORT=8080.",
            file=sys.stderr,
        )
        return 1
    return 0


def _serve(port: int) -> None:
    files = partial(Quiet, directory=str(BUILD / "html"))
    with ThreadingHTTPServer((listens_at(), port), files) as server:
        address = f"http://{THIS_MACHINE}:{server.server_port}"
        print(f"The book is at {address} until you press Ctrl-C.", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    sys.exit(at_port(_serve, *sys.argv[1:2] or ["8000"]))
