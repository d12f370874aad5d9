// The lab of a race: its chart, its table and its sentences follow the hand on the map. While it moves they are a preview, made of the
// browser's own runs (static/descent.js); when it lets go, the server's take their place, once they are for that very start and constants.

const V = new URL(import.meta.url).search;
const [{ h, rich, write, rewrite }, { decimal }, { themeOf, TEXT, MATH, DIGITS }, M, T, preview] = await Promise.all(
  ["dom", "numbers", "theme", "methods", "marks", "preview", "looks"].map((name) => import(`./${name}.js${V}`)));

const NEAR = 1e-4, SILENT_NEAR = 0.02, MOST_BEADS = 12; // as in core/ui/racing.py and core/figures/trajectory.py
const HEADS = ["method", "steps", "gradients", "Hessians", "rate", "*f* at the end", "came to", "evidence"];
const WIDE = 30; // as in core/figures/trajectory.py
const LATER = "runs when you let go";
const PREVIEW = "A preview, computed here while the hand moves. Let go, and the runs of the server take its place.";
const KINDS = ["minimum", "maximum", "saddle"];
const EVIDENCE = { __proto__: null, exact: "exact", certified: "proved", numerical: "numerical", preview: "preview" };
const norm = (v) => Math.hypot(...v);
const title = (name) => name[0].toUpperCase() + name.slice(1);

