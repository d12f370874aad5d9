// The Newton family in the browser, step for step as core/optimize/second_order.py and trust_region.py, and what a method believed when it made
// a step, as core/optimize/belief.py.

const V = new URL(import.meta.url).search;
const { eigenpairs, norm, finite } = await import(`./methods.js${V}`);

const EPS = 2 ** -52, LEVEL = 1e-9; // the part of a unit vector that counts for nothing
const HALF = 0.5, ARMIJO = 1e-4, FLATTER = 0.9, SMALLEST_PART = 2 ** -60; // of a backtracking search
const LEAST = 1e-3, POSITIVE = 1e-8, FLAT = 1e-150; // of the largest curvature: what modified Newton makes of the smallest, or believes; no curvature
const FAIR = 0.15, LARGEST = 1000, SMALLEST = 1e-300, REFUSALS = 200, ROUNDING = 64 * EPS, ALIKE = 16 * ROUNDING, RIM = 1 - 1e-9; // of a trust region

const dot = (a, b) => a.reduce((sum, v, i) => sum + v * b[i], 0);
const plus = (x, p, alpha = 1) => x.map((v, i) => v + alpha * p[i]);
const same = (a, b) => a.every((v, i) => v === b[i]);

/** The eigenvectors of H, the smallest curvature first, each pointing upwards, with the slope along it. */
const basis = (g, H) => eigenpairs(H).sort((a, b) => a[0] - b[0]).map(([value, u]) => {
  const v = (u.findLast((s) => Math.abs(s) > LEVEL) ?? 1) < 0 ? u.map((s) => -s) : u;
  return { value, v, slope: dot(v, g) };
});

const spread = (rows, part) => rows[0].v.map((_, i) => rows.reduce((sum, row, k) => sum + part(row, k) * row.v[i], 0));

const most = (rows) => Math.max(...rows.map(({ value }) => Math.abs(value)));
const tau = (rows) => (most(rows) > FLAT && rows[0].value > POSITIVE * most(rows) ? 0 : LEAST * (most(rows) > FLAT ? most(rows) : 1) - rows[0].value);

/** The step size along p that brings a fair part of what the slope promises, and the points that did not. */
function backtrack(f, x, value, g, p) {
  const slope = dot(g, p), trials = [];
  for (let alpha = 1, to = plus(x, p); alpha > SMALLEST_PART && !same(to, x); alpha *= HALF, to = plus(x, p, alpha)) {
    if (f.value(to) <= value + ARMIJO * alpha * slope) return { alpha, trials };
    trials.push(to);
  }
  const level = trials.findIndex((to) => Math.abs(f.value(to) - value) <= ROUNDING * Math.abs(value) && Math.abs(dot(f.gradient(to), p)) <= -FLATTER * slope);
  return level < 0 ? { alpha: 0, trials } : { alpha: HALF ** level, trials: trials.slice(0, level) }; // where the values are alike, the slope decides
}

/** The lowest point of the model within the radius. */
function lowest(g, H, radius) {
  const rows = basis(g, H), least = rows[0].value, size = Math.max(most(rows), SMALLEST);
  if (least > g.length * EPS * size) {
    const p = spread(rows, ({ slope, value }) => -slope / value);
    if (norm(p) <= radius) return p;
  }
  const edge = Math.max(0, -least), flat = rows.map(({ value }) => value + edge <= 1e-14 * size), steepest = Math.max(...rows.map(({ slope }) => Math.abs(slope)), SMALLEST);
  if (rows.every(({ slope }, k) => !flat[k] || Math.abs(slope) <= 1e-14 * steepest)) {
    const parts = rows.map(({ slope, value }, k) => (flat[k] ? 0 : -slope / (value + edge))), room = radius ** 2 - dot(parts, parts);
    if (room >= 0) { // the hard case
      if (flat.includes(true) && (least < 0 || !room)) parts[flat.indexOf(true)] += Math.sqrt(room);
      return spread(rows, (_, k) => parts[k]);
    }
  }
  const mu = multiplier(rows, radius, edge);
  return spread(rows, ({ slope, value }) => -slope / (value + mu));
}

/** The μ for which the step has the length of the radius: Newton on 1/‖p(μ)‖ − 1/radius. */
function multiplier(rows, radius, edge) {
  const size = norm(rows.map(({ slope }) => slope));
  let [low, high] = [edge, edge + size / radius + most(rows)], mu = Math.max(low + 1e-3 * (high - low), size / radius - rows[0].value);
  for (let k = 0; k < 100; k++) {
    const p = rows.map(({ slope, value }) => slope / (value + mu)), length = norm(p);
    if (!(length <= radius)) low = mu; else high = mu;
    if (Math.abs(length - radius) <= 1e-14 * radius) break;
    const bend = rows.reduce((sum, { value }, i) => sum + (p[i] * p[i]) / (value + mu), 0);
    const better = bend > 0 ? mu + ((length / radius - 1) * length * length) / bend : NaN;
    mu = low < better && better < high ? better : 0.5 * (low + high);
    if (mu === low || mu === high) break;
  }
  return mu;
}

