// The claim register. The list is complete without this file; with it, the form above the list
// appears, hides lines that do not match, and keeps its state in the address of the page. A link to
// a line opens it.
"use strict";
{
  const form = document.querySelector(".register-filters");
  const fields = ["part", "kind", "word", "words"].map((name) => form.elements.namedItem(name));
  const button = form.elements.namedItem("open");
  const count = form.querySelector("[role=status]");
  const groups = [...document.querySelectorAll("ul.register")].map((list) => list.closest("section"));
  const lines = [...document.querySelectorAll("ul.register > li")];
  const texts = new Map(lines.map((line) => [line, line.textContent.toLowerCase()]));
  const folded = (line) => line.querySelector("details");
  const shown = () => lines.filter((line) => !line.hidden);

  // One and the same part has the kind and the word that are asked for.
  const matches = (line) => {
    const [segment, kind, word, words] = fields.map(({ value }) => value);
    const parts = [...line.querySelectorAll("[data-word]")].map((part) => part.dataset);
    return (
      (!segment || line.dataset.part === segment) &&
      parts.some((part) => (!kind || part.kind === kind) && (!word || part.word === word)) &&
      words.toLowerCase().split(/\s+/).every((each) => texts.get(line).includes(each))
    );
  };

  const tell = () => {
    button.textContent = shown().every((line) => folded(line).open) ? "Close all" : "Open all";
  };

  const show = () => {
    for (const line of lines) line.hidden = !matches(line);
    for (const group of groups) group.hidden = !group.querySelector("li[id]:not([hidden])");
    const found = shown().length;
    count.textContent = found < lines.length ? `${found} of ${lines.length} lines` : `${found} lines`;
    tell();
  };

  const remember = () => {
    const address = new URL(location.href);
    for (const { name, value } of fields) {
      if (value.trim()) address.searchParams.set(name, value.trim());
      else address.searchParams.delete(name);
    }
    history.replaceState(null, "", address);
  };

  const recall = () => {
    const asked = new URLSearchParams(location.search);
    for (const field of fields) {
      field.value = asked.get(field.name) ?? "";
      if (field.selectedIndex === -1) field.value = "";
    }
    show();
  };

  // A link to a line or to a part must find it, whatever the filters hide, and a line opens.
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const hidden = target?.closest("section[hidden], li[hidden]");
    if (hidden) form.reset();
    const line = lines.includes(target);
    if (line) folded(target).open = true;
    if (hidden || line) target.scrollIntoView();
  };

  form.addEventListener("input", () => {
    show();
    remember();
  });
  form.addEventListener("reset", () => {
    for (const field of fields) field.value = "";
    show();
    remember();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  button.addEventListener("click", () => {
    const open = button.textContent === "Open all";
    for (const line of shown()) folded(line).open = open;
    tell();
  });
  document.addEventListener("toggle", tell, true);
  window.addEventListener("hashchange", reveal);
  window.addEventListener("popstate", recall);

  recall();
  form.hidden = false;
  reveal();
}
