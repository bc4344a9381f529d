"""In JupyterLab a chapter reads as on its page: citations, numbers, exhibits, lines of the note."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from socket import socket
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import nbformat
import pytest
from bs4 import BeautifulSoup
from jupyter_core.paths import jupyter_config_path, jupyter_path
from jupyterlab import commands
from nbformat import v4
from playwright.sync_api import TimeoutError

from bookmaking.checks import ROOT, browser, site
from bookmaking.directives import numbering
from bookmaking.source import pages
from bookmaking.tools import lab

pytestmark = pytest.mark.built  # a browser and JupyterLab take their time

KNOWN = {
    "sources": {
        "ilo2005": {"names": "ILO", "year": "2005", "entry": "ILO (2005). *A Report*."},
        "a_b2012": {"names": "A_B and C", "year": "2012a", "entry": "A_B and C (2012a)."},
    },
    "lines": {
        "S2-05": {
            "line": "12.3 million people",
            "clauses": "Right: the figure.",
            "verdict": "partly supported",
            "strength": "strong",
        }
    },
    "chapters": {
        "notebooks/a.ipynb": {
            "number": "7",
            "verdicts": "Verdicts on 1 line.",
            "reading-time": "about 5 minutes",
        }
    },
    "exhibits": {"fig-b": "Fig. 2.4", "fig-a": "Fig. 7.9"},
    "levels": {"paper": "on paper"},
}
PUBLISHED = {
    "numbers": {"first": "12.3 million"},
    "exhibits": {
        "fig-a": {
            "kind": "figure",
            "source": "ilo2005{p. 3}",
            "as_of": "2005",
            "rule": "",
            "limits": "",
        },
        "tbl-a": {
            "kind": "table",
            "source": "ilo2005{p. 4},a_b2012{p. 5}",
            "as_of": "2012",
            "rule": "Not to be added.",
            "limits": "No trend.",
        },
    },
    "order": ["fig-x", "fig-a", "tbl-a"],
    "cited": ["ilo2005", "a_b2012", "ilo2005"],
    "path": "notebooks/a.ipynb",
}
REWRITTEN = {
    "{cite:p}`ilo2005{p. 5}`": "(ILO, 2005, p. 5)",
    "{cite:p}`ilo2005{pp. 5, 7},a_b2012`": "(ILO, 2005, pp. 5, 7; A\\_B and C, 2012a)",
    "{cite:t}`ilo2005{p. 5}`": "ILO (2005, p. 5)",
    "{cite:p}`nobody{p. 5}`": "{cite:p}`nobody{p. 5}`",
    "{glue:text}`first`": "12.3 million",
    "{glue:text}`second`": "\\[second: run the cells\\]",
    "{glue:text}`../a.ipynb::third:s`": "\\[a number of another chapter: in the built book\\]",
    "{numref}`fig-a` and {numref}`tbl-a`": "Fig. 7.2 and Table 7.1",
    "{numref}`fig-b` and {numref}`fig-c`": "Fig. 2.4 and {numref}`fig-c`",
    "{ref}`tbl-a`, {ref}`the place <x>`": "Table 7.1, the place",
    "{doc}`../book/how_to_cite`": "how to cite",
    "{term}`forced labour`, {line}`S2-05`": "forced labour, S2-05",
    "{verdict}`S2-05`, {strength}`S2-05`": "partly supported, strong",
    "{verdicts}`this chapter` {reading-time}`this chapter`": "Verdicts on 1 line. about 5 minutes",
    "{exercise}`1 read a number, paper` Add.": "**1.** (read a number, on paper) Add.",
    "```{claim} S2-05\n```\n": "> **S2-05** 12.3 million people Right: the figure. "
    "**Verdict: partly supported, strong.**\n",
    "```{exhibit} fig-a\n:alt: Not shown.\n\nCaption {glue:text}`first`.\n```\n": "**Fig. 7.2** "
    "Caption 12.3 million.\n\n*Source: ILO (2005, p. 3). Data as of 2005.*\n",
    ":::{exhibit} tbl-a\nCaption.\n:::\n": "**Table 7.1** Caption.\n\n*Source: ILO (2005, p. 4); "
    "A\\_B and C (2012a, p. 5). Data as of 2012. Not to be added. No trend.*\n",
    ":::{exhibit} tbl-a\n:caveat: A minimum.\n\nCaption.\n:::\n": "**Table 7.1** "
    "Caption.\n\n*Source: "
    "ILO (2005, p. 4); A\\_B and C (2012a, p. 5). Data as of 2012. Not to be added. A minimum.*\n",
    "```{exhibit} fig-x\nCaption.\n```\n": "**Fig. 7.1** Caption.\n\n*Run the cells to see it.*\n",
    "```{bibliography}\n:filter: docname in docnames\n```\n": "- A_B and C (2012a).\n"
    "- ILO (2005). *A Report*.\n",
    "```{admonition} Title\n:class: answer\n\nText.\n```\n": "```{admonition} Title\n"
    ":class: answer\n\nText.\n```\n",
    "$x_1$ and `code`": "$x_1$ and `code`",
}

COUNT = """async ([cells, known, path]) => {
  const { exhibitsIn, rewrite } = await import("/rewrite.js");
  const order = cells.flatMap(exhibitsIn);
  const published = { numbers: {}, exhibits: {}, order, cited: [], path };
  const number = (key) => rewrite("{numref}`" + key + "`", known, published);
  return Object.fromEntries(order.map((key) => [key, number(key)]));
}"""
"""What JupyterLab calls each exhibit of a notebook, before any cell was run."""


@pytest.fixture(scope="module")
def rewrite(chrome):
    """The function of rewrite.js, run in a browser."""
    with browser.served(lab.EXTENSION / "static") as base:
        page = chrome.new_page()
        page.goto(f"{base}rewrite.js")
        call = "async (values) => (await import('/rewrite.js')).rewrite(...values)"
        yield lambda source: page.evaluate(call, [source, KNOWN, PUBLISHED])
        page.close()


@pytest.mark.parametrize("source", REWRITTEN)
def test_markdown_is_rewritten(rewrite, source):
    assert rewrite(source) == REWRITTEN[source]


def test_citations_name_sources_as_the_pages_do(book):
    known = {f"{one['names']}, {one['year']}" for one in lab.sources().values()}
    for name in site.listed(ROOT / "_toc.yml"):
        page = BeautifulSoup((book / f"{name}.html").read_text(encoding="utf-8"), "html.parser")
        cited = {" ".join(link.get_text().split()) for link in page.select(".bibtex-citation a")}
        unknown = {
            text for text in cited if not re.fullmatch(r"\d{4}\w?|n\.d\.(-\w)?", text)
        } - known
        assert not unknown, (
            f"{name}.html cites {unknown}, and bookmaking.tools.lab has other words for it."
        )


def test_figures_and_tables_have_the_numbers_of_their_pages(chrome, book):
    """What JupyterLab counts through each notebook is what stands on the page of the notebook."""
    known = KNOWN | {"chapters": lab.chapters(), "exhibits": numbering.of_exhibits(ROOT)}
    with browser.served(lab.EXTENSION / "static") as base:
        page = chrome.new_page()
        page.goto(f"{base}rewrite.js")
        for path in pages.notebooks():
            name = path.relative_to(ROOT)
            text = [cell.text for cell in pages.cells(path) if cell.kind == "markdown"]
            counted = page.evaluate(COUNT, [text, known, name.as_posix()])
            built = (book / name.with_suffix(".html")).read_text(encoding="utf-8")
            placed = BeautifulSoup(built, "html.parser").select(".exhibit:has(.caption-number)")
            on_page = {
                one["id"]: one.select_one(".caption-number").get_text(strip=True) for one in placed
            }
            assert counted == on_page, f"{name}: JupyterLab and the page call figures otherwise"
            assert on_page.items() <= known["exhibits"].items()
        page.close()


NUMBER = {
    "data": {"application/papermill.record/text/plain": "'12.3 million'"},
    "metadata": {"scrapbook": {"name": "first", "mime_prefix": "application/papermill.record/"}},
}
FIGURE = {
    "data": {"image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg'/>", "text/plain": "'fig-a'"},
    "metadata": {
        "scrapbook": {"name": "fig-a", "mime_prefix": ""},
        "exhibit": {
            "kind": "figure",
            "source": "KEY{p. 3}",
            "as_of": "2005",
            "rule": "",
            "limits": "",
        },
    },
}
TEXT = """\
The first is {glue:text}`first` {cite:p}`KEY{p. 5}`, in {numref}`fig-a`.

