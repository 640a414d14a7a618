"use strict";
const report = JSON.parse(document.getElementById("data").textContent);
const INFINITE = 1e300; // what is more stands for an infinite error
const at = (id) => document.getElementById(id);
const backends = report.backends.map((each) => each.name);
const byKey = new Map(report.outcomes.map((each) => [[each.loss, each.check, each.backend].join("\n"), each]));
const summaries = new Map(report.checks.map((each) => [each.name, each.summary]));
const present = new Set(report.outcomes.filter((each) => each.comparisons).map((each) => each.check));
const oracles = new Set(report.backends.filter((each) => each.engine === "oracle").map((each) => each.name));
const names = report.checks.flatMap((each) => [each.name, `${each.name}, pairwise`]).filter((each) => present.has(each));
const hidden = new Set();

/* --- elements ------------------------------------------------------------------------------------------------------ */

function make(tag, attributes = {}, ...children) {
  const svg = ["svg", "path", "g", "line", "rect", "text", "title"].includes(tag);
  const element = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((each) => each !== null && each !== ""));
  return element;
}

function star(points, inner) {
  const corner = (i) => {
    const radius = i % 2 ? inner : 6, angle = (Math.PI * i) / points - Math.PI / 2;
    return `${(radius * Math.cos(angle)).toFixed(2)},${(radius * Math.sin(angle)).toFixed(2)}`;
  };
  return `M${Array.from({ length: 2 * points }, (_, i) => corner(i)).join("L")}Z`;
}

const SHAPES = [
  "M5,0A5,5 0 1,1 -5,0A5,5 0 1,1 5,0Z", "M-4.5,-4.5H4.5V4.5H-4.5Z", "M0,-6L6,0L0,6L-6,0Z", "M0,-5.5L5.5,4.5H-5.5Z",
  "M0,5.5L5.5,-4.5H-5.5Z", "M-5,0H5M0,-5V5", "M-4,-4L4,4M-4,4L4,-4", star(5, 2.6), "M-5,-5H5L-5,5H5Z", star(3, 3.4),
  "M-5.5,-2H5.5V2H-5.5Z", "M-2,-5.5H2V5.5H-2Z",
];
const shape = (name) => SHAPES[backends.indexOf(name) % SHAPES.length];
const colour = (name) => `var(--m${backends.indexOf(name) % 5})`;

function mark(name) {
  const path = make("path", { class: "glyph", d: shape(name), style: `color:${colour(name)}` });
  return make("svg", { class: "mark", viewBox: "-7 -7 14 14", "aria-hidden": "true" }, path);
}

/* --- words --------------------------------------------------------------------------------------------------------- */

function figure(x, digits = 1) {
  if (x >= INFINITE) return "∞";
  if (x === 0) return "0";
  return x >= 1e4 || x < 0.01 ? power(x, digits) : x >= 100 ? x.toFixed(0) : x.toFixed(x < 0.1 ? 2 : 1);
}
const power = (x, digits = 1) => x.toExponential(digits).replace("e+", "e").replace(".0e", "e");
const limit = (x) => (x && x < 0.01 ? power(x) : String(+x.toPrecision(3)));
const amount = (x, unit) => `${figure(x)}${unit ? ` ${unit}` : ""}`;
const thousands = (n) => n.toLocaleString("en").replaceAll(",", "\u202f");
const count = (n, one, many = `${one}s`) => `${thousands(n)} ${n === 1 ? one : many}`;
const share = (each) => (each.limit ? each.worst / each.limit : each.worst ? 1 : 0);
const sum = (list, of) => list.reduce((total, each) => total + of(each), 0);
const failed = (each) => each.failures.filter((failure) => !failure.known).length;
const deviating = (each) => each.failures.length - failed(each);
const closest = (list) => list.reduce((best, each) => (!best || share(each) > share(best) ? each : best), null);

/* --- what the address says ----------------------------------------------------------------------------------------- */

const asked = () => Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
const address = (parts) => `#${new URLSearchParams(Object.entries(parts).filter(([, value]) => value))}`;
const found = (loss, check, backend) => byKey.get([loss, check, backend].join("\n"));
const outcomesOf = (loss, check) =>
  backends.flatMap((backend) => (check ? [check] : names).map((name) => found(loss, name, backend))).filter(Boolean);

