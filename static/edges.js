// What is missing of f, on its figure: a curve is drawn thin and dashed, a point as a small open dot, each with its word.
//
// An edge is { label, program } for the zeros of a program, or { label, points }. Only where f has a value beside it.

const V = new URL(import.meta.url).search;
const [{ reader }, C, A, M, { alpha, TEXT }] = await Promise.all(["program", "contours", "axes", "marks", "theme"].map((name) => import(`./${name}.js${V}`)));

const NODES = 120, DASH = [5, 4];
const style = (theme) => ({ size: 13, weight: 600, colour: theme.ink });

/** On a plane; `near(u, v)` tells whether f has a value close to a place of the paper. */
export function onPlane(ctx, theme, fr, edges, near) {
  const taken = [];
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
    ctx.font = `600 13px ${TEXT}`;
    const half = ctx.measureText(label).width / 2 + 7;
    const beside = [...along, ...dots].flatMap(([u, v]) => [[u + half, v - 6], [u - half, v - 6], [u + half, v + 16], [u - half, v + 16]]);
    taken.push(...A.writeFree(ctx, theme, fr, label, beside, taken, style(theme)), ...dots);
  }
}

function traced(fr, program) {
  const field = C.sample(reader(program, [0]), fr.box, NODES, NODES);
  const at = (a, from, size) => from + (a / (NODES - 1)) * size;
  return C.trace(field, 0).map(({ xy, closed }) => {
    const line = Array.from({ length: xy.length / 2 }, (_, k) => [at(xy[2 * k], fr.x, fr.w), fr.y + fr.h - at(xy[2 * k + 1], 0, fr.h)]);
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
    const room = u < fr.x + fr.w - 70;
    if (u < free) continue;
    free = u + 70;
    A.label(ctx, theme, label, u + (room ? 7 : -7), hole ? fr.py((left + right) / 2) - 10 : fr.y + 14, { ...style(theme), align: room ? "left" : "right" });
  }
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
