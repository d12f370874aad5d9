// The lab of conditioning: what a long valley costs, with the formulas of core/optimize/conditioning.py. The letters of the figure are the
// bowl: κ, the curvature Λ across the valley, the valley’s direction in degrees, and how far it is rescaled as Newton does. Along each axis the
// error e goes its own way:
//
//     eₖ₊₁  =  (1 + β − ελ) eₖ  −  β eₖ₋₁,        eₖ ~ ρᵏ
//
// What is measured is counted on points that really walk, in x and y. A step that nobody chose is the best one for its momentum.

const V = new URL(import.meta.url).search;
const [{ h, write, rewrite, rich, matrix }, N, M, chart, { slider }] = await Promise.all(
  ["dom", "numbers", "marks", "chart", "controls"].map((name) => import(`./${name}.js${V}`)));

export const MILLIONTH = 1e-6, MOST = 100_000, GROWN = 1e6, ROUND = 1e-12; // as in core/optimize/conditioning.py
const ABSENT = 1e-9; // an error this much smaller than the other one was not there to begin with
const POINTS = 1500, DOTS = 240; // of a path, and of a curve
const GLIDE = 300; // ms
const NEAR = 12, FINGER = 26; // px: to a mark of the map of constants, and of a finger to its ring
const ROUNDS = [1, 1.5, 2, 3, 5, 7], SEEN = 10, APART = 0.05, HIGH = 0.8; // numbers of steps on the map of constants, apart in β but where it is high
const EDGE = 4.05; // of that map
const short = (v) => N.plain(Number(v.toPrecision(3))), count = (k) => (k === null ? `more than ${N.plain(MOST)}` : N.plain(k));
const keeps = (rho) => (rho < 1e-7 ? "0" : rho < 0.995 || rho > 1.005 ? rho.toFixed(2) : Number(rho.toPrecision(5)).toString());

// ---- one axis; s is the step times its curvature ----------------------------------------------------------------------

/** What a step keeps of the error in the long run. */
export function radius(s, beta) {
  const t = 1 + beta - s, within = t * t - 4 * beta;
  return within < 0 ? Math.sqrt(beta) : (Math.abs(t) + Math.sqrt(within)) / 2;
}

/** How the error goes. */
export function way(s, beta) {
  const t = 1 + beta - s, rho = radius(s, beta);
  if (Math.abs(rho - 1) <= ROUND) return "lasting";
  return rho > 1 ? "diverging" : t * t < 4 * beta - ROUND ? "spiralling" : t >= 0 ? "monotone" : "oscillating";
}

// ---- both ------------------------------------------------------------------------------------------------------------

export const bestRate = (flat, steep, beta = 0) => (2 * (1 + beta)) / (flat + steep);
export const bestMomentum = (kappa) => ((Math.sqrt(kappa) - 1) / (Math.sqrt(kappa) + 1)) ** 2;
/** Steps to a millionth of the error, by the factor alone. */
export const predicted = (rho) => (rho >= 1 - ROUND ? null : rho <= 0 ? 1 : Math.max(1, Math.ceil(Math.log(MILLIONTH) / Math.log(rho))));

/** The bowl of the letters: its condition number as it is seen, its curvatures, its axes, and H. */
export function bowl([kappa, steep, angle, rescaled]) {
  const ratio = kappa ** (1 - rescaled), flat = steep / ratio, t = (angle * Math.PI) / 180, [c, s] = [Math.cos(t), Math.sin(t)];
  const stretched = (x, factor) => { const more = (factor - 1) * (c * x[0] + s * x[1]); return [x[0] + more * c, x[1] + more * s]; };
  return {
    kappa, ratio, flat, steep, q: [c, s], p: [-s, c], H: [flat * c * c + steep * s * s, (flat - steep) * c * s, flat * s * s + steep * c * c],
    seen: (x) => stretched(x, kappa ** (-rescaled / 2)), meant: (u) => stretched(u, kappa ** (rescaled / 2)),
  };
}

const traces = [new Float64Array(MOST + 1), new Float64Array(MOST + 1)];

/**
 * Steps from a start, until both errors are a millionth of what they were: { points, steps, last, errors }. `steps` is null where that never
 * comes; `last` is the last step; `errors` are those along the axes, flat and steep, as parts of the first, where they are traced.
 */
