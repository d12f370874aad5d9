// A chart: curves, areas, arrows and marks over two axes. Everything is given as numbers (core/figures/chart.py); here it
// finds its place on the paper, and each name its free spot beside the thing.

const V = new URL(import.meta.url).search;
const [{ themeOf, TEXT, alpha }, A, M, { superscript, plain }, { h, write, watch, sizeOf }, { room }] = await Promise.all(
  ["theme", "axes", "marks", "numbers", "dom", "place"].map((name) => import(`./${name}.js${V}`)));

export function mount(parent) {
  const title = h("h2", { hidden: true }), canvas = h("canvas", { role: "img" });
  const root = h("div.live", {}, title, canvas);
  parent.append(root);
  let scene = null, width = 0, theme = null, size = "", fr = null;

  /** A new scene; a lab that draws many gives the theme it knows. */
  function update(next, known = null) {
    root.hidden = !next;
    if (!next) return;
    scene = next;
    theme = known ?? themeOf(root);
    if (!known) {
      root.style.setProperty("--text", TEXT);
      root.style.setProperty("--ink", theme.ink);
    }
    layout(true);
    title.hidden = !scene.title;
    write(title, scene.title);
    if (canvas.getAttribute("aria-label") !== scene.alt) canvas.setAttribute("aria-label", scene.alt);
  }

  function layout(changed) {
    const wide = Math.floor(changed ? sizeOf(root)[0] : root.clientWidth);
    if (!scene || wide < 40 || (wide === width && !changed)) return;
    width = wide;
    fr = frame(canvas.getContext("2d"), scene, width);
    const ctx = A.paper(canvas, width, fr.height), names = room(ctx, theme, fr);
    const now = `display:block;width:${width}px;height:${fr.height}px`;
    if (now !== size) canvas.style.cssText = size = now;
    const { axes: [x, y], box, grid } = scene, floor = grid && !y.log && box[1][0] < 0 && box[1][1] > 0 ? fr.py(0) : fr.y + fr.h;
    const [xs, ys] = [ticksOf(x, box[0], fr.w / 76), ticksOf(y, box[1], fr.h / 44)];
    A.axes(ctx, theme, fr, [x.letter, y.letter], { grid, upright: false, xs, ys, floor, words: [x.words, y.words] });
    names.avoid([[fr.x, floor], [fr.x + fr.w, floor]]);
    if (scene.above) above(ctx, theme, scene.above, fr, names);
    draw(ctx, theme, scene.parts, fr, names);
  }

  const unwatch = watch(root, layout), dispose = () => { unwatch(); root.remove(); };
  return { serial: -1, commit: () => {}, update, dispose, root, canvas, get frame() { return fr; } };
}

/** Ticks [place, text] of a side, at most about so many. A logarithmic one: whole powers of ten; if short, 1, 2 and 5 of each; else round numbers. */
export function ticksOf({ log, ticks: given }, [lo, hi], most) {
  if (given) return given;
  if (!log) return A.marked([lo, hi], most);
  const apart = (hi - lo) / (most + 1), inside = ([v]) => v >= lo - 1e-9 && v <= hi + 1e-9;
  const thin = (marks) => marks.filter(inside).reduce((kept, mark) => (kept.length && mark[0] - kept.at(-1)[0] < apart ? kept : [...kept, mark]), []);
  const decades = Array.from({ length: Math.floor(hi) - Math.floor(lo) + 1 }, (_, i) => Math.floor(lo) + i);
  const powers = (step) => decades.filter((k) => k % step === 0).map((k) => [k, k === 0 ? "1" : k === 1 ? "10" : `10${superscript(k)}`]);
  const widest = Math.max(1, Math.ceil((hi - lo) / Math.max(1, most)));
  const parts = () => decades.flatMap((k) => [1, 2, 5].map((m) => [k + Math.log10(m), plain(Number(`${m}e${k}`))]));
  const rounds = (some) => A.marked([10 ** lo, 10 ** hi], some).map(([v, text]) => [Math.log10(v), text]);
  const steps = Array.from({ length: widest }, (_, i) => () => powers(widest - i));
  for (const marks of [...steps, parts, () => rounds(most), () => rounds(4 * most)]) {
    const kept = thin(marks());
    if (kept.length > 1) return kept;
  }
  return rounds(most);
}

