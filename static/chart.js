// A chart: curves, areas, arrows and marks over two axes. Everything is given as numbers (core/figures/chart.py); here it
// finds its place on the paper, and each name its free spot beside the thing.

const V = new URL(import.meta.url).search;
const [{ themeOf, TEXT, MATH, alpha }, A, M, { ticks, plain, letter, superscript }, { h, write }] = await Promise.all(
  ["theme", "axes", "marks", "numbers", "dom"].map((name) => import(`./${name}.js${V}`)));

export function mount(parent) {
  const title = h("h2", { hidden: true }), canvas = h("canvas", { role: "img" });
  const root = h("div.live", {}, title, canvas);
  parent.append(root);
  let scene = null, width = 0;

  function update(next) {
    root.hidden = !next;
    if (!next) return;
    scene = next;
    root.style.setProperty("--text", TEXT);
    root.style.setProperty("--ink", themeOf(root).ink);
    title.hidden = !scene.title;
    write(title, scene.title ?? "");
    canvas.setAttribute("aria-label", scene.alt);
    layout(true);
  }

  function layout(changed) {
    const wide = Math.floor(root.clientWidth);
    if (!scene || wide < 40 || (wide === width && !changed)) return;
    width = wide;
    const ratio = devicePixelRatio || 1, ctx = canvas.getContext("2d"), fr = frame(ctx, scene, width);
    [canvas.width, canvas.height] = [Math.round(width * ratio), Math.round(fr.height * ratio)];
    canvas.style.cssText = `display:block;width:${width}px;height:${fr.height}px`;
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    ctx.clearRect(0, 0, fr.width, fr.height);
    frameLines(ctx, themeOf(root), scene, fr);
    draw(ctx, themeOf(root), scene, fr);
  }

  const observer = new ResizeObserver(() => layout(false));
  observer.observe(root);
  const refresh = () => layout(true);
  document.fonts?.addEventListener("loadingdone", refresh);
  const dispose = () => { observer.disconnect(); document.fonts?.removeEventListener("loadingdone", refresh); root.remove(); };
  return { serial: -1, commit: () => {}, update, dispose };
}

/** A logarithmic axis runs in powers of ten: its ticks are whole powers, thinned to what fits. */
function ticksOf({ log, ticks: given }, [lo, hi], most) {
  if (given) return given;
  if (!log) return ticks(lo, hi, most).map((v) => [v, plain(v)]);
  const step = Math.max(1, Math.ceil((hi - lo) / Math.max(1, most)));
  const from = Math.ceil(lo / step - 1e-9) * step, out = [];
  for (let k = from; k <= hi + 1e-9; k += step) out.push([k, k === 0 ? "1" : k === 1 ? "10" : `10${superscript(k)}`]);
  return out.length > 1 ? out : ticks(lo, hi, most).map((v) => [v, plain(Number((10 ** v).toPrecision(3)))]);
}

function frame(ctx, { box, axes: [x, y], equal, height }, width) {
  ctx.font = `400 12px ${TEXT}`;
  const names = ticksOf(y, box[1], height / 44).map(([, text]) => ctx.measureText(text).width);
  const last = ticksOf(x, box[0], width / 80).at(-1)?.[1] ?? "";
  const left = Math.max(30, Math.ceil(Math.max(0, ...names)) + 14), right = Math.max(10, ctx.measureText(last).width / 2 + 4);
  const fr = A.frame(box, width, { tallest: height, left, right, top: 16, bottom: x.words ? 44 : 28, plane: equal });
  const scaled = (axis) => (v) => (axis.log ? Math.log10(v) : v);
  const [sx, sy] = [scaled(x), scaled(y)];
  return { ...fr, at: (p) => (p ? [fr.px(sx(p[0])), fr.py(sy(p[1]))] : [NaN, NaN]), px1: (v) => fr.px(sx(v)), py1: (v) => fr.py(sy(v)) };
}

function draw(ctx, theme, scene, fr) {
  const names = [], taken = [], beads = []; // symbols lie over the edge, lines end at it
  ctx.save();
  ctx.beginPath();
  ctx.rect(fr.x - 1, fr.y - 1, fr.w + 2, fr.h + 2);
  ctx.clip();
  for (const part of scene.parts) if (part.part !== "spot") DRAW[part.part](ctx, theme, part, fr, names, taken, beads);
  ctx.restore();
  for (const bead of beads) M.bead(ctx, theme, ...bead);
  for (const part of scene.parts) if (part.part === "spot") DRAW.spot(ctx, theme, part, fr, names, taken);
  for (const { text, places, colour } of names)
    taken.push(...A.writeFree(ctx, theme, fr, text, places, taken, { size: 13, weight: 600, colour }));
}