export function walk({ q: [c, s], H: [a, b, d] }, start, rate, beta, traced = false) {
  const first = [c * start[0] + s * start[1], c * start[1] - s * start[0]].map(Math.abs), size = Math.max(...first), there = first.map((e) => e > ABSENT * size);
  const points = [start], [flat, steep] = traces, [u, v] = there.map((one, i) => (one ? 1 / first[i] : 0));
  let [x, y] = start, dx = 0, dy = 0, k = 0, steps = size > 0 ? null : 0;
  flat[0] = steep[0] = 1;
  while (steps === null && k < MOST) {
    const gx = a * x + b * y, gy = b * x + d * y;
    dx = beta * dx - rate * gx;
    dy = beta * dy - rate * gy;
    x += dx;
    y += dy;
    k += 1;
    if (k < POINTS) points.push([x, y]);
    const e = u * Math.abs(c * x + s * y), f = v * Math.abs(c * y - s * x);
    if (traced) { flat[k] = e; steep[k] = f; }
    if (e <= MILLIONTH && f <= MILLIONTH) steps = k;
    else if (!(e <= GROWN && f <= GROWN)) break;
  }
  return { points, steps, last: k, errors: traces.map((trace, i) => (traced && there[i] ? trace.slice(0, k + 1) : null)) };
}

// ---- pictures ----------------------------------------------------------------------------------------------------------

const area = (points, token, opacity, outline = "") => ({ part: "area", points, token, opacity, outline, name: "" });
const curve = (points, name, token, width, more = {}) => ({ part: "curve", points, name, token, width, dash: [], symbol: "", every: 1, faint: 1, ...more });
const word = (at, name, token = "ink") => curve([at], name, token, 0);
const axis = (letter, words, more = {}) => ({ letter, words, log: false, ticks: null, ...more });
const range = (n, f) => Array.from({ length: n + 1 }, (_, k) => f(k / n));

/** Where a step keeps at most c of both errors: a polygon over (εΛ, β), empty below the best. */
export function level(ratio, c) {
  const left = (beta) => ratio * (1 - c) * (1 - beta / c), right = (beta) => (1 + c) * (1 + beta / c), top = c * c;
  if (left(top) > right(top)) return [];
  const m = (ratio * (1 - c) - (1 + c)) / (ratio * (1 - c) + (1 + c)), foot = m > 0 ? [[right(c * m), c * m]] : [[left(0), 0], [right(0), 0]];
  return [...foot, [right(top), top], [left(top), top]];
}

/** The numbers of steps that are drawn, round ones from the best on, each with its polygon. */
function levels(ratio) {
  const all = range(5, (t) => 10 ** Math.round(5 * t)).flatMap((ten) => ROUNDS.map((r) => r * ten)).filter(Number.isInteger);
  let last = -1;
  return all.map((n) => [n, level(ratio, MILLIONTH ** (1 / n))]).filter(([, points]) => {
    const top = points.at(-1)?.[1], seen = points.length > 0 && (top - last >= APART || top > HIGH) && top > 0.02;
    if (seen) last = top;
    return seen;
  }).slice(0, SEEN);
}