/* --- the head of the page ------------------------------------------------------------------------------------------ */

function head() {
  const { totals, absent, stale, worse } = report;
  const problems = [
    ...Object.entries(absent).map(([name, why]) => `${name} was asked for and is not here: ${why}`),
    ...stale.map((each) => `A known deviation did not show: ${each}`),
    ...worse.map((each) => `Worse than before: ${each}`),
  ];
  const bad = totals.failed || problems.length || !totals.comparisons;
  const words = !totals.comparisons ? "Nothing was compared"
    : totals.failed ? `${thousands(totals.failed)} of ${count(totals.comparisons, "comparison")} failed`
    : problems.length ? "Every comparison passes, and yet"
    : backends.length > 1 ? "Every backend agrees, with each other and with the truth" : "Every comparison passes";
  at("verdict").className = bad ? "bad" : "good";
  at("verdict").append(`${bad ? "✗" : "✓"} ${words}`);
  at("problems").append(...problems.map((each) => make("li", {}, each)));
  const date = new Date(report.date);
  const day = date.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  const libraries = Object.entries(report.libraries).map(([name, version]) => `${name} ${version}`).join(", ");
  const own = count(backends.length - oracles.size, "backend"), others = oracles.size ? ` and ${count(oracles.size, "other project")}` : "";
  const minutes = report.seconds < 100 ? `${Math.round(report.seconds)} s` : `${Math.round(report.seconds / 60)} min`;
  at("facts").append(
    `${count(totals.comparisons, "comparison")} of ${count(report.losses.length, "loss", "losses")} on ` +
    `${own}${others}: ${thousands(totals.passed)} passed, ${thousands(totals.known)} known to deviate, ` +
    `${thousands(totals.failed)} failed. Profile “${report.profile}”, ${day}, ${report.date.slice(11, 16)} UTC, ${minutes}. ` +
    `${libraries}, Python ${report.machine.python}, ${report.machine.system}.`);
}

/** A name that may break into lines after its colons and underscores. */
const breakable = (name) => name.split(/(?<=[:_.-])/).flatMap((part, i) => (i ? [make("wbr"), part] : [part]));

function cards() {
  const about = (...lines) => lines.map((each) => make("span", { class: "about" }, each));
  const card = (each) => make("button", {
    class: "backend", type: "button", "aria-pressed": "true", title: "Show or hide its column",
    onclick: (event) => {
      if (!hidden.delete(each.name)) hidden.add(each.name);
      event.currentTarget.setAttribute("aria-pressed", String(!hidden.has(each.name)));
      draw();
    },
  }, mark(each.name), make("span", { class: "name" }, breakable(each.name)),
  oracles.has(each.name) ? about(each.version) : about(`${each.version}, on ${each.device}`, `gradients: ${each.engine}`));
  const away = (name, text, kind) =>
    make("div", { class: `backend away ${kind}` }, make("span"), make("span", { class: "name" }, name), about(text));
  at("backends").append(
    ...report.backends.filter((each) => !oracles.has(each.name)).map(card),
    ...Object.keys(report.absent).map((name) => away(name, "✗ asked for, not here", "absent")),
    ...report.untested.map((name) => away(name, "not tested in this run", "")));
  at("oracles").append(...report.backends.filter((each) => oracles.has(each.name)).map(card));
  at("others").hidden = !oracles.size;
}

/* --- cells --------------------------------------------------------------------------------------------------------- */

/** The look of some outcomes in one cell; `shown` is the one whose error it tells. */
function look(outcomes, shown) {
  const failures = sum(outcomes, failed), known = sum(outcomes, deviating), compared = sum(outcomes, (each) => each.comparisons);
  const star = known ? "*" : "";
  if (failures) return { kind: "fails", text: `✗ ${failures}`, say: `${count(failures, "comparison")} failed` };
  if (!compared) return { kind: "empty", text: "–", say: "nothing to compare" };
  const kind = known ? "deviates" : !shown || shown.worst === 0 ? "exact" : "";
  const say = `${count(compared, "comparison")}${known ? `, ${known} known to deviate` : ""}`;
  if (!shown || !shown.unit) return { kind, text: `✓${star}`, say, share: 0 };
  return {
    kind, text: `${figure(shown.worst, 0)}${star}`, share: Math.min(1, share(shown)),
    say: `${say}; worst ${amount(shown.worst, shown.unit)} of ${limit(shown.limit)} at ${shown.at}`,
  };
}

