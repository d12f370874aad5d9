// Methods without a search, operation for operation as core/optimize, with the same outcomes in the same words; nan where there is no
// value or no derivative.

const V = new URL(import.meta.url).search;
const [{ reader }, { significant }] = await Promise.all(["program", "numbers"].map((name) => import(`./${name}.js${V}`)));

export const TOLERANCE = 1e-6;
const REST = 1e-4;
const LONGEST_CYCLE = 8, SAME = 1e-12, APART = 1e-6; // of a cycle: its points, how near they come again, how far neighbours are apart
const FURTHEST = 1e9; // a coordinate beyond it has run away
const EPS = 2 ** -52;

/** Why an iteration stopped: the names and sentences of core/optimize/trajectory.py. UNFINISHED is a preview whose time is over. */
export const OUTCOMES = {
  VANISHED: "The gradient vanished.", OUT_OF_STEPS: "It ran out of steps.", LEFT_DOMAIN: "It left the region where f can be computed.",
  NOT_FINITE: "The value of f is too large for a number.", NO_GRADIENT: "The function has no gradient there.", TOO_SMALL: "The step became too small to get anywhere.",
  CYCLE: "It goes round in a circle: these points come again and again.", STUCK: "The method cannot go on from there.", DIVERGED: "It diverges: the points run away.", UNFINISHED: "It is still on its way.",
};
export const SINGULAR = "The Hessian is singular here: its model has no single critical point to jump to.";
export const NO_HESSIAN = "The function has no Hessian here.";

/** How a run ended, and after how many moves. */
export function sentence({ points, outcome, note }) {
  const moves = points.length - 1, reason = OUTCOMES[outcome];
  return `After ${moves} step${moves === 1 ? "" : "s"}: ${reason[0].toLowerCase()}${reason.slice(1)}${note && /STUCK|TOO_SMALL/.test(outcome) ? ` ${note}` : ""}`;
}

/** A function as a method sees it. f itself has a value at a kink, where its jet has none; letters are further inputs of both. */
export function objective(jet, f, n, letters = []) {
  const read = (from, to) => reader(jet, Array.from({ length: to - from }, (_, k) => from + k), letters);
  const both = read(0, 1 + n), own = f && reader(f, [0], letters), hessian = read(1 + n, 1 + n + n * n);
  let last = null, found = null;
  const at = (x) => { if (x !== last) { found = both.at(x); last = x; } return found; };
  return { value: (x) => (own ? own.at(x) : (last = null, at(x)))[0], gradient: (x) => [...at(x).subarray(1)], hessian: (x) => [...hessian.at(x)] };
}

export const norm = (v) => Math.sqrt(v.reduce((sum, a) => sum + a * a, 0));
export const finite = (v) => v.every(Number.isFinite);
const apart = (a, b) => norm(a.map((s, i) => s - b[i]));

/** Eigenvalues of a symmetric matrix, larger size first, each with a unit vector. Two by two as LAPACK’s dlaev2: det over the larger. */
export function eigenpairs(H) {
  if (H.length === 1) return [[H[0], [1]]];
  const [a, , b, c] = H, sum = a + c, gap = a - c, far = 2 * b;
  const [large, small] = Math.abs(a) > Math.abs(c) ? [a, c] : [c, a], root = long(gap, far), down = sum < 0;
  const first = sum === 0 ? 0.5 * root : 0.5 * (down ? sum - root : sum + root);
  const second = sum === 0 ? -0.5 * root : (large / first) * small - (b / first) * b;
  const side = gap >= 0 ? gap + root : gap - root;
  let u, v;
  if (Math.abs(side) > Math.abs(far)) { const t = -far / side; v = 1 / Math.sqrt(1 + t * t); u = t * v; }
  else if (far === 0) [u, v] = [1, 0];
  else { const t = -side / far; u = 1 / Math.sqrt(1 + t * t); v = t * u; }
  if (down === gap < 0) [u, v] = [-v, u];
  return [[first, [u, v]], [second, [-v, u]]];
}

/** √(a² + b²) with one division. */
function long(a, b) {
  const [p, q] = [Math.abs(a), Math.abs(b)], most = Math.max(p, q), part = Math.min(p, q) / most;
  return most === 0 ? 0 : most * Math.sqrt(1 + part * part);
}

/** The solution p of H p = −g along each eigenvector; a note where H is singular or has no value. */
export function newton(g, H) {
  if (!finite(H)) return { p: null, note: NO_HESSIAN };
  const pairs = eigenpairs(H), sizes = pairs.map(([value]) => Math.abs(value));
  if (Math.min(...sizes) <= g.length * EPS * Math.max(...sizes)) return { p: null, note: SINGULAR };
  const p = g.map(() => 0);
  for (const [value, v] of pairs) {
    const s = -v.reduce((sum, a, i) => sum + a * g[i], 0) / value;
    v.forEach((a, i) => { p[i] += s * a; });
  }
  return { p, note: "" };
}

const FLAT = 1e-3, AHEAD = [1, 2, 4], STEADY = 0.25; // as in core/optimize/ending.py

