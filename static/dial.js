// The lab of a direction: how f bends along d = (cos θ, sin θ), which is a weighted average of the eigenvalues,
//
//     dᵀHd  =  λ₁ cos²φ + λ₂ sin²φ,   φ the angle between d and q₁,
//
// as a slice of f, as a polar plot between the circles of the eigenvalues, and as two weights that add up to 1. Below, H entry by
// entry (entries.js). A hand that comes near an eigenvector is taken to it; keys and numbers are not.

const V = new URL(import.meta.url).search;
const [D, N, A, M, { alpha }, { slice }, { slider }, { room }, { entries }] = await Promise.all(
  ["dom", "numbers", "axes", "marks", "theme", "slice", "controls", "place", "entries"].map((name) => import(`./${name}.js${V}`)));
const { h, write, rich } = D;

const RADIUS = 0.3; // of the dial, in parts of the shorter side of the paper
const SHORTEST = 0.4; // of the arrow where the window ends, in parts of the dial
const SNAP = 2; // degrees
const RAD = Math.PI / 180;
const ROUND = 1e-9; // eigenvalues that differ by less, in parts of the larger, are one
const NO_HESSIAN = "The second derivatives have no value at p. Below you see what their quotients do.";

const math = (letter, index = "") => [h("i.m", {}, letter), ...(index ? [h("sub", {}, index)] : [])];
const whole = (degrees) => ((degrees % 360) + 360) % 360;
const short = (degrees) => `${Number(degrees.toFixed(1))}°`;

/** Three decimals, or three digits where those would say nothing. */
export function three(v) {
  const w = Math.abs(v) < 1e-12 ? 0 : v;
  return !Number.isFinite(w) ? "–" : w !== 0 && (Math.abs(w) < 0.01 || Math.abs(w) >= 1e5) ? N.plain(Number(w.toPrecision(3))) : N.place(w, 3);
}

function along([a, b, c, d], theta) {
  const [u, v] = [Math.cos(theta * RAD), Math.sin(theta * RAD)];
  return a * u * u + (b + c) * u * v + d * v * v;
}

/** Curvature, weights and the angle to q₁ for a Hessian and a direction in degrees. `round`: there is no one frame; `flat`: H is 0. */
export function bend(eigen, H, theta) {
  const [{ value: largest, angle }, { value: smallest }] = eigen, size = Math.max(Math.abs(largest), Math.abs(smallest));
  const first = Math.cos(theta * RAD - angle) ** 2, turn = (((theta - angle / RAD) % 180) + 180) % 180;
  return { now: along(H, theta), round: largest - smallest <= ROUND * size, flat: size === 0, first, second: 1 - first, largest, smallest, phi: Math.min(turn, 180 - turn) };
}

/** The angle to the nearest half of an eigenvector’s line, when that is near. */
export function snapped(theta, eigen) {
  for (const { angle } of eigen) for (let k = -1; k <= 2; k++) {
    const a = angle / RAD + 180 * k;
    if (Math.abs(theta - a) <= SNAP) return Number(whole(a).toFixed(6));
  }
  return theta;
}

