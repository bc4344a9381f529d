"""The built pages in a browser: what they request, report, hide from some readers, and weigh.

Letters of drawings can be read on a phone, are in the picture, and not on each other.
"""

import os
import re
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT as AXE
from playwright.sync_api import Browser, Page, Playwright
from playwright.sync_api import Error as BrowserError

from bookmaking.directives.exhibit_content import DOWNLOADS, VIEW_BOX, drawing_name
from bookmaking.directives.exhibit_content import PHONE as PHONE_SCREEN
from bookmaking.tools import chromium
from bookmaking.tools.serve import served as served  # tests find it next to the browser

WIDTHS = (1280, 390, 320)
WITHOUT_AXE = 390
"""A width at which only sizes are measured: what axe looks at is the same at 320."""
PHONE_DRAWING = 288
"""Pixels that a figure has at least on a screen of 320 pixels; its letters are made for that."""
HANGS_AFTER = 100
"""Seconds without an answer at one width; the heaviest page takes 20 on a slow machine."""
HEIGHT = 900
HEAVIEST_FIRST_VISIT = 1_000_000

# Chromium's own chatter with its maker is not the page's.
ARGUMENTS = ["--disable-background-networking", "--disable-component-update", "--no-first-run"]
AXE_OPTIONS = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {
        # Two criteria of WCAG that axe checks only when asked.
        "target-size": {"enabled": True},
        "label-content-name-mismatch": {"enabled": True},
    },
}
COLOURS = AXE_OPTIONS | {"runOnly": ["color-contrast", "link-in-text-block"], "rules": {}}
"""What axe looks at in the dark: all else is as it was in the light."""
WITHOUT_COLOURS = AXE_OPTIONS | {
    "rules": AXE_OPTIONS["rules"] | {each: {"enabled": False} for each in COLOURS["runOnly"]}
}

# Entries of a list or table that have the same markup differ in words and addresses, not in their
# looks. Two of each kind are there for the others where axe looks at colours, or on a phone; that
# is four times as fast on a long page.
TWO_OF_A_KIND = """() => {
    for (const list of document.querySelectorAll("tbody, ul, ol, dl, .citation-list")) {
        const seen = {};
        for (const entry of [...list.children]) {
            const kind = entry.outerHTML.replace(/>[^<]*/g, ">")
                .replace(/ (?:href|id|title|aria-\\w+|data-[\\w-]+)="[^"]*"/g, "");
            seen[kind] = (seen[kind] || 0) + 1;
            if (seen[kind] > 2) entry.remove();
        }
    }
}"""
# A browser without a screen may never paint; what axe looks at is known without it.
PAINTED = """() => Promise.race([
    new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))),
    new Promise(done => setTimeout(done, 2000)),
])"""
UNFOLD = """() => {
    for (const details of document.querySelectorAll("details")) details.open = true;
}"""
READ_THROUGH = """async () => {
    const pause = () => new Promise(done => setTimeout(done, 20));
    // A picture is loaded when it is nearer than the height of the window.
    for (let y = 0; y < document.documentElement.scrollHeight; y += 2 * innerHeight) {
        scrollTo(0, y);
        await pause();
    }
    const shown = [...document.images].filter(image => image.getClientRects().length);
    for (let turn = 0; turn < 250 && !shown.every(image => image.complete); turn++) await pause();
    scrollTo(0, 0);
}"""
LOADED = """() => ["navigation", "resource"].flatMap(kind => performance.getEntriesByType(kind))
    .map(each => [each.encodedBodySize, each.name])"""
SHIFTS = """
    window.shifted = 0;
    new PerformanceObserver(list => {
        for (const shift of list.getEntries()) if (!shift.hadRecentInput) shifted += shift.value;
    }).observe({type: "layout-shift", buffered: true});
"""
# A phone of the lower middle on a slow line: 1.6 Mbit/s, 150 ms for an answer, a slow processor.
SLOW_LINE = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 200_000,
    "uploadThroughput": 93_750,
}
SLOW_PROCESSOR = 4
PHONE = {"width": 390, "height": 844}
MOST_SHIFT = 0.05
TOO_WIDE = """() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return null;
    const scrolls = (element) => {
        for (let box = element.parentElement; box !== document.body; box = box.parentElement)
            if (box === null || getComputedStyle(box).overflowX !== "visible") return true;
        return false;
    };
    const wide = [...document.querySelectorAll("main *, body > *")].filter(
        (element) => element.getBoundingClientRect().right > width + 1 && !scrolls(element));
    const name = (element) => element.tagName.toLowerCase()
        + (element.id ? "#" + element.id : "")
        + [...element.classList].map((one) => "." + one).join("");
    return [document.documentElement.scrollWidth, wide.slice(-3).map(name)];
}"""

