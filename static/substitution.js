// The lab of change of variables: a window D of the inputs is cut into cells, each goes to a cell of the image, and a sum over them stands for
// the integral of g over F(D). With the area factor it tends to that integral; without it, to another number.
//
//     ∫ over F(D) of g   =   ∫ over D of g(F(x)) |det J(x)|
//
// What is true is measured in the image itself, row by row within its edge: no derivative is in it.

const V = new URL(import.meta.url).search;
const [{ reader }, M, chart, { slider }, { h: el, write, rewrite, rich }, N, { alpha }, A, B, { three }, S] = await Promise.all(
  ["program", "marks", "chart", "controls", "dom", "numbers", "theme", "axes", "board", "tableau", "sketch"].map((name) => import(`./${name}.js${V}`)));

const COUNTS = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64];
const EDGE = 400, ROWS = 500, SAMPLES = 48; // points along a side of the edge, rows of the image, places along a row
const FINER = [[250, 24], [500, 48], [1000, 300], [1200, 700]], AGREED = 2e-3; // rows and places of measurements, and what they may differ by
const BESIDE = 1e-4; // in sides of a cell
const LINE = 24; // points of a line of cells

/** The sums over N × N cells of a box: { factored, bare, holes, folds }; it folds where det J has both signs. R reads F and then J, g the integrand. */
export function sums(R, g, box, count) {
  const [[x0, x1], [y0, y1]] = box, n = count * count, X = new Float64Array(n), Y = new Float64Array(n), area = ((x1 - x0) * (y1 - y0)) / n;
  for (let k = 0; k < n; k++) { X[k] = x0 + ((x1 - x0) * ((k % count) + 0.5)) / count; Y[k] = y0 + ((y1 - y0) * (Math.floor(k / count) + 0.5)) / count; }
  let [u, v, a, b, c, d] = R.row([X, Y], n), [values] = g.row([u, v], n);
  const holed = Array.from(values.keys()).filter((k) => !Number.isFinite(values[k] + a[k] * d[k] - b[k] * c[k]));
  if (holed.length) { // a kink in the middle of a cell: a place beside it speaks for the cell
    for (const k of holed) { X[k] += (BESIDE * (x1 - x0)) / count; Y[k] += (BESIDE * BESIDE * 1e3 * (y1 - y0)) / count; }
    [u, v, a, b, c, d] = R.row([X, Y], n);
    [values] = g.row([u, v], n);
  }
  let [factored, bare, holes, ups, downs] = [0, 0, 0, 0, 0];
  for (let k = 0; k < n; k++) {
    const det = a[k] * d[k] - b[k] * c[k], size = Math.abs(det);
    if (det > 0) ups += 1; else if (det < 0) downs += 1;
    if (Number.isFinite(values[k] + size)) { factored += values[k] * size * area; bare += values[k] * area; } else holes += 1;
  }
  return { factored, bare, holes, folds: ups > 0 && downs > 0 };
}

