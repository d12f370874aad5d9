// What is missing of f, on its figure: a curve is drawn thin and dashed, a point as a small open dot, each with its word.
//
// An edge is { label, program } for the zeros of a program, or { label, points }. Only where f has a value beside it.

const V = new URL(import.meta.url).search;
const [{ reader }, C, M, { alpha }] = await Promise.all(["program", "contours", "marks", "theme"].map((name) => import(`./${name}.js${V}`)));

const NODES = 120, DASH = [5, 4];

/** Writes the word of each edge, as they were drawn: { label, places, dots, lines }. */
export function name(names, theme, words) {
  for (const { dots, lines } of words) {
    for (const dot of dots) names.keep(...dot, 8);
    for (const line of lines) names.avoid(line);
  }
  for (const { label, places } of words) names.write(label, places, { size: 13, weight: 600, colour: theme.ink, gap: 7, beside: true });
}

/** On a plane; `near(u, v)` tells whether f has a value close to a place of the paper. */
export function onPlane(ctx, theme, fr, edges, near) {
  const words = [];
  for (const { label, program, points = [] } of edges) {
    const lines = program ? traced(fr, program).flatMap((line) => parts(line, near)) : [];
    const path = new Path2D();
    for (const line of lines) line.forEach(([u, v], k) => (k ? path.lineTo(u, v) : path.moveTo(u, v)));
    M.stroke(ctx, alpha(theme.bg, 0.6), 3.5, [], path);
    M.stroke(ctx, theme.ink2, 1.5, DASH, path);
    const dots = points.filter(fr.holds).map(fr.to);
    for (const [u, v] of dots) M.dot(ctx, theme, u, v, 4.5, theme.ink, 1.6);
    const longest = lines.sort((a, b) => b.length - a.length)[0] ?? [];
    const along = longest.length ? [0.9, 0.1, 0.75, 0.25, 0.5].map((t) => longest[Math.round(t * (longest.length - 1))]) : [];
    words.push({ label, dots, lines, places: [...along, ...dots] });
  }
  return words;
}

function traced(fr, program) {
  const field = C.sample(reader(program, [0]), fr.box, NODES, NODES);
  return C.onPaper(C.trace(field, 0), fr, NODES, NODES, new Path2D()).map(({ px, closed }) => {
    const line = Array.from({ length: px.length / 2 }, (_, k) => [px[2 * k], px[2 * k + 1]]);
    return closed ? [...line, line[0]] : line;
  });
}

/** A line without the stretches far from f. */
function parts(line, near) {
  const out = [[]];
  for (const place of line) if (near(...place)) out.at(-1).push(place); else if (out.at(-1).length) out.push([]);
  return out.filter((part) => part.length > 1);
}

/** On a line: at a hole an open dot on the curve, else an upright dashed line. `f(x)` may be nan. */
export function onLine(ctx, theme, fr, edges, f) {
  const [lo, hi] = fr.box[0], step = (hi - lo) / 2000;
  const words = [];
  let free = -Infinity;
  const places = edges.flatMap(({ label, kind, program, points }) =>
    (program ? zeros(reader(program, [0]), lo, hi) : points.flat()).map((x) => ({ x, label, kind })));
  for (const { x, label, kind } of places.sort((a, b) => a.x - b.x)) {
    const [left, right] = [f(x - step), f(x + step)];
    if (x < lo || x > hi || !(Number.isFinite(left) || Number.isFinite(right))) continue;
    const u = fr.px(x), hole = kind === "hole" && Number.isFinite(left + right);
    if (hole) M.dot(ctx, theme, u, fr.py((left + right) / 2), 4.5, theme.ink2, 2);
    else {
      ctx.beginPath();
      ctx.moveTo(u, fr.y);
      ctx.lineTo(u, fr.y + fr.h);
      M.stroke(ctx, theme.ink2, 1.5, DASH);
    }
    const dots = hole ? [[u, fr.py((left + right) / 2)]] : [];
    const ends = [[u, fr.y + 10], [u, fr.y + fr.h - 10]];
    words.push({ label, dots, lines: hole ? [] : [ends], places: u < free ? [] : hole ? dots : ends });
    if (u >= free) free = u + 70;
  }
  return words;
}

function zeros(q, lo, hi) {
  const at = (x) => q.at([x])[0], n = 600, out = [];
  for (let k = 0; k < n; k++) {
    let [a, b] = [k, k + 1].map((i) => lo + ((hi - lo) * (i + 0.0017)) / n);
    if (!(at(a) * at(b) <= 0)) continue;
    for (let i = 0; i < 40; i++) { const m = (a + b) / 2; if (at(a) * at(m) <= 0) b = m; else a = m; }
    out.push(a);
  }
  return out;
}
