// A curve over a line as points, with gaps where f has no value, jumps, or runs to a pole.

const { walk, cutWalk } = await import(`./curve.js${new URL(import.meta.url).search}`);

const SMALL = 0.02; // of the range of f: what a jump is at least

/** f along a line as points [s, f], with a place without a value between two of them that nothing joins. */
export function gapped(reader, from, until, n, to) {
  const line = walk(reader, from, until, n, to), { s, v, cut, sorted } = line;
  if (sorted.length) cutWalk(line, reader, sorted.at(-1) - sorted[0], to, SMALL);
  return [...s].flatMap((at, k) => (k && cut[k] && Number.isFinite(v[k - 1] + v[k]) ? [[(s[k - 1] + at) / 2, NaN], [at, v[k]]] : [[at, v[k]]]));
}
