// The lab of a direction: how f bends along d = (cos θ, sin θ), which is a weighted average of the eigenvalues,
//
//     dᵀHd  =  λ₁ cos²φ + λ₂ sin²φ,   φ the angle between d and q₁,
//
// as a slice of f, as a polar plot between the circles of the eigenvalues, and as two weights that add up to 1. Below, one entry of
// H at a time: what it says about f, seen along its axis or as a twist.

const V = new URL(import.meta.url).search;
const [D, N, A, M, W, C, { slice }, { slider, choice }, { room }, { reader }] = await Promise.all(
  ["dom", "numbers", "axes", "marks", "curve", "contours", "slice", "controls", "place", "program"].map((name) => import(`./${name}.js${V}`)));
const { h, write, rich } = D;

const RADIUS = 0.3; // of the dial, in parts of the shorter side of the paper
const SNAP = 2; // degrees
const TALL = 210, ENTRY = 190;
const RAD = Math.PI / 180;
const ROUND = 1e-9; // eigenvalues that differ by less, in parts of the larger, are one

const three = (v) => { const w = Math.abs(v) < 1e-12 ? 0 : v; return w !== 0 && (Math.abs(w) < 0.01 || Math.abs(w) >= 1e5) ? N.plain(Number(w.toPrecision(3))) : N.place(w, 3); };
const one = (text) => [h("span", {}, rich(text))]; // a heading lays its children out side by side
const along = ([a, b, c, d], theta) => { const [u, v] = [Math.cos(theta * RAD), Math.sin(theta * RAD)]; return a * u * u + (b + c) * u * v + d * v * v; };

/** Curvature, weights and their angle for a Hessian and a direction in degrees. */
export function bend(eigen, H, theta) {
  const [one, two] = eigen, now = along(H, theta);
  const round = Math.abs(one.value - two.value) <= ROUND * Math.max(Math.abs(one.value), Math.abs(two.value));
  const first = Math.cos(theta * RAD - one.angle) ** 2;
  return { now, round, first, second: 1 - first, largest: one.value, smallest: two.value };
}

/** The angle to the nearest half of an eigenvector’s line, when that is near. */
export function snapped(theta, eigen) {
  for (const { angle } of eigen) for (const a of [angle / RAD, angle / RAD + 180, angle / RAD - 180, angle / RAD + 360])
    if (Math.abs(theta - a) <= SNAP && a >= 0 && a < 360) return Number(a.toFixed(6));
  return theta;
}

