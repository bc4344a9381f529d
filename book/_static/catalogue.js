// The filter of the catalogue of tables. The page is complete without this file; with it, a form
// appears that hides series and entries in which a word does not occur.
"use strict";
{
  const form = document.querySelector(".register-filters");
  const field = form.elements.namedItem("words");
  const count = form.querySelector("[role=status]");
  const entries = [...document.querySelectorAll("details.catalogue")];
  const series = [...document.querySelectorAll(".catalogue-series li")];
  const texts = new Map([...entries, ...series].map((one) => [one, one.textContent.toLowerCase()]));

  // A heading goes when all that stands below it, up to the next heading, is hidden.
  const below = (heading) => {
    const found = [];
    let next = heading.nextElementSibling;
    for (; next?.matches("ul, details"); next = next.nextElementSibling)
      found.push(...(next.matches("ul") ? next.children : [next]));
    return found;
  };
  const headings = [...document.querySelectorAll("h3[id^=series-], h3[id^=theme-]")];
  const groups = new Map(headings.map((heading) => [heading, below(heading)]));

  const show = () => {
    const words = field.value.toLowerCase().split(/\s+/);
    for (const [one, text] of texts) one.hidden = !words.every((word) => text.includes(word));
    for (const [heading, group] of groups) heading.hidden = group.every((one) => one.hidden);
    const shown = entries.filter((entry) => !entry.hidden).length;
    count.textContent = `${shown} of ${entries.length} tables`;
  };

  const remember = () => {
    const address = new URL(location.href);
    if (field.value.trim()) address.searchParams.set("words", field.value.trim());
    else address.searchParams.delete("words");
    history.replaceState(null, "", address);
  };

  // A link to an entry must find it, whatever the filter hides, and open it in older browsers too.
  const reveal = () => {
    const entry = document.getElementById(location.hash.slice(1))?.closest("details.catalogue");
    if (!entry) return;
    if (entry.hidden) {
      field.value = "";
      show();
    }
    entry.open = true;
    entry.scrollIntoView();
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
