// Straight grid lines of a plane at round numbers, and where a map takes them.

const V = new URL(import.meta.url).search;
const [N, { alpha }, M] = await Promise.all(["numbers", "theme", "marks"].map((name) => import(`./${name}.js${V}`)));

const LINES = 16; // across a box, about
const POINTS = 40; // of a line
const JUMP = 0.6; // of the paper: two neighbours so far apart are not joined

/** The lines of a box, going so many of its widths beyond it: { key, lines: [{ line: [X, Y], strong }] }. They change in whole steps. */
export function lattice(box, beyond) {
  const step = N.niceStep(Math.max(...box.map(([lo, hi]) => hi - lo)) / LINES);
  const spans = box.map(([lo, hi]) => { const more = beyond * (hi - lo); return beyond ? [Math.floor((lo - more) / step) * step, Math.ceil((hi + more) / step) * step] : [lo, hi]; });
  const lines = [0, 1].flatMap((i) => {
    const [[from, to], [lo, hi]] = [spans[1 - i], spans[i]], first = Math.ceil(from / step - 1e-9), count = Math.floor((to - first * step) / step + 1e-9);
    const along = Float64Array.from({ length: POINTS }, (_, k) => lo + ((hi - lo) * k) / (POINTS - 1));
    const at = (v, strong) => { const held = new Float64Array(POINTS).fill(v); return { line: i ? [held, along] : [along, held], strong }; };
    const inner = Array.from({ length: count + 1 }, (_, k) => at((first + k) * step, (first + k) % 5 === 0));
    return beyond ? inner : [at(from, false), ...inner, at(to, false)];
  });
  return { key: spans.flat().join(), lines };
}

/** The same lines with their images; all are read at once. */
export function imaged(F, lines) {
  const n = lines.reduce((sum, { line: [X] }) => sum + X.length, 0), all = [new Float64Array(n), new Float64Array(n)];
  let from = 0;
  for (const { line } of lines) { all.forEach((column, i) => column.set(line[i], from)); from += line[0].length; }
  const rows = F.row(all, n);
  from = 0;
  return lines.map((one) => { const to = from + one.line[0].length, image = rows.map((row) => row.subarray(from, to)); from = to; return { ...one, image }; });
}

/** Draws lines, or their images, every fifth stronger; nothing is drawn over a jump. */
export function strokeLines(ctx, theme, lines, to, which) {
  const far = JUMP * Math.max(ctx.canvas.clientWidth, 200);
  for (const strong of [false, true]) {
    ctx.beginPath();
    for (const one of lines) {
      if (one.strong !== strong) continue;
      const [X, Y] = one[which];
      let [a, b] = [NaN, NaN];
      for (let k = 0; k < X.length; k++) {
        const [u, v] = to([X[k], Y[k]]);
        if (Math.abs(u - a) + Math.abs(v - b) < far) ctx.lineTo(u, v); else if (u === u && v === v) ctx.moveTo(u, v);
        [a, b] = [u, v];
      }
    }
    M.stroke(ctx, alpha(theme.ink2, strong ? 0.6 : 0.25), 1);
  }
}