/** The integral of g over the image of a box, measured there on so many rows with so many places each; each place counts once. */
export function straight(F, g, box, rows = ROWS, samples = SAMPLES) {
  const [[x0, x1], [y0, y1]] = box, n = 4 * EDGE, X = new Float64Array(n), Y = new Float64Array(n);
  for (let k = 0; k < n; k++) { const s = (k % EDGE) / EDGE, e = Math.floor(k / EDGE); X[k] = x0 + (x1 - x0) * [s, 1, 1 - s, 0][e]; Y[k] = y0 + (y1 - y0) * [0, s, 1, 1 - s][e]; }
  const [U, W] = F.row([X, Y], n).map((one) => one.slice()), lo = Math.min(...W), hi = Math.max(...W), high = (hi - lo) / rows;
  if (!Number.isFinite(lo + hi)) return NaN;
  const places = [[], []], sizes = [];
  for (let j = 0; j < rows; j++) {
    const y = lo + (j + 0.5) * high, cuts = [];
    for (let k = 0; k < n; k++) {
      const m = (k + 1) % n, up = W[k] <= y && W[m] > y, down = W[m] <= y && W[k] > y;
      if (up || down) cuts.push([U[k] + ((y - W[k]) * (U[m] - U[k])) / (W[m] - W[k]), up ? 1 : -1]);
    }
    cuts.sort((one, other) => one[0] - other[0]);
    for (let k = 0, around = 0; k + 1 < cuts.length; k++) {
      around += cuts[k][1];
      const wide = cuts[k + 1][0] - cuts[k][0];
      if (around === 0 || !(wide > 0)) continue;
      for (let i = 0; i < samples; i++) { places[0].push(cuts[k][0] + (wide * (i + 0.5)) / samples); places[1].push(y); sizes.push((wide * high) / samples); }
    }
  }
  const [values] = g.row(places.map((one) => Float64Array.from(one)), sizes.length);
  return sizes.reduce((sum, size, k) => sum + (Number.isFinite(values[k]) ? size * values[k] : 0), 0);
}

/**
 * The same, as finely as it needs: { value, unsure }. Two measurements must agree; one that is far from what the sum over the cells comes to is
 * believed at its finest only, because a narrow g is missed by all coarse ones.
 */
export function measured(F, g, box, sum) {
  let before = NaN;
  for (const [k, [rows, samples]] of FINER.entries()) {
    const value = straight(F, g, box, rows, samples), size = Math.abs(value) + 1e-12;
    if (!Number.isFinite(value)) return { value: NaN, unsure: false };
    if (Math.abs(value - before) <= AGREED * size && (Math.abs(value - sum) <= 0.02 * size || (k === FINER.length - 1 && size > 0.01 * Math.abs(sum)))) return { value, unsure: false };
    before = value;
  }
  return { value: NaN, unsure: true };
}