export function lab(scene, { root, draw }) {
  const said = h("p.small"), head = h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, HEADS.map((words) => h("th", { scope: "col", role: "columnheader" }, rich(words)))));
  const body = h("tbody", { role: "rowgroup" }), ends = h("div", { role: "status" }), table = h("table.race", { role: "table", ariaLabel: "What each method came to" }, head, body);
  const rated = h("p.small"), strips = h("div.strips", { role: "group", ariaLabel: "What other rates come to" });
  root.append(said, table, ends, rated, strips);
  let lines = [], data = scene.lab.data, word = { runs: null, of: "", k: null }, shown = null, theme = dress();

  function dress() {
    const theme = themeOf(root);
    for (const [token, value] of Object.entries({ ...theme, text: TEXT, math: MATH, digits: DIGITS })) root.style.setProperty(`--${token.replace("_", "-")}`, String(value));
    return theme;
  }

  function show() {
    const foreseen = word.runs ? word : word.before && word.of && word.of !== data.of ? word.before : null, runs = foreseen?.runs ?? null;
    const { k } = word;
    if (shown && shown.runs === runs && shown.scene === scene && shown.k === k) return;
    if (runs === null) word = { ...word, before: null };
    shown = { runs, scene, k };
    const rows = runs ? data.rows.map((row) => foreseeing(row, runs, foreseen.f)) : data.rows;
    draw(upTo(runs ? charted(runs, rows) : scene, k), theme);
    root.classList.toggle("foreseen", Boolean(runs));
    table.setAttribute("aria-busy", String(Boolean(runs)));
    ends.setAttribute("aria-busy", String(Boolean(runs)));
    write(said, runs ? PREVIEW : data.said);
    rewrite(body, rows.map(({ method }) => method).join(), () => (lines = rows.map(({ method }) => tr(method))).map(({ el }) => el));
    table.hidden = !rows.length;
    rows.forEach((row, i) => lines[i].set(row));
    const sentences = rows.filter(({ steps }) => k === null || k >= steps).map(({ sentence }) => sentence).filter(Boolean);
    rewrite(ends, sentences.join("|"), () => sentences.map((text) => h("p.small", {}, text)));
    write(rated, data.rated);
    sweep();
  }

  /** The strips of the sweep; what draws them is fetched when there is one. */
  async function sweep() {
    const { sweeps } = data;
    const { strip, KEY } = sweeps.length ? await import(`./strip.js${V}`) : {};
    if (sweeps === data.sweeps) rewrite(strips, JSON.stringify(sweeps), () => (sweeps.length ? [...sweeps.map(strip), h("p.small", {}, KEY)] : []));
  }

  // ---- what a run came to, as core/ui/racing.py says it ----------------------------------------------------------

  /** What can be said of a method while the hand moves: its run here, or that it has none here. */
  function foreseeing(row, runs, f) {
    const run = runs.find(({ method }) => method === row.method);
    return run ? { ...foresee(run, f), rate: run.rate === undefined ? row.rate : decimal(run.rate) }
      : { ...row, steps: null, gradients: null, hessians: null, value: null, end: null, words: LATER, evidence: "", sentence: "" };
  }

  function foresee(run, f) {
    const { method, points, outcome } = run, moves = points.length - 1, x = points.at(-1);
    const row = { method, steps: moves, gradients: run.gradients, hessians: run.hessians, value: run.values.at(-1), end: null, words: M.OUTCOMES[outcome].slice(0, -1), evidence: "" };
    const words = M.sentence(run);
    if (outcome !== "VANISHED") return { ...row, sentence: `${title(method)}: ${words[0].toLowerCase()}${words.slice(1)}` };
    const point = nearest(x), at = point?.at ?? x;
    const end = { kind: point?.kind ?? M.kindAt(f, x), nature: point?.nature ?? null, at: at.map((v) => Number(v.toFixed(4))) };
    const kind = natureOf(end), where = vector(end.at), after = `after ${moves} step${moves === 1 ? "" : "s"}`;
    const sentence = KINDS.includes(kind) ? `${title(method)} came to the ${called(kind)} ${where} ${after}.`
      : `${title(method)} came to ${where} ${after}: a critical point where the Hessian test is silent.`;
    return { ...row, end, words: "", evidence: "preview", sentence };
  }

  /** The critical point that a run came to, when it is known. */
  function nearest(x) {
    const far = ({ at }) => norm(x.map((v, i) => v - at[i]));
    const near = data.known.filter((point) => far(point) <= (point.kind === "inconclusive" ? SILENT_NEAR : NEAR) * (1 + norm(point.at)));
    return near.sort((a, b) => far(a) - far(b))[0];
  }

  const called = (kind) => (kind === "saddle" && data.n === 1 ? "horizontal inflection" : kind);

  /** A row of the table: made once for a method, then only written where it changed. */
  function tr(method) {
    const cell = (of) => h("td", { role: "cell", ...(of ? { "data-of": of } : {}) });
    const [steps, gradients, hessians, rate, value, came, evidence] = ["steps", "gradients", "Hessians", "rate", data.name, "", ""].map(cell);
    const el = h("tr", { role: "row" }, h("th", { scope: "row", role: "rowheader" }, T.pathIcon(method), ` ${title(method)}`), steps, gradients, hessians, rate, value, came, evidence);
    return { el, set(row) {
      for (const [to, text] of [[steps, String(row.steps ?? "–")], [gradients, String(row.gradients ?? "–")], [hessians, String(row.hessians ?? "–")], [rate, row.rate], [value, decimal(Number(row.value?.toPrecision(4) ?? NaN))], [evidence, EVIDENCE[row.evidence] ?? ""]]) write(to, text);
      came.colSpan = row.end ? 1 : 2;
      evidence.hidden = !row.end;
      rewrite(came, JSON.stringify([row.end, row.words]), () => (row.end ? end(row.end) : [row.words]));
    } };
  }

  function end({ kind, nature, at }) {
    const one = (of) => [T.kindIcon(of), " ", h(`b.${of}`, {}, called(of)), " "];
    const silent = kind === "inconclusive" ? ["test silent", ...(nature === "undetermined" ? [": undecided "] : KINDS.includes(nature) ? [": ", ...one(nature)] : [" "])] : [];
    return [...(silent.length ? [T.kindIcon(kind), " ", ...silent] : one(kind)), ...(at.length > 3 ? [] : [h("span.whole", {}, vector(at))])]; // a longer place stands in the sentence
  }

  // ---- the chart, as core/figures/trajectory.py makes it ---------------------------------------------------------

  /** The value of the lowest minimum that is known: proved in the window, or reached by a run. */
  function reference(rows) {
    const proved = data.known.filter((point) => natureOf(point) === "minimum" && point.value !== null).map(({ value }) => value);
    const least = Math.min(...proved), reached = rows.filter(({ end }) => end && natureOf(end) === "minimum").map(({ value }) => value);
    const all = [...proved, ...reached.filter((v) => !proved.length || v < least - NEAR * (1 + Math.abs(least)))];
    return all.length ? Math.min(...all) : null;
  }

  function charted(runs, rows) {
    const lowest = data.by_height ? reference(rows) : null;
    const rounding = lowest === null ? 0 : 4 * 2 ** -52 * Math.max(Math.abs(lowest), 1e-300);
    const works = runs.filter(({ method }) => method in data.cost).map(({ method, points }) => (points.length - 1) * data.cost[method]).filter((w) => w > 0);
    const log = data.wide && works.length > 1 && Math.max(...works) > WIDE * Math.min(...works);
    const parts = runs.filter(({ method }) => method in data.cost).map(({ method, values, slopes }) => {
      const measured = (lowest === null ? slopes : values.map((v) => (v - lowest > rounding ? v - lowest : 0)));
      const points = measured.map((v, i) => [i * data.cost[method], v]).map((p) => (p[1] > 0 && (p[0] > 0 || !log) ? p : null)), [token, dash, symbol] = T.look(method);
      return { part: "curve", name: method, points: points.map((p) => (p && p[1] < Infinity ? p : null)), token, dash, symbol, width: 2, faint: 1, every: Math.max(1, Math.ceil(points.length / MOST_BEADS)) };
    });
    const all = parts.flatMap(({ points }) => points.filter(Boolean)), ys = all.map(([, v]) => v), most = Math.max(0, ...all.map(([u]) => u));
    const [lo, hi] = ys.length ? [Math.min(...ys), Math.max(...ys)] : [0.1, 1], air = hi > lo ? 0.06 * Math.log10(hi / lo) : Math.log10(3);
    const words = lowest === null ? "‖∇f‖" : "f − f*", axes = [{ ...scene.axes[0], log }, { ...scene.axes[1], words }];
    const least = Math.min(...all.map(([u]) => u)), across = log ? [Math.log10(least), Math.log10(most)] : most > 0 ? [0, most] : [-1, 1];
    const box = [across, [Math.log10(lo) - air, Math.log10(hi) + air]];
    return { ...scene, parts, axes, box, alt: `${words} against ${scene.axes[0].words}, a preview.` };
  }

  /** A chart up to a step; its axes stay. A point that cannot be drawn has its place all the same. */
  const upTo = (chart, k) => (k === null ? chart : { ...chart, parts: chart.parts.map((part) => ({ ...part, points: part.points.slice(0, k + 1) })) });

  const unlisten = preview.listen((next) => {
    const over = !next.runs && word.runs; // what was foreseen stays until the server's word on it is here
    word = over ? { ...next, before: word } : next;
    show();
  });

  return { take(next) { scene = next; data = next.lab.data; theme = dress(); show(); }, dispose: unlisten };
}

/** The kind of a critical point, and the truth where the test is silent. */
const natureOf = ({ kind, nature }) => (kind === "inconclusive" && nature ? nature : kind);

const vector = (at) => (at.length === 1 ? decimal(at[0]) : `(${at.map(decimal).join(", ")})`);
