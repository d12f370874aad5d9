// The lab of the Jacobian as the best linear map, with the formulas of core/deformation.py: a small square or circle at p, its true image, and
// what J makes of it; how far apart they are, and how that shrinks with h.
//
//     F(p + v)  =  F(p)  +  J(p) v  +  o(|v|)
//
// Columns of J are where the edges go, rows are the gradients of the outputs: whoever points at one sees the other.

const V = new URL(import.meta.url).search;
const [{ reader }, C, M, chart, E, { slider }, { h: el, write, rewrite, rich, named }, N, { alpha }, A, B, { lattice, imaged, strokeLines }, { tableau, three }, { outline, pairs }] = await Promise.all(
  ["program", "contours", "marks", "chart", "edges", "controls", "dom", "numbers", "theme", "axes", "board", "lattice", "tableau", "sketch"].map((name) => import(`./${name}.js${V}`)));

const ROUNDING = 1e-12; // a gap below this part of the numbers it is made of is rounding, as in core/deformation.py
const NODES = 64, DRAFT = 30; // of the grid on which det J is traced, and while the window changes
const SIDES = Array.from({ length: 19 }, (_, k) => 10 ** (k / 6 - 3)); // of the line of gaps
const SMALL = 0.25, LARGE = 0.8; // parts of the output’s window that the image may fill before that is another one
const NEAR = 9; // px to an arrow
const FLAT = 1e-9; // a singular value below this part of the largest counts as zero, as in core/deformation.py
const CONDITIONS = [2, 5, 10, 100];

/** The singular values and vectors of [a, b; c, d]: { s: [s1, s2], v: [v1, v2], u: [u1, u2] }, the larger first. */
export function svd([a, b, c, d]) {
  const e = (a + d) / 2, f = (a - d) / 2, g = (c + b) / 2, k = (c - b) / 2, q = Math.hypot(e, k), r = Math.hypot(f, g);
  const sum = Math.atan2(k, e), gap = Math.atan2(g, f), beta = (sum - gap) / 2, turn = (sum + gap) / 2;
  const v = [[Math.cos(beta), -Math.sin(beta)], [Math.sin(beta), Math.cos(beta)]], flip = q < r ? -1 : 1;
  return { s: [q + r, Math.abs(q - r)], v, u: [[Math.cos(turn), Math.sin(turn)], [-Math.sin(turn) * flip, Math.cos(turn) * flip]] };
}

/** The area that a closed line encloses, with its sign. */
export function area(X, Y) {
  let twice = 0;
  for (let k = 1; k < X.length; k++) twice += (X[k - 1] - X[0]) * (Y[k] - Y[0]) - (X[k] - X[0]) * (Y[k - 1] - Y[0]);
  return twice / 2;
}

/** The gap: at the far corner of the square, or the largest on the circle; 0 where that is rounding. */
export function gap(F, at, J, p, h, circle) {
  const away = (u, v) => {
    const image = F.at([p[0] + u, p[1] + v]), far = [0, 1].map((i) => image[i] - at[i] - (J[2 * i] * u + J[2 * i + 1] * v));
    const size = Math.max(...image.map(Math.abs)) + Math.max(...at.map(Math.abs)) + h * J.reduce((sum, v) => sum + Math.abs(v), 0), length = Math.hypot(...far);
    return length <= ROUNDING * size ? 0 : length;
  };
  if (!circle) return away(h, h);
  return Math.max(...Array.from({ length: 24 }, (_, k) => away(h * Math.cos((Math.PI * k) / 12), h * Math.sin((Math.PI * k) / 12))));
}

/** The slope of log gap over log h at the smallest sides that have a gap; null without two. */
export function slope(pairs) {
  const seen = pairs.filter(([, g]) => g > 0);
  if (seen.length < 2) return null;
  const [[h, g], [k, q]] = [seen[0], seen[Math.min(4, seen.length - 1)]];
  return Math.log(q / g) / Math.log(k / h);
}

const finite = (all) => all.every(Number.isFinite);
export { outline };

