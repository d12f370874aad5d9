// Marks and lines: the shape says the kind, the fill repeats it, an outline over a halo makes it visible on any height.

const V = new URL(import.meta.url).search;
const { TEXT, alpha } = await import(`./theme.js${V}`);

export function polygon(ctx, points) {
  ctx.beginPath();
  for (const point of points) ctx.lineTo(...point);
  ctx.closePath();
}

/** Strokes the path, or the current one. */
export function stroke(ctx, colour, width, dash = [], path = null) {
  ctx.setLineDash(dash);
  ctx.lineJoin = "round";
  ctx.strokeStyle = colour;
  ctx.lineWidth = width;
  if (path) ctx.stroke(path); else ctx.stroke();
  ctx.setLineDash([]);
}

const circle = (ctx, x, y, r) => { ctx.beginPath(); ctx.arc(x, y, r, 0, 2 * Math.PI); };

/** The list `marks` of the canvas tells where discs and marks lie: [x, y, radius]. */
const note = (ctx, ...disc) => (ctx.canvas.marks ??= []).push(disc);

/** A critical point of the given kind. */
export function mark(ctx, theme, kind, x, y) {
  note(ctx, x, y, 8);
  ctx.lineCap = "butt";
  if (kind === "minimum" || kind === "maximum") {
    const s = kind === "minimum" ? -1 : 1;
    polygon(ctx, [[x - 8, y + 4.6 * s], [x + 8, y + 4.6 * s], [x, y - 9.2 * s]]);
    stroke(ctx, theme.bg, 6.4);
    ctx.fillStyle = theme[kind];
    ctx.fill();
    stroke(ctx, theme.outline, 1.4);
  } else if (kind === "saddle") {
    ctx.lineCap = "round";
    ctx.beginPath();
    for (const s of [-1, 1]) { ctx.moveTo(x - 6.2, y - 6.2 * s); ctx.lineTo(x + 6.2, y + 6.2 * s); }
    for (const [colour, width] of [[theme.bg, 9], [theme.outline, 5.9], [theme.saddle, 3.4]]) stroke(ctx, colour, width);
    ctx.lineCap = "butt";
  } else {
    dot(ctx, theme, x, y, 8, theme.bg, 6);
    dot(ctx, theme, x, y, 8, theme.outline, 1.6);
    ctx.font = `700 11px ${TEXT}`;
    ctx.textAlign = "center";
    ctx.fillStyle = theme.ink;
    ctx.fillText("?", x, y + 4);
  }
}

/** A filled disc of the background with a coloured rim. */
export function dot(ctx, theme, x, y, r, colour, width) {
  note(ctx, x, y, r);
  circle(ctx, x, y, r);
  ctx.fillStyle = theme.bg;
  ctx.fill();
  stroke(ctx, colour, width);
}

/** What can be held. */
export function ring(ctx, theme, x, y, held) {
  ctx.fillStyle = alpha(theme.accent, held ? 0.26 : 0.16);
  circle(ctx, x, y, 17);
  ctx.fill();
  dot(ctx, theme, x, y, 8, theme.bg, 5);
  dot(ctx, theme, x, y, 8, theme.accent, 4);
  dot(ctx, theme, x, y, 1, theme.accent, 2);
}

/** Where a Newton step aims; a wide circle where a mark is in its place. */
export function aim(ctx, theme, x, y, wide) {
  circle(ctx, x, y, wide ? 13 : 5.5);
  stroke(ctx, theme.bg, 5.6);
  if (wide) stroke(ctx, theme.second, 2.4); else dot(ctx, theme, x, y, 5.5, theme.second, 2.4);
}

/** An arrow from (x, y) by (dx, dy), or from its other end when double-headed; the head shrinks with a short shaft. */
export function arrow(ctx, theme, x, y, dx, dy, { colour, width = 3.2, head = 14, dash = [], double = false, hollow = false }) {
  const length = Math.hypot(dx, dy);
  if (!(length > 1)) return;
  const [ux, uy] = [dx / length, dy / length];
  const size = Math.min(head, 0.8 * length), wing = 0.455 * size;
  const tip = (s) => {
    const [tx, ty] = [x + s * dx, y + s * dy];
    const [bx, by] = [tx - s * ux * size, ty - s * uy * size];
    return [[tx, ty], [bx - uy * wing, by + ux * wing], [bx + uy * wing, by - ux * wing]];
  };
  const heads = (double ? [1, -1] : [1]).map(tip);
  const shaft = () => {
    const inner = Math.max(0, length - size * 0.9);
    ctx.beginPath();
    ctx.moveTo(x + ux * inner, y + uy * inner);
    if (double) ctx.lineTo(x - ux * inner, y - uy * inner);
    else ctx.lineTo(x, y);
  };
  const halo = alpha(theme.bg, 0.85);
  shaft(); stroke(ctx, halo, width + 3.4);
  for (const points of heads) { polygon(ctx, points); ctx.fillStyle = halo; ctx.fill(); stroke(ctx, halo, 5); }
  shaft(); stroke(ctx, colour, width, dash);
  for (const points of heads) { polygon(ctx, points); ctx.fillStyle = hollow ? theme.bg : colour; ctx.fill(); stroke(ctx, colour, 1.8); }
}

