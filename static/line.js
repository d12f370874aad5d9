// The figure of a function of one variable: the curve y = f(x) with its gaps, the tangent, the quadratic model, marks.

const V = new URL(import.meta.url).search;
const [{ reader }, { ends }, A, M, { alpha }, W, chart, E, { room }] = await Promise.all(
  ["program", "contours", "axes", "marks", "theme", "curve", "chart", "edges", "place"].map((name) => import(`./${name}.js${V}`)));

/** `table` reads a function that is too long to travel. */
export function line(scene, letters = [], table = null) {
  const f = table ?? reader(scene.value ?? scene.program, [0], letters);
  const jet = table ?? reader(scene.program, null, letters);
  let side = scene.box[0]; // what is seen
  const at = (x) => f.at([x])[0];
  const to = (x) => [x];
  let drawn = null;

  function compute(width) {
    const walk = W.walk(f, ...side, Math.round(4 * width), to);
    const bands = W.swings(walk);
    const heights = heightsShown(walk.sorted);
    W.cutWalk(walk, f, heights[1] - heights[0], to);
    drawn = { walk, bands, heights, key: key(width) };
  }

  const key = (width) => [width, ...side, ...letters].join();

  function frame(ctx, width, tallest, [seen] = scene.box, least = 0) {
    side = seen;
    if (drawn?.key !== key(width)) compute(width);
    const left = Math.max(least, A.leftMargin(ctx, A.marked(drawn.heights, tallest / A.APART)));
    return A.frame([side, drawn.heights], width, { tallest, left, plane: false });
  }

  function base(ctx, theme, fr, { known = true, ground = null } = {}) {
    A.axes(ctx, theme, fr, [fr.bare ? "" : scene.names[0], scene.name], { grid: true, ...(fr.bare ? { xs: [] } : {}) }); // bare: another graph below has the numbers
    ctx.save();
    A.clip(ctx, fr);
    ground?.(ctx, theme, fr);
    for (const [[a, b]] of known ? scene.undecided : []) {
      const w = Math.max(8, (b - a) * fr.sx);
      M.hatch(ctx, theme, fr.px((a + b) / 2) - w / 2, fr.y, w, fr.h);
    }
    ctx.fillStyle = alpha(theme.ink2, 0.35);
    const { s, v } = drawn.walk;
    for (const [a, b] of drawn.bands) {
      const values = v.slice(a, b + 1).filter(Number.isFinite), high = Math.max(...values);
      ctx.fillRect(fr.px(s[a]), fr.py(high), fr.px(s[b]) - fr.px(s[a]), (high - Math.min(...values)) * fr.sy);
    }
    M.stroke(ctx, theme.ink2, 3, [], W.curvePath(drawn.walk, fr));
    drawn.words = E.onLine(ctx, theme, fr, known ? scene.edges : [], at);
    ctx.restore();
  }

  function top(ctx, theme, fr, { here, layers, paths: given = scene.paths, held, marks, shown, dim, extra }) {
    const [a] = here.p, seen = a >= side[0] && a <= side[1], x = fr.px(a);
    const curves = [{ name: scene.name, of: drawn.walk.of, from: side[0], until: side[1] }];
    const draw = (name, of, reach, width, colour, dash) => {
      const curve = { name, of, from: Math.max(side[0], a - reach), until: Math.min(side[1], a + reach), style: { colour } };
      M.stroke(ctx, colour, width, dash, W.smoothPath(of, curve.from, curve.until, fr));
      curves.push(curve);
    };
    const wide = side[1] - side[0], y = Math.min(fr.y + fr.h, Math.max(fr.y, fr.py(place(here.p)))), names = room(ctx, theme, fr);
    const spots = (layers.critical ? marks : []).map(({ at: [u], kind }) => [kind, fr.px(u), fr.py(at(u))]).filter(([, , v]) => Number.isFinite(v));
    names.keep(x, y, 13);
    for (let k = 0; k < 3; k++) names.keep(fr.x + fr.w - 24 - 33 * k, fr.y + 22, 19); // buttons lie there
    for (const [, ...spot] of spots) names.keep(...spot, 11);
    ctx.save();
    A.clip(ctx, fr);
    if (layers.model && here.model) draw("its quadratic model", here.model, 0.36 * wide, 2.2, theme.second, [7, 4]);
    if (layers.gradient && here.g && Number.isFinite(here.f + here.g[0])) draw("tangent", (u) => here.f + here.g[0] * (u - a), 0.3 * wide, 2, theme.ink, []);
    const paths = (layers.path ? given : []).map(({ method, points }) => [method, points.map(([u]) => [fr.px(u), fr.py(at(u))]).filter(([, v]) => Number.isFinite(v))]);
    ctx.globalAlpha = dim;
    for (const [method, points] of paths) names.avoid(M.path(ctx, theme, method, points));
    ctx.globalAlpha = 1;
    extra?.(ctx, names);
    chart.over(ctx, theme, scene.parts, fr, ([u, v]) => [fr.px(u), fr.py(v)], names);
    E.name(names, theme, drawn.words);
    W.nameCurves(names, fr, curves);
    chart.namePaths(names, theme, fr, paths);
    ctx.globalAlpha = shown;
    for (const spot of spots) M.mark(ctx, theme, ...spot);
    ctx.globalAlpha = 1;
    const target = layers.model && here.slope > 0 && here.newton ? here.newton[0] : NaN;
    if (target >= side[0] && target <= side[1]) M.aim(ctx, theme, fr.px(target), Math.min(fr.y + fr.h - 8, Math.max(fr.y + 8, fr.py(here.model(target)))));
    ctx.restore();
    if (!seen) return;
    ctx.beginPath();
    ctx.moveTo(x, y);
    ctx.lineTo(x, fr.y + fr.h);
    M.stroke(ctx, theme.ink2, 1, [2, 3]);
    M.ring(ctx, theme, x, y, held);
  }

  /** The height at which the ring lies: on the axis where f has no value. */
  function place([x]) {
    const v = at(x);
    return Number.isFinite(v) ? v : drawn.heights[0];
  }
  const caption = () => [
    drawn?.bands.length ? "Grey band: *f* swings faster here than the paper can show." : "",
    drawn?.walk.sorted.length < drawn?.walk.v.length ? "No line where *f* is not defined." : "",
  ];
  return { n: 1, jet, f, frame, base, top, caption, place };
}

/** The side of y: all values with room around them, or, where a pole makes them run away, most of them. */
export function heightsShown(sorted) {
  if (!sorted.length) return [-1, 1];
  let [lo, hi] = ends(sorted);
  const part = (q) => sorted[Math.round(q * (sorted.length - 1))];
  if (lo > sorted[0]) lo = part(0.08);
  if (hi < sorted.at(-1)) hi = part(0.92);
  const room = hi > lo ? 0.08 * (hi - lo) : Math.max(1, 0.5 * Math.abs(hi));
  return [lo - room, hi + room];
}