/** The first of the other projects stands apart from the backends. */
const apart = (backend) => (oracles.size && backend === columns().find((each) => oracles.has(each)) ? "apart" : null);

function cell(parts, outcomes, shown, chosen) {
  const { kind, text, say, share: part } = look(outcomes, shown);
  const label = [parts.loss, parts.check, parts.backend].filter(Boolean).join(", ");
  return make("td", { class: apart(parts.backend) }, make("a", {
    class: `cell ${kind}${chosen ? " chosen" : ""}`, href: address(parts), style: `--share:${part ?? 0}`, title: `${label}: ${say}`,
    "aria-label": `${label}: ${say}`, tabindex: "-1",
  }, text));
}

function heading(first) {
  const title = (name) => {
    const [library, rest] = name.split(/:(.*)/);
    return make("th", { scope: "col", class: apart(name) }, mark(name), make("span", {}, make("b", {}, breakable(library)), rest ?? ""));
  };
  return make("thead", {}, make("tr", {}, make("th", { scope: "col" }, make("span", { hidden: true }, first)), columns().map(title)));
}
const columns = () => backends.filter((each) => !hidden.has(each));

function fill(table, first, rows) {
  table.className = `matrix${columns().length > 8 ? " dense" : ""}`;
  table.style.setProperty("--n", columns().length);
  table.replaceChildren(heading(first), make("tbody", {}, rows));
  walk(table);
  return table;
}

/** Arrow keys move between the cells of a table, of which one takes part in the order of the Tab key. */
function walk(table) {
  const rows = [...table.tBodies[0].rows].map((row) => [...row.cells].map((each) => each.querySelector(".cell")));
  const entry = rows.flat().find(Boolean);
  if (entry) entry.tabIndex = 0;
  table.onkeydown = (event) => {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    const y = rows.findIndex((row) => row.includes(document.activeElement));
    if (!step || y < 0) return;
    let [row, column] = [y, rows[y].indexOf(document.activeElement)], next;
    do {
      [row, column] = [row + step[0], column + step[1]];
      next = rows[row]?.[column];
    } while (next === null);
    if (next) { event.preventDefault(); document.activeElement.tabIndex = -1; next.tabIndex = 0; next.focus(); }
  };
}

/* --- loss x backend ------------------------------------------------------------------------------------------------ */

function matrix() {
  const check = at("check").value, text = at("filter").value.trim().toLowerCase(), where = asked();
  const speaks = (loss) => `${loss} ${outcomesOf(loss, check).flatMap((each) =>
    each.failures.map((failure) => `${each.check} ${each.backend} ${failure.sample} ${failure.what} ${failure.message}`)).join(" ")}`;
  const losses = report.losses.map((each) => each.name).filter((loss) => {
    const mine = outcomesOf(loss, check).filter((each) => !hidden.has(each.backend));
    return (!at("failing").checked || sum(mine, failed)) && (!text || speaks(loss).toLowerCase().includes(text));
  });
  const rows = losses.map((loss) => make("tr", { class: loss === where.loss ? "here" : null },
    make("th", { scope: "row" }, make("a", { href: address({ loss, check }) }, breakable(loss))),
    columns().map((backend) => {
      const mine = outcomesOf(loss, check).filter((each) => each.backend === backend);
      const shown = mine.find((each) => each.check === (check || "values") && each.comparisons);
      return cell({ loss, check, backend }, mine, shown ?? closest(mine.filter((each) => each.unit)), loss === where.loss && backend === where.backend);
    })));
  fill(at("matrix"), "loss", rows);
  at("none").hidden = losses.length > 0;
  at("said").textContent = check ? summary(check) : "In each cell the worst error of the values, or what fails in any check.";
}

function summary(check) {
  const [name, pairwise] = check.split(", ");
  return pairwise ? `Each backend against every other, in the check “${name}”.` : summaries.get(name) ?? "";
}

function legend() {
  const sample = (kind, text, words) => make("span", {}, make("i", { class: `cell ${kind}`, style: "font-style:normal" }, text), words);
  at("legend").append(
    make("span", {}, "worst error: 0", make("i", { class: "ramp" }), "its limit"),
    sample("fails", "✗ 3", "comparisons failed"), sample("deviates", "1.5*", "known deviation among them"),
    sample("exact", "✓", "passed, no error to measure"), sample("empty", "–", "nothing to compare"));
}