// How an optimizer's path looks: token of the colour, dashes, symbol; the others are in looks.js.
export const LOOKS = {
  __proto__: null,
  "gradient descent": ["ink", [], "circle"],
  "momentum": ["ochre", [], "diamond"],
  "Newton": ["second", [7, 4], "square"],
};
export const look = (method) => LOOKS[method] ?? LOOKS[/newton/i.test(method) ? "Newton" : "gradient descent"];

function shape(symbol, x, y) {
  if (symbol === "square") return [[x - 3.6, y - 3.6], [x + 3.6, y - 3.6], [x + 3.6, y + 3.6], [x - 3.6, y + 3.6]];
  if (symbol === "diamond") return [[x, y - 5], [x + 5, y], [x, y + 5], [x - 5, y]];
  return [[x - 4.6, y + 3], [x + 4.6, y + 3], [x, y - 5]];
}

export function bead(ctx, theme, symbol, colour, x, y) {
  if (symbol === "cross") {
    ctx.beginPath();
    for (const s of [-1, 1]) { ctx.moveTo(x - 3.6, y - 3.6 * s); ctx.lineTo(x + 3.6, y + 3.6 * s); }
    stroke(ctx, colour, 2);
    return;
  }
  if (symbol === "circle") circle(ctx, x, y, 3.8);
  else polygon(ctx, shape(symbol, x, y));
  ctx.fillStyle = theme.bg;
  ctx.fill();
  stroke(ctx, colour, 1.8);
}

const AIR = 40, STEP = 1.5, APART = 10; // px around the paper, between points of a line, between symbols

/** The part of the way from a to b that lies on the paper or just beside it; null when none does. No canvas dashes a line without end. */
function onPaper(a, b, paper) {
  let [from, to] = [0, 1];
  for (const i of [0, 1]) {
    const way = b[i] - a[i], [low, high] = [-AIR - a[i], paper[i] + AIR - a[i]];
    if (way === 0 ? low > 0 || high < 0 : !Number.isFinite(way)) return null;
    if (way !== 0) [from, to] = [Math.max(from, Math.min(low / way, high / way)), Math.min(to, Math.max(low / way, high / way))];
  }
  return from < to ? [from, to].map((t) => (t === 0 ? a : t === 1 ? b : [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])])) : null;
}

/** A path with its symbols, left out where they would touch; a way that was gone before is drawn once. Gives the line that was drawn, with gaps. */
export function path(ctx, theme, method, points) {
  const [token, dash, symbol] = look(method), colour = theme[token], paper = [ctx.canvas.width, ctx.canvas.height];
  const gone = new Set(), line = [], places = new Set();
  let last = null;
  const first = (set, grain, ...numbers) => { const key = numbers.map((v) => Math.round(v / grain)).join(); return !set.has(key) && Boolean(set.add(key)); };
  const drawn = points.filter((p, i) => i === 0 || Math.hypot(p[0] - last[0], p[1] - last[1]) >= STEP ? (last = p) : false);
  for (let i = 1; i < drawn.length; i++) {
    const [from, to] = onPaper(drawn[i - 1], drawn[i], paper) ?? [null, null];
    if (!to || !first(gone, 1, ...from, ...to)) continue;
    if (from !== line.at(-1)) line.push([NaN, NaN], from);
    line.push(to);
  }
  ctx.beginPath();
  line.forEach(([x, y], i) => { if (x === x) ctx[i && line[i - 1][0] === line[i - 1][0] ? "lineTo" : "moveTo"](x, y); });
  stroke(ctx, theme.bg, 4.5);
  stroke(ctx, colour, 2, dash);
  points.forEach(([x, y], i) => {
    if (i === 0 || !(x > -AIR && x < paper[0] + AIR && y > -AIR && y < paper[1] + AIR)) return;
    if (first(places, APART, x, y) || i === points.length - 1) bead(ctx, theme, symbol, colour, x, y);
  });
  return line;
}

