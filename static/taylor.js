// The lab of a Taylor model: a promise with a radius. Over f lies its model of order 0, 1 or 2 around the held point; shaded is where the
// two differ by more than a tolerance; on a circle around the point the worst error is measured, and against its radius it is a
// straight line in logarithms, one steeper than the order:  max |f − T| on ‖v‖ = r  ~  C r^(order + 1).

const V = new URL(import.meta.url).search;
const [{ h, write, rewrite, rich }, N, M, C, W, chart, { slider, choice }, { alpha }] = await Promise.all(
  ["dom", "numbers", "marks", "contours", "curve", "chart", "controls", "theme"].map((name) => import(`./${name}.js${V}`)));

const NODES = 96, ROUGH = 56; // of the grid on which f and its model are compared
const ANGLES = 240, FEW = 40, RADII = 22; // around the circle; around each circle of the chart, and how many there are
const NOISE = 64 * 2 ** -52; // of the values: a smaller difference is rounding
const CLEAR = 1e3; // times the noise: from such an error on a slope is measured
const TOKENS = ["ink2", "ink", "second"], NAMES = ["order 0", "order 1", "order 2"];
const HOLD = "\u00a0"; // a term of the model is not broken over two lines
const finite = Number.isFinite;
const short = (v) => N.plain(Number(v.toPrecision(4)));

/** The Taylor polynomial of an order from f, g, H at p: a function of a point; null where a term is missing. */
export function model({ p, f, g, H }, order) {
  const n = p.length;
  if (!finite(f) || (order > 0 && !(g && g.every(finite))) || (order > 1 && !(H && H.every(finite)))) return null;
  return (x) => {
    let sum = f;
    for (let i = 0; i < n && order > 0; i++) {
      sum += g[i] * (x[i] - p[i]);
      for (let j = 0; j < n && order > 1; j++) sum += 0.5 * H[i * n + j] * (x[i] - p[i]) * (x[j] - p[j]);
    }
    return sum;
  };
}

/** The points at a distance from p: a circle, or of one variable two points. */
export const around = (p, r, angles) => (p.length === 1 ? [[p[0] - r], [p[0] + r]] : Array.from({ length: angles }, (_, k) => { const t = (2 * Math.PI * k) / angles; return [p[0] + r * Math.cos(t), p[1] + r * Math.sin(t)]; }));

/** The largest |f − T| at a distance, for each model; nan where f is not defined all around, 0 for what is only rounding. */
export function worst(f, models, p, r, angles) {
  const most = models.map(() => 0);
  let size = Math.abs(f(p));
  for (const x of around(p, r, angles)) {
    const value = f(x);
    if (!finite(value)) return models.map(() => NaN);
    size = Math.max(size, Math.abs(value));
    models.forEach((T, k) => { most[k] = T ? Math.max(most[k], Math.abs(value - T(x))) : NaN; });
  }
  return most.map((e) => (e <= NOISE * size ? 0 : e));
}

/** The slope of [radius, error] in logarithms over the smallest decade in which the errors tell more than rounding; null where none do. */
export function slope(line, size) {
  const some = line.filter((q) => q && q[1] > CLEAR * NOISE * size);
  if (some.length < 4) return null;
  const [r, e] = some[0], [s, d] = some.filter(([t]) => t <= 10.01 * r).at(-1);
  return s > r ? Math.log(d / e) / Math.log(s / r) : null;
}

/** What the measured slope says of the promise of an order: one sentence. */
export function kept(order, s) {
  const due = order + 1, told = s.toFixed(2).replace(/^-/, "−");
  if (Math.abs(s - due) < 0.1) return `For small r it falls like r${N.superscript(due)}: slope ${told}, as promised.`;
  if (s > due) return `For small r its slope is ${told}, more than the promised ${due}: the terms of order ${due} vanish at this point.`;
  return `Down to the smallest r its slope is ${told}, less than the promised ${due}: f is not smooth enough here, or bends within a smaller r.`;
}

