// The numbers beside the figure. The parts are made once; a frame only writes what changed.

const V = new URL(import.meta.url).search;
const [D, N, L, M] = await Promise.all(["dom", "numbers", "local", "marks"].map((name) => import(`./${name}.js${V}`)));
const { h, rich, write } = D;

const math = (text) => h("i.m", {}, text);
const equals = (left, right) => h("span.eq", {}, h("span", {}, left, "(", math("p"), ") ="), right);
const item = (title, type, ...parts) =>
  h("section.item", {}, h("h2", {}, h("span", {}, rich(title)), h("span.type", {}, rich(type))), ...parts);

/** `moved(p)` while a coordinate is typed, `settled(p)` when it is entered; draws are made by the caller. */
export function panel(scene, decimals, moved, settled) {
  const n = scene.names.length;
  const gives = scene.program.outputs.length;
  const name = scene.name;
  const p = { now: [] };
  const inputs = scene.names.map((variable, i) => coordinate(variable, i));
  const value = h("b");
  const parts = [h("section.item.row.point", {}, h("span.note", {}, "Point ", math("p")), inputs.map(({ el }) => el),
    h("span.value", {}, math(name), "(", math("p"), ") = ", value))];
  const gradient = gives > n ? gradientItem() : null;
  const hessian = gives >= 1 + n + n * n ? hessianItem() : null;
  const slice = n === 2 && gradient ? sliceItem() : null;
  const paths = h("section.item", { hidden: true });
  let walks = []; // a line for each path
  for (const part of [gradient, hessian, slice]) if (part) parts.push(part.el);
  const el = h("div.panel", {}, parts, paths);

  function coordinate(variable, i) {
    const [lo, hi] = scene.box[i];
    const input = h("input", { type: "number", step: "any", min: lo, max: hi, inputMode: "text", ariaLabel: `${N.inline(variable)} of the point` });
    const read = () => {
      const v = Number(input.value);
      return input.value.trim() !== "" && Number.isFinite(v) ? p.now.map((u, k) => (k === i ? Math.min(hi, Math.max(lo, v)) : u)) : null;
    };
    input.oninput = () => { const to = read(); if (to) moved(to); };
    input.onchange = () => { const to = read(); settled(to ?? p.now); show(input, (to ?? p.now)[i], i); };
    return { el: h("label.coordinate", {}, D.named(variable), input), input };
  }
  const show = (input, v, i) => {
    const text = v.toFixed(decimals[i]);
    if (input.value !== text) input.value = text;
  };

  function gradientItem() {
    const column = n === 2 ? D.matrix(2, 1) : null, number = h("span");
    const [steep, contour, also] = [h("span"), h("span.mut"), h("span")];
    const left = equals(n === 2 ? ["∇", math(name)] : [math(name), math("′")], column ? column.el : number);
    return {
      el: item(n === 2 ? "Gradient" : "Derivative", n === 2 ? "ℝ² → ℝ², a vector in the floor plane" : "ℝ → ℝ, the slope of the tangent",
        h("div.row", {}, left, h("span.say", {}, steep, also, n === 2 ? h("br") : "", contour))),
      set(here) {
        if (column) column.set(here.g.map(N.derivative)); else write(number, N.derivative(here.g[0]));
        const [first, second] = L.slopeWords(here, scene.names[0]);
        write(steep, first);
        if (n === 2) write(contour, second);
        else D.rewrite(also, second, () => (second ? [D.named(second)] : []));
      },
    };
  }

  function hessianItem() {
    const square = n === 2 ? D.matrix(2, 2) : null, number = h("span");
    const table = h("span.say.eigen");
    const rows = (n === 2 ? [1, 2] : [1]).map((i) => {
      const parts = [h("span"), h("span.lambda", {}, math("λ"), n === 2 ? h("sub", {}, String(i)) : "", " ="), h("span.lambda.number"), h("span")];
      if (n === 2) table.append(...parts); else table.append(parts[0], parts[3]);
      return parts;
    });
    const sentence = h("p.say"), aim = h("span.whole");
    const left = equals(n === 2 ? [math("H")] : [math(name), "″"], square ? square.el : number);
    return {
      el: item(n === 2 ? "Hessian" : "Second derivative", n === 2 ? "2 × 2, the Jacobian of the gradient" : "1 × 1, the Hessian",
        h("div.row", {}, left, table), sentence),
      set(here) {
        if (square) square.set(here.H.map(N.derivative)); else write(number, N.derivative(here.H[0]));
        table.hidden = !here.eigen;
        here.eigen?.forEach((e, i) => {
          D.rewrite(rows[i][0], String(e.value < 0 && !e.zero), () => [M.crossIcon(e.value < 0 && !e.zero)]);
          write(rows[i][2], N.derivative(e.zero ? 0 : e.value));
          write(rows[i][3], L.bends(e) + (n === 2 ? `, along ${L.along(e)}°` : ""));
        });
        verdict(sentence, aim, here);
      },
    };
  }

  function verdict(el, aim, here) {
    const [before, kind, after] = L.verdict(here);
    const inside = here.newton?.every((v, i) => v >= scene.box[i][0] && v <= scene.box[i][1]);
    const where = here.newton ? N.point(here.newton, Math.max(2, decimals[0] - 1)) : "";
    const step = !here.eigen || here.slope === 0 ? "" : here.newton ? "aims" : "none";
    write(aim, where + (inside ? "." : ", outside the window."));
    D.rewrite(el, [before, kind, step].join("|"), () => [
      ...rich(before), ...(kind ? [M.kindIcon(kind), " ", h(`b.${kind}`, {}, kind)] : []), after,
      ...(step === "none" ? [" A Newton step has no aim here."] : step ? [" A Newton step ", M.kindIcon("aim"), " aims at ", aim] : []),
    ]);
  }

  function sliceItem() {
    const title = h("span"), canvas = h("canvas", { role: "img" });
    canvas.style.cssText = "display:block;width:100%;height:168px";
    const el = h("section.item.slice", {}, h("h2", {}, title, h("span.type", {}, "distance from ", math("p"), " on the floor")), canvas);
    return { el, canvas, name: (way) => {
      write(title, `The slice of ${name} along ${way}`);
      canvas.setAttribute("aria-label", `Slice of ${name} along ${way}, with its tangent and its quadratic model`);
    } };
  }

  return {
    el, canvas: slice?.canvas,
    set(here, focused) {
      p.now = here.p;
      inputs.forEach(({ input }, i) => { if (input !== focused) show(input, here.p[i], i); });
      write(value, N.value(here.f));
      gradient?.set(here);
      hessian?.set(here);
      slice?.name(here.slope > 0 ? "the gradient" : here.eigen ? "λ₁" : N.inline(scene.names[0]));
    },
    paths(list) {
      paths.hidden = !list.length;
      D.rewrite(paths, list.map(({ method }) => method).join("|"), () => (walks = list.map(({ method }) => walk(method))).map(({ el }) => el));
      list.forEach(({ sentence, preview }, i) => { write(walks[i].said, sentence ? `: ${sentence}` : ""); write(walks[i].also, preview ? " (preview)" : ""); });
    },
  };

  function walk(method) {
    const said = h("span"), also = h("span.mut");
    return { said, also, el: h("p.say", {}, M.pathIcon(method), " ", h("b", {}, method), said, also) };
  }
}

/** The badge: icon, title, text; a counted kind is shown with its mark. */
export function badge(el, given) {
  el.hidden = !given;
  D.rewrite(el, JSON.stringify(given ?? null), () => given ? [M.badgeIcon(given.icon),
    h("span", {}, h("b", {}, given.title), ...(given.text ? [h("br"), h("span.mut", {}, counted(given.text))] : []))] : []);
}

const KIND = { minim: "minimum", maxim: "maximum", saddl: "saddle", horiz: "saddle" };
function counted(text) {
  return text.split(/(?<=\d) (?=minim|maxim|saddle|horizontal inflection|(?:points? )?where the Hessian)/).flatMap((part, i) =>
    i === 0 ? [part] : [" ", M.kindIcon(KIND[part.slice(0, 5)] ?? "inconclusive"), ` ${part}`]);
}