export function lab(scene, host) {
  const cut = slice(scene, host.letters), apart = entries(scene, host, three);
  // Of a plane that is cut out of more variables the block B of H, whose eigenvalues are not those of all of H, and so are not called λ.
  const [matrixName, eigenvalue, eigenvector] = scene.whole ? ["H", "λ", "q"] : ["B", "μ", "u"];
  let now = null, end = 1; // 1: the arrow is held at its tip, −1: at its tail, when the tip is outside the window

  const own = (name) => h(`canvas.own${name}`, { role: "img" });
  const number = h("b.large"), matrix = D.matrix(2, 2), words = h("p.say.two"), said = h("p.say.one", { role: "status" });
  const sliced = own(""), polar = own(".turns"), knobOfPolar = h("div.handle", { ariaHidden: "true" }), legend = h("p.small.two.below");
  const bars = [0, 1].map(() => ({ fill: h("span.fill"), text: h("span"), value: h("span.number") }));
  const weights = h("div.weights", {}, bars.map(({ fill, text, value }) => h("div.weight", {}, text, h("span.trough", {}, fill), value)));
  const sum = h("p.law"), block = scene.whole ? [] : h("p.small", {}, rich("*B* is *H* on this plane. Its eigenvalues *μ*₁ ≥ *μ*₂ belong to the plane; *λ*₁, *λ*₂, … are those of all of *H*."));
  const side = h("div", {},
    h("div.row.point", {}, h("div", {}, h("span.note.wide", {}, "Curvature along ", math("d")), number), h("span.eq", {}, h("span", {}, math(matrixName), "(", math("p"), ") ="), matrix.el)), block, words,
    h("div.pair", {},
      h("div", {}, h("h2", {}, h("span", {}, math("d"), "ᵀ", math("Hd"), " in every direction")), h("div.stage", {}, polar, knobOfPolar), legend),
      h("div", {}, h("h2", {}, h("span", {}, "The slice of ", math(scene.name), " along ", math("d"))), sliced)),
    h("section.item", {}, h("h2", {}, h("span", {}, "The weights"), h("span.type", {}, "together 1, in every direction")), weights, sum, said));

  let all = null; // of more than two variables, which the map cuts: the whole of H
  const after = h("div", {}, apart.el);
  if (scene.lab.data.whole) import(`./many.js${V}`).then(({ hessian }) => { all = hessian(scene, host); after.prepend(all.el); host.ask(); });

  const knob = slider({ name: "theta", label: "Direction θ in degrees", text: "Direction *θ*", lo: 0, hi: 360, step: 1 }, host);
  const act = (say, go) => { const b = h("button.act", { type: "button" }, say); b.onclick = () => { go(); host.settle(); }; return b; };
  const snaps = [0, 1].map((i) => act(["Snap to ", ...math(eigenvector, String(i + 1))], () => { const e = framed(now)[i]; if (e) turn(Number((e.angle / RAD).toFixed(6))); }));
  const under = h("div.knobs.single", {}, knob.el, h("div.row", {}, snaps, act(["Turn by 90°"], () => turn(host.values.theta + 90))));
  knob.range.onkeydown = (event) => { if (event.shiftKey && step(event.key, true)) event.preventDefault(); };
  knob.range.onkeyup = (event) => { if (event.shiftKey) host.settle(); };

  const turn = (theta) => host.put("theta", whole(theta));
  /** The eigenvectors, where there is one frame of them. */
  const framed = (here) => (here?.eigen && !bend(here.eigen, here.H, 0).round ? here.eigen : []);
  /** Turns d to where a hand points, as seen from p. */
  function follow(u, v, here) {
    const theta = whole(Math.atan2(v, u) / RAD), to = snapped(theta, framed(here));
    turn(to !== theta ? to : Math.round(theta * 2) / 2);
  }
  function step(key, big, fine = false) {
    const way = { ArrowLeft: 1, ArrowUp: 1, ArrowRight: -1, ArrowDown: -1 }[key];
    if (way) turn(Number((host.values.theta + way * (big ? 10 : fine ? 0.1 : 1)).toFixed(6)));
    return Boolean(way);
  }

  // ---- on the map -------------------------------------------------------------------------------------------------

  const radius = () => { const fr = host.frame; return (RADIUS * Math.min(fr.w, fr.h)) / Math.max(fr.sx, fr.sy); };
  const unit = () => [Math.cos(host.values.theta * RAD), Math.sin(host.values.theta * RAD)];

  /** How much of the arrow from p lies in the window, in parts of the dial. */
  function inWindow(p, way) {
    const r = radius(), sides = host.frame.box;
    return Math.min(1, ...unit().map((u, i) => { const s = way * u * r; return s > 1e-12 ? (sides[i][1] - p[i]) / s : s < -1e-12 ? (sides[i][0] - p[i]) / s : Infinity; }));
  }
  /** Where d is held: at its tip; where that is outside, further in, or at the other end of its line. */
  function hold({ p }) {
    if (!host.frame || !host.frame.holds(p)) return null;
    if (!host.held("theta")) end = inWindow(p, 1) >= SHORTEST || inWindow(p, -1) < SHORTEST ? 1 : -1;
    const part = Math.max(0, inWindow(p, end) - 1e-9) * end * radius();
    return unit().map((u, i) => Math.min(host.frame.box[i][1], Math.max(host.frame.box[i][0], p[i] + part * u)));
  }

  function draw(ctx, theme, fr, here, names) {
    if (!fr.holds(here.p)) return;
    const r = radius(), at = (degrees, s) => fr.to([here.p[0] + s * r * Math.cos(degrees * RAD), here.p[1] + s * r * Math.sin(degrees * RAD)]), [px, py] = fr.to(here.p);
    const arc = (from, to, s) => { ctx.beginPath(); for (let k = 0; k <= 60; k++) ctx.lineTo(...at(from + ((to - from) * k) / 60, s)); };
    arc(0, 360, 1);
    M.stroke(ctx, theme.ink, 1.4);
    ctx.beginPath();
    for (let k = 0; k < 24; k++) { ctx.moveTo(...at(k * 15, 1)); ctx.lineTo(...at(k * 15, k % 6 ? 1.03 : 1.07)); }
    M.stroke(ctx, theme.ink, 1);
    apart.draw(ctx, theme, fr, here);
    const shown = framed(here), most = Math.max(...shown.map(({ value }) => Math.abs(value))), tips = [];
    shown.forEach(({ value, zero, angle }, i) => {
      const [u, v] = at(angle / RAD, 0.35 + 0.65 * Math.sqrt(Math.abs(value) / most));
      M.arrow(ctx, theme, px, py, u - px, v - py, { colour: theme.second, width: 3, head: zero ? 0 : 13, dash: value < 0 && !zero ? [7, 4] : [], double: true });
      names.avoid([[2 * px - u, 2 * py - v], [u, v]]);
      tips.push([[eigenvector, String(i + 1)], [[u, v], [2 * px - u, 2 * py - v]], theme.second, 6]);
    });
    const tip = at(host.values.theta, 1), [gx, gy] = fr.to(hold(here));
    M.arrow(ctx, theme, px, py, tip[0] - px, tip[1] - py, { colour: theme.accent });
    M.ring(ctx, theme, gx, gy, host.held("theta"));
    names.keep(gx, gy, 13);
    names.avoid([[px, py], tip]);
    tips.push([["d", ""], [[gx, gy]], theme.accent, 14]);
    if (shown.length) angle(ctx, theme, names, arc, at, shown[0].angle / RAD);
    for (const [name, places, colour, gap] of tips) names.write(name, places, { colour, size: 17.5, weight: 400, gap });
    for (let k = 0; k < 4; k++) names.write(`${90 * k}°`, [at(k * 90, 1.08).map((c, i) => c + [[14, 0], [0, -9], [-16, 0], [0, 9]][k][i])], { size: 12, weight: 400, most: 40 });
  }

  /** The angle φ whose squared cosine is the weight of λ₁. */
  function angle(ctx, theme, names, arc, at, first) {
    const theta = host.values.theta, turned = theta - first, from = first + 180 * Math.round(turned / 180);
    if (Math.abs(theta - from) < 3) return;
    arc(from, theta, 0.42);
    M.stroke(ctx, theme.ink, 1.6);
    names.write(short(Math.abs(theta - from)), [0.53, 0.62].map((s) => at((from + theta) / 2, s)), { size: 12.5, weight: 400, gap: 0, most: 60 });
  }

  // ---- beside it --------------------------------------------------------------------------------------------------

  function set(here, theme) {
    now = here;
    const b = here.eigen && bend(here.eigen, here.H, host.values.theta), frame = framed(here);
    drawPolar(theme, here, b);
    const [w, tall] = D.sizeOf(sliced);
    if (w) cut(A.paper(sliced, w, tall), theme, w, tall, here, host.values.theta * RAD);
    apart.set(here, theme);
    all?.set(here);
    snaps.forEach((button) => { button.disabled = !frame.length; });
    says(here, b);
    knob.set(host.values.theta);
  }

  function says(here, b) {
    write(number, b ? three(b.now) : "–");
    const most = Math.max(...here.H.map(Math.abs)); // beside it a rounding is zero
    matrix.set(here.H.map((v) => (Number.isFinite(v) ? N.derivative(Math.abs(v) > 1e-14 * most ? v : 0) : "–")));
    write(words, !b ? NO_HESSIAN : b.flat ? `${matrixName} is zero: to second order f does not bend, in any direction${scene.whole ? "" : " of this plane"}.`
      : b.round ? `Both eigenvalues are ${three(b.largest)}: every direction is an eigenvector, and none bends more.`
        : `Between ${three(b.smallest)} and ${three(b.largest)}, whatever the direction${scene.whole ? "" : " in this plane"}: it is their weighted average.`);
    for (const el of [weights, sum]) el.classList.toggle("off", !b || b.flat);
    sliced.setAttribute("aria-label", `The slice of f along d, at ${short(host.values.theta)}, with its tangent and its parabola`);
    if (!b || b.flat) { write(said, b ? "There is nothing to average: both eigenvalues are 0." : "Without second derivatives there is nothing to average."); return; }
    const inside = host.scene.whole ? "" : " of this plane", first = Number(b.first.toFixed(3)), shown = [first, 1 - first].map((v) => v.toFixed(3));
    [[b.first, b.largest, "cos"], [b.second, b.smallest, "sin"]].forEach(([weight, value, of], i) => {
      bars[i].fill.style.width = `${100 * weight}%`;
      D.rewrite(bars[i].text, `${of}${b.phi.toFixed(1)}|${three(value)}`, () => [...math(eigenvalue, String(i + 1)), ` = ${three(value)}`, h("span.mut", {}, `${of}² ${short(b.phi)}`)]);
      write(bars[i].value, shown[i]);
    });
    const term = (v) => (v < 0 ? `(${three(v)})` : three(v));
    D.rewrite(sum, [b.largest, b.smallest, b.first].join(), () => rich(`*d*ᵀ*Hd* = ${term(b.largest)} × ${shown[0]} + ${term(b.smallest)} × ${shown[1]} ≈ ${three(b.now)}`));
    write(said, b.round ? `Whatever the weights, the average is ${three(b.largest)}.` : b.first > 1 - 1e-9 ? `d lies on ${eigenvector}₁, an eigenvector: no direction${inside} bends more.` : b.second > 1 - 1e-9 ? `d lies on ${eigenvector}₂, an eigenvector: no direction${inside} bends less.` : "");
  }

  /** |dᵀHd| as a distance from the middle: solid where f bends up, dashed where it bends down. */
  function drawPolar(theme, here, b) {
    const [w, tall] = D.sizeOf(polar);
    if (!w) return;
    const ctx = A.paper(polar, w, tall), names = room(ctx, theme, { x: 0, y: 0, w, h: tall }), [cx, cy] = [w / 2, tall / 2], R = Math.min(w, tall) / 2 - 18;
    const most = b ? Math.max(Math.abs(b.largest), Math.abs(b.smallest)) : 0;
    const at = (t, v) => { const r = most > 0 ? (R * Math.abs(v)) / most : 0; return [cx + r * Math.cos(t), cy - r * Math.sin(t)]; };
    const down = b && b.smallest < 0;
    write(legend, !b || b.flat ? "" : down ? "Dashed: dᵀHd is negative there; its size is drawn." : "How far from the middle: dᵀHd.");
    knobOfPolar.hidden = !b || b.flat;
    polar.setAttribute("aria-label", b ? `Curvature over the direction, between ${three(b.smallest)} and ${three(b.largest)}; ${three(b.now)} at ${short(host.values.theta)}${down ? "; dashed where it is negative" : ""}` : "No curvature over the direction");
    if (!b || b.flat) return A.label(ctx, theme, b ? "0 in every direction" : "no second derivatives here", cx, cy, { size: 13, colour: theme.ink2 });
    ctx.beginPath();
    ctx.moveTo(cx - R, cy); ctx.lineTo(cx + R, cy); ctx.moveTo(cx, cy - R); ctx.lineTo(cx, cy + R);
    M.stroke(ctx, theme.line, 1);
    for (const v of b.round ? [b.largest] : [b.largest, b.smallest]) {
      ctx.beginPath();
      ctx.arc(cx, cy, at(0, v)[0] - cx, 0, 2 * Math.PI);
      M.stroke(ctx, theme.second, 1.3, v < 0 ? [5, 4] : []);
      names.avoid(Array.from({ length: 37 }, (_, k) => at(k * 10 * RAD, v)));
    }
    const line = Array.from({ length: 181 }, (_, k) => [2 * k * RAD, along(here.H, 2 * k)]);
    for (const up of [true, false]) {
      const path = new Path2D();
      let on = false;
      for (const [t, v] of line) {
        const seen = up ? v >= 0 : v < 0;
        if (seen && !on && !b.round) path.lineTo(cx, cy); // where the sign changes, the curve comes from the middle
        if (seen) path.lineTo(...at(t, v));
        else if (on) path.lineTo(cx, cy);
        on = seen;
      }
      ctx.fillStyle = alpha(up ? theme.minimum : theme.maximum, 0.13);
      ctx.fill(path);
    }
    for (const up of [true, false]) {
      ctx.beginPath();
      let on = false;
      for (const [t, v] of line) {
        const seen = up ? v >= 0 : v < 0;
        if (seen) ctx[on ? "lineTo" : "moveTo"](...at(t, v));
        on = seen;
      }
      M.stroke(ctx, theme.ink, 2.4, up ? [] : [6, 4]);
    }
    names.avoid(line.map(([t, v]) => at(t, v)));
    const t = host.values.theta * RAD, dot = at(t, b.now);
    ctx.beginPath();
    ctx.moveTo(cx, cy);
    ctx.lineTo(...at(t, most));
    M.stroke(ctx, theme.accent, 1.2, [2, 3]);
    ctx.beginPath();
    ctx.moveTo(cx, cy);
    ctx.lineTo(...dot);
    M.stroke(ctx, theme.accent, 2.2);
    M.ring(ctx, theme, ...dot, host.held("theta"));
    names.keep(...dot, 17);
    [knobOfPolar.style.left, knobOfPolar.style.top] = dot.map((c) => `${c}px`);
    names.write(three(b.now), [dot], { colour: theme.accent, gap: 17, beside: true });
    const turns = [0, 180, 90, 270, 30, 150, 210, 330].map((a) => a * RAD);
    names.write(b.round ? `${eigenvalue} = ${three(b.largest)}` : `${eigenvalue} max = ${three(b.largest)}`, turns.map((a) => at(a, b.largest)), { colour: theme.second, gap: 5, size: 12, beside: true });
    if (!b.round) names.write(`${eigenvalue} min = ${three(b.smallest)}`, turns.map((a) => at(a, b.smallest)), { colour: theme.second, gap: 5, size: 12, beside: true });
  }

  /** A mouse turns d from anywhere in the plot, a finger by the ring: elsewhere it scrolls the page. */
  function dialled(event) {
    const { left, top, width, height } = polar.getBoundingClientRect();
    if (now) follow(event.clientX - left - width / 2, height / 2 - (event.clientY - top), now);
  }
  for (const el of [polar, knobOfPolar]) {
    el.onpointerdown = (event) => {
      if (event.button !== 0 || !now?.eigen || (el === polar && event.pointerType === "touch")) return;
      event.preventDefault();
      el.setPointerCapture(event.pointerId);
      host.held("theta", true);
      if (el === polar) dialled(event);
    };
    el.onpointermove = (event) => { if (el.hasPointerCapture(event.pointerId)) dialled(event); };
    el.onpointerup = el.onpointercancel = el.onlostpointercapture = () => { if (host.held("theta")) { host.held("theta", false); host.settle(); } };
  }

  return {
    side, under, after, draw, set,
    take: (next) => { apart.take(next); all?.take(next); },
    dispose: () => apart.dispose(),
    legend: () => [framed(now).length ? `Eigenvectors${scene.whole ? "" : " of *B*, which is *H* on this plane"}: solid bends up, dashed bends down.` : "", ...apart.legend()],
    grips: [{
      name: "theta", label: "The direction d; arrow keys turn it", most: 360,
      at: hold,
      move: (q, here) => follow(end * (q[0] - here.p[0]), end * (q[1] - here.p[1]), here),
      step: (key, big, fine) => step(key, big, fine),
      text: (here) => `${short(host.values.theta)}${here.eigen ? `, curvature ${three(along(here.H, host.values.theta))}` : ""}${said.textContent ? `; ${said.textContent}` : ""}`,
      value: () => host.values.theta,
    }],
  };
}
