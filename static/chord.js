// The lab of convexity: a chord under the hand, the graph along it, and where the Hessian is definite.
//
//     f convex   ⇔   f((1 − t) A + t B)  ≤  (1 − t) f(A) + t f(B)    for all A, B of the window and 0 ≤ t ≤ 1
//
// One chord below the graph refutes that, no number of chords above it proves it: the verdict comes from the server, which proves.
// A chord that nobody chose is a witness of the server’s, where there is one. Of more variables than the map has, a witness is not on its
// plane: then the section is along it, and the map shows its shadow.

const V = new URL(import.meta.url).search;
const [{ h, write, rewrite }, N, M, chart, { badge }, { alpha }, { gapped }, { lift }] = await Promise.all(
  ["dom", "numbers", "marks", "chart", "panel", "theme", "gapped", "lift"].map((name) => import(`./${name}.js${V}`)));

const SAMPLES = 161, CELLS = 24; // of the section; of the grid on which a word looks for the middle of its region
const NOTHING = 1e-9; // an eigenvalue so much smaller than the other is zero
const ROUND = 1e-12; // of the sizes of f: a gap that rounding may make
const STRIP = 12; // px, of one variable
const short = (v) => N.plain(Number(v.toPrecision(4)));
const REFUTES = ["not_convex", "not_concave"];
const KINDS = { 2: ["bends up", "minimum"], 1: ["both ways", "saddle"], 0: ["bends down", "maximum"], "-1": ["flat one way", ""], "-2": ["flat", ""] };

/** The sign of a Hessian: 2 positive definite, 0 negative definite, 1 of both signs, -1 semidefinite, -2 zero; NaN where there is none. */
export function signOf(H, n) {
  if (n === 1) return Number.isFinite(H[0]) ? (H[0] > 0 ? 2 : H[0] < 0 ? 0 : -1) : NaN;
  const [a, b, , d] = H, det = a * d - b * b;
  if (!Number.isFinite(det)) return NaN;
  if (!a && !b && !d) return -2;
  if (Math.abs(det) <= NOTHING * (a * a + 2 * b * b + d * d)) return -1;
  return det < 0 ? 1 : a > 0 ? 2 : 0;
}

/** f along the chord from A to B: points [t, f], the chord’s ends, and how far f is above it, and below, where most. */
export function section(f, A, B) {
  const at = (t) => A.map((v, i) => v + t * (B[i] - v));
  const points = Array.from({ length: SAMPLES }, (_, k) => { const t = k / (SAMPLES - 1); return [t, f(at(t))]; });
  const [a, b] = [points[0][1], points.at(-1)[1]], chord = (t) => a + t * (b - a);
  const gaps = points.map(([t, v]) => v - chord(t)), little = ROUND * (Math.abs(a) + Math.abs(b) + Math.max(...points.map(([, v]) => Math.abs(v)).filter(Number.isFinite)));
  const known = gaps.filter(Number.isFinite), above = Math.max(0, ...known), below = Math.max(0, ...known.map((v) => -v));
  const half = gaps[(SAMPLES - 1) / 2];
  return { points, gaps, a, b, chord, half: Math.abs(half) > little ? half : half === half ? 0 : NaN, above: above > little ? above : 0, below: below > little ? below : 0, whole: known.length === SAMPLES };
}

const curve = (points, name, token, width, dash = []) => ({ part: "curve", points, name, token, width, dash, symbol: "", every: 1, faint: 1 });
const area = (points, token, opacity) => ({ part: "area", points, token, opacity, outline: "", name: "" });
const spot = (at, kind, token, name = "") => ({ part: "spot", at, kind, token, name });
const axis = (letter, more = {}) => ({ letter, words: "", log: false, ticks: null, ...more });

