// The lab of one step downhill, with the formulas of core/optimize/step.py.
//
//     f(p − ε g)  ≈  f(p)  −  ε gᵀg  +  ½ ε² gᵀHg
//
// The held point gives g and H; the slider, the tip of the arrow and the ring on the ray give ε. A step that nobody chose is half
// as far again as the best one, or less where f would not fall.

const V = new URL(import.meta.url).search;
const [{ h, write, rewrite, rich, sizeOf }, { plain, significant }, chart, { slider }, L, { gapped }, { lift }, { spectrum }] = await Promise.all(
  ["dom", "numbers", "chart", "controls", "local", "gapped", "lift", "spectrum"].map((name) => import(`./${name}.js${V}`)));

const REPEATED = 30, SAMPLES = 161;
const FAIR = 1e-4, SMALLEST = 2 ** -60; // Armijo’s part of the promise; where a search gives up
const ROUND = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];
const DASH = [7, 4];
const EPS = 2 ** -52;

export const short = (v) => plain(Number(v.toPrecision(4)));
const signed = (v) => (v < 0 ? short(v) : `+${short(v)}`);
const finite = Number.isFinite, said = (v) => (finite(v) ? short(v) : Number.isNaN(v) ? "not defined" : "too large");
const dot = (a, b) => a.reduce((sum, v, i) => sum + v * b[i], 0);

/** The next round number from a positive x up. */
export function nice(x) {
  const power = 10 ** Math.floor(Math.log10(x));
  return Number(((ROUND.find((r) => r * power >= x * (1 - 1e-9)) ?? 10) * power).toPrecision(3));
}

/** What is known at a point of the way along −g; `trouble` names why there is no step. */
export function downhill({ p, f, g, H }) {
  const n = p.length;
  if (!finite(f)) return { trouble: Number.isNaN(f) ? "value" : "large" };
  if (!g || g.some(Number.isNaN)) return { trouble: "gradient" };
  if (!H || H.some(Number.isNaN)) return { trouble: "hessian" };
  const Hg = g.map((_, i) => dot(H.slice(i * n, i * n + n), g)), gg = dot(g, g), size = H.reduce((sum, v) => sum + Math.abs(v), 0) * gg;
  let bend = dot(g, Hg);
  if (!finite(gg) || !finite(bend)) return { trouble: "large" };
  if (finite(size) && Math.abs(bend) <= 8 * EPS * size) bend = 0;
  if (!(gg > 0)) return { trouble: "zero" };
  const best = bend > 0 ? gg / bend : null, eigenvalues = spectrum(H, n);
  const nothing = 1e-10 * Math.max(...eigenvalues.map(Math.abs));
  return {
    trouble: "", p, n, f, g, gg, bend, best, even: best && 2 * best, eigenvalues,
    limits: eigenvalues[0] > nothing ? { shortest: 1 / eigenvalues.at(-1), longest: 1 / eigenvalues[0], stable: 2 / eigenvalues.at(-1), fastest: 2 / (eigenvalues[0] + eigenvalues.at(-1)) } : null,
    target: (eps) => p.map((v, i) => v - eps * g[i]),
    terms: (eps) => [f, -eps * gg, 0.5 * eps * eps * bend],
    model: (eps) => f - eps * gg + 0.5 * eps * eps * bend,
  };
}

/** The trials of a backtracking search from a step size down: { eps, value, allowed, accepted }. */
export function backtrack(f, down, from) {
  const trials = [];
  for (let eps = from; eps > SMALLEST * from && down.target(eps).some((v, i) => v !== down.p[i]); eps /= 2) {
    const value = f(down.target(eps)), allowed = down.f - FAIR * eps * down.gg, accepted = value <= allowed;
    trials.push({ eps, value, allowed, accepted });
    if (accepted) break;
  }
  return trials;
}

/** How far to look along the ray: a little past break-even; without one, half the window. */
export const reach = (down, width) => nice(down.best !== null ? 2.4 * down.best : (0.5 * width) / Math.sqrt(down.gg));

