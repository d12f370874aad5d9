// A function that is too long to travel comes as a table: its values at the nodes of a grid over the window, which the server computed.
// Read between the nodes by straight lines. It has no derivatives, and beyond the window no values.

/** The same as a reader of a Program has, for one output. */
export function tableReader({ box, nodes, values }) {
  const n = box.length, nan = NaN;
  const cell = (v, [lo, hi]) => {
    const t = ((v - lo) / (hi - lo)) * (nodes - 1), k = Math.min(nodes - 2, Math.floor(t));
    return t >= 0 && t <= nodes - 1 ? [k, t - k] : null;
  };
  const at = (i, j = 0) => values[j * nodes + i] ?? nan; // null stands for no value
  const mix = (a, b, s) => (s === 0 ? a : s === 1 ? b : a + s * (b - a));
  function value(x) {
    const cells = box.map((side, i) => cell(x[i], side));
    if (cells.includes(null)) return nan;
    const [[i, s], [j, t] = [0, 0]] = cells;
    return n === 1 ? mix(at(i), at(i + 1), s) : mix(mix(at(i, j), at(i + 1, j), s), mix(at(i, j + 1), at(i + 1, j + 1), s), t);
  }
  return {
    inputs: n, outputs: 1, nonzero: 0, bounds: [], signs() {},
    at: (x) => Float64Array.of(value(x)),
    row: (columns, count) => [Float64Array.from({ length: count }, (_, k) => value(columns.map((column) => column[k])))],
  };
}
