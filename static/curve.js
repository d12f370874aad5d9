// A curve y = f(x) with its gaps: at holes, at poles and at jumps the line is interrupted; where f swings faster than
// the paper can show, a band from its smallest to its largest value is drawn instead.

const V = new URL(import.meta.url).search;
const { jumps } = await import(`./contours.js${V}`);

/**
 * f at n places along a line of the input space: { s, v, cut, sorted, of }; cut[k] says that nothing joins k − 1 and k.
 * `to(s)` is the place that belongs to the parameter s.
 */
export function walk(reader, from, until, n, to) {
  const s = Float64Array.from({ length: n }, (_, k) => from + ((until - from) * k) / (n - 1));
  const columns = Array.from({ length: reader.inputs }, () => new Float64Array(n));
  s.forEach((at, k) => to(at).forEach((x, i) => { columns[i][k] = x; }));
  const v = reader.row(columns, n)[0];
  const cut = new Uint8Array(n);
  reader.signs((_, q) => { for (let k = 1; k < n; k++) if (q[k - 1] * q[k] < 0) cut[k] = 1; });
  for (let k = 1; k < n; k++) if (!Number.isFinite(v[k - 1] + v[k])) cut[k] = 1;
  return { s, v, cut, sorted: v.filter(Number.isFinite).sort(), of: (at) => v[Math.round(((at - from) / (until - from)) * (n - 1))] };
}

/** Cuts the walk where f jumps by much of `span`. */
export function cutWalk({ s, v, cut }, reader, span, to, part = 0.12) {
  const at = ([x]) => reader.at(to(x))[0];
  for (let k = 1; k < v.length; k++)
    if (!cut[k] && Math.abs(v[k] - v[k - 1]) > part * span && jumps(at, [s[k - 1]], [s[k]], v[k - 1], v[k])) cut[k] = 1;
}

const ROUNDING = 1e-9; // of the values beside it: a swing that small is one of the floats

/** Stretches [first, last] in which f turns at least three times within eight neighbours. */
export function swings({ v, cut }) {
  const out = [];
  for (let k = 0; k + 8 <= v.length; k += 4) {
    const eight = Array.from(v.subarray(k, k + 8)), [least, most] = [Math.min(...eight), Math.max(...eight)];
    if (most - least <= ROUNDING * Math.max(-least, most)) continue;
    let turns = 0;
    for (let i = k + 1; i < k + 7; i++) if ((v[i] - v[i - 1]) * (v[i + 1] - v[i]) < 0) turns++;
    if (turns < 3) continue;
    cut.fill(1, k, k + 8);
    if (out.length && out.at(-1)[1] >= k - 1) out.at(-1)[1] = k + 7; else out.push([k, k + 7]);
  }
  return out;
}

/** The curve as a path on the paper of a frame, kept near it where it leaves. */
export function curvePath({ s, v, cut }, fr) {
  const path = new Path2D();
  const near = (y) => Math.min(fr.y + fr.h + 2000, Math.max(fr.y - 2000, y));
  for (let k = 0; k < v.length; k++) {
    if (!Number.isFinite(v[k])) continue;
    if (cut[k]) path.moveTo(fr.px(s[k]), near(fr.py(v[k]))); else path.lineTo(fr.px(s[k]), near(fr.py(v[k])));
  }
  return path;
}

/** A smooth function between two places as a path. */
export function smoothPath(of, from, until, fr) {
  const n = 60, at = (k) => from + ((until - from) * k) / n;
  return curvePath({ s: Array.from({ length: n + 1 }, (_, k) => at(k)), v: Array.from({ length: n + 1 }, (_, k) => of(at(k))), cut: [] }, fr);
}

/** Writes the name of each curve { name, of, from, until, style } beside it, clear of all of them where that is possible. */
export function nameCurves(names, fr, curves) {
  const on = ({ of, from, until }, t) => [fr.px(from + t * (until - from)), fr.py(of(from + t * (until - from)))];
  for (const curve of curves) names.avoid(Array.from({ length: 101 }, (_, k) => on(curve, k / 100)));
  for (const curve of curves.filter(({ style }) => style))
    names.write(curve.name, [0.86, 0.74, 0.14, 0.26, 0.62, 0.38].map((t) => on(curve, t)), { gap: 3, ...curve.style });
}