/** Down the gradient to the lowest point there, and from it towards Newton’s point, as far as the radius goes. */
function dogleg(g, H, radius) {
  const rows = basis(g, H), slope = norm(g), down = slope > 0 ? g.map((v) => -v * (radius / slope)) : g;
  if (rows[0].value <= 0) return down;
  const full = spread(rows, (row) => -row.slope / row.value);
  if (norm(full) <= radius) return full;
  const cauchy = g.map((v) => -v * (dot(g, g) / dot(g, times(H, g))));
  if (norm(cauchy) >= radius) return down;
  const d = full.map((v, i) => v - cauchy[i]), [a, b, c] = [dot(d, d), dot(cauchy, d), dot(cauchy, cauchy) - radius ** 2], root = Math.sqrt(b * b - a * c);
  return plus(cauchy, d, b > 0 ? -c / (b + root) : (-b + root) / a);
}

const times = (H, v) => v.map((_, i) => dot(H.slice(i * v.length, (i + 1) * v.length), v));

/** One step that keeps a fair part of its promise: { p, alpha, trials, note, radius, next }. */
function trusted(f, x, value, g, H, radius, solve) {
  const trials = [];
  for (let k = 0; k < REFUSALS; k++) {
    const p = solve(g, H, radius), to = plus(x, p), promised = -(dot(g, p) + 0.5 * dot(p, times(H, p))), fell = value - f.value(to);
    const alike = promised <= ROUNDING * Math.abs(value) && Math.abs(fell) <= ALIKE * Math.abs(value);
    const ratio = alike ? 1 : promised > 0 ? fell / promised : 0, now = radius;
    if (!(ratio >= 0.25)) radius *= 0.25;
    else if (ratio > 0.75 && norm(p) >= RIM * radius) radius = Math.min(2 * radius, Math.max(LARGEST, radius));
    if (ratio > FAIR || g.every((v) => v === 0)) return { p, alpha: 1, trials, note: "", radius: now, next: radius };
    trials.push(to);
    if (radius < SMALLEST || same(to, x)) break;
  }
  return { p: null, alpha: 0, trials, note: "part", radius, next: radius };
}

/** What a method puts in the place of the curvature of a row. */
function bendOf(key, rows, rate) {
  const shift = key === "modified-newton" ? tau(rows) : 0;
  return ({ value }) => (key === "gradient-descent" ? 1 / rate : key === "saddle-free-newton" ? Math.abs(value) : value + shift);
}
const level = (rows, bend) => { const sizes = rows.map((row) => Math.abs(bend(row))); return !(Math.min(...sizes) > rows.length * EPS * Math.max(...sizes)); };

/**
 * The steps of a method, by the name the command line gives it: a function of (g, x, f(x)) that gives { p, alpha, trials, note, radius }; p is
 * null where there is no direction, and the note says why. A trust region remembers its radius from step to step.
 */
export function stepper(key, { rate, trust }, f) {
  let radius = trust;
  return (g, x, value) => {
    const step = (p, note = "", alpha = 1, trials = []) => ({ p, alpha, trials, note });
    if (key === "gradient-descent") return step(g.map((v) => -v), "", rate);
    const H = f.hessian(x);
    if (!finite(H) || !finite(g)) return step(null, "hessian");
    if (key === "trust-region" || key === "dogleg") {
      const found = trusted(f, x, value, g, H, radius, key === "dogleg" ? dogleg : lowest);
      radius = found.next;
      return found;
    }
    const rows = basis(g, H), bend = bendOf(key, rows, rate), searches = key === "damped-newton" || key === "modified-newton";
    if (key !== "modified-newton" && level(rows, bend)) return step(null, "singular");
    const p = spread(rows, (row) => -row.slope / bend(row));
    if (!searches) return step(p);
    if (!(dot(g, p) < 0)) return step(p, g.some((v) => v !== 0) ? "uphill" : "", 0);
    const { alpha, trials } = backtrack(f, x, value, g, p);
    return step(p, alpha ? "" : "none", alpha, trials);
  };
}

/**
 * What a method believed at x when it made the step s: rows { value, v, slope, bend, part, divisor }, the smallest curvature first; what was
 * added to every curvature; how far the model falls; its critical point; whether s ends on the rim of the trust region.
 */
export function believe(key, x, g, H, s, { rate, radius }) {
  if (!finite(g) || !finite(H)) return null;
  const rows = basis(g, H), bend = bendOf(key, rows, rate), rim = Boolean(s && radius && norm(s) >= RIM * radius);
  for (const row of rows) Object.assign(row, { bend: bend(row), part: s ? dot(row.v, s) : 0 });
  let shift = key === "modified-newton" ? tau(rows) : 0;
  if (key === "trust-region" && rim) {
    const longest = rows.reduce((a, b) => (Math.abs(b.part) > Math.abs(a.part) ? b : a));
    shift = -longest.slope / longest.part - longest.value;
  }
  for (const row of rows) row.divisor = key === "trust-region" ? row.value + shift : row.bend;
  return {
    rows, shift, rim,
    predicted: -rows.reduce((sum, row) => sum + row.slope * row.part + 0.5 * row.bend * row.part ** 2, 0),
    critical: level(rows, bend) ? null : plus(x, spread(rows, (row) => -row.slope / row.bend)),
  };
}

/** The matrix V diag(d) Vᵀ of so many numbers along the eigenvectors, row by row. */
export const matrixOf = (rows, of) => rows[0].v.flatMap((_, i) => rows[0].v.map((_, j) => rows.reduce((sum, row) => sum + of(row) * row.v[i] * row.v[j], 0)));
