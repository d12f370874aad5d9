// Contour lines: f on a grid, the rule of the levels, the lines by marching squares, and where their labels stand.
//
// No line is drawn through a hole or a pole. A cell is left empty when a corner has no value, when a quantity that
// must not be zero changes its sign between the corners, or when f jumps along an edge: the edge is halved again and
// again towards the larger difference, and for a continuous f that difference shrinks.
// Marching squares: Lorensen and Cline 1987 in two dimensions; a saddle cell is settled by the mean of its corners.

const { niceStep, plain, superscript } = await import(`./numbers.js${new URL(import.meta.url).search}`);

/** f at nx × ny nodes of the box, row by row from below; `ok` tells the cells that can be drawn. */
export function sample(reader, box, nx, ny) {
  const [[x0, x1], [y0, y1]] = box;
  const X = Float64Array.from({ length: nx }, (_, i) => x0 + ((x1 - x0) * i) / (nx - 1));
  const Y = new Float64Array(nx);
  const v = new Float64Array(nx * ny);
  const ok = new Uint8Array((nx - 1) * (ny - 1)).fill(1);
  const before = Array.from({ length: reader.nonzero }, () => new Float64Array(nx));
  const depth = reader.bounds.length ? new Float64Array(nx * ny).fill(Infinity) : null; // inside the domain where it is not negative
  for (let j = 0; j < ny; j++) {
    Y.fill(y0 + ((y1 - y0) * j) / (ny - 1));
    v.set(reader.row([X, Y], nx)[0], j * nx);
    reader.signs((which, q) => {
      const p = before[which];
      if (j > 0) for (let i = 0, c = (j - 1) * (nx - 1); i < nx - 1; i++, c++)
        if (q[i] * q[i + 1] < 0 || q[i] * p[i] < 0 || p[i] * p[i + 1] < 0) ok[c] = 0;
      p.set(q);
    });
    reader.signs((_, q) => q.forEach((d, i) => { depth[j * nx + i] = Math.min(depth[j * nx + i], d === d ? d : -1e300); }), reader.bounds);
  }
  for (let j = 0, c = 0; j < ny - 1; j++)
    for (let i = 0; i < nx - 1; i++, c++) {
      const k = j * nx + i;
      if (!Number.isFinite(v[k] + v[k + 1] + v[k + nx] + v[k + nx + 1])) ok[c] = 0;
    }
  const sorted = v.filter(Number.isFinite).sort();
  const place = (i, j) => [X[i], y0 + ((y1 - y0) * j) / (ny - 1)];
  return { nx, ny, v, ok, depth, box, sorted, place, undefinedShare: 1 - sorted.length / v.length };
}

const quantile = (sorted, q) => sorted[Math.round(q * (sorted.length - 1))];

/** The values of `back` at k step, for the whole k with lo <= k step <= hi; `k` is the first of them. */
function equalSteps(u, back, [from, to], step, say) {
  const [lo, hi] = [u(from), u(to)];
  const k = Math.ceil(lo / step - 1e-9), levels = [];
  for (let i = k; i <= hi / step + 1e-9; i++) levels.push(Number(back(i * step).toPrecision(12)));
  return { levels, k, t: (v) => Math.min(1, Math.max(0, (u(v) - lo) / (hi - lo))), say };
}

function linear([lo, hi], count) {
  const step = niceStep((hi - lo) / count);
  return equalSteps((v) => v, (v) => v, [lo, hi], step, `Contours every ${plain(step)}: equal steps of *f*.`);
}

function root([lo, hi], count) {
  const u = (v) => Math.sign(v) * Math.sqrt(Math.abs(v));
  const step = niceStep((u(hi) - u(lo)) / count), square = Number((step * step).toPrecision(9));
  const at = `${lo >= 0 ? "" : hi <= 0 ? "−" : "±"}${square === 1 ? "" : plain(square)}*k*²`;
  const of = lo >= 0 ? "√*f*" : hi <= 0 ? "√|*f*|" : "√|*f*|, with its sign";
  return equalSteps(u, (s) => Math.sign(s) * s * s, [lo, hi], step, `Contours at ${at}: equal steps of ${of}.`);
}

