"""The built pages in a browser: what they request, report, hide from some readers, and weigh.

Letters of drawings are in the picture, and not on each other.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT as AXE
from playwright.sync_api import Browser, Page, Playwright

from bookmaking.directives.exhibit_content import DOWNLOADS
from bookmaking.tools import chromium
from bookmaking.tools.serve import served as served  # tests find it next to the browser

WIDTHS = (1280, 320)
PHONE_SCREEN = "(max-width: 600px)"
PHONE_DRAWING = 288
"""Pixels that a figure has at least on a screen of 320 pixels; its letters are made for that."""
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

# The contrast of a text follows from its colour, its size and what lies behind it; whether a link
# shows in its text, from the looks of both. So axe looks at one text and one link of each kind, on
# the whole page: all of them would take seven times as long on the page of the register.
FIRST_OF_EACH_KIND = """() => {
    const grounds = new WeakMap();
    const behind = (element) => {
        if (!element) return "";
        if (!grounds.has(element)) {
            const style = getComputedStyle(element);
            const own = [style.backgroundColor, style.backgroundImage, style.opacity].join();
            const clear = own === "rgba(0, 0, 0, 0),none,1";
            grounds.set(element, behind(element.parentElement) + (clear ? "" : own + "/"));
        }
        return grounds.get(element);
    };
    const hasText = (element) => [...element.childNodes].some(
        (node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    const ink = (element) => {
        const style = getComputedStyle(element);
        return [style.color, style.fontSize, style.fontWeight, style.textShadow,
            style.textDecorationLine, style.borderBottom].join();
    };
    // The text in which a link has to show is that of its block, a few elements above it.
    const inItsText = (link) => {
        const seen = [];
        let box = link;
        do {
            box = box.parentElement;
            seen.push(box.tagName, ink(box));
        } while (getComputedStyle(box).display.startsWith("inline") && box !== document.body);
        return [...seen, box.textContent.trim().length > link.textContent.trim().length].join();
    };
    const known = new Set();
    for (const element of document.querySelectorAll("body *")) {
        const isLink = element.matches("a[href]");
        if (!(isLink || hasText(element)) || !element.getClientRects().length) continue;
        const kind = [ink(element), behind(element), isLink ? inItsText(element) : ""].join(" on ");
        // axe names no element by an attribute with a value as long as this one.
        if (!known.has(kind)) element.setAttribute("data-first-of-its-kind", kind.padEnd(40, "."));
        known.add(kind);
    }
    const mark = "[data-first-of-its-kind]";
    axe.configure({rules: [
        {id: "color-contrast", selector: `${mark}, ${mark} *`},
        {id: "link-in-text-block", selector: `a[href]${mark}, ${mark} a[href]`},
    ]});
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
    for (const figure of document.querySelectorAll(".exhibit-drawn")) {
        const name = figure.closest("[id]").id;
        const shown = [...figure.children].filter(drawing => drawing.getClientRects().length);
        // A teaser has the narrow drawing only, at every width.
        if (shown.length > 1 || (shown.length && figure.children.length > 1
            && (shown[0] === figure.lastElementChild) !== matchMedia(phone).matches))
            faults.push(`${name} shows the drawing for another width`);
        for (const drawing of shown) {
            const box = drawing.getBoundingClientRect();
            if (box.right > width || box.left < 0)
                faults.push(`${name} is cut: it ends at ${Math.round(box.right)} px`);
            if (box.width < least)
                faults.push(`${name} has ${Math.round(box.width)} px, its letters need ${least}`);
        }
    }
    return faults;
}"""


def launch(playwright: Playwright, path: str) -> Browser:
    """Start the browser at ``path``, without its sandbox where root would be refused one."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    arguments = [*ARGUMENTS, chromium.WITHOUT_SANDBOX] if root else ARGUMENTS
    return chromium.launch(playwright, path, arguments)


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
        """Visit the page and look at all of it."""
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
                page.evaluate(UNFOLD)
                if width == WIDTHS[0]:
                    page.evaluate(READ_THROUGH)
                    self._weigh(page)
                self._measure(page)
                page.evaluate(PAINTED)
                self._axe(page)
        finally:
            context.close()
        return self

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

    def _axe(self, page: Page) -> None:
        page.evaluate(AXE)
        page.evaluate(FIRST_OF_EACH_KIND)
        # In one run, because axe first learns where each element of the page is.
        options = COLOURS if self.theme == "dark" else AXE_OPTIONS
        found = page.evaluate("options => axe.run(document, options)", options)
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


def shift_of(browser: Browser, address: str, viewport: dict, slowdown: int = 1) -> float:
    """Return how far things move while a reader with a slow line reads a page through.

    It is the sum of all layout shifts as browsers score them (Cumulative Layout Shift).

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
        page.goto(address, wait_until="load", timeout=100_000)
        page.evaluate(READ_THROUGH)
        page.wait_for_timeout(500)
        return page.evaluate("shifted")
    finally:
        context.close()


def steadiness(name: str, shift: float) -> list[str]:
    """Return whether the page ``name`` moves under its reader while it loads."""
    if shift < MOST_SHIFT:
        return []
    return [
        f"{name}.html: what is read moves by {shift:.2f} while the page loads on a slow phone, and "
        f"{MOST_SHIFT} is the limit: give pictures their size, and typefaces a stand-in of the "
        "same width (see book/_static/book.css)."
    ]


# Drawings: no browser breaks their lines, so letters could lie on each other or leave the sheet

SLACK = 0.75
"""Points by which letters may leave a drawing: rounding, and the slant of a letter."""
CONTRAST = 4.5
"""Least contrast of letters with what they stand on."""

# An overlap counts if it is wider than a thin letter and higher than what neighbouring lines share.
LETTERS = """([svg, slack]) => {
    document.body.innerHTML = `<div class="exhibit-drawn">${svg}</div>`;
    const drawing = document.querySelector("svg");
    const [, , width, height] = drawing.getAttribute("viewBox").split(" ").map(Number);
    drawing.style = `display: block; width: ${width}px; height: ${height}px`;
    const edge = drawing.getBoundingClientRect();
    const pen = document.createElement("canvas").getContext("2d");
    const lines = [...drawing.querySelectorAll("text")].map((text) => {
        const box = text.getBoundingClientRect();
        const place = [box.left, box.top, box.right, box.bottom].map(
            (side, which) => side - (which % 2 ? edge.top : edge.left));
        // A line has room for the highest and the lowest letter. Its own may be smaller.
        const style = getComputedStyle(text);
        pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
        const ink = pen.measureText(text.textContent);
        if (!text.hasAttribute("transform")) {
            place[1] += ink.fontBoundingBoxAscent - ink.actualBoundingBoxAscent;
            place[3] -= ink.fontBoundingBoxDescent - ink.actualBoundingBoxDescent;
        }
        return { place, words: text.textContent };
    });
    const faults = [];
    for (const { place: [left, top, right, bottom], words } of lines) {
        const beyond = Math.max(-left, -top, right - width, bottom - height);
        if (beyond > slack) faults.push(`${words} leaves the drawing by ${beyond.toFixed(1)}`);
    }
    lines.forEach(({ place: one, words }, number) => lines.slice(number + 1).forEach((other) => {
        const two = other.place;
        const across = Math.min(one[2], two[2]) - Math.max(one[0], two[0]);
        const down = Math.min(one[3], two[3]) - Math.max(one[1], two[1]);
        const thin = Math.min(...[one, two].map((at) => Math.min(at[2] - at[0], at[3] - at[1])));
        if (Math.min(across, down) > Math.max(1.5, 0.2 * thin))
            faults.push(`${words} and ${other.words} lie on each other`);
    }));
    return faults;
}"""


def letters(page: Page, name: str, svg: str) -> list[str]:
    """Return what is wrong with the letters of a drawing, in the typefaces that a page has.

    Parameters
    ----------
    page
        An empty page of a browser.
    name
        The name of the drawing.
    svg
        The drawing.
    """
    return [f"{name}: {fault}." for fault in page.evaluate(LETTERS, [svg, SLACK])]


# Under letters are shapes that are drawn before; the last that covers their middle is their ground.
COLOURS_OF_LETTERS = """([svg, least]) => {
    document.body.innerHTML = `<div class="exhibit-drawn">${svg}</div>`;
    const drawing = document.querySelector("svg");
    const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
    const on = (colour, opacity, ground) =>
        ground.map((part, at) => colour[at] * opacity + part * (1 - opacity));
    const light = (colour) => colour.map((part) => part / 255)
        .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
        .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
    const shapes = [...drawing.querySelectorAll("path, text")];
    const faults = [];
    shapes.forEach((text, place) => {
        if (text.tagName !== "text" || !text.textContent.trim()) return;
        const box = text.getBBox(), turned = text.getCTM();
        const middle = new DOMPoint(box.x + box.width / 2, box.y + box.height / 2);
        const at = middle.matrixTransform(turned);
        let ground = [255, 255, 255];
        for (const shape of shapes.slice(0, place)) {
            if (shape.tagName !== "path") continue;
            const style = getComputedStyle(shape);
            const local = at.matrixTransform(shape.getCTM().inverse());
            if (style.fill === "none" || !shape.isPointInFill(local)) continue;
            const opacity = Number(style.fillOpacity) * Number(style.opacity);
            ground = on(numbers(style.fill), opacity, ground);
        }
        const own = getComputedStyle(text);
        const ink = on(numbers(own.fill), Number(own.opacity) * Number(own.fillOpacity), ground);
        const [less, more] = [light(ink), light(ground)].sort((one, two) => one - two);
        const contrast = (more + 0.05) / (less + 0.05);
        if (contrast < least) faults.push(`${text.textContent} has ${contrast.toFixed(2)}:1`);
    });
    return faults;
}"""


def contrasts(page: Page, name: str, svg: str) -> list[str]:
    """Return the letters of a drawing that are too pale on their ground, in the theme of a page."""
    faults = page.evaluate(COLOURS_OF_LETTERS, [svg, CONTRAST])
    return [f"{name}: {fault}, and letters need {CONTRAST}:1." for fault in faults]


def drawings(site: Path) -> dict[str, str]:
    """Return all drawings of a built site, by the names of their files."""
    return {
        path.name: path.read_text(encoding="utf-8")
        for path in sorted((site / DOWNLOADS).glob("*.svg"))
    }
