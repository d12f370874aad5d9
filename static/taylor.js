// The lab of a Taylor model: a promise with a radius. Over f lies its model of order 0, 1 or 2 around the held point; shaded is where the
// two differ by more than a tolerance; on a circle around the point the worst error is measured, and against its radius it is a
// straight line in logarithms, one steeper than the order:  max |f − T| on ‖v‖ = r  ~  C r^(order + 1).

const V = new URL(import.meta.url).search;
const [{ h, write, rewrite, rich }, N, M, C, W, chart, { slider, choice }, { alpha }] = await Promise.all(
  ["dom", "numbers", "marks", "contours", "curve", "chart", "controls", "theme"].map((name) => import(`./${name}.js${V}`)));

const NODES = 96, ROUGH = 56; // of the grid on which f and its model are compared
const ANGLES = 240, FEW = 40, RADII = 22; // around the circle; around each circle of the chart, and how many there are
const NOISE = 64 * 2 ** -52; // of the values: a smaller difference is rounding
const TOKENS = ["ink2", "ink", "second"], NAMES = ["order 0", "order 1", "order 2"];
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

export function lab(scene, host) {
  const n = host.n, f = (x) => host.f.at(x)[0];
  let grid = null, models = [], radius = 1, tolerance = 1, now = null;

  const order = choice({ name: "order", label: "Order of the model", options: [[0, "Order 0"], [1, "Order 1"], [2, "Order 2"]] }, host);
  const width = () => Math.min(...host.box.map(([lo, hi]) => hi - lo));
  const tol = slider({ name: "tol", label: "Tolerance", text: "Tolerance", lo: 1e-6, hi: 1e4, least: 1e-12, most: scene.lab.data.most, log: true }, host);
  const r = slider({ name: "r", label: "Radius r", text: "Radius *r*", lo: width() / 2000, hi: width() / 2, least: 1e-9, most: scene.lab.data.most, log: true }, host);
  const under = h("div.knobs.single", {}, h("div.row", {}, order.el), r.el, tol.el);
  const formula = h("p.law.long"), says = h("p.say", { role: "status" }), head = h("tr"), rows = NAMES.map(() => h("tr"));
  const table = h("table.sizes.errors", {}, h("thead", {}, head), h("tbody", {}, rows)), at = h("div");
  const where = n === 1 ? "at distance" : "on the circle of radius";
  const side = h("div", {}, h("section.item", {}, h("h2", {}, h("span", {}, "The model"), h("span.type", {}, "around ", h("i.m", {}, "p"))), formula),
    h("section.item", {}, h("h2", {}, h("span", {}, `Worst error ${where}`)), table, says),
    h("section.item", {}, h("h2", {}, h("span", {}, "Worst error against the radius"), h("span.type", {}, "both in powers of ten")), at));
  const graph = chart.mount(at);

  /** f at the nodes of the paper; kept while the paper is the same. */
  function sampled(fr, nodes) {
    const key = [nodes, ...fr.box.flat(), ...host.letters].join();
    if (grid?.key === key) return grid;
    const long = Math.max(fr.w, fr.h), [nx, ny] = [fr.w, fr.h].map((l) => Math.max(12, Math.round((nodes * l) / long)));
    return (grid = { key, nx, ny, field: C.sample(host.f, fr.box, nx, ny) });
  }

  /** What was not chosen: a fifth of the window, and a fiftieth of what f does in it. */
  function look(here) {
    now = here;
    models = [0, 1, 2].map((k) => model(here, k));
    radius = host.values.r || N.niceStep(0.18 * width());
    if (host.values.tol) tolerance = host.values.tol;
    else {
      const values = grid ? grid.field.sorted : [], span = values.length ? values[Math.round(0.9 * (values.length - 1))] - values[Math.round(0.1 * (values.length - 1))] : 1;
      tolerance = N.niceStep(0.02 * span || 0.1);
    }
  }

  function draw(ctx, theme, fr, here, names, held) {
    if (n === 2) sampled(fr, held ? ROUGH : NODES);
    look(here);
    const T = models[host.values.order];
    if (n === 1) return onLine(ctx, theme, fr, here, names, T);
    if (T) {
      const { nx, ny, field } = grid, e = new Float64Array(nx * ny), m = new Float64Array(nx * ny), near = new Uint8Array((nx - 1) * (ny - 1));
      const [[x0, x1], [y0, y1]] = fr.box;
      for (let j = 0, k = 0; j < ny; j++) for (let i = 0; i < nx; i++, k++) {
        m[k] = T([x0 + ((x1 - x0) * i) / (nx - 1), y0 + ((y1 - y0) * j) / (ny - 1)]);
        e[k] = Math.abs(field.v[k] - m[k]) - tolerance;
      }
      shade(ctx, theme, fr, e, nx, ny);
      const rim = new Path2D();
      C.onPaper(C.trace({ nx, ny, v: e, ok: field.ok }, 0), fr, nx, ny, rim);
      M.stroke(ctx, theme.error, 1.6, [], rim);
      for (let c = 0; c < near.length; c++) { const k = Math.floor(c / (nx - 1)) * nx + (c % (nx - 1)); near[c] = e[k] <= 0 && e[k + 1] <= 0 && e[k + nx] <= 0 && e[k + nx + 1] <= 0 ? 1 : 0; }
      const lines = new Path2D();
      for (const level of host.levels) C.onPaper(C.trace({ nx, ny, v: m, ok: near }, level), fr, nx, ny, lines);
      M.stroke(ctx, theme[TOKENS[host.values.order]], 1.8, [6, 4], lines);
    }
    ctx.beginPath();
    for (const x of [...around(here.p, radius, 90), [here.p[0] + radius, here.p[1]]]) ctx.lineTo(...fr.to(x));
    M.stroke(ctx, theme.accent, 2);
    const tip = fr.to(grip(here));
    M.dot(ctx, theme, ...tip, 5.5, theme.accent, 3.5);
    names.keep(...tip, 10);
    names.write("r", [tip], { colour: theme.accent, gap: 9 });
  }

  /** Where the model is too far off: a veil, a pixel a node. */
  function shade(ctx, theme, fr, e, nx, ny) {
    const image = new ImageData(nx, ny), rgb = [1, 3, 5].map((i) => parseInt(theme.error.slice(i, i + 2), 16));
    for (let k = 0; k < e.length; k++) if (e[k] > 0) image.data.set([...rgb, 58], 4 * ((ny - 1 - Math.floor(k / nx)) * nx + (k % nx)));
    const veil = document.createElement("canvas"), [gx, gy] = [fr.w / (nx - 1), fr.h / (ny - 1)];
    [veil.width, veil.height] = [nx, ny];
    veil.getContext("2d").putImageData(image, 0, 0);
    ctx.drawImage(veil, fr.x - gx / 2, fr.y - gy / 2, fr.w + gx, fr.h + gy);
  }

  function onLine(ctx, theme, fr, here, names, T) {
    const [lo, hi] = fr.box[0], count = 240, step = (hi - lo) / count;
    if (T) {
      ctx.fillStyle = alpha(theme.error, 0.2);
      for (let k = 0, from = null; k <= count; k++) {
        const x = lo + (k + 0.5) * step, off = k < count && Math.abs(f([x]) - T([x])) > tolerance;
        if (off) from ??= k;
        else if (from !== null) { ctx.fillRect(fr.px(lo + from * step), fr.y, (k - from) * step * fr.sx, fr.h); from = null; }
      }
      const curve = { name: NAMES[host.values.order], of: (x) => T([x]), from: lo, until: hi, style: { colour: theme[TOKENS[host.values.order]] } };
      M.stroke(ctx, curve.style.colour, 2.2, [7, 4], W.smoothPath(curve.of, lo, hi, fr));
      W.nameCurves(names, fr, [curve]);
    }
    for (const s of [-1, 1]) {
      const u = fr.px(here.p[0] + s * radius);
      ctx.beginPath();
      ctx.moveTo(u, fr.y);
      ctx.lineTo(u, fr.y + fr.h);
      M.stroke(ctx, theme.accent, 1.6, [3, 3]);
    }
  }

  const grip = (here) => (n === 1 ? [here.p[0] + radius, f([here.p[0] + radius])] : [here.p[0] + radius * Math.SQRT1_2, here.p[1] + radius * Math.SQRT1_2]);

  function set(here, theme) {
    if (!now) look(here);
    const errors = [1, 0.5, 0.25].map((part) => worst(f, models, here.p, radius * part, ANGLES));
    plot(here, theme, errors);
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
    write(says, sentence(errors));
  }

  function sentence(errors) {
    const k = host.values.order, [e, half] = errors.map((all) => all[k]);
    if (!models[k]) return k === 0 ? "f has no value at the point, so there is no model." : k === 1 ? "There is no gradient at the point, so there is no model of order 1." : "There is no Hessian at the point, so there is no model of order 2.";
    if (!finite(e)) return `f is not defined everywhere ${where} ${short(radius)}.`;
    if (e === 0) return `No error: here ${host.name} is its own model of order ${k}, as far as floats can tell.`;
    const off = e > tolerance ? `too much for the tolerance ${short(tolerance)}` : `within the tolerance ${short(tolerance)}`;
    const ratio = e / half, expected = 2 ** (k + 1), fits = Math.abs(Math.log2(ratio) - (k + 1)) < 0.3;
    return `Order ${k}: off by up to ${short(e)}, ${off}. ${half > 0 ? `Half the radius divides the error by ${ratio.toFixed(1)}; ${fits ? "in the limit" : "where f is smooth enough and r small, by"} ${expected}.` : ""}`;
  }

  function words(here) {
    const k = host.values.order, { p, f: value, g, H } = here;
    const key = [k, value, g, H, p].join("|");
    const bracket = (i) => (p[i] === 0 ? `*${host.names[i]}*` : `(*${host.names[i]}* ${p[i] < 0 ? "+" : "−"} ${short(Math.abs(p[i]))})`);
    const signed = (v) => `${v < 0 ? "−" : "+"}${Math.abs(v) === 1 ? "" : ` ${short(Math.abs(v))}`}`;
    rewrite(formula, key, () => {
      if (!models[k]) return ["–"];
      let text = `*T*${"₀₁₂"[k]} = ${short(value)}`;
      if (k > 0) g.forEach((v, i) => { if (v !== 0) text += ` ${signed(v)} ${bracket(i)}`; });
      if (k > 1) {
        for (let i = 0; i < n; i++) if (H[i * n + i] !== 0) text += ` ${signed(0.5 * H[i * n + i])} ${bracket(i)}²`;
        if (n === 2 && H[1] + H[2] !== 0) text += ` ${signed(0.5 * (H[1] + H[2]))} ${bracket(0)}${bracket(1)}`;
      }
      return rich(text);
    });
  }

  /** Both in logarithms, from a thousandth of the window to half of it. */
  function plot(here, theme, errors) {
    const [from, to] = [width() / 2000, width() / 2], sizes = Array.from({ length: RADII }, (_, k) => from * (to / from) ** (k / (RADII - 1)));
    const all = sizes.map((s) => worst(f, models, here.p, s, FEW)), curves = [0, 1, 2].map((k) => sizes.map((s, i) => (all[i][k] > 0 ? [s, all[i][k]] : null)));
    const seen = curves.flat().filter(Boolean).map(([, e]) => e);
    const [low, high] = seen.length ? [Math.log10(Math.min(...seen)) - 0.5, Math.log10(Math.max(...seen)) + 0.5] : [-3, 0], k = host.values.order;
    const steepness = (line) => { const some = line.filter(Boolean); if (some.length < 4) return null; const [a, b] = [some[0], some[Math.floor(some.length / 2)]]; return Math.log(b[1] / a[1]) / Math.log(b[0] / a[0]); };
    const parts = curves.map((points, i) => { const s = steepness(points); return { part: "curve", points, name: s === null ? "" : `${NAMES[i]}: slope ${s.toFixed(1)}`, token: TOKENS[i], width: i === k ? 3 : 1.6, dash: [], symbol: "", every: 1, faint: 1 }; });
    parts.push({ part: "line", at: radius, axis: "x", token: "accent", width: 1.5, dash: [], name: "" }, { part: "line", at: tolerance, axis: "y", token: "error", width: 1.2, dash: [5, 4], name: "tolerance" });
    if (errors[0][k] > 0) parts.push({ part: "spot", at: [radius, errors[0][k]], kind: "ring", token: "accent", name: short(errors[0][k]) });
    const axis = (letter, words) => ({ letter, words, log: true, ticks: null });
    graph.update({ kind: "chart", parts, axes: [axis("r", ""), axis("", "")], box: [[Math.log10(from), Math.log10(to)], [low, high]], equal: false, height: 230, grid: true, title: "",
      alt: `Worst error against the radius, in logarithms: ${curves.map((line, i) => { const s = steepness(line); return `${NAMES[i]} ${s === null ? "has no error" : `rises with slope ${s.toFixed(2)}`}`; }).join(", ")}.` }, theme);
  }

  return {
    side, under, draw, set,
    legend: () => [n === 2 ? "Veiled: the model is off by more than the tolerance; dashed: its contours where it is not." : "Veiled: the model is off by more than the tolerance."],
    dispose: () => graph.dispose(),
    grips: [{
      name: "r", label: "The edge of the circle; arrow keys change its radius",
      at: (here) => { const q = grip(here); return q.every(finite) ? q : null; },
      move(q, here) { host.put("r", Number(Math.max(width() / 2000, n === 1 ? Math.abs(q[0] - here.p[0]) : Math.hypot(q[0] - here.p[0], q[1] - here.p[1])).toPrecision(3))); },
      step(key, big) {
        const way = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[key];
        if (way) host.put("r", Number((radius * (big ? 1.5 : 1.05) ** way).toPrecision(3)));
        return Boolean(way);
      },
      text: () => `radius ${short(radius)}, worst error ${short(worst(f, models, now?.p ?? host.point(), radius, FEW)[host.values.order] || 0)}`,
      value: () => radius,
    }],
  };
}
