"""Serve a folder at a free port of this machine, for what a browser has to see."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread


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
    """Serve ``folder`` and yield its address, with a slash."""
    with served_by(partial(Quiet, directory=str(folder))) as address:
        yield address


@contextmanager
def served_by(handler: Callable[..., BaseHTTPRequestHandler]) -> Iterator[str]:
    """Answer by ``handler``, as `served` does from a folder."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        # The server looks this often whether it shall end; with the half second of the library
        # each test would wait that long for its end.
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