/** For values of one sign only; the foot is left out where f comes down to zero. */
function log(sorted, count) {
  const side = sorted[0] >= 0 ? 1 : -1;
  const sizes = [0, 0.004, 0.996, 1].map((q) => side * quantile(sorted, q)).sort((a, b) => a - b);
  const [lo, hi] = [Math.max(sizes[1], Number.MIN_VALUE), sizes[3]];
  const most = Math.log(hi / lo) / count;
  const base = [2, 4, 10].find((b) => 0.77 * most <= Math.log(b)) ?? 10 ** Math.ceil(most / Math.LN10);
  const name = base > 10 ? `10${superscript(Math.round(Math.log10(base)))}` : String(base);
  const u = (v) => side * Math.log(Math.max(side * v, Number.MIN_VALUE));
  const range = side > 0 ? [lo, hi] : [-hi, -lo];
  const at = `${side > 0 ? "" : "−"}${base > 10 ? `(${name})` : name}ᵏ`;
  return equalSteps(u, (s) => side * Math.exp(side * s), range, Math.log(base), `Contours at ${at}: each is ${name} times the one before.`);
}

/** 1, 2, 5 × 10ᵏ between two sizes, or only powers of ten where that would be too many; `first` tells those to label. */
function decades(lo, hi, count) {
  const span = Math.log10(hi / lo), each = 3 * span <= count ? [1, 2, 5] : [1], stride = Math.ceil(span / count);
  const levels = [], first = [];
  for (let k = Math.floor(Math.log10(lo)); k <= Math.log10(hi); k++)
    for (const m of each) {
      const v = Number(`${m}e${k}`);
      if (v < lo || v > hi || k % stride !== 0) continue;
      levels.push(v);
      first.push(m === 1);
    }
  const name = each.length > 1 ? "1, 2, 5 × 10ᵏ" : stride > 1 ? `(10${superscript(stride)})ᵏ` : "10ᵏ";
  return { levels, first, name, steps: each.length > 1 ? "nearly equal steps" : "equal steps" };
}

/** Steps of log |f| where f has one sign, of log of the height above a foot where its sizes are too much alike. */
function logarithmic(sorted, [from, to], count) {
  if (sorted[0] < 0 && sorted[sorted.length - 1] > 0) return symmetric(sorted, [from, to], count);
  const side = sorted[0] >= 0 ? 1 : -1;
  const size = (v) => Math.max(side * v, 0);
  const sizes = sorted.filter((v) => size(v) > 1e-300).map(size).sort();
  const [lo, hi] = [0.002, 0.999].map((q) => quantile(sizes, q));
  if (!(hi >= 10 * lo)) return above(sorted, [from, to], count);
  const { levels, first, name, steps } = decades(lo, hi, count);
  const u = (v) => Math.log(Math.max(size(v), lo) / lo) / Math.log(hi / lo);
  const say = side > 0 ? `Contours at ${name}: ${steps} of log *f*.` : `Contours at −${name}: ${steps} of log |*f*|.`;
  return side > 0 ? toned(levels, first, u, say) : toned(levels.map((v) => -v).reverse(), first.reverse(), (v) => 1 - u(v), say);
}

/** Heights above a short number just below all values. */
function above(sorted, [from, to], count) {
  const unit = 10 ** Math.floor(Math.log10((to - from) / 500)), foot = Number((Math.floor(from / unit + 1e-6) * unit).toPrecision(12));
  const hi = to - foot, lo = Math.max(quantile(sorted, 0.004) - foot, hi * 1e-6);
  const { levels, first, name, steps } = decades(lo, hi, count);
  const u = (v) => Math.log(Math.max(v - foot, lo) / lo) / Math.log(hi / lo);
  const minus = foot < 0 ? `+ ${plain(-foot)}` : `− ${plain(foot)}`;
  return toned(levels.map((v) => Number((foot + v).toPrecision(12))), first, u, `Contours at ${plain(foot)} + ${name}: ${steps} of log (*f* ${minus}).`);
}