export function lab(root, figure) {
  const host = B.host(root, figure);
  let F = null, R = null, g = null, read = "", scene = null, known = null;

  const input = B.pane(host, ""), output = B.pane(host, "");
  const cells = slider({ name: "cells", label: "Cells along a side", text: "cells along a side", lo: 1, hi: 64, step: 1 }, host);
  const facts = el("div.facts"), cell = el("p.say"), said = B.status(), curveAt = el("div"), curve = chart.mount(curveAt), pill = el("div.stale", { hidden: true, role: "status" });
  output.stage.append(pill);
  root.append(el("div.board", {}, input.el, output.el, el("div.numbers", {}, el("div.item", {}, facts, said.el), el("div.item", {}, el("h2", {}, el("span", {}, "The cell of ", el("i.m", {}, "p"))), cell)), el("div.below", {}, el("div", {}, host.knobs, cells.el), curveAt)));

  const inBox = (q) => q.map((v, i) => { const [lo, hi] = scene.box[i]; return Math.min(hi, Math.max(lo, N.round(v, N.decimalsFor(hi - lo)))); });
  input.grip({
    name: "point", label: "The point you hold; arrow keys move it", at: () => host.point(), to: (q) => host.move(inBox(q)), value: () => host.point()[0],
    step(key, big, fine) { const to = B.stepped(key, big, fine, host.point(), scene.box); if (to) host.move(inBox(to)); return Boolean(to); },
    text: () => cell.textContent,
  });
  input.catches({ to: (q) => host.move(inBox(q)) });

  function take(next) {
    host.take(next);
    scene = next;
    const is = JSON.stringify([next.program, next.value, next.names, next.box, next.lab.data]);
    if (is !== read) {
      read = is;
      F = reader(next.value ?? next.program, [0, 1], host.letters);
      R = reader(next.program, [0, 1, 2, 3, 4, 5], host.letters);
      g = reader(next.lab.data.integrand, null, host.letters);
      known = null;
    }
    pill.hidden = !next.stale;
    write(pill, next.stale);
    host.frames(draw);
  }

  /** The lines of so many cells: [inputs, images]. */
  function lines(count) {
    const all = [0, 1].flatMap((i) => Array.from({ length: count + 1 }, (_, k) => {
      const [lo, hi] = scene.box[i], held = lo + ((hi - lo) * k) / count, [from, to] = scene.box[1 - i];
      return Array.from({ length: LINE * 2 + 1 }, (__, j) => { const along = from + ((to - from) * j) / (2 * LINE); return i ? [along, held] : [held, along]; });
    }));
    return [all, all.map((line) => line.map((x) => [...F.at(x)]))];
  }

  function draw() {
    if (!R) return;
    const moving = scene.letters.some(({ name }) => host.held(name)), key = [...host.letters, read.length, moving].join(), theme = host.theme, count = Math.round(host.values.cells);
    if (known?.key !== key) {
      const all = COUNTS.map((n) => [n, sums(R, g, scene.box, n)]), folds = all.some(([, one]) => one.folds);
      const { value, unsure } = folds ? { value: NaN } : moving ? { value: straight(F, g, scene.box) } : measured(F, g, scene.box, all.at(-1)[1].factored);
      known = { key, folds, unsure, truth: value, all, sets: new Map() }; // on a fold its edge does not tell how often a place is reached
    }
    if (!known.sets.has(count)) known.sets.set(count, lines(count));
    const [ins, outs] = known.sets.get(count);
    known.bounds ??= square(B.around(lines(6)[1].flat()) ?? [[-1, 1], [-1, 1]]);
    const a = input.layout(scene.box), b = output.layout(known.bounds);
    if (!a || !b) return;
    [[input, ins, scene.names], [output, outs, scene.lab.data.names]].forEach(([pane, set, names]) => pane.base([key, count], (ctx, fr) => {
      B.clipped(ctx, fr, () => {
        ctx.beginPath();
        for (const line of set) line.forEach((q, k) => { const [u, v] = fr.to(q); if (Number.isFinite(u + v)) ctx[k ? "lineTo" : "moveTo"](u, v); });
        M.stroke(ctx, alpha(theme.ink2, count > 24 ? 0.35 : 0.6), 1);
      });
      A.axes(ctx, theme, fr, names);
    }));
    one(theme, a, b, count);
    input.grips();
    tells(theme, count);
  }
  const square = (box) => { const wide = 1.16 * Math.max(...box.map(([lo, hi]) => hi - lo)) || 1; return box.map(([lo, hi]) => [(lo + hi - wide) / 2, (lo + hi + wide) / 2]); };

  /** The cell that holds p, and its image. */
  function one(theme, a, b, count) {
    const p = host.point(), low = p.map((c, i) => { const [lo, hi] = scene.box[i], size = (hi - lo) / count; return lo + size * Math.min(count - 1, Math.max(0, Math.floor((c - lo) / size))); }), size = scene.box.map(([lo, hi]) => (hi - lo) / count);
    const edge = S.pairs(S.outline([0, 0], 1, false)).map(([s, t]) => [low[0] + s * size[0], low[1] + t * size[1]]), image = edge.map((x) => [...F.at(x)]), middle = low.map((c, i) => c + size[i] / 2), J = R.at(middle);
    const [over, room] = input.top(), [above] = output.top();
    S.patch(over, theme, a, edge, { fill: 0.3 });
    S.patch(above, theme, b, image, { fill: 0.3 });
    M.ring(over, theme, ...a.to(p), host.held("point"));
    room.write(["p", ""], [a.to(p)], { colour: theme.accent, size: 17.5, weight: 400, gap: 14 });
    let twice = 0;
    for (let k = 1; k < image.length; k++) twice += (image[k - 1][0] - image[0][0]) * (image[k][1] - image[0][1]) - (image[k][0] - image[0][0]) * (image[k - 1][1] - image[0][1]);
    const ratio = Math.abs(twice / 2) / (size[0] * size[1]), factor = Math.abs(J[2] * J[5] - J[3] * J[4]);
    rewrite(cell, `${ratio}${factor}`, () => (Number.isFinite(ratio + factor) ? rich(`Its image is ${three(ratio)} times as large; |det *J*| in its middle is ${three(factor)}.`) : ["Part of it has no image."]));
  }

  function tells(theme, count) {
    const now = sums(R, g, scene.box, count), truth = known.truth, off = (v) => Math.abs(v - truth) / (1e-12 + Math.abs(truth));
    rewrite(input.head, "in", () => [el("span", {}, rich("Input: *D*, cut into cells"))]);
    rewrite(output.head, "out", () => [el("span", {}, rich("Output: where the cells go"))]);
    cells.set(count);
    const row = (words, v, mark = "", told = N.value) => el("div.fact", {}, el("span", {}, rich(words)), el(`b${mark}`, {}, Number.isFinite(v) ? told(v) : "–"));
    rewrite(facts, [now.factored, now.bare, truth].join(), () => [row("sum of *g* |det *J*| × cell", now.factored), row("sum of *g* × cell, without the factor", now.bare, ".wrong"), row("integral of *g* over *F*(*D*), measured there", truth, "", (v) => `≈ ${N.plain(Number(v.toPrecision(3)))}`)]);
    const best = known.all.at(-1)[1], twice = off(best.factored) > 0.02 && Number.isFinite(truth);
    said.set(known.folds ? "det J changes its sign in D: the map folds, and some places of the image are reached, and counted, more than once." : known.unsure ? "g is too narrow for its integral over so large an image to be measured: take a smaller window." : !Number.isFinite(truth) ? "A part of the edge of D has no image: there is nothing to compare with." : twice ? "They differ even with many cells: the map is not one-to-one on D, so the sum counts some places more than once." : off(best.bare) < 1e-3 ? "Here the factor is 1 on the average, so leaving it out is not seen." : "With the factor the sums tend to the integral; without it, to another number.");
    curve.update(line(count, now, truth), theme);
    input.under.setAttribute("aria-label", `The window D of the inputs in ${count} times ${count} cells`);
    output.under.setAttribute("aria-label", `The image of D: sum with the factor ${N.value(now.factored)}, without ${N.value(now.bare)}, integral ${Number.isFinite(truth) ? N.value(truth) : "unknown"}`);
  }

  function line(count, now, truth) {
    const part = (name, of, token, dash) => ({ part: "curve", points: known.all.map(([n, all]) => [n, all[of]]), name, token, width: 2.2, dash, symbol: "", every: 1, faint: 1 });
    const seen = [...known.all.flatMap(([, all]) => [all.factored, all.bare]), truth].filter(Number.isFinite), lo = Math.min(...seen), hi = Math.max(...seen), air = 0.15 * (hi - lo) || 1;
    return { kind: "chart", parts: [part("with |det J|", "factored", "second", []), part("without", "bare", "error", [7, 4]), ...(Number.isFinite(truth) ? [{ part: "line", at: truth, axis: "y", token: "ink", width: 1.2, dash: [2, 3], name: "the integral" }] : []), { part: "spot", at: [count, now.factored], kind: "ring", token: "accent", name: "" }],
      axes: [{ letter: "", words: "cells along a side", log: true, ticks: [[0, "1"], [Math.log10(4), "4"], [Math.log10(16), "16"], [Math.log10(64), "64"]] }, { letter: "", words: "sum", log: false, ticks: null }], box: [[-0.05, 1.86], [lo - air, hi + air]], equal: false, height: 170, grid: true, title: "", alt: "The sums with and without the area factor, against the number of cells along a side" };
  }

  return { take, dispose() { curve.dispose(); host.dispose(); } };
}
