// Previews of terms, sources, figures, tables and lines of the register where they are mentioned: on
// hover, on focus by keyboard, and at the first tap. The second tap and the link in the preview lead
// to the place. Without this file, or in a browser without popovers, a mention is a plain link.
//
// What is on this page is copied from it. What is on another page comes from a script next to that
// page, loaded when it is first asked for: a page opened from disk may load no other file.
//
// Own lines, because sphinx-tippy 0.4.3 loads its library from a CDN unless it is given a copy, writes all previews of a page
// into one script that each visit loads, under another name in each build, knows nothing of sources
// in a list, and loses what a second process writes.
"use strict";
if ("popover" in HTMLElement.prototype) {
  const OPEN_AFTER = 200; // milliseconds: a pointer that only passes opens nothing
  const CLOSE_AFTER = 300; // time to move the pointer from the link into the preview
  const GAP = 6; // pixels between the link and its preview
  const PLACES = {
    term: "Open the glossary",
    line: "Open the register",
    fig: "Go to the figure",
    tbl: "Go to the table",
    source: "Open the list of sources",
  };
  const linked = ["term", "line", "fig", "tbl"].map((kind) => `a[href*="#${kind}-"]`);
  const MENTIONS = [".bibtex-citation a", ...linked].join();

  const article = document.querySelector("article.bd-article");
  const preview = document.createElement("div");
  preview.className = "preview";
  preview.hidden = true;
  preview.popover = "manual"; // above all that scrolls or is cut
  article.append(preview);

  let timer; // of the next opening or closing
  let asked = null; // the link whose preview is wanted
  let shown = null; // the link whose preview is open
  let stays = false; // opened by keyboard or finger: a pointer that leaves does not close it
  let finger = false; // the last press was not one of a mouse

  // ---- What a preview holds

  const nameIn = (link) => decodeURIComponent(link.hash.slice(1));
  const isOnThisPage = (link) => link.pathname === location.pathname;

  const paragraph = (className, ...contents) => {
    const made = document.createElement("p");
    made.className = className;
    made.append(...contents);
    return made;
  };

  const copy = (element, className) => {
    const made = element.cloneNode(true);
    for (const one of made.querySelectorAll(".headerlink, .backrefs")) one.remove();
    for (const one of [made, ...made.querySelectorAll("[id]")]) one.removeAttribute("id");
    return paragraph(className, ...made.childNodes);
  };

  const drawing = (figure) => {
    const drawn = figure.querySelector(".exhibit-drawn")?.cloneNode(true);
    if (!drawn) return [];
    // The headline says it, and the figure itself has the whole text.
    drawn.removeAttribute("role");
    drawn.removeAttribute("aria-label");
    drawn.setAttribute("aria-hidden", "true");
    // A preview is as narrow as a phone.
    drawn.replaceChildren(drawn.lastElementChild);
    return [drawn];
  };

  const copied = (element) => {
    if (element.matches(".citation-list > li"))
      return [...element.querySelectorAll(":scope > p")].map((one) => copy(one, ""));
    if (element.matches("dl.glossary > dt")) {
      let meaning = element;
      while (meaning && !meaning.matches("dd")) meaning = meaning.nextElementSibling;
      const paragraphs = [...meaning.querySelectorAll("p")].map((one) => copy(one, ""));
      return [copy(element, "preview-heading"), ...paragraphs];
    }
    if (element.matches("figure")) {
      const headline = element.querySelector(".exhibit-headline");
      const caption = element.querySelector("figcaption > p");
      const heading = headline ?? caption;
      const rest = headline && caption ? [copy(caption, "")] : [];
      return heading && [copy(heading, "preview-heading"), ...drawing(element), ...rest];
    }
    const caption = element.matches("table") && element.querySelector("caption");
    return caption ? [copy(caption, "preview-heading")] : null;
  };

  const files = new Map();
  // Called by each of these files.
  window.bookPreviews = (texts) => (document.currentScript.texts = texts);
  const textsOf = (page) => {
    const load = (done) => {
      const script = document.createElement("script");
      script.onload = script.onerror = () => done(script.texts ?? {});
      script.src = page.replace(/\.html$/, ".previews.js");
      document.head.append(script);
    };
    if (!files.has(page)) files.set(page, new Promise(load));
    return files.get(page);
  };

  const contentsOf = async (link) => {
    const here = isOnThisPage(link) && document.getElementById(nameIn(link));
    const found = here && copied(here);
    if (found) return found;
    const told = (await textsOf(link.href.replace(/[?#].*/, "")))[nameIn(link)];
    if (!told) return null;
    const [heading, ...rest] = told;
    return [
      paragraph(rest.length ? "preview-heading" : "", heading),
      ...rest.map((text) => paragraph("", text)),
    ];
  };

  // ---- Where it is: below the link, or above it where there is more room

  const place = (link) => {
    const lines = [...link.getClientRects()];
    const [first, last] = [lines[0], lines.at(-1)];
    const width = document.documentElement.clientWidth;
    const below = window.innerHeight - last.bottom - 2 * GAP;
    const above = first.top - 2 * GAP;
    preview.style.maxHeight = "";
    const height = preview.offsetHeight;
    const isBelow = height <= below || below >= above;
    preview.style.maxHeight = `${isBelow ? below : above}px`;
    const top = isBelow ? last.bottom + GAP : first.top - GAP - preview.offsetHeight;
    const left = Math.min((isBelow ? last : first).left, width - preview.offsetWidth - GAP);
    preview.style.top = `${top + window.scrollY}px`;
    preview.style.left = `${Math.max(left, GAP) + window.scrollX}px`;
  };

  // ---- Opening and closing

  const hide = () => {
    clearTimeout(timer);
    asked = null;
    if (!shown) return;
    shown.removeAttribute("aria-describedby");
    preview.hidePopover();
    preview.hidden = true;
    shown = null;
  };

  const show = async (link, toStay) => {
    clearTimeout(timer);
    asked = link;
    const contents = await contentsOf(link);
    if (asked !== link) return true;
    if (shown !== link) hide();
    asked = link;
    stays = toStay;
    if (!contents) return false;
    if (shown === link) return true;
    const text = document.createElement("div");
    text.id = "preview-text";
    text.append(...contents);
    const [, kind = "source"] = link.hash.match(/^#(term|line|fig|tbl)-/) ?? [];
    const way = document.createElement("a");
    way.href = link.href;
    way.textContent = PLACES[kind];
    preview.replaceChildren(text, paragraph("preview-way", way));
    preview.hidden = false;
    preview.showPopover({ source: link }); // the next Tab goes into it
    link.setAttribute("aria-describedby", text.id);
    shown = link;
    place(link);
    return true;
  };

  const after = (milliseconds, act) => {
    clearTimeout(timer);
    timer = setTimeout(act, milliseconds);
  };

  // The mention at which an event happened. A link inside the place to which it leads is no mention.
  const mention = ({ target }) => {
    const link = target.closest?.(MENTIONS);
    if (!link || !article.contains(link) || preview.contains(link)) return null;
    if (link.matches(".headerlink") || link.closest(".claim-id")) return null;
    const here = isOnThisPage(link) && document.getElementById(nameIn(link));
    return here && here.contains(link) ? null : link;
  };

  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse") return;
    const link = mention(event);
    if (link && link === shown) clearTimeout(timer);
    else if (link) after(OPEN_AFTER, () => show(link, false));
    else if (preview.contains(event.target)) clearTimeout(timer);
    else if (shown && stays) clearTimeout(timer);
    else after(CLOSE_AFTER, hide);
  });
  document.addEventListener("focusin", (event) => {
    const link = mention(event);
    if (link?.matches(":focus-visible")) show(link, true);
    else if (!preview.contains(event.target) && event.target !== shown) hide();
  });
  document.addEventListener("pointerdown", (event) => {
    finger = event.pointerType !== "mouse";
    if (shown && !shown.contains(event.target) && !preview.contains(event.target)) hide();
  });
  document.addEventListener("click", async (event) => {
    const link = mention(event);
    const isTap = finger && event.detail > 0; // a click by keyboard has no detail
    if (link && isTap && link !== shown) {
      event.preventDefault();
      if (!(await show(link, true))) location.assign(link.href);
    } else if (link || event.target.closest?.(".preview a")) hide();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !shown) return;
    if (preview.contains(document.activeElement)) shown.focus();
    hide();
  });
  // A link in a table that scrolls sideways leaves its preview behind.
  const moved = ({ target }) => target !== document && !preview.contains(target) && hide();
  document.addEventListener("scroll", moved, true);
  window.addEventListener("resize", hide);
}
