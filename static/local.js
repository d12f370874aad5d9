// What f looks like around the point that is held: value, gradient, Hessian, its eigenvectors, its quadratic model
//
//   q(x) = f(p) + ∇f(p)·(x − p) + ½ (x − p)·H(p)(x − p),
//
// and the words for it. The verdict is about the model, never about the point.

const V = new URL(import.meta.url).search;
const { derivative, degrees } = await import(`./numbers.js${V}`);

const NOTHING = 1e-10; // an eigenvalue this much smaller than the other is drawn and worded as zero

/** From the outputs of a jet at p, in n inputs. Parts the program does not give are null. */
export function local(outputs, p) {
  const n = p.length;
  const f = outputs[0];
  const g = outputs.length >= 1 + n ? [...outputs.slice(1, 1 + n)] : null;
  const H = outputs.length >= 1 + n + n * n ? [...outputs.slice(1 + n, 1 + n + n * n)] : null;
  const smooth = H !== null && H.every(Number.isFinite) && g.every(Number.isFinite);
  const slope = g ? Math.hypot(...g) : NaN;
  return {
    p, n, f, g, H, slope, smooth,
    uphill: n === 2 && g ? Math.atan2(g[1], g[0]) : g && g[0] < 0 ? Math.PI : 0,
    eigen: smooth ? (n === 2 ? eigen(H) : [{ value: H[0], angle: 0, zero: H[0] === 0 }]) : null,
    newton: smooth ? newton(H, g, p) : null,
    model: smooth ? model(f, g, H, p) : null,
  };
}

/** Eigenvalues of a symmetric 2 × 2 matrix, the larger first, with the direction of each in [0, π). */
export function eigen([a, b1, b2, d]) {
  const b = (b1 + b2) / 2, mean = (a + d) / 2, r = Math.hypot((a - d) / 2, b);
  const first = 0.5 * Math.atan2(2 * b, a - d);
  const size = Math.max(Math.abs(mean + r), Math.abs(mean - r));
  return [mean + r, mean - r].map((value, i) => ({
    value, zero: Math.abs(value) <= NOTHING * size, angle: (first + (i * Math.PI) / 2 + Math.PI) % Math.PI,
  }));
}

function newton(H, g, p) {
  if (p.length === 1) return H[0] === 0 ? null : [p[0] - g[0] / H[0]];
  const [a, b, c, d] = H, det = a * d - b * c;
  if (!(Math.abs(det) > NOTHING * (a * a + b * b + c * c + d * d))) return null;
  return [p[0] - (d * g[0] - b * g[1]) / det, p[1] - (a * g[1] - c * g[0]) / det];
}

function model(f, g, H, p) {
  if (p.length === 1) return (x) => f + g[0] * (x - p[0]) + 0.5 * H[0] * (x - p[0]) ** 2;
  return (x, y) => {
    const u = x - p[0], v = y - p[1];
    return f + g[0] * u + g[1] * v + 0.5 * (H[0] * u * u + (H[1] + H[2]) * u * v + H[3] * v * v);
  };
}

export const along = ({ angle }) => degrees(angle, 180);
export const bends = ({ value, zero }) => (zero ? "does not bend" : value > 0 ? "bends up" : "bends down");

/** How steep, and which way: one sentence about f, one about its contour. */
export function slopeWords({ n, g, slope, uphill }, name) {
  if (!g || !Number.isFinite(slope)) return ["The slope is not defined here.", ""];
  if (slope === 0) return [n === 1 ? "slope 0: level here" : "slope 0 in every direction", ""];
  if (n === 1) return [`slope ${derivative(slope)} uphill towards ${g[0] > 0 ? "larger" : "smaller"} `, name];
  const way = degrees(uphill);
  return [`slope ${derivative(slope)} uphill towards ${way}°`, `slope 0 along the contour, towards ${(way + 270) % 360}°`];
}

/** The verdict: words, and the kind of the model where it has one. */
export function verdict({ n, H, eigen }) {
  if (!H) return ["", null, ""];
  if (!eigen) return ["Not smooth enough here for a quadratic model.", null, ""];
  const signs = eigen.map(({ value, zero }) => (zero ? 0 : Math.sign(value)));
  if (n === 1) return [
    ["*f*″ is negative, so the model is a parabola with a ", "maximum", "."],
    ["*f*″ is zero, so the model is the tangent line.", null, ""],
    ["*f*″ is positive, so the model is a parabola with a ", "minimum", "."],
  ][signs[0] + 1];
  const [a, b] = signs;
  if (a > 0 && b > 0) return ["Both positive: *H* is positive definite, and the model is a bowl with a ", "minimum", "."];
  if (a < 0 && b < 0) return ["Both negative: *H* is negative definite, and the model is a dome with a ", "maximum", "."];
  if (a > 0 && b < 0) return ["Both signs: *H* is indefinite, and the model is a ", "saddle", "."];
  if (a === 0 && b === 0) return ["Both are zero, so the model is the tangent plane.", null, ""];
  const level = along(eigen[a === 0 ? 0 : 1]);
  return [`One is zero: *H* is semidefinite, and the model is a ${a > 0 ? "trough" : "ridge"} whose slope never changes along ${level}°.`, null, ""];
}
