// Filters of the claim register. The table is complete without this file; with it, the form above
// the table appears, hides rows that do not match, and keeps its state in the address of the page.
"use strict";
{
  const form = document.querySelector(".register-filters");
  const fields = ["part", "kind", "verdict", "words"].map((name) => form.elements.namedItem(name));
  const count = form.querySelector("[role=status]");
  const groups = [...document.querySelectorAll("table.register tbody")];
  const rows = groups.flatMap((group) => [...group.querySelectorAll("tr[id]")]);
  const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));

  const matches = (row) =>
    fields.every(({ name, value }) =>
      name === "words"
        ? value.toLowerCase().split(/\s+/).every((word) => texts.get(row).includes(word))
        : !value || row.dataset[name] === value,
    );

  const show = () => {
    for (const row of rows) row.hidden = !matches(row);
    for (const group of groups) group.hidden = !group.querySelector("tr[id]:not([hidden])");
    const shown = rows.filter((row) => !row.hidden).length;
    count.textContent = shown < rows.length ? `${shown} of ${rows.length} lines` : `${shown} lines`;
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

  // A link to a row must find the row, whatever the filters hide.
  const reveal = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (!target?.closest("table.register [hidden]")) return;
    form.reset();
    target.scrollIntoView();
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
  window.addEventListener("hashchange", reveal);
  window.addEventListener("popstate", recall);

  recall();
  form.hidden = false;
  reveal();
}
