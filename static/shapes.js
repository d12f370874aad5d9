// The lab of the Jacobian of any shape: curves, surfaces, maps of space, and maps of more inputs and outputs, of which a pair of inputs and up to
// three outputs are drawn. The image of a small patch lies beside what the columns of J make of it: a velocity, a tangent plane. The matrix,
// its rank, its stretches and its null space are those of the whole map.

const V = new URL(import.meta.url).search;
const [{ reader }, M, { slider }, { h: el, write, rewrite, rich, named }, N, { alpha }, A, B, L, S, { tableau, three }, { lattice }] = await Promise.all(
  ["program", "marks", "controls", "dom", "numbers", "theme", "axes", "board", "linalg", "space", "tableau", "lattice"].map((name) => import(`./${name}.js${V}`)));

const NET = 25, CURVE = 241; // points along a side of a surface, and of a curve
const FLAT = 1e-9; // a singular value below this part of the largest counts as zero, as in core/deformation.py
const TOKENS = ["ochre", "violet"];
const AIR = 0.08;
const ROUNDING = 1e-12; // a gap below this part of the numbers it is made of is rounding, as in core/deformation.py

/** The area factor √det JᵀJ of two columns, or the length of one. */
export function factor(columns) {
  const [a, b = null] = columns, dot = (x, y) => x.reduce((sum, v, i) => sum + v * y[i], 0);
  return Math.sqrt(b ? Math.max(0, dot(a, a) * dot(b, b) - dot(a, b) ** 2) : dot(a, a));
}

const finite = (all) => all.every(Number.isFinite);

/** The least block around points, without the outermost where a map runs away. */
export function block(points, size) {
  return Array.from({ length: size }, (_, i) => {
    const all = Float64Array.from(points, (q) => q[i]).filter(Number.isFinite).sort(), end = (q) => all[Math.round(q * (all.length - 1))];
    const [lo, hi] = all.length ? [end(0.005), end(0.995)] : [-1, 1], air = AIR * (hi - lo) || 1;
    return [lo - air, hi + air];
  });
}