/** The same parts over a landscape. */
export function over(ctx, theme, parts, fr, to) {
  draw(ctx, theme, { parts }, { ...fr, at: (p) => (p ? to(p) : [NaN, NaN]), px1: fr.px, py1: fr.py });
}

const finite = ([x, y]) => Number.isFinite(x) && Number.isFinite(y);

const DRAW = {
  area(ctx, theme, { points, token, opacity, outline, name }, fr, names) {
    const spots = points.map(fr.at).filter(finite);
    if (!spots.length) return;
    ctx.beginPath();
    spots.forEach(([x, y], i) => (i ? ctx.lineTo(x, y) : ctx.moveTo(x, y)));
    ctx.closePath();
    ctx.fillStyle = alpha(theme[token], opacity);
    ctx.fill();
    if (outline) M.stroke(ctx, theme[outline], 1.6);
    const [xs, ys] = [0, 1].map((i) => spots.map((p) => p[i])), x = (Math.min(...xs) + Math.max(...xs)) / 2;
    if (name) names.push({ text: name, colour: theme.ink, places: [[x, Math.min(...ys) - 6], [x, Math.max(...ys) + 15], [x, (Math.min(...ys) + Math.max(...ys)) / 2 + 4]] });
  },
  curve(ctx, theme, { points, name, token, width, dash, symbol, every, faint }, fr, names, taken, beads) {
    const spots = points.map(fr.at), colour = theme[token];
    ctx.globalAlpha = faint;
    ctx.beginPath();
    let pen = false;
    for (const p of spots) { if (!finite(p)) pen = false; else if (pen) ctx.lineTo(...p); else { ctx.moveTo(...p); pen = true; } }
    if (width) M.stroke(ctx, colour, width, dash);
    ctx.globalAlpha = 1;
    const seen = spots.filter((p) => finite(p) && p[0] >= fr.x - 1 && p[0] <= fr.x + fr.w + 1 && p[1] >= fr.y - 1 && p[1] <= fr.y + fr.h + 1);
    if (symbol) beads.push(...seen.filter((_, i) => i % every === 0 || i === seen.length - 1).map((p) => [symbol, colour, ...p]));
    if (name && seen.length) {
      ctx.font = `600 13px ${TEXT}`;
      const half = ctx.measureText(name).width / 2 + 9, ends = [1, 0.85, 0.7, 0.55, 0.4, 0.2].map((q) => seen[Math.round(q * (seen.length - 1))]);
      const first = [4, 22, -14].map((d) => [ends[0][0] + half, ends[0][1] + d]);
      names.push({ text: name, colour, places: first.concat(ends.flatMap(([x, y]) => [[x + half, y + 4], [x, y - 10], [x - half, y - 8], [x, y + 20], [x - half, y + 18], [x - half, y - 22], [x - half, y + 32]])) });
    }
    if (width) taken.push(...seen.filter((_, i) => i % Math.ceil(seen.length / 60) === 0));
  },
  line(ctx, theme, { at, axis, token, width, dash, name }, fr, names) {
    const colour = theme[token], v = axis === "x" ? fr.px1(at) : fr.py1(at);
    if (!Number.isFinite(v) || v < (axis === "x" ? fr.x : fr.y) - 1 || v > (axis === "x" ? fr.x + fr.w : fr.y + fr.h) + 1) return;
    ctx.beginPath();
    if (axis === "x") { ctx.moveTo(v, fr.y); ctx.lineTo(v, fr.y + fr.h); } else { ctx.moveTo(fr.x, v); ctx.lineTo(fr.x + fr.w, v); }
    M.stroke(ctx, colour, width, dash);
    if (!name) return;
    ctx.font = `600 13px ${TEXT}`;
    const half = ctx.measureText(name).width / 2 + 6;
    names.push({ text: name, colour, places: axis === "x"
      ? [14, 32, 50, fr.h - 12].flatMap((d) => [[v + half, fr.y + d], [v - half, fr.y + d]])
      : [[fr.x + fr.w - half, v - 6], [fr.x + half, v - 6], [fr.x + fr.w - half, v + 16], [fr.x + half, v + 16], [fr.x + fr.w / 2, v - 6], [fr.x + fr.w / 4, v - 6], [fr.x + 0.75 * fr.w, v - 6]] });
  },
  arrow(ctx, theme, { start, end, token, dash, double, name }, fr, names) {
    const [[a, b], [c, d]] = [fr.at(start), fr.at(end)];
    if (!finite([a, b]) || !finite([c, d])) return;
    const [x, y] = double ? [(a + c) / 2, (b + d) / 2] : [a, b];
    M.arrow(ctx, theme, x, y, c - x, d - y, { colour: theme[token], width: 3, head: 13, dash, double });
    const s = Math.hypot(c - a, d - b) || 1, [u, v] = [(c - a) / s, (d - b) / s];
    const beside = (t, e) => [a + t * (c - a) - 16 * e * v, b + t * (d - b) + 14 * e * u + 4]; // of a double arrow, away from its middle
    if (name && double) names.push({ text: name, colour: theme[token], places: [[0.8, 1], [0.8, -1], [0.2, 1], [0.2, -1]].map((at) => beside(...at)) });
    else if (name) names.push({ text: name, colour: theme[token], places: [[c + 18 * u, d + 14 * v + 4], [(a + c) / 2 - 22 * v, (b + d) / 2 + 16 * u + 4], [(a + c) / 2 + 22 * v, (b + d) / 2 - 16 * u + 4]] });
  },
  spot(ctx, theme, { at, kind, token, name }, fr, names, taken) {
    const [x, y] = fr.at(at);
    if (!finite([x, y]) || x < fr.x - 9 || x > fr.x + fr.w + 9 || y < fr.y - 9 || y > fr.y + fr.h + 9) return;
    if (kind === "ring") M.ring(ctx, theme, x, y, false);
    else if (kind === "dot") { M.dot(ctx, theme, x, y, 5, theme.bg, 4); ctx.fillStyle = theme[token]; ctx.beginPath(); ctx.arc(x, y, 4.6, 0, 7); ctx.fill(); }
    else M.mark(ctx, theme, kind, x, y);
    taken.push([x, y]);
    ctx.font = `600 13px ${TEXT}`;
    const half = ctx.measureText(name).width / 2 + 12;
    if (name) names.push({ text: name, colour: kind === "ring" ? theme.accent : kind === "dot" ? theme[token] : theme.ink, places: [[x, y - 15], [x + half, y + 4], [x - half, y + 4], [x, y + 24], [x + half, y - 10], [x - half, y - 10]] });
  },
};