/** Both signs: zero, and on either side the same sizes, from a small one on. */
function symmetric(sorted, [from, to], count) {
  const hi = Math.max(-from, to), small = quantile(sorted.map(Math.abs).sort(), 0.02);
  const lo = 10 ** Math.floor(Math.log10(Math.max(small, 1e-4 * hi)));
  const { levels, first, name, steps } = decades(lo, hi, count / 2);
  const both = [...levels.map((v, i) => [-v, first[i]]).reverse(), [0, true], ...levels.map((v, i) => [v, first[i]])].filter(([v]) => v >= from && v <= to);
  const s = (v) => Math.asinh(v / lo);
  const t = (v) => (s(v) - s(from)) / (s(to) - s(from));
  return toned(both.map(([v]) => v), both.map(([, major]) => major), t, `Contours at 0 and ±${name} from ±${plain(levels[0])} on: ${steps} of log |*f*| on either side of zero.`);
}

const toned = (levels, first, u, say) => ({ levels, k: 0, first, t: (v) => Math.min(1, Math.max(0, u(v))), say });

/** The shortest decimal between two numbers, both included. */
export function shortest(a, b) {
  if (a <= 0 && b >= 0) return 0;
  if (!(b > a)) return a;
  for (let e = Math.floor(Math.log10(Math.max(Math.abs(a), Math.abs(b)))); e > -330; e--)
    for (const m of [5, 2, 1]) {
      const k = Math.ceil(a / Number(`${m}e${e}`) - 1e-9), v = Number((k * Number(`${m}e${e}`)).toPrecision(14));
      if (v >= a && v <= b) return v;
    }
  return a;
}

/** Levels between which equal parts of the map lie, up to a tenth of a part to either side for the sake of short numbers. */
function quantiles(sorted, count) {
  const at = (k) => quantile(sorted, k / (count + 1));
  const levels = Array.from({ length: count }, (_, i) => shortest(at(i + 0.9), at(i + 1.1)));
  const t = (v) => {
    let a = 0, b = sorted.length - 1;
    while (b - a > 1) { const m = (a + b) >> 1; if (sorted[m] <= v) a = m; else b = m; }
    return a / Math.max(1, sorted.length - 1);
  };
  return { levels: [...new Set(levels)], k: 0, t, say: "Contours share the map: between two neighbours lie nearly equal areas." };
}

/** The largest share of the map that falls into one of sixteen equal parts of the scale. */
function crowd(sorted, { t }) {
  const bins = new Uint32Array(16);
  const stride = Math.max(1, Math.floor(sorted.length / 4000));
  let n = 0;
  for (let i = 0; i < sorted.length; i += stride, n++) bins[Math.min(15, Math.floor(16 * t(sorted[i])))]++;
  return Math.max(...bins) / n;
}

/** Ends of the scale: all values, or without the thin tails that a pole leaves. */
export function ends(sorted) {
  const [min, low, high, max] = [0, 0.02, 0.98, 1].map((q) => quantile(sorted, q));
  const spread = high - low;
  return [low - min > 2 * spread ? low : min, max - high > 2 * spread ? high : max];
}

/**
 * Levels, a scale t(value) in [0, 1], and the sentence that says the rule. "auto" takes the first of equal steps of f, of √f, of log f
 * that does not press nearly half of the map into a sixteenth of the scale; then equal areas.
 */
export function rule({ sorted }, wanted, count) {
  const none = (say) => ({ levels: [], k: 0, t: () => 0.5, say });
  if (!sorted.length) return none("*f* is not defined anywhere in this window.");
  const [min, max] = [sorted[0], sorted[sorted.length - 1]];
  if (!(max - min > 1e-12 * Math.max(Math.abs(min), Math.abs(max)))) return none(`*f* is ${plain(min)} everywhere here: there is no contour to draw.`);
  const most = ends(sorted), range = most[0] < most[1] ? most : [min, max];
  if (wanted === "linear") return linear(range, count);
  if (wanted === "log") return logarithmic(sorted, range, count);
  if (wanted === "quantile") return quantiles(sorted, count);
  const calm = (r) => r.levels.length > 3 && crowd(sorted, r) <= 0.4;
  const rooted = root(range, count), straight = linear(range, count);
  if (wanted === "root") return rooted;
  if (calm(straight)) return straight;
  if (calm(rooted)) return rooted;
  const logged = min >= 0 || max <= 0 ? log(sorted, count) : null;
  return logged && calm(logged) ? logged : quantiles(sorted, count);
}