/** All constants at once: how many steps they take, and how the error goes that dies last. */
export function regimes({ ratio, flat, steep }, rate, beta, theirs) {
  const best = bestMomentum(ratio), middle = (b) => (2 * (1 + b) * ratio) / (ratio + 1), s = rate * steep, parts = [];
  parts.push(area([[2, 0], [4, 1], [4.1, 1], [4.1, 0]], "ink2", 0.1));
  for (let k = 1; k < 11; k++) parts.push(curve([[2 + 0.2 * k, 0], [4.1, 1.05 - 0.1 * k]], "", "ink2", 0.7, { faint: 0.5 }));
  const seen = levels(ratio), edge = range(60, (t) => Math.sqrt(best) + (1 - Math.sqrt(best)) * t); // √β, from the best to 1
  for (const [, points] of [...seen].reverse()) parts.push(area(points, "minimum", 0.1));
  parts.push(curve(edge.map((r) => [ratio * (1 - r) ** 2, r * r]), "", "ink", 1.2), curve(edge.map((r) => [(1 + r) ** 2, r * r]), "", "ink", 1.2));
  parts.push(curve([[middle(0), 0], [middle(best), best]], "", "ink", 1.2), curve([[2, 0], [4, 1]], "", "ink", 2));
  let last = 0;
  for (const [n, points] of seen) {
    const [[right, top], [left]] = points.slice(-2);
    if (top - last > 0.06) parts.push(word([(left + right) / 2 - 0.3, top - 0.025], `${N.plain(n)}${last ? "" : " steps"}`, "ink2"));
    last = top;
  }
  const dots = marks({ ratio });
  for (const { at, name } of dots) parts.push({ part: "spot", at, kind: "dot", token: "second", name });
  const room = 2.24 - middle(0.12) > 0.9;
  parts.push(word([0.25, 0.1], "monotone"), room ? word([middle(0.12) + 0.05, 0.12], "oscillating") : word([2.3, 0.12], "← oscillating"));
  parts.push(word([3.2, 0.3], "diverging"), best > 0.5 ? word([0.9, best - 0.06], "↑ spiralling") : word([0.9, 0.8], "spiralling"));
  const inside = s <= EDGE;
  parts.push({ part: "spot", at: [Math.min(s, EDGE), beta], kind: "ring", token: "accent", name: "" });
  const alt = `Steps and momenta: monotone for short steps, oscillating for long ones, spiralling for much momentum, diverging from ε = 2(1 + β)/Λ on; the best is at ε = ${short(middle(best) / steep)}, β = ${short(best)}. ${theirs}${inside ? "" : " The step is longer than this map shows."}`;
  return { kind: "chart", parts, axes: [axis("", "step × steepest curvature, εΛ"), axis("β", "")], box: [[0, 4.1], [-0.05, 1]], equal: false, height: 300, grid: true, title: "", alt };
}

const marks = ({ ratio }) => {
  const best = bestMomentum(ratio), all = [{ name: "best step", at: [(2 * ratio) / (ratio + 1), 0], tuned: false }];
  return best < 0.01 ? all : [...all, { name: "best momentum", at: [bestRate(1 / ratio, 1, best), best], tuned: true }];
};

/** What a step keeps of each error, against the limit 1; with momentum also what it would keep without. */
function bars({ flat, steep }, rate, beta) {
  const rows = [[flat, "flat"], [steep, "steep"]].map(([v, name]) => ({ v, name, rho: radius(rate * v, beta), bare: Math.abs(1 - rate * v), goes: radius(rate * v, beta) < 1e-7 ? "" : way(rate * v, beta) }));
  const all = rows.flatMap(({ rho, bare }) => (beta > 0 ? [rho, bare] : [rho])), right = Math.max(1.7, Math.min(1.4 * Math.max(...all), 3));
  const bar = (size, top, bottom, token, opacity, outline) => area([[0, top], [Math.min(size, right), top], [Math.min(size, right), bottom], [0, bottom]], token, opacity, outline);
  const parts = rows.flatMap(({ rho, bare, goes }, i) => [
    bar(rho, -i + 0.3, beta > 0 ? -i - 0.06 : -i - 0.3, rho < 1 ? "second" : "ink2", rho < 1 ? 0.85 : 0.35), word([Math.max(1, Math.min(rho, right)), beta > 0 ? -i + 0.12 : -i], `${keeps(rho)} ${goes}`.trim()),
    ...(beta > 0 ? [bar(bare, -i - 0.12, -i - 0.36, "bg", 0.4, "ink2"), word([Math.max(1, Math.min(bare, right)), -i - 0.24], `${keeps(bare)} without`, "ink2")] : [])]);
  const alt = `What a step keeps: ${rows.map(({ name, rho, bare, goes }) => `${keeps(rho)} of the error along the ${name} axis, ${goes}${beta > 0 ? ` (${keeps(bare)} without momentum)` : ""}`).join(", ")}; the limit is 1.`;
  return { kind: "chart", parts: [...parts, { part: "line", at: 1, axis: "x", token: "ink", width: 2, dash: [], name: "" }], axes: [axis("", "", { ticks: [[0, "0"], [1, "limit 1"]] }), axis("", "", { ticks: rows.map(({ v }, i) => [-i, `${"λΛ"[i]} = ${short(v)}`]) })],
    box: [[0, right], [-1.5, 0.5]], equal: false, height: beta > 0 ? 136 : 104, grid: false, title: "", alt };
}

