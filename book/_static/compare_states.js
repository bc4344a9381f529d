// Series of the States that a reader chooses: lines, a table, or tiles of all States. The choice
// stands in the address, so that a link leads to the same view. Nothing is sent or kept.
"use strict";
{
  const form = document.getElementById("compare-form");
  const shown = document.getElementById("compare-shown"), said = document.getElementById("compare-said");
  const { years, states, series } = JSON.parse(shown.dataset.values);
  const fields = form.elements, chips = form.querySelector(".state-chosen");
  const stateOf = new Map(states.map((state) => [state.code, state]));
  const WIDTH = 360, HEIGHT = 190, LEFT = 44, RIGHT = 350, TOP = 14, BOTTOM = 156, MOST_STATES = 12;
  const START = { states: "DEU-ITA-GBR-USA", series: "all-forms", from: 2011, to: years.at(-1), view: "lines" };

  // ---- The choice, in the address and in the form
  const asked = new URLSearchParams(location.hash.slice(1));
  const year = (text, other) => (years.includes(Number(text)) ? Number(text) : other);
  const choice = {
    states: [...new Set((asked.get("states") ?? START.states).split("-"))].filter((code) => stateOf.has(code)).slice(0, MOST_STATES),
    series: series.some(({ name }) => name === asked.get("series")) ? asked.get("series") : START.series,
    from: year(asked.get("from"), START.from),
    to: year(asked.get("to"), START.to),
    view: ["lines", "table", "tiles"].includes(asked.get("view")) ? asked.get("view") : START.view,
  };
  const addressOf = () => new URLSearchParams({ ...choice, states: choice.states.join("-") });

  // ---- Elements, with text that is never read as HTML
  const SVG = "http://www.w3.org/2000/svg";
  const make = (name, attributes = {}, ...content) => {
    const drawn = ["svg", "path", "polyline", "circle", "rect", "text", "title"].includes(name);
    const made = drawn ? document.createElementNS(SVG, name) : document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...content.filter((each) => each !== null));
    return made;
  };
  const number = (value) => value.toLocaleString("en");
  const ends = (value) => (Array.isArray(value) ? value : [value, value]);
  const words = (value) => (value === null ? "–" : [...new Set(ends(value))].map(number).join(" to "));

  // ---- What a State has in the chosen years
  const last = () => series.find(({ name }) => name === choice.series).last;
  const span = () => years.filter((each) => each >= choice.from && each <= Math.min(choice.to, last()));
  const valueOf = (way, code, at) => way.values[code][years.indexOf(at)];
  const cutsOf = (way, code) => (way.breaks[code] ?? []).filter(([at]) => at > choice.from && at <= choice.to);
  const exceeds = (way, code, at) => (way.exceeds[code] ?? []).includes(at);
  const notesOf = (way, code) => [
    ...cutsOf(way, code).map(([at, what]) => `New way of counting, ${at}: ${what}.`),
    ...(span().some((at) => exceeds(way, code, at)) ? ["* More persons than under all forms in that year: two ways of counting."] : []),
    ...(way.remarks[code] ? [way.remarks[code]] : []),
  ];

  // A round number at or above the largest value, that can be halved.
  const roundUp = (largest) => {
    if (largest <= 2) return 2;
    const step = 10 ** Math.floor(Math.log10(largest));
    return [1, 2, 4, 5, 6, 8, 10].map((part) => part * step).find((each) => each >= largest);
  };

  const line = (way, code) => {
    const at = span(), all = at.map((each) => valueOf(way, code, each));
    const highest = roundUp(Math.max(0, ...all.filter((each) => each !== null).map((each) => ends(each)[1])));
    const across = (each) => LEFT + ((RIGHT - LEFT) * (each - at[0] + 0.5)) / at.length;
    const up = (value) => BOTTOM - ((BOTTOM - TOP) * value) / highest;
    const cuts = cutsOf(way, code), drawn = [], pieces = [];
    for (const tick of [0, highest / 2, highest])
      drawn.push(
        make("path", { class: "state-grid", d: `M${LEFT} ${up(tick)}H${RIGHT}` }),
        make("text", { x: LEFT - 5, y: up(tick) + 4, "text-anchor": "end" }, number(tick)),
      );
    at.forEach((each, place) => {
      if (place % Math.ceil(at.length / 5) === 0)
        drawn.push(make("text", { x: across(each), y: BOTTOM + 24, "text-anchor": "middle" }, each));
    });
    for (const [each] of cuts) drawn.push(make("path", { class: "state-cut", d: `M${across(each - 0.5)} ${TOP - 8}V${BOTTOM}` }));
    const marks = [];
    at.forEach((each, place) => {
      const value = all[place];
      if (value === null) {
        drawn.push(make("rect", { class: "state-gap", x: across(each - 0.5), y: BOTTOM + 3, width: (RIGHT - LEFT) / at.length, height: 5 }));
        return;
      }
      const [low, high] = ends(value), x = across(each), y = up((low + high) / 2);
      if (!place || all[place - 1] === null || cuts.some(([cut]) => cut === each)) pieces.push([]);
      pieces.at(-1).push(`${x},${y}`);
      if (low !== high) marks.push(make("path", { class: "state-interval", d: `M${x} ${up(low)}V${up(high)}` }));
      marks.push(make("circle", { cx: x, cy: y, r: 3.4 }, make("title", {}, `${each}: ${words(value)}`)));
      if (exceeds(way, code, each)) marks.push(make("text", { x, y: Math.max(y - 5, 10), "text-anchor": "middle" }, "*"));
    });
    const told = at.map((each, place) => `${each} ${all[place] === null ? "no number" : words(all[place])}`).join(", ");
    const { name, page } = stateOf.get(code), group = make("svg", { class: "state-line-0" });
    group.append(...pieces.filter((piece) => piece.length > 1).map((piece) => make("polyline", { points: piece.join(" ") })), ...marks);
    const label = `${way.title}, ${name}: ${told}.`;
    return make("figure", { class: "state-figure" },
      make("figcaption", {}, make("a", { href: `${form.dataset.folder}/${page}` }, name)),
      make("svg", { class: "state-chart", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label }, ...drawn, group),
      ...notesOf(way, code).map((note) => make("p", { class: "state-remarks" }, note)));
  };

  const table = (way) => {
    const head = make("tr", {}, make("th", { scope: "col" }, "Year"));
    for (const code of choice.states) head.append(make("th", { scope: "col" }, stateOf.get(code).name));
    const body = make("tbody");
    for (const at of span()) {
      const row = make("tr", {}, make("th", { scope: "row" }, at));
      for (const code of choice.states) {
        const cut = cutsOf(way, code).some(([each]) => each === at) ? "| " : "";
        row.append(make("td", {}, `${cut}${words(valueOf(way, code, at))}${exceeds(way, code, at) ? " *" : ""}`));
      }
      body.append(row);
    }
    const notes = choice.states.flatMap((code) => notesOf(way, code).map((note) => `${stateOf.get(code).name}. ${note}`));
    return [
      make("div", { class: "pst-scrollable-table-container" },
        make("table", { class: "table state-table state-counts" }, make("thead", {}, head), body)),
      make("p", { class: "state-remarks" }, "– no number was reported. | the rule of counting changes in this year: do not read across it."),
      ...notes.map((note) => make("p", { class: "state-remarks" }, note)),
    ];
  };

  const tiles = (way) => {
    const list = make("ul", { class: "state-tiles compare-tiles" });
    for (const { code, name, page, tile } of states) {
      const value = words(valueOf(way, code, span().at(-1) ?? way.last));
      const link = make("a", { href: `${form.dataset.folder}/${page}`, title: `${name}: ${value}` },
        make("span", {}, code), make("b", {}, value), make("span", { class: "state-spoken" }, ` ${name}`));
      list.append(make("li", { style: `grid-area:${tile[1] + 1}/${tile[0] + 1}` }, link));
    }
    return [make("nav", { "aria-label": `${way.title}, by State` }, list),
      make("p", { class: "state-remarks" }, "– no number was reported. Tiles have no colour, because a higher number may mean a State that looks harder.")];
  };

  // ---- The file of what is shown
  const file = (way) => {
    const rows = [["state", "series", "year", "low", "high"]];
    for (const code of choice.states)
      for (const at of span()) rows.push([code, way.name, at, ...(ends(valueOf(way, code, at) ?? "").map(String))]);
    return make("a", { download: `compare-${way.name}.csv`, href: `data:text/csv,${encodeURIComponent(`${rows.map((row) => row.join()).join("\n")}\n`)}` }, "These numbers as CSV");
  };

  const show = () => {
    const way = series.find(({ name }) => name === choice.series);
    for (const name of ["series", "from", "to", "view"]) fields.namedItem(name).value = choice[name];
    chips.replaceChildren(...choice.states.map((code) => {
      const button = make("button", { type: "button" }, stateOf.get(code).name, make("span", { "aria-hidden": "true" }, " ×"), make("span", { class: "state-spoken" }, ": take away"));
      button.addEventListener("click", () => change({ states: choice.states.filter((each) => each !== code) }, fields.add));
      return make("li", {}, button);
    }));
    fields.add.disabled = choice.states.length >= MOST_STATES;
    const end = span().at(-1) ?? way.last, inYears = choice.view === "tiles" || choice.from >= end ? `${end}` : `${choice.from} to ${end}`;
    said.textContent = `${way.title}${way.unit === "persons" ? "" : `, ${way.unit}`}, ${inYears}. Do not use for: ${way.limits.join("; ")}.`;
    const none = make("p", {}, "Add a State to begin.");
    const view = { lines: () => [make("div", { class: "compare-lines" }, ...choice.states.map((code) => line(way, code)))], table: () => table(way), tiles: () => tiles(way) };
    const drawn = choice.states.length || choice.view === "tiles" ? view[choice.view]() : [none];
    const key = make("p", { class: "state-remarks" }, "Grey bar below a chart: no number was reported. A thick line is an interval. Each chart has a scale of its own.");
    shown.replaceChildren(...drawn, ...(choice.view === "lines" ? [key] : []), ...(choice.states.length ? [make("p", { class: "state-file" }, file(way))] : []));
  };
  const change = (what, focus) => {
    Object.assign(choice, what);
    if (choice.from > choice.to) [choice.from, choice.to] = [choice.to, choice.from];
    history.replaceState(null, "", `#${addressOf()}`);
    show();
    focus?.focus();
  };

  const options = (field, pairs) => field.append(...pairs.map(([value, text]) => make("option", { value }, text)));
  options(fields.series, series.map(({ name, title }) => [name, title]));
  options(fields.add, [["", "Choose a State"], ...states.map(({ code, name }) => [code, name])]);
  for (const name of ["from", "to"]) options(fields.namedItem(name), years.map((each) => [each, each]));
  form.addEventListener("change", ({ target }) => {
    if (target === fields.add) {
      const added = target.value;
      target.value = "";
      if (added && !choice.states.includes(added)) change({ states: [...choice.states, added] });
    } else change({ [target.name]: ["from", "to"].includes(target.name) ? Number(target.value) : target.value });
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  show();
}