/** The domain as polygons in grid units, cut along its edge. */
export function region({ nx, ny, depth }) {
  const out = [];
  for (let j = 0; j < ny - 1; j++)
    for (let i = 0, from = -1; i < nx; i++) {
      const corners = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]];
      const d = i < nx - 1 ? corners.map(([a, b]) => depth[b * nx + a]) : [-1];
      const whole = d.every((e) => e >= 0);
      if (whole && from < 0) from = i;
      if (whole) continue;
      if (from >= 0) out.push([[from, j], [i, j], [i, j + 1], [from, j + 1]]);
      from = -1;
      if (d.some((e) => e >= 0)) out.push(corners.flatMap(([a, b], k) => {
        const next = (k + 1) % 4, s = d[k] / (d[k] - d[next]), [c, e] = corners[next];
        return [...(d[k] >= 0 ? [[a, b]] : []), ...(d[k] >= 0 !== d[next] >= 0 ? [[a + s * (c - a), b + s * (e - b)]] : [])];
      }));
    }
  return out;
}

/** Whether f jumps between two places: the larger of the two halves' differences never gets small. */
export function jumps(at, p, q, fp, fq) {
  const first = Math.abs(fp - fq);
  for (let k = 0; k < 12; k++) {
    const m = p.map((a, i) => (a + q[i]) / 2);
    const fm = at(m);
    if (!Number.isFinite(fm)) return true;
    if (Math.abs(fp - fm) > Math.abs(fm - fq)) [q, fq] = [m, fm];
    else [p, fp] = [m, fm];
    if (Math.abs(fp - fq) < 0.3 * first) return false;
  }
  return true;
}

/** Empties the cells beside an edge along which f jumps; only edges that cross much of the scale are asked. */
export function cutJumps(field, at, t) {
  const { nx, ny, v, ok, place } = field;
  const scale = Float32Array.from(v, (value) => (Number.isFinite(value) ? t(value) : NaN));
  const cut = (i, j) => { if (i >= 0 && j >= 0 && i < nx - 1 && j < ny - 1) ok[j * (nx - 1) + i] = 0; };
  const ask = (i, j, di, dj) => {
    const a = j * nx + i, b = a + di + dj * nx;
    if (!(Math.abs(scale[a] - scale[b]) > 0.08)) return;
    if (!jumps(at, place(i, j), place(i + di, j + dj), v[a], v[b])) return;
    cut(i, j);
    cut(i - dj, j - di);
  };
  for (let j = 0; j < ny; j++)
    for (let i = 0; i < nx; i++) {
      if (i < nx - 1) ask(i, j, 1, 0);
      if (j < ny - 1) ask(i, j, 0, 1);
    }
}

// Edges of a cell: 0 below, 1 right, 2 above, 3 left. By the corners that lie above the level (1 below left, 2 below
// right, 4 above right, 8 above left), the pairs of edges a line joins.
const PAIRS = [[], [3, 0], [0, 1], [3, 1], [1, 2], [], [0, 2], [3, 2], [2, 3], [2, 0], [], [2, 1], [1, 3], [1, 0], [0, 3], []];

/** The lines of one level, in grid units: [{ xy: [x0, y0, x1, y1, …], closed }]. */
export function trace({ nx, ny, v, ok }, level) {
  const links = new Map();
  const vertical = nx * ny; // the number of the vertical edge above node k is vertical + k
  const link = (a, b) => {
    (links.get(a) ?? links.set(a, []).get(a)).push(b);
    (links.get(b) ?? links.set(b, []).get(b)).push(a);
  };
  for (let j = 0, cell = 0; j < ny - 1; j++)
    for (let i = 0; i < nx - 1; i++, cell++) {
      const k = j * nx + i;
      const shape = (v[k] >= level) | ((v[k + 1] >= level) << 1) | ((v[k + nx + 1] >= level) << 2) | ((v[k + nx] >= level) << 3);
      if (shape === 0 || shape === 15 || !ok[cell]) continue;
      const edge = [k, vertical + k + 1, k + nx, vertical + k];
      let pairs = PAIRS[shape];
      if (shape === 5 || shape === 10) {
        const high = v[k] + v[k + 1] + v[k + nx] + v[k + nx + 1] >= 4 * level;
        pairs = high === (shape === 5) ? [0, 1, 2, 3] : [0, 3, 1, 2];
      }
      for (let p = 0; p < pairs.length; p += 2) link(edge[pairs[p]], edge[pairs[p + 1]]);
    }
  const point = (edge, out) => {
    const up = edge >= vertical, a = up ? edge - vertical : edge, b = a + (up ? nx : 1);
    const s = (level - v[a]) / (v[b] - v[a]);
    out.push((a % nx) + (up ? 0 : s), Math.floor(a / nx) + (up ? s : 0));
  };
  const lines = [];
  const walk = (start) => {
    const xy = [];
    let at = start;
    for (;;) {
      point(at, xy);
      const next = links.get(at).pop();
      if (next === undefined) break;
      const back = links.get(next);
      back.splice(back.indexOf(at), 1);
      at = next;
    }
    lines.push({ xy, closed: at === start && xy.length > 4 });
  };
  for (const [edge, ends] of links) if (ends.length === 1) walk(edge);
  for (const [edge, ends] of links) if (ends.length) walk(edge);
  return lines;
}

