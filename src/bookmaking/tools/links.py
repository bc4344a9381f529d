"""Report which addresses outside the book still lead anywhere: python -m bookmaking.tools.links.

Asks each address of the bibliography, the pages and the tables, which takes minutes and needs the
network. Writes a dated report, for readers as Markdown and whole as CSV, into _build/links. A
machine cannot see whether a page still says what it said, so "here" means that something is there.
"""

import csv
import io
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from urllib.parse import urldefrag, urlsplit

from bookmaking.checks import site
from bookmaking.source import pages
from bookmaking.tools import asking
from bookmaking.tools.asking import Answer
from decentwork import days, sources
from decentwork.repository import BIBLIOGRAPHY, BUILD, ROOT

FOLDER = BUILD / "links"
ADDRESS = re.compile(r"https?://[^\s\"'<>\[\]\\{}|^`*]+")
ENDS = ".,;:!?"
"""What ends a sentence, and no address."""
DOI = "https://doi.org/"
MEANS = {
    asking.GONE: "The site says that nothing is there.",
    asking.MOVED: "The site leads elsewhere for good, or to a front page.",
    asking.REFUSED: "The site turns programs away. Open the address in a browser.",
    asking.UNKNOWN: "No answer, or an error of the site. Ask again another day.",
    asking.HERE: "Something is there.",
}
"""The states in the order of the report: what asks for a hand comes first."""
MOST_PLACES = 3


def addresses(root: Path = ROOT) -> dict[str, list[str]]:
    """Return each address outside the book, with the places that name it."""
    found: dict[str, list[str]] = {}
    for place, address in (*_of_sources(root / BIBLIOGRAPHY.name), *_of_files(root)):
        host = urlsplit(address).hostname or ""
        if "." in host and host not in (*site.NOT_OURS, "127.0.0.1"):
            places = found.setdefault(urldefrag(address).url, [])
            if place not in places:
                places.append(place)
    return found


def _of_sources(path: Path) -> Iterator[tuple[str, str]]:
    for key, entry in sources.load(path).items():
        for name, field in entry.fields_dict.items():
            text = str(field.value).replace("\\", "")
            if name == "doi":
                text = DOI + text.removeprefix(DOI)
            for address in named(text):
                yield f"{path.name}, {key}", address


def _of_files(root: Path) -> Iterator[tuple[str, str]]:
    data = root / "data"
    for path in [*pages.written(root), *sorted(data.rglob("*.yml")), *sorted(data.rglob("*.csv"))]:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".csv":  # cells may hold a comma, and an address ends with its cell
            text = "\n".join(cell for row in csv.reader(io.StringIO(text)) for cell in row)
        for address in named(text):
            yield path.relative_to(root).as_posix(), address


def named(text: str) -> Iterator[str]:
    """Yield the addresses in a text, without the marks of the sentence around them."""
    for match in ADDRESS.finditer(text):
        if text[match.end() : match.end() + 1] == "{":
            continue  # a template, not an address
        address = match[0].rstrip(ENDS)
        while address.endswith(")") and address.count(")") > address.count("("):
            address = address[:-1].rstrip(ENDS)
        yield address


def report(answers: Sequence[Answer], places: dict[str, list[str]], day: date) -> str:
    """Return the report of one day as Markdown: counts, then each address that asks for a hand."""
    counts = Counter(each.state for each in answers)
    hosts = {urlsplit(each.address).netloc for each in answers}
    lines = [
        f"# External links, {days.in_words(day.isoformat())}",
        "",
        f"{len(answers):,} addresses of {len(hosts):,} sites were asked once.",
        "",
        "| State | Addresses | What it means |",
        "|---|---:|---|",
        *(f"| {state} | {counts[state]:,} | {means} |" for state, means in MEANS.items()),
    ]
    for state in MEANS:
        if state != asking.HERE and counts[state]:
            lines += ["", f"## {state.capitalize()}", "", *_table(answers, places, state)]
    return "\n".join(lines) + "\n"


def _table(answers: Iterable[Answer], places: dict[str, list[str]], state: str) -> Iterator[str]:
    yield "| Address | Answer | Leads to | Named in |"
    yield "|---|---|---|---|"
    for each in answers:
        if each.state == state:
            where = places[each.address]
            more = f" and {len(where) - MOST_PLACES} more" * (len(where) > MOST_PLACES)
            leads = f"<{each.leads_to}>" if each.leads_to else ""
            named_in = "; ".join(where[:MOST_PLACES]) + more
            yield f"| <{each.address}> | {each.words} | {leads} | {named_in} |"


def write(answers: Iterable[Answer], places: dict[str, list[str]], day: date, folder: Path) -> Path:
    """Write both reports of one day, and return the one for readers."""
    ordered = sorted(answers, key=lambda each: (list(MEANS).index(each.state), each.address))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"links-{day}.md"
    path.write_text(report(ordered, places, day), encoding="utf-8")
    with path.with_suffix(".csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["address", "state", "answer", "leads_to", "named_in"])
        for each in ordered:
            where = "; ".join(places[each.address])
            writer.writerow([each.address, each.state, each.words, each.leads_to, where])
    return path


def main(
    places: dict[str, list[str]] | None = None,
    folder: Path = FOLDER,
    today: date | None = None,
    sure: str = DOI,
) -> int:
    """Ask, write, and return the exit status: 1 if not even the address ``sure`` answers."""
    places = addresses() if places is None else places
    with asking.session() as session:
        if (first := asking.ask(session, sure)).state == asking.UNKNOWN:
            print(
                f"No address was asked, because {sure} does not answer ({first.words}): connect "
                "to the network and give the command again.",
                file=sys.stderr,
            )
            return 1
    print(f"Asking {len(places):,} addresses; this takes minutes", flush=True)
    answers = []
    for answer in asking.ask_all(places):
        answers.append(answer)
        if len(answers) % 100 == 0:
            print(f"  asked {len(answers):,}", flush=True)
    path = write(answers, places, today or date.today(), folder)
    counts = Counter(each.state for each in answers)
    print(", ".join(f"{counts[state]:,} {state}" for state in MEANS), f"→ {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
