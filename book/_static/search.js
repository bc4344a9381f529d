// The search page. It loads search/index.js (made by bookmaking.site.search_index) and MiniSearch,
// and for the places that it shows their texts. All are scripts: a page on a disk may fetch nothing else.
(function () {
  "use strict";
  const index = window.bookIndex;
  const field = document.querySelector(".bd-search-container form.bd-search input");
  const status = document.getElementById("search-status");
  const results = document.getElementById("search-results");
  const root = results.dataset.root;
  const ENOUGH = 12, AS_GOOD = 0.6, PLACES_OF_A_PAGE = 3, PAGES_AT_ONCE = 8, EXCERPT = 240;
  const LABELS = {
    page: "Page", state: "State", section: "Section", figure: "Figure", table: "Table",
    line: "Line of the note", term: "Glossary", data: "Data", source: "Source", code: "Package",
  };
  // How much a place counts: definitions and figures before the lists that mention everything.
  const WEIGHTS = {
    page: 1.7, state: 1.1, section: 1, figure: 0.8, table: 0.75, line: 0.6, term: 1, data: 0.25, source: 0.1, code: 0.5,
  };

  // ---- Words

  const stop = new Set(index.stop);
  const stemmer = new Stemmer();
  const stems = new Map();
  const WORD = /\d+(?:[.,]\d+)+|[\p{L}\p{N}]+/gu;

  const plain = (text) =>
    text.replace(/’/g, "'").replace(/ı/g, "i").normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const wordsOf = (text) => plain(text).match(WORD) || [];

  // One spelling for British and American English, then the stem.
  function stemOf(word) {
    let stem = stems.get(word);
    if (stem === undefined) {
      const one = word
        .replace(/our/g, "or").replace(/is(?=(e[sdr]?|ers?|ing|ations?|ational)$)/, "iz").replace(/ys(?=(e[sdr]?|ing)$)/, "yz")
        .replace(/tre(?=s?$)/, "ter").replace(/ogue(?=s?$)/, "og").replace(/mme(?=s?$)/, "m")
        .replace(/enc(?=e[sd]?$)/, "ens").replace(/ll(?=(ed|ing|ers?|ment)$)/, "l");
      stem = /\d/.test(one) ? one : stemmer.stemWord(one);
      stems.set(word, stem);
    }
    return stem;
  }

  // ---- The index

  function eachWord(listed, take) {
    for (const line of listed.split("\n").filter(Boolean)) {
      const [word, ...steps] = line.split(" ");
      let place = 0;
      for (const step of steps) take((place += parseInt(step, 36)), word);
    }
  }
  const isOfState = (place) => index.pages[place[0]][0].startsWith("book/states/");
  const alike = (place) => (isOfState(place) && index.alike[place[2]]) || ["", ""];
  const lacking = index.places.map(() => new Set());
  eachWord(index.lacking, (id, word) => lacking[id].add(word));
  const texts = index.places.map((place, id) => alike(place)[0].split(" ").filter((word) => !lacking[id].has(word)));
  eachWord(index.words, (id, word) => texts[id].push(word));
  const subjects = new Map(index.subjects);
  const search = new MiniSearch({
    fields: ["title", "page", "subject", "heads", "text"],
    tokenize: wordsOf,
    processTerm: (word) => (stop.has(word) || word.length < 2 ? null : stemOf(word)),
  });
  const kindOf = (place) => index.kinds[place[1]];
  for (const place of index.places) {
    if (kindOf(place) === "source") place[2] = `source-${place[2]}`;
    place[3] ??= "";
  }
  // A State whose table lacks a row is not found by its head.
  const headsOf = (place, id) => alike(place)[1].split(" ").filter((word) => texts[id].includes(word)).join(" ");
  search.addAll(index.places.map((place, id) => {
    const [, title, names] = index.pages[place[0]];
    const above = place[2] ? `${title} ${names}` : names; // the title of a page counts once
    return { id, title: place[3], page: above, subject: subjects.get(id) || "", heads: headsOf(place, id), text: texts[id].join(" ") };
  }));
  const lines = new Map();
  index.places.forEach((place, id) => {
    if (kindOf(place) === "line") lines.set(place[2].replace(/^line|-/g, ""), id);
  });

  // ---- A word that stands nowhere, and the nearest that several places have

  const SEVERAL = 3;
  const placesWith = new Map();
  for (const text of texts) for (const word of text) placesWith.set(word, (placesWith.get(word) || 0) + 1);
  const known = new Set([...placesWith.keys(), ...index.places.flatMap((place) => wordsOf(place[3]))].map(stemOf));

  // How many letters one word must change, add or lose to become another.
  function distance(one, other) {
    let row = [...Array(other.length + 1).keys()];
    for (let i = 1; i <= one.length; i++) {
      const next = [i];
      for (let j = 1; j <= other.length; j++)
        next.push(Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (one[i - 1] !== other[j - 1])));
      row = next;
    }
    return row[other.length];
  }
  function nearest(word) {
    const most = word.length < 8 ? 1 : 2;
    const near = [...placesWith].filter(([other, places]) => places >= SEVERAL && Math.abs(other.length - word.length) <= most)
      .map(([other, places]) => [distance(word, other), -places, other]).filter(([far]) => far <= most);
    return near.sort(([far, few], [far2, few2]) => far - far2 || few - few2)[0]?.[2];
  }
  // The query in known words; empty if all are known, or nothing is near.
  function meant(query) {
    const words = wordsOf(query);
    const better = words.map((word) => (word.length < 4 || /\d/.test(word) || known.has(stemOf(word)) ? word : nearest(word) ?? word));
    return better.join(" ") === words.join(" ") ? "" : better.join(" ");
  }

  // ---- Searching

  const typing = (word) => (/\d/.test(word) || word.length < 4 ? false : word.length < 8 ? 1 : 2);
  const WAYS = [
    { combineWith: "AND", prefix: (word) => word.length > 2 },
    { combineWith: "AND", prefix: (word) => word.length > 3, fuzzy: typing },
    { combineWith: "OR", prefix: (word) => word.length > 3, fuzzy: typing },
  ];
  const WORTH_OF_WAY = [1, 0.7, 0.5];
  const OPTIONS = {
    boost: { title: 4, page: 3, subject: 2, heads: 3, text: 1 },
    weights: { fuzzy: 0.3, prefix: 0.5 },
    boostDocument: (id) => WEIGHTS[kindOf(index.places[id])],
  };

  // Each wording: as typed, and with the book's names in place of the reader's.
  function wordings(query) {
    const words = wordsOf(query).map((word) => word.replace(/^(\d+),(\d{1,2})$/, "$1.$2")).join(" ");
    const found = [words];
    for (const [typed, meant] of Object.entries(index.names))
      if (` ${words} `.includes(` ${typed} `)) found.push(` ${words} `.replace(` ${typed} `, ` ${meant} `).trim());
    return found;
  }

  function find(query) {
    const found = new Map();
    WAYS.forEach((way, rank) => {
      if (rank && [...found.keys()].filter((id) => !isApart(index.places[id])).length >= ENOUGH) return;
      for (const wording of wordings(query))
        for (const hit of search.search(wording, { ...OPTIONS, ...way })) {
          const before = found.get(hit.id);
          if (before && before.rank < rank) continue;
          if (!before || before.score < hit.score) found.set(hit.id, { ...hit, rank });
        }
    });
    const asked = wordsOf(query), terms = new Set(asked.filter((word) => !stop.has(word)).map(stemOf));
    for (const hit of found.values()) {
      hit.share = Math.min(new Set(hit.queryTerms).size / terms.size, 1); // of the words that were typed
      hit.score *= worth(hit, asked) * hit.share ** 2 * WORTH_OF_WAY[hit.rank];
    }
    return [...found.values()].sort((a, b) => b.score - a.score);
  }

  // A title that was typed, and is half of the query, counts more, one that many pages have ("Exercises") less, and a State that
  // nobody named still less, since its page has the same parts as all others.
  const pagesWith = new Map();
  for (const place of index.places)
    if (place[3] && !isOfState(place)) pagesWith.set(place[3], (pagesWith.get(place[3]) || 0) + 1);
  function worth(hit, asked) {
    const place = index.places[hit.id];
    if (isOfState(place) && !namesPage(hit)) return 0.2;
    if (pagesWith.get(place[3]) > 4) return 0.4;
    const phrases = [place[3], ...(subjects.get(hit.id) || "").split("; ")].map(wordsOf);
    const typed = (phrase) => phrase.length && phrase.length * 2 >= asked.length &&
      phrase.every((word) => (stop.has(word) ? asked.includes(word) : hit.terms.includes(stemOf(word))));
    return phrases.some(typed) ? 3 : 1;
  }
  function namesPage(hit) {
    const naming = kindOf(index.places[hit.id]) === "state" ? ["page", "title"] : ["page"];
    return Object.entries(hit.match).some(([term, fields]) => term !== "state" && naming.some((field) => fields.includes(field)));
  }

  // Pages on how the book is made name everything, so what is found there stands below.
  const apart = new Set(index.apart);
  const isApart = (place) => apart.has(place[0]);

  const lineNamed = (query) => lines.get(plain(query).replace(/[\s-]+/g, ""));

  // ---- Showing

  const element = (tag, className, ...contents) => {
    const made = document.createElement(tag);
    if (className) made.className = className;
    made.append(...contents);
    return made;
  };
  const addressOf = (place) => `${root}${index.pages[place[0]][0]}.html${place[2] && "#" + place[2]}`;

  function marked(text, terms) {
    const made = document.createDocumentFragment();
    let end = 0;
    for (const match of text.matchAll(WORD)) {
      if (!terms.has(stemOf(plain(match[0])))) continue;
      made.append(text.slice(end, match.index), element("mark", "", match[0]));
      end = match.index + match[0].length;
    }
    made.append(text.slice(end));
    return made;
  }

  // The stretch of a text that has most different words of the query.
  function excerpt(text, terms) {
    const hits = [...text.matchAll(WORD)].filter((match) => terms.has(stemOf(plain(match[0]))));
    let best = 0, most = 0;
    for (const hit of hits) {
      const near = hits.filter((other) => other.index >= hit.index && other.index < hit.index + EXCERPT - 60);
      const different = new Set(near.map((other) => stemOf(plain(other[0])))).size;
      if (different > most) [best, most] = [hit.index, different];
    }
    const sentence = text.lastIndexOf(". ", best) + 2;
    let start = best - sentence < 90 ? (sentence === 1 ? 0 : sentence) : text.indexOf(" ", best - 60) + 1;
    if (best < 90) start = 0;
    const rest = text.slice(start, start + EXCERPT);
    const cut = start + EXCERPT < text.length ? rest.replace(/\s+\S*$/, " …") : rest;
    return (start && start !== sentence ? "… " : "") + cut;
  }

  const waiting = {}, loaded = {};
  window.bookTexts = (page, of) => { loaded[page] = of; };
  const first = new Map();
  index.places.forEach((place, id) => { if (!first.has(place[0])) first.set(place[0], id); });
  function textOf(id) {
    const page = index.pages[index.places[id][0]][0];
    waiting[page] ??= new Promise((done) => {
      const script = element("script");
      script.src = `${root}search/${page}.js`;
      script.onload = script.onerror = done;
      document.head.append(script);
    });
    return waiting[page].then(() => (loaded[page] || [])[id - first.get(index.places[id][0])] || "");
  }

  // A figure or table is told by the section that it is in: the places of a page are in its order.
  function sectionOf(id) {
    if (!["figure", "table"].includes(kindOf(index.places[id]))) return "";
    while (!["section", "page", "state"].includes(kindOf(index.places[id]))) id -= 1;
    return index.places[id][3];
  }

  function shown(hit, withPage) {
    const place = index.places[hit.id], terms = new Set(hit.terms);
    const link = element("a", "", marked(place[3] || index.pages[place[0]][1], terms));
    link.href = addressOf(place);
    const section = sectionOf(hit.id);
    const from = withPage ? ` · ${index.pages[place[0]][1]}` : section ? ` in “${section}”` : "";
    const prose = element("p", "search-excerpt");
    textOf(hit.id).then((text) => {
      if (place[3]) prose.append(marked(excerpt(text, terms), terms));
      else link.replaceChildren(marked(text, terms));
    });
    return element("li", "", link, element("span", "search-kind", LABELS[kindOf(place)] + from), prose);
  }

  // Places by page; States whose name was not asked for are one group, because their pages are alike.
  function grouped(hits) {
    const groups = new Map();
    for (const hit of hits) {
      const place = index.places[hit.id];
      const key = isApart(place) ? "Apart" : isOfState(place) && !namesPage(hit) ? "States" : place[0];
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(hit);
    }
    return [...groups].sort(([one], [other]) => (one === "Apart") - (other === "Apart"));
  }

  // The places of a page that stand open: those that fit about as well as its best.
  const front = (hits) => hits.slice(0, PLACES_OF_A_PAGE).filter((hit) => hit.score >= hits[0].score * (AS_GOOD));

  function group([key, hits]) {
    const several = key === "States" || key === "Apart";
    const title = { States: "Pages of States", Apart: "How the book is made and checked" }[key] || index.pages[key][1];
    const head = element("h2", "", title);
    head.id = `found-${key}`;
    const first = front(hits);
    const list = element("ol", "", ...first.map((hit) => shown(hit, several)));
    const made = element("section", "search-page", head, list);
    const more = hits.slice(first.length, 40);
    if (more.length) {
      const handle = element("summary", "", `${more.length} more ${more.length > 1 ? "places" : "place"} ${several ? "in" : "on"} “${title}”`);
      const fold = element("details", "", handle);
      fold.addEventListener("toggle", () => {
        if (fold.children.length === 1) fold.append(element("ol", "", ...more.map((hit) => shown(hit, several))));
      });
      made.append(fold);
    }
    return made;
  }

  // Where little fits: what others look for, and a way to say what is missing.
  function helped() {
    const links = index.subjects.map(([id, words]) => {
      const link = element("a", "", words.split("; ")[0]);
      link.href = addressOf(index.places[id]);
      return element("li", "", link);
    });
    const report = element("a", "", "Report an error");
    report.href = `${root}book/report_an_error.html`;
    return element("section", "search-help",
      element("p", "", links.length ? "Perhaps one of these subjects has what you look for. If the book lacks it, tell us: " : "If the book lacks it, tell us: ", report, "."),
      element("ul", "jumps", ...links));
  }

  function show(query) {
    results.replaceChildren();
    status.textContent = "";
    if (!query.trim()) return;
    const line = lineNamed(query);
    const hits = find(query).filter((hit) => hit.id !== line);
    if (line !== undefined) hits.unshift({ id: line, terms: [], match: {}, score: 0 });
    const groups = grouped(hits), pages = groups.length === 1 ? "1 page" : `${groups.length} pages`;
    const places = hits.length === 1 ? "1 place" : `${hits.length} places`;
    const other = hits.length && hits[0].rank ? " Some words were not found exactly as you typed them." : "";
    status.textContent = hits.length
      ? `${places} on ${pages}.${other}`
      : `Nothing was found for “${query}”. Try fewer words, or another word.`;
    const below = groups.at(-1)?.[0] === "Apart" ? groups.splice(-1) : [];
    let next = 0;
    const more = element("button", "btn search-more", "Show more pages");
    more.type = "button";
    const add = () => {
      const new_ = groups.slice(next, (next += PAGES_AT_ONCE)).map(group);
      more.before(...new_);
      more.hidden = next >= groups.length;
      return new_[0];
    };
    const better = meant(query);
    if (better) {
      const link = element("a", "", better);
      link.href = `?q=${encodeURIComponent(better)}`;
      status.append(element("span", "search-meant", " Did you mean ", link, "?"));
    }
    results.append(more, ...below.map(group));
    add();
    const onlySources = hits.every((hit) => kindOf(index.places[hit.id]) === "source");
    if (onlySources || hits[0].share < 0.5) results.append(helped());
    more.addEventListener("click", () => add()?.querySelector("a")?.focus());
  }

  // ---- The field

  const open = (query) => {
    const line = lineNamed(query);
    if (line === undefined) return false;
    location.replace(addressOf(index.places[line]));
    return true;
  };
  let pause;
  field.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(() => {
      history.replaceState(null, "", `?q=${encodeURIComponent(field.value)}`);
      show(field.value);
    }, 250);
  });
  field.form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(pause);
    if (!open(field.value)) show(field.value);
  });
  const asked = new URLSearchParams(location.search).get("q") || "";
  field.value = asked;
  field.focus();
  if (!open(asked)) show(asked);
})();
