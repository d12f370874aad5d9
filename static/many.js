// The numbers of a function of more than two variables beside a plane of it: the whole point, the whole gradient, and H as a pattern of signs
// with its eigenvalues. The map moves two coordinates, the sliders the others, the number boxes all of them.
//
// In the matrix a cell says its sign by a character, a colour and a side: + fills it from the left, − from the right, by the size of the entry.

const V = new URL(import.meta.url).search;
const [{ h, write, rewrite, named, rich }, { derivative, value, plain, inline }, M, { spectrum }, { lift }] = await Promise.all(
  ["dom", "numbers", "marks", "spectrum", "lift"].map((name) => import(`./${name}.js${V}`)));

const NOTHING = 1e-12; // of the largest entry: zero
const finite = Number.isFinite, short = (v) => plain(Number(v.toPrecision(3)));
const signed = (v) => (v > 0 ? `+${short(v)}` : short(v));

/** H entry by entry, and its eigenvalues as bars from zero; `set(H, smooth)` each frame. */
export function board(names) {
  const n = names.length, tell = h("p.small", { role: "status" });
  const cells = Array.from({ length: n * n }, (_, k) => {
    const text = h("span"), cell = h("td", { tabIndex: -1 }, h("i.bar"), text);
    cell.onpointerenter = () => say(k);
    return { cell, text, bar: cell.firstChild };
  });
  const row = (i) => h("tr", {}, h("th", { scope: "row" }, named(names[i])), cells.slice(i * n, i * n + n).map(({ cell }) => cell));
  const table = h("table.pattern", { ariaLabel: "The Hessian, entry by entry" }, h("thead", {}, h("tr", {}, h("td"), names.map((name) => h("th", { scope: "col" }, named(name))))), h("tbody", {}, names.map((_, i) => row(i))));
  table.classList.toggle("wide", n > 5);
  const lines = names.map((_, i) => { const bar = h("i.bar"), number = h("span.number"), words = h("span.mut"); return { el: h("div.eig", {}, h("span", {}, h("i.m", {}, "λ"), h("sub", {}, String(i + 1))), h("span.track", {}, bar), number, words), bar, number, words }; });
  const verdict = h("p.say"), none = h("p.say", { hidden: true }, "The second derivatives have no value at this point."), body = h("div.split", {}, h("div", {}, table, tell), h("div", {}, h("div.eigs", {}, lines.map(({ el }) => el)), verdict));
  let now = [], asked = -1, found = null; // its eigenvalues, the largest first

  const say = (k) => { asked = k; write(tell, k < 0 || !now.length ? count(now, n) : `∂²f / ∂${inline(names[Math.floor(k / n)])} ∂${inline(names[k % n])} = ${derivative(now[k])}`); };
  table.onpointerleave = () => say(-1);

  function set(H) {
    const smooth = H && H.every(finite);
    none.hidden = smooth;
    body.hidden = !smooth;
    if (!smooth) return null;
    const key = H.join();
    if (table.dataset.key === key) return found;
    table.dataset.key = key;
    const most = Math.max(...H.map(Math.abs)), zero = (v) => !(Math.abs(v) > NOTHING * most);
    now = H.map((v) => (zero(v) ? 0 : v));
    now.forEach((v, k) => {
      const { cell, text, bar } = cells[k];
      write(text, v === 0 ? "0" : signed(v));
      cell.className = v > 0 ? "plus" : v < 0 ? "minus" : "";
      bar.style.width = `${v === 0 ? 0 : Math.max(8, (100 * Math.abs(v)) / most)}%`;
    });
    const values = spectrum(now, n).reverse(), size = Math.max(...values.map(Math.abs)), flat = (v) => !(Math.abs(v) > 1e-10 * size);
    values.forEach((v, i) => {
      const { bar, number, words } = lines[i];
      bar.className = `bar ${flat(v) ? "" : v > 0 ? "plus" : "minus"}`;
      bar.style.width = `${size ? (50 * Math.abs(v)) / size : 0}%`;
      write(number, derivative(flat(v) ? 0 : v));
      write(words, flat(v) ? "flat" : v > 0 ? "up" : "down");
    });
    const [up, down] = [1, -1].map((s) => values.filter((v) => !flat(v) && Math.sign(v) === s).length);
    rewrite(verdict, `${up},${down}`, () => judged(up, down, n));
    say(asked);
    return (found = values);
  }
  return { el: h("div", {}, none, body), set };
}