const area = (points, token, opacity, outline = "", name = "") => ({ part: "area", points, token, opacity, outline, name });
const curve = (points, name, token, width, dash = [], faint = 1, symbol = "") => ({ part: "curve", points, name, token, width, dash, symbol, every: 1, faint });
const across = (at, axis, token, name = "", width = 1.5, dash = []) => ({ part: "line", at, axis, token, width, dash, name });
const spot = (at, kind, token, name = "") => ({ part: "spot", at, kind, token, name });
const picture = (parts, box, more) => ({ kind: "chart", parts, axes: [axis("ε"), axis("")], box, equal: false, height: 240, grid: true, title: "", ...more });
const axis = (letter, more = {}) => ({ letter, words: "", log: false, ticks: null, ...more });
const pairs = (points) => points.map((q) => (q.every(finite) ? q : null));

/** The side of f: the tamer of the two curves, and of the other as much again; of f, when it is the wild one, twice. */
function heights(model, truth) {
  const span = (all) => { const seen = all.map(([, v]) => v).filter(finite); return seen.length ? [Math.min(...seen), Math.max(...seen)] : [0, 0]; };
  const [[low, high], [l2, h2, more]] = [[...span(model), 1], [...span(truth), 2]].sort((a, b) => a[1] - a[0] - (b[1] - b[0]));
  const size = high - low || Math.abs(high) || 1, [a, b] = [Math.max(Math.min(low, l2), low - more * size), Math.min(Math.max(high, h2), high + more * size)];
  return [a - 0.08 * (b - a), b + 0.16 * (b - a)];
}

/** f and its model along −g, the marks, what was tried, and the chosen ε as the ring; `there` is f at its end. */
export function ray(down, truth, eps, end, name, trials, there = NaN, brief = false) {
  const model = truth.map(([s]) => [s, down.model(s)]), matters = down.even === null ? end : Math.max(1.1 * down.even, eps);
  const [low, high] = heights(model.filter(([s]) => s <= matters), truth), parts = [], air = 0.05 * (high - low);
  const inside = truth.findLastIndex(([, v]) => v >= low && v <= high), after = inside >= 0 && truth.slice(inside + 1).some(([, v]) => finite(v));
  const leaves = after ? `${name} leaves at ε = ${plain(Number(truth[inside][0].toPrecision(2)))}` : "";
  if (down.even !== null && down.even < end) parts.push(area([[down.even, low], [end, low], [end, high], [down.even, high]], "ink2", 0.1, "", "uphill"));
  if (trials.length) parts.push(curve([0, end].map((s) => [s, down.f - FAIR * s * down.gg]), "at most this", "ochre", 1.6, [6, 3, 2, 3]));
  parts.push(curve(pairs(truth), leaves || name, "ink2", 5, [], 0.45), curve(truth.map(([s]) => [s, down.f - s * down.gg]), "slope’s promise", "ink", 1.6), curve(model, "its parabola", "second", 2, DASH));
  if (down.best !== null && down.best <= end) parts.push(across(down.best, "x", "second", `${brief ? "" : "best step "}ε* = ${short(down.best)}`), across(down.even, "x", "second", `${brief ? "" : "break-even "}2ε* = ${short(down.even)}`),
    spot([down.best, down.model(down.best)], "dot", "second"), spot([down.even, down.f], "dot", "second"));
  const clamped = (v) => Math.min(high - air, Math.max(low + air, v));
  trials.forEach(({ eps: s, value, accepted }, i) => { if (!Number.isNaN(value)) parts.push(curve([[s, clamped(value)]], `${i + 1}${value > high ? "↑" : ""}`, "ochre", 0, [], 1, accepted ? "circle" : "cross")); });
  const predicted = down.model(eps), at = clamped(predicted);
  parts.push(curve([[eps, low], [eps, at]], "", "accent", 1));
  if (there >= low && there <= high && Math.abs(there - predicted) > air) parts.push(curve([[eps, at], [eps, there]], "", "ink2", 1, [2, 3]), spot([eps, there], "dot", "ink2", `true ${short(there)}`));
  parts.push(spot([eps, at], "ring", "accent", short(predicted)));
  const where = down.best === null ? "the parabola falls for ever, it has no best step" : `best step of the parabola at ε = ${short(down.best)}, break-even at ${short(down.even)}`;
  const alt = [`${name} and its parabola against the step size ε, from 0 to ${short(end)}`, where, leaves, `at ε = ${short(eps)} the parabola says ${short(predicted)}`].filter(Boolean).join("; ");
  return picture(parts, [[0, end], [low, high]], { axes: [axis("ε"), axis(name.length < 3 ? name : "")], alt: `${alt}.`, above: marks(down) });
}