/** The picture of a section: the graph (with its gaps, where it jumps), the chord, what lies between, and the gap half-way. */
function picture(cut, graph, name) {
  const { points, gaps, a, b, chord, half } = cut, values = [...points.map(([, v]) => v), a, b].filter(Number.isFinite);
  const [low, high] = values.length ? [Math.min(...values), Math.max(...values)] : [0, 1], air = 0.12 * (high - low || 1);
  const parts = [];
  for (const [sign, token] of [[1, "plus"], [-1, "minus"]]) { // what lies between, on either side
    const one = points.map(([t, v], i) => [t, sign * gaps[i] > 0 ? v : chord(t)]);
    if (one.every(([, v]) => Number.isFinite(v))) parts.push(area([...one, [1, b], [0, a]], token, 0.22));
  }
  parts.push(curve(graph.map((q) => (Number.isFinite(q[1]) ? q : null)), name, "ink2", 3));
  parts.push(curve([[0, a], [1, b]], "chord", "accent", 2.4));
  if (Number.isFinite(half) && half !== 0) parts.push(curve([[0.5, chord(0.5)], [0.5, chord(0.5) + half]], "", half > 0 ? "plus" : "minus", 2.4));
  if (Number.isFinite(half)) parts.push(spot([0.5, chord(0.5) + half], "dot", "ink2", half === 0 ? "" : `${half > 0 ? "above" : "below"} by ${short(Math.abs(half))}`));
  parts.push(spot([0, a], "dot", "accent", "A"), spot([1, b], "dot", "accent", "B"));
  const alt = `${name} along the chord from A to B: at A ${short(a)}, at B ${short(b)}${Number.isFinite(half) ? `, half-way the graph is ${half === 0 ? "on" : half > 0 ? `${short(half)} above` : `${short(-half)} below`} the chord` : ""}.`;
  return { kind: "chart", parts, axes: [axis("t", { ticks: [[0, "0"], [0.25, "¼"], [0.5, "½"], [0.75, "¾"], [1, "1"]] }), axis(name.length < 3 ? name : "")], box: [[0, 1], [low - air, high + air]], equal: false, height: 270, grid: true, title: "", alt };
}

