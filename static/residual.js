// The lab of residuals: f = ½|r|² has the gradient Jᵀr and the Hessian
//
//     H  =  JᵀJ  +  Σ rᵢ ∇²rᵢ
//
// Gauss–Newton leaves the sum out. Both models are drawn where they say f comes back to its value at p, with the steps of both methods from there.

const V = new URL(import.meta.url).search;
const [{ reader }, M, chart, { h: el, write, rewrite, rich, matrix }, N, L] = await Promise.all(
  ["program", "marks", "chart", "dom", "numbers", "linalg"].map((name) => import(`./${name}.js${V}`)));
await import(`./looks.js${V}`); // how their paths are drawn

const MOST = 30; // steps
const DONE = 1e-12; // of a gradient, relatively to that at the start
const FAR = 1e8;
const METHODS = ["Gauss–Newton", "Newton"];

const finite = (all) => all.every(Number.isFinite);
const short = (v) => N.plain(Number(v.toPrecision(3)));

/** Residuals and their Jacobian at a point: { r, J, A: JᵀJ, g: Jᵀr }; R reads r and then J. */
export function at(R, m, x) {
  const all = R.at(x), r = [...all.slice(0, m)], J = L.rows(all.slice(m), x.length), T = J[0].map((_, j) => J.map((row) => row[j]));
  return { r, J, A: L.product(T, J), g: L.times(T, r) };
}

/** How far H is from JᵀJ, in parts of H: infinitely far where H is 0 and JᵀJ is not, NaN where one of them does not exist. */
export function apart(A, H) {
  const size = Math.hypot(...H.flat()), gap = Math.hypot(...H.flat().map((v, k) => v - A.flat()[k]));
  return gap === 0 ? 0 : gap / size;
}

/** What Gauss–Newton keeps of a small error at a minimum, a step: the largest |eigenvalue| of A⁻¹(A − H). */
export function keeps(A, H) {
  const S = A.map((row, i) => row.map((v, j) => v - H[i][j])), columns = [0, 1].map((j) => L.solve(A, S.map((row) => row[j])));
  if (!columns[0] || !columns[1]) return NaN;
  const [[a, c], [b, d]] = columns, half = (a + d) / 2, det = a * d - b * c, within = half * half - det;
  return within < 0 ? Math.sqrt(det) : Math.abs(half) + Math.sqrt(within);
}

/** The run of a method: points, sizes of the gradient, and whether a singular matrix ended it, or a step to where the residuals have no value; `curved` is Newton, else Gauss–Newton. */
export function run(R, m, hessian, start, curved) {
  const points = [start], sizes = [];
  let x = start, singular = false, left = false;
  for (let k = 0; k <= MOST; k++) {
    const { A, g } = at(R, m, x), size = Math.hypot(...g);
    if (!Number.isFinite(size)) { left = k > 0; if (left) points.pop(); break; }
    sizes.push(size);
    if (size <= DONE * (1 + sizes[0]) || k === MOST) break;
    const step = L.solve(curved ? hessian(x) : A, g);
    if (!step) { singular = true; break; }
    x = x.map((c, i) => c - step[i]);
    if (!finite(x) || Math.hypot(...x) > FAR) break;
    points.push(x);
  }
  return { points, sizes, singular, left };
}

/** The ellipse on which a model with a positive definite matrix is as high as at p: places; null where there is none. */
export function level(p, A, g) {
  const step = L.solve(A, g), [[a, b], [, d]] = A, det = a * d - b * b;
  if (!step || !(a > 0 && det > 0)) return null;
  const height = step[0] * g[0] + step[1] * g[1], centre = p.map((c, i) => c - step[i]), l = Math.sqrt(a), k = b / l, c = Math.sqrt(d - k * k), r = Math.sqrt(height);
  return { centre, places: Array.from({ length: 97 }, (_, n) => { const t = (2 * Math.PI * n) / 96, v = (r * Math.sin(t)) / c; return [centre[0] + (r * Math.cos(t) - k * v) / l, centre[1] + v]; }) };
}