/** The step sizes that belong to H, above the ray; one name where all eigenvalues are the same. */
function marks({ limits: b, n, eigenvalues }) {
  if (n === 1) return null;
  if (!b) return [];
  const round = eigenvalues[0] > (1 - 1e-9) * eigenvalues.at(-1), mark = (at, index, before) => ({ at, name: ["λ", round ? "" : index, before], token: "second" });
  return [mark(b.shortest, "max", "1/"), ...(round ? [] : [mark(b.longest, "min", "1/")]), mark(b.stable, "max", "2/")];
}

/** The three terms as bars that lead from the start to the result, then the true new value. */
export function account(down, eps, truth) {
  const [start, promised, curved] = down.terms(eps), result = start + promised + curved, levels = [start, start + promised, result];
  let [low, high] = [Math.min(...levels), Math.max(...levels)];
  const span = high - low || Math.abs(high) || 1;
  if (finite(truth)) [low, high] = [Math.min(low, Math.max(truth, low - span)), Math.max(high, Math.min(truth, high + span))];
  const base = low - 3 * span <= 0 && high + 3 * span >= 0 ? 0 : low - 0.3 * span, side = [Math.min(low, base) - 0.2 * span, Math.max(high, base) + 0.25 * span];
  const words = [["start", base, start, short(start), "ink2", 0.9], ["slope", start, levels[1], short(promised), "bg", 1], ["curvature", levels[1], result, signed(curved), "second", 1], ["model", base, result, short(result), "accent", 1]];
  if (finite(truth)) words.push(["true f", base, truth, short(truth), "ink2", 0.35]);
  const bars = words.map(([, from, to, text, token, opacity], i) => {
    const [a, b] = [from, to].map((v) => Math.min(side[1], Math.max(side[0], v)));
    return area([[i - 0.34, a], [i + 0.34, a], [i + 0.34, b], [i - 0.34, b]], token, opacity, token === "bg" ? "ink" : "", text);
  });
  const links = levels.map((v, i) => area([[i + 0.34, v], [i + 0.66, v]], "accent", 0, "ink2"));
  const alt = `Start ${short(start)}, promised ${short(promised)}, curvature ${signed(curved)}, result ${short(result)}; ${finite(truth) ? `the true new value is ${short(truth)}` : "f has no value there"}.`;
  return picture([across(base, "y", "ink2", "", 1), ...bars, ...links], [[-0.6, words.length - 0.4], side],
    { axes: [axis("", { ticks: words.map(([word], i) => [i, word]) }), axis("", { ticks: [] })], height: 210, title: "This step’s account", alt });
}

/** What a repeated step leaves of the error along each eigenvector; beyond 1 it grows. */
export function factors(down, eps) {
  const q = down.eigenvalues.map((v) => Math.abs(1 - eps * v)), right = Math.max(1.3, Math.min(1.3 * Math.max(...q), 2.6));
  const parts = q.flatMap((size, i) => {
    const to = Math.min(size, right);
    return [area([[0, -i - 0.3], [to, -i - 0.3], [to, -i + 0.3], [0, -i + 0.3]], size < 1 ? "second" : "ink2", size < 1 ? 0.85 : 0.35), curve([[to, -i]], size.toFixed(2), "ink", 0)];
  });
  const ticks = down.eigenvalues.map((v, i) => [-i, `λ = ${short(v)}`]), each = q.map((size, i) => `${size.toFixed(2)} along λ = ${short(down.eigenvalues[i])}`).join(", ");
  return picture([...parts, across(1, "x", "ink", "", 2)], [[0, right], [-q.length + 0.4, 0.6]], {
    axes: [axis("", { words: "error factor |1 − ελ|", ticks: [[0, "0"], [1, "limit 1"]] }), axis("", { ticks })],
    height: Math.max(80, Math.min(44, 24 + 60 / q.length) * q.length), lower: 2, grid: false, title: "If repeated", alt: `Error factor of a step of ${short(eps)} repeated: ${each}; the limit is 1.`,
  });
}

