// The lab of undoing: F(x) = y solved by Newton’s method from x₀, while either is held. Where det J is not 0 the map can be undone nearby; how far
// nearby reaches is seen by trying: the targets that are reached from x₀ are shaded, and the largest disc of them shrinks towards the fold.
//
//     x  ←  x − J(x)⁻¹ (F(x) − y)

const V = new URL(import.meta.url).search;
const [{ reader }, M, { h: el, write, rewrite, rich }, N, { alpha }, A, B, L, { lattice, imaged, strokeLines }, { three }, S] = await Promise.all(
  ["program", "marks", "dom", "numbers", "theme", "axes", "board", "linalg", "lattice", "tableau", "sketch"].map((name) => import(`./${name}.js${V}`)));

const MOST = 40; // steps
const NEAR = 1e-11; // of |F(x) − y|, relatively: then x is there
const FAR = 1e7;
const TARGETS = 40, DRAFT = 13; // along a side of the grid of targets, and while x₀ moves
const BEYOND = 4; // widths that the window of the outputs may grow by for a target outside
const ROWS = 7; // of the table
const NODES = 64;

const finite = (all) => all.every(Number.isFinite);

/** Newton from x₀: { points, values, errors, how: there · singular · undefined · away · steps }. R reads F and then J. */
export function newton(R, y, start, most = MOST) {
  const points = [], values = [], errors = [];
  let x = start;
  for (let k = 0; ; k++) {
    const all = R.at(x), gap = [all[0] - y[0], all[1] - y[1]], error = Math.hypot(...gap), told = (how) => ({ points, values, errors, how });
    if (!Number.isFinite(error)) return told("undefined");
    points.push(x); values.push([all[0], all[1]]); errors.push(error);
    if (error <= NEAR * (1 + Math.hypot(...y))) return told("there");
    if (k >= most) return told("steps");
    if (!finite([all[2], all[3], all[4], all[5]])) return told("undefined");
    const step = L.solve([[all[2], all[3]], [all[4], all[5]]], gap);
    if (!step) return told("singular");
    x = [x[0] - step[0], x[1] - step[1]];
    if (Math.hypot(...x) > FAR) return told("away");
  }
}

/** Where J is singular on a box, up to rounding: "everywhere", on a "part" that is more than lines, or neither. D reads J. */
export function flat(D, box) {
  const count = 11, nodes = Array.from({ length: count }, (_, k) => (k + 0.37) / (count + 0.5));
  const is = nodes.map((t) => nodes.map((s) => {
    const [a, b, c, d] = D.at([s, t].map((part, i) => box[i][0] + part * (box[i][1] - box[i][0])));
    return Math.abs(a * d - b * c) <= 1e-15 * (Math.abs(a * d) + Math.abs(b * c));
  }));
  if (is.flat().every(Boolean)) return "everywhere";
  return is.some((row, j) => row.some((one, k) => one && row[k + 1] && is[j + 1]?.[k])) ? "part" : "";
}

const FLAT = {
  everywhere: "det *J* = 0 at every place that was tried: the map flattens the plane, and can nowhere be undone.",
  part: "det *J* = 0 on a whole part of the window, not only on a line: there the map is flat, and cannot be undone. ",
};
const WORDS = {
  singular: "Newton fails: it stands where J is singular, and there is no step.",
  undefined: "Newton fails: it leaves the places where the map and its slopes have values.",
  away: "Newton fails: it runs away.",
  steps: `Newton fails: after ${MOST} steps it is not there. There may be no x that goes to y.`,
};

