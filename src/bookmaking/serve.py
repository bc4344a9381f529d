"""Show the built book on this machine: python -m bookmaking.serve [PORT]."""

import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from decentwork.repository import BUILD

BOOK = BUILD / "html"


class Quiet(SimpleHTTPRequestHandler):
    """Serve files and say nothing of each request."""

    def log_request(self, code="-", size="-") -> None:
        """Leave out the line that a request would write."""


def server_of(folder: Path, port: int = 0) -> ThreadingHTTPServer:
    """Return a server of the files in ``folder`` for this machine only, not yet started.

    The port 0 stands for any that is free. Raises OSError if the port cannot be had.
    """
    return ThreadingHTTPServer(("127.0.0.1", port), partial(Quiet, directory=str(folder)))


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve ``folder`` at a free port of this machine and yield its address, with a slash."""
    server = server_of(folder)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def main(port: str = "8000") -> int:
    """Serve until interrupted, and return the exit status."""
    if not (port.isdecimal() and int(port) < 65536):
        print(
            f"{port!r} is not a port: give a number from 1 to 65535, as in make serve PORT=8080.",
            file=sys.stderr,
        )
        return 2
    try:
        server = server_of(BOOK, int(port))
    except OSError as error:
        reasons = {
            errno.EADDRINUSE: "is taken by another program",
            errno.EACCES: "may be used by the administrator only",
        }
        if error.errno not in reasons:
            raise
        print(
            f"Port {port} {reasons[error.errno]}: choose another, as in make serve PORT=8080.",
            file=sys.stderr,
        )
        return 1
    print(
        f"The book is at http://127.0.0.1:{server.server_port} until you press Ctrl-C.", flush=True
    )
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