/** Steps of the same size from p: as long as they have a place, a value and a slope. */
export function repeated(jet, down, eps) {
  const points = [down.p];
  let last = null;
  for (let k = 0; k <= REPEATED; k++) {
    const x = points.at(-1), [f, ...g] = jet.at(x).slice(0, 1 + down.n);
    last = { f, slope: Math.hypot(...g), k };
    if (k === REPEATED || !finite(f) || !g.every(finite) || last.slope === 0) break;
    const to = x.map((v, i) => v - eps * g[i]);
    if (!to.every((v) => Math.abs(v) < 1e100)) break;
    points.push(to);
  }
  return { points, ...last };
}

/** The step sizes with a name: [key, [text, index, text, …], size]. */
function sizes({ limits: b, n, best, even }) {
  const all = n === 1 ? [["newton", ["ε* = 1/f″"], best], ["both", ["2ε* = 2/f″"], even]] : [["best", ["ε* = gᵀg / gᵀHg"], best], ["even", ["2ε*"], even]];
  if (b && n > 1) all.push(["shortest", ["1/λ", "max"], b.shortest], ["longest", ["1/λ", "min"], b.longest], ["stable", ["2/λ", "max"], b.stable], ["fastest", ["2/(λ", "min", " + λ", "max", ")"], b.fastest]);
  return all.filter(([, , v]) => v !== null);
}
const typeset = (texts) => texts.map((text, i) => (i % 2 ? h("sub", {}, text) : text));

const FEW = 6; // characters of an exact number in the formula
const NARROW = 420, NEAR = 7, FINGER = 24, CLOSE = 20; // px: of a paper; to a mark; of a finger to the ring; of the tip to the ring, where it is not held