export function lab(scene, host) {
  let data = scene.lab.data, R = reader(data.program, null, host.letters), m = data.count, key = "", now = null;
  const hessian = (x) => { const { H } = host.local(x); return [[H[0], H[1]], [H[2], H[3]]]; };

  const [A, H, S] = [0, 0, 0].map(() => matrix(2, 2)), number = el("b.large"), said = el("p.say", { role: "status" }), rate = el("p.say"), curveAt = el("div"), curve = chart.mount(curveAt), fell = el("p.say");
  const named = (words, one) => el("div.factor", {}, el("span.note.wide", {}, rich(words)), one.el);
  const side = el("div", {}, el("div.row.chain", {}, named("*JᵀJ*", A), el("span.eq", {}, "+"), named("Σ *rᵢ* ∇²*rᵢ*", S), el("span.eq", {}, "="), named("*H*", H)),
    el("div.item", {}, el("span.note.wide", {}, "how far apart ", el("i.m", {}, "JᵀJ"), " and ", el("i.m", {}, "H"), " are, in parts of ", el("i.m", {}, "H")), number, said),
    el("div.item", {}, el("h2", {}, el("span", {}, "The gradient of both runs, from ", el("i.m", {}, "p"))), curveAt, rate, fell));

  function look(p) {
    const is = [p, ...host.letters].join();
    if (is === key) return now;
    key = is;
    const there = at(R, m, p), true_ = hessian(p);
    now = { ...there, H: true_, runs: METHODS.map((_, i) => run(R, m, hessian, p, i === 1)) };
    return now;
  }

  const paths = ({ p }) => look(p).runs.map(({ points }, i) => ({ method: METHODS[i], points, sentence: "", preview: true }));

  function draw(ctx, theme, fr, here, names) {
    const { A: gauss, H: full, g } = look(here.p);
    [[gauss, [], "JᵀJ"], [full, [7, 4], "H"]].forEach(([matrix_, dash, name]) => {
      const found = level(here.p, matrix_, g);
      if (!found) return;
      const spots = found.places.map(fr.to);
      M.polygon(ctx, spots);
      M.stroke(ctx, theme.bg, 4);
      M.polygon(ctx, spots);
      M.stroke(ctx, theme.second, 2, dash);
      names.avoid(spots);
      names.write(`model of ${name}`, [24, 72, 48, 0, 12, 60].map((k) => spots[k]).filter(([u, v]) => u > fr.x && u < fr.x + fr.w && v > fr.y && v < fr.y + fr.h), { colour: theme.second, gap: 9 });
    });
  }

  function set(here, theme) {
    const { A: gauss, H: full, r, runs } = look(here.p), off = apart(gauss, full), size = Math.hypot(...r);
    curve.update(line(runs), theme);
    const flat = (X) => X.flat().map((v) => (Number.isFinite(v) ? N.derivative(v) : "–"));
    A.set(flat(gauss));
    H.set(flat(full));
    S.set(flat(full.map((row, i) => row.map((v, j) => v - gauss[i][j]))));
    write(number, Number.isFinite(off) ? (off < 5e-4 ? off === 0 ? "0" : short(off) : `${(100 * off).toFixed(1)} %`) : off > 0 ? "∞" : "–");
    const told = !finite(r) ? "The residuals have no value at *p*." : off === Infinity ? "They differ: *H* is 0 here, and *JᵀJ* is not." : !Number.isFinite(off) ? "There are no second derivatives here." : off < 1e-9 ? "They agree: the residuals are 0 here, or straight." : off < 0.05 ? `They nearly agree: the residuals are small (|*r*| = ${short(size)}), or nearly straight.` : `They differ: |*r*| = ${short(size)}, and the residuals bend.`;
    rewrite(said, told, () => rich(told));
    const end = runs[1].points.at(-1), there = at(R, m, end), H2 = hessian(end), rho = keeps(there.A, H2), low = H2[0][0] > 0 && H2[0][0] * H2[1][1] - H2[0][1] ** 2 > 0, done = runs[1].sizes.at(-1) <= 1e-6 * (1 + runs[1].sizes[0]);
    rewrite(rate, `${rho}${low}${done}`, () => rich(!done ? "Newton ends at no point from here." : Number.isNaN(rho) ? "Where Newton ends *JᵀJ* has no inverse: Gauss–Newton has no step there." : !low ? "Newton ends where *H* is not positive definite: that is no minimum." : rho < 1e-6 ? "At the minimum *JᵀJ* = *H*: Gauss–Newton is as fast as Newton there." : rho < 1 ? `At the minimum Gauss–Newton keeps ${short(rho)} of the error a step; Newton squares it.` : `At this minimum Gauss–Newton makes a small error ${short(rho)} times as large a step: it is driven away.`));
    const counted = runs.map(({ sizes, singular, left }, i) => `${METHODS[i]}: ${!sizes.length ? "has no step from here" : sizes.at(-1) <= 1e-9 * (1 + sizes[0]) ? `${sizes.length - 1} steps` : singular ? `stops after ${sizes.length - 1}, where ${i ? "H" : "JᵀJ"} is singular` : left ? `after ${sizes.length - 1} steps to a place where *r* or a slope of it has no value` : `not there after ${sizes.length - 1}`}`).join("; ");
    rewrite(fell, counted, () => rich(`${counted}.`));
  }

  function line(runs) {
    const all = runs.flatMap(({ sizes }) => sizes).filter((v) => v > 1e-16), top = Math.log10(Math.max(...all, 1)), most = Math.max(4, ...runs.map(({ sizes }) => sizes.length - 1));
    const parts = runs.map(({ sizes }, i) => ({ part: "curve", points: sizes.map((v, k) => [k, Math.max(v, 1e-15)]), name: METHODS[i], token: "second", width: 2, dash: i ? [7, 4] : [], symbol: i ? "square" : "circle", every: 1, faint: 1 }));
    return { kind: "chart", parts, axes: [{ letter: "", words: "steps", log: false, ticks: null }, { letter: "", words: "|∇f|", log: true, ticks: null }], box: [[0, most], [-15, top + 1]], equal: false, height: 220, grid: true, title: "", alt: `The size of the gradient over the steps of Gauss–Newton and Newton` };
  }

  return {
    side, under: null, paths, draw, set,
    take(next) { if (JSON.stringify(next.lab.data.program) !== JSON.stringify(data.program)) { R = reader(next.lab.data.program, null, host.letters); } data = next.lab.data; m = data.count; key = ""; },
    legend: () => ["Ellipses: where each model is as high as at *p*; their middle is where the step goes."],
    dispose() { curve.dispose(); },
  };
}