function frameLines(ctx, theme, { axes: [x, y], box, grid }, fr) {
  const xs = ticksOf(x, box[0], Math.max(2, fr.w / 76)), ys = ticksOf(y, box[1], Math.max(2, fr.h / 44));
  const bottom = fr.y + fr.h, right = fr.x + fr.w, crisp = (v) => Math.round(v) + 0.5, note = { size: 12, colour: theme.ink2, halo: 0 };
  const rules = (colour, lines) => { ctx.beginPath(); for (const [a, b, c, d] of lines) { ctx.moveTo(a, b); ctx.lineTo(c, d); } M.stroke(ctx, colour, 1); };
  if (grid) rules(theme.line, ys.map(([v]) => [fr.x, crisp(fr.py(v)), right, crisp(fr.py(v))]));
  else rules(theme.line, [[fr.x, fr.y, right, fr.y], [right, fr.y, right, bottom], [fr.x, fr.y, fr.x, bottom]]);
  const floor = grid && !y.log && box[1][0] < 0 && box[1][1] > 0 ? crisp(fr.py(0)) : crisp(bottom);
  rules(theme.ink2, [[fr.x, floor, right, floor], ...xs.map(([v]) => [fr.px(v), bottom, fr.px(v), bottom + 4])]);
  for (const [v, text] of xs) A.label(ctx, theme, text, fr.px(v), bottom + 18, note);
  for (const [v, text] of ys) A.label(ctx, theme, text, fr.x - 8, fr.py(v) + 4, { ...note, align: "right" });
  if (x.words) A.label(ctx, theme, x.words, fr.x + fr.w / 2, bottom + 37, note);
  if (y.words) A.label(ctx, theme, y.words, fr.x, fr.y - 5, { ...note, align: "left" });
  const between = (list, to, otherwise) => (list.length > 1 ? (to(list.at(-1)[0]) + to(list.at(-2)[0])) / 2 : otherwise);
  if (x.letter) A.symbol(ctx, theme, letter(x.letter), between(xs, fr.px, right - 12), bottom + 19);
  if (y.letter) A.symbol(ctx, theme, letter(y.letter), fr.x - 8, between(ys, fr.py, fr.y + 14) + 5, { align: "right" });
}
