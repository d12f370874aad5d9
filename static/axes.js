// The window of a figure: where a place of the box lies on the paper, its ticks, its letters, and text on the thing.

const V = new URL(import.meta.url).search;
const [{ ticks, plain, place, letter }, { TEXT, MATH, alpha }, { stroke }] = await Promise.all(
  ["numbers", "theme", "marks"].map((name) => import(`./${name}.js${V}`)));

const fontOf = ({ size = 12, weight = 400, font = TEXT, italic = false }) => `${italic ? "italic " : ""}${weight} ${size}px ${font}`;

export const sizeOf = (text, { size }) => size ?? (Array.isArray(text) ? 17 : 12);

const widths = new Map(); // of texts that were measured

/** How wide a text is. */
export function widthOf(ctx, text, style) {
  if (Array.isArray(text)) return partsOf(text, sizeOf(text, style)).reduce((sum, [part, font]) => sum + widthOf(ctx, part, font), 0);
  const font = fontOf(style), key = `${font}|${text}`;
  let wide = widths.get(key);
  if (wide === undefined) {
    ctx.font = font;
    if (widths.size > 4000) widths.clear();
    widths.set(key, (wide = ctx.measureText(text).width));
  }
  return wide;
}

document.fonts?.addEventListener("loadingdone", () => widths.clear());

/** The box [left, top, right, bottom] around a text of this width with its middle here, upright or turned. */
export function boxOf(x, y, wide, size, angle = 0) {
  const [c, s] = [Math.abs(Math.cos(angle)), Math.abs(Math.sin(angle))];
  const [u, v] = [(c * wide + s * size) / 2, (s * wide + c * size) / 2];
  return [x - u, y - v, x + u, y + v];
}

const DROP = 0.27; // of the baseline below the middle, in parts of the size

/** Draws a text with a halo of the background, from its left end on the baseline. */
function ink(ctx, theme, text, x, y, { colour = theme.ink, halo = 3.5, ...style }) {
  ctx.font = fontOf(style);
  ctx.textAlign = "left";
  if (halo) {
    ctx.lineJoin = "round";
    ctx.lineWidth = halo;
    ctx.strokeStyle = alpha(theme.bg, 0.85);
    ctx.strokeText(text, x, y);
  }
  ctx.fillStyle = colour;
  ctx.fillText(text, x, y);
}

/**
 * Text that can be read on the thing itself, at a place of its baseline or with its `middle` there; of a letter, its
 * index, and an upright sign before it: mathematics. The list `texts` of the canvas tells what is written: { text, box }.
 */
export function label(ctx, theme, text, x, y, style = {}) {
  const { align = "center", angle = 0, middle = false } = style, size = sizeOf(text, style), wide = widthOf(ctx, text, style);
  const parts = Array.isArray(text) ? partsOf(text, size) : [[text, style, 0]];
  const mid = [x + wide * (align === "left" ? 0.5 : align === "right" ? -0.5 : 0), middle ? y : y - DROP * size];
  (ctx.canvas.texts ??= []).push({ text: parts.map(([part]) => part).join(""), box: boxOf(...mid, wide, size, angle) });
  ctx.save();
  ctx.translate(...mid);
  ctx.rotate(angle);
  let left = -wide / 2;
  for (const [part, font, down] of parts) {
    if (part) ink(ctx, theme, part, left, DROP * size + down, { ...style, ...font });
    left += widthOf(ctx, part, font);
  }
  ctx.restore();
}

const partsOf = ([head, index, before = ""], size) => [[before, { size, font: MATH }, 0], [head, { size, italic: true, font: MATH }, 0],
  [index, { size: Math.round(size * 0.72), italic: !/^\d*$/.test(index), font: MATH }, size * 0.2]];

/** A canvas of this size in CSS pixels, clean, with nothing written on it. */
export function paper(canvas, width, height) {
  const ratio = devicePixelRatio || 1, size = [Math.round(width * ratio), Math.round(height * ratio)], ctx = canvas.getContext("2d");
  if (canvas.width !== size[0] || canvas.height !== size[1]) [canvas.width, canvas.height] = size;
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.clearRect(0, 0, width + 1, height + 1);
  canvas.texts = [];
  canvas.marks = [];
  return ctx;
}

/**
 * The frame for a box in the given width. On a plane, scales are equal when the sides differ by at most a factor of
 * three. Numbers stand below and to the left; above and to the right a ring on the edge has its room.
 */