/** The kind of the critical point next to x, by floats: what the Hessian says, if it says the same all the way to where its model leads. */
export function kindAt(f, x) {
  const H = f.hessian(x), kind = kindOf(H, FLAT), { p } = newton(f.gradient(x), H);
  if (kind === "inconclusive" || !p) return "inconclusive";
  const least = Math.min(...eigenpairs(H).map(([value]) => Math.abs(value)));
  const steady = AHEAD.every((t) => f.hessian(x.map((a, i) => a + t * p[i])).every((v, i) => Math.abs(v - H[i]) <= STEADY * least));
  return steady ? kind : "inconclusive";
}

/** What the Hessian in floats says of a point; an eigenvalue that is much smaller than the other has no sign there. */
export function kindOf(H, flat) {
  if (!finite(H)) return "inconclusive";
  const values = eigenpairs(H).map(([value]) => value), small = flat * Math.max(...values.map(Math.abs));
  const [up, down] = [values.filter((v) => v > small).length, values.filter((v) => v < -small).length];
  return up && down ? "saddle" : up === values.length ? "minimum" : down === values.length ? "maximum" : "inconclusive";
}

/**
 * What a method does at x: { g, p, alpha, note }, the gradient it saw, and the move alpha p, p null where it is stuck. It has steps of its own, which say how far they go (static/second.js), a mover (static/adaptive.js), or it is
 * one of three.
 */
function mover({ name, rate, beta, mover, steps, curved }, f) {
  if (mover) return mover(f);
  let v = null;
  return (x, value) => {
    const g = f.gradient(x);
    if (steps) return { g, alpha: curved ? 1 : rate, ...steps(g, x, value) };
    if (name === "Newton") return { g, alpha: 1, ...newton(g, f.hessian(x)) };
    v = g.map((a, i) => (name === "momentum" && v ? beta * v[i] : 0) - a);
    return { g, p: v, alpha: rate, note: "" };
  };
}

/**
 * From `start` until it arrives or cannot go on, for at most `most` moves: { method, points, values, slopes, moves, outcome, note,
 * gradients, hessians }. moves[i] is the step from points[i], the last one not made. A preview may stop after some time (ms).
 */
export function run(f, method, start, most, time = Infinity) {
  const until = performance.now() + time, curved = method.name === "Newton" || method.curved;
  const points = [], values = [], slopes = [], moves = [], move = mover(method, f);
  let asked = 0, note = "";
  const end = (outcome) => ({ method: method.name, rate: method.rate, points, values, slopes, moves, outcome, note, gradients: asked, hessians: curved ? asked : 0 });
  for (let x = [...start]; ; ) {
    asked += 1;
    if (!finite(x)) return end("DIVERGED");
    const value = f.value(x), step = move(x, value), { p, alpha } = step, here = step.ahead && norm(step.g) <= TOLERANCE, g = here ? f.gradient(x) : step.g;
    if (here) asked += 1;
    const slope = norm(g), target = p ? x.map((s, i) => s + alpha * p[i]) : x;
    note = step.note;
    points.push(x);
    values.push(value);
    slopes.push(slope);
    moves.push({ ...step, target });
    if (Math.max(...x.map(Math.abs)) > FURTHEST) return end("DIVERGED");
    if (Number.isNaN(value)) return end("LEFT_DOMAIN");
    if (!Number.isFinite(value)) return end("NOT_FINITE");
    if (!finite(g)) return end("NO_GRADIENT");
    if (slope <= TOLERANCE) {
      if (apart(target, x) <= REST * (1 + norm(x))) return end("VANISHED");
      if (strays(points, slopes)) return end("DIVERGED");
    }
    if (p && p.some((s) => s !== 0) && target.every((s, i) => s === x[i])) return end("TOO_SMALL");
    if (circles(points, values)) return end("CYCLE");
    if (points.length > most) return end("OUT_OF_STEPS");
    if (!p) return end("STUCK");
    if (points.length % 32 === 0 && performance.now() > until) return end("UNFINISHED");
    x = target;
  }
}

/** Whether the gradient was small all along a way longer than 1 + ‖x‖ up to now. */
function strays(points, slopes) {
  const last = points.at(-1);
  for (let k = points.length - 1; k >= 0 && slopes[k] <= TOLERANCE; k--) if (apart(last, points[k]) > 1 + norm(points[k])) return true;
  return false;
}

/** Whether the last points are a round of at most so many points, gone twice. */
function circles(points, values) {
  const last = values.length - 1, value = values[last], near = 1e-9 * (1 + Math.abs(value));
  for (let k = 2; k <= Math.min(LONGEST_CYCLE, Math.floor(points.length / 2)); k++)
    if (Math.abs(values[last - k] - value) <= near && twice(points, k)) return true;
  return false;
}

function twice(points, k) {
  const size = 1 + Math.max(...points.at(-1).map(Math.abs)), far = (a, b) => Math.max(...a.map((s, i) => Math.abs(s - b[i])));
  const now = points.slice(-k), before = points.slice(-2 * k, -k);
  return now.every((a, i) => far(a, before[i]) <= SAME * size && far(a, now[(i + 1) % k]) > APART * size);
}

/** One over the largest curvature at a point, in two digits, as a step size nobody chose. */
export function usualRate(H, n) {
  const rows = Array.from({ length: n }, (_, i) => H.slice(i * n, i * n + n).reduce((sum, v) => sum + Math.abs(v), 0)), size = Math.max(...rows);
  return Number.isFinite(size) && size > 1e-9 ? significant(1 / size, 2) : 0.1;
}