function frame(ctx, { box, axes: [x, y], equal, height, above: marks, lower }, width) {
  const last = ticksOf(x, box[0], width / 80).at(-1)?.[1] ?? "";
  const left = A.leftMargin(ctx, ticksOf(y, box[1], height / 44)), right = Math.max(10, A.widthOf(ctx, last, {}) / 2 + 4);
  const fr = A.frame(box, width, { tallest: height, left, right, top: marks ? 2 * ROW + 8 : 16, bottom: x.words ? 44 : 28, plane: equal, lower });
  const [sx, sy] = [x, y].map(({ log }) => (log ? Math.log10 : Number));
  return { ...fr, at: (p) => (p ? [fr.px(sx(p[0])), fr.py(sy(p[1]))] : [NaN, NaN]) };
}

const ROW = 17, NAMED = { size: 15, weight: 400, align: "left" }; // px of a row of names above the frame

/** Marks { at, name: [letter, index, before], token } of the x axis, named above the frame where there is room in two rows. */
function above(ctx, theme, marks, fr, names) {
  const ends = [-Infinity, -Infinity];
  const words = marks.sort((a, b) => a.at - b.at).flatMap(({ at, name: [head, index, before], token }) => {
    const x = fr.px(at), out = x > fr.x + fr.w, text = [head, index, `${out ? "→ " : ""}${before}`], wide = A.widthOf(ctx, text, NAMED);
    const left = Math.max(0, Math.min(x - wide / 2, fr.width - wide)), row = left >= ends[0] || ends[0] <= ends[1] ? 0 : 1, from = Math.max(left, ends[row]), y = fr.y - 6 - ROW * row, line = [[x, y + 3], [x, fr.y + fr.h]];
    if (from + wide > fr.width + 0.5) return [];
    ends[row] = from + wide + 8;
    if (!out) {
      names.avoid(line);
      ctx.beginPath();
      for (const q of line) ctx.lineTo(...q);
      M.stroke(ctx, theme[token], 1.3, [2, 3]);
    }
    return [[text, from, y, { ...NAMED, colour: theme[token] }]];
  });
  for (const word of words) A.label(ctx, theme, ...word);
}

function draw(ctx, theme, parts, fr, names) {
  const beads = [], [others, spots] = [false, true].map((spot) => parts.filter(({ part }) => (part === "spot") === spot));
  ctx.save(); // symbols lie over the edge, lines end at it
  A.clip(ctx, fr, 1);
  const told = others.map((part) => DRAW[part.part](ctx, theme, part, fr, names, beads));
  ctx.restore();
  for (const bead of beads) M.bead(ctx, theme, ...bead);
  told.push(...spots.map((part) => DRAW.spot(ctx, theme, part, fr, names)));
  const ordered = [...others, ...spots].map((part, i) => [part.name, told[i]]).reverse(); // what is drawn last is named first
  for (const [name, style] of ordered) if (name && style) names.write(name, style.places, { gap: 5, ...style });
}

/** The same parts over a landscape, their names in its room. */
export function over(ctx, theme, parts, fr, to, names) {
  draw(ctx, theme, parts, { ...fr, at: (p) => (p ? to(p) : [NaN, NaN]) }, names);
}

const finite = ([x, y]) => Number.isFinite(x) && Number.isFinite(y);
const near = (fr, [x, y], d) => x >= fr.x - d && x <= fr.x + fr.w + d && y >= fr.y - d && y <= fr.y + fr.h + d;

/** Places of a line from its end back, then its start: where a name is looked for. */
const endFirst = (line) => [1, 0.85, 0.7, 0.55, 0.4, 0.2, 0].map((t) => line[Math.round(t * (line.length - 1))]);

/** Names paths [method, points of the paper] where they end, or leave the paper. */
export function namePaths(names, theme, fr, paths) {
  for (const [method, points] of paths) {
    const seen = points.filter((p) => near(fr, p, 0));
    if (seen.length > 1) names.write(method, endFirst(seen), { colour: theme[M.look(method)[0]], gap: 9, beside: true });
  }
}

