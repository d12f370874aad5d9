// H entry by entry: each entry is the slope of a slope, H_ij = ∂/∂x_j (∂f/∂x_i). On the diagonal it says how f bends along an axis;
// off it, how the slope along one axis changes when one moves along the other: a twist. Below, both orders of differentiation as
// quotients with a shrinking step k,
//
//     [∂f/∂x (x, y + k) − ∂f/∂x (x, y)] / k     and     [∂f/∂y (x + k, y) − ∂f/∂y (x, y)] / k,
//
// the same numbers as core/curvature.py, also where the formula of a derivative has no value.

const V = new URL(import.meta.url).search;
const [D, N, A, M, W, C, { slice }, { room }, { reader }] = await Promise.all(
  ["dom", "numbers", "axes", "marks", "curve", "contours", "slice", "place", "program"].map((name) => import(`./${name}.js${V}`)));
const { h, write, rich } = D;

const APART = 0.1; // of the two slices, in parts of a side
const NEAR = 1e-6; // of a difference quotient that stands for a slope
const STEPS = [0.1, 0.01, 0.001];
const LONG = 26; // characters of a formula that a button holds
const CODES = [11, 12, 21, 22], INDICES = ["₁₁", "₁₂", "₂₁", "₂₂"]; // a code is in the link; 0 when nobody chose an entry

/**
 * Where both quotients go, an error in proportion to the step taken off, and whether that is "same" or "apart"; "open" where one is
 * missing or has not settled. `known` are the mixed entries of H, where there are any.
 */
export function settled(rows, known) {
  const limit = (k, m) => rows[k][m] + (rows[k][m] - rows[k - 1][m]) / 9, [u, v] = [1, 2].map((m) => limit(2, m)), size = 1 + Math.abs(u) + Math.abs(v);
  const near = (a, b) => Math.abs(u - a) + Math.abs(v - b) <= 0.02 * size; // false where one is missing
  if (!near(limit(1, 1), limit(1, 2)) && !near(...known)) return ["open", u, v];
  return [Math.abs(u - v) > 0.03 * size ? "apart" : "same", u, v];
}

