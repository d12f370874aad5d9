// The lab of the chain rule: a small square travels through G and then through F, beside what the matrices make of it.
//
//     J of F ∘ G at p  =  J_F(G(p)) J_G(p)
//
// Two mistakes may be laid over it: the product in the other order, and J_F taken at p instead of G(p). Their gap over h does not shrink with h.

const V = new URL(import.meta.url).search;
const [{ reader }, M, chart, { slider }, { h: el, write, rewrite, rich, named }, N, A, B, L, { lattice, imaged, strokeLines }, { three }, S] = await Promise.all(
  ["program", "marks", "chart", "controls", "dom", "numbers", "axes", "board", "linalg", "lattice", "tableau", "sketch"].map((name) => import(`./${name}.js${V}`)));

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
  let G = null, JG = null, F = null, JF = null, read = "", data = null, now = null, grids = [null, null, null], before = null, flat = true;

  const panes = ["", "", ""].map((title) => B.pane(host, title, { tallest: 360 }));
  const side = slider({ name: "h", label: "Side h", text: "side *h*", lo: 1e-4, hi: 2, log: true }, host), chips = B.chips(host, MISTAKES);
  const product = el("div.row.chain"), gaps = el("div.row"), said = B.status(), pill = el("div.stale", { hidden: true, role: "status" }), curveAt = el("div"), curve = chart.mount(curveAt), row = el("div.panes", {}, panes.map((one) => one.el));
  panes[2].stage.append(pill);
  root.append(el("div.board.wide", {}, row, el("div.numbers", {}, product, gaps, said.el), el("div.below", {}, el("div", {}, host.knobs, side.el, el("div.row", {}, chips.el)), curveAt)));

  const inBox = (q) => q.map((v, i) => { const [lo, hi] = host.scene.box[i]; return Math.min(hi, Math.max(lo, N.round(v, N.decimalsFor(sights[0].width)))); });
  panes[0].grip({
    name: "point", label: "The point you hold; arrow keys move it", at: () => host.point(), to: (q) => host.move(inBox(q)), value: () => host.point()[0],
    step(key, big, fine) { const to = B.stepped(key, big, fine, host.point(), sights[0].box); if (to) host.move(inBox(to)); return Boolean(to); },
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
      F = reader(outer.value ?? outer.program, all(m));
      JF = reader(outer.program, all(m * k, m));
      flat = n === 2 && k === 2 && m === 2;
      row.replaceChildren(...(flat ? panes.map((one) => one.el) : []));
      for (const one of sights) one.set(null);
      before = null;
      grids = [null, null, null];
    }
    row.hidden = !flat;
    pill.hidden = !scene.stale;
    write(pill, scene.stale);
    host.frames(draw);
  }

  /** The gap of a matrix over h: how far the far corner of the square is from where it says. */
  function miss(J, h) {
    if (!J || J[0].length !== now.n || J.length !== now.z.length) return NaN;
    const there = F.at(G.at(now.p.map((c) => c + h))), says = L.times(J, now.p.map(() => h));
    return Math.hypot(...there.map((v, i) => v - now.z[i] - says[i])) / h;
  }

  function look() {
    const p = host.point(), n = p.length, k = host.scene.outputs.length, found = chain(G, JG, F, JF, p, [k, n]), h = host.values.h;
    return { p, n, k, h, ...found, ok: finite([...found.y, ...found.z, ...found.inner.flat(), ...found.outer.flat()]) };
  }

  function draw() {
    if (!G) return;
    now = look();
    if (flat) pictures();
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
    curveAt.hidden = !ok;
    if (ok) curve.update(fall(h), host.theme);
    if (!ok) { rewrite(product, "", () => []); rewrite(gaps, "", () => []); said.set("One of the maps, or one of its slopes, has no value there."); return; }
    const shown = MISTAKES.filter(([name]) => host.values[name]), key = [outer, inner, right, h, shown].flat(3).join();
    rewrite(product, key, () => [titled([named(`J_${v}`), ...rich(` at *${u}*(*p*)`)], outer), el("span.eq", {}, "·"), titled([named(`J_${u}`), ...rich(" at *p*")], inner), el("span.eq", {}, "="), titled(rich(`*J* of *${v}* ∘ *${u}* at *p*`), right),
      ...shown.map(([name, words]) => (now[name] ? titled(name === "order" ? ["wrong order: ", named(`J_${u}`), " · ", named(`J_${v}`)] : ["wrong point: ", named(`J_${v}`), ...rich(" at *p*")], now[name]) : el("p.say", {}, name === "order" && now.z.length !== now.n ? `In the other order ${inner.length} × ${inner[0].length} by ${outer.length} × ${outer[0].length} does not even fit, or is no map of the same inputs.` : `${words}: J${v} has no value at p.`)))]);
    const told = [["right", "gap / *h*"], ...shown.map(([name, words]) => [name, words.toLowerCase()])].map(([name, words]) => [words, miss(now[name], h), miss(now[name], h / 10), name]);
    rewrite(gaps, JSON.stringify(told), () => told.map(([words, g, less, name]) => el("div", {}, el("span.note.wide", {}, rich(words)), el(`b.large${name === "right" ? "" : ".miss"}`, {}, Number.isFinite(g) ? three(g) : "–"), el("span.note.wide", {}, Number.isFinite(less) ? `at h/10: ${three(less)}` : ""))));
    const wrong = shown.find(([name]) => Number.isFinite(miss(now[name], h)) && Math.abs(miss(now[name], h / 100) - miss(now.right, h / 100)) > 1e-6);
    said.set(wrong ? `${wrong[1]}: ten times smaller, and the gap over h stays. That is no derivative of the chain.` : shown.some(([name]) => now[name]) ? "Here the mistake happens to give the same matrix: move p." : "Ten times smaller, ten times less gap over h: the product is the derivative of the chain.");
  }

  return { take, dispose() { curve.dispose(); host.dispose(); } };
}