export function lab(scene, host) {
  const n = host.n, f = (x) => host.f.at(x)[0];
  let grid = null, models = [], radius = 1, tolerance = 1, now = null, errors = [], turn = Math.PI / 4, usual = ["", 0];

  const order = choice({ name: "order", label: "Order of the model", options: [[0, "Order 0"], [1, "Order 1"], [2, "Order 2"]] }, host);
  const width = () => Math.min(...host.box.map(([lo, hi]) => hi - lo));
  const tol = slider({ name: "tol", label: "Tolerance", text: "Tolerance", lo: 1e-6, hi: 1e4, least: 1e-12, most: scene.lab.data.most, log: true }, host);
  const r = slider({ name: "r", label: "Radius r", text: "Radius *r*", lo: width() / 2000, hi: width() / 2, least: 1e-9, most: scene.lab.data.most, log: true }, host);
  const under = h("div.knobs.single", {}, h("div.row", {}, order.el), r.el, tol.el);
  const formula = h("p.law.long"), says = h("p.say", { role: "status" }), head = h("tr"), rows = NAMES.map(() => h("tr"));
  const table = h("table.errors", {}, h("thead", {}, head), h("tbody", {}, rows)), at = h("div");
  const where = n === 1 ? "at the distance" : "on the circle of radius";
  const side = h("div", {}, h("section.item", {}, h("h2", {}, h("span", {}, "The model"), h("span.type", {}, scene.whole ? "" : "on this plane, ", "around ", h("i.m", {}, "p"))), formula),
    h("section.item", {}, h("h2", {}, h("span", {}, n === 1 ? "Worst error at the two points" : "Worst error on the circle")), table, says),
    h("section.item", {}, h("h2", {}, h("span", {}, "Worst error against the radius"), h("span.type", {}, "powers of ten; dashed: slopes 1, 2, 3")), at));
  const graph = chart.mount(at);

  /** f at the nodes of the paper; kept while the paper is the same. */
  function sampled(fr, nodes) {
    const key = [nodes, ...fr.box.flat(), ...host.letters].join();
    if (grid?.key === key) return grid;
    const long = Math.max(fr.w, fr.h), [nx, ny] = [fr.w, fr.h].map((l) => Math.max(12, Math.round((nodes * l) / long)));
    return (grid = { key, nx, ny, field: C.sample(host.f, fr.box, nx, ny) });
  }

  /** A fiftieth of what f does in the window of the question; the same wherever one looks. */
  function typical() {
    const key = [...host.box.flat(), ...host.letters].join();
    if (usual[0] === key) return usual[1];
    const values = (n === 2 ? C.sample(host.f, host.box, 24, 24).sorted : W.walk(host.f, ...host.box[0], 200, (x) => [x]).sorted), part = (q) => values[Math.round(q * (values.length - 1))];
    usual = [key, N.niceStep((values.length && 0.02 * (part(0.9) - part(0.1))) || 0.1)];
    return usual[1];
  }

  /** What was not chosen: a fifth of the window, and the typical tolerance. */
  function look(here) {
    now = here;
    models = [0, 1, 2].map((k) => model(here, k));
    radius = host.values.r || N.niceStep(0.18 * width());
    tolerance = host.values.tol || typical();
    errors = [1, 0.5, 0.25].map((part) => worst(f, models, here.p, radius * part, ANGLES));
  }

  function draw(ctx, theme, fr, here, names, held) {
    if (n === 2) sampled(fr, held || host.held("tol") || host.held("r") ? ROUGH : NODES);
    look(here);
    const T = models[host.values.order];
    if (n === 1) return onLine(ctx, theme, fr, here, names, T, held);
    if (T) {
      const { nx, ny, field } = grid, d = new Float64Array(nx * ny), m = new Float64Array(nx * ny), near = new Uint8Array((nx - 1) * (ny - 1));
      const [[x0, x1], [y0, y1]] = fr.box;
      for (let j = 0, k = 0; j < ny; j++) for (let i = 0; i < nx; i++, k++) {
        m[k] = T([x0 + ((x1 - x0) * i) / (nx - 1), y0 + ((y1 - y0) * j) / (ny - 1)]);
        d[k] = field.v[k] - m[k];
      }
      const off = tooFar({ nx, ny, d, ok: field.ok }, fr, near), rim = new Path2D(), lines = new Path2D(), rest = new Path2D();
      ctx.fillStyle = alpha(theme.error, 0.23);
      ctx.fill(off);
      rest.rect(fr.x, fr.y, fr.w, fr.h);
      rest.addPath(off);
      ctx.save();
      ctx.clip(rest, "evenodd");
      for (const level of host.levels) C.onPaper(C.trace({ nx, ny, v: m, ok: near }, level), fr, nx, ny, lines);
      M.stroke(ctx, theme[TOKENS[host.values.order]], 1.8, [6, 4], lines);
      ctx.restore();
      for (const side of [1, -1]) C.onPaper(C.trace({ nx, ny, v: d, ok: field.ok }, side * tolerance), fr, nx, ny, rim);
      M.stroke(ctx, theme.error, 1.6, [], rim);
    }
    ctx.beginPath();
    for (const x of [...around(here.p, radius, 90), [here.p[0] + radius, here.p[1]]]) ctx.lineTo(...fr.to(x));
    M.stroke(ctx, theme.accent, 2);
    if (!held) comeIntoSight(fr, here);
    const tip = fr.to(grip(here));
    M.dot(ctx, theme, ...tip, 5.5, theme.accent, 3.5);
    names.keep(...tip, 10);
    names.write(["r", ""], [tip], { colour: theme.accent, gap: 9 });
  }

  /** Where f − T is above the tolerance or below its negative, cut along the edge, as a path; `near` tells the other cells. */
  function tooFar({ nx, ny, d, ok }, fr, near) {
    const path = new Path2D(), [gx, gy] = [fr.w / (nx - 1), fr.h / (ny - 1)];
    const polygon = (corners) => { corners.forEach(([i, j], k) => path[k ? "lineTo" : "moveTo"](fr.x + i * gx, fr.y + fr.h - j * gy)); path.closePath(); };
    for (let j = 0, c = 0; j < ny - 1; j++)
      for (let i = 0, from = -1; i < nx; i++) {
        const k = j * nx + i, all = i < nx - 1 ? [d[k], d[k + 1], d[k + nx + 1], d[k + nx]] : [], up = all.filter((v) => v > tolerance).length, down = all.filter((v) => v < -tolerance).length;
        const whole = i < nx - 1 && (ok[c] ? up === 4 || down === 4 : up + down === 4);
        if (whole && from < 0) from = i;
        if (!whole && from >= 0) { polygon([[from, j], [i, j], [i, j + 1], [from, j + 1]]); from = -1; }
        if (i === nx - 1) continue;
        if (!whole && ok[c]) {
          near[c] = 1;
          const corners = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]];
          for (const side of [up && 1, down && -1]) {
            if (!side) continue;
            const e = all.map((v) => side * v - tolerance);
            polygon(corners.flatMap(([a, b], q) => {
              const next = (q + 1) % 4, s = e[q] / (e[q] - e[next]), [u, v] = corners[next];
              return [...(e[q] > 0 ? [[a, b]] : []), ...(e[q] > 0 !== e[next] > 0 ? [[a + s * (u - a), b + s * (v - b)]] : [])];
            }));
          }
        }
        c++;
      }
    return path;
  }

  /** The grip turns along the circle to where it can be seen. */
  function comeIntoSight(fr, here) {
    const inside = () => { const [u, v] = fr.to(grip(here)); return u > fr.x + 8 && u < fr.x + fr.w - 8 && v > fr.y + 8 && v < fr.y + fr.h - 8; };
    for (let k = 0; k < 24 && !inside(); k++) turn += Math.PI / 12;
  }

  function onLine(ctx, theme, fr, here, names, T, held) {
    const [lo, hi] = fr.box[0], count = 240, step = (hi - lo) / count;
    if (T) {
      ctx.fillStyle = alpha(theme.error, 0.14);
      for (let k = 0, from = null; k <= count; k++) {
        const x = lo + (k + 0.5) * step, off = k < count && Math.abs(f([x]) - T([x])) > tolerance;
        if (off) from ??= k;
        else if (from !== null) { ctx.fillRect(fr.px(lo + from * step), fr.y, (k - from) * step * fr.sx, fr.h); from = null; }
      }
      const colour = theme[TOKENS[host.values.order]], near = (v) => Math.min(fr.y + fr.h + 999, Math.max(fr.y - 999, fr.py(v)));
      ctx.beginPath();
      for (const side of [1, -1]) for (let k = 0; k <= count; k++) { const x = side > 0 ? lo + k * step : hi - k * step; ctx.lineTo(fr.px(x), near(T([x]) + side * tolerance)); }
      ctx.fillStyle = alpha(colour, 0.22);
      ctx.fill();
      const curve = { name: NAMES[host.values.order], of: (x) => T([x]), from: lo, until: hi, style: { colour } };
      M.stroke(ctx, colour, 2.2, [7, 4], W.smoothPath(curve.of, lo, hi, fr));
      W.nameCurves(names, fr, [curve]);
    }
    if (!held) turn = here.p[0] + radius > hi && here.p[0] - radius >= lo ? Math.PI : 0;
    for (const s of [-1, 1]) {
      const x = here.p[0] + s * radius, u = fr.px(x);
      ctx.beginPath();
      ctx.moveTo(u, fr.y);
      ctx.lineTo(u, fr.y + fr.h);
      M.stroke(ctx, theme.accent, 1.6, [3, 3]);
      if (!T) continue;
      ctx.beginPath();
      for (const v of [f([x]), T([x])]) ctx.lineTo(u, fr.py(v));
      M.stroke(ctx, theme.error, 3.5);
    }
    const tip = fr.to(grip(here));
    M.dot(ctx, theme, ...tip, 5.5, theme.accent, 3.5);
    names.keep(...tip, 10);
    names.write(["r", ""], [tip], { colour: theme.accent, gap: 9, beside: true });
  }

  /** Where the hand takes the circle; of one variable, above the axis. */
  const grip = ({ p }) => (n === 1 ? [p[0] + radius * Math.sign(Math.cos(turn)), host.frame.box[1][0] + 14 / host.frame.sy] : [p[0] + radius * Math.cos(turn), p[1] + radius * Math.sin(turn)]);

  function set(here, theme) {
    if (!now) look(here);
    const slopes = plot(here, theme);
    order.set(host.values.order);
    r.set(radius);
    tol.set(tolerance);
    words(here);
    const cell = (v) => (v === 0 ? "0" : finite(v) ? short(v) : "–"), sizes = ["r", "r/2", "r/4"];
    rewrite(head, short(radius), () => ["", ...sizes.map((size, k) => [h("i.m", {}, size[0]), `${size.slice(1)} = ${short(radius / 2 ** k)}`]), "halving divides by"].map((text) => h("th", {}, ...[text].flat())));
    NAMES.forEach((name, k) => {
      const all = errors.map((e) => e[k]), ratio = all[1] / all[2];
      rows[k].classList.toggle("chosen", k === host.values.order);
      rewrite(rows[k], all.join(), () => [h("th", {}, name), ...all.map((e) => h("td.number", {}, cell(e))), h("td.number", {}, finite(ratio) && all[2] > 0 ? ratio.toFixed(1) : "–")]);
    });
    write(says, sentence(slopes));
  }

  function sentence(slopes) {
    const k = host.values.order, e = errors[0][k], s = slopes[k], falls = s === null ? "" : ` ${kept(k, s)}`;
    if (!models[k]) return k === 0 ? "f has no value at the point, so there is no model." : k === 1 ? "There is no gradient at the point, so there is no model of order 1." : "There is no Hessian at the point, so there is no model of order 2.";
    if (!finite(e)) return `f is not defined everywhere ${where} ${short(radius)}.${falls}`;
    if (e === 0) return s === null ? `No error: here ${host.name} is its own model of order ${k}, as far as floats can tell.` : `At this radius the error is lost in rounding.${falls}`;
    const off = e > tolerance ? `too much for the tolerance ${short(tolerance)}` : `within the tolerance ${short(tolerance)}`;
    return `Order ${k}: off by up to ${short(e)}, ${off}.${falls}`;
  }

  function words(here) {
    const k = host.values.order, { p, f: value, g, H } = here;
    const key = [k, value, g, H, p].join("|");
    const bracket = (i) => (p[i] === 0 ? `*${N.inline(host.names[i])}*` : `(*${N.inline(host.names[i])}*${HOLD}${p[i] < 0 ? "+" : "−"}${HOLD}${short(Math.abs(p[i]))})`);
    const signed = (v) => `${v < 0 ? "−" : "+"}${HOLD}${Math.abs(v) === 1 ? "" : `${short(Math.abs(v))}${HOLD}`}`;
    rewrite(formula, key, () => {
      if (!models[k]) return ["–"];
      let text = `*T*${"₀₁₂"[k]} = ${short(value)}`;
      if (k > 0) g.forEach((v, i) => { if (v !== 0) text += ` ${signed(v)}${bracket(i)}`; });
      if (k > 1) {
        for (let i = 0; i < n; i++) if (H[i * n + i] !== 0) text += ` ${signed(0.5 * H[i * n + i])}${bracket(i)}²`;
        if (n === 2 && H[1] + H[2] !== 0) text += ` ${signed(0.5 * (H[1] + H[2]))}${bracket(0)}${bracket(1)}`;
      }
      return rich(text);
    });
  }

  /** Both in logarithms, from a thousandth of the window to half of it, or to the circle; gives the slopes for small radii. */
  function plot(here, theme) {
    const [from, to] = [Math.min(width() / 2000, radius / 2), Math.max(width() / 2, 2 * radius)], sizes = Array.from({ length: RADII }, (_, k) => from * (to / from) ** (k / (RADII - 1)));
    const all = sizes.map((s) => worst(f, models, here.p, s, FEW)), curves = [0, 1, 2].map((k) => sizes.map((s, i) => (all[i][k] > 0 ? [s, all[i][k]] : null)));
    const seen = curves.flat().filter(Boolean).map(([, e]) => e), k = host.values.order;
    const [low, high] = seen.length ? [Math.log10(Math.min(...seen)) - 0.5, Math.log10(Math.max(...seen)) + 0.5] : [-3, 0];
    const slopes = curves.map((line) => slope(line, Math.abs(here.f)));
    const line = (points, i, more) => ({ part: "curve", points, name: "", token: TOKENS[i], width: 1, dash: [], symbol: "", every: 1, faint: 1, ...more });
    const parts = curves.flatMap((points, i) => {
      const s = slopes[i];
      if (s === null) return [];
      const [r, e] = points.find((q) => q && q[1] > CLEAR * NOISE * Math.abs(here.f)), guide = [from, to].map((q) => [q, e * (q / r) ** (i + 1)]);
      return [line(guide, i, { dash: [4, 4] }), line(points, i, { name: `${NAMES[i]}: slope ${s.toFixed(1)}`, width: i === k ? 3 : 1.6 })];
    });
    parts.push({ part: "line", at: radius, axis: "x", token: "accent", width: 1.5, dash: [], name: "" }, { part: "line", at: tolerance, axis: "y", token: "error", width: 1.2, dash: [5, 4], name: "tolerance" });
    if (errors[0][k] > 0) parts.push({ part: "spot", at: [radius, errors[0][k]], kind: "ring", token: "accent", name: short(errors[0][k]) });
    const axis = (letter, words) => ({ letter, words, log: true, ticks: null });
    graph.update({ kind: "chart", parts, axes: [axis("r", ""), axis("", "")], box: [[Math.log10(from), Math.log10(to)], [low, high]], equal: false, height: 230, grid: true, title: "",
      alt: `Worst error against the radius, in logarithms: ${slopes.map((s, i) => `${NAMES[i]} ${s === null ? "has no error to be measured" : `rises with slope ${s.toFixed(2)}`}`).join(", ")}.` }, theme);
    return slopes;
  }

  return {
    side, under, draw, set,
    legend: () => [n === 2 ? "Veiled: the model is off by more than the tolerance; dashed: its contours where it is not." : "Veiled: the model is off by more than the tolerance, so the curve is outside of the band. Red: the errors at p ± r."],
    dispose: () => graph.dispose(),
    grips: [{
      name: "r", label: "The edge of the circle; arrow keys change its radius",
      at: (here) => { const q = grip(here); return q.every(finite) ? q : null; },
      move(q, here) { turn = n === 1 ? (q[0] < here.p[0] ? Math.PI : 0) : Math.atan2(q[1] - here.p[1], q[0] - here.p[0]); host.put("r", Number(Math.max(width() / 2000, n === 1 ? Math.abs(q[0] - here.p[0]) : Math.hypot(q[0] - here.p[0], q[1] - here.p[1])).toPrecision(3))); },
      step(key, big, fine) {
        const way = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[key];
        if (way) host.put("r", Number((radius * (big ? 1.5 : fine ? 1.01 : 1.05) ** way).toPrecision(3)));
        return Boolean(way);
      },
      text: () => `radius ${short(radius)}, worst error ${finite(errors[0]?.[host.values.order]) ? short(errors[0][host.values.order]) : "not known"}`,
      value: () => radius,
    }],
  };
}