export function lab(root, figure) {
  const host = B.host(root, figure);
  let F = null, D = null, R = null, read = "", data = null, now = null, scene = null, grid = null, bounds = null, reach = null;

  const input = B.pane(host, ""), output = B.pane(host, "");
  const said = B.status(), note = el("p.say"), inverse = el("div"), table = el("tbody"), pill = el("div.stale", { hidden: true, role: "status" }), legend = el("p.small.caption");
  output.stage.append(pill);
  root.append(el("div.board", {}, input.el, output.el, el("div.numbers", {}, el("div.item", {}, said.el, note), el("div.item", {}, el("h2", {}, el("span", {}, "The steps"), el("span.type", {}, "digits double near the end")), el("table.errors", {}, el("thead", {}, el("tr", {}, ["k", "distance from y"].map((t) => el("th", { scope: "col" }, t)))), table)),
    el("div.item", {}, el("h2", {}, el("span", {}, "Jacobian of the inverse, at y")), inverse)), el("div.below", {}, el("div", {}, host.knobs, legend))));

  const goal = () => [host.values.gx, host.values.gy];
  const aim = (given) => { const q = given.map((v, i) => Math.min(bounds[i][1], Math.max(bounds[i][0], v))), digits = N.decimalsFor(bounds[0][1] - bounds[0][0]); host.put("gx", N.round(q[0], digits)); host.put("gy", N.round(q[1], digits)); };
  const inBox = (q) => q.map((v, i) => { const [lo, hi] = host.scene.box[i]; return Math.min(hi, Math.max(lo, N.round(v, N.decimalsFor(hi - lo)))); });
  const told = (p) => `(${p.map(three).join(", ")})`;
  input.grip({
    name: "point", label: "The point you hold; arrow keys move it", at: () => host.point(), to: (q) => host.move(inBox(q)), value: () => host.point()[0],
    step(key, big, fine) { const to = B.stepped(key, big, fine, host.point(), host.scene.box); if (to) host.move(inBox(to)); return Boolean(to); },
    text: () => `the start ${told(host.point())}; ${said.el.textContent}`,
  });
  output.grip({
    name: "gx", label: "The target y; arrow keys move it", at: () => (bounds ? goal() : null), to: aim, value: () => host.values.gx,
    step(key, big, fine) { const to = B.stepped(key, big, fine, goal(), bounds); if (to) aim(to); return Boolean(to); },
    text: () => `the target ${told(goal())}; ${said.el.textContent}`,
  });
  output.catches({ to: aim });

  function take(next) {
    host.take(next);
    scene = next;
    data = next.lab.data;
    const is = JSON.stringify([next.program, next.value, next.names, next.box]);
    if (is !== read) {
      read = is;
      R = reader(next.program, [0, 1, 2, 3, 4, 5], host.letters);
      F = reader(next.value ?? next.program, [0, 1], host.letters);
      D = reader(next.program, [2, 3, 4, 5], host.letters);
      grid = reach = null;
    }
    pill.hidden = !next.stale;
    write(pill, next.stale);
    host.frames(draw);
  }

  /** The targets that are reached from x₀, over the window of the outputs; and how far around F(x₀) all are. */
  function reached(p, nodes) {
    const key = [p, nodes, ...host.letters, read.length, bounds.flat()].join();
    if (reach?.key === key) return reach;
    const ok = new Uint8Array(nodes * nodes), middle = R.at(p), at = (i, j) => [[i, 0], [j, 1]].map(([k, a]) => bounds[a][0] + ((bounds[a][1] - bounds[a][0]) * (k + 0.5)) / nodes);
    let radius = Infinity;
    for (let j = 0; j < nodes; j++) for (let i = 0; i < nodes; i++) {
      const y = at(i, j), there = newton(R, y, p, 24).how === "there";
      ok[j * nodes + i] = there ? 1 : 0;
      if (!there) radius = Math.min(radius, Math.hypot(y[0] - middle[0], y[1] - middle[1]));
    }
    radius = Math.max(0, radius - Math.hypot(...bounds.map(([lo, hi]) => (hi - lo) / nodes)) / 2); // a node speaks for its cell
    return (reach = { key, ok, nodes, radius, middle: [middle[0], middle[1]], share: ok.reduce((sum, v) => sum + v, 0) / ok.length });
  }

  function draw() {
    if (!R) return;
    const letters = [...host.letters].join(), key = `${scene.box.flat()}|${letters}|${read.length}`;
    if (grid?.key !== key) {
      const lines = imaged(F, lattice(scene.box, 0).lines), all = (i) => Float64Array.from(lines.flatMap(({ image }) => [...image[i]]).filter(Number.isFinite)).sort();
      bounds = [0, 1].map((i) => { const v = all(i), [lo, hi] = v.length ? [v[Math.floor(0.01 * (v.length - 1))], v[Math.ceil(0.99 * (v.length - 1))]] : [-1, 1], air = 0.1 * (hi - lo) || 1; return [lo - air, hi + air]; });
      grid = { key, lines, flat: flat(D, scene.box) };
    }
    const p = host.point(), y = goal(), theme = host.theme;
    if (!host.held("gx")) bounds = bounds.map(([lo, hi], i) => { const air = 0.06 * (hi - lo), far = BEYOND * (hi - lo); return [Math.max(Math.min(lo, y[i] - (y[i] < lo ? air : 0)), lo - far), Math.min(Math.max(hi, y[i] + (y[i] > hi ? air : 0)), hi + far)]; });
    const a = input.layout(scene.box), b = output.layout(bounds);
    if (!a || !b) return;
    now = newton(R, y, p);
    const part = reached(p, host.held("point") ? DRAFT : TARGETS);
    if (!grid.fold) grid.fold = S.fold(D, F, a, NODES);
    input.base([key], (ctx, fr) => { B.clipped(ctx, fr, () => { strokeLines(ctx, theme, grid.lines, fr.to, "line"); for (const { line } of grid.fold) S.folded(ctx, theme, fr, line); }); A.axes(ctx, theme, fr, scene.names); });
    output.base([key, part.key], (ctx, fr) => {
      B.clipped(ctx, fr, () => {
        ctx.fillStyle = alpha(theme.second, 0.2);
        const [w, h] = [fr.w / part.nodes, fr.h / part.nodes];
        for (let j = 0; j < part.nodes; j++) for (let i = 0; i < part.nodes; i++) if (part.ok[j * part.nodes + i]) ctx.fillRect(fr.x + i * w, fr.y + fr.h - (j + 1) * h, w + 0.5, h + 0.5);
        strokeLines(ctx, theme, grid.lines, fr.to, "image");
        for (const { image } of grid.fold) S.folded(ctx, theme, fr, image);
      });
      A.axes(ctx, theme, fr, scene.outputs);
    });
    walked(theme, a, input, now.points, p, "x", p, host.held("point"));
    walked(theme, b, output, now.values, y, "y", now.values[0], host.held("gx"), part);
    input.grips();
    output.grips();
    tells(part);
  }

  function walked(theme, fr, pane, points, held, name, start, grabbed, part = null) {
    const [ctx, room] = pane.top(), spots = points.filter(finite).map(fr.to), end = points.at(-1);
    B.clipped(ctx, fr, () => {
      if (part && part.radius < Infinity && part.radius > 0 && finite(part.middle)) {
        ctx.beginPath();
        ctx.ellipse(...fr.to(part.middle), part.radius * fr.sx, part.radius * fr.sy, 0, 0, 2 * Math.PI);
        M.stroke(ctx, theme.second, 1.8);
        const top = fr.to([part.middle[0], part.middle[1] + part.radius]);
        room.write("all of these are reached", [top], { colour: theme.second, size: 12.5, gap: 8 });
      }
      room.avoid(M.path(ctx, theme, "Newton", spots));
    });
    const where = fr.to(held);
    room.keep(...where, 13);
    if (part && start) { M.dot(ctx, theme, ...fr.to(start), 4, theme.ink, 3); room.write([`${host.scene.name}(x₀)`, ""], [fr.to(start)], { size: 16, weight: 400, gap: 10 }); }
    if (!part && now.how === "there" && fr.holds(end)) { M.dot(ctx, theme, ...fr.to(end), 5, theme.second, 3); room.write("x", [fr.to(end)], { colour: theme.second, size: 16, gap: 9 }); }
    M.ring(ctx, theme, ...where, grabbed);
    room.write(name === "x" ? ["x", "0"] : ["y", ""], [where], { colour: theme.accent, size: 17.5, weight: 400, gap: 14 });
    const long = grid.fold.map((one) => (part ? one.image : one.line)).sort((one, other) => other.length - one.length)[0] ?? [];
    if (long.length > 1) room.write(part ? "the fold’s image" : "fold: det J = 0", [0.75, 0.25, 0.5, 0.9, 0.1].map((t) => fr.to(long[Math.floor(t * (long.length - 1))])), { gap: 8, beside: true, weight: 400 });
  }

  function tells(part) {
    const { how, points, errors } = now, end = points.at(-1), steps = points.length - 1;
    rewrite(input.head, "in", () => [el("span", {}, rich("Input: from the start *x*₀"))]);
    rewrite(output.head, "out", () => [el("span", {}, rich("Output: to the target *y*"))]);
    said.set(how === "there" ? (steps ? `After ${steps} step${steps > 1 ? "s" : ""}: F(x) = y at x = ${told(end)}.` : "The start is already there.") : WORDS[how]);
    rewrite(note, `${grid.flat} ${part.share.toFixed(2)}`, () => rich(grid.flat === "everywhere" ? FLAT.everywhere : `${FLAT[grid.flat] ?? ""}From this start ${Math.round(100 * part.share)} % of the targets in the window are reached.`));
    const shown = errors.length <= ROWS ? errors.map((e, k) => [k, e]) : [...errors.slice(0, 3).map((e, k) => [k, e]), ["…", null], ...errors.slice(4 - ROWS).map((e, k) => [errors.length + 4 - ROWS + k, e])];
    while (shown.length < ROWS) shown.push(["", null]); // the place is kept
    rewrite(table, shown.join(";"), () => shown.map(([k, e]) => el("tr", {}, el("td", {}, k === "" ? "\u00a0" : String(k)), el("td", {}, e === null ? "" : e === 0 ? "0" : N.plain(Number(e.toPrecision(3)))))));
    const J = how === "there" ? L.rows(D.at(end), 2) : null, columns = J && finite(J.flat()) ? [L.solve(J, [1, 0]), L.solve(J, [0, 1])] : [null, null];
    const missing = !J ? "None to show: Newton found no x that goes to y." : finite(J.flat()) ? "None: J is singular at x." : "None: a slope of the map has no value at x.", key = columns.flat().join() || missing;
    rewrite(inverse, key, () => {
      if (!columns[0] || !columns[1]) return [el("p.say", {}, missing)];
      const cells = el("span.mx", {}, [columns[0][0], columns[1][0], columns[0][1], columns[1][1]].map((v) => el("span", {}, three(v))));
      cells.style.gridTemplateColumns = "repeat(2, auto)";
      const { s } = L.svd(J);
      return [el("span.eq", {}, el("span", {}, rich("*J*(*x*)⁻¹ =")), cells), el("p.say", {}, rich(`det *J*(*x*) = ${three(J[0][0] * J[1][1] - J[0][1] * J[1][0])}; an error in *y* comes back up to ${three(1 / s[1])} times as large in *x*.`))];
    });
    rewrite(legend, "legend", () => rich("Shaded: the targets that Newton reaches from *x*₀. Drag either ring: the start, or the target."));
    input.under.setAttribute("aria-label", `Input plane: the start ${told(host.point())} and the steps of Newton’s method. ${said.el.textContent}`);
    output.under.setAttribute("aria-label", `Output plane: the target ${told(goal())}, the targets that are reached, and the fold.`);
  }

  return { take, dispose: () => host.dispose() };
}
