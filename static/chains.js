// The lab of the chain rule: a small square travels through G and then through F, beside what the matrices make of it.
//
//     J of F ∘ G at p  =  J_F(G(p)) J_G(p)
//
// Two mistakes may be laid over it: the product in the other order, and J_F taken at p instead of G(p). Their gap over h does not shrink with h.

const V = new URL(import.meta.url).search;
const [{ reader }, M, chart, { slider }, { h: el, write, rewrite, rich, named }, N, A, B, L, { lattice, imaged, strokeLines }, { three }, S] = await Promise.all(
  ["program", "marks", "chart", "controls", "dom", "numbers", "axes", "board", "linalg", "lattice", "tableau", "sketch"].map((name) => import(`./${name}.js${V}`)));

const ROUNDING = 1e-12; // a gap below this part of the numbers it is made of is rounding
const CURVE = 241, PIECE = 33; // points of a curve, and of the piece of it over a step
const finite = (all) => all.every(Number.isFinite);
const MISTAKES = [["order", "Wrong order"], ["place", "Wrong point"]];

/** The products at p: { y, z, inner, outer, right, order, place }; a mistake is null where the shapes do not fit or there is no value. */
export function chain(G, JG, F, JF, p, [k, n]) {
  const y = [...G.at(p)], z = [...F.at(y)], inner = L.rows(JG.at(p), n), outer = L.rows(JF.at(y), k), m = outer.length;
  const elsewhere = n === k ? L.rows(JF.at(p), k) : null;
  return { y, z, inner, outer, right: L.product(outer, inner), order: m === n ? L.product(inner, outer) : null, place: elsewhere && finite(elsewhere.flat()) ? L.product(elsewhere, inner) : null };
}

