// The filter of a long page: the catalogue of tables, the list of all sources. The page is complete
// without this file; with it, a form appears that hides entries in which a word does not occur, and
// with them the headings and the links that would lead to nothing.
"use strict";
{
  const form = document.querySelector(".register-filters[data-entries]");
  const field = form.elements.namedItem("words");
  const status = form.querySelector("[role=status]");
  const { entries: selector, counted, one, many } = form.dataset;
  const entries = [...document.querySelectorAll(selector)];
  const isCounted = new Map(entries.map((entry) => [entry, entry.matches(counted)]));
  const all = entries.filter((entry) => isCounted.get(entry)).length;

  // Accents and capitals make no difference.
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const texts = new Map(entries.map((entry) => [entry, plain(entry.textContent)]));

  // A heading is there for what follows it up to the next one, a section for what is in it.
  const below = (heading) => {
    const found = [];
    let next = heading.nextElementSibling;
    for (; next?.matches("ul, details"); next = next.nextElementSibling)
      found.push(...(next.matches("ul") ? next.children : [next]));
    return found.filter((element) => texts.has(element));
  };
  const groups = new Map();
  for (const heading of document.querySelectorAll("article :is(h3, .letter)")) groups.set(heading, below(heading));
  for (const section of document.querySelectorAll("article section section"))
    groups.set(section, [...section.querySelectorAll(selector)]);
  for (const [place, group] of groups)
    if (!group.length || place.contains(form)) groups.delete(place);

  // Links from rows of letters or themes and from the page's contents, with the place of each.
  const links = [...document.querySelectorAll(".jumps a, .page-toc a")];
  const targets = new Map(links.map((link) => [link, document.getElementById(nameIn(link))]));
  function nameIn(link) {
    return decodeURIComponent(link.hash.slice(1));
  }

  const show = () => {
    const words = plain(field.value).split(/\s+/);
    for (const [entry, text] of texts) entry.hidden = !words.every((word) => text.includes(word));
    for (const [place, group] of groups) place.hidden = group.every((entry) => entry.hidden);
    for (const [link, target] of targets)
      link.parentElement.hidden = Boolean(target?.closest("[hidden]"));
    const shown = entries.filter((entry) => isCounted.get(entry) && !entry.hidden).length;
    status.textContent = shown
      ? `${shown.toLocaleString("en")} of ${all.toLocaleString("en")} ${many}`
      : `No ${one} has these words.`;
  };

  const remember = () => {
    const address = new URL(location.href);
    if (field.value.trim()) address.searchParams.set("words", field.value.trim());
    else address.searchParams.delete("words");
    history.replaceState(null, "", address);
  };

  // A link to an entry must find it, whatever the filter hides, and open it in older browsers too.
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const folded = target?.closest("details");
    if (target?.closest("[hidden]")) {
      field.value = "";
      show();
      target.scrollIntoView();
    }
    if (!folded || !texts.has(folded)) return;
    folded.open = true;
    folded.scrollIntoView();
  };

  form.addEventListener("input", () => {
    show();
    remember();
  });
  form.addEventListener("reset", () => {
    field.value = "";
    show();
    remember();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("hashchange", reveal);

  field.value = new URLSearchParams(location.search).get("words") ?? "";
  show();
  form.hidden = false;
  reveal();
}