/** The errors along the axes against the steps, and the slopes their factors foretell. */
function curves({ flat, steep }, rate, beta, run) {
  const end = Math.max(run.last, 4), axes = [[flat, "○ flat axis", 2.4, "circle"], [steep, "□ steep axis", 1.6, "square"]], high = [1];
  const parts = axes.flatMap(([v, name, width, symbol], i) => {
    const e = run.errors[i], rho = radius(rate * v, beta);
    if (!e) return [];
    const wide = Math.ceil(e.length / DOTS), points = [];
    for (let k = 0; k < e.length; k += wide) { // of many, the largest of each few
      const some = e.subarray(k, k + wide), most = Math.max(...some);
      points.push([k + some.indexOf(most), most > 1e-12 ? most : NaN]);
      high.push(most);
    }
    const to = rho > 0 ? Math.min(end, Math.log(1e-9) / Math.log(rho) > 0 ? Math.log(1e-9) / Math.log(rho) : end) : 0;
    const foretold = rho > 0 ? [[0, 1], [to, rho ** to]] : [[0, 1], [1, 1e-9]];
    return [curve(foretold, "", "ink", 1.3, { dash: [6, 4] }), curve(points, name, "second", width, { symbol, every: Math.ceil(points.length / 9) })];
  });
  const top = Math.min(12, Math.max(0.5, Math.log10(Math.max(...high)) + 0.4));
  return { kind: "chart", parts: [...parts, { part: "line", at: MILLIONTH, axis: "y", token: "accent", width: 1.2, dash: [2, 3], name: "a millionth" }], axes: [axis("", "steps"), axis("", "part of the error that is left", { log: true })],
    box: [[0, end], [-7, top]], equal: false, height: 290, grid: true, title: "", alt: `Errors along the axes over ${run.last} steps, on a logarithmic axis, with the slopes foretold by their factors.` };
}

// ---- the lab ---------------------------------------------------------------------------------------------------------