export function frame(box, width, { tallest, left = 30, right = 12, top = 12, bottom = 26, plane = true, lower = 0.72 }) {
  const [[x0, x1], [y0, y1]] = box;
  const ratio = (y1 - y0) / (x1 - x0);
  const equal = plane && ratio <= 3 && ratio >= 1 / 3;
  let w = width - left - right;
  let h = equal ? w * ratio : plane ? w : w * lower;
  if (h > tallest) {
    if (equal) w = tallest / ratio;
    h = tallest;
  }
  const [sx, sy] = [w / (x1 - x0), h / (y1 - y0)];
  const px = (a) => left + (a - x0) * sx, py = (b) => top + (y1 - b) * sy;
  return {
    box, equal, x: left, y: top, w, h, sx, sy, width, height: top + h + bottom, px, py,
    to: ([a, b]) => [px(a), py(b)],
    from: (u, v) => [x0 + (u - left) / sx, y1 - (v - top) / sy],
    holds: ([a, b]) => a >= x0 && a <= x1 && b >= y0 && b <= y1,
  };
}

export const APART = 72; // px between ticks
const TIGHT = 32; // px between two numbers with no room for a letter

/** The left margin these ticks need. */
export const leftMargin = (ctx, ys, size) => Math.max(30, Math.ceil(Math.max(0, ...ys.map(([, text]) => widthOf(ctx, text, { size })))) + 12);

export function clip(ctx, f, air = 0) {
  ctx.beginPath();
  ctx.rect(f.x - air, f.y - air, f.w + 2 * air, f.h + 2 * air);
  ctx.clip();
}

/** Round ticks of a side, at most so many, each with its number: all of its digits where fewer would be the same for two of them. */
export function marked([lo, hi], most) {
  const all = ticks(lo, hi, Math.max(2, most)), short = all.map(plain);
  return all.map((v, k) => [v, new Set(short).size < all.length ? place(v, Math.max(0, -Math.floor(Math.log10(all[1] - all[0]) + 1e-9))) : short[k]]);
}

/**
 * Ticks [place, text], letters, words below and above; `grid` lays hairlines at the heights instead of a box around, and one
 * `upright` at x = 0. `floor`: where the strong line lies, if there is one.
 */
export function axes(ctx, theme, f, letters, { grid = false, upright = grid, size = 12, apart = [APART, APART], words = [],
  xs = marked(f.box[0], f.w / apart[0]), ys = marked(f.box[1], f.h / apart[1]), floor = grid ? f.y + f.h : null } = {}) {
  const [x0, x1] = f.box[0], bottom = f.y + f.h, right = f.x + f.w, crisp = (v) => Math.round(v) + 0.5;
  const rules = (colour, lines) => {
    ctx.beginPath();
    for (const [a, b, c, d] of lines) { ctx.moveTo(a, b); ctx.lineTo(c, d); }
    stroke(ctx, colour, 1);
  };
  const zero = upright && x0 * x1 < 0 ? [[crisp(f.px(0)), f.y, crisp(f.px(0)), bottom]] : [];
  rules(theme.line, grid ? [...ys.map(([v]) => [f.x, crisp(f.py(v)), right, crisp(f.py(v))]), ...zero]
    : [[f.x, f.y, right, f.y], [f.x, bottom, right, bottom], [f.x, f.y, f.x, bottom], [right, f.y, right, bottom]]);
  if (floor) rules(theme.ink2, [[f.x, crisp(floor), right, crisp(floor)]]);
  rules(theme.ink2, [...xs.map(([v]) => [f.px(v), bottom, f.px(v), bottom + 4]), ...ys.map(([v]) => [f.x - 4, f.py(v), f.x, f.py(v)])]);
  const note = { size, colour: theme.ink2, halo: 0 };
  for (const [v, text] of xs) label(ctx, theme, text, Math.min(f.px(v), f.width - widthOf(ctx, text, note) / 2), bottom + 17, note);
  const tight = letters[1] && ys.length > 1 && Math.abs(f.py(ys.at(-1)[0]) - f.py(ys.at(-2)[0])) < TIGHT ? ys.at(-2) : null; // the letter takes its place
  for (const [v, text] of ys) if (v !== tight?.[0]) label(ctx, theme, text, f.x - 8, f.py(v) + 4, { ...note, align: "right" });
  if (words[0]) label(ctx, theme, words[0], f.x + f.w / 2, bottom + 37, note);
  if (words[1]) label(ctx, theme, words[1], f.x, f.y - 5, { ...note, align: "left" });
  const between = (list, to, otherwise) => (list.length > 1 ? (to(list.at(-1)[0]) + to(list.at(-2)[0])) / 2 : otherwise);
  if (letters[0]) label(ctx, theme, letter(letters[0]), between(xs, f.px, f.x + f.w * 0.85), bottom + 18);
  if (letters[1]) label(ctx, theme, letter(letters[1]), f.x - 8, (tight ? f.py(tight[0]) : between(ys, f.py, f.y + f.h * 0.15)) + 5, { align: "right" });
}