export function lab(root, figure) {
  const host = B.host(root, figure), sight = B.sight();
  let F = null, D = null, m = 0, n = 0, read = "", data = null, lit = null, now = null, net = null, flat = null, turning = null;

  const input = B.pane(host, ""), output = B.pane(host, "");
  const J = tableau(host, { lit: (to) => { if (JSON.stringify(to) !== JSON.stringify(lit)) { lit = to; host.ask(); } } });
  const [says, stretch, nulls, area] = [0, 1, 2, 3].map(() => el("p.say")), said = B.status(), legend = el("p.small.caption");
  const side = slider({ name: "h", label: "Side h", text: "side *h*", lo: 1e-4, hi: 2, log: true }, host), close = B.chips(host, [["near", "Close up"]]), far = B.chips(host, [["whole", "Whole window"]]);
  const zooming = B.glide(host, "h", [1e-4, 2]), closer = (to) => { host.put(n > 2 ? "whole" : "near", n <= 2); zooming.to(to); };
  const zoom = B.act("Zoom in ×10", "z", () => closer(host.values.h / 10)), back = B.act("Reset", "0", () => { host.put("near", false); zooming.to(data.usual); }), unkey = B.keys({ z: zoom, 0: back });
  const gapIs = el("b.large.miss");
  zoom.classList.add("main");
  const picks = el("div.row"), pill = el("div.stale", { hidden: true, role: "status" });
  output.stage.append(pill);
  root.append(el("div.board", {}, input.el, output.el, el("div.numbers", {}, J.el, el("div.item", {}, el("span.note.wide", {}, "gap / ", el("i.m", {}, "h")), gapIs), el("div.item", {}, area, says, stretch, nulls, said.el)), el("div.below", {}, el("div", {}, host.knobs, side.el, el("div.row", {}, zoom, back, picks, close.el, far.el), legend))));

  // ---- which inputs and outputs are drawn ------------------------------------------------------------------------

  const ins = () => (n === 1 ? [0] : [...host.values.ins].map(Number)), outs = () => [...host.values.outs].map(Number);
  function menus() {
    const menu = (key, k, all, label) => {
      const pick = el("select", { ariaLabel: label }, all.map((name, i) => el("option", { value: String(i) }, N.letter(name).join(""))));
      pick.onchange = () => {
        const chosen = [...host.values[key]], before = chosen[k], same = chosen.indexOf(pick.value);
        chosen[k] = pick.value;
        if (same >= 0 && same !== k) chosen[same] = before; // two places change
        host.put(key, chosen.join(""));
        host.settle();
      };
      return pick;
    };
    const { names, outputs } = host.scene, some = [];
    if (n > 2) some.push(el("span.note.wide", {}, "Inputs drawn"), ...[0, 1].map((k) => menu("ins", k, names, `Input ${k + 1} that is drawn`)));
    if (m > 3) some.push(el("span.note.wide", {}, "Outputs drawn"), ...[0, 1, 2].map((k) => menu("outs", k, outputs, `Output ${k + 1} that is drawn`)));
    picks.replaceChildren(...some);
    picks.hidden = !some.length;
    [close.el.hidden, far.el.hidden] = [n > 2, n <= 2];
  }
  function show() {
    const selects = picks.querySelectorAll("select"), values = [...(n > 2 ? host.values.ins : ""), ...(m > 3 ? host.values.outs : "")];
    selects.forEach((one, i) => { if (one.value !== values[i]) one.value = values[i]; });
  }

  // ---- new data ---------------------------------------------------------------------------------------------------

  function take(scene) {
    host.take(scene);
    [data, m, n] = [scene.lab.data, scene.outputs.length, scene.names.length];
    const is = JSON.stringify([scene.program, scene.value, scene.names]);
    if (is !== read) {
      read = is;
      const all = (count, from = 0) => Array.from({ length: count }, (_, i) => from + i);
      F = reader(scene.value ?? scene.program, all(m), host.letters);
      D = reader(scene.program, all(m * n, m), host.letters);
      sight.set(null);
      net = null;
      menus();
    }
    J.take(scene.names, scene.outputs, data.entries, data.hidden);
    pill.hidden = !scene.stale;
    write(pill, scene.stale);
    host.frames(draw);
  }

  /** How many coordinates the picture has, and how a point of it is made of inputs and outputs: a scalar is drawn as its graph. */
  const solid = () => (m === 1 ? Math.min(n, 2) + 1 : Math.min(m, 3)) === 3;
  const placed = (x, y) => (m === 1 ? [...ins().map((i) => x[i]), y[0]] : outs().map((i) => y[i]));
  const titles = () => (m === 1 ? [...ins().map((i) => host.scene.names[i]), host.scene.outputs[0]] : outs().map((i) => host.scene.outputs[i]));

  function look() {
    const p = host.point(), at = F.at(p), flatJ = D.at(p), ok = finite([...at, ...flatJ]), rows = L.rows(flatJ, n), chosen = ins();
    const columns = chosen.map((j) => (m === 1 ? [...chosen.map((i) => (i === j ? 1 : 0)), rows[0][j]] : outs().map((i) => rows[i][j])));
    return { p, at, rows, ok, columns, chosen, whole: chosen.map((j) => rows.map((row) => row[j])), h: host.values.h, flat: flatJ, place: placed(p, at) };
  }

  /** Where a patch of the inputs goes: a curve or a net of points of the picture. */
  function image(box) {
    const count = now.chosen.length === 1 ? CURVE : NET * NET, columns = now.p.map((c) => new Float64Array(count).fill(c));
    const along = ([lo, hi], k, of) => lo + ((hi - lo) * k) / (of - 1);
    for (let k = 0; k < count; k++) {
      if (now.chosen.length === 1) columns[now.chosen[0]][k] = along(box[0], k, CURVE);
      else now.chosen.forEach((j, i) => { columns[j][k] = along(box[i], i ? Math.floor(k / NET) : k % NET, NET); });
    }
    const y = F.row(columns, count);
    return Array.from({ length: count }, (_, k) => placed(columns.map((column) => column[k]), y.map((row) => row[k])));
  }

  function draw() {
    if (!F) return;
    now = look();
    const { chosen, p, h } = now, near = n > 2 ? !host.values.whole : host.values.near, box = chosen.map((j) => host.scene.box[j]);
    const patch = near ? chosen.map((j) => [p[j] - 2 * h, p[j] + 2 * h]) : box;
    if (chosen.length === 1) sight.set([near ? patch[0] : box[0], [-1e6, 1e6]]);
    else if (near) { if (!sight.box || sight.kind !== `near${h}`) sight.set(chosen.map((j) => [p[j] - 2.5 * h, p[j] + 2.5 * h])); else sight.hold(chosen.map((j) => [p[j], p[j] + h]), 0.05); }
    else sight.set(chosen.map((j, i) => [Math.min(box[i][0], p[j]), Math.max(box[i][1], p[j] + h)]));
    sight.kind = near ? `near${h}` : "";
    const theme = host.theme, a = input.layout(sight.box, chosen.length === 1 ? { high: 64 } : {}), held = n > 2 ? p.filter((_, i) => !chosen.includes(i)) : [];
    const key = [patch.flat(), held, host.values.ins, host.values.outs, [...host.letters], read.length].join("|");
    if (net?.key !== key) { const points = image(patch); net = { key, points, block: block(points, points[0].length) }; }
    const b = solid() ? space() : output.layout(plain(), { plane: m > 1 });
    if (!a || !b) return;
    inputs(theme, a);
    if (solid()) inSpace(theme, b); else onPlane(theme, b);
    input.grips();
    tells(theme);
  }

  // ---- the inputs -------------------------------------------------------------------------------------------------

  const inBox = (q) => host.point().map((c, i) => { const k = now.chosen.indexOf(i), [lo, hi] = host.scene.box[i]; return k < 0 ? c : Math.min(hi, Math.max(lo, N.round(q[k], N.decimalsFor(sight.box[k][1] - sight.box[k][0])))); });
  const held = () => { const q = ins().map((i) => host.point()[i]); return q.length === 1 ? [q[0], 0] : q; };
  input.grip({
    name: "point", label: "The point you hold; arrow keys move it", at: held, to: (q) => host.move(inBox(q)), value: () => held()[0],
    step(key, big, fine) { const to = B.stepped(n === 1 ? key.replace("Up", "Right").replace("Down", "Left") : key, big, fine, held(), sight.box); if (to) host.move(inBox(to)); return Boolean(to); },
    text: () => `${host.scene.names.map((name, i) => `${N.inline(name)} ${N.place(host.point()[i], 3)}`).join(", ")}`,
  });
  input.catches({ to: (q) => host.move(inBox(q)) });

  function inputs(theme, fr) {
    const one = now.chosen.length === 1, names = now.chosen.map((j) => host.scene.names[j]), { h, p } = now, from = held();
    input.base([names.join()], (ctx, frame) => {
      ctx.save();
      A.clip(ctx, frame);
      if (one) { ctx.beginPath(); ctx.moveTo(frame.x, frame.y + frame.h / 2); ctx.lineTo(frame.x + frame.w, frame.y + frame.h / 2); M.stroke(ctx, theme.ink2, 1.4); }
      else for (const { line: [X, Y], strong } of lattice(frame.box, 0).lines) { ctx.beginPath(); ctx.moveTo(...frame.to([X[0], Y[0]])); ctx.lineTo(...frame.to([X.at(-1), Y.at(-1)])); M.stroke(ctx, alpha(theme.ink2, strong ? 0.6 : 0.25), 1); }
      ctx.restore();
      A.axes(ctx, theme, frame, one ? [names[0], ""] : names, one ? { ys: [] } : {});
    });
    const [ctx, room] = input.top(), [x, y] = fr.to(from), ends = one ? [[from[0] + h, 0]] : [[from[0] + h, from[1]], [from[0], from[1] + h]], roomy = h * fr.sx > 46;
    room.keep(x, y, 13);
    B.clipped(ctx, fr, () => {
      if (!one) { M.polygon(ctx, [from, ends[0], [from[0] + h, from[1] + h], ends[1]].map(fr.to)); ctx.fillStyle = alpha(theme.accent, 0.13); ctx.fill(); M.stroke(ctx, theme.ink, 1.6); }
      if (!one && now.ok && lit?.row !== undefined) {
        const g = now.chosen.map((j) => now.rows[lit.row][j]), size = Math.hypot(...g), far = (0.3 * fr.w) / fr.sx, tip = fr.to(from.map((c, k) => c + (far * g[k]) / size));
        if (size > 0) { M.arrow(ctx, theme, x, y, tip[0] - x, tip[1] - y, { colour: theme.ink, width: 3, head: 13 }); room.write([m > 1 ? "f" : host.scene.outputs[0], m > 1 ? String(lit.row + 1) : "", "∇"], [tip], { size: 17.5, weight: 400, gap: 5 }); }
      }
      ends.forEach((end, i) => arrow(ctx, theme, fr.to(from), fr.to(end), i, room, roomy ? [one ? "h" : `he`, one ? "" : sub(i)] : null));
    });
    M.ring(ctx, theme, x, y, host.held("point"));
    room.write(["p", ""], [[x, y]], { colour: theme.accent, size: 17.5, weight: 400, gap: 14 });
    const title = one ? "Input: a step *h*" : n > 2 ? `Input: a square of side *h*; ${n === 3 ? "the third input is" : "the others are"} held` : "Input: a square of side *h*";
    rewrite(input.head, title, () => [el("span", {}, rich(title))]);
    input.under.setAttribute("aria-label", `The input, with p = (${p.map(three).join(", ")}) and a ${one ? "step" : "square of side"} ${three(h)}`);
  }
  const sub = (i) => String(now.chosen[i] + 1);

  function arrow(ctx, theme, [a, b], [c, d], i, room, name) {
    if (!finite([a, b, c, d])) return;
    const column = now.chosen[i], dim = lit?.column !== undefined && lit.column !== column;
    ctx.globalAlpha = dim ? 0.3 : 1;
    M.arrow(ctx, theme, a, b, c - a, d - b, { colour: theme[TOKENS[i]], width: lit?.column === column ? 5 : 3, head: 13 });
    ctx.globalAlpha = 1;
    room.avoid([[a, b], [c, d]]);
    if (name) room.write(name, [[c, d], [(a + c) / 2, (b + d) / 2]], { colour: theme[TOKENS[i]], size: 17.5, weight: 400, gap: 5 });
  }

  // ---- the outputs, on a plane ------------------------------------------------------------------------------------

  function plain() {
    const { block: b } = net, wide = Math.max(...b.map(([lo, hi]) => hi - lo));
    if (m === 1) return b;
    return b.map(([lo, hi]) => { const middle = (lo + hi) / 2; return [middle - wide / 2, middle + wide / 2]; });
  }

  function onPlane(theme, fr) {
    const curve = now.chosen.length === 1, line = (ctx, places, ...look) => {
      ctx.beginPath();
      let [u, v] = [NaN, NaN];
      for (const place of places) { const [a, b] = fr.to(place); if (Math.abs(a - u) + Math.abs(b - v) < fr.w) ctx.lineTo(a, b); else if (finite([a, b])) ctx.moveTo(a, b); [u, v] = [a, b]; }
      M.stroke(ctx, ...look);
    };
    output.base([net.key, m], (ctx, frame) => {
      B.clipped(ctx, frame, () => {
        if (curve) line(ctx, net.points, theme.ink, 2.4);
        else for (let k = 0; k < NET; k++) for (const places of [net.points.slice(k * NET, (k + 1) * NET), net.points.filter((_, i) => i % NET === k)]) line(ctx, places, alpha(theme.ink2, k % 6 ? 0.25 : 0.6), 1);
      });
      A.axes(ctx, theme, frame, titles());
    });
    const [ctx, room] = output.top(), from = now.place, { h, columns, ok } = now, at = (s, t = 0) => from.map((v, i) => v + s * columns[0][i] + t * (columns[1]?.[i] ?? 0));
    if (!finite(from)) return aims(theme, ctx, room);
    const spot = fr.to(from);
    room.keep(...spot, 9);
    B.clipped(ctx, fr, () => {
      if (!ok) return;
      if (curve) { const far = fr.w / fr.sx / (Math.hypot(...columns[0]) || 1); line(ctx, [at(-far), at(far)], theme.ink, 1.6, [7, 4]); }
      else {
        const edge = square();
        M.polygon(ctx, edge.map(fr.to)); ctx.fillStyle = alpha(theme.accent, 0.2); ctx.fill(); M.stroke(ctx, theme.ink, 1.6);
        M.polygon(ctx, [at(0), at(h), at(h, h), at(0, h)].map(fr.to)); M.stroke(ctx, theme.ink, 2, [7, 4]);
      }
      now.chosen.forEach((_, i) => arrow(ctx, theme, spot, fr.to(at(i ? 0 : h, i ? h : 0)), i, room, [curve ? (m === 1 ? "hf ′" : "hJ") : "hJe", curve ? "" : sub(i)]));
    });
    aims(theme, ctx, room, spot);
  }

  /** The true image of the edge of the square. */
  function square() {
    const n32 = 32, X = Array.from({ length: 4 * n32 }, (_, k) => { const s = (k % n32) / n32, e = Math.floor(k / n32); return [[s, 1, 1 - s, 0][e], [0, s, 1, 1 - s][e]]; });
    return X.map((st) => { const x = now.p.map((c, i) => { const k = now.chosen.indexOf(i); return k < 0 ? c : c + now.h * st[k]; }); return placed(x, F.at(x)); });
  }

  function aims(theme, ctx, room, spot = null) {
    if (spot) { M.dot(ctx, theme, ...spot, 4, theme.ink, 3); room.write([`${host.scene.name}(p)`, ""], [spot], { size: 17.5, weight: 400, gap: 10 }); }
  }

  // ---- the outputs, in space --------------------------------------------------------------------------------------

  /** The paper of space: as wide as its pane. */
  function space() {
    const { wide } = output.layout([[0, 1], [0, 1]]) ?? {};
    return wide ? { x: 0, y: 0, w: wide, h: Math.min(430, wide), wide } : null;
  }

  function inSpace(theme, fr) {
    const seen = S.view(net.block, { w: fr.w, h: fr.h }, host.values, m > 1), { h, columns, ok } = now, from = now.place;
    output.base(["blank", net.key, host.values.turn, host.values.tilt], (ctx) => {
      if (now.chosen.length === 2) S.net(ctx, theme, seen, net.points, NET, NET);
      else { ctx.beginPath(); net.points.forEach((q) => { if (finite(q)) ctx.lineTo(...seen.to(q)); }); M.stroke(ctx, theme.ink, 2.4); }
    });
    const [ctx, room] = output.top(), at = (s, t = 0) => from.map((v, i) => v + s * columns[0][i] + t * (columns[1]?.[i] ?? 0));
    S.axes(ctx, theme, seen, net.block, titles().map((name) => N.letter(name)), room, (v, i) => N.plain(N.round(v, Math.max(0, 1 - Math.floor(Math.log10(net.block[i][1] - net.block[i][0]))))));
    if (!finite(from)) return;
    const spot = seen.to(from);
    room.keep(...spot, 9);
    if (ok && columns.length === 2) {
      M.polygon(ctx, square().map(seen.to)); ctx.fillStyle = alpha(theme.accent, 0.34); ctx.fill(); M.stroke(ctx, theme.ink, 1.6);
      const e = m === 1 && !host.values.near && n <= 2 ? Math.max(h, 0.14 * (sight.box[0][1] - sight.box[0][0])) : h; // of a graph in its window: a plane that is seen
      M.polygon(ctx, [at(-e, -e), at(e, -e), at(e, e), at(-e, e)].map(seen.to)); ctx.fillStyle = alpha(theme.accent, 0.1); ctx.fill(); M.stroke(ctx, theme.accent, 1.2);
      M.polygon(ctx, [at(0), at(h), at(h, h), at(0, h)].map(seen.to)); M.stroke(ctx, theme.ink, 2, [7, 4]);
    }
    if (ok) now.chosen.forEach((_, i) => arrow(ctx, theme, spot, seen.to(at(i ? 0 : h, i ? h : 0)), i, room, [columns.length === 1 ? "hJ" : "hJe", columns.length === 1 ? "" : sub(i)]));
    aims(theme, ctx, room, spot);
  }

  output.over.onpointerdown = (event) => {
    if (!solid() || event.button !== 0 || event.pointerType === "touch") return;
    turning = { x: event.clientX, y: event.clientY, turn: host.values.turn, tilt: host.values.tilt };
    output.over.setPointerCapture(event.pointerId);
    host.held("turn", true);
  };
  output.over.onpointermove = (event) => {
    if (!turning) return;
    host.put("turn", (((turning.turn - Math.round((event.clientX - turning.x) / 2)) % 360) + 360) % 360);
    host.put("tilt", Math.max(-90, Math.min(90, turning.tilt + Math.round((event.clientY - turning.y) / 2))));
  };
  output.over.onpointerup = output.over.onpointercancel = () => { if (turning) { turning = null; host.held("turn", false); host.settle(); } };
  output.over.onkeydown = (event) => {
    const way = { ArrowLeft: [5, 0], ArrowRight: [-5, 0], ArrowUp: [0, 5], ArrowDown: [0, -5] }[event.key];
    if (!way || !solid()) return;
    event.preventDefault();
    host.put("turn", (host.values.turn + way[0] + 360) % 360);
    host.put("tilt", Math.max(-90, Math.min(90, host.values.tilt + way[1])));
  };
  output.over.onkeyup = () => host.settle();

  // ---- in words ---------------------------------------------------------------------------------------------------

  /** How far a corner of the patch is at most from where J says, over h; 0 where that is rounding. */
  function gap({ p, at, rows, chosen, h }) {
    const corners = chosen.length === 1 ? [chosen] : [[chosen[0]], [chosen[1]], chosen];
    return Math.max(...corners.map((moved) => {
      const there = F.at(p.map((c, i) => (moved.includes(i) ? c + h : c))), says = rows.map((row) => moved.reduce((sum, j) => sum + h * row[j], 0));
      const miss = Math.hypot(...at.map((v, i) => there[i] - v - says[i]));
      return miss <= ROUNDING * Math.hypot(...there, ...at, ...says) ? 0 : miss / h;
    }));
  }

  const vector = (v) => `(${v.map((c) => three(Math.abs(c) < 1e-12 ? 0 : c)).join(", ")})`;

  function tells() {
    const { ok, rows, whole, h, chosen } = now, curve = n === 1;
    J.set(ok ? [...now.flat] : null, lit, chosen);
    side.set(h);
    write(gapIs, ok ? three(gap(now)) : "–");
    for (const one of [close, far]) one.set();
    show();
    const head = curve ? "Output: the curve and its velocity" : m === 1 ? "Output: the graph and its tangent plane" : solid() ? "Output: the image and its tangent plane" : "Output: the image of the square, and what *J* predicts";
    const title = m === 1 && curve ? "The graph and its tangent" : head;
    rewrite(output.head, title, () => [el("span", {}, rich(title))]);
    output.over.style.cursor = solid() ? "grab" : "default";
    for (const [name, value] of Object.entries(solid() ? { tabindex: "0", role: "img", "aria-label": `Turned by ${host.values.turn}°, tilted by ${host.values.tilt}°; arrow keys turn it`, "aria-hidden": null } : { tabindex: null, role: null, "aria-label": null, "aria-hidden": "true" })) {
      if (value === null) output.over.removeAttribute(name); else if (output.over.getAttribute(name) !== value) output.over.setAttribute(name, value);
    }
    rewrite(legend, [solid(), m, n].join(), () => rich([solid() ? "Drag the picture to turn it; one that has the focus turns with the arrow keys." : "", "Dashed: what *J* predicts. Ten times smaller: where the map is smooth, gap / *h* shrinks tenfold."].join(" ")));
    const words = [area, says, stretch, nulls];
    if (!ok) { for (const one of words) rewrite(one, "", () => []); said.set("The map, or one of its slopes, has no value at the held point."); return; }
    const { s, v } = L.svd(rows), rank = s[0] > 0 ? s.filter((one) => one > FLAT * s[0]).length : 0, seen = s.slice(0, Math.min(m, n)), by = factor(whole);
    const what = curve ? (m === 1 ? `Small steps grow by |f ′| = ${three(by)}.` : `Speed |*J*| = ${three(by)}: small steps grow by it.`)
      : m === 1 ? `Largest slope: ${three(s[0])}, along the gradient.` : n === 2 ? `Area factor √det *J*ᵀ*J* = ${three(by)}.` : `Area factor of the two edges drawn: ${three(by)}.`;
    rewrite(area, what, () => rich(what));
    const square = m === n && n > 1 ? ` det *J* = ${three(determinant(rows))}.` : "", full = Math.min(m, n), told = `Rank ${rank}${rank === full ? ", full" : ` of at most ${full}`}.${square}`;
    rewrite(says, told, () => rich(told));
    const long = `Singular values: ${seen.map(three).join(", ")}.`;
    rewrite(stretch, long, () => rich(long));
    const null_ = v.slice(rank), lost = !null_.length ? "Null space: only 0. No small step is lost." : `Null space, of dimension ${null_.length}: ${null_.slice(0, 3).map(vector).join(", ")}${null_.length > 3 ? ", …" : ""}. Steps along it change nothing, to first order.`;
    rewrite(nulls, lost, () => rich(lost));
    said.set(rank < full ? "Here the map flattens small patches." : "");
    output.under.setAttribute("aria-label", `${title.replaceAll("*", "")}: ${what.replaceAll("*", "")} ${told.replaceAll("*", "")}`);
  }

  return { take, dispose() { unkey(); zooming.stop(); host.dispose(); } };
}

/** By elimination with pivots. */
export function determinant(given) {
  const A = given.map((row) => [...row]);
  let det = 1;
  for (let k = 0; k < A.length; k++) {
    const pivot = A.slice(k).reduce((best, row, i) => (Math.abs(row[k]) > Math.abs(A[best][k]) ? k + i : best), k);
    if (A[pivot][k] === 0) return 0;
    if (pivot !== k) { [A[k], A[pivot]] = [A[pivot], A[k]]; det = -det; }
    det *= A[k][k];
    for (let i = k + 1; i < A.length; i++) { const f = A[i][k] / A[k][k]; for (let j = k; j < A.length; j++) A[i][j] -= f * A[k][j]; }
  }
  return det;
}