export function lab(scene, host) {
  let words = scene.lab.data.words, most = scene.lab.data.most, b = bowl(host.letters), origin = null, last = null, turned = "", now = null;

  /** The constants: those that were chosen, or the best of this bowl. */
  function constants() {
    const { rate, chosen, beta, tuned } = host.values, kept = tuned ? bestMomentum(b.ratio) : beta;
    return { rate: chosen ? rate : bestRate(b.flat, b.steep, kept), beta: kept };
  }

  /** Where the ring is by the server’s word, the start is by its word too: its letters may be behind those of the hand. */
  function take(next) {
    ({ words, most } = next.lab.data);
    if (next.point.some((v, i) => v !== host.point()[i])) return;
    [origin, last, turned] = [next.lab.data.start, host.point(), ""];
  }

  /** The start stays where it is in x and y while the bowl turns or is rescaled around it. */
  function look() {
    const p = host.point(), key = [...host.letters].join();
    b = bowl(host.letters);
    if (p !== last) origin = b.meant(p);
    else if (key !== turned) host.place(b.seen(origin));
    [turned, last] = [key, host.point()];
    const { rate, beta } = constants(), of = JSON.stringify([key, last, rate, beta, host.values]);
    if (now?.of === of) return;
    const bare = host.values.chosen ? rate : bestRate(b.flat, b.steep);
    now = { of, rate, beta, start: last, descent: walk(b, last, bare, 0, beta === 0), momentum: beta > 0 ? walk(b, last, rate, beta, true) : null };
    now.main = now.momentum ?? now.descent;
  }

  const path = (method, points) => ({ method, points, sentence: "", preview: true });
  function paths() {
    look();
    return [path("Newton", [now.start, [0, 0]]), path("gradient descent", now.descent.points), ...(now.momentum ? [path("momentum", now.momentum.points)] : [])];
  }

  function draw(ctx, theme, fr, here, names) {
    const [x, y] = fr.to([0, 0]), size = 0.3 * Math.min(fr.w, fr.h);
    [[b.q, size, "flat"], [b.p, size * Math.max(0.3, Math.sqrt(1 / b.ratio)), "steep"]].forEach(([[u, v], long, name]) => {
      M.arrow(ctx, theme, x, y, u * long, -v * long, { colour: theme.second, width: 2.4, head: 11, double: true });
      names.avoid([[x - u * long, y + v * long], [x + u * long, y - v * long]]);
      names.write(name, [[x - u * long, y + v * long], [x + u * long, y - v * long]], { colour: theme.second, gap: 8 });
    });
    M.mark(ctx, theme, "minimum", x, y);
  }

  // ---- what is beside the map, and under it

  const button = (face, act) => { const el = h("button.act", { type: "button" }, face); el.onclick = act; return el; };
  const hessian = matrix(2, 2), valley = h("p.say"), [mapAt, barsAt, curvesAt] = [0, 0, 0].map(() => h("div"));
  const [map, bar, errors] = [mapAt, barsAt, curvesAt].map((at) => chart.mount(at));
  const steps = slider({ name: "rate", label: "Step size ε", text: "Step *ε*", lo: 0, hi: 4, most }, { held: host.held, settle: host.settle, put: (_, v) => choose(v, now.beta) });
  const ball = slider({ name: "beta", label: "Momentum β", text: "Momentum *β*", lo: 0, hi: 1, step: 0.01 }, { held: host.held, settle: host.settle, put: (_, v) => put({ beta: v, tuned: false }) });
  const put = (values) => { for (const [name, v] of Object.entries(values)) host.put(name, v); }, choose = (rate, beta) => put({ rate, beta, chosen: true, tuned: false });
  const plainBest = () => put({ chosen: false, beta: 0, tuned: false }), tune = () => put({ chosen: false, tuned: true });
  const best = button("Best step", () => { plainBest(); host.settle(); }), heavy = button("Best momentum", () => { tune(); host.settle(); });
  const said = h("p.say.outcome", { role: "status" }), why = h("p.say");
  const side = h("div", {}, h("div.row.point", {}, h("span.eq", {}, h("i.m", {}, "H"), " =", hessian.el), valley), h("div.item", {}, h("h2", {}, "Every step and every momentum"), mapAt,
    h("div.knobs.single", {}, steps.el, ball.el, h("div.row", {}, best, heavy)), said), h("div.item", {}, h("h2", {}, "What a step keeps of each error"), barsAt, why));
  const newton = button("Rescale as Newton does", rescale), under = h("div.knobs.single", {}, h("div.row", {}, newton));
  const body = h("tbody"), cells = ["Now", "Best step", "Best momentum", "Newton"].map((name) => { const tds = [0, 1, 2].map(() => h("td")); body.append(h("tr", {}, h("th", { scope: "row" }, name), tds)); return tds; });
  const heads = h("tr", {}, ["", "keeps", "predicted", "counted"].map((text) => h("th", { scope: "col" }, text)));
  const after = h("div.twins", {}, h("div.item", {}, h("h2", {}, "The errors along the axes", h("span.type", {}, "solid: counted · dashed: predicted")), curvesAt),
    h("div.item", {}, h("h2", {}, "Steps to a millionth of both errors"), h("table.errors", {}, h("thead", {}, heads), body), h("p.say", {}, rich(words.table))));

  /** To the round bowl or back, in a glide where motion is welcome. */
  function rescale() {
    const from = host.letters[3], to = from > 0.5 ? 0 : 1, start = performance.now(), quick = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const tick = () => {
      const t = quick ? 1 : Math.min(1, (performance.now() - start) / GLIDE);
      host.turn(3, t === 1 ? to : Number((from + (to - from) * t).toFixed(3)));
      if (t < 1) requestAnimationFrame(tick); else requestAnimationFrame(() => { host.ask(); requestAnimationFrame(host.settle); });
    };
    tick();
  }

  function set(here, theme) {
    look();
    const { rate, beta, main } = now, rho = [b.flat, b.steep].map((v) => radius(rate * v, beta)), slow = Math.max(...rho), theirs = says(rate, beta, rho, main);
    map.update(regimes(b, rate, beta, theirs), theme);
    bar.update(bars(b, rate, beta), theme);
    errors.update(curves(b, rate, beta, main), theme);
    steps.reach(4 / b.steep);
    steps.set(rate);
    ball.set(beta);
    best.setAttribute("aria-pressed", String(!host.values.chosen && beta === 0));
    heavy.setAttribute("aria-pressed", String(!host.values.chosen && Boolean(host.values.tuned)));
    newton.setAttribute("aria-pressed", String(host.letters[3] === 1));
    hessian.set([b.H[0], b.H[1], b.H[1], b.H[2]].map((v) => N.derivative(v)));
    rewrite(valley, [b.ratio, b.flat, b.steep].join(), () => rich(b.ratio < 1 + 1e-9 ? "*κ* = 1: a round bowl, which bends alike in every direction." : `*κ* = *Λ*/*λ* = ${short(b.steep)}/${short(b.flat)} = ${short(b.ratio)}: the valley is √*κ* = ${short(Math.sqrt(b.ratio))} times as long as wide.`));
    write(said, theirs);
    write(why, words.ways[goes(rate, beta, rho)]);
    table(rate, beta, slow, main);
  }

  /** How the slower error goes. */
  function goes(rate, beta, rho) {
    if (Math.max(...rho) < 1e-7) return "gone";
    if (Math.abs(rho[0] - rho[1]) <= 1e-6 && rho[0] < 1 && !(beta > 0 && way(rate * b.flat, beta) === "spiralling" && !host.values.tuned)) return "even";
    return way(rate * (rho[0] >= rho[1] ? b.flat : b.steep), beta);
  }

  /** What happens, in one sentence. */
  function says(rate, beta, rho, main) {
    const slow = Math.max(...rho), even = Math.abs(rho[0] - rho[1]) <= 1e-6 * slow, which = even ? "both errors" : `the error along the ${rho[0] > rho[1] ? "flat" : "steep"} axis`;
    const run = beta > 0 && slow < 1 ? "In the long run every step" : "Every step";
    if (main.last === 0) return "The start is at the minimum.";
    if (slow > 1 + ROUND) return `Every step makes ${which} ${keeps(slow)} times as large: it runs away.`;
    if (slow >= 1 - ROUND) return `Every step keeps all of ${which}: it never arrives.`;
    return slow < 1e-7 ? "One step keeps nothing of either error: it is there." : `${run} keeps ${keeps(slow)} of ${which}: ${count(main.steps)} steps to a millionth.`;
  }

  function table(rate, beta, slow, main) {
    const m = bestMomentum(b.ratio), rows = [[slow, predicted(slow), main.steps]];
    for (const one of [0, m]) {
      const r = bestRate(b.flat, b.steep, one), rho = Math.max(radius(r * b.flat, one), radius(r * b.steep, one));
      rows.push([rho, predicted(rho), tally(r, one)]);
    }
    rows.push([0, 1, 1]);
    rows.forEach(([rho, k, n], i) => [keeps(rho), k === null ? "never" : N.plain(k), k === null && n === null ? "never" : count(n)].forEach((text, j) => write(cells[i][j], text)));
  }
  let tallied = new Map();
  function tally(rate, beta) {
    const key = [b.ratio, now.start, beta].join();
    if (!tallied.has(key)) { if (tallied.size > 50) tallied = new Map(); tallied.set(key, walk(b, now.start, rate, beta).steps); }
    return tallied.get(key);
  }

  // ---- the hand on the map of constants

  const paper = map.canvas;
  let sliding = false;
  const place = (event) => { const { left, top } = paper.getBoundingClientRect(); return [event.clientX - left, event.clientY - top]; };
  const apart = ([u, v], at) => Math.hypot(map.frame.px(at[0]) - u, map.frame.py(at[1]) - v), ring = () => [Math.min(now.rate * b.steep, EDGE), now.beta];
  function slide(uv) {
    const mark = marks(b).find(({ at }) => apart(uv, at) < NEAR), [s, beta] = map.frame.from(...uv).map((v, i) => Math.min([EDGE, 1][i], Math.max(0, v)));
    if (mark) (mark.tuned ? tune : plainBest)();
    else choose(Number((s / b.steep).toPrecision(4)), Number(beta.toFixed(3)));
  }
  paper.classList.add("slides");
  paper.onpointerdown = (event) => {
    if (event.button !== 0 || (event.pointerType === "touch" && apart(place(event), ring()) > FINGER)) return;
    event.preventDefault();
    sliding = true;
    host.held("rate", true);
    paper.setPointerCapture(event.pointerId);
    slide(place(event));
  };
  paper.onpointermove = (event) => { if (sliding) slide(place(event)); else paper.style.cursor = apart(place(event), ring()) < FINGER ? "grab" : "crosshair"; };
  paper.onpointerup = paper.onpointercancel = () => { if (sliding) { sliding = false; host.held("rate", false); host.settle(); } };

  return {
    side, under, after, paths, draw, set,
    take,
    legend: () => ["The dashed line is Newton’s one jump.", host.letters[3] > 0 ? `Rescaled${host.letters[3] < 1 ? " in part" : ""}: seen in *u*, with *x* = (*H*/*Λ*)⁻¹ᐟ² *u*.` : ""].filter(Boolean),
    dispose() { for (const one of [map, bar, errors]) one.dispose(); },
  };
}