export function lab(scene, host) {
  let cut = slice(scene, host.letters), entry = 1, turned = false;
  const canvas = (label) => { const c = h("canvas", { role: "img", ariaLabel: label }); c.className = "own"; return c; };

  const number = h("b.large"), matrix = D.matrix(2, 2), words = h("p.say"), none = h("p.say", { hidden: true, role: "status" });
  const sliced = canvas("The slice of f along d"), polar = canvas("Curvature in every direction");
  polar.classList.add("turns");
  const bars = [0, 1].map(() => ({ fill: h("span.fill"), text: h("span"), value: h("span.number") }));
  const weights = h("div.weights", {}, bars.map(({ fill, text, value }) => h("div.weight", {}, text, h("span.trough", {}, fill), value)));
  const sum = h("p.law"), snap = h("p.small", { role: "status" });
  const parts = h("div", {},
    h("div.row.point", {}, h("div", {}, h("span.note.wide", {}, "Curvature along ", h("i.m", {}, "d")), number), h("span.eq", {}, h("span", {}, h("i.m", {}, "H"), "(", h("i.m", {}, "p"), ") ="), matrix.el), words),
    h("div.pair", {}, h("div", {}, h("h2", {}, "Curvature in every direction"), polar), h("div", {}, h("h2", {}, h("span", {}, "The slice along ", h("i.m", {}, "d"))), sliced)),
    h("section.item", {}, h("h2", {}, h("span", {}, "The weights"), h("span.type", {}, "together 1, in every direction")), weights, sum, snap));
  const side = h("div", {}, none, parts);

  const knob = slider({ name: "theta", label: "Direction θ in degrees", text: "Direction *θ*", lo: 0, hi: 360, step: 1 }, host);
  const act = (say, go) => { const b = h("button.act", { type: "button" }, ...[say].flat()); b.onclick = () => { go(); host.settle(); }; return b; };
  const snaps = [0, 1].map((i) => act(["Snap to ", h("i.m", {}, "q"), h("sub", {}, String(i + 1))], () => { const e = now?.eigen?.[i]; if (e) turn(Number((e.angle / RAD).toFixed(6))); }));
  const square = act("Turn by 90°", () => turn((host.values.theta + 90) % 360));
  const under = h("div.knobs.single", {}, knob.el, h("div.row", {}, snaps, square));

  const [x, y] = scene.names;
  const entries = choice({ name: "entry", label: "An entry of H", options: [[0, "*H*₁₁"], [1, "*H*₁₂"], [2, "*H*₂₁"], [3, "*H*₂₂"]] }, { put: (_, v) => { entry = v; host.ask(); }, settle() {} });
  const [valueAt, slopeAt] = [canvas("f along one variable"), canvas("A first derivative along one variable")];
  const [valueHead, slopeHead, meaning] = [h("h2"), h("h2"), h("p.say")];
  const after = h("section.item.entries", {}, h("h2.wraps", {}, h("span", {}, "One entry of ", h("i.m", {}, "H"), ", up close"), entries.el), meaning, h("div.twins", {}, h("div", {}, valueHead, valueAt), h("div", {}, slopeHead, slopeAt)));

  const f = reader(scene.value ?? scene.program, [0], host.letters), slopes = [1, 2].map((output) => reader(scene.program, [output], host.letters));
  let now = null;

  function turn(theta) { host.put("theta", ((theta % 360) + 360) % 360); }
  /** Where the hand points to, at an eigenvector when it is near one. */
  function point(q, here) {
    const theta = ((Math.atan2(q[1] - here.p[1], q[0] - here.p[0]) / RAD) + 360) % 360, eigen = here.eigen && !bend(here.eigen, here.H, 0).round ? here.eigen : [];
    const to = snapped(theta, eigen);
    turned = to !== theta;
    turn(turned ? to : Math.round(theta * 2) / 2);
  }
  const radius = () => { const fr = host.frame; return (RADIUS * Math.min(fr.w, fr.h)) / Math.max(fr.sx, fr.sy); };
  const tip = (p, r = radius()) => [p[0] + r * Math.cos(host.values.theta * RAD), p[1] + r * Math.sin(host.values.theta * RAD)];

  function draw(ctx, theme, fr, here, names) {
    const r = radius(), at = (angle, s) => fr.to([here.p[0] + s * r * Math.cos(angle), here.p[1] + s * r * Math.sin(angle)]), [px, py] = fr.to(here.p);
    if (!fr.holds(here.p)) return;
    ctx.beginPath();
    for (let k = 0; k <= 90; k++) ctx.lineTo(...at(k * 4 * RAD, 1));
    M.stroke(ctx, theme.ink, 1.4);
    ctx.beginPath();
    for (let k = 0; k < 24; k++) { ctx.moveTo(...at(k * 15 * RAD, 1)); ctx.lineTo(...at(k * 15 * RAD, k % 3 ? 1.03 : 1.06)); }
    M.stroke(ctx, theme.ink, 1);
    const shown = here.eigen && !bend(here.eigen, here.H, 0).round ? here.eigen : [], most = Math.max(...shown.map(({ value }) => Math.abs(value)), 1e-300);
    shown.forEach(({ value, zero, angle }, i) => {
      const [u, v] = at(angle, 0.35 + 0.65 * Math.sqrt(Math.abs(value) / most));
      M.arrow(ctx, theme, px, py, u - px, v - py, { colour: theme.second, width: 3, head: zero ? 0 : 13, dash: value < 0 && !zero ? [7, 4] : [], double: true });
      names.avoid([[2 * px - u, 2 * py - v], [u, v]]);
      names.write(["q", String(i + 1)], [[u, v], [2 * px - u, 2 * py - v]], { colour: theme.second, size: 17.5, weight: 400, gap: 6 });
    });
    const [u, v] = fr.to(tip(here.p));
    M.arrow(ctx, theme, px, py, u - px, v - py, { colour: theme.accent, width: 3.2 });
    M.ring(ctx, theme, u, v, host.held("theta"));
    names.keep(u, v, 13);
    names.avoid([[px, py], [u, v]]);
    names.write(["d", ""], [[u, v]], { colour: theme.accent, size: 17.5, weight: 400, gap: 14 });
    for (let k = 0; k < 4; k++) names.write(`${90 * k}°`, [at(k * 90 * RAD, 1.08)], { colour: theme.ink, size: 12, weight: 400, gap: 2, most: 20 });
  }

  function set(here, theme) {
    now = here;
    const off = !here.eigen, theta = host.values.theta;
    none.hidden = !off;
    parts.hidden = off;
    for (const b of snaps) b.disabled = off || bend(here.eigen, here.H, 0).round;
    if (!off) {
      const b = bend(here.eigen, here.H, theta);
      let [w, tall] = D.sizeOf(polar);
      if (w) drawPolar(A.paper(polar, w, tall), theme, w, tall, here, b);
      [w, tall] = D.sizeOf(sliced);
      if (w) cut(A.paper(sliced, w, tall), theme, w, tall, here, theta * RAD);
      says(here, b);
    } else write(none, "The second derivatives have no value at the held point. Below you see what their quotients do there.");
    drawEntry(here, theme, off);
    knob.set(theta);
  }

  function says(here, b) {
    write(number, three(b.now));
    matrix.set(here.H.map(N.derivative));
    write(words, b.round ? "Both eigenvalues are the same: every direction is an eigenvector." : `Between ${three(b.smallest)} and ${three(b.largest)}, whatever the direction: it is their weighted average.`);
    const turn = (((host.values.theta - here.eigen[0].angle / RAD) % 180) + 180) % 180, phi = `${Number(Math.min(turn, 180 - turn).toFixed(1))}°`;
    [[b.first, b.largest, "cos"], [b.second, b.smallest, "sin"]].forEach(([weight, value, of], i) => {
      bars[i].fill.style.width = `${100 * weight}%`;
      D.rewrite(bars[i].text, `${i}${phi}`, () => [h("i.m", {}, "λ"), h("sub", {}, String(i + 1)), ` · ${of}² ${phi}`]);
      write(bars[i].value, weight.toFixed(3));
    });
    const term = (v) => (v < 0 ? `(${three(v)})` : three(v));
    D.rewrite(sum, [b.largest, b.smallest, b.first].join(), () => rich(`*d*ᵀ*Hd* = ${term(b.largest)} × ${b.first.toFixed(3)} + ${term(b.smallest)} × ${b.second.toFixed(3)} = ${three(b.now)}`));
    const near = b.round ? "" : b.first > 1 - 1e-9 ? "d is the eigenvector q₁: the largest curvature there is." : b.second > 1 - 1e-9 ? "d is the eigenvector q₂: the smallest curvature there is." : "";
    write(snap, near);
    polar.setAttribute("aria-label", `Curvature over the direction, between ${three(b.smallest)} and ${three(b.largest)}; ${three(b.now)} at ${Number(host.values.theta.toFixed(1))}°`);
  }

  /** |dᵀHd| as a distance from the middle: solid where f bends up, dashed where it bends down. */
  function drawPolar(ctx, theme, w, tall, here, b) {
    const [cx, cy] = [w / 2, tall / 2], R = Math.min(w, tall) / 2 - 20, most = Math.max(Math.abs(b.largest), Math.abs(b.smallest));
    const names = room(ctx, theme, { x: 0, y: 0, w, h: tall }), at = (t, v) => { const r = most > 0 ? (R * Math.abs(v)) / most : 0; return [cx + r * Math.cos(t), cy - r * Math.sin(t)]; };
    for (const [v, colour] of [[b.largest, theme.second], [b.smallest, theme.second]]) {
      ctx.beginPath();
      ctx.arc(cx, cy, most > 0 ? (R * Math.abs(v)) / most : 0, 0, 2 * Math.PI);
      M.stroke(ctx, colour, 1.2, v < 0 ? [5, 4] : []);
    }
    ctx.beginPath();
    ctx.moveTo(cx - R, cy); ctx.lineTo(cx + R, cy); ctx.moveTo(cx, cy - R); ctx.lineTo(cx, cy + R);
    M.stroke(ctx, theme.line, 1);
    for (const up of [true, false]) {
      ctx.beginPath();
      let on = false;
      for (let k = 0; k <= 180; k++) {
        const v = along(here.H, 2 * k), seen = up ? v >= 0 : v < 0;
        if (seen) ctx[on ? "lineTo" : "moveTo"](...at(2 * k * RAD, v));
        on = seen;
      }
      M.stroke(ctx, theme.ink, 2.4, up ? [] : [6, 4]);
    }
    const t = host.values.theta * RAD, dot = at(t, b.now);
    ctx.beginPath();
    ctx.moveTo(cx, cy);
    ctx.lineTo(...dot);
    M.stroke(ctx, theme.accent, 2);
    M.ring(ctx, theme, ...dot, host.held("theta"));
    names.keep(...dot, 17);
    const corner = (a, v) => [cx + ((R * Math.abs(v)) / (most || 1)) * Math.cos(a), cy - ((R * Math.abs(v)) / (most || 1)) * Math.sin(a)];
    names.write(three(b.now), [dot], { colour: theme.accent, gap: 15, size: 13 });
    names.write(b.round ? `λ = ${three(b.largest)}` : `λ max = ${three(b.largest)}`, [0.8, 2.4, 4, 5.5].map((a) => corner(a, b.largest)), { colour: theme.second, gap: 5, size: 12 });
    if (!b.round) names.write(`λ min = ${three(b.smallest)}`, [5.5, 4, 2.4, 0.8].map((a) => corner(a, b.smallest)), { colour: theme.second, gap: 5, size: 12 });
  }
  function dialled(event) {
    const { left, top, width, height } = polar.getBoundingClientRect(), [u, v] = [event.clientX - left - width / 2, height / 2 - (event.clientY - top)];
    if (now) point([now.p[0] + u, now.p[1] + v], now);
  }
  polar.onpointerdown = (event) => { if (event.button === 0) { event.preventDefault(); polar.setPointerCapture(event.pointerId); host.held("theta", true); dialled(event); } };
  polar.onpointermove = (event) => { if (polar.hasPointerCapture(event.pointerId)) dialled(event); };
  polar.onpointerup = polar.onpointercancel = () => { if (host.held("theta")) { host.held("theta", false); host.settle(); } };

  // ---- one entry --------------------------------------------------------------------------------------------------

  function drawEntry(here, theme, off) {
    const [i, j] = [entry >> 1, entry & 1], vars = [x, y], bent = off ? NaN : here.H[entry], reach = 0.15 * (host.box[j][1] - host.box[j][0]), h2 = 0.25 * (host.box[j][1] - host.box[j][0]) * 0.4;
    const move = (k, s) => here.p.map((v, m) => (m === k ? v + s : v)), ticks = { size: 11.5, apart: 38 };
    const sheet = (canvas, side, lines) => {
      const [w, tall] = D.sizeOf(canvas);
      if (!w) return;
      const ctx = A.paper(canvas, w, tall), walks = lines.map((line) => ({ ...line, walk: W.walk(line.of, -side, side, 90, line.to) })), all = walks.flatMap(({ walk }) => [...walk.sorted]).sort((a, b) => a - b);
      if (!all.length) return A.label(ctx, theme, "Not defined along this line.", w / 2, tall / 2, { size: 13, colour: theme.ink2 });
      const [lo, hi] = C.ends(all), air = 0.12 * (hi - lo || Math.abs(hi) || 1), sides = [lo - air, hi + air];
      const fr = A.frame([[-side, side], sides], w, { tallest: tall - 32, left: A.leftMargin(ctx, A.marked(sides, (tall - 32) / ticks.apart), ticks.size), right: 4, top: 8, bottom: 24, plane: false });
      A.axes(ctx, theme, fr, [], { grid: true, size: ticks.size, apart: [90, ticks.apart] });
      ctx.save();
      A.clip(ctx, fr);
      const curves = walks.map(({ walk, of, to, name, colour, width, tangent }) => {
        W.cutWalk(walk, of, sides[1] - sides[0], to);
        M.stroke(ctx, colour, width, [], W.curvePath(walk, fr));
        if (tangent) { const [at, k] = tangent, line = (s) => at + k * s; if (Number.isFinite(at + k)) M.stroke(ctx, theme.second, 2.2, [7, 4], W.smoothPath(line, -side, side, fr)); }
        return { name, of: walk.of, from: -side, until: side, style: { weight: 400, colour } };
      });
      ctx.restore();
      const names = room(ctx, theme, fr);
      W.nameCurves(names, fr, curves);
    };
    const ink = theme.ink2, first = (k) => (q) => slopes[k].at(q)[0];
    if (i === j) sheet(valueAt, reach, [{ of: f, to: (s) => move(j, s), name: host.name, colour: ink, width: 3 }]);
    else sheet(valueAt, reach, [-1, 1].map((s) => { const base = move(j, s * h2), m = first(i)(base); return { of: f, to: (t) => base.map((v, k) => (k === i ? v + t : v)), name: `${vars[j]} ${s < 0 ? "smaller" : "larger"}`, colour: s < 0 ? theme.ochre : theme.violet, width: 2.6, tangent: [f.at(base)[0], m] }; }));
    sheet(slopeAt, reach, [{ of: slopes[i], to: (s) => move(j, s), name: `∂${host.name}/∂${vars[i]}`, colour: theme.ink, width: 2.6, tangent: off ? null : [first(i)(here.p), bent] }]);
    D.rewrite(valueHead, `${i}${j}`, () => one(i === j ? `*${host.name}* along *${vars[j]}*` : `*${host.name}* along *${vars[i]}*, at two values of *${vars[j]}*: the slope is another`));
    D.rewrite(slopeHead, `${i}${j}`, () => one(`The slope ∂*${host.name}*/∂*${vars[i]}* along *${vars[j]}*; dashed: its tangent, whose slope is the entry`));
    const named = `*H*${["₁₁", "₁₂", "₂₁", "₂₂"][entry]}`, same = !off && i !== j ? ` Its mirror image ${["", "*H*₂₁", "*H*₁₂", ""][entry]} is ${three(here.H[3 - entry])}${Math.abs(here.H[1] - here.H[2]) <= 1e-9 * (Math.abs(here.H[1]) + 1) ? ", the same" : ""}.` : "";
    D.rewrite(meaning, `${entry}${off}${bent}${same}`, () => rich(off ? `${named} has no value here.` : i === j
      ? `${named} = ${three(bent)}: how fast the slope in *${vars[i]}* changes as you move in *${vars[i]}*. That is how *${host.name}* bends along this axis: ${Math.abs(bent) < 1e-12 ? "not at all" : bent > 0 ? "up" : "down"}.`
      : `${named} = ${three(bent)}: how fast the slope in *${vars[i]}* changes as you move in *${vars[j]}*. That is a twist of the surface${Math.abs(bent) < 1e-12 ? ": here there is none" : ""}.${same}`));
    entries.set(entry);
  }

  return {
    side, under, after, draw, set,
    take(next) { scene = next; },
    legend: () => ["Eigenvectors: solid bends up, dashed bends down."],
    grips: [{
      name: "theta", label: "The direction d; arrow keys turn it",
      at: (here) => tip(here.p),
      move: point,
      step(key, big, fine) {
        const way = { ArrowLeft: 1, ArrowUp: 1, ArrowRight: -1, ArrowDown: -1 }[key];
        if (!way) return false;
        turn(Number((host.values.theta + way * (big ? 10 : fine ? 0.1 : 1)).toFixed(6)));
        return true;
      },
      text: (here) => `${Number(host.values.theta.toFixed(1))}°${here.eigen ? `, curvature ${three(along(here.H, host.values.theta))}` : ""}`,
      value: () => host.values.theta,
    }],
  };
}