/* --- one loss ------------------------------------------------------------------------------------------------------ */

function detail() {
  const { loss, backend, check: named } = asked();
  const record = report.losses.find((each) => each.name === loss);
  at("detail").hidden = !record;
  if (!record) return;
  const all = outcomesOf(loss).filter((each) => !hidden.has(each.backend));
  const failing = all.find((each) => failed(each) && (!backend || each.backend === backend));
  const check = names.includes(named) ? named : failing?.check ?? (names.includes("values") ? "values" : names[0]);
  const mine = all.filter((each) => each.check === check);
  at("detail").replaceChildren(
    make("div", { class: "head" }, make("h2", {}, loss), make("a", { class: "close", href: "#matrix-title" }, "close")),
    make("p", { class: "quiet" }, `${count(sum(all, (each) => each.comparisons), "comparison")}, ${sum(all, failed)} failed` +
      `${sum(all, deviating) ? `, ${sum(all, deviating)} known to deviate` : ""}.`),
    allowance(record),
    make("h3", {}, "Checks"), make("div", { class: "scroll" }, checksTable(loss, check, backend)),
    make("h3", {}, `${check}${backend ? ` on ${backend}` : ""}`), make("p", { class: "quiet" }, summary(check)),
    plot(record, mine, backend), make("div", { class: "scroll" }, facts(mine, backend)), failures(mine, backend));
}

function allowance({ allowance: { reason, ulps, scale } }) {
  const size = scale === null ? "of each one's parts" : limit(scale);
  const room = `Values may be ${limit(ulps)} ULP off${scale === 0 ? "" : `, taken at the size ${size} where a value is smaller`}`;
  return make("p", { class: reason ? "why" : "quiet" }, reason ? `${room}: ${reason.replace(/\.?$/, ".")}` : `${room}.`);
}

function checksTable(loss, check, backend) {
  const rows = names.filter((name) => outcomesOf(loss, name).length).map((name) => make("tr", { class: name === check ? "here" : null },
    make("th", { scope: "row" }, make("a", { href: address({ loss, check: name }), title: summary(name) }, name)),
    columns().map((each) => {
      const one = found(loss, name, each);
      return one ? cell({ loss, check: name, backend: each }, [one], one, name === check && each === backend) : make("td", { class: apart(each) });
    })));
  return fill(make("table"), "check", rows);
}

const STATUS = { passed: ["✓ passed", "good"], failed: ["✗ failed", "bad"], known: ["* known deviation", "known"], nothing: ["– nothing to compare", "quiet"] };

function facts(outcomes, backend) {
  const titles = [["backend"], ["status"], ["comparisons", "n"], ["worst", "n"], ["limit", "n"], ["where", "wide"], ["time", "n"]];
  const row = (each) => {
    const [words, kind] = STATUS[each.status], some = each.comparisons && each.unit;
    return make("tr", { class: each.backend === backend ? "here" : null },
      make("td", {}, mark(each.backend), each.backend), make("td", { class: kind }, words),
      make("td", { class: "n" }, String(each.comparisons)), make("td", { class: "n" }, some ? figure(each.worst) : ""),
      make("td", { class: "n" }, some ? `${limit(each.limit)} ${each.unit}` : ""),
      make("td", { class: "wide" }, some && each.worst ? each.at : ""),
      make("td", { class: "n" }, !each.seconds ? "" : `${each.seconds.toFixed(1)} s`));
  };
  return make("table", { class: "facts" },
    make("thead", {}, make("tr", {}, titles.map(([text, kind]) => make("th", { scope: "col", class: kind ?? null }, text)))),
    make("tbody", {}, outcomes.map(row)));
}

