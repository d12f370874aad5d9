// Singular values and directions of any matrix, and small linear systems: rows are arrays.

/**
 * A V = U Σ by one-sided Jacobi (Hestenes 1958): the columns of A are turned, two at a time, until they are perpendicular. { s, v, u }: the
 * singular values, largest first, one for each column; v are unit vectors of inputs, and of those with s = 0 the null space is made; u are
 * unit vectors of outputs, null where s is 0.
 */
export function svd(A) {
  const m = A.length, n = A[0].length, a = Array.from({ length: n }, (_, j) => A.map((row) => row[j])), v = Array.from({ length: n }, (_, j) => Array.from({ length: n }, (__, i) => (i === j ? 1 : 0)));
  const dot = (x, y) => x.reduce((sum, one, i) => sum + one * y[i], 0);
  for (let sweep = 0, off = 1; sweep < 40 && off > 1e-15; sweep++) {
    off = 0;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) {
      const [alpha, beta, gamma] = [dot(a[p], a[p]), dot(a[q], a[q]), dot(a[p], a[q])], size = Math.sqrt(alpha * beta);
      if (!(Math.abs(gamma) > 1e-15 * size) || size === 0) continue;
      off = Math.max(off, Math.abs(gamma) / size);
      const zeta = (beta - alpha) / (2 * gamma), t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta)), c = 1 / Math.sqrt(1 + t * t), s = c * t;
      for (const of of [a, v]) for (let i = 0; i < of[p].length; i++) [of[p][i], of[q][i]] = [c * of[p][i] - s * of[q][i], s * of[p][i] + c * of[q][i]];
    }
  }
  const s = a.map((column) => Math.hypot(...column)), order = s.map((_, i) => i).sort((i, j) => s[j] - s[i]);
  return { s: order.map((i) => s[i]), v: order.map((i) => v[i]), u: order.map((i) => (s[i] > 0 ? a[i].map((one) => one / s[i]) : null)), m };
}

export const times = (A, x) => A.map((row) => row.reduce((sum, a, j) => sum + a * x[j], 0));
export const product = (A, B) => A.map((row) => B[0].map((_, j) => row.reduce((sum, a, k) => sum + a * B[k][j], 0)));
export const rows = (flat, n) => Array.from({ length: flat.length / n }, (_, i) => [...flat.slice(i * n, (i + 1) * n)]);

/** The x with A x = b, of two rows; null where A has none or many. */
export function solve([[a, b], [c, d]], [u, v]) {
  const det = a * d - b * c, size = Math.abs(a * d) + Math.abs(b * c);
  return Math.abs(det) > 1e-14 * size ? [(d * u - b * v) / det, (a * v - c * u) / det] : null;
}