export function lab(scene, host) {
  const n = host.n;
  let data, all = null, words = null, seen = ""; // all: f in all variables, where the map is a plane of them
  const f = (q) => host.f.at(q)[0];
  const place = (q) => { const all = q.map((v, i) => N.plain(N.round(v, host.decimals[i]))); return n === 1 ? all[0] : `(${all.join(", ")})`; };
  /** The witness that is shown in the place of a chord of the map: its ends, in all variables. */
  const off = () => (all && data.chords[REFUTES[host.values.witness - 1]]) || null;
  const ends = () => { const { ax, ay, bx, by } = host.values; return n === 1 ? [[ax], [bx]] : [[ax, ay], [bx, by]]; };

  const verdict = h("p.large"), proof = h("div.badge", { role: "status" });
  const at = h("div"), plot = chart.mount(at), said = h("p.say.outcome", { role: "status" }), where = h("span.type");
  const side = h("div.convexity", {}, verdict, proof, h("section.item", {}, h("h2.wraps", {}, "Along the chord", where), at, said));
  const buttons = h("div.row"), under = h("div.knobs.single", {}, buttons);

  function take(next) {
    scene = next;
    data = next.lab.data;
    all = data.whole ? lift(data.whole, host.letters) : null;
  }
  take(scene);

  function put(A, B) {
    const all = { ax: A[0], ay: A[1] ?? 0, bx: B[0], by: B[1] ?? 0, chosen: true, witness: 0 };
    for (const [name, v] of Object.entries(all)) host.put(name, v);
  }

  /** The buttons: a chord that refutes, for each side that is refuted. */
  function choices() {
    const known = [...REFUTES.keys()].filter((k) => data.chords[REFUTES[k]]);
    const choice = (text, go, pressed) => { const button = h("button.act", { type: "button", ...(all ? { ariaPressed: String(pressed) } : {}) }, text); button.onclick = () => { go(); host.settle(); }; return button; };
    rewrite(buttons, JSON.stringify([known, data.chords, off()]), () => [
      ...known.map((k) => choice(`A chord ${k ? "above" : "below"} the graph`, () => { if (all) host.put("witness", k + 1); else put(...data.chords[REFUTES[k]]); }, host.values.witness === k + 1)),
      ...(off() ? [choice("A chord on the map", () => put(...ends()), false)] : [])]);
    under.hidden = !known.length;
  }

  const inBox = (q) => q.slice(0, n).map((v, i) => N.round(Math.min(scene.box[i][1], Math.max(scene.box[i][0], v)), host.decimals[i]));
  const grip = (k) => ({
    name: `end${k}`, label: `End ${"AB"[k]} of the chord; arrow keys move it`,
    at: () => { const q = ends()[k]; if (off()) return null; return n === 2 ? q : [q[0], Number.isFinite(f(q)) ? f(q) : host.frame.box[1][0]]; },
    move(q) { const both = ends(); both[k] = inBox(q); put(...both); },
    step(key, big, fine) {
      const way = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowDown: [n - 1, -1], ArrowUp: [n - 1, 1] }[key];
      if (!way) return false;
      const both = ends(), [i, s] = way, [lo, hi] = scene.box[i], size = N.niceStep((hi - lo) / 200) * (big ? 10 : 1) * (fine ? 0.1 : 1);
      both[k] = inBox(both[k].map((v, j) => (j === i ? v + s * size : v)));
      put(...both);
      return true;
    },
    value: () => ends()[k][0],
    text: () => `${"AB"[k]} at ${place(ends()[k])}, ${host.name} ${short(f(ends()[k]))}`,
  });

  /** Where a word for each kind of Hessian stands: the cell of the kind that is farthest from all others. */
  function regions() {
    const key = JSON.stringify([host.frame.box, [...host.letters]]);
    if (words && seen === key) return words;
    seen = key;
    const [[x0, x1], [y0, y1]] = host.frame.box, kinds = new Map();
    for (let j = 0; j < CELLS; j++) for (let i = 0; i < CELLS; i++) {
      const q = [x0 + ((i + 0.5) * (x1 - x0)) / CELLS, y0 + ((j + 0.5) * (y1 - y0)) / CELLS], sign = signOf(host.jet.at(q).slice(3), 2);
      if (!kinds.has(sign)) kinds.set(sign, []);
      kinds.get(sign).push([i, j, q]);
    }
    words = [...kinds].filter(([sign, cells]) => sign === sign && cells.length > 8).map(([sign, cells]) => {
      const others = [...kinds].filter(([other]) => other !== sign).flatMap(([, all]) => all);
      const far = (c) => Math.min(c[0] + 1, CELLS - c[0], c[1] + 1, CELLS - c[1], ...others.map((o) => Math.hypot(o[0] - c[0], o[1] - c[1])));
      return [sign, cells.map((c) => [far(c), c[2]]).sort((u, v) => v[0] - u[0]).slice(0, 24).map(([, q]) => q)];
    });
    return words;
  }

  function draw(ctx, theme, fr, here, names) {
    const shadow = off()?.map((q) => all.flat(q)), [A, B] = shadow ?? ends(), middle = A.map((v, i) => (v + B[i]) / 2), to = (q) => (n === 2 ? fr.to(q) : [fr.px(q[0]), fr.py(f(q))]);
    const [a, b] = [to(A), to(B)];
    if (n === 1) strip(ctx, theme, fr);
    for (const [u, v] of [a, b]) names.keep(u, v, 12);
    ctx.beginPath();
    ctx.moveTo(...a);
    ctx.lineTo(...b);
    M.stroke(ctx, theme.bg, 5.5);
    M.stroke(ctx, theme.accent, 2.6, shadow ? [7, 4] : []);
    names.avoid([a, b]);
    const m = n === 2 ? fr.to(middle) : [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
    if (n === 1) { // the gap itself
      const [, high] = to(middle);
      ctx.beginPath();
      ctx.moveTo(...m);
      ctx.lineTo(m[0], high);
      M.stroke(ctx, theme[high < m[1] ? "plus" : "minus"], 2.4, [3, 3]);
    }
    for (const [colour, wide] of [[theme.bg, 6], [theme.ink2, 3]]) M.dot(ctx, { bg: colour }, ...m, 3, colour, wide);
    for (const [u, v] of [a, b]) { M.dot(ctx, theme, u, v, shadow ? 4 : 7, theme.bg, 5); M.dot(ctx, theme, u, v, shadow ? 4 : 7, theme.accent, 3); }
    names.write("A", [a], { colour: theme.accent, gap: 11, size: 15 });
    names.write("B", [b], { colour: theme.accent, gap: 11, size: 15 });
    if (n === 2 && data.regions) for (const [sign, places] of regions()) {
      const [word, kind] = KINDS[sign];
      names.write(word, places.map((q) => fr.to(q)), { colour: kind ? theme[`${kind}_text`] : theme.ink, size: 14 });
    }
  }

  /** One variable: along the bottom, where the graph bends up and where down. */
  function strip(ctx, theme, fr) {
    const [from, to] = fr.box[0], y = fr.y + fr.h - STRIP;
    for (let k = 0, wide = 2; k * wide < fr.w; k++) {
      const sign = signOf([host.jet.at([from + ((k + 0.5) * wide * (to - from)) / fr.w])[2]], 1), kind = KINDS[sign]?.[1];
      if (!kind) continue;
      ctx.fillStyle = alpha(theme[kind], kind === "maximum" && Math.floor(k / 2) % 2 ? 0.25 : 0.7);
      ctx.fillRect(fr.x + k * wide, y, wide, STRIP);
    }
  }

  function set(here, theme) {
    choices();
    const witness = off(), [A, B] = witness ?? ends(), F = witness ? all.f : host.f, cut = section((q) => F.at(q)[0], A, B);
    write(verdict, data.verdict);
    badge(proof, data.badge);
    plot.update(picture(cut, gapped(F, 0, 1, SAMPLES, (t) => A.map((v, i) => v + t * (B[i] - v))), host.name), theme);
    const spelled = witness ? (q) => `(${q.map(short).join(", ")})` : place;
    rewrite(where, JSON.stringify([A, B]), () => [`from ${spelled(A)} to ${spelled(B)}`]);
    write(said, says(cut) + (witness ? " This chord is not on the plane of the map, which shows its shadow." : ""));
  }

  function says({ above, below, whole, half }) {
    if (!whole) return "f has no value on a part of this chord, so it says nothing.";
    if (!off() && together()) return "A and B are one point: draw them apart.";
    const middle = half > 0 ? ` Half-way it is ${short(half)} above.` : half < 0 ? ` Half-way it is ${short(-half)} below.` : "";
    if (above && below) return `The graph crosses this chord: up to ${short(above)} above it, so f is not convex, and up to ${short(below)} below it, so f is not concave.`;
    if (above) return `The graph lies above this chord.${middle} One such chord is enough: f is not convex on this window.`;
    if (below) return `The graph lies below this chord.${middle} So f is not concave on this window; to be convex, it must lie below every chord.`;
    return "The graph runs along this chord: between A and B f is affine.";
  }
  const together = () => { const [A, B] = ends(); return A.every((v, i) => v === B[i]); };

  return {
    side, under, take, draw, set,
    grips: [grip(0), grip(1)],
    legend: () => [off() ? "Dashed: the shadow of the chord on this plane." : n === 1 ? "The strip below: plain where the graph bends up, striped where it bends down." : ""].filter(Boolean),
    dispose() { plot.dispose(); },
  };
}