/** What the signs of the eigenvalues say of the model, as far as floats can tell. */
function judged(up, down, n) {
  const kind = up === n ? "minimum" : down === n ? "maximum" : up && down ? "saddle" : null;
  const counted = [[up, "up"], [down, "down"], [n - up - down, "flat"]].filter(([k]) => k).map(([k, way]) => `${k} ${way}`).join(", ");
  const word = up === n ? "positive definite" : down === n ? "negative definite" : up && down ? "indefinite" : up ? "positive semidefinite" : down ? "negative semidefinite" : "zero";
  return [`${counted}: `, h("i.m", {}, "H"), ` is ${word}`, ...(kind ? [", and the model has a ", M.kindIcon(kind), " ", h(`b.${kind}`, {}, kind)] : []), "."];
}

/** How the eigenvalues μ of a plane lie among those of all of H: each direction of the plane is one of the space. (Cauchy’s interlacing) */
function related(all, mu) {
  const n = all.length, low = (i) => "₀₁₂₃₄₅₆₇₈₉"[i], of = (i) => `*λ*${low(i)} = ${derivative(all[i - 1])}`, plane = (k) => `*μ*${low(k)} = ${derivative(mu[k - 1])}`;
  const chain = n === 3 ? [of(1), plane(1), of(2), plane(2), of(3)].join(" ≥ ") : [1, 2].map((k) => [of(k), plane(k), of(n - 2 + k)].join(" ≥ ")).join(" and ");
  return rich(`Every direction of the plane is one of the space. So in the plane *f* bends nowhere more than *λ*₁ and nowhere less than *λ*${low(n)}, and the eigenvalues *μ* of the plane lie between those of all of *H*: ${chain}.`);
}

/** The pattern of signs in words. */
function count(H, n) {
  if (!H.length) return "";
  const off = H.filter((v, k) => Math.floor(k / n) < k % n), zeros = off.filter((v) => v === 0).length;
  const pairs = `${off.length} pair${off.length === 1 ? "" : "s"}`;
  return zeros === off.length ? "Diagonal: no two variables act on each other here." : zeros ? `Of ${pairs} of variables, ${zeros} ${zeros === 1 ? "does" : "do"} not act on each other here (0).` : "Every variable acts on every other here.";
}

/** The whole of H at the held point, for a map that has a lab of its own. */
export function hessian(scene, host) {
  const { names } = scene.lab.data, all = board(names), n = names.length, relation = h("p.say");
  let whole;
  const take = (next) => { whole = lift(next.lab.data.whole, host.letters); };
  take(scene);
  return {
    el: h("section.item.gap", {}, h("h2", {}, h("span", {}, "The whole of ", h("i.m", {}, "H"), ", entry by entry"), h("span.type", {}, `${n} × ${n}; its eigenvalues bound the curvature in every plane`)), all.el, relation),
    take,
    set({ p, eigen }) {
      const values = all.set([...whole.jet.at(whole.full(p)).slice(1 + n, 1 + n + n * n)]), mu = eigen?.map(({ value }) => value);
      relation.hidden = !values || !mu;
      if (!relation.hidden) rewrite(relation, [values, mu].join(), () => related(values, mu));
    },
  };
}