/** A pattern of slanted lines for what is undecided. */
export function hatch(ctx, theme, x, y, w, h) {
  ctx.save();
  ctx.beginPath();
  ctx.rect(x, y, w, h);
  ctx.fillStyle = alpha(theme.bg, 0.55);
  ctx.fill();
  ctx.clip();
  ctx.beginPath();
  for (let d = -h; d < w; d += 6) { ctx.moveTo(x + d, y + h); ctx.lineTo(x + d + h, y); }
  stroke(ctx, theme.ink2, 1);
  ctx.restore();
  ctx.beginPath();
  ctx.rect(x, y, w, h);
  stroke(ctx, theme.ink, 1.4);
}

// The same as small pictures for running text. Their markup is written here, nothing of a scene goes into it; colours
// follow the style sheet.

function svg(width, height, markup) {
  const el = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [name, v] of Object.entries({ width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" })) el.setAttribute(name, v);
  el.innerHTML = markup;
  return el;
}
const triangle = (points, kind) => `<g stroke-linejoin="round"><polygon points="${points}" stroke="var(--bg)" stroke-width="3.7"/>
  <polygon points="${points}" fill="var(--${kind})" stroke="var(--outline)" stroke-width="1.3"/></g>`;
const lettered = (text, size) => `<circle cx="${size / 2}" cy="${size / 2}" r="${size * 0.415}" fill="none" stroke="currentColor" stroke-width="1.7"/>
  <text x="${size / 2}" y="${size * 0.73}" text-anchor="middle" font-size="${size * 0.65}" font-weight="700" fill="currentColor">${text}</text>`;
const KINDS = {
  __proto__: null,
  minimum: triangle("2,3.7 14,3.7 8,14", "minimum"),
  maximum: triangle("2,12.3 14,12.3 8,2", "maximum"),
  saddle: [["bg", 6.7], ["outline", 4.4], ["saddle", 2.5]].map(([token, width]) =>
    `<path d="M3.3 3.3L12.7 12.7M3.3 12.7L12.7 3.3" stroke="var(--${token})" stroke-width="${width}" stroke-linecap="round"/>`).join(""),
  aim: `<circle cx="8" cy="8" r="4.6" fill="var(--bg)" stroke="var(--second)" stroke-width="2.4"/>`,
};
export const kindIcon = (kind) => svg(16, 16, KINDS[kind] ?? lettered("?", 16));

const BADGES = {
  __proto__: null,
  shield: `<path d="M10 1.5 17 4v5.2c0 4.4-3 7.6-7 9.3-4-1.7-7-4.9-7-9.3V4z" fill="currentColor"/>
    <path d="M6.4 10.1l2.6 2.6 4.7-5.2" fill="none" stroke="var(--bg2)" stroke-width="1.9" stroke-linecap="round" stroke-linejoin="round"/>`,
  ring: `<g fill="none" stroke-width="2.6"><circle cx="10" cy="10" r="7.6" stroke="var(--line)"/><path d="M10 2.4A7.6 7.6 0 0 1 17.6 10" stroke="var(--ink2)"/></g>`,
  numerical: lettered("≈", 20),
};
/** The icon of a badge: never green, amber or red. */
export const badgeIcon = (name) => svg(20, 20, BADGES[name] ?? lettered("?", 20));

/** A double-headed sample of an eigenvector, solid or dashed by the sign of its eigenvalue. */
export const crossIcon = (negative) => svg(44, 16, `<g fill="var(--second)" stroke="var(--second)" stroke-linejoin="round" stroke-width="1.4">
  <path d="M10 8h24" stroke-width="2.4" ${negative ? 'stroke-dasharray="7 4"' : ""}/><path d="M42 8l-9 4.1v-8.2zM2 8l9-4.1v8.2z"/></g>`);

/** A sample of an optimizer's line. */
export function pathIcon(method) {
  const [token, dash, symbol] = look(method);
  const bead = symbol === "circle" ? `<circle cx="22" cy="8" r="4"/>` : symbol === "cross" ? `<path d="M18.4 4.4l7.2 7.2m0-7.2l-7.2 7.2"/>`
    : `<polygon points="${shape(symbol, 22, 8).join(" ")}"/>`;
  return svg(44, 16, `<g fill="var(--bg)" stroke="var(--${token})" stroke-width="2"><path d="M2 8h40" stroke-dasharray="${dash.join(" ")}"/>${bead}</g>`);
}
