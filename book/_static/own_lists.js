// A total from lists of the reader's own. What is typed stays in the page: nothing is sent or kept.
"use strict";
{
  // ---- Estimation. Lists are the bits of a number: terms, and histories of cases, are such numbers.
  // counts[h - 1] are the cases of history h. Tests run this part alone and compare it with the library.
  const REPEATS = 400, SEED = 1, LONGEST_STEP = 4, MOST_STEPS = 40, CONVERGED = 1e-9, NEAR_ZERO = 1e-9;
  const range = (size) => [...Array(size).keys()];
  const sum = (values) => values.reduce((all, each) => all + each, 0);
  const holds = (history, term) => (history & term) === term;
  const on = (counts, term) => sum(counts.filter((_, at) => holds(at + 1, term)));
  const pairsOf = (lists) =>
    range(lists).flatMap((one) => range(lists).slice(one + 1).map((other) => (1 << one) | (1 << other)));

  // Solve a symmetric positive system, of which the lower half is given (Cholesky); null if singular.
  const solve = (matrix, right) => {
    const size = right.length, lower = matrix.map((row) => [...row]), found = [...right];
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++) {
        let rest = lower[i][j];
        for (let m = 0; m < j; m++) rest -= lower[i][m] * lower[j][m];
        if (i === j && !(rest > 0)) return null;
        lower[i][j] = i === j ? Math.sqrt(rest) : rest / lower[j][j];
      }
      for (let m = 0; m < i; m++) found[i] -= lower[i][m] * found[m];
      found[i] /= lower[i][i];
    }
    for (let i = size - 1; i >= 0; i--) {
      for (let m = i + 1; m < size; m++) found[i] -= lower[m][i] * found[m];
      found[i] /= lower[i][i];
    }
    return found;
  };

  // Say which terms and cells are fitted. A term that no case has is minus infinity: its cells are left
  // out. Tables differ little in this, so it is kept. Null if the cells do not tell the terms apart.
  const kept = new Map();
  const design = (all, margins) => {
    const key = all.map((term) => (margins[term] ? term : -term - 1)).join();
    if (!kept.has(key)) {
      const terms = all.filter((term) => margins[term]), never = all.filter((term) => !margins[term]);
      const cells = range(margins.length - 1).filter((at) => !never.some((term) => holds(at + 1, term)));
      const places = cells.map((at) => range(terms.length).filter((place) => holds(at + 1, terms[place])));
      kept.set(key, cells.length < terms.length ? null : { terms, cells, places });
    }
    return kept.get(key);
  };

  // Fit a Poisson log-linear model with these pairs by Newton's method; null without an estimate.
  const fit = (lists, counts, pairs, margins) => {
    const all = [0, ...range(lists).map((list) => 1 << list), ...pairs], fitting = design(all, margins);
    if (!fitting) return null;
    const { terms, cells, places } = fitting, cases = cells.map((at) => counts[at]);
    const step = (fitted, wanted) => {
      const matrix = terms.map(() => terms.map(() => 0)), right = terms.map(() => 0);
      places.forEach((inCell, cell) => {
        for (const i of inCell) {
          right[i] += fitted[cell] * wanted[cell];
          for (const j of inCell) if (j <= i) matrix[i][j] += fitted[cell];
        }
      });
      return solve(matrix, right);
    };
    const along = (terms) => places.map((inCell) => sum(inCell.map((place) => terms[place])));
    const start = cases.map((each) => each + 0.5);
    let estimate = step(start, start.map((each, cell) => Math.log(each) + cases[cell] / each - 1));
    for (let turn = 0; estimate && turn < MOST_STEPS; turn++) {
      const logs = along(estimate), fitted = logs.map(Math.exp);
      const change = step(fitted, fitted.map((each, cell) => cases[cell] / each - 1));
      if (!change) return null;
      const longest = Math.max(...along(change).map(Math.abs));
      if (longest < CONVERGED) {
        if (Math.min(...fitted) < NEAR_ZERO) return null;
        const likelihood = sum(cases.map((each, cell) => each * logs[cell] - fitted[cell]));
        const bic = Math.log(margins[0]) * all.length - 2 * likelihood;
        return { pairs, bic, total: margins[0] + Math.exp(estimate[0]) };
      }
      const share = Math.min(1, LONGEST_STEP / longest);
      estimate = estimate.map((each, place) => each + share * change[place]);
    }
    return null;
  };

  // Fit independence and every set of pairs; those with an estimate come back, the lowest BIC first.
  const allModels = (lists, counts) => {
    const pairs = pairsOf(lists), margins = range(2 ** lists).map((term) => on(counts, term));
    return range(2 ** pairs.length)
      .map((set) => fit(lists, counts, pairs.filter((_, bit) => set & (1 << bit)), margins))
      .filter(Boolean)
      .sort((a, b) => (Math.abs(a.bic - b.bic) > 1e-8 ? a.bic - b.bic : a.pairs.length - b.pairs.length));
  };

  // Chapman's estimate from two lists; the logarithm of the hidden number is taken as normal.
  const chapman = ([one, other, both]) => {
    const total = ((one + both + 1) * (other + both + 1)) / (both + 1) - 1;
    const variance = ((total + 1) * one * other) / ((both + 1) * (both + 2));
    const seen = one + other + both, hidden = total - seen;
    const reach = Math.exp(1.959964 * Math.sqrt(Math.log(1 + variance / hidden ** 2)));
    return { total, limits: [seen + hidden / reach, seen + hidden * reach] };
  };

  // Random numbers from 0 to 1 that are the same each time (mulberry32).
  const generator = (seed) => () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };

  // Draw as many cases as there are, with replacement.
  const redrawn = (counts, random) => {
    const drawn = counts.map(() => 0), observed = sum(counts);
    for (let each = 0; each < observed; each++) {
      let left = random() * observed, at = 0;
      while ((left -= counts[at]) >= 0 && at < counts.length - 1) at++;
      drawn[at]++;
    }
    return drawn;
  };

  const quantile = (sorted, share) => {
    const place = share * (sorted.length - 1), low = sorted[Math.floor(place)], high = sorted[Math.ceil(place)];
    return high === Infinity ? Infinity : low + (place % 1) * (high - low);
  };
  // ---- The page

  const FEW_SHARED = 30, NEAR = 2, MOST_CASES = 100000, AT_ONCE = 10;
  const form = document.getElementById("own-lists");
  const [number, pasted] = ["number", "pasted"].map((name) => form.elements.namedItem(name));
  const [names, cells] = ["names", "cells"].map((name) => form.querySelector(`[data-own="${name}"]`));
  const [said, more] = ["said", "more"].map((name) => document.getElementById(`own-lists-${name}`));
  let run = 0;

  const show = (value) => (value === Infinity ? "no limit" : Math.round(value).toLocaleString("en"));
  const make = (tag, textContent, set) => Object.assign(document.createElement(tag), { textContent, ...set });
  const nameOf = (list) => names.querySelectorAll("input")[list].value.trim() || "ABCD"[list];
  const inWords = (history) => {
    const named = range(4).filter((list) => history & (1 << list)).map(nameOf);
    return named.length > 1 ? `${named.slice(0, -1).join(", ")} and ${named.at(-1)}` : `${named[0]} only`;
  };
  const fields = () => [...cells.querySelectorAll("input")];
  const relabel = () => {
    for (const field of fields()) field.previousSibling.textContent = inWords(Number(field.name));
  };

  const clear = () => {
    run++;
    for (const each of [said, more]) each.replaceChildren();
    for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  };

  // Give the form fields for so many lists, with these names and cases.
  const lay = (lists, named = [], counts = []) => {
    const field = (text, value, set) => {
      const label = make("label", "");
      label.append(make("span", text), make("input", "", { value, autocomplete: "off", ...set }));
      return label;
    };
    number.value = lists;
    names.replaceChildren(...range(lists).map((list) =>
      field(`Name of list ${list + 1}`, named[list] ?? "ABCD"[list], { maxLength: 20 })));
    const size = (history) => range(lists).filter((list) => history & (1 << list)).length;
    const order = range(2 ** lists).slice(1).sort((a, b) => size(a) - size(b) || a - b);
    cells.replaceChildren(...order.map((history) =>
      field("", counts[history - 1] ?? "", { inputMode: "numeric", name: history })));
    relabel();
    clear();
  };

  const refuse = (text, field) => {
    clear();
    said.append(text);
    const help = make("a", "How to use it", { href: form.dataset.python });
    if (text.includes("Python library")) said.append(" ", help, ".");
    field?.setAttribute("aria-invalid", "true");
    field?.focus();
  };

  // Read the cases of the fields, or say what is wrong with the first that cannot be read.
  const sharedOf = (counts) => sum(counts.filter((_, at) => at & (at + 1)));
  const read = () => {
    const counts = [];
    for (const field of fields()) {
      const text = field.value.trim(), where = `The field “${field.previousSibling.textContent}”`;
      const digits = text.replace(/[,\s](?=\d{3}\b)/g, "");
      if (!text) return refuse(`${where} is empty. Type 0 if there is no such case.`, field);
      if (/^<|^\d+\s*(-|–|to)\s*\d+$/.test(text)) {
        return refuse(`${where} hides its number (${text}). This page needs full counts. ` +
          "The report below reads such cells.", field);
      }
      if (!/^\d+$/.test(digits)) return refuse(`${where} needs a whole number, and says “${text}”.`, field);
      counts[Number(field.name) - 1] = Number(digits);
    }
    const lists = Number(number.value), observed = sum(counts);
    if (observed > MOST_CASES) return refuse("These are too many cases for this page. Take the Python library.");
    for (const list of range(lists)) {
      const cases = on(counts, 1 << list);
      if (!cases) return refuse(`No case is on the list ${nameOf(list)}. Choose fewer lists.`);
      if (cases === observed) return refuse(`Every case is on the list ${nameOf(list)}, so there is no estimate.`);
    }
    if (!sharedOf(counts)) return refuse("No case is on two lists, so nothing can be said about hidden cases.");
    return counts;
  };

  const tell = (counts, { total, limits }, how, warnings) => {
    const observed = sum(counts), small = counts.filter((each) => each > 0 && each < 5).length;
    const number = make("data", show(total), { value: total });
    said.replaceChildren("About ", number, ` cases in all: ${show(observed)} on the lists and ` +
      `${show(total - observed)} on none. 95% interval: ${show(limits[0])} to ${show(limits[1])}.`);
    if (sharedOf(counts) < FEW_SHARED) {
      warnings.unshift(`Few cases are on two lists or more (${sharedOf(counts)}). The total rests on them, ` +
        "so each wrong or missed match changes it much.");
    }
    if (small) {
      warnings.push("Some fields hold 1 to 4 cases, so somebody could be recognized. Estimate from your full " +
        "counts; publish 1 to 4 as “<5”, and 0 as 0.");
    }
    warnings.push("People whom no list can reach are in no number here, and no interval covers them.");
    const list = make("ul", "");
    list.append(...warnings.map((text) => make("li", text)));
    more.replaceChildren(make("p", how), list);
  };

  const estimate = async () => {
    clear();
    const counts = read(), lists = Number(number.value), mine = run;
    if (!counts) return;
    if (lists === 2) {
      return tell(counts, chapman(counts), "Chapman’s estimate. Its interval takes the lists for independent.", [
        "Two lists cannot show whether they are independent. If being on one list makes the other more " +
          "likely, the true total is larger; if less likely, smaller. Look for a third list.",
      ]);
    }
    said.textContent = "Drawing tables at random …";
    const models = allModels(lists, counts), [best] = models, random = generator(SEED), totals = [];
    for (let drawn = 0; drawn < REPEATS; drawn++) {
      totals.push(allModels(lists, redrawn(counts, random))[0]?.total ?? Infinity);
      if (drawn % AT_ONCE === 0) await new Promise((done) => setTimeout(done));
      if (mine !== run) return;
    }
    totals.sort((a, b) => a - b);
    const near = models.filter(({ bic }) => bic <= best.bic + NEAR).map(({ total }) => total), warnings = [];
    if (near.length > 1) {
      warnings.push(`${near.length} models lie within ${NEAR} BIC points, with totals from ` +
        `${show(Math.min(...near))} to ${show(Math.max(...near))}. The table hardly tells them apart, so report both.`);
    }
    if (totals.at(-1) === Infinity) {
      warnings.push("Some of the tables drawn have no estimate, and count as totals without limit.");
    }
    const chosen = best.pairs.length
      ? `these pairs depend on each other: ${best.pairs.map(inWords).join("; ")}`
      : "the lists are independent";
    const how = `Best model by BIC, of ${2 ** pairsOf(lists).length}: ${chosen}. For the interval, ${REPEATS} tables ` +
      "were drawn at random from yours, and the model was chosen anew for each. Other draws would move the limits.";
    tell(counts, { total: best.total, limits: [0.025, 0.975].map((share) => quantile(totals, share)) }, how, warnings);
  };

  // Fill the form from rows of zeros and ones with their cases; a first row may name the lists.
  const paste = () => {
    clear();
    const rows = pasted.value.split("\n").filter((row) => row.trim())
      .map((row) => row.split(/[\t;,]/).map((each) => each.trim().replace(/^"(.*)"$/, "$1")));
    const lists = (rows[0] ?? []).length - 1;
    if (lists < 2 || lists > 4) {
      return refuse("The first row must have two to four lists and then the cases, with commas or tabs between.");
    }
    const titled = rows[0].slice(0, lists).some((each) => !/^[01]$/.test(each));
    const counts = range(2 ** lists - 1).map(() => 0), seen = [];
    for (const [at, row] of rows.entries()) {
      if (titled && at === 0) continue;
      const flags = row.slice(0, lists), history = sum(flags.map((flag, list) => (flag === "1" ? 1 << list : 0)));
      if (row.length !== lists + 1 || flags.some((flag) => !/^[01]$/.test(flag))) {
        return refuse(`Row ${at + 1} needs ${lists} zeros or ones and then the cases.`);
      }
      if (!history) return refuse(`Row ${at + 1} names no list. Cases on no list are what is estimated.`);
      if (seen.includes(history)) return refuse(`Row ${at + 1} has the same lists as a row above it. Add their cases.`);
      seen.push(history);
      counts[history - 1] = row[lists];
    }
    lay(lists, titled ? rows[0].slice(0, lists) : [], counts);
    said.textContent = "The fields are filled in. Combinations without a row have 0 cases.";
  };

  form.addEventListener("submit", (event) => (event.preventDefault(), estimate()));
  form.addEventListener("input", ({ target }) => {
    if (target === number) lay(Number(number.value));
    else if (target === pasted) paste();
    else clear();
    if (names.contains(target)) relabel();
  });
  form.querySelector("[type=button]").addEventListener("click", (event) => {
    pasted.value = event.target.dataset.example;
    paste();
    estimate();
  });
  lay(3);
  form.hidden = false;
}