export function lab(scene, host) {
  let data = scene.lab.data, all = lift(data.whole, host.letters), names = data.names;
  const n = all.n, inputs = names.map((name, i) => {
    const [lo, hi] = data.box[i], input = h("input", { type: "number", step: "any", min: lo, max: hi, inputMode: "text", ariaLabel: `${inline(name)} of the point` });
    input.oninput = () => { const v = Number(input.value); if (input.value.trim() !== "" && finite(v)) move(i, Math.min(hi, Math.max(lo, v))); };
    input.onchange = () => host.settle();
    return { el: h("label.coordinate", {}, named(name), input), input };
  });
  const f = h("b"), slope = h("span.say"), share = h("p.small"), bars = names.map((name) => { const bar = h("i.bar"), number = h("span.number"); return { el: h("div.eig", {}, named(name), h("span.track", {}, bar), number, h("span")), bar, number }; });
  const H = board(names);
  const side = h("div", {},
    h("section.item.row.point", {}, h("span.note", {}, "Point ", h("i.m", {}, "p")), inputs.map(({ el }) => el), h("span.value", {}, h("i.m", {}, scene.name), "(", h("i.m", {}, "p"), ") = ", f)),
    h("section.item", {}, h("h2", {}, h("span", {}, "Gradient"), h("span.type", {}, `ℝ${"²³⁴⁵⁶⁷⁸"[n - 2]} → ℝ${"²³⁴⁵⁶⁷⁸"[n - 2]}`)), h("div.eigs.two", {}, bars.map(({ el }) => el)), h("p.say", {}, slope), share),
    h("section.item", {}, h("h2", {}, h("span", {}, "Hessian"), h("span.type", {}, `${n} × ${n}, symmetric where it is continuous`)), H.el));
  let x = [], place = null;

  function move(i, v) {
    const to = x.map((old, k) => (k === i ? v : old)), [t, s] = all.parts(to);
    s.forEach((value, k) => { if (value !== host.letters[k]) host.turn(k, value); });
    host.move(t);
  }

  function take(next) {
    scene = next;
    data = next.lab.data;
    all = lift(data.whole, host.letters);
  }

  function draw(ctx, theme, fr, here, names) {
    if (host.lettersKnown) for (const { at, kind, away } of data.near) {
      if (!fr.holds(at)) continue;
      const [u, v] = fr.to(at);
      ctx.globalAlpha = 0.45;
      M.mark(ctx, theme, kind, u, v);
      ctx.globalAlpha = 1;
      names.keep(u, v, 11);
      names.write(`${short(away)} off`, [[u, v]], { size: 12, weight: 400, gap: 12, colour: theme.ink2 });
    }
    place = here.p;
  }

  function set(here) {
    x = all.full(here.p);
    const out = all.jet.at(x), g = [...out.slice(1, 1 + n)], size = Math.hypot(...g), inside = Math.hypot(...all.shadow(g)), most = Math.max(...g.map(Math.abs)), focus = side.getRootNode().activeElement;
    inputs.forEach(({ input }, i) => { const text = String(Number(x[i].toFixed(4))); if (input !== focus && input.value !== text) input.value = text; });
    write(f, value(all.f.at(x)[0]));
    g.forEach((v, i) => {
      bars[i].bar.className = `bar ${v > 0 ? "plus" : v < 0 ? "minus" : ""}`;
      bars[i].bar.style.width = `${most > 0 ? (50 * Math.abs(v)) / most : 0}%`;
      write(bars[i].number, finite(v) ? derivative(v) : "–");
    });
    write(slope, !finite(size) ? "The slope is not defined here." : size === 0 ? "The slope is 0 in every direction." : `Slope ${derivative(size)}, the length of the gradient.`);
    write(share, finite(size) && size > 0 ? `Of it ${derivative(inside)} lies in this plane, and is drawn.` : "");
    H.set([...out.slice(1 + n, 1 + n + n * n)]);
  }

  return { side, take, draw, set, legend: () => (data.near.length ? ["Pale marks: critical points beside this plane, with their distance."] : []) };
}
