// The figure of a function of two variables: its landscape with contours, and over it what belongs to the held point.
// Draw order: heights, contours, hatched boxes; lens, model, arrows, paths, names and then labels of contours, marks, ring.

const V = new URL(import.meta.url).search;
const [{ reader }, C, A, M, { alpha, heightTable }, { plain }, chart, E, { room }, { layers: overlays, words }] = await Promise.all(
  ["program", "contours", "axes", "marks", "theme", "numbers", "chart", "edges", "place", "layers"].map((name) => import(`./${name}.js${V}`)));

const LENS = 0.146; // its radius, in parts of the shorter side
/** `letters` are the last inputs of the programs: a slider changes them. `table` reads a function that is too long to travel. */
export function plane(scene, letters = [], table = null) {
  const [f, lensReader] = [0, 0].map((output) => table ?? reader(scene.value ?? scene.program, [output], letters));
  const jet = table ?? reader(scene.program, null, letters);
  const over = overlays(scene, letters);
  const at = (x) => f.at(x)[0];
  let drawn = null; // what was computed for the present paper: field, rule, lines, heights

  function frame(ctx, width, tallest, box = scene.box, least = 0) {
    return A.frame(box, width, { tallest, left: Math.max(least, A.leftMargin(ctx, A.marked(box[1], tallest / A.APART))) });
  }

  /** The grid has so many nodes along the longer side: even, so that no node lies on the middle of the window. */
  function compute(fr, theme, nodes, draft) {
    const long = Math.max(fr.w, fr.h), even = (l) => Math.max(24, 2 * Math.round((nodes * l) / long / 2));
    const [nx, ny] = [even(fr.w), even(fr.h)];
    const field = C.sample(f, fr.box, nx, ny);
    const rule = C.rule(field, scene.levels, Math.round(Math.max(16, long / 25)));
    C.cutJumps(field, at, rule.t);
    const path = new Path2D();
    const traced = rule.levels.map((level) => ({ level, lines: C.onPaper(C.trace(field, level), fr, nx, ny, path) }));
    const labels = draft ? [] : C.labels(traced, rule, field, fr, { most: long > 420 ? 7 : 5, gap: long > 420 ? 88 : 64 });
    const [x0, x1] = fr.box[0], typical = (field.sorted[Math.round(0.9 * (field.sorted.length - 1))] - field.sorted[Math.round(0.1 * (field.sorted.length - 1))]) / (x1 - x0) || 1;
    drawn = { field, typical, rule, path, labels, heights: heights(field, rule, theme), key: key(fr, nodes, draft) };
    if (field.depth) C.onPaper(C.region(field).map((corners) => ({ xy: corners.flat(), closed: true })), fr, nx, ny, drawn.region = new Path2D());
  }

  const key = (fr, nodes, draft) => [fr.w, fr.h, nodes, draft, ...fr.box.flat(), ...letters].join();

  /** The paper below the ring. A draft is coarse and has no numbers on its lines; edges are those of known letters. */
  function base(ctx, theme, fr, { nodes = 180, draft = false, known = true, layers = {}, ground = null } = {}) {
    if (drawn?.key !== key(fr, nodes, draft)) compute(fr, theme, nodes, draft);
    else if (drawn.theme !== theme.name) drawn.heights = heights(drawn.field, drawn.rule, theme);
    drawn.theme = theme.name;
    const { nx, ny } = drawn.field;
    ctx.save();
    A.clip(ctx, fr);
    ctx.imageSmoothingEnabled = true;
    ctx.imageSmoothingQuality = "high";
    const [gx, gy] = [fr.w / (nx - 1), fr.h / (ny - 1)]; // node k is the middle of pixel k
    drawn.covered = Boolean(ground?.(ctx, theme, fr));
    if (!drawn.covered) {
      ctx.save();
      if (drawn.region) ctx.clip(drawn.region);
      ctx.drawImage(drawn.heights, fr.x - gx / 2, fr.y - gy / 2, fr.w + gx, fr.h + gy);
      M.stroke(ctx, alpha(theme.ink, theme.name === "dark" ? 0.3 : 0.34), 1, [], drawn.path);
      ctx.restore();
    }
    over.draw(ctx, theme, fr, layers, draft, drawn.covered);
    drawn.words = E.onPlane(ctx, theme, fr, known ? scene.edges : [], (u, v) => beside(drawn.field, ((u - fr.x) / fr.w) * (nx - 1), ((fr.y + fr.h - v) / fr.h) * (ny - 1)));
    for (const [[x0, x1], [y0, y1]] of known ? scene.undecided : []) {
      const [w, h] = [Math.max(8, (x1 - x0) * fr.sx), Math.max(8, (y1 - y0) * fr.sy)];
      M.hatch(ctx, theme, fr.px((x0 + x1) / 2) - w / 2, fr.py((y0 + y1) / 2) - h / 2, w, h);
    }
    ctx.restore();
    A.axes(ctx, theme, fr, scene.names);
  }

  function top(ctx, theme, fr, { here, layers, paths: given = scene.paths, held, marks, shown, dim, extra }) {
    const [x, y] = fr.to(here.p), seen = fr.holds(here.p);
    const size = Math.min(fr.w, fr.h);
    const lens = seen && layers.model && here.model && Number.isFinite(here.f) ? LENS * size : 0;
    const spots = layers.critical ? marks.map(({ at: place, kind }) => [kind, ...fr.to(place)]) : [];
    const aim = layers.model && here.newton && here.slope > 0 && fr.holds(here.newton) ? fr.to(here.newton) : null;
    const paths = (layers.path ? given : []).map(({ method, points }) => [method, points.map(fr.to)]);
    const names = room(ctx, theme, fr), tips = [];
    names.keep(x, y, 13);
    for (let k = 0; k < 3; k++) names.keep(fr.x + fr.w - 24 - 33 * k, fr.y + 22, 19); // buttons lie there
    for (const [, u, v] of spots) names.keep(u, v, 11);
    if (aim) names.keep(...aim, 11);
    ctx.save();
    A.clip(ctx, fr);
    if (lens) drawLens(ctx, theme, fr, here, x, y, lens, held ? 24 : 36);
    if (seen && layers.eigen && here.eigen) cross(ctx, theme, fr, here, x, y, 0.143 * size, tips, lens);
    if (seen && layers.gradient && here.slope > 0 && Number.isFinite(here.slope)) slope(ctx, theme, fr, here, x, y, 0.25 * size, tips);
    ctx.globalAlpha = dim;
    for (const [method, points] of paths) names.avoid(M.path(ctx, theme, method, points));
    ctx.globalAlpha = 1;
    for (const { tip, places } of tips) names.avoid([places[0] ?? [x, y], tip]);
    if (lens) names.keep(x, y, lens, 24);
    extra?.(ctx, names);
    E.name(names, theme, drawn.words);
    chart.over(ctx, theme, scene.parts, fr, fr.to, names);
    for (const { name, tip, colour, places } of tips) names.write(name, [tip, ...places], { colour, size: 17.5, weight: 400, gap: 4 });
    const r = 0.7 * lens;
    if (lens) names.write("its quadratic model", [[r, r], [-r, r], [r, -r], [-r, -r]].map(([u, v]) => [x + u, y + v]), { colour: theme.second, gap: 9, beside: true });
    chart.namePaths(names, theme, fr, paths);
    for (const { x: u, y: v, level, angle } of drawn.covered ? [] : drawn.labels) names.write(plain(level), [[u, v]], { colour: alpha(theme.ink, 0.85), size: 12, weight: 400, angle, most: 20 });
    ctx.globalAlpha = shown;
    for (const [kind, u, v] of spots) M.mark(ctx, theme, kind, u, v);
    ctx.globalAlpha = 1;
    if (aim) M.aim(ctx, theme, ...aim, spots.some(([, u, v]) => Math.hypot(u - aim[0], v - aim[1]) < 9));
    ctx.restore();
    if (seen) M.ring(ctx, theme, x, y, held);
  }

  /** f and its model over the same levels, on n × n nodes, so that one sees them touch at p. */
  function drawLens(ctx, theme, fr, here, x, y, r, n) {
    const dx = r / fr.sx, dy = r / fr.sy, [a, b] = here.p;
    const box = [[a - dx, a + dx], [b - dy, b + dy]];
    const field = C.sample(lensReader, box, n, n);
    C.cutJumps(field, at, drawn.rule.t);
    const model = { nx: n, ny: n, v: new Float64Array(n * n), ok: new Uint8Array((n - 1) ** 2).fill(1) };
    for (let k = 0; k < n * n; k++) model.v[k] = here.model(...field.place(k % n, Math.floor(k / n)));
    const levels = lensLevels(field.sorted);
    const rim = new Path2D();
    rim.arc(x, y, r, 0, 2 * Math.PI);
    ctx.save();
    ctx.fillStyle = alpha(theme.bg, 0.42);
    ctx.fill(rim);
    ctx.clip(rim);
    for (const [source, ...look] of [[field, alpha(theme.ink, 0.62), 1, []], [model, theme.second, 2, [7, 4]]]) {
      const path = new Path2D();
      for (const level of levels) C.onPaper(C.trace(source, level), { x: x - r, y: y - r, w: 2 * r, h: 2 * r }, n, n, path);
      M.stroke(ctx, ...look, path);
    }
    const conic = new Path2D(); // the ellipse or hyperbola on which the model is f(p)
    C.onPaper(C.trace(model, here.f), { x: x - r, y: y - r, w: 2 * r, h: 2 * r }, n, n, conic);
    M.stroke(ctx, theme.second, 2.6, [], conic);
    ctx.restore();
    M.stroke(ctx, theme.second, 1.25, [], rim);
  }

  /** The levels of the map that pass through the lens; where they are fewer than four, finer ones for both. */
  function lensLevels(sorted) {
    const [lo, hi] = [sorted[0], sorted[sorted.length - 1]];
    const through = drawn.rule.levels.filter((level) => level > lo && level < hi);
    if (through.length >= 4 || !(hi > lo)) return through;
    const [from, to] = C.ends(sorted);
    return Array.from({ length: 6 }, (_, k) => from + ((to - from) * (k + 0.5)) / 6);
  }

  function slope(ctx, theme, fr, { g, slope: s }, x, y, most, tips) {
    const [u, v] = unit(g[0] * fr.sx, -g[1] * fr.sy);
    const length = Math.max(14, (most * s) / (s + drawn.typical / 3));
    M.arrow(ctx, theme, x, y, u * length, v * length, { colour: theme.ink });
    const of = /^\w$/.test(scene.name) ? scene.name : "f";
    tips.push({ name: [of, "", "∇"], tip: [x + u * length, y + v * length], colour: theme.ink, places: [] });
  }

  function cross(ctx, theme, fr, { eigen, g }, x, y, most, tips, lens) {
    const largest = Math.max(...eigen.map(({ value }) => Math.abs(value)));
    for (const [i, { value, zero, angle }] of [...eigen.entries()].reverse()) {
      const [u, v] = unit(Math.cos(angle) * fr.sx, -Math.sin(angle) * fr.sy);
      const length = 22 + (largest > 0 ? ((most - 22) * Math.abs(value)) / largest : 0);
      M.arrow(ctx, theme, x, y, u * length, v * length, { colour: theme.second, width: 3, head: zero ? 0 : 13, dash: value < 0 && !zero ? [7, 4] : [], double: true });
      const back = g && u * g[0] * fr.sx - v * g[1] * fr.sy > 0; // the tip on the far side of the gradient has room
      const s = Math.abs(v) > 0.4 ? (v < 0 ? 1 : -1) : back ? -1 : 1;
      const [tip, ...places] = [length, -length, lens, -lens].map((r) => [x + s * u * r, y + s * v * r]);
      if (scene.whole) tips.push({ name: ["λ", String(i + 1)], tip, colour: theme.second, places: lens ? places : [places[0]] });
    }
  }

  const caption = (layers) => [
    drawn?.covered ? "" : drawn?.rule.say ?? "",
    drawn?.field.undefinedShare > 0.01 ? "Blank where *f* is not defined." : "",
    ...words(layers, drawn?.covered, scene.whole),
    layers.gradient || layers.eigen ? "Arrows are drawn to fit; the numbers carry their lengths." : "",
  ];
  return { n: 2, jet, f, frame, base, top, caption, levels: () => drawn?.rule.levels ?? [] };
}