// Each draws its part, tells the room what must stay free, and gives back where its name may stand.
const DRAW = {
  area(ctx, theme, { points, token, opacity, outline }, fr, names) {
    const spots = points.map(fr.at).filter(finite);
    if (!spots.length) return null;
    M.polygon(ctx, spots);
    ctx.fillStyle = alpha(theme[token], opacity);
    ctx.fill();
    if (outline) { M.stroke(ctx, theme[outline], 1.6); names.avoid([...spots, spots[0]]); }
    const [[left, right], [top, bottom]] = [0, 1].map((i) => spots.map((p) => p[i])).map((all) => [Math.min(...all), Math.max(...all)]), x = (left + right) / 2;
    if (opacity > 0.5) for (let y = top + 6; y < bottom; y += 8) names.avoid([[left, y], [right, y]]); // too dark for a name
    return { colour: theme.ink, places: [[x, top], [x, bottom], ...[0.25, 0.5, 0.75].map((t) => [x, top + t * (bottom - top)])] };
  },
  curve(ctx, theme, { points, token, width, dash, symbol, every, faint }, fr, names, beads) {
    const spots = points.map(fr.at), colour = theme[token];
    ctx.globalAlpha = faint;
    ctx.beginPath();
    spots.forEach((p, i) => { if (finite(p)) ctx[i && finite(spots[i - 1]) ? "lineTo" : "moveTo"](...p); });
    if (width) M.stroke(ctx, colour, width, dash);
    ctx.globalAlpha = 1;
    if (width > 1) names.avoid(spots);
    const seen = spots.filter((p) => near(fr, p, 1));
    if (symbol) beads.push(...seen.filter((_, i) => i % every === 0 || i === seen.length - 1).map((p) => [symbol, colour, ...p]));
    return seen.length ? { colour, beside: true, gap: 7, places: endFirst(seen) } : null;
  },
  line(ctx, theme, { at, axis, token, width, dash }, fr, names) {
    const upright = axis === "x", colour = theme[token], v = fr.at([at, at])[upright ? 0 : 1];
    const on = (t) => (upright ? [v, fr.y + t * fr.h] : [fr.x + t * fr.w, v]);
    if (!near(fr, on(0), 1)) return null;
    ctx.beginPath();
    ctx.moveTo(...on(0));
    ctx.lineTo(...on(1));
    M.stroke(ctx, colour, width, dash);
    names.avoid([on(0), on(1)]);
    return { colour, beside: upright, places: (upright ? [0.06, 0.15, 0.24, 0.94, 0.5] : [0.99, 0.01, 0.75, 0.25, 0.5]).map(on) };
  },
  arrow(ctx, theme, { start, end, token, dash, double, hollow }, fr, names) {
    const [[a, b], [c, d]] = [fr.at(start), fr.at(end)];
    if (!finite([a, b]) || !finite([c, d])) return null;
    const [x, y] = double ? [(a + c) / 2, (b + d) / 2] : [a, b];
    M.arrow(ctx, theme, x, y, c - x, d - y, { colour: theme[token], width: 3, head: 13, dash, double, hollow });
    names.avoid([[a, b], [c, d]]);
    return { colour: theme[token], gap: 6, places: [[c, d], [(a + c) / 2, (b + d) / 2], ...(double ? [[a, b]] : [])] };
  },
  spot(ctx, theme, { at, kind, token }, fr, names) {
    const [x, y] = fr.at(at), ring = kind === "ring", dot = kind === "dot";
    if (!near(fr, [x, y], 9)) return null;
    if (ring) M.ring(ctx, theme, x, y, false);
    else if (dot) for (const [colour, width] of [[theme.bg, 6], [theme[token], 3]]) M.dot(ctx, { bg: colour }, x, y, 3.2, colour, width);
    else M.mark(ctx, theme, kind, x, y);
    names.keep(x, y, ring ? 13 : dot ? 7 : 11);
    return { colour: ring ? theme.accent : dot ? theme[token] : theme.ink, gap: ring ? 14 : 8, places: [[x, y]] };
  },
};
