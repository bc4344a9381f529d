// What jupyterlab-myst does not know, rewritten in Markdown that it knows.
//
// `known` holds what the book knows, from bookmaking.tools.lab: sources by key (names, year, entry) and
// lines of the concept note by id (line, clauses, verdict, strength), chapters by path (number,
// verdicts, reading-time), what exhibits are called by key ("Fig. 5.3"), and what exercises take by
// level. `published` holds what
// the notebook has published: numbers by key, exhibits by key (kind, source, as_of, rule, limits), the keys of its exhibits in order,
// the keys of the sources that it cites, and the path of the notebook.

const CITATION = /([\w:.-]+)(?:\{([^{}]*)\})?\s*(?:,|$)/g;
const DIRECTIVE = /^(`{3,}|:{3,})\{(exhibit|claim|bibliography)\}[ \t]*(.*)\n([\s\S]*?)^\1[ \t]*$/gm;
const EXHIBIT = /^(?:`{3,}|:{3,})\{exhibit\}[ \t]*(\S+)/gm;
const ROLE = /\{([a-z-]+(?::[a-z]+)?)\}`([^`]+)`/g;
const CAVEAT = /^:caveat:[ \t]*(.*)$/m;
const OPTION = /^:[\w-]+:.*(?:\n|$)/gm;
const EXERCISE = /^(\d+) (.+), (\w+)$/;
const TITLED = /^([\s\S]*?)\s*<([^<>]+)>$/;

const escaped = (text) => text.replace(/[\\`*_[\]<>{}$|~]/g, "\\$&");

// The keys of the exhibits in a cell's source, in order.
export const exhibitsIn = (source) => [...source.matchAll(EXHIBIT)].map((match) => match[1]);

// The keys of the sources that a cell cites, in order.
export const citedIn = (source) =>
  [...source.matchAll(ROLE)]
    .filter(([, role]) => role.startsWith("cite:"))
    .flatMap(([, , content]) => [...content.matchAll(CITATION)].map((match) => match[1]));

// A cell's Markdown with citations, numbers, exhibits and lines in words.
export function rewrite(source, known, published) {
  return source
    .replace(DIRECTIVE, (whole, fence, name, argument, body) => {
      if (name === "bibliography") return bibliography(known, published);
      if (name === "claim") return box(argument, known) ?? whole;
      return exhibit(argument.trim(), body, known, published);
    })
    .replace(ROLE, (whole, role, content) => inline(role, content, known, published) ?? whole);
}

function inline(role, content, known, published) {
  if (role.startsWith("cite:")) return citation(role.slice(5), content, known.sources);
  if (role === "glue:text") {
    const elsewhere = content.includes("::") && "[a number of another chapter: in the built book]";
    return escaped(published.numbers[content] ?? (elsewhere || `[${content}: run the cells]`));
  }
  if (role === "numref") return number(content, known, published);
  if (role === "line") return escaped(content);
  if (role === "verdict" || role === "strength") return escaped(known.lines[content]?.[role] ?? content);
  if (role === "verdicts" || role === "reading-time")
    return escaped(known.chapters[published.path]?.[role] ?? `[${role}: in the built book]`);
  if (role === "exercise") return exercise(content, known.levels);
  const [, title, target] = content.match(TITLED) ?? [null, null, content];
  if (role === "term") return escaped(title ?? target);
  if (role === "ref") return title ? escaped(title) : number(target, known, published) ?? escaped(target);
  if (role === "doc") return escaped(title ?? target.split("/").pop().replaceAll("_", " "));
  return null;
}

// The number of an exercise, with what it trains and takes.
function exercise(content, levels) {
  const [, place, skill, level] = content.match(EXERCISE) ?? [];
  return place ? `**${place}.** (${escaped(skill)}, ${escaped(levels[level] ?? level)})` : null;
}

function citation(form, content, sources) {
  const cited = [...content.matchAll(CITATION)].map(([, key, locator]) => [sources[key], locator]);
  if (!cited.length || cited.some(([source]) => source === undefined)) return null;
  const after = (...parts) => parts.filter(Boolean).map(escaped).join(", ");
  if (form === "t")
    return cited
      .map(([source, locator]) => `${escaped(source.names)} (${after(source.year, locator)})`)
      .join("; ");
  const all = cited.map(([source, locator]) => after(source.names, source.year, locator));
  return `(${all.join("; ")})`;
}

// "Fig. 5.2" or "Table 5.1": the chapter's number, and the place that is counted through the notebook.
// An exhibit of another chapter is called as in the whole book; null for what is no exhibit.
function number(key, known, published) {
  const kind = (one) => published.exhibits[one]?.kind ?? (one.startsWith("tbl-") ? "table" : "figure");
  const alike = published.order.filter((one) => kind(one) === kind(key));
  if (!alike.includes(key)) return known.exhibits[key] ?? null;
  const parts = [known.chapters[published.path]?.number, alike.indexOf(key) + 1];
  return `${kind(key) === "table" ? "Table" : "Fig."} ${parts.filter(Boolean).join(".")}`;
}

function exhibit(key, body, known, published) {
  const caption = body.replace(OPTION, "").trim();
  const described = published.exhibits[key];
  const below = described
    ? `Source: {cite:t}\`${described.source}\`. Data as of ${escaped(described.as_of)}. ` +
      escaped([described.rule, body.match(CAVEAT)?.[1] ?? described.limits].filter(Boolean).join(" "))
    : "Run the cells to see it.";
  return `**${number(key, known, published) ?? escaped(key)}** ${caption}\n\n*${below.trim()}*`;
}

function box(ids, known) {
  const boxes = ids.split(/[\s,]+/).filter(Boolean).map((id) => [id, known.lines[id]]);
  if (boxes.some(([, line]) => line === undefined)) return null;
  return boxes
    .map(([id, { line, clauses, verdict, strength }]) => {
      const finding = [verdict, strength].filter(Boolean).join(", ");
      const said = [line, clauses].filter(Boolean).map(escaped).join(" ");
      return `> **${id}** ${said} **Verdict: ${escaped(finding)}.**`;
    })
    .join("\n>\n");
}

function bibliography(known, published) {
  const entries = [...new Set(published.cited)].map((key) => known.sources[key]?.entry).filter(Boolean);
  return entries.sort((one, other) => one.localeCompare(other)).map((one) => `- ${one}`).join("\n");
}