export function lab(root, figure) {
  const host = B.host(root, figure), sights = [0, 1, 2].map(() => B.sight());
  let G = null, JG = null, F = null, JF = null, read = "", data = null, now = null, grids = [null, null, null], before = null, flat = true, curved = false, track = null;

  const panes = ["", "", ""].map((title) => B.pane(host, title, { tallest: 360 }));
  const side = slider({ name: "h", label: "Side h", text: "side *h*", lo: 1e-4, hi: 2, log: true }, host), chips = B.chips(host, MISTAKES), close = B.chips(host, [["near", "Close up"]]);
  const product = el("div.row.chain"), gaps = el("div.row"), said = B.status(), pill = el("div.stale", { hidden: true, role: "status" }), curveAt = el("div"), curve = chart.mount(curveAt), row = el("div.panes", {}, panes.map((one) => one.el));
  panes[2].stage.append(pill);
  root.append(el("div.board.wide", {}, row, el("div.numbers", {}, product, gaps, said.el), el("div.below", {}, el("div", {}, host.knobs, side.el, el("div.row", {}, chips.el, close.el)), curveAt)));

  const inBox = (q) => host.point().map((_, i) => { const [lo, hi] = host.scene.box[i]; return Math.min(hi, Math.max(lo, N.round(q[i], N.decimalsFor(sights[0].width)))); });
  const held = () => (curved ? [host.point()[0], 0] : host.point());
  panes[0].grip({
    name: "point", label: "The point you hold; arrow keys move it", at: held, to: (q) => host.move(inBox(q)), value: () => host.point()[0],
    step(key, big, fine) { const to = B.stepped(curved ? key.replace("Up", "Right").replace("Down", "Left") : key, big, fine, held(), sights[0].box); if (to) host.move(inBox(to)); return Boolean(to); },
    text: () => host.scene.names.map((name, i) => `${N.inline(name)} ${N.place(host.point()[i], 3)}`).join(", "),
  });
  panes[0].catches({ to: (q) => host.move(inBox(q)) });

  function take(scene) {
    host.take(scene);
    data = scene.lab.data;
    const { outer } = data, is = JSON.stringify([scene.program, scene.value, scene.names, outer]);
    if (is !== read) {
      read = is;
      const [n, k, m] = [scene.names.length, scene.outputs.length, outer.outputs.length], all = (count, from = 0) => Array.from({ length: count }, (_, i) => from + i);
      G = reader(scene.value ?? scene.program, all(k), host.letters);
      JG = reader(scene.program, all(k * n, k), host.letters);
      F = reader(outer.value ?? outer.program, all(m), host.letters);
      JF = reader(outer.program, all(m * k, m), host.letters);
      flat = n === 2 && k === 2 && m === 2;
      curved = n === 1 && k <= 2 && m <= 2;
      close.el.hidden = !curved;
      track = null;
      row.replaceChildren(...(flat || curved ? panes.map((one) => one.el) : []));
      for (const one of sights) one.set(null);
      before = null;
      grids = [null, null, null];
    }
    row.hidden = !flat && !curved;
    pill.hidden = !scene.stale;
    write(pill, scene.stale);
    host.frames(draw);
  }

  // ---- a curve: one input ------------------------------------------------------------------------------------------

  /** Both curves over a stretch of t: places of each pane, a number as a height over t. */
  function travelled(lo, hi, count) {
    const T = Float64Array.from({ length: count }, (_, k) => lo + ((hi - lo) * k) / (count - 1)), middle = G.row([T], count).map((one) => one.slice()), last = F.row(middle, count);
    return [middle, last].map((columns) => Array.from(T, (t, k) => places(t, columns.map((one) => one[k]))));
  }
  const places = (t, v) => (v.length === 1 ? [t, v[0]] : [...v]);

  /** The window of a curve: all of it but the outermost where it runs away; as high as wide where both sides are outputs. */
  function windowOf(points, plane) {
    const box = [0, 1].map((i) => { const all = Float64Array.from(points.filter(finite), (q) => q[i]).sort(), at = (part) => all[Math.round(part * (all.length - 1))]; return all.length ? [at(0.01), at(0.99)] : [-1, 1]; });
    const wide = box.map(([lo, hi]) => 1.24 * (hi - lo) || 1), most = Math.max(...wide);
    return box.map(([lo, hi], i) => { const w = plane ? most : wide[i]; return [(lo + hi - w) / 2, (lo + hi + w) / 2]; });
  }

  /** A side that reaches the tip of an arrow, unless that is far off. */
  const grown = ([lo, hi], tip) => { const air = 0.06 * (hi - lo), far = hi - lo; return [Math.min(lo, Math.max(tip - air, lo - far) || lo), Math.max(hi, Math.min(tip + air, hi + far) || hi)]; };

  function curves() {
    const { p: [t], h, k, y, z, inner, right, ok } = now, near = host.values.near, stretch = near ? [t - 1.5 * h, t + 2.5 * h] : host.scene.box[0], theme = host.theme;
    const key = [...stretch, ...host.letters, read.length].join();
    sights[0].set([stretch, [-1, 1]]);
    if (track?.key !== key) track = { key, lines: travelled(...stretch, CURVE) };
    const pieces = travelled(t, t + h, PIECE), [u, v] = data.words, sizes = [k, z.length];
    const way = (value, J, s) => (value.length === 1 ? [t + s, value[0] + s * J[0][0]] : value.map((c, j) => c + s * J[j][0]));
    const boxes = [y, z].map((value, i) => {
      const [across, up] = windowOf(track.lines[i], sizes[i] === 2), tip = ok ? way(value, i ? right : inner, h) : [NaN, NaN];
      return sizes[i] === 2 ? [grown(across, tip[0]), grown(up, tip[1])] : [stretch, grown(up, tip[1])];
    });
    const frames = [panes[0].layout(sights[0].box, { high: 64, plane: false }), ...boxes.map((box, i) => panes[i + 1].layout(box, { plane: sizes[i] === 2 }))];
    if (frames.some((fr) => !fr)) return;
    const titles = ["A step *h* from *p*", k === 2 ? `The curve of *${u}*, and its velocity` : `The graph of *${u}*, and its slope`, z.length === 2 ? `Under *${v}*: the curve’s image` : `The graph of *${v}* ∘ *${u}*`];
    panes.forEach((pane, i) => rewrite(pane.head, titles[i], () => [el("span", {}, rich(titles[i]))]));
    step(theme, frames[0], t, h);
    [y, z].forEach((value, i) => {
      const fr = frames[i + 1], pane = panes[i + 1], graph = value.length === 1, here = places(t, value), letter = i ? data.outer.outputs : host.scene.outputs, names = graph ? [host.scene.names[0], letter[0]] : i ? letter : data.outer.names;
      const J = i ? right : inner, at = (matrix, s) => way(value, matrix, s);
      pane.base([key, i], (ctx, frame) => {
        B.clipped(ctx, frame, () => {
          if (k === 2 && z.length === 2) { const plain = lattice(boxes[0], 0).lines; strokeLines(ctx, theme, i ? imaged(F, plain) : plain, frame.to, i ? "image" : "line"); }
          stroke(ctx, frame, track.lines[i], theme.ink, 2.4);
        });
        A.axes(ctx, theme, frame, names);
      });
      const [ctx, room] = pane.top();
      if (!finite(here)) return;
      room.keep(...fr.to(here), 11);
      B.clipped(ctx, fr, () => {
        stroke(ctx, fr, pieces[i], theme.accent, 5);
        if (!ok) return;
        const far = fr.w / fr.sx / (Math.hypot(1, ...J.flat()) || 1);
        stroke(ctx, fr, [at(J, -far), at(J, far)], theme.ink, 1.4, [7, 4]);
        S.arrow(ctx, theme, fr, here, at(J, h), "ochre", room, [i ? `h(${v}∘${u})′` : `h${u}′`, ""]);
        if (i) for (const [name, said] of MISTAKES) if (host.values[name] && now[name]?.length === z.length && now[name][0].length === 1) S.arrow(ctx, theme, fr, here, at(now[name], h), "error", room, null, { dash: [3, 3] }), room.write(said.toLowerCase(), [fr.to(at(now[name], h))], { colour: theme.error, gap: 8 });
      });
      M.dot(ctx, theme, ...fr.to(here), 4, theme.ink, 3);
      room.write([i ? `${v}(${u}(p))` : `${u}(p)`, ""], [fr.to(here)], { size: 16, weight: 400, gap: 9 });
      pane.under.setAttribute("aria-label", `${titles[i + 1].replaceAll("*", "")}: at (${here.map(three).join(", ")})${ok ? `, ${graph ? "slope" : "velocity"} (${J.flat().map(three).join(", ")})` : ""}`);
    });
    panes[0].grips();
  }

  function step(theme, fr, t, h) {
    panes[0].base(["step"], (ctx, frame) => {
      ctx.beginPath(); ctx.moveTo(frame.x, frame.y + frame.h / 2); ctx.lineTo(frame.x + frame.w, frame.y + frame.h / 2);
      M.stroke(ctx, theme.ink2, 1.4);
      A.axes(ctx, theme, frame, [host.scene.names[0], ""], { ys: [] });
    });
    const [ctx, room] = panes[0].top(), at = fr.to([t, 0]);
    room.keep(...at, 13);
    B.clipped(ctx, fr, () => S.arrow(ctx, theme, fr, [t, 0], [t + h, 0], "ochre", room, h * fr.sx > 46 ? ["h", ""] : null));
    M.ring(ctx, theme, ...at, host.held("point"));
    room.write(["p", ""], [at], { colour: theme.accent, size: 17.5, weight: 400, gap: 14 });
    panes[0].under.setAttribute("aria-label", `The input ${three(t)}, and a step of ${three(h)}`);
  }

  /** A line through places of a plane, broken where it leaps or has none. */
  function stroke(ctx, fr, all, ...look) {
    ctx.beginPath();
    let [a, b] = [NaN, NaN];
    for (const q of all) { const [x, y] = fr.to(q); if (Math.abs(x - a) + Math.abs(y - b) < 4 * fr.w) ctx.lineTo(x, y); else if (finite([x, y])) ctx.moveTo(x, y); [a, b] = [x, y]; }
    M.stroke(ctx, ...look);
  }

  /** The gap of a matrix over h: how far the far corner of the square is from where it says. */
  function miss(J, h) {
    if (!J || J[0].length !== now.n || J.length !== now.z.length) return NaN;
    const there = F.at(G.at(now.p.map((c) => c + h))), says = L.times(J, now.p.map(() => h));
    const gap = Math.hypot(...there.map((v, i) => v - now.z[i] - says[i])), size = Math.hypot(...there, ...now.z, ...says);
    return gap <= ROUNDING * size ? 0 : gap / h;
  }

  function look() {
    const p = host.point(), n = p.length, k = host.scene.outputs.length, found = chain(G, JG, F, JF, p, [k, n]), h = host.values.h;
    return { p, n, k, h, ...found, ok: finite([...found.y, ...found.z, ...found.inner.flat(), ...found.outer.flat()]) };
  }

  function draw() {
    if (!G) return;
    now = look();
    if (flat) pictures();
    if (curved) curves();
    tells();
  }

  function pictures() {
    const { p, h, y, z, inner, right, ok } = now, shape = S.outline(p, h, false), middle = G.row(shape, shape[0].length).map((one) => one.slice()), last = F.row(middle, middle[0].length);
    const shapes = [S.pairs(shape), S.pairs(middle), S.pairs(last)], at = [p, y, z], J = [[[1, 0], [0, 1]], inner, right];
    const models = J.map((matrix, i) => (ok ? S.pairs(shape).map((q) => { const d = L.times(matrix, q.map((v, k) => v - p[k])); return at[i].map((v, k) => v + d[k]); }) : []));
    panes.forEach((pane, i) => {
      const rectangle = B.around([...shapes[i], ...(i ? models[i] : [])]) ?? [[-1, 1], [-1, 1]], wide = Math.max(...rectangle.map(([lo, hi]) => hi - lo)) || h, centre = rectangle.map(([lo, hi]) => (lo + hi) / 2);
      if (!sights[i].box || (i === 0 && before !== h)) { if (i) sights[i].around(centre, 2.2 * wide); else sights[0].set(p.map((c) => [c - 1.5 * h, c + 2.5 * h])); }
      else {
        if (before !== h) sights[i].zoom(h / before, centre);
        const part = wide / sights[i].width;
        if (i && (part < 0.22 || part > 0.85)) sights[i].zoom((2.2 * wide) / sights[i].width, centre);
        sights[i].hold(rectangle, 0.06);
      }
    });
    before = h;
    const wanted = lattice(sights[0].box, 0.6), key = [wanted.key, ...host.letters, read.length].join();
    if (grids.key !== key) {
      const first = imaged(G, wanted.lines), second = imaged(F, first.map(({ image, strong }) => ({ line: image.map((one) => one.slice()), strong })));
      grids = Object.assign([wanted.lines, first, second], { key });
    }
    const [u, v] = data.words, names = [host.scene.names, host.scene.outputs.map((_, i) => data.outer.names[i]), data.outer.outputs], titles = [`A square at *p*`, `Its image under *${u}*`, `Then under *${v}*`];
    panes.forEach((pane, i) => {
      const fr = pane.layout(sights[i].box), theme = host.theme;
      if (!fr) return;
      rewrite(pane.head, titles[i], () => [el("span", {}, rich(titles[i]))]);
      pane.base([key, i], (ctx, frame) => { B.clipped(ctx, frame, () => strokeLines(ctx, theme, grids[i], frame.to, i ? "image" : "line")); A.axes(ctx, theme, frame, names[i]); });
      const [ctx, room] = pane.top();
      if (!finite(at[i])) return;
      room.keep(...fr.to(at[i]), 12);
      B.clipped(ctx, fr, () => {
        S.patch(ctx, theme, fr, shapes[i], { fill: 0.18 });
        if (!ok) return;
        if (i) S.patch(ctx, theme, fr, models[i], { dash: [7, 4], width: 2 });
        const words = [["he1", "he2"], [`hJ${u}e1`, `hJ${u}e2`], ["", ""]][i], tips = [0, 1].map((j) => at[i].map((c, k) => c + h * J[i][k][j]));
        tips.forEach((tip, j) => S.arrow(ctx, theme, fr, at[i], tip, ["ochre", "violet"][j], room, words[j] ? [words[j].slice(0, -1), words[j].slice(-1)] : null));
        if (i === 2) for (const [name, said] of MISTAKES) if (host.values[name] && now[name]) {
          const corner = [[0, 0], [h, 0], [h, h], [0, h]].map((d) => { const e = L.times(now[name], d); return z.map((c, k) => c + e[k]); });
          S.patch(ctx, theme, fr, corner, { token: "error", dash: name === "order" ? [2, 3] : [10, 3, 2, 3], width: 2 });
          room.write(said.toLowerCase(), [fr.to(corner[2]), fr.to(corner[1])], { colour: theme.error, gap: 6 });
        }
      });
      if (i) { M.dot(ctx, theme, ...fr.to(at[i]), 4, theme.ink, 3); room.write([[`${u}(p)`], [`${v}(${u}(p))`]][i - 1].concat(""), [fr.to(at[i])], { size: 16, weight: 400, gap: 9 }); }
      else { M.ring(ctx, theme, ...fr.to(p), host.held("point")); room.write(["p", ""], [fr.to(p)], { colour: theme.accent, size: 17.5, weight: 400, gap: 14 }); }
      pane.under.setAttribute("aria-label", `${titles[i].replaceAll("*", "")}: at (${at[i].map(three).join(", ")})`);
    });
    panes[0].grips();
  }

  /** The gap over h against h: the product’s falls, a mistake’s stays. */
  function fall(h) {
    const sides = Array.from({ length: 13 }, (_, k) => 10 ** (k / 4 - 3)), shown = [["right", "the product", "second", []], ...MISTAKES.filter(([name]) => host.values[name]).map(([name, words]) => [name, words.toLowerCase(), "error", name === "order" ? [2, 3] : [10, 3, 2, 3]])];
    const parts = shown.map(([name, words, token, dash]) => ({ part: "curve", points: sides.map((s) => { const g = miss(now[name], s); return [s, g > 1e-12 ? g : NaN]; }), name: words, token, width: 2.2, dash, symbol: "", every: 1, faint: 1 }));
    const seen = parts.flatMap(({ points }) => points.map(([, g]) => g)).filter(Number.isFinite).map(Math.log10), lo = Math.min(-3, ...seen), hi = Math.max(0, ...seen), g = miss(now.right, h);
    return { kind: "chart", parts: [...parts, ...(g > 0 ? [{ part: "spot", at: [h, g], kind: "ring", token: "accent", name: "" }] : [])], axes: [{ letter: "h", words: "", log: true, ticks: null }, { letter: "", words: "gap / h", log: true, ticks: null }], box: [[-3.1, 0.4], [lo - 0.3, hi + 0.3]], equal: false, height: 130, grid: true, title: "", alt: "The gap over h against h: that of the product falls, that of a mistake stays" };
  }

  // ---- in numbers -------------------------------------------------------------------------------------------------

  const drawn = (J) => { const cells = el("span.mx", {}, J.flat().map((v) => el("span", {}, three(v)))); cells.style.gridTemplateColumns = `repeat(${J[0].length}, auto)`; return cells; };
  const titled = (words, J) => el("div.factor", {}, el("span.note.wide", {}, words), drawn(J), el("span.note.wide", {}, `${J.length} × ${J[0].length}`));

  function tells() {
    const { ok, inner, outer, right, order, place, h } = now, [u, v] = data.words;
    side.set(h);
    chips.set();
    close.set();
    const straight = ok && miss(right, h) === 0 && miss(right, h / 10) === 0, shown = MISTAKES.filter(([name]) => host.values[name]);
    curveAt.hidden = !ok || (straight && !shown.length);
    if (!curveAt.hidden) curve.update(fall(h), host.theme);
    if (!ok) { rewrite(product, "", () => []); rewrite(gaps, "", () => []); said.set("One of the maps, or one of its slopes, has no value there."); return; }
    const key = [outer, inner, right, h, shown].flat(3).join();
    rewrite(product, key, () => [titled([named(`J_${v}`), ...rich(` at *${u}*(*p*)`)], outer), el("span.eq", {}, "·"), titled([named(`J_${u}`), ...rich(" at *p*")], inner), el("span.eq", {}, "="), titled(rich(`*J* of *${v}* ∘ *${u}* at *p*`), right),
      ...shown.map(([name, words]) => (now[name] ? titled(name === "order" ? ["wrong order: ", named(`J_${u}`), " · ", named(`J_${v}`)] : ["wrong point: ", named(`J_${v}`), ...rich(" at *p*")], now[name]) : el("p.say", {}, name === "order" && now.z.length !== now.n ? `In the other order ${inner.length} × ${inner[0].length} by ${outer.length} × ${outer[0].length} does not even fit, or is no map of the same inputs.` : `${words}: J${v} has no value at p.`)))]);
    const told = [["right", "gap / *h*"], ...shown.map(([name, words]) => [name, words.toLowerCase()])].map(([name, words]) => [words, miss(now[name], h), miss(now[name], h / 10), name]);
    rewrite(gaps, JSON.stringify(told), () => told.map(([words, g, less, name]) => el("div", {}, el("span.note.wide", {}, rich(words)), el(`b.large${name === "right" ? "" : ".miss"}`, {}, Number.isFinite(g) ? three(g) : "–"), el("span.note.wide", {}, Number.isFinite(less) ? `at h/10: ${three(less)}` : ""))));
    const wrong = shown.find(([name]) => Number.isFinite(miss(now[name], h)) && Math.abs(miss(now[name], h / 100) - miss(now.right, h / 100)) > 1e-6);
    said.set(wrong ? `${wrong[1]}: ten times smaller, and the gap over h stays. That is no derivative of the chain.` : shown.some(([name]) => now[name]) ? "Here the mistake happens to give the same matrix: move p." : straight ? "No gap: the chain is straight here, and the product is all of it." : "Ten times smaller, ten times less gap over h: the product is the derivative of the chain.");
  }

  return { take, dispose() { curve.dispose(); host.dispose(); } };
}
