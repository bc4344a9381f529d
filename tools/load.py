"""Measure the built site under load: python tools/load.py [READERS] (make load).

Many readers at once each open one page of the book with all that a browser fetches for it: style,
scripts, fonts, pictures. They ask `make serve`, and nginx as a plain file server where it is
installed. (`python -m http.server` is none for this: it lets five readers wait, and others run into
their time limit.) The command prints how many requests failed, and how long requests took, as
multiples of what a single reader waits, because machines differ. The exit code is 1 if a request
failed.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from statistics import median, quantiles
from threading import Barrier
from urllib.request import urlopen

from bookmaking.checks.site import Page
from bookmaking.tools.serve import BOOK, THIS_MACHINE, free_port

READERS = 200
SECONDS = 60
"""How long a reader waits for one file."""
NGINX = """\
daemon off; pid {folder}/pid; error_log {folder}/errors; worker_rlimit_nofile 4096;
events {{ worker_connections 2048; }}
http {{
  access_log off;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  server {{ listen {address}:{port}; root {book}; }}
}}
"""


def visits(site: Path) -> list[list[str]]:
    """Return for each page of a site the files that a browser fetches to show it, page first."""
    found = []
    for path in sorted(site.rglob("*.html")):
        page = Page(site, path.relative_to(site).with_suffix("").as_posix())
        files = {page.file_of(address) for _, address in page.loaded() if ":" not in address}
        inside = sorted(file for file in files if file.is_file() and file.is_relative_to(site))
        found.append([each.relative_to(site).as_posix() for each in (path, *inside)])
    return found


def read(address: str, files: Sequence[str]) -> tuple[list[float], list[str]]:
    """Fetch files one after another; return seconds of each, and a sentence for each failure."""
    times, failures = [], []
    for name in files:
        start = time.perf_counter()
        try:
            with urlopen(f"{address}{name}", timeout=SECONDS) as answer:
                answer.read()
        except (HTTPException, OSError) as error:
            failures.append(f"{name}: {error}")
        times.append(time.perf_counter() - start)
    return times, failures


def read_at_once(
    address: str, pages: Sequence[Sequence[str]], readers: int
) -> tuple[list[float], list[str]]:
    """Let readers begin at the same moment, each with another page; return times and failures."""
    start = Barrier(readers)

    def reader(number: int) -> tuple[list[float], list[str]]:
        start.wait()
        return read(address, pages[number % len(pages)])

    with ThreadPoolExecutor(readers) as pool:
        results = list(pool.map(reader, range(readers)))
    times = [each for taken, _ in results for each in taken]
    return times, [each for _, failed in results for each in failed]


def servers(folder: Path) -> Iterator[tuple[str, list[str], int]]:
    """Yield name, command and port of each server; ``folder`` is for what a server writes."""
    port = free_port()
    yield "make serve", [sys.executable, "-m", "bookmaking.tools.serve", str(port)], port
    if not (nginx := shutil.which("nginx")):
        print("nginx is not installed, so no plain file server was measured.", file=sys.stderr)
        return
    port, settings = free_port(), folder / "nginx.conf"
    settings.write_text(NGINX.format(folder=folder, address=THIS_MACHINE, port=port, book=BOOK))
    folder.chmod(0o755)
    yield "nginx", [nginx, "-c", str(settings), "-e", str(folder / "errors")], port


@contextmanager
def running(command: Sequence[str], port: int) -> Iterator[str]:
    """Start a server at a port and yield its address once it answers."""
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://{THIS_MACHINE}:{port}/"
    try:
        for _ in range(100):
            if not read(address, ["index.html"])[1]:
                break
            time.sleep(0.1)
        yield address
    finally:
        server.terminate()
        server.wait()


def main(arguments: Sequence[str]) -> int:
    """Measure both servers, print a line for each, and return the exit code."""
    readers = int(arguments[0]) if arguments else READERS
    pages = visits(BOOK)
    if not pages:
        print(f"{BOOK} has no pages: run `make book` first.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        return max(measured(*each, pages, readers) for each in servers(Path(folder)))


def measured(
    name: str, command: Sequence[str], port: int, pages: Sequence[Sequence[str]], readers: int
) -> int:
    """Measure one server, print a line, and return 1 if a request failed."""
    with running(command, port) as address:
        alone, _ = read(address, [file for page in pages for file in page][:500])
        start = time.perf_counter()
        times, failures = read_at_once(address, pages, readers)
        took = time.perf_counter() - start
    half = median(times) / median(alone)
    slow = quantiles(times, n=20)[-1] / median(alone)
    print(
        f"{name}: {readers} readers at once, {len(times):,} requests in {took:.1f} s, "
        f"{len(failures)} failed; half took at most {half:.0f} times, 95 of 100 at most "
        f"{slow:.0f} times what one reader alone waits ({1000 * median(alone):.1f} ms)"
    )
    for each in failures[:5]:
        print(f"  {each}", file=sys.stderr)
    return int(bool(failures))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