export function lab(scene, host) {
  let data, width = 1, whole = null, down = null, last = null, eps = 0, end = 1, upTo = 1, shown = 0, sliding = false;
  const name = () => host.name;

  const trouble = h("p.say", { role: "status", hidden: true });
  const formula = h("span.law"), predicted = h("b.number"), truth = h("b.number"), way = h("b"), verdict = h("p.say"), repeats = h("p.say"), later = h("p.small", { role: "status", hidden: true });
  const [rayAt, accountAt, factorsAt] = [0, 0, 0].map(() => h("div")), hint = h("p.small.hint");
  const panel = h("div", {}, h("h2.wraps", {}, h("span", {}, "Along the ray"), formula), rayAt, hint, h("p.say.outcome", {}, h("span", {}, "predicted ", predicted), h("span", {}, "true ", truth), way), verdict,
    h("div.pair", {}, accountAt, h("div", {}, factorsAt, repeats)));
  const side = h("div", {}, trouble, panel);

  const table = h("div.item"), search = h("div.item"), after = h("div.twins", {}, table, search);
  const charts = [rayAt, accountAt, factorsAt].map((at) => chart.mount(at));

  const knob = slider({ name: "eps", label: "Step size ε", text: "Step *ε*", lo: 0, hi: 1, most: scene.lab.data.most }, { held: host.held, settle: host.settle, put: (_, v) => step(v) });
  const run = button(`Run ${REPEATED} steps`, () => { host.put("run", !host.values.run); host.settle(); });
  const best = button(["Best step ", h("kbd", {}, "B")], () => choose(down?.best));
  const reset = button(["Reset ", h("kbd", {}, "0")], () => { host.put("chosen", false); host.put("run", false); host.settle(); });
  const under = h("div.knobs.single", {}, knob.el, h("div.row", {}, run, best, reset), later);
  function button(words, act) { const b = h("button.act", { type: "button" }, ...[words].flat()); b.onclick = act; return b; }
  function step(v) { host.put("chosen", true); host.put("eps", v); }
  function choose(v) { if (v) { step(Number(v.toPrecision(6))); host.settle(); } }

  const keys = { b: best, 0: reset };
  function typed(event) {
    const at = event.composedPath()[0];
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || at.matches?.("input, textarea, select, [contenteditable]")) return;
    if (keys[event.key] && !keys[event.key].disabled) keys[event.key].onclick();
  }
  document.addEventListener("keydown", typed);

  /** Of more than two variables the map is a plane through p; the step, the ray and the numbers are of all of them. */
  function take(next) {
    scene = next;
    ({ data } = next.lab);
    width = data.whole?.width ?? Math.hypot(...next.box.map(([lo, hi]) => hi - lo));
    whole = data.whole ? lift(data.whole, host.letters) : null;
    last = null;
  }
  take(scene);
  const [f, jet] = [(x) => (whole ?? host).f.at(x)[0], (x) => (whole ?? host).jet.at(x)];
  const around = (here) => { if (!whole) return here; const q = whole.full(here.p); return L.local([f(q), ...jet(q).slice(1)], q); };

  /** The step at the point that is held now: the chosen one, or one that f falls along. */
  function look(here) {
    last = here;
    down = downhill(around(here));
    if (down.trouble) return;
    const far = reach(down, width);
    if (host.values.chosen) eps = host.values.eps;
    else {
      const trials = backtrack(f, down, significant(down.best !== null ? 1.45 * down.best : 0.25 * far, 2));
      eps = trials.at(-1)?.eps ?? 0;
    }
    if (!host.held("eps")) end = Math.max(far, eps);
  }

  /** Where a point of the domain lies on the map; a step in one variable goes at the height of its start. */
  const seen = (x) => (whole ? whole.flat(x) : x), place = (x) => (host.n === 1 ? [x[0], f(x)] : seen(x)), level = (x) => (host.n === 1 ? [x[0], down.f] : seen(x));

  function draw(ctx, theme, fr, here, names) {
    look(here);
    if (down.trouble) return;
    const tip = down.target(eps), parts = [curve(pairs([down.p, down.target(Math.max(eps, down.even ?? 0))].map(level)), "", "ink", 1.3, [3, 3])];
    if (host.n === 1) parts.push(curve(pairs([level(tip), place(tip)]), "", "ink2", 1.3, [2, 3]), spot(place(tip), "dot", "ink2"));
    if (host.values.run) parts.push(curve(pairs(repeated({ at: jet }, down, eps).points.map(place)), "later steps", "ink", 1.2, [], 0.7, "circle"));
    parts.push({ part: "arrow", start: level(down.p), end: level(tip), token: "ink", dash: [], double: false, hollow: true, name: "−ε∇f" });
    if (down.best !== null) for (const [at, words] of [[down.best, "ε*"], [down.even, "2ε*"]]) parts.push(spot(level(down.target(at)), "dot", "second", words));
    chart.over(ctx, theme, parts.filter((one) => [one.at, one.start, one.end].every((q) => !Array.isArray(q) || q.every(finite))), fr, host.n === 1 ? ([u, v]) => [fr.px(u), fr.py(v)] : fr.to, names);
  }

  /** f along the ray, with gaps where it has no value, jumps, or runs to a pole. */
  const along = (to) => gapped((whole ?? host).f, 0, to, SAMPLES, (s) => down.target(s));

  function set(here, theme) {
    if (last !== here) look(here);
    const off = Boolean(down.trouble);
    trouble.hidden = !off;
    panel.hidden = after.hidden = off;
    write(trouble, off ? data.troubles[down.trouble] : "");
    for (const b of [run, best]) b.disabled = off || (b === best && down.best === null);
    run.setAttribute("aria-pressed", String(Boolean(host.values.run)));
    later.hidden = off || !host.values.run;
    if (off) return knob.set(0, { off });
    const there = f(down.target(eps)), trials = backtrack(f, down, end), seen = trials.slice(0, shown);
    if (!sliding) upTo = Math.max(down.even !== null ? Math.max(1.25 * down.even, 1.05 * eps) : end, seen.length ? 1.04 * seen[0].eps : 0);
    charts[0].update(ray(down, along(upTo), eps, upTo, name(), seen, there, sizeOf(rayAt)[0] < NARROW), theme);
    charts[1].update(account(down, eps, there), theme);
    charts[2].update(factors(down, eps), theme);
    knob.reach(end);
    knob.set(eps, { off });
    says(there);
    if (host.values.run) { const { f: v, slope, k } = repeated({ at: jet }, down, eps); write(later, `After ${k} steps of this size: ${name()} = ${said(v)}, slope ${said(slope)}.`); }
    limits();
    searched(trials);
  }

  /** A number as the server knows it exactly at this point, if it does. */
  function exact(what, v, most = 12) {
    const known = data.exact && host.lettersKnown && data.exact.at.every((c, i) => c === down.p[i]) ? data.exact[what] : null;
    return known?.length <= most ? known.replace("-", "−") : short(v);
  }

  function says(there) {
    const half = 0.5 * down.bend, [, promised, curved] = down.terms(eps), terms = [exact("value", down.f, FEW), exact("gg", down.gg, FEW), exact("half", half, FEW).replace("−", "")];
    rewrite(formula, terms.join("|") + Math.sign(half), () => rich(`*${name()}*(*p* − *ε*∇*${name()}*) ≈ ${terms[0]} − ${terms[1]} *ε*${half === 0 ? "" : ` ${half > 0 ? "+" : "−"} ${terms[2]} *ε*²`}`));
    const ahead = there > down.f;
    write(predicted, short(down.model(eps)));
    write(truth, said(there));
    write(way, !finite(there) ? "" : ahead ? "uphill" : there < down.f ? "lower" : "as high as it began");
    way.className = ahead ? "uphill" : "lower";
    const takes = curved >= 0 ? `takes back ${short(curved)}` : `adds a drop of ${short(-curved)}`, more = curved > -promised && -promised > 0 ? ", more than was promised" : "", surprise = there - down.model(eps);
    const size = Math.max(...[there, ...down.terms(eps)].map(Math.abs)), higher = Math.abs(surprise) > 1e-9 * size ? ` The higher orders ${surprise > 0 ? "add" : "take off"} ${short(Math.abs(surprise))}.` : "";
    rewrite(verdict, [eps, down.f, down.gg, half, there].join(), () => [
      `The slope promises a drop of ${short(-promised)}; curvature ${takes}${more}.`,
      finite(there) ? higher : Number.isNaN(there) ? data.words.left : "",
      ...(down.best === null ? [" ", h("b", {}, "There is no best step"), `: gᵀHg = ${short(down.bend)} ≤ 0${data.words.falls}`] : []),
    ]);
    const most = Math.max(...down.eigenvalues.map((v) => Math.abs(1 - eps * v))), longer = down.best !== null && eps > down.best;
    write(repeats, Math.abs(most - 1) <= 1e-12 ? data.words.same : most > 1 ? data.words.grows : data.words.shrinks + (longer ? data.words.longer : "."));
  }

  // ---- the hand on the ray -----------------------------------------------------------------------------------------

  const paper = charts[0].canvas, explain = ([key, texts, v]) => `${texts.join("")} = ${short(v)}: ${data.words[key]}.`;
  const tell = (mark) => write(hint, mark ? explain(mark) : "Drag the ring, or click a mark."), across0 = (event) => event.clientX - paper.getBoundingClientRect().left, apart = (u, v) => Math.abs(charts[0].frame.px(v) - u);
  /** The mark under the hand. */
  const marked = (u) => (down.trouble ? [] : sizes(down)).filter(([key, , v]) => key !== "fastest" && apart(u, v) < NEAR).sort((a, b) => apart(u, a[2]) - apart(u, b[2]))[0];
  function slide(u) {
    const mark = marked(u);
    step(mark ? Number(mark[2].toPrecision(6)) : Number(Math.min(upTo, Math.max(0, charts[0].frame.from(u, 0)[0])).toPrecision(4)));
    tell(mark);
  }
  paper.classList.add("slides");
  paper.onpointerdown = (event) => {
    const u = across0(event);
    if (event.button !== 0 || (event.pointerType === "touch" && !marked(u) && apart(u, eps) > FINGER)) return;
    event.preventDefault();
    sliding = true;
    host.held("eps", true);
    paper.setPointerCapture(event.pointerId);
    slide(u);
  };
  paper.onpointermove = (event) => {
    const u = across0(event), mark = marked(u);
    if (sliding) return slide(u);
    paper.style.cursor = mark ? "pointer" : apart(u, eps) < FINGER ? "grab" : "";
    tell(mark);
  };
  paper.onpointerleave = () => { if (!sliding) tell(); };
  paper.onpointerup = paper.onpointercancel = () => { if (sliding) { sliding = false; host.held("eps", false); host.settle(); host.ask(); } };
  tell();

  // ---- step sizes that are easily confused, and a search that needs none of them ---------------------------------

  const rows = Array.from({ length: 6 }, (_, i) => {
    const use = h("button.act.small", { type: "button" }), value = h("td.number"), what = h("td");
    const mine = () => sizes(down)[i];
    use.onclick = () => choose(mine()?.[2]);
    use.onfocus = () => tell(mine());
    use.onblur = () => tell();
    return { el: h("tr", {}, h("td", {}, use), value, what), use, value, what };
  });
  const none = h("p.say", { hidden: true }, data.words.none);
  table.append(h("h2", {}, "Step sizes that are easily confused"), h("table.sizes", {}, h("tbody", {}, rows.map(({ el }) => el))), none);

  function limits() {
    const all = sizes(down);
    none.hidden = Boolean(down.limits);
    rows.forEach(({ el, use, value, what }, i) => {
      el.hidden = !all[i];
      if (!all[i]) return;
      const [key, texts, v] = all[i], known = exact(key, v), near = short(v);
      rewrite(use, texts.join(), () => typeset(texts));
      write(value, known === near ? near : `${known} ${Number(v.toPrecision(4)) === v ? "=" : "≈"} ${near}`);
      write(what, data.words[key]);
    });
  }

  const list = h("ol.trials"), found = h("p.say", { role: "status" });
  const next = button("Next trial", () => { shown += 1; host.ask(); }), again = button("From the start", () => { shown = 0; host.ask(); }), use = button("Take it", () => choose(use.eps));
  search.append(h("h2", {}, "When the curvature is unknown: backtracking"), h("p.say", {}, rich(data.words.search)),
    list, found, h("div.row", {}, next, again, use));

  function searched(trials) {
    shown = Math.min(shown, trials.length);
    const seen = trials.slice(0, shown), over = seen.length === trials.length, end = trials.at(-1);
    next.disabled = over;
    again.disabled = shown === 0;
    use.disabled = !over || !end?.accepted;
    use.eps = end?.eps;
    rewrite(list, seen.map(({ eps: s, value }) => `${s},${value}`).join("|"), () => seen.map(({ eps: s, value, allowed, accepted }) => h("li", {}, `ε = ${short(s)}: `,
      `${name()} ${finite(value) ? `= ${short(value)}, at most ${short(allowed)}` : said(value)}: `, accepted ? h("b", {}, "accepted") : finite(value) ? "too high, halve ε" : "halve ε")));
    write(found, !trials.length ? "The step is too short to change the point." : !over ? `${seen.length} of ${trials.length} trials shown.` : end.accepted ? `Accepted at ε = ${short(end.eps)} after ${trials.length} ${trials.length > 1 ? "trials" : "trial"}.` : "No trial was accepted.");
  }

  const shadow = () => (whole ? whole.shadow(down.g) : down.g);
  return {
    side, under, after, take, draw, set,
    legend: () => (whole && down && !down.trouble ? ["The step leaves this plane: the map shows its shadow."] : []),
    dispose() { document.removeEventListener("keydown", typed); for (const one of charts) one.dispose(); },
    grips: [{
      name: "eps", label: "The end of the step; arrow keys make it longer or shorter",
      at(here) {
        if (last !== here) look(here);
        if (down.trouble || !(dot(shadow(), shadow()) > 0)) return null;
        const [from, to] = [down.p, down.target(eps)].map(level), fr = host.frame;
        const apart = Math.hypot((to[0] - from[0]) * fr.sx, (to[1] - from[1]) * fr.sy);
        return apart < CLOSE && !host.held("eps") ? null : to; // the ring must stay free
      },
      move(q, here) {
        if (down.trouble) return;
        const g = shadow(), by = dot(g.map((_, i) => here.p[i] - q[i]), g) / dot(g, g);
        step(Number(Math.max(0, by).toPrecision(4)));
      },
      step(key, big) {
        const way = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[key];
        if (!way || down.trouble) return false;
        step(Number(Math.max(0, eps + (way * end * (big ? 10 : 1)) / 200).toPrecision(6)));
        return true;
      },
      text: () => (down?.trouble ? "no step here" : `ε ${short(eps)}, ${name()} there ${short(f(down.target(eps)))}`),
      value: () => eps,
    }],
  };
}