/** Traced lines on the paper of a frame: [{ px: [u, v, u, v, …], closed }]; also into a path. */
export function onPaper(lines, fr, nx, ny, path) {
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

/** Where labels stand, in pixels: { x, y, angle, level }. Round levels, or every 2nd, 4th, … first, of those the longest line. */
export function labels(traced, { k, first }, field, paper, { most, gap }) {
  const stride = 2 * Math.ceil(traced.length / 2 / most);
  const rank = (i) => first ? (first[i] ? 0 : 1) : ((k + i) % stride === 0 ? 0 : (k + i) % 2 === 0 ? 1 : 2);
  const candidates = traced.flatMap(({ level, lines }, i) =>
    lines.map((line) => ({ level, rank: rank(i), step: Math.abs(level - (traced[i + 1] ?? traced[i - 1] ?? { level: 0 }).level), ...measure(line) })).filter(({ length }) => length > 90));
  candidates.sort((p, q) => p.rank - q.rank || q.length - p.length);
  const placed = [];
  for (const line of candidates) {
    if (placed.length >= most) break;
    if (placed.some(({ level }) => level === line.level)) continue;
    const spot = calmest(line, placed, field, paper, gap);
    if (spot) placed.push({ ...spot, level: line.level });
  }
  return placed;
}

function measure({ px, closed }) {
  const along = new Float64Array(px.length / 2);
  for (let k = 1; k < along.length; k++)
    along[k] = along[k - 1] + Math.hypot(px[2 * k] - px[2 * k - 2], px[2 * k + 1] - px[2 * k - 1]);
  return { px, closed, along, length: along[along.length - 1] };
}

/** The best place along a line: straight, level, away from the edge and from other labels, and not in a crowd. */
function calmest({ px, along, length, level, step }, placed, { nx, ny, v }, { x: x0, y: y0, w, h }, gap) {
  const value = (x, y) => v[Math.round(((y0 + h - y) / h) * (ny - 1)) * nx + Math.round(((x - x0) / w) * (nx - 1))];
  let best = null;
  for (let s = 24, k = 0; s < length - 24; s += 7) {
    while (along[k] < s) k++;
    let a = k, b = k;
    while (a > 0 && along[k] - along[a] < 17) a--;
    while (b < along.length - 1 && along[b] - along[k] < 17) b++;
    const [x, y] = [px[2 * k], px[2 * k + 1]];
    if (Math.min(x - x0, x0 + w - x) < 26 || Math.min(y - y0, y0 + h - y) < 16) continue;
    const [dx, dy] = [px[2 * b] - px[2 * a], px[2 * b + 1] - px[2 * a + 1]], chord = Math.hypot(dx, dy);
    const straight = chord / (along[b] - along[a]);
    const far = Math.min(400, ...placed.map((p) => Math.hypot(p.x - x, p.y - y)));
    if (straight < 0.955 || far < gap) continue;
    const [u, n] = [(-8 * dy) / chord, (8 * dx) / chord]; // 8 px to either side
    if (!(Math.max(Math.abs(value(x + u, y + n) - level), Math.abs(value(x - u, y - n) - level)) < 1.6 * step)) continue;
    const tilt = Math.abs(Math.atan(dy / (dx || 1e-9)));
    const score = 2 * straight + far / 400 - 0.35 * tilt;
    if (!best || score > best.score) best = { x, y, score, angle: Math.atan(dy / (dx || 1e-9)) };
  }
  return best;
}