# A figure in a folded block has no size until it is unfolded.
FIGURES = """([least, phone]) => {
    const width = document.documentElement.clientWidth;
    const faults = [];
    for (const image of document.querySelectorAll(".exhibit-drawn img")) {
        const box = image.getBoundingClientRect();
        const name = image.getAttribute("src").split("/").pop();
        if (!box.width) continue;
        if (box.right > width || box.left < 0)
            faults.push(`${name} is cut: it ends at ${Math.round(box.right)} px`);
        const narrow = image.currentSrc.endsWith("-narrow.svg");
        // A teaser has the narrow drawing only, at every width.
        if (image.closest("picture") && image.currentSrc && narrow !== matchMedia(phone).matches)
            faults.push(`${name} shows the drawing for another width`);
        if (box.width < least)
            faults.push(`${name} has ${Math.round(box.width)} px, and its letters need ${least}`);
    }
    return faults;
}"""


def launch(playwright: Playwright, path: str) -> Browser:
    """Start the browser at ``path``, without its sandbox where root would be refused one."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    arguments = [*ARGUMENTS, chromium.WITHOUT_SANDBOX] if root else ARGUMENTS
    return chromium.launch(playwright, path, arguments)


class HangsError(Exception):
    """A page did not answer for `HANGS_AFTER` seconds."""


@contextmanager
def _ended_when_it_hangs(browser: Browser) -> Iterator[None]:
    """End the open pages of a browser, and raise HangsError, if they do not answer in time.

    Playwright waits without end for the script of a page, and all other tests with it.
    """
    session = browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()

    def end() -> None:
        for each in processes:
            if each["type"] == "renderer":
                with suppress(ProcessLookupError):
                    os.kill(each["id"], signal.SIGKILL)

    timer = threading.Timer(HANGS_AFTER, end)
    timer.start()
    try:
        yield
    except BrowserError:
        if timer.finished.is_set():
            raise HangsError from None
        raise
    finally:
        timer.cancel()


@dataclass
class Visit:
    """A reader's first visit to a page in one theme, at some widths, of which the first is wide.

    ``problems`` gets a sentence for each problem. The reader reads the wide page to its end and
    opens what is folded. ``weight`` is all that this loads, in bytes from a server that does not
    compress. ``heaviest`` names the largest files of it.
    """

    browser: Browser
    base: str
    name: str
    theme: str = "light"
    widths: tuple[int, ...] = WIDTHS
    problems: list[str] = field(default_factory=list)
    weight: int = 0
    heaviest: list[str] = field(default_factory=list)
    _at: str = ""

    def run(self) -> "Visit":
        """Visit the page and look at all of it; once more if it hangs, as Chromium seldom does."""
        for _ in range(2):
            self.problems.clear()
            with suppress(HangsError):
                return self._look()
        self._add(f"hangs: twice there was no answer within {HANGS_AFTER} seconds.")
        return self

    def _look(self) -> "Visit":
        context = self.browser.new_context(
            viewport={"width": WIDTHS[0], "height": HEIGHT},
            color_scheme=self.theme,
            reduced_motion="reduce",
        )
        try:
            page = context.new_page()
            self._listen(page)
            for width in self.widths:
                page.set_viewport_size({"width": width, "height": HEIGHT})
                self._at = f"{self.theme}, {width} px"
                page.goto(f"{self.base}{self.name}.html", wait_until="load")
                with _ended_when_it_hangs(self.browser):
                    self._look_at(page, width)
        finally:
            context.close()
        return self

    def _look_at(self, page: Page, width: int) -> None:
        page.evaluate(UNFOLD)
        if width == WIDTHS[0]:
            page.evaluate(READ_THROUGH)
            self._weigh(page)
        self._measure(page)
        if width == WITHOUT_AXE:
            return
        page.evaluate(PAINTED)
        self._axe(page, width)

    def _add(self, problem: str) -> None:
        self.problems.append(f"{self.name}.html ({self._at}): {problem}")

    def _listen(self, page: Page) -> None:
        def requested(request) -> None:
            if not request.url.startswith((self.base, "data:", "blob:")):
                self._add(f"requests {request.url}: the book must work without a network.")

        def answered(response) -> None:
            if response.status >= 400:
                self._add(f"requests {response.url}, which is not there.")

        def said(message) -> None:
            not_found = "Failed to load resource" in message.text  # told above, with the address
            if message.type in ("error", "warning") and not not_found:
                place = message.location.get("url", "").removeprefix(self.base)
                self._add(f"console {message.type} from {place or 'the page'}: {message.text}")

        page.on("request", requested)
        page.on("response", answered)
        page.on("console", said)
        page.on("pageerror", lambda error: self._add(f"a script failed: {error}"))

    def _weigh(self, page: Page) -> None:
        loaded = sorted(page.evaluate(LOADED), reverse=True)
        self.weight = sum(size for size, _ in loaded)
        self.heaviest = [
            f"{address.removeprefix(self.base).partition('?')[0]} {size / 1000:,.0f} kB"
            for size, address in loaded[:5]
        ]

    def _measure(self, page: Page) -> None:
        if found := page.evaluate(TOO_WIDE):
            width, elements = found
            self._add(
                f"is {width} px wide, so that it scrolls sideways ({', '.join(elements)}): let it "
                "wrap, or put it into a box that scrolls."
            )
        for fault in page.evaluate(FIGURES, [PHONE_DRAWING, PHONE_SCREEN]):
            self._add(f"the figure {fault}; see the style of .exhibit-drawn in book.css.")

    def _axe(self, page: Page, width: int) -> None:
        page.evaluate(AXE)
        run = "options => axe.run(document, options)"
        if (self.theme, width) == ("light", WIDTHS[0]):
            self._tell(page.evaluate(run, WITHOUT_COLOURS))
            page.evaluate(TWO_OF_A_KIND)
            self._tell(page.evaluate(run, COLOURS))
        else:
            page.evaluate(TWO_OF_A_KIND)
            self._tell(page.evaluate(run, COLOURS if self.theme == "dark" else AXE_OPTIONS))

    def _tell(self, found: dict[str, list]) -> None:
        for violation in found["violations"]:
            for node in violation["nodes"]:
                place = " in ".join(str(target) for target in reversed(node["target"]))
                told = " ".join(node["failureSummary"].split())
                self._add(f"axe {violation['id']}: {violation['help']}, at {place}. {told}")


def first_visit_weight(visit: Visit) -> list[str]:
    """Return whether a first visit loads too much."""
    if visit.weight < HEAVIEST_FIRST_VISIT:
        return []
    return [
        f"{visit.name}.html: a first visit loads {visit.weight / 1e6:.2f} MB in all, and "
        f"{HEAVIEST_FIRST_VISIT / 1e6:.0f} MB is the limit ({', '.join(visit.heaviest)}): see "
        "bookmaking.site.assets, and draw fewer marks."
    ]


@dataclass(frozen=True)
class SlowVisit:
    """What a reader with a slow line sees: ``first_paint`` in seconds, and how far things move.

    ``shift`` is the sum of all layout shifts as browsers score them (Cumulative Layout Shift).
    """

    first_paint: float
    shift: float


def slow_visit(browser: Browser, address: str, viewport: dict, slowdown: int = 1) -> SlowVisit:
    """Visit the page at ``address`` over a slow line and read it through.

    Parameters
    ----------
    viewport
        Width and height of the window.
    slowdown
        How many times slower than this machine the reader's processor is.
    """
    context = browser.new_context(viewport=viewport)
    try:
        context.add_init_script(SHIFTS)
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", SLOW_LINE)
        session.send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
        page.goto(address, wait_until="load", timeout=1000 * HANGS_AFTER)
        page.evaluate(READ_THROUGH)
        page.wait_for_timeout(500)
        paint = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
        return SlowVisit(page.evaluate(paint) / 1000, page.evaluate("shifted"))
    finally:
        context.close()


def steadiness(name: str, visit: SlowVisit) -> list[str]:
    """Return whether the page ``name`` moves under its reader while it loads."""
    if visit.shift < MOST_SHIFT:
        return []
    return [
        f"{name}.html: what is read moves by {visit.shift:.2f} while the page loads on a slow "
        f"phone, and {MOST_SHIFT} is the limit: give pictures their size, and typefaces a stand-in "
        "of the same width (see book/_static/book.css)."
    ]


# Drawings: letters are outlines, so nobody can select them and no browser can break a line

SMALLEST_LETTERS = 9
"""Pixels of the smallest letters on a phone."""
SLACK = 0.75
"""Points by which letters may leave a drawing: rounding, and the slant of a letter."""
NARROW = drawing_name("", "narrow")
LETTERS = re.compile(r"(?<!\w)scale\(([\d.]+) -[\d.]+\)")

# Lines of letters that are drawn twice for a white edge count once. An overlap counts if it is
# wider than a thin letter and higher than what neighbouring lines share of a letter's height.
LOOK = """([svg, slack]) => {
    document.body.innerHTML = svg;
    const drawing = document.querySelector("svg");
    const [, , width, height] = drawing.getAttribute("viewBox").split(" ").map(Number);
    drawing.setAttribute("width", width);
    drawing.setAttribute("height", height);
    const edge = drawing.getBoundingClientRect();
    const lines = [];
    const seen = new Set();
    for (const group of drawing.querySelectorAll("g[transform*='scale(']")) {
        const box = group.getBoundingClientRect();
        const place = [box.left, box.top, box.right, box.bottom].map(
            (side, which) => side - (which % 2 ? edge.top : edge.left));
        const name = place.map(Math.round).join(" ");
        if (!box.width || seen.has(name)) continue;
        seen.add(name);
        lines.push(place);
    }
    const where = (place) => `${Math.round(place[0])}, ${Math.round(place[1])}`;
    const faults = [];
    for (const place of lines) {
        const [left, top, right, bottom] = place;
        const beyond = Math.max(-left, -top, right - width, bottom - height);
        if (beyond > slack)
            faults.push(`letters at ${where(place)} leave the drawing by ${beyond.toFixed(1)}`);
    }
    lines.forEach((one, number) => lines.slice(number + 1).forEach((two) => {
        const across = Math.min(one[2], two[2]) - Math.max(one[0], two[0]);
        const down = Math.min(one[3], two[3]) - Math.max(one[1], two[1]);
        const thin = Math.min(...[one, two].map((at) => Math.min(at[2] - at[0], at[3] - at[1])));
        if (Math.min(across, down) > Math.max(1.5, 0.2 * thin))
            faults.push(`letters at ${where(one)} and at ${where(two)} lie on each other`);
    }));
    return faults;
}"""


def smallest_letters(svg: str, pixels: float) -> float:
    """Return the size of the smallest letters of a drawing that is ``pixels`` wide, in pixels."""
    points = [100 * float(scale) for scale in LETTERS.findall(svg)]
    return min(points) * pixels / float(VIEW_BOX.search(svg)[1]) if points else float("inf")


def letters(page: Page, name: str, svg: str) -> list[str]:
    """Return what is wrong with the letters of a drawing; places are points from left and top.

    Parameters
    ----------
    page
        An empty page of a browser.
    name
        The name of the drawing's file, which tells narrow ones from wide ones.
    svg
        The drawing.
    """
    found = page.evaluate(LOOK, [svg, SLACK])
    if name.endswith(NARROW):
        size = smallest_letters(svg, PHONE_DRAWING)
        if size < SMALLEST_LETTERS - 0.05:
            found.append(f"the smallest letters are {size:.1f} pixels high on a phone")
    return [f"{name}: {fault}." for fault in found]


def drawings(site: Path) -> dict[str, str]:
    """Return all drawings of a built site, by the names of their files."""
    return {
        path.name: path.read_text(encoding="utf-8")
        for path in sorted((site / DOWNLOADS).glob("*.svg"))
    }