export function lab(root, figure) {
  const host = B.host(root, figure), left = B.sight(), right = B.sight();
  let F = null, D = null, read = "", data = null, lit = null, now = null, before = {}, grid = null, fold = null, bounds = null, nodes = NODES;

  const input = B.pane(host, "", { label: "" }), output = B.pane(host, "");
  const J = tableau(host, { lit: (to) => light(to) });
  const gapIs = el("b.large.miss"), det = el("span.value"), measured = el("p.say"), stretch = el("p.say"), said = B.status(), curveAt = el("div"), curve = chart.mount(curveAt);
  const side = slider({ name: "h", label: "Side h", text: "side *h*", lo: 1e-4, hi: 2, log: true }, host);
  const zooming = B.glide(host, "h", [1e-4, 2]), zoom = B.act("Zoom in ×10", "z", () => zooming.to(host.values.h / 10)), back = B.act("Reset", "0", () => zooming.to(data.usual));
  const chips = B.chips(host, [["circle", "Circle"], ["whole", "Whole grid"], ["warp", "Conditioning"]]);
  zoom.classList.add("main");
  const pill = el("div.stale", { hidden: true, role: "status" }), legend = el("p.small.caption");
  output.stage.append(pill);
  const numbers = el("div.numbers", {}, J.el,
    el("div.item.row", {}, el("div", {}, el("span.note.wide", {}, "gap / ", el("i.m", {}, "h")), gapIs), el("div", {}, el("span.note.wide", {}, "area factor"), el("span.eq", {}, el("span", {}, "det ", el("i.m", {}, "J"), "(", el("i.m", {}, "p"), ") = "), det))),
    el("div.item", {}, measured, stretch, said.el));
  root.append(el("div.board", {}, input.el, output.el, numbers, el("div.below", {}, el("div", {}, host.knobs, side.el, el("div.row", {}, zoom, back, chips.el), legend), curveAt)));
  const unkey = B.keys({ z: zoom, 0: back });

  const light = (to) => { if (JSON.stringify(to) !== JSON.stringify(lit)) { lit = to; host.ask(); } };
  input.grip({
    name: "point", label: "The point you hold; arrow keys move it", at: () => host.point(), to: (q) => host.move(inBox(q)), value: () => host.point()[0],
    step(key, big, fine) { const to = B.stepped(key, big, fine, host.point(), left.box); if (to) host.move(inBox(to)); return Boolean(to); },
    text: () => `${host.scene.names.map((name, i) => `${N.inline(name)} ${N.place(host.point()[i], 3)}`).join(", ")}${now?.ok ? `; determinant ${three(now.det)}` : "; no derivative here"}`,
  });
  input.catches({ to: (q) => host.move(inBox(q)) });
  const inBox = (q) => q.map((v, i) => { const [lo, hi] = host.scene.box[i]; return Math.min(hi, Math.max(lo, N.round(v, N.decimalsFor(left.width)))); });
  for (const one of [input, output]) {
    one.over.onpointermove = (event) => light(pointed(one, one.place(event)));
    one.over.onpointerleave = () => light(null);
  }

  /** The column whose arrow is under the hand. */
  function pointed(one, [u, v]) {
    for (const { on, ends: [[a, b], [c, d]], column } of now?.arrows ?? []) {
      if (on !== one || column === null) continue;
      const t = Math.min(1, Math.max(0, ((u - a) * (c - a) + (v - b) * (d - b)) / ((c - a) ** 2 + (d - b) ** 2 || 1)));
      if (Math.hypot(a + t * (c - a) - u, b + t * (d - b) - v) < NEAR) return { column };
    }
    return null;
  }

  function take(scene) {
    const names = JSON.stringify([scene.program, scene.value, scene.names]), first = names !== read;
    host.take(scene);
    data = scene.lab.data;
    if (first) {
      read = names;
      F = reader(scene.value ?? scene.program, [0, 1], host.letters);
      D = reader(scene.program, [2, 3, 4, 5], host.letters);
      [left, right].forEach((one) => one.set(null));
      [before, bounds, grid, fold] = [{}, null, null, null];
    }
    J.take(scene.names, scene.outputs, data.entries, data.hidden);
    pill.hidden = !scene.stale;
    write(pill, scene.stale);
    host.frames(draw);
  }

  // ---- what there is to see ---------------------------------------------------------------------------------------

  function look() {
    const p = host.point(), { h, circle } = host.values, at = F.at(p), j = D.at(p), ok = finite([...at, ...j]);
    const shape = outline(p, h, circle), image = F.row(shape, shape[0].length), det = j[0] * j[3] - j[1] * j[2];
    const model = ok ? [0, 1].map((i) => shape[0].map((x, k) => at[i] + j[2 * i] * (x - p[0]) + j[2 * i + 1] * (shape[1][k] - p[1]))) : null;
    const corner = F.at([p[0] + h, p[1] + h]);
    return { p, h, circle, at, j, ok, shape, image, det, model, corner, far: ok ? [0, 1].map((i) => at[i] + h * (j[2 * i] + j[2 * i + 1])) : null, pull: ok ? svd(j) : null, arrows: [] };
  }

  function views() {
    const { whole } = host.values, { p, h, circle } = now, inside = B.around(pairs(now.shape)), again = before.whole !== whole || !left.box;
    const shapes = [...pairs(now.image), ...(now.model ? pairs(now.model) : [])], rectangle = B.around(shapes), glides = !B.still.matches && !again;
    if (whole) left.set(host.scene.box.map(([lo, hi], i) => [Math.min(lo, inside[i][0]), Math.max(hi, inside[i][1])]));
    else if (again || before.h !== h || before.circle !== circle) left.set(p.map((c) => (circle ? [c - 2 * h, c + 2 * h] : [c - 1.5 * h, c + 2.5 * h])));
    else left.hold(inside, 0.04);
    if (whole) right.set(everything().map(([lo, hi], i) => { const [from, to] = rectangle?.[i] ?? [lo, hi], far = hi - lo; return [Math.max(Math.min(lo, from), lo - far), Math.min(Math.max(hi, to), hi + far)]; }));
    else if (rectangle) {
      const wide = Math.max(...rectangle.map(([lo, hi]) => hi - lo)), middle = rectangle.map(([lo, hi]) => (lo + hi) / 2);
      if (!(wide > 0)) { if (again || !right.box) right.around(middle, 4 * h); }
      else if (again || !right.box) right.around(middle, 2 * wide);
      else {
        if (before.h !== h) right.zoom(h / before.h, middle);
        const part = wide / right.width;
        if (part < SMALL || part > LARGE) { right.zoom(((2 * wide) / right.width) ** (glides && part < 2 * LARGE ? 0.2 : 1), middle); if (glides) host.ask(); }
        right.hold(rectangle, 0.06);
      }
    } else right.set([[-1, 1], [-1, 1]]);
    before = { whole, h, circle };
  }

  /** The window of the outputs of the whole grid, but for the outermost where a map runs away. */
  function everything() {
    const key = [...host.letters, host.scene.box.flat()].join();
    if (bounds?.key !== key) {
      const lines = imaged(F, lattice(host.scene.box, 0).lines);
      bounds = { key, box: [0, 1].map((i) => {
        const all = Float64Array.from(lines.flatMap(({ image }) => [...image[i]]).filter(Number.isFinite)).sort();
        const [lo, hi] = all.length ? [all[Math.floor(0.005 * (all.length - 1))], all[Math.ceil(0.995 * (all.length - 1))]] : [-1, 1], air = 0.06 * (hi - lo) || 1;
        return [lo - air, hi + air];
      }) };
    }
    return bounds.box;
  }

  function draw() {
    if (!F) return;
    now = look();
    views();
    const a = input.layout(left.box), b = output.layout(right.box), theme = host.theme;
    if (!a || !b) return;
    const letters = [...host.letters];
    const wanted = lattice(left.box, host.values.whole ? 0 : 0.6), key = [wanted.key, ...letters, read.length].join();
    if (grid?.key !== key) grid = { key, lines: imaged(F, wanted.lines) };
    nodes = host.held("h") ? DRAFT : NODES;
    input.base([key, nodes, host.values.warp, JSON.stringify(host.scene.edges).length], (ctx, fr) => ground(ctx, theme, fr, wanted));
    output.base([key, fold?.key ?? ""], (ctx, fr) => plateau(ctx, theme, fr));
    inputs(theme, a);
    outputs(theme, b);
    input.grips();
    says(theme);
  }

  /** det J or the condition number over the window, coarse enough for a frame. */
  function sampled(box, of) {
    const row = (columns, n) => { const rows = D.row(columns, n); return [rows[0].map((_, k) => of(rows[0][k], rows[1][k], rows[2][k], rows[3][k]))]; };
    return C.sample({ ...D, row }, box, nodes, nodes);
  }
  const determinant = (a, b, c, d) => a * d - b * c;
  const condition = (a, b, c, d) => { const q = Math.hypot(a + d, c - b), r = Math.hypot(a - d, c + b); return Math.log10((q + r) / Math.abs(q - r)); };

  function ground(ctx, theme, fr, { lines }) {
    const dets = sampled(fr.box, determinant), lean = host.values.warp ? sampled(fr.box, condition) : null, words = [];
    ctx.save();
    A.clip(ctx, fr);
    shade(ctx, fr, lean ?? dets, lean ? (v) => 0.36 * Math.min(1, v / 3) : (v) => (v < 0 ? 0.16 : 0), lean ? theme.ink : theme.minus);
    strokeLines(ctx, theme, lines, fr.to, "line");
    const on = (level, field) => C.onPaper(C.trace(field, level), fr, nodes, nodes, new Path2D());
    if (lean) for (const level of CONDITIONS) {
      const path = new Path2D(), [line] = C.onPaper(C.trace(lean, Math.log10(level)), fr, nodes, nodes, path).sort((one, other) => other.px.length - one.px.length);
      M.stroke(ctx, theme.ink2, 1.2, [], path);
      if (line) words.push([`κ = ${N.plain(level)}`, [0.5, 0.3, 0.7, 0.15, 0.85].map((t) => { const k = 2 * Math.floor(t * (line.px.length / 2 - 1)); return [line.px[k], line.px[k + 1]]; })]);
    }
    const curves = on(0, dets).map(({ px, closed }) => { const all = Array.from({ length: px.length / 2 }, (_, k) => [px[2 * k], px[2 * k + 1]]); return closed ? [...all, all[0]] : all; });
    for (const line of curves) folded(ctx, theme, line);
    fold = { key: `${fr.box.flat()}|${[...host.letters]}|${read.length}`, lines: curves.map((line) => { const at = line.map(([u, v]) => fr.from(u, v)); return { at, image: F.row([0, 1].map((i) => Float64Array.from(at, (q) => q[i])), at.length) }; }) };
    const value = (u, v) => { const [x, y] = fr.from(u, v), air = 3 / fr.sx; return [[0, 0], [air, air], [-air, -air], [air, -air], [-air, air]].some(([s, t]) => finite([...F.at([x + s, y + t])])); };
    now.edges = E.onPlane(ctx, theme, fr, host.scene.edges, value);
    ctx.restore();
    A.axes(ctx, theme, fr, host.scene.names);
    input.words = { edges: now.edges, folds: curves, negative: dets.v.some((v) => v < 0) && !lean, levels: words };
  }

  /** A small picture of so much of one colour, drawn large. */
  function shade(ctx, fr, { v, nx, ny }, of, token) {
    const image = new ImageData(nx, ny), rgb = [1, 3, 5].map((i) => parseInt(token.slice(i, i + 2), 16)), canvas = document.createElement("canvas");
    for (let j = 0; j < ny; j++) for (let i = 0; i < nx; i++) {
      const value = v[(ny - 1 - j) * nx + i], at = 4 * (j * nx + i);
      if (value === value) { image.data.set(rgb, at); image.data[at + 3] = 255 * of(value); }
    }
    [canvas.width, canvas.height] = [nx, ny];
    canvas.getContext("2d").putImageData(image, 0, 0);
    const [gx, gy] = [fr.w / (nx - 1), fr.h / (ny - 1)];
    ctx.imageSmoothingQuality = "high";
    ctx.drawImage(canvas, fr.x - gx / 2, fr.y - gy / 2, fr.w + gx, fr.h + gy);
  }

  function folded(ctx, theme, places) {
    ctx.beginPath();
    for (const q of places) ctx.lineTo(...q);
    M.stroke(ctx, theme.bg, 4.5);
    M.stroke(ctx, theme.ink, 2, [7, 4]);
  }

  function plateau(ctx, theme, fr) {
    B.clipped(ctx, fr, () => {
      strokeLines(ctx, theme, grid.lines, fr.to, "image");
      for (const { image } of fold?.lines ?? []) folded(ctx, theme, pairs(image).map(fr.to));
    });
    A.axes(ctx, theme, fr, host.scene.outputs);
  }

  // ---- over it ----------------------------------------------------------------------------------------------------

  function patch(ctx, theme, fr, columns, names, { fill = 0, dash = [], width = 1.6 }) {
    const spots = pairs(columns).map(fr.to).filter(finite);
    if (spots.length < 2) return;
    M.polygon(ctx, spots);
    if (fill) { ctx.fillStyle = alpha(theme.accent, fill); ctx.fill(); }
    M.stroke(ctx, theme.ink, width, dash);
    names.avoid([...spots, spots[0]]);
  }

  /** An arrow of a pane that a hand may point at, with its name. */
  function arrow(on, ctx, theme, fr, from, to, token, names, name, { column = null, dash = [], ...more } = {}) {
    const [[a, b], [c, d]] = [fr.to(from), fr.to(to)];
    if (!finite([a, b, c, d])) return;
    const dim = lit && column !== null && lit.column !== column && lit.column !== undefined;
    ctx.globalAlpha = dim ? 0.3 : 1;
    M.arrow(ctx, theme, a, b, c - a, d - b, { colour: theme[token], width: lit && column !== null && lit.column === column ? 5 : 3, head: 13, dash, ...more });
    ctx.globalAlpha = 1;
    now.arrows.push({ on, ends: [[a, b], [c, d]], column });
    names.avoid([[a, b], [c, d]]);
    if (name) names.write(name, [[c, d], [(a + c) / 2, (b + d) / 2]], { colour: theme[token], size: 17.5, weight: 400, gap: 5 });
  }

  function inputs(theme, fr) {
    const [ctx, names] = input.top(), { p, h, circle, j, ok, pull } = now, [x, y] = fr.to(p), roomy = (h * fr.sx) > 46, { edges = [], folds = [], negative, levels = [] } = input.words ?? {};
    names.keep(x, y, 13);
    for (const line of folds) names.avoid(line);
    B.clipped(ctx, fr, () => {
      patch(ctx, theme, fr, now.shape, names, { fill: 0.13 });
      if (ok && lit?.row !== undefined) level(ctx, theme, fr, lit.row);
      if (!circle || lit?.column !== undefined) {
        arrow(input, ctx, theme, fr, p, [p[0] + h, p[1]], "ochre", names, roomy ? ["he", "1"] : null, { column: 0 });
        arrow(input, ctx, theme, fr, p, [p[0], p[1] + h], "violet", names, roomy ? ["he", "2"] : null, { column: 1 });
      }
      if (circle && ok) pull.v.forEach((v, i) => arrow(input, ctx, theme, fr, p, [p[0] + h * v[0], p[1] + h * v[1]], "ink", names, roomy ? ["hv", String(i + 1)] : null, { dash: i ? [7, 4] : [] }));
      if (ok && lit?.row !== undefined) {
        const g = [j[2 * lit.row], j[2 * lit.row + 1]], size = Math.hypot(...g), far = (0.3 * fr.w) / fr.sx;
        if (size > 0) arrow(input, ctx, theme, fr, p, p.map((c, i) => c + (far * g[i]) / size), "ink", names, [host.scene.outputs[lit.row].split("_")[0], String(lit.row + 1), "∇"]);
      }
    });
    M.ring(ctx, theme, x, y, host.held("point"));
    E.name(names, theme, edges);
    const longest = [...folds].sort((one, other) => other.length - one.length)[0] ?? [], along = [0.8, 0.2, 0.6, 0.4, 0.9, 0.1].map((t) => longest[Math.floor(t * (longest.length - 1))]).filter(Boolean);
    if (along.length) names.write("fold: det J = 0", along, { gap: 8, beside: true, weight: 400 });
    for (const [text, places] of levels) names.write(text, places, { size: 12, weight: 400, most: 60 });
    if (negative) names.write("turned over: det J < 0", turned(fr), { colour: theme.minus, gap: 0, weight: 400 });
    names.write(["p", ""], [[x, y]], { colour: theme.accent, size: 17.5, weight: 400, gap: 14 });
  }

  /** Places of the paper where det J is negative. */
  const turned = (fr) => [[0.2, 0.9], [0.8, 0.9], [0.2, 0.1], [0.8, 0.1], [0.5, 0.9], [0.5, 0.1], [0.2, 0.5], [0.8, 0.5]].map(([s, t]) => [fr.x + s * fr.w, fr.y + t * fr.h]).filter(([u, v]) => { const d = D.at(fr.from(u, v)); return d[0] * d[3] - d[1] * d[2] < 0; });

  /** The level of one output through p: what its gradient stands on. */
  function level(ctx, theme, fr, row) {
    const one = { ...F, row: (columns, n) => [F.row(columns, n)[row]] }, field = C.sample(one, fr.box, 48, 48), path = new Path2D();
    C.onPaper(C.trace(field, now.at[row]), fr, 48, 48, path);
    M.stroke(ctx, alpha(theme.ink, 0.6), 1.4, [], path);
  }

  function outputs(theme, fr) {
    const [ctx, names] = output.top(), { at, h, circle, j, ok, model, corner, far, pull } = now, [x, y] = fr.to(at), wide = fr.w / fr.sx;
    if (!finite([...at])) return;
    const roomy = !host.values.whole;
    names.keep(x, y, 9);
    B.clipped(ctx, fr, () => {
      if (lit?.row !== undefined) {
        const [u, v] = lit.row === 0 ? [fr.w, 0] : [0, fr.h];
        ctx.beginPath(); ctx.moveTo(x - u, y - v); ctx.lineTo(x + u, y + v);
        M.stroke(ctx, theme.ink, 2);
        names.avoid([[x - u, y - v], [x + u, y + v]]);
      }
      patch(ctx, theme, fr, now.image, names, { fill: 0.2 });
      if (!ok) return;
      patch(ctx, theme, fr, model, names, { dash: [7, 4], width: 2 });
      if (!circle || lit?.column !== undefined) for (const i of [0, 1]) arrow(output, ctx, theme, fr, at, [at[0] + h * j[i], at[1] + h * j[2 + i]], ["ochre", "violet"][i], names, roomy ? ["hJe", String(i + 1)] : null, { column: i });
      if (circle) pull.u.forEach((u, i) => { if (pull.s[i] > FLAT * pull.s[0]) arrow(output, ctx, theme, fr, at, [at[0] + h * pull.s[i] * u[0], at[1] + h * pull.s[i] * u[1]], "ink", names, roomy ? [`hσ${"₁₂"[i]}u`, String(i + 1)] : null, { dash: i ? [7, 4] : [] }); });
      if (!circle && roomy && Math.hypot(corner[0] - far[0], corner[1] - far[1]) > 0.02 * wide) {
        M.arrow(ctx, theme, ...fr.to(far), (corner[0] - far[0]) * fr.sx, -(corner[1] - far[1]) * fr.sy, { colour: theme.error, width: 3, head: 12 });
        names.avoid([fr.to(far), fr.to(corner)]);
        names.write("gap", [fr.to(far.map((v, i) => (v + corner[i]) / 2)), fr.to(far)], { colour: theme.error, gap: 6, beside: true });
      }
    });
    M.dot(ctx, theme, x, y, 4, theme.ink, 3);
    names.write([`${host.scene.name}(p)`, ""], [[x, y]], { size: 17.5, weight: 400, gap: 10 });
    if (!roomy || !ok) return;
    const top = (columns) => pairs(columns).map(fr.to).filter(finite).sort((one, other) => one[1] - other[1]);
    const [high, low] = [top(model), top(now.image)];
    names.write("dashed: what J predicts", [high[0], high.at(-1)].filter(Boolean), { weight: 400, gap: 10 });
    names.write("filled: the true image", [low.at(-1), low[0]].filter(Boolean), { colour: theme.accent, weight: 600, gap: 10 });
  }

  // ---- beside it --------------------------------------------------------------------------------------------------

  function says(theme) {
    const { h, circle, ok, j, det: factor, pull, p } = now, what = circle ? "circle of radius" : "square of side";
    rewrite(input.head, what, () => [el("span", {}, rich(`Input: a ${what} *h*`))]);
    rewrite(output.head, what, () => [el("span", {}, rich(`Output: its image, and the ${circle ? "ellipse" : "parallelogram"} of *J*`))]);
    const g = ok ? gap(F, now.at, j, p, h, circle) / h : NaN, sides = ok ? SIDES.map((s) => [s, gap(F, now.at, j, p, s, circle) / s]) : [];
    const m = slope(sides), flat = ok && !sides.some(([, one]) => one > 0);
    curveAt.hidden = !ok || flat;
    if (ok && !flat) curve.update(line(sides, h, g, m), theme);
    J.set(ok ? [...j] : null, lit);
    side.set(h);
    chips.set();
    write(gapIs, ok ? three(g) : "–");
    write(det, ok ? three(factor) : "–");
    const enclosed = area(...now.image) / (circle ? area(...now.shape) : h * h);
    rewrite(measured, `${enclosed}${circle}${ok}`, () => (ok && Number.isFinite(enclosed) ? rich(`Measured: ${three(Math.abs(enclosed))} times the area of the ${circle ? "circle" : "square"}${enclosed < 0 ? ", turned over" : ""}.`) : []));
    rewrite(stretch, ok ? pull.s.join() : "", () => (ok ? rich(`Stretches *σ*₁ = ${three(pull.s[0])}, *σ*₂ = ${three(pull.s[1])}. Condition number *κ* = ${pull.s[1] > FLAT * pull.s[0] ? three(pull.s[0] / pull.s[1]) : "∞"}.`) : []));
    said.set(!ok ? "The map, or one of its slopes, has no value at the held point." : Math.abs(factor) <= FLAT * pull.s[0] ** 2 ? "The area factor is 0 here: the square is flattened." : factor > 0 ? "det J > 0: the orientation is kept." : "det J < 0: turned over, like a mirror.");
    rewrite(legend, `${flat}${ok}`, () => rich(flat ? "No gap at any *h*: this map is straight already, and *J* is the same everywhere near *p*." : !ok ? "Without a derivative at *p* there is no matrix to be left." : "Ten times smaller: the gap shrinks a hundredfold, gap / *h* tenfold. What is left is the matrix."));
    input.under.setAttribute("aria-label", `Input plane: a ${what} ${three(h)} ${circle ? "around" : "with its corner"} p at (${p.map(three).join(", ")})`);
    output.under.setAttribute("aria-label", ok ? `Output plane: its true image filled, what J predicts dashed; gap over h ${three(g)}, area factor ${three(factor)}` : "Output plane: no derivative at p");
  }

  function line(sides, h, g, m) {
    const part = { part: "curve", points: sides.map(([s, one]) => [s, one > 0 ? one : NaN]), name: m === null ? "" : `slope ${m.toFixed(2)}`, token: "error", width: 2.2, dash: [], symbol: "", every: 1, faint: 1 };
    const seen = [...sides.map(([, one]) => one), g].filter((one) => one > 0).map(Math.log10), [lo, hi] = [Math.min(...seen), Math.max(...seen)], air = 0.08 * (hi - lo) || 1;
    return { kind: "chart", parts: [part, ...(g > 0 ? [{ part: "spot", at: [h, g], kind: "ring", token: "accent", name: "" }] : [])], axes: [{ letter: "h", words: "", log: true, ticks: null }, { letter: "", words: "gap / h", log: true, ticks: null }],
      box: [[Math.min(-3, Math.log10(h)) - 0.1, Math.max(0, Math.log10(h)) + 0.1], [lo - air, hi + air]], equal: false, height: 130, grid: true, title: "", alt: `gap over h against h, on logarithmic axes${m === null ? "" : `: slope ${m.toFixed(2)}`}` };
  }

  return { take, dispose() { unkey(); curve.dispose(); host.dispose(); zooming.stop(); } };
}