export function entries(scene, host, three) {
  const names = scene.names, f = reader(scene.value ?? scene.program, [0], host.letters), slopes = [1, 2].map((output) => reader(scene.program, [output], host.letters));
  const cut = slice(scene, host.letters), v = (k) => `*${N.inline(names[k])}*`;
  const unit = Math.min(1, 10 ** Math.floor(Math.log10(Math.min(...scene.box.map(([lo, hi]) => hi - lo)))));
  const plain = (k) => N.inline(names[k]), of = scene.whole ? "H" : "B"; // B: H on the plane that is cut out of more variables
  let painted = ""; // what the pictures show
  let chosen = -1; // as it was last drawn

  const buttons = INDICES.map((index, k) => {
    const formula = h("span.small"), value = h("span.value"), el = h("button.act.entry", { type: "button", ariaLabel: `Entry ${1 + (k >> 1)}, ${1 + (k & 1)} of ${of}` }, h("span", {}, h("i.m", {}, of), index), formula, value);
    el.onclick = () => { host.put("entry", host.values.entry === CODES[k] ? 0 : CODES[k]); host.settle(); };
    return { el, formula, value };
  });
  const meaning = h("p.say.two"), sheets = [0, 1].map(() => ({ head: h("h2"), canvas: h("canvas.own", { role: "img" }) }));
  const cells = STEPS.map(() => [h("td.number"), h("td.number"), h("td.number")]), says = h("p.say", { role: "status" });
  const table = h("table.sizes.orders", {}, h("thead", {}, h("tr", {}, h("th", {}, rich("step *k*")), ...[[0, 1], [1, 0]].map(([i, j]) => h("th", {}, rich(`∂*${scene.name}*/∂${v(i)} changes along ${v(j)}`))))), h("tbody", {}, cells.map((row) => h("tr", {}, row))));
  const el = h("section.item.entries", {},
    h("h2.wraps", {}, h("span", {}, h("i.m", {}, of), ", entry by entry"), h("span.type", {}, rich(scene.whole ? "the gradient, differentiated again; at *p*" : "*H* on this plane; at *p*"))),
    h("div.trio", {}, h("div", {}, h("div.four", { role: "group", ariaLabel: `An entry of ${of}` }, buttons.map((b) => b.el)), meaning), sheets.map(({ head, canvas }) => h("div", {}, head, canvas))),
    h("h2.wraps", {}, h("span", {}, "Both orders, with a shrinking step"), h("span.type", {}, "difference quotients at ", h("i.m", {}, "p"))), h("div.compare", {}, table, says));

  let inSight = true; // pictures below the edge of the screen are not drawn
  const eye = new IntersectionObserver((all) => { inSight = all.at(-1).isIntersecting; if (inSight) host.ask(); }, { rootMargin: "200px" });
  eye.observe(el);

  const shown = () => (host.values.entry ? CODES.indexOf(host.values.entry) : 1);
  const moved = (p, k, s) => p.map((c, m) => (m === k ? c + s : c)), apart = (j) => APART * (host.box[j][1] - host.box[j][0]);

  /** ∂f/∂x_i at q; where the formula has none, its central difference quotient, unless there is a kink. */
  function slope(q, i) {
    const given = slopes[i].at(q)[0];
    if (Number.isFinite(given)) return given;
    const [before, middle, after] = [-NEAR, 0, NEAR].map((s) => f.at(moved(q, i, s))[0]), [right, left] = [(after - middle) / NEAR, (middle - before) / NEAR];
    return Math.abs(right - left) <= 1e-3 * (1 + Math.abs(right)) ? (after - before) / (2 * NEAR) : NaN;
  }
  const quotients = (p) => {
    const at = [slope(p, 0), slope(p, 1)];
    return STEPS.map((s) => s * unit).map((k) => [k, (slope(moved(p, 1, k), 0) - at[0]) / k, (slope(moved(p, 0, k), 1) - at[1]) / k]);
  };

  // ---- pictures ---------------------------------------------------------------------------------------------------

  /** Curves over a distance from the middle: { of, to, from (taken off), name, colour, lines: [[height, slope, colour, dash]] }. */
  function sheet(canvas, theme, side, curves, middle) {
    const [w, tall] = D.sizeOf(canvas);
    if (!w) return;
    const ctx = A.paper(canvas, w, tall), size = 11.5;
    const walks = curves.map(({ of, to, from = 0 }) => { const walk = W.walk(of, -side, side, 90, to); return { walk, of, to, from }; });
    const heights = walks.flatMap(({ walk, from }) => [...walk.sorted].map((y) => y - from)).filter(Number.isFinite).sort((a, b) => a - b);
    if (!heights.length) return A.label(ctx, theme, "Not defined along this line.", w / 2, tall / 2, { size: 13, colour: theme.ink2 });
    const [lo, hi] = C.ends(heights), air = 0.12 * (hi - lo || Math.abs(hi) || 1), sides = [lo - air, hi + air];
    const fr = A.frame([[-side, side], sides], w, { tallest: tall - 32, left: A.leftMargin(ctx, A.marked(sides, (tall - 32) / 38), size), right: 14, top: 8, bottom: 24, plane: false });
    A.axes(ctx, theme, fr, [], { grid: true, size, apart: [90, 38] });
    ctx.save();
    A.clip(ctx, fr);
    const named = walks.map(({ walk, of, to, from }, k) => {
      const { name, colour, width, lines } = curves[k];
      W.cutWalk(walk, of, sides[1] - sides[0], to);
      walk.v.forEach((y, m) => { walk.v[m] = y - from; });
      M.stroke(ctx, colour, width, [], W.curvePath(walk, fr));
      for (const [y, m, tint, dash] of lines) if (Number.isFinite(y + m)) M.stroke(ctx, tint, 1.8, dash, W.smoothPath((s) => y + m * s, -side, side, fr));
      return { name, of: walk.of, from: -side, until: side, style: { weight: 400, colour } };
    });
    ctx.restore();
    const texts = room(ctx, theme, fr);
    if (Number.isFinite(middle)) texts.keep(fr.px(0), fr.py(middle), 9);
    W.nameCurves(texts, fr, named);
    if (Number.isFinite(middle)) M.dot(ctx, theme, fr.px(0), fr.py(middle), 5, theme.accent, 3);
  }

  function pictures(here, theme, entry) {
    const [i, j] = [entry >> 1, entry & 1], side = 1.5 * apart(j), d = apart(j), p = here.p, [left, right] = sheets.map(({ canvas }) => canvas);
    const [w, tall] = D.sizeOf(left);
    if (i === j && w) cut(A.paper(left, w, tall), theme, w, tall, here, (j * Math.PI) / 2);
    if (i !== j) sheet(left, theme, 1.5 * apart(i), [-1, 1].map((s) => {
      const base = moved(p, j, s * d), from = f.at(base)[0], m = slope(base, i);
      return { of: f, to: (t) => moved(base, i, t), from, name: `${plain(j)} ${s < 0 ? "−" : "+"} h`, colour: s < 0 ? theme.ochre : theme.violet, width: 2.6, lines: [[0, m, theme.ink, []]] };
    }), 0);
    const at = slope(p, i);
    sheet(right, theme, side, [{ of: slopes[i], to: (s) => moved(p, j, s), name: `∂${scene.name}/∂${plain(i)}`, colour: theme.ink, width: 2.6, lines: [[at, here.H[entry], theme.second, [7, 4]]] }], at);
  }

  // ---- words ------------------------------------------------------------------------------------------------------

  function heads(entry) {
    const [i, j] = [entry >> 1, entry & 1], F = `*${scene.name}*`;
    const words = [i === j ? `${F} along ${v(j)}: how it bends` : `${F} along ${v(i)}, from its height at ${v(j)} ∓ *h*; *h* = ${N.plain(Number(apart(j).toPrecision(3)))}`, `∂${F}/∂${v(i)} along ${v(j)}; dashed: its slope, the entry`];
    words.forEach((text, k) => {
      sheets[k].head.replaceChildren(h("span", {}, rich(text)));
      sheets[k].canvas.setAttribute("aria-label", text.replaceAll("*", ""));
    });
  }

  function tell(here, entry) {
    const [i, j] = [entry >> 1, entry & 1], value = here.H[entry], H = `*${of}*${INDICES[entry]}`, known = Number.isFinite(value);
    const fast = `${H} = ${three(value)}: how fast the slope along ${v(i)} changes as you move along ${v(j)}.`, sizes = host.n === 2 ? [-1, 1].map((s) => slope(moved(here.p, j, s * apart(j)), i)) : [];
    const bends = Math.abs(value) < 1e-12 ? "neither up nor down" : value > 0 ? "up" : "down";
    const kink = !known && !Number.isFinite(slope(here.p, i));
    D.rewrite(meaning, [entry, value, kink, ...sizes].join(), () => rich(kink ? `*${scene.name}* has no slope along ${v(i)} here, so there is no second derivative ${H}: there is nothing to differentiate.`
      : !known ? `The formula of ${H} has no value here${i === j ? `: *${scene.name}* is not smooth at *p*.` : "; the quotients below say what can be said."}`
      : i === j ? `${fast} So *${scene.name}* bends ${bends} along ${v(j)}.`
        : `${fast} From ${v(j)} − *h* to ${v(j)} + *h* the slope goes from ${three(sizes[0])} to ${three(sizes[1])}: ${Math.abs(value) < 1e-12 ? "no twist" : "a twist"}.`));
  }

  function orders({ p, H }) {
    const rows = quotients(p), [how, u, v] = settled(rows, [H[1], H[2]]), quiet = (q) => three(Math.abs(q) < NEAR ? 0 : q);
    rows.forEach((row, k) => [N.plain(Number(row[0].toPrecision(3))), quiet(row[1]), quiet(row[2])].forEach((text, m) => write(cells[k][m], text)));
    write(says, how === "apart" ? `They settle at ${quiet(u)} and ${quiet(v)}: the order matters here, and ${of} is not symmetric.`
      : how === "same" ? `Both go to ${quiet(Number.isFinite(H[1]) ? H[1] : (u + v) / 2)}: in either order the same.` : "They do not both settle: no mixed derivative can be seen here.");
  }

  function set(here, theme) {
    const entry = shown();
    const now = [...here.p, entry, theme.name, theme.bg, ...host.letters, ...sheets.map(({ canvas }) => D.sizeOf(canvas))].join();
    if (inSight && now !== painted) { painted = now; pictures(here, theme, entry); } // they do not turn with d
    buttons.forEach(({ el, value, formula }, k) => {
      const known = Number.isFinite(here.H[k]);
      el.setAttribute("aria-pressed", String(k === entry));
      write(value, known ? three(here.H[k]) : "no value here");
      formula.hidden = !known; // it may be that of the parts beside a kink
    });
    if (chosen !== entry) heads(entry);
    chosen = entry;
    tell(here, entry);
    orders(here);
  }

  /** On the map, once an entry was chosen: where its two slices are taken, or along which axis. */
  function draw(ctx, theme, fr, here) {
    if (!host.values.entry) return;
    const entry = shown(), [i, j] = [entry >> 1, entry & 1], reach = 0.6 * apart(i);
    const lines = i === j ? [[here.p, theme.ink2]] : [[moved(here.p, j, -apart(j)), theme.ochre], [moved(here.p, j, apart(j)), theme.violet]];
    for (const [middle, colour] of lines) {
      ctx.beginPath();
      for (const s of [-1, 1]) ctx.lineTo(...fr.to(moved(middle, i, s * (i === j ? 2.5 : 1) * reach)));
      M.stroke(ctx, theme.bg, 6);
      M.stroke(ctx, colour, 2.6);
    }
  }

  function take(next) {
    const formulas = next.lab.data.formulas ?? [];
    buttons.forEach(({ formula }, k) => {
      const text = formulas[k >> 1]?.[k & 1] ?? "";
      D.rewrite(formula, text, () => (text && text.length <= LONG ? ["= ", ...lowered(text)] : []));
    });
  }
  take(scene);
  const refresh = () => { painted = ""; };
  document.fonts?.addEventListener("loadingdone", refresh);
  const dispose = () => { eye.disconnect(); document.fonts?.removeEventListener("loadingdone", refresh); };

  const legend = () => (!host.values.entry ? [] : [shown() === 0 || shown() === 3 ? "Short line: the axis of the chosen entry." : "Short lines: where the two slices of the chosen entry are."]);
  return { el, set, draw, take, legend, dispose };
}

/** A formula in plain text, with the indices of its names below the line. */
const lowered = (text) => text.split(/([A-Za-z]+_(?:\d+|[A-Za-z]+))/).flatMap((part, i) => { const [head, index] = i % 2 ? N.letter(part) : [part]; return index ? [head, h("sub", {}, index)] : [head]; });
