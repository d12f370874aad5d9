// What the figures of maps draw alike: the shape around a point, patches, arrows with their names, and the fold of a map.

const V = new URL(import.meta.url).search;
const [M, C, { alpha }] = await Promise.all(["marks", "contours", "theme"].map((name) => import(`./${name}.js${V}`)));

const POINTS = 32; // of an edge of the square
const finite = (all) => all.every(Number.isFinite);

export const pairs = ([X, Y]) => Array.from(X, (x, k) => [x, Y[k]]);

/** The shape around p as columns [X, Y]: the edge of a square from its corner, or a circle; anticlockwise and closed. */
export function outline([x, y], h, circle) {
  const n = 4 * POINTS, X = new Float64Array(n + 1), Y = new Float64Array(n + 1);
  for (let k = 0; k <= n; k++) {
    const t = (2 * Math.PI * k) / n, along = (k % n) / POINTS, s = along % 1, side = Math.floor(along);
    X[k] = x + h * (circle ? Math.cos(t) : [s, 1, 1 - s, 0][side]);
    Y[k] = y + h * (circle ? Math.sin(t) : [0, s, 1, 1 - s][side]);
  }
  return [X, Y];
}

/** A closed line through places of the plane, filled in part, dashed or not. */
export function patch(ctx, theme, fr, places, { fill = 0, token = "ink", dash = [], width = 1.6 } = {}) {
  const spots = places.map(fr.to).filter(finite);
  if (spots.length < 2) return;
  M.polygon(ctx, spots);
  if (fill) { ctx.fillStyle = alpha(theme.accent, fill); ctx.fill(); }
  M.stroke(ctx, theme[token], width, dash);
}

/** An arrow between places of the plane, with its name where there is room. */
export function arrow(ctx, theme, fr, from, to, token, room, name = null, more = {}) {
  const [[a, b], [c, d]] = [fr.to(from), fr.to(to)];
  if (!finite([a, b, c, d])) return;
  M.arrow(ctx, theme, a, b, c - a, d - b, { colour: theme[token], width: 3, head: 13, ...more });
  room.avoid([[a, b], [c, d]]);
  if (name) room.write(name, [[c, d], [(a + c) / 2, (b + d) / 2]], { colour: theme[token], size: 17.5, weight: 400, gap: 5 });
}

/** Where det J is 0 in a window: lines of places of the plane, each with its image. D reads J, F the map. */
export function fold(D, F, fr, nodes) {
  const row = (columns, n) => { const [a, b, c, d] = D.row(columns, n); return [a.map((v, k) => v * d[k] - b[k] * c[k])]; };
  return C.onPaper(C.trace(C.sample({ ...D, row }, fr.box, nodes, nodes), 0), fr, nodes, nodes, new Path2D()).map(({ px, closed }) => {
    const all = Array.from({ length: px.length / 2 }, (_, k) => fr.from(px[2 * k], px[2 * k + 1])), line = closed ? [...all, all[0]] : all;
    return { line, image: pairs(F.row([0, 1].map((i) => Float64Array.from(line, (q) => q[i])), line.length)) };
  });
}

/** A fold on the paper. */
export function folded(ctx, theme, fr, places) {
  ctx.beginPath();
  for (const q of places) ctx.lineTo(...fr.to(q));
  M.stroke(ctx, theme.bg, 4.5);
  M.stroke(ctx, theme.ink, 2, [7, 4]);
}
