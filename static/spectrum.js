// The eigenvalues of a symmetric matrix, row by row: of two rows in closed form, of more by Jacobi’s rotations.

const { eigen } = await import(`./local.js${new URL(import.meta.url).search}`);

const EPS = 2 ** -52;

/** The eigenvalues of a symmetric matrix, the smallest first; of more than two rows by Jacobi’s rotations. */
export function spectrum(H, n) {
  if (n < 3) return (n === 1 ? [H[0]] : eigen(H).map(({ value }) => value)).sort((a, b) => a - b);
  const A = H.map((v, k) => (v + H[(k % n) * n + Math.floor(k / n)]) / 2), size = Math.hypot(...A);
  for (let sweep = 0; sweep < 30; sweep++) {
    let off = 0;
    for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) {
      const b = A[i * n + j];
      off = Math.max(off, Math.abs(b));
      if (b === 0) continue;
      const t = 0.5 * Math.atan2(2 * b, A[i * n + i] - A[j * n + j]), c = Math.cos(t), s = Math.sin(t);
      for (const at of [(l, k) => l * n + k, (l, k) => k * n + l])
        for (let k = 0; k < n; k++) { const [u, v] = [A[at(i, k)], A[at(j, k)]]; A[at(i, k)] = c * u + s * v; A[at(j, k)] = c * v - s * u; }
    }
    if (!(off > EPS * size)) break;
  }
  return Array.from({ length: n }, (_, i) => A[i * (n + 1)]).sort((a, b) => a - b);
}