/** What fails, by backend and sample: one command shows it. */
function failures(outcomes, backend) {
  const groups = new Map();
  for (const each of outcomes.filter((one) => !backend || one.backend === backend))
    for (const failure of each.failures) {
      const key = `${each.backend} · ${failure.sample}`;
      groups.set(key, [...(groups.get(key) ?? []), failure]);
    }
  if (!groups.size) return "";
  const list = make("ul", { class: "failures" }), all = [...groups], FEW = 20;
  const show = (some) => list.append(...some.map(([where, each]) => make("li", { class: each.every((one) => one.known) ? "excused" : null },
    make("div", { class: "where" }, where), each.map(complaint),
    make("div", { class: "command" }, make("code", { tabindex: "0" }, each[0].command), copier(each[0].command)))));
  show(all.slice(0, FEW));
  const more = all.length > FEW && make("button", {
    class: "more", type: "button", onclick: () => { more.remove(); show(all.slice(FEW)); },
  }, `Show ${all.length - FEW} more`);
  const title = all.every(([, each]) => each.every((one) => one.known)) ? "Known deviations" : "Failures";
  return make("div", {}, make("h3", {}, title), list, more || "");
}

const complaint = ({ what, message, known }) => make("div", { class: "message" },
  make("span", { class: "quiet" }, `${what}: `), message, known ? make("div", { class: "known" }, `known: ${known}`) : "");

function copier(text) {
  return make("button", { type: "button", onclick: async ({ currentTarget: button }) => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch { // a page from a file has no clipboard of its own
      getSelection().selectAllChildren(button.previousSibling);
      button.textContent = document.execCommand("copy") ? "Copied" : "Selected";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  } }, "Copy");
}

/* --- the error of each sample -------------------------------------------------------------------------------------- */

const SIZES = 7; // powers of ten that a plot shows beneath the limit

/** Error -> height of the plot: linear in ULP, logarithmic above a lane for 0 where errors have many sizes. */
function scaling(errors, allowed, height) {
  const most = Math.max(allowed, ...errors), positive = errors.filter((each) => each > 0);
  const least = Math.min(allowed || Infinity, ...positive);
  if (allowed > 0.1 && most <= 3 * allowed) {
    const top = most * 1.12, step = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].find((each) => top / each <= 6) ?? top;
    return { place: (x) => height * (1 - x / top), ticks: Array.from({ length: Math.floor(top / step) + 1 }, (_, i) => i * step) };
  }
  const low = Math.max(Math.floor(Math.log10(least)), Math.floor(Math.log10(allowed || least)) - SIZES), high = Math.max(low + 1, Math.ceil(Math.log10(most * 1.2)));
  const lane = 26, lowest = 10 ** low, step = Math.ceil((high - low) / 6);
  const powers = Array.from({ length: Math.floor((high - low) / step) + 1 }, (_, i) => 10 ** (low + i * step));
  const place = (x) => (x < lowest ? height : (height - lane) * (1 - (Math.log10(x) - low) / (high - low)));
  return { place, ticks: [0, ...powers], bottom: least < lowest ? `<${power(lowest)}` : "0" };
}

