// Space on flat paper: seen from a turn and a tilt, in degrees, without perspective; faces that are nearer lie over those behind them.

const V = new URL(import.meta.url).search;
const [{ alpha }, M] = await Promise.all(["theme", "marks"].map((name) => import(`./${name}.js${V}`)));

const RAD = Math.PI / 180, EDGE = 34; // px around the block, for its names

/** A view of a block [[lo, hi], [lo, hi], [lo, hi]] on a paper of this size: to(point) → [u, v], deep(point) → how near; `equal` scales or not. */
export function view(block, { w, h }, { turn, tilt }, equal) {
  const [c, s, k, l] = [Math.cos(turn * RAD), Math.sin(turn * RAD), Math.cos(tilt * RAD), Math.sin(tilt * RAD)];
  const sides = block.map(([lo, hi]) => hi - lo), most = Math.max(...sides), middle = block.map(([lo, hi]) => (lo + hi) / 2);
  const turned = (q, by = scale) => { const [x, y, z] = q.map((v, i) => (v - middle[i]) * by[i]); return [-s * x + c * y, c * x + s * y, z]; };
  const one = sides.map((side) => 1 / (equal ? most : side)), corners = Array.from({ length: 8 }, (_, e) => turned(block.map((side, i) => side[(e >> i) & 1]), one));
  const reach = [0, 1].map((i) => Math.max(...corners.map(([a, b, z]) => Math.abs(i ? k * z - l * b : a)))), fit = Math.min((w / 2 - EDGE) / reach[0], (h / 2 - EDGE) / reach[1]);
  const scale = one.map((v) => v * fit);
  const to = (q) => { const [a, b, z] = turned(q); return [w / 2 + a, h / 2 - (k * z - l * b)]; };
  const deep = (q) => { const [, b, z] = turned(q); return k * b + l * z; };
  return { to, deep, scale };
}

/** The three axes of a block from its corner farthest below, with their names and ends. */
export function axes(ctx, theme, seen, block, names, room, text) {
  const corner = [0, 1].map((i) => { const near = [0, 1].map((e) => seen.deep(block.map(([lo, hi], j) => (j === i ? (e ? hi : lo) : j === 2 ? lo : (lo + hi) / 2)))); return near[0] < near[1] ? 0 : 1; });
  const at = (ends) => ends.map((e, i) => block[i][e]), from = [...corner, 0];
  for (const i of [0, 1, 2]) {
    const base = i === 2 ? [corner[0], 1 - corner[1], 0] : from.map((e, j) => (j === 2 ? 0 : j === i ? 0 : 1 - e)), [low, high] = [0, 1].map((e) => seen.to(at(base.map((one, j) => (j === i ? e : one)))));
    ctx.beginPath(); ctx.moveTo(...low); ctx.lineTo(...high);
    M.stroke(ctx, theme.line, 1.2);
    [low, high].forEach((place, e) => room.write(text(block[i][e], i), [place], { colour: theme.ink2, size: 12, weight: 400, gap: 4 }));
    room.write(names[i], [low.map((v, j) => (v + high[j]) / 2)], { size: 16, weight: 400, gap: 6 });
  }
}

/** A net of points, columns × rows, as faces; those without a place are left out. */
export function net(ctx, theme, seen, points, columns, rows) {
  const faces = [];
  for (let j = 0; j + 1 < rows; j++) for (let i = 0; i + 1 < columns; i++) {
    const four = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]].map(([a, b]) => points[b * columns + a]);
    if (four.every((q) => q.every(Number.isFinite))) faces.push([four.map(seen.to), four.reduce((sum, q) => sum + seen.deep(q), 0)]);
  }
  faces.sort((one, other) => one[1] - other[1]);
  ctx.lineWidth = 1;
  ctx.lineJoin = "round";
  ctx.strokeStyle = alpha(theme.ink2, 0.5);
  ctx.fillStyle = alpha(theme.bg2, 0.86);
  for (const [four] of faces) { M.polygon(ctx, four); ctx.fill(); ctx.stroke(); }
}