const unit = (u, v) => { const r = Math.hypot(u, v) || 1; return [u / r, v / r]; };

/** Whether f has a value at one of the nodes around a place of the grid. */
function beside({ nx, ny, v }, a, b) {
  for (const j of [Math.floor(b) - 1, Math.floor(b), Math.ceil(b), Math.ceil(b) + 1])
    for (const i of [Math.floor(a) - 1, Math.floor(a), Math.ceil(a), Math.ceil(a) + 1])
      if (i >= 0 && j >= 0 && i < nx && j < ny && Number.isFinite(v[j * nx + i])) return true;
  return false;
}

/** The heights as one small picture, a pixel a node, carried on by a node where f has no value; else transparent. */
function heights({ nx, ny, v }, { t }, theme) {
  const table = heightTable(theme.heights);
  const image = new ImageData(nx, ny);
  const mean = (i, j) => {
    let sum = 0, n = 0;
    for (let b = Math.max(0, j - 1); b <= Math.min(ny - 1, j + 1); b++)
      for (let a = Math.max(0, i - 1); a <= Math.min(nx - 1, i + 1); a++)
        if (Number.isFinite(v[b * nx + a])) { sum += t(v[b * nx + a]); n++; }
    return n ? sum / n : NaN;
  };
  for (let j = 0; j < ny; j++)
    for (let i = 0; i < nx; i++) {
      const node = v[(ny - 1 - j) * nx + i], value = node === node ? t(node) : mean(i, ny - 1 - j);
      if (value !== value) continue;
      const from = 4 * Math.round(255 * value);
      image.data.set(table.subarray(from, from + 4), 4 * (j * nx + i));
    }
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [nx, ny];
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
}