function plot(record, outcomes, backend) {
  const measured = outcomes.filter((each) => each.errors.length);
  const labels = record.samples.map((label, i) => ({ label, i }))
    .filter(({ i }) => measured.some((each) => (each.errors[i] ?? null) !== null));
  const mishap = (each, label) => { // "bad", "known" or nothing
    const mine = each.failures.filter((failure) => failure.sample === label);
    return mine.length ? (mine.every((failure) => failure.known) ? "known" : "bad") : null;
  };
  if (!labels.length) return make("p", { class: "quiet" }, "Nothing here is measured: it holds or it does not.");
  const finite = measured.flatMap((each) => each.errors.filter((error) => error !== null && error < INFINITE));
  if (!Math.max(0, ...finite) && !measured.some((each) => each.failures.length))
    return make("p", { class: "quiet" }, `No error at all: ${count(labels.length, "sample")}, each exact.`);
  const left = 58, top = 36, height = 250, wide = Math.max(at("detail").clientWidth, 320) - left - 4;
  const step = Math.min(64, Math.max(13, wide / labels.length)), width = Math.max(wide, step * labels.length);
  const allowed = Math.max(...measured.map((each) => each.limit));
  const { place, ticks, bottom = "0" } = scaling(finite, allowed, height);
  const cursor = make("rect", { class: "cursor", y: top - 10, width: step, height: height + 20, x: -99 });
  const svg = make("svg", {
    class: "plot", width: left + width + 4, height: top + height + 30, tabindex: "0", role: "application",
    "aria-label": `Error of each sample in ${measured[0].unit}; arrow keys go through the samples`,
  });
  svg.append(
    make("rect", { class: "over-limit", x: left, y: top - 10, width, height: Math.max(0, place(allowed) + 10) }),
    ...ticks.map((each) => make("g", {},
      make("line", { class: "grid", x1: left, x2: left + width, y1: top + place(each), y2: top + place(each) }),
      make("text", { x: left - 8, y: top + place(each) + 4, "text-anchor": "end" }, each ? figure(each).replace(/\.0$/, "") : bottom))),
    make("line", { class: "limit", x1: left, x2: left + width, y1: top + place(allowed), y2: top + place(allowed) }),
    make("text", { class: "limit-text", x: left, y: top - 18 }, `limit ${limit(allowed)} ${measured[0].unit}`),
    make("text", { x: left, y: top + height + 22 }, `${count(labels.length, "sample")}, one column each →`), cursor);
  measured.forEach((each, n) => {
    const off = (n - (measured.length - 1) / 2) * Math.min(5, (step - 6) / measured.length);
    svg.append(make("g", { class: backend && each.backend !== backend ? "dim" : null, style: `color:${colour(each.backend)}` },
      labels.map(({ label, i }, column) => {
        const error = each.errors[i] ?? null;
        if (error === null) return "";
        const wrong = mishap(each, label), out = error >= INFINITE || (wrong && error <= each.limit);
        const x = left + (column + 0.5) * step + off, y = out ? top - 2 : top + place(error);
        return make("path", {
          class: "glyph", d: shape(each.backend), transform: `translate(${x.toFixed(1)},${y.toFixed(1)}) scale(.72)`,
          style: wrong ? `color:var(--${wrong})` : null,
        });
      })));
  });
  const said = (each, label, error) =>
    mishap(each, label) && error <= each.limit ? { bad: "✗", known: "known deviation" }[mishap(each, label)] : figure(error);
  const readout = make("div", { class: "readout", "aria-live": "polite" });
  const chosen = measured.filter((each) => !backend || each.backend === backend);
  const worst = labels.map(({ i }) => Math.max(0, ...chosen.map((each) => each.errors[i] ?? 0)));
  const broken = labels.findIndex(({ label }) => chosen.some((each) => mishap(each, label) === "bad"));
  const home = broken < 0 ? worst.indexOf(Math.max(...worst)) : broken;
  let now = home;
  const point = (column) => {
    now = Math.min(labels.length - 1, Math.max(0, column));
    cursor.setAttribute("x", left + now * step);
    const { label, i } = labels[now], tried = measured.filter((each) => (each.errors[i] ?? null) !== null);
    readout.replaceChildren(make("b", {}, label), ...tried.map((each) => make("span", {
      class: mishap(each, label),
    }, mark(each.backend), `${each.backend} ${said(each, label, each.errors[i])}`)));
  };
  const under = (event) => point(Math.floor((event.clientX - svg.getBoundingClientRect().left - left) / step));
  svg.addEventListener("pointermove", under);
  svg.addEventListener("pointerdown", under);
  svg.addEventListener("keydown", (event) => {
    const move = { ArrowRight: 1, ArrowLeft: -1, Home: -labels.length, End: labels.length }[event.key];
    if (move) { event.preventDefault(); point(now + move); }
  });
  point(home);
  return make("div", {}, make("div", { class: "scroll" }, svg), readout);
}

/* --- all together -------------------------------------------------------------------------------------------------- */

function draw() {
  matrix();
  detail();
}

let last = "";

/** Follow the address: to another loss, or within the one that is open. */
function go() {
  const { loss = "" } = asked();
  draw();
  if (loss && loss === last) at("detail").querySelector(".cell.chosen, .here a")?.focus({ preventScroll: true });
  else if (!at("detail").hidden) { at("detail").scrollIntoView(); at("detail").focus({ preventScroll: true }); }
  last = loss;
}

head();
cards();
legend();
at("check").append(make("option", { value: "" }, "all checks"), ...names.map((each) => make("option", { value: each }, each)));
at("filter").addEventListener("input", matrix);
at("check").addEventListener("change", matrix);
at("failing").addEventListener("change", matrix);
addEventListener("hashchange", go);
let width = innerWidth;
addEventListener("resize", () => { if (innerWidth !== width) { width = innerWidth; detail(); } });
go();
document.body.setAttribute("data-drawn", "");
