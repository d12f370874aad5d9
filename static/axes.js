// The window of a figure: where a place of the box lies on the paper, its ticks, its letters, and text on the thing.

const V = new URL(import.meta.url).search;
const [{ ticks, plain, letter }, { TEXT, MATH, alpha }, { stroke }] = await Promise.all(
  ["numbers", "theme", "marks"].map((name) => import(`./${name}.js${V}`)));

const fontOf = ({ size = 12, weight = 400, font = TEXT, italic = false }) => `${italic ? "italic " : ""}${weight} ${size}px ${font}`;

/** Text with a halo of the background, so that it can be read on the thing itself. */
export function label(ctx, theme, text, x, y, style = {}) {
  const { align = "center", colour = theme.ink, halo = 3.5 } = style;
  ctx.font = fontOf(style);
  ctx.textAlign = align;
  ctx.textBaseline = "alphabetic";
  if (halo) {
    ctx.lineJoin = "round";
    ctx.lineWidth = halo;
    ctx.strokeStyle = alpha(theme.bg, 0.85);
    ctx.strokeText(text, x, y);
  }
  ctx.fillStyle = colour;
  ctx.fillText(text, x, y);
}

/** A letter with its index as mathematics, after an upright sign if there is one: ∇f, λ₁. */
export function symbol(ctx, theme, [head, index, before = ""], x, y, { size = 17, align = "center", colour = theme.ink } = {}) {
  const parts = [[before, { size }, 0], [head, { size, italic: true }, 0], [index, { size: Math.round(size * 0.72), italic: !/^\d*$/.test(index) }, size * 0.2]];
  const widths = parts.map(([text, style]) => { ctx.font = fontOf({ ...style, font: MATH }); return ctx.measureText(text).width; });
  let left = x - (widths[0] + widths[1] + widths[2]) * (align === "center" ? 0.5 : align === "right" ? 1 : 0);
  parts.forEach(([text, style, down], i) => {
    if (text) label(ctx, theme, text, left, y + down, { ...style, font: MATH, align: "left", colour });
    left += widths[i];
  });
}

/** Writes a text at the first good place of some: inside the frame, away from the given points; gives the points of its box. */
export function writeFree(ctx, theme, f, text, places, taken, style) {
  ctx.font = fontOf(style);
  const half = ctx.measureText(text).width / 2;
  let best = null;
  places.forEach(([x, y], i) => {
    if (!(x - half > f.x + 2 && x + half < f.x + f.w - 2 && y > f.y + 12 && y < f.y + f.h - 4)) return;
    const clear = (least, [u, v]) => Math.min(least, Math.hypot(Math.max(0, Math.abs(u - x) - half), Math.max(0, Math.abs(v - y + 4) - 6)));
    const score = taken.reduce(clear, 6) - 0.25 * i;
    if (!best || score > best.score) best = { x, y, score };
  });
  if (!best) return [];
  label(ctx, theme, text, best.x, best.y, style);
  return [-1, -0.5, 0, 0.5, 1].map((s) => [best.x + s * half, best.y - 4]);
}

/**
 * The frame for a box in the given width. On a plane, scales are equal when the sides differ by at most a factor of
 * three. Margins are those of the visual language: numbers below and to the left, nothing above.
 */
export function frame(box, width, { tallest, left = 30, right = 8, top = 8, bottom = 26, plane = true }) {
  const [[x0, x1], [y0, y1]] = box;
  const ratio = (y1 - y0) / (x1 - x0);
  const equal = plane && ratio <= 3 && ratio >= 1 / 3;
  let w = width - left - right;
  let h = equal ? w * ratio : plane ? w : w * 0.72;
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

const APART = 72; // px between ticks

/** The left margin the tick numbers of this side need. */
export function leftMargin(ctx, side, h, { size = 12, apart = APART } = {}) {
  ctx.font = fontOf({ size });
  const widest = Math.max(0, ...ticks(...side, Math.max(2, h / apart)).map((v) => ctx.measureText(plain(v)).width));
  return Math.max(30, Math.ceil(widest) + 12);
}

export function clip(ctx, f) {
  ctx.beginPath();
  ctx.rect(f.x, f.y, f.w, f.h);
  ctx.clip();
}

/** Ticks and letters; `grid` lays hairlines at the heights and one at x = 0 instead of a box around. */
export function axes(ctx, theme, f, names, { grid = false, size = 12, apart = [APART, APART] } = {}) {
  const [[x0, x1], [y0, y1]] = f.box;
  const xs = ticks(x0, x1, Math.max(2, f.w / apart[0])), ys = ticks(y0, y1, Math.max(2, f.h / apart[1]));
  const bottom = f.y + f.h, right = f.x + f.w;
  const rules = (colour, lines) => {
    ctx.beginPath();
    for (const [a, b, c, d] of lines) { ctx.moveTo(a, b); ctx.lineTo(c, d); }
    stroke(ctx, colour, 1);
  };
  const crisp = (v) => Math.round(v) + 0.5;
  if (grid) {
    const zero = x0 < 0 && x1 > 0 ? [[crisp(f.px(0)), f.y, crisp(f.px(0)), bottom]] : [];
    rules(theme.line, [...ys.map((v) => [f.x, crisp(f.py(v)), right, crisp(f.py(v))]), ...zero]);
    rules(theme.ink2, [[f.x, crisp(bottom), right, crisp(bottom)]]);
  } else rules(theme.line, [[f.x, f.y, right, f.y], [f.x, bottom, right, bottom], [f.x, f.y, f.x, bottom], [right, f.y, right, bottom]]);
  rules(theme.ink2, [...xs.map((v) => [f.px(v), bottom, f.px(v), bottom + 4]), ...ys.map((v) => [f.x - 4, f.py(v), f.x, f.py(v)])]);
  const note = { size, colour: theme.ink2, halo: 0 };
  for (const v of xs) label(ctx, theme, plain(v), Math.min(f.px(v), f.width - 4), bottom + 17, note);
  for (const v of ys) label(ctx, theme, plain(v), f.x - 8, f.py(v) + 4, { ...note, align: "right" });
  const between = (list, to, otherwise) => (list.length > 1 ? (to(list.at(-1)) + to(list.at(-2))) / 2 : otherwise);
  if (names[0]) symbol(ctx, theme, letter(names[0]), between(xs, f.px, f.x + f.w * 0.85), bottom + 18);
  if (names[1]) symbol(ctx, theme, letter(names[1]), f.x - 8, between(ys, f.py, f.y + f.h * 0.15) + 5, { align: "right" });
}