```{claim} S2-05
```

```{exhibit} fig-a
:alt: What is to be seen.

The caption.
```
"""


RECORDER = """
import os, sys

def heard(event, values):
    if event not in ("socket.getaddrinfo", "socket.connect"):
        return
    name = values[0] if event == "socket.getaddrinfo" else values[1]
    name = name[0] if isinstance(name, tuple) else name
    name = name.decode() if isinstance(name, bytes) else str(name or "")
    if name and not name.startswith(("/", "127.", "::", "0.0.0.0", "localhost")):
        with open(os.environ["ASKED"], "a") as asked:
            print(name, file=asked)
        raise OSError("there is no network")

sys.addaudithook(heard)
"""
"""What lets each Python that a server starts write down which other machine it asks, and stops it.
"""


@contextmanager
def started(folder: Path, command: list[str], **settings: Path) -> Iterator[tuple[str, str]]:
    """Start JupyterLab, and yield its address and the query with which it lets one in."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "sitecustomize.py").write_text(RECORDER, encoding="utf-8")
    (folder / "asked").touch()
    own = ("CONFIG_DIR", "DATA_DIR", "RUNTIME_DIR")
    state = {f"JUPYTER_{name}": str(folder / ".state") for name in own}
    state |= {
        f"JUPYTERLAB_{name}_DIR": str(folder / ".state") for name in ("SETTINGS", "WORKSPACES")
    }
    state |= {"PYTHONPATH": str(folder), "ASKED": str(folder / "asked")}
    options = [f"--port={port}", "--no-browser", "--IdentityProvider.token=test"]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [*command, *options],
            env=os.environ | state | {name: str(value) for name, value in settings.items()},
            stdout=log,
            stderr=log,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            for _ in range(120):
                try:
                    urlopen(f"{address}/api?token=test").close()
                    break
                except URLError:
                    time.sleep(0.5)
            else:
                pytest.fail(f"JupyterLab did not start: {(folder / 'log').read_text()}")
            yield address, "?token=test"
        finally:
            server.kill()  # asked to stop while it starts, it may wait for ever
            server.wait()


