// Gradient descent, momentum and Newton in the browser, operation for operation as core/optimize: the same steps, the same limits,
// the same outcomes. What they see comes from the readers of a Program; nan where there is no value or no derivative.

const V = new URL(import.meta.url).search;
const [{ eigen }, { significant }] = await Promise.all(["local", "numbers"].map((name) => import(`./${name}.js${V}`)));

export const TOLERANCE = 1e-8;
const FURTHEST = 1e9; // a coordinate beyond it has run away
const EPS = 2 ** -52;

/** Why an iteration stopped: the names of core/optimize/trajectory.py, each with its sentence. */
export const OUTCOMES = {
  VANISHED: "the gradient vanished", OUT_OF_STEPS: "it ran out of steps", LEFT_DOMAIN: "it left the region where f can be computed", NOT_FINITE: "the value of f is too large for a number",
  NO_GRADIENT: "the function has no gradient there", TOO_SMALL: "the step became too small to get anywhere", STUCK: "the method cannot go on from there", DIVERGED: "it diverges: the points run away", UNFINISHED: "still on its way",
};

const norm = (v) => Math.sqrt(v.reduce((sum, a) => sum + a * a, 0));
const finite = (v) => v.every(Number.isFinite);

/** The solution p of H p = −g along each eigenvector; null where H is singular or has no value. */
export function newton(g, H) {
  if (!finite(H)) return null;
  if (g.length === 1) return H[0] === 0 ? null : [-g[0] / H[0]];
  const pairs = eigen(H), sizes = pairs.map(({ value }) => Math.abs(value)), least = Math.min(...sizes), most = Math.max(...sizes);
  if (least <= g.length * EPS * most) return null;
  const p = [0, 0];
  for (const { value, angle } of pairs) {
    const [u, v] = [Math.cos(angle), Math.sin(angle)], s = -(u * g[0] + v * g[1]) / value;
    p[0] += s * u;
    p[1] += s * v;
  }
  return p;
}

/** The direction of each step, given the gradient; a method is { name, rate, beta }. `hessian(x)` is asked by Newton only. */
function directions({ name, beta }, hessian) {
  let v = null;
  if (name === "Newton") return (g, x) => newton(g, hessian(x));
  if (name === "momentum") return (g) => (v = g.map((s, i) => beta * (v ? v[i] : 0) - s));
  return (g) => g.map((s) => -s);
}

/**
 * From `start` until it arrives or cannot go on, for at most `most` moves: { points, values, slopes, outcome }. f: { value(x), gradient(x),
 * hessian(x) }. A preview may stop after some time (ms), unfinished.
 */
export function run(f, method, start, most, time = Infinity) {
  const until = performance.now() + time;
  const points = [], values = [], slopes = [], direction = directions(method, f.hessian), rate = method.name === "Newton" ? 1 : method.rate;
  const end = (outcome) => ({ method: method.name, points, values, slopes, outcome });
  for (let x = [...start]; ; ) {
    if (!finite(x)) return end("DIVERGED");
    const value = f.value(x), g = f.gradient(x), p = direction(g, x), slope = norm(g), step = p ? p.map((s) => rate * s) : x.map(() => 0), target = x.map((s, i) => s + step[i]);
    points.push(x);
    values.push(value);
    slopes.push(slope);
    if (Math.max(...x.map(Math.abs)) > FURTHEST) return end("DIVERGED");
    if (Number.isNaN(value)) return end("LEFT_DOMAIN");
    if (!Number.isFinite(value)) return end("NOT_FINITE");
    if (!finite(g)) return end("NO_GRADIENT");
    if (slope <= TOLERANCE) {
      if (norm(target.map((s, i) => s - x[i])) <= Math.sqrt(TOLERANCE) * (1 + norm(x))) return end("VANISHED");
      if (strays(points, slopes)) return end("DIVERGED");
    }
    if (p && p.some((s) => s !== 0) && target.every((s, i) => s === x[i])) return end("TOO_SMALL");
    if (points.length > most) return end("OUT_OF_STEPS");
    if (!p) return end("STUCK");
    if (points.length % 32 === 0 && performance.now() > until) return end("UNFINISHED");
    x = target;
  }
}

/** Whether the gradient was small all along a way longer than 1 + ‖x‖ up to now. */
function strays(points, slopes) {
  const last = points.at(-1);
  for (let k = points.length - 1; k >= 0 && slopes[k] <= TOLERANCE; k--) if (norm(last.map((s, i) => s - points[k][i])) > 1 + norm(points[k])) return true;
  return false;
}

/** One over the largest curvature at a point, in two digits, as a step size nobody chose. */
export function usualRate(H, n) {
  const rows = Array.from({ length: n }, (_, i) => H.slice(i * n, i * n + n).reduce((sum, v) => sum + Math.abs(v), 0)), size = Math.max(...rows);
  return Number.isFinite(size) && size > 1e-9 ? significant(1 / size, 2) : 0.1;
}
