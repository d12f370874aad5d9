// The figure of a function of two variables: its landscape with contours, and over it what belongs to the held point.
// Draw order: heights, contours, labels, hatched boxes; lens, model, arrows, paths, marks, ring.

const V = new URL(import.meta.url).search;
const [{ reader }, C, A, M, { alpha, heightTable, TEXT }, { plain }, chart, E] = await Promise.all(
  ["program", "contours", "axes", "marks", "theme", "numbers", "chart", "edges"].map((name) => import(`./${name}.js${V}`)));

const NODES = 180; // of the grid along the longer side: even, so that no node lies on the middle of the window

export function plane(scene) {
  const f = reader(scene.value ?? scene.program, [0]);
  const lensReader = reader(scene.value ?? scene.program, [0]);
  const jet = reader(scene.program);
  const at = (x) => f.at(x)[0];
  let drawn = null; // what was computed for the present size: field, rule, lines, heights

  function frame(ctx, width, tallest) {
    const left = A.leftMargin(ctx, scene.box[1], tallest);
    return A.frame(scene.box, width, { tallest, left });
  }

  function compute(fr, theme) {
    const long = Math.max(fr.w, fr.h), even = (l) => Math.max(24, 2 * Math.round((NODES * l) / long / 2));
    const [nx, ny] = [even(fr.w), even(fr.h)];
    const field = C.sample(f, scene.box, nx, ny);
    const rule = C.rule(field, scene.levels ?? "auto", Math.round(Math.max(16, long / 25)));
    C.cutJumps(field, at, rule.t);
    const path = new Path2D();
    const traced = rule.levels.map((level) => ({ level, lines: onPaper(C.trace(field, level), fr, nx, ny, path) }));
    const labels = C.labels(traced, rule, field, fr, { most: long > 420 ? 7 : 5, margin: 26, gap: long > 420 ? 88 : 64 });
    const [x0, x1] = scene.box[0], typical = (field.sorted[Math.round(0.9 * (field.sorted.length - 1))] - field.sorted[Math.round(0.1 * (field.sorted.length - 1))]) / (x1 - x0) || 1;
    drawn = { field, typical, rule, path, labels, heights: heights(field, rule, theme), size: [fr.w, fr.h] };
    if (field.depth) onPaper(C.region(field).map((corners) => ({ xy: corners.flat(), closed: true })), fr, nx, ny, drawn.region = new Path2D());
  }

  function onPaper(lines, fr, nx, ny, path) {
    const [kx, ky] = [fr.w / (nx - 1), fr.h / (ny - 1)];
    return lines.map(({ xy, closed }) => {
      const px = new Float32Array(xy.length);
      for (let k = 0; k < xy.length; k += 2) {
        px[k] = fr.x + xy[k] * kx;
        px[k + 1] = fr.y + fr.h - xy[k + 1] * ky;
        if (k) path.lineTo(px[k], px[k + 1]); else path.moveTo(px[k], px[k + 1]);
      }
      if (closed) path.closePath();
      return { px, closed };
    });
  }

  function base(ctx, theme, fr, marks) {
    if (!drawn || drawn.size[0] !== fr.w || drawn.size[1] !== fr.h) compute(fr, theme);
    else if (drawn.theme !== theme.name) drawn.heights = heights(drawn.field, drawn.rule, theme);
    drawn.theme = theme.name;
    const { nx, ny } = drawn.field;
    ctx.save();
    A.clip(ctx, fr);
    ctx.imageSmoothingEnabled = true;
    ctx.imageSmoothingQuality = "high";
    const [gx, gy] = [fr.w / (nx - 1), fr.h / (ny - 1)]; // node k is the middle of pixel k
    ctx.save();
    if (drawn.region) ctx.clip(drawn.region);
    ctx.drawImage(drawn.heights, fr.x - gx / 2, fr.y - gy / 2, fr.w + gx, fr.h + gy);
    M.stroke(ctx, alpha(theme.ink, theme.name === "dark" ? 0.3 : 0.34), 1, [], drawn.path);
    ctx.restore();
    E.onPlane(ctx, theme, fr, scene.edges ?? [], (u, v) => beside(drawn.field, ((u - fr.x) / fr.w) * (nx - 1), ((fr.y + fr.h - v) / fr.h) * (ny - 1)));
    const free = ({ x, y }) => marks.every((m) => Math.hypot(...fr.to(m.at).map((v, i) => v - [x, y][i])) > 20);
    for (const spot of drawn.labels.filter(free)) {
      ctx.save();
      ctx.translate(spot.x, spot.y);
      ctx.rotate(spot.angle);
      A.label(ctx, theme, plain(spot.level), 0, 4, { colour: alpha(theme.ink, 0.85) });
      ctx.restore();
    }
    for (const [[x0, x1], [y0, y1]] of scene.undecided ?? []) {
      const [w, h] = [Math.max(8, (x1 - x0) * fr.sx), Math.max(8, (y1 - y0) * fr.sy)];
      M.hatch(ctx, theme, fr.px((x0 + x1) / 2) - w / 2, fr.py((y0 + y1) / 2) - h / 2, w, h);
    }
    ctx.restore();
    A.axes(ctx, theme, fr, scene.names);
  }

  function top(ctx, theme, fr, { here, layers, held, marks, shown, dim }) {
    const [x, y] = fr.to(here.p);
    const size = Math.min(fr.w, fr.h);
    const lens = layers.model && here.model && Number.isFinite(here.f);
    ctx.save();
    A.clip(ctx, fr);
    if (lens) drawLens(ctx, theme, fr, here, x, y, 0.146 * size);
    const tips = [];
    if (layers.eigen && here.eigen) cross(ctx, theme, fr, here, x, y, 0.143 * size, tips);
    if (layers.gradient && here.slope > 0 && Number.isFinite(here.slope)) slope(ctx, theme, fr, here, x, y, 0.25 * size, tips);
    if (lens) lensName(ctx, theme, fr, x, y, 0.146 * size);
    for (const [name, u, v, colour] of tips)
      A.symbol(ctx, theme, name, Math.min(fr.x + fr.w - 14, Math.max(fr.x + 14, u)), Math.min(fr.y + fr.h - 8, Math.max(fr.y + 16, v)), { colour, size: 17.5 });
    if (layers.path) {
      ctx.globalAlpha = dim;
      for (const { method, points } of scene.paths ?? []) M.path(ctx, theme, method, points.map(fr.to));
      const names = [];
      for (const { method, points } of scene.paths ?? []) if (points[1]) pathName(ctx, theme, fr, method, points, names);
      ctx.globalAlpha = 1;
    }
    chart.over(ctx, theme, scene.parts ?? [], fr, fr.to);
    if (layers.critical) {
      ctx.globalAlpha = shown;
      for (const { at: place, kind } of marks) M.mark(ctx, theme, kind, ...fr.to(place));
      ctx.globalAlpha = 1;
    }
    if (layers.model && here.newton && here.slope > 0 && fr.holds(here.newton)) {
      const [u, v] = fr.to(here.newton);
      const taken = layers.critical && marks.some(({ at: place }) => Math.hypot(fr.px(place[0]) - u, fr.py(place[1]) - v) < 9);
      M.aim(ctx, theme, u, v, taken);
    }
    ctx.restore();
    M.ring(ctx, theme, x, y, held);
  }

  /** f and its model over the same levels, so that one sees them touch at p. */
  function drawLens(ctx, theme, fr, here, x, y, r) {
    const n = 44, dx = r / fr.sx, dy = r / fr.sy, [a, b] = here.p;
    const box = [[a - dx, a + dx], [b - dy, b + dy]];
    const field = C.sample(lensReader, box, n, n);
    C.cutJumps(field, at, drawn.rule.t);
    const model = { nx: n, ny: n, v: new Float64Array(n * n), ok: new Uint8Array((n - 1) ** 2).fill(1) };
    for (let k = 0; k < n * n; k++) model.v[k] = here.model(...field.place(k % n, Math.floor(k / n)));
    const levels = lensLevels(field.sorted);
    ctx.save();
    ctx.beginPath();
    ctx.arc(x, y, r, 0, 2 * Math.PI);
    ctx.fillStyle = alpha(theme.bg, 0.42);
    ctx.fill();
    ctx.clip();
    const inside = { x: x - r, y: y - r, w: 2 * r, h: 2 * r };
    const lines = (source) => {
      const path = new Path2D();
      for (const level of levels) onPaper(C.trace(source, level), inside, n, n, path);
      return path;
    };
    M.stroke(ctx, alpha(theme.ink, 0.62), 1, [], lines(field));
    M.stroke(ctx, theme.second, 2, [7, 4], lines(model));
    ctx.restore();
    ctx.beginPath();
    ctx.arc(x, y, r, 0, 2 * Math.PI);
    M.stroke(ctx, theme.second, 1.25);
  }

  /** The levels of the map that pass through the lens; where they are fewer than four, finer ones for both. */
  function lensLevels(sorted) {
    const [lo, hi] = [sorted[0], sorted[sorted.length - 1]];
    const through = drawn.rule.levels.filter((level) => level > lo && level < hi);
    if (through.length >= 4 || !(hi > lo)) return through;
    const [from, to] = C.ends(sorted);
    return Array.from({ length: 6 }, (_, k) => from + ((to - from) * (k + 0.5)) / 6);
  }

  function lensName(ctx, theme, fr, x, y, r) {
    const text = "its quadratic model", style = { size: 13, weight: 600, colour: theme.second };
    ctx.font = `600 13px ${TEXT}`;
    const width = ctx.measureText(text).width;
    const right = x + 0.6 * r + width < fr.x + fr.w - 4;
    const low = y + r + 8 < fr.y + fr.h - 4;
    A.label(ctx, theme, text, right ? x + 0.6 * r : x - 0.6 * r, low ? y + 0.98 * r : y - 0.9 * r, { ...style, align: right ? "left" : "right" });
  }

  function slope(ctx, theme, fr, { g, slope: s }, x, y, most, tips) {
    const [u, v] = unit(g[0] * fr.sx, -g[1] * fr.sy);
    const length = Math.max(14, (most * s) / (s + drawn.typical / 3));
    M.arrow(ctx, theme, x, y, u * length, v * length, { colour: theme.ink });
    const sub = /^\w$/.test(scene.name ?? "f") ? scene.name ?? "f" : "f";
    tips.push([["∇", ""], x + u * (length + 21) - 5, y + v * (length + 21) + 6, theme.ink], [[sub, ""], x + u * (length + 21) + 8, y + v * (length + 21) + 6, theme.ink]);
  }

  function cross(ctx, theme, fr, { eigen, g }, x, y, most, tips) {
    const largest = Math.max(...eigen.map(({ value }) => Math.abs(value)));
    for (const [i, { value, zero, angle }] of [...eigen.entries()].reverse()) {
      const [u, v] = unit(Math.cos(angle) * fr.sx, -Math.sin(angle) * fr.sy);
      const length = 22 + (largest > 0 ? ((most - 22) * Math.abs(value)) / largest : 0);
      M.arrow(ctx, theme, x, y, u * length, v * length, { colour: theme.second, width: 3, head: zero ? 0 : 13, dash: value < 0 && !zero ? [7, 4] : [], double: true });
      const back = g && u * g[0] * fr.sx - v * g[1] * fr.sy > 0; // the tip on the far side of the gradient has room
      const s = Math.abs(v) > 0.4 ? (v < 0 ? 1 : -1) : back ? -1 : 1;
      tips.push([["λ", String(i + 1)], x + s * u * (length + 16), y + s * v * (length + 14) + 5, theme.second]);
    }
  }

  /** The name where the path ends or leaves the paper, below other names. */
  function pathName(ctx, theme, fr, method, points, names) {
    const end = fr.holds(points.at(-1)) ? points.length : points.findIndex((p) => !fr.holds(p));
    const [u, v] = fr.to(points[Math.max(0, end - 1)]), left = u > fr.x + fr.w - 120;
    let y = Math.max(fr.y + 14, v - 8);
    while (names.some(([a, b]) => Math.abs(a - u) < 110 && Math.abs(b - y) < 16)) y += 16;
    names.push([u, y]);
    A.label(ctx, theme, method, u + (left ? -10 : 10), y, { size: 13, weight: 600, align: left ? "right" : "left", colour: theme[M.look(method)[0]] });
  }

  const caption = (layers) => [
    drawn?.rule.say ?? "",
    drawn?.field.undefinedShare > 0.01 ? "Blank where *f* is not defined." : "",
    layers.gradient || layers.eigen ? "Arrows are drawn to fit; the numbers carry their lengths." : "",
  ];
  return { n: 2, jet, f, frame, base, top, caption };
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