@pytest.fixture(scope="module")
def chapter(tmp_path_factory):
    """A folder with a notebook that was run, and the names of the source it cites."""
    folder = tmp_path_factory.mktemp("lab")
    key, source = next(iter(lab.sources().items()))
    outputs = json.loads(json.dumps([NUMBER, FIGURE]).replace("KEY", key))
    shown = [v4.new_output("display_data", **output) for output in outputs]
    cells = [v4.new_code_cell("publish()", outputs=shown, execution_count=1)]
    cells.append(v4.new_markdown_cell(TEXT.replace("KEY", key)))
    written = v4.new_notebook(cells=cells)
    # Else JupyterLab asks which kernel is meant.
    written.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(written, folder / "chapter.ipynb")
    return folder, source


@pytest.fixture(scope="module")
def jupyterlab(chapter):
    """JupyterLab as `make lab` starts it, and the names of the source that its chapter cites."""
    folder, source = chapter
    command = lab.command(lab.place(folder / "shelf"), folder)
    with started(folder, command) as (address, entry):
        yield f"{address}/lab/tree/chapter.ipynb{entry}", source


def test_a_chapter_reads_in_jupyterlab_as_on_its_page(chrome, jupyterlab):
    address, source = jupyterlab
    page = chrome.new_page()
    failed = []
    page.on("pageerror", lambda error: failed.append(str(error)))
    page.goto(address)
    cell = page.locator(".jp-MarkdownCell .myst")
    cell.get_by_text("The first is").wait_for(timeout=60_000)
    with suppress(TimeoutError):  # what is missing, the text below tells
        cell.get_by_text("12.3 million").first.wait_for(timeout=15_000)
    text = " ".join(cell.inner_text().split())
    page.close()
    cited = f"{source['names']}, {source['year']}"
    noted = lab.lines()["S2-05"]
    assert f"The first is 12.3 million ({cited}, p. 5), in Fig. 1." in text
    assert f"S2-05 {noted['line']} {noted['clauses']} Verdict: {noted['verdict']}" in text
    assert "Fig. 1 The caption." in text
    assert f"Source: {source['names']} ({source['year']}, p. 3). Data as of 2005." in text
    assert "Unknown Directive" not in text
    assert not failed


NEWS = "@jupyterlab/apputils-extension/notification.json"


def test_no_reader_is_asked_for_news(jupyterlab):
    address, _ = jupyterlab
    base = address.partition("/lab/")[0]
    plugin = NEWS.replace("/notification.json", ":notification")
    with urlopen(f"{base}/lab/api/settings/{plugin}?token=test") as answer:
        schema = json.load(answer)["schema"]
    assert schema["properties"]["fetchNews"]["default"] == "false"


ASKING = ("news", "update", "extensions?refresh=1")
"""What JupyterLab's page asks its server for when the server may ask the network."""


def ask_the_network(base: str) -> None:
    """Let JupyterLab do what makes it ask other machines, if it may."""
    for name in ASKING:
        mark = "&" if "?" in name else "?"
        with suppress(HTTPError):
            urlopen(f"{base}/lab/api/{name}{mark}token=test").close()


def other_machines(chrome, address: str) -> list[str]:
    """Open a chapter until its kernel has started, and return what was asked of other machines."""
    page = chrome.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.locator(".jp-MarkdownCell .myst").get_by_text("The first is").wait_for(timeout=60_000)
    idle = page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]")
    idle.first.wait_for(state="attached", timeout=60_000)
    page.close()
    assert asked
    return [url for url in asked if urlsplit(url).hostname not in ("127.0.0.1", None)]


def test_jupyterlab_asks_no_other_machine(chrome, jupyterlab, chapter):
    address, _ = jupyterlab
    ask_the_network(address.partition("/lab/")[0])
    assert other_machines(chrome, address) == []
    assert (chapter[0] / "asked").read_text() == ""


def test_jupyterlab_on_binder_asks_no_other_machine_and_shows_citations(chrome, chapter, tmp_path):
    folder, source = chapter
    lab.install(tmp_path)
    share = tmp_path / "share" / "jupyter"
    own = ("--ServerApp.allow_root=True", f"--ServerApp.root_dir={folder}")
    own += (f"--LabApp.app_settings_dir={share / 'lab' / 'settings'}",)
    found = {"JUPYTER_PATH": share, "JUPYTER_CONFIG_PATH": tmp_path / "etc" / "jupyter"}
    with started(tmp_path, [sys.executable, "-m", "jupyterlab", *own], **found) as (base, entry):
        ask_the_network(base)
        address = f"{base}/lab/tree/chapter.ipynb{entry}"
        assert other_machines(chrome, address) == []
        page = chrome.new_page()
        page.goto(address)
        cell = page.locator(".jp-MarkdownCell .myst")
        cell.get_by_text(f"{source['names']}, {source['year']}").first.wait_for(timeout=60_000)
        page.close()
    assert (tmp_path / "asked").read_text() == ""


def test_settings_that_others_made_stay(tmp_path):
    settings = tmp_path / "etc" / "jupyter" / "jupyter_server_config.json"
    settings.parent.mkdir(parents=True)
    settings.write_text('{"ServerApp": {"port": 9}, "LabApp": {"dev_mode": true}}')
    lab.install(tmp_path)
    found = json.loads(settings.read_text())
    assert found["ServerApp"] == {"port": 9}
    assert found["LabApp"] == {"dev_mode": True, **lab.SILENT}


def test_binder_finds_extension_and_settings_where_they_are_installed():
    share = Path(sys.prefix, "share", "jupyter")
    assert Path(commands.get_app_dir()) == share / "lab"
    assert str(share / "labextensions") in jupyter_path("labextensions")
    assert str(Path(sys.prefix, "etc", "jupyter")) in jupyter_config_path()


def test_jupyterlab_alone_still_asks_the_network(tmp_path):
    shelf = lab.place(tmp_path / "shelf")
    told = [one for one in lab.command(shelf, tmp_path) if not any(map(one.count, lab.SILENT))]
    assert len(told) == len(lab.command(shelf, tmp_path)) - len(lab.SILENT)
    with started(tmp_path, told) as (base, _):
        ask_the_network(base)
    asked = (tmp_path / "asked").read_text().split()
    assert len(set(asked)) > 1, "JupyterLab no longer asks: SILENT of lab.py can go."


def test_jupyterlab_alone_still_asks_for_news():
    schemas = Path(sys.prefix, "share", "jupyter", "lab", "schemas")
    default = json.loads((schemas / NEWS).read_text(encoding="utf-8"))["properties"]["fetchNews"]
    assert default["default"] == "none", "JupyterLab no longer asks: OVERRIDES of lab.py can go."


def test_jupyterlab_alone_still_shows_no_citation(chrome, jupyterlab):
    address, source = jupyterlab
    page = chrome.new_page()
    page.route("**/decentwork-preview/**", lambda route: route.abort())
    page.goto(address)
    cell = page.locator(".jp-MarkdownCell .myst")
    cell.get_by_text("The first is").wait_for(timeout=60_000)
    text = " ".join(cell.inner_text().split())
    page.close()
    assert f"{source['names']}, {source['year']}" not in text, (
        "jupyterlab-myst shows citations by itself: what rewrite.js does for them can go."
    )
    assert "Unknown Directive" in text, (
        "jupyterlab-myst knows the directives of this book: what rewrite.js does for them can go."
    )
