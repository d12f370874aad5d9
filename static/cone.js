// The lab of Lipschitz constants: a double cone of slope L that stands on the graph. Where the graph enters it, f changes faster than L:
//
//     |f(x) − f(p)|  >  L |x − p|
//
// In one variable it stands on the graph itself, of f or of f′. In two the map shows ‖∇f‖ or ‖H‖, and the cone stands in a section through the
// held point, along the chord on which f (or ∇f) changes fastest. What is proved of all pairs of points comes from the server, nearer and nearer.

const V = new URL(import.meta.url).search;
const [{ h, write, rewrite, rich }, { plain, point }, chart, { slider, choice }, { reader }, { gapped }] = await Promise.all(
  ["dom", "numbers", "chart", "controls", "program", "gapped"].map((name) => import(`./${name}.js${V}`)));

const SAMPLES = 321, SECTION = 161, WAYS = 32, STOPS = 14; // of a graph, of a section; directions of chords, both ways, and lengths of each
const SHORT = [1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7]; // parts of the window: lengths of the shortest chords
const EVEN = 1e-9; // relative: so little above L breaks nothing
const DASH = [7, 4];
const finite = Number.isFinite, short = (v) => plain(Number(v.toPrecision(5))), hypot = (...all) => Math.hypot(...all);
/** Of changes over ways the fastest; with a slope L the one that is furthest above what L allows, if one is: { k, slope }, k −1 for none. */
function worst(changes, ways, L) {
  let k = -1, slope = 0, most = 0;
  for (let i = 0; i < ways.length; i++) {
    const by = changes[i], here = by / ways[i], over = by - L * ways[i];
    if (!(here < Infinity)) continue;
    if (over > EVEN * by && over > most) { most = over; slope = here; k = i; }
    else if (!most && here > slope) { slope = here; k = i; }
  }
  return { k, slope };
}

/** How far each column of several outputs is from where they began. */
function changed(rows, from) {
  const out = new Float64Array(rows[0].length);
  for (let k = 0; k < out.length; k++) {
    if (rows.length === 1) { out[k] = Math.abs(rows[0][k] - from[0]); continue; }
    let sum = 0;
    for (let i = 0; i < rows.length; i++) sum += (rows[i][k] - from[i]) ** 2;
    out[k] = Math.sqrt(sum);
  }
  return out;
}

/** The point of [lo, hi] to which f changes fastest from a, per unit of way, or furthest beyond L: { x, slope }. */
export function fastest(f, a, [lo, hi], L = Infinity) {
  const wide = hi - lo, near = SHORT.flatMap((part) => [a - part * wide, a + part * wide]).filter((x) => x >= lo && x <= hi);
  const xs = Float64Array.from([...Array.from({ length: SAMPLES }, (_, k) => lo + (wide * k) / (SAMPLES - 1)), ...near]), { k, slope } = worst(changed(f.row([xs], xs.length), f.at([a])), xs.map((x) => Math.abs(x - a)), L);
  return { x: k < 0 ? a : xs[k], slope };
}

/** The same in the plane, over chords of every length in many directions, and in one more. */
export function chord(F, p, box, L = Infinity, more = [0, 0]) {
  const per = STOPS + SHORT.length, count = per * (2 * WAYS + 2), [xs, ys, ts] = [0, 0, 0].map(() => new Float64Array(count)), wide = Math.max(...box.map(([lo, hi]) => hi - lo)), size = hypot(...more);
  for (let i = 0; i < 2 * WAYS + 2; i++) {
    const turn = i < 2 * WAYS ? [Math.cos((Math.PI * i) / WAYS), Math.sin((Math.PI * i) / WAYS)] : size > 0 ? more.map((v) => ((i % 2 ? 1 : -1) * v) / size) : [1, 0], end = reach(p, turn, box);
    for (let j = 0; j < per; j++) {
      const k = i * per + j, t = j < STOPS ? (end * (j + 1)) / STOPS : Math.min(end, SHORT[j - STOPS] * wide);
      [xs[k], ys[k], ts[k]] = [p[0] + t * turn[0], p[1] + t * turn[1], t];
    }
  }
  const { k, slope } = worst(changed(F.row([xs, ys], count), F.at(p)), ts, L);
  return { x: k < 0 ? p : [xs[k], ys[k]], slope };
}

/** How far it is from p along d to the edge of the box. */
export function reach(p, d, box) {
  return Math.min(...d.map((v, i) => (v > 1e-12 ? (box[i][1] - p[i]) / v : v < -1e-12 ? (box[i][0] - p[i]) / v : Infinity)).map((t) => Math.max(0, t)));
}

const area = (points, name = "") => ({ part: "area", points, token: "ink2", opacity: 0.14, outline: "", name });
const curve = (points, name, token, width, dash = [], symbol = "", every = 14) => ({ part: "curve", points, name, token, width, dash, symbol, every, faint: 1 });
const spot = (at, kind, token, name = "") => ({ part: "spot", at, kind, token, name });

/** The cone of slope L at [s0, v0] over a graph of points [s, v], and what of the graph is inside. */
export function cone(graph, [s0, v0], L, [lo, hi], tall, one = false) {
  const far = (end) => Math.min(Math.abs(end - s0), L > 0 ? (4 * tall) / L : Infinity), [left, right] = [far(lo), far(hi)], parts = [];
  const inside = ([s, v]) => Math.abs(v - v0) > L * Math.abs(s - s0) * (1 + EVEN) + 1e-12 * tall;
  const broken = graph.some(inside), token = broken ? "error" : "accent";
  for (const side of one ? [1] : [1, -1]) {
    const ends = [[s0 - left, v0 + side * L * left], [s0, v0], [s0 + right, v0 + side * L * right]];
    const roof = [s0 + right, s0 - left].map((s) => [s, v0 + side * 9 * tall]);
    parts.push(area([...ends, ...roof]), curve(ends, "", token, 2, broken ? DASH : []));
  }
  if (broken) parts.push(curve(graph.map(([s, v]) => (inside([s, v]) ? [s, v] : null)), "", "error", 4.5, [], "cross"));
  return { parts, broken };
}

export function lab(scene, host) {
  const n = host.n, plane = n === 2;
  let data = scene.lab.data, now = null, f = null, g = null;

  const which = choice({ name: "of", label: "Whose constant", options: [["f", `of *${data.title}*`], ["gradient", plane ? `of ∇*${data.title}*` : `of *${data.title}*′`]] }, host);
  const large = h("b.large"), sign = h("b.stands"), said = h("p.say", { role: "status" }), go = h("button.act.small", { type: "button" }, "Go to that pair");
  const sectionAt = h("div.section"), section = chart.mount(sectionAt), closingAt = h("div"), closing = chart.mount(closingAt), looked = h("p.small");
  const rows = ["f", "gradient"].map(() => ({ what: h("th", { scope: "row" }), bound: h("td"), why: h("td.words") }));
  const table = h("table.errors.bounds", {}, h("tbody", {}, rows.map(({ what, bound, why }) => h("tr", {}, what, bound, why))));
  const where = h("h2"), side = h("div.lipschitz", {}, which.el, h("div.row.point", {}, h("span.eq", {}, h("i.m", {}, "L"), " ="), large, sign), said, go, sectionAt,
    h("section.item", {}, where, table, closingAt, looked));

  const knob = slider({ name: "cone", label: "Slope L of the cone", text: "Slope *L*", lo: 0, hi: 1, least: 0, most: data.most },
    { held: host.held, settle: host.settle, put: (_, v) => { host.put("chosen", true); host.put("cone", v); } });
  const usual = h("button.act.small", { type: "button" }, "Best"), low = h("button.act.small", { type: "button" }, "1 % too low"), all = h("input", { type: "checkbox", name: "everywhere" });
  usual.onclick = () => { host.put("chosen", false); host.settle(); };
  low.onclick = () => { host.put("chosen", true); host.put("cone", Number((0.99 * lower()).toPrecision(6))); host.settle(); };
  all.onchange = () => { host.put("everywhere", all.checked); host.settle(); };
  const everywhere = h("label.chip", {}, all, `The whole ${data.space}`), under = h("div.knobs.single", {}, knob.el, h("div.row", {}, usual, low, everywhere));
  go.onclick = () => { host.move([...pair().p]); host.settle(); };

  function take(next) {
    scene = next;
    data = next.lab.data;
    if (plane) [f, g] = [data.value, data.gradient].map((wire) => reader(wire, null, host.letters));
  }
  take(scene);

  // ---- what is proved ---------------------------------------------------------------------------------------------

  const of = () => host.values.of, found = () => (host.lettersKnown && host.values.everywhere === scene.lab.values.everywhere ? data.found : null), bound = (name = of()) => found()?.[name];
  const pair = () => found()?.pairs?.[of()], lower = () => (Array.isArray(bound()) ? bound()[0] : 0), upper = () => (Array.isArray(bound()) ? bound()[1] : null);
  const name = (one) => (one === "f" ? data.title : plane ? `∇${data.title}` : `${data.title}′`);

  /** The slope of the cone: the chosen one, else the least that is proved, else a little more than is seen. */
  function slopeNow(seen) {
    if (host.values.chosen) return host.values.cone;
    if (upper() !== null) return found().enough[of()];
    return Number(((Array.isArray(bound()) && 1.2 * lower()) || seen || 1).toPrecision(3));
  }

  /** Twice the slope from the lowest place of the paper to the highest: a cone to begin with, where none is the best. */
  function usually() {
    const [[lo, hi]] = host.box, xs = Float64Array.from({ length: 41 }, (_, k) => lo + ((hi - lo) * k) / 40), rows = plane ? [xs, xs.map(() => (host.box[1][0] + host.box[1][1]) / 2)] : [xs];
    const heights = (plane ? (of() === "f" ? f : g) : host.f).row(rows, 41)[0].filter(finite);
    return heights.length ? (2 * (Math.max(...heights) - Math.min(...heights))) / (hi - lo) : 1;
  }

  // ---- what is seen from the held point ---------------------------------------------------------------------------

  function look(here) {
    const F = plane ? (of() === "f" ? f : g) : host.f, start = F.at(here.p), ok = [...start].every(finite);
    const seek = (L) => (plane ? chord(F, here.p, host.box, L, of() === "f" ? [...g.at(here.p)] : undefined) : fastest(F, here.p[0], host.box[0], L));
    const v0 = !ok ? NaN : plane && of() !== "f" ? 0 : start[0], knows = host.values.chosen || upper() !== null;
    const L = slopeNow(ok && !knows ? usually() : 0), best = ok ? seek(L) : { x: plane ? here.p : here.p[0], slope: 0 };
    now = { v0, L, start, at: here.p[0], best };
  }

  /** The section through p along the fastest chord: { graph: [s, v], from, until, best }. */
  function cut(p) {
    const way = hypot(now.best.x[0] - p[0], now.best.x[1] - p[1]), d = way > 0 ? now.best.x.map((v, i) => (v - p[i]) / way) : [1, 0];
    const until = reach(p, d, host.box), from = -reach(p, d.map((v) => -v), host.box), far = (rows) => [changed(rows, now.start)];
    const turned = of() === "f" ? f : { ...g, row: (columns, count) => far(g.row(columns, count)), at: (q) => far([...g.at(q)].map((v) => [v])).flatMap((v) => [...v]) };
    return { graph: gapped(turned, from, until, SECTION, (t) => p.map((v, i) => v + t * d[i])), from, until, best: [way, of() === "f" ? f.at(now.best.x)[0] : now.best.slope * way] };
  }

  const breaks = () => now.best.slope > now.L * (1 + 1e-7);

  /** The pair that breaks the cone, or the fastest one. */
  function chordParts(from, to) {
    if (![...from, ...to].every(finite) || !(now.best.slope > 0)) return [];
    const broken = breaks();
    return [curve([from, to], "", broken ? "error" : "ink", 1.6, broken ? [] : [3, 3]), spot(to, "dot", broken ? "error" : "ink", broken ? `slope ${short(now.best.slope)}` : "")];
  }

  function draw(ctx, theme, fr, here, names) {
    look(here);
    if (!finite(now.v0)) return;
    if (plane) {
      const { best } = now, parts = [...chordParts(here.p, best.x), ...steepest()];
      return chart.over(ctx, theme, parts, fr, fr.to, names);
    }
    const [lo, hi] = fr.box[0], tall = fr.box[1][1] - fr.box[1][0], graph = gapped(host.f, lo, hi, SAMPLES, (x) => [x]);
    const { parts } = cone(graph, [now.at, now.v0], now.L, [lo, hi], tall), to = [now.best.x, host.f.at([now.best.x])[0]];
    const hold = grip.at();
    if (hold) parts.push(spot(hold, "dot", "accent", "L"));
    chart.over(ctx, theme, [...parts, ...(breaks() ? chordParts([now.at, now.v0], to) : [])], fr, ([u, v]) => [fr.px(u), fr.py(v)], names);
  }

  /** The pair of points that needs the lower bound, on the map. */
  function steepest() {
    const known = pair();
    if (!known || !data.whole) return [];
    const middle = known.p.map((v, i) => (v + known.q[i]) / 2);
    return [curve([known.p, known.q], "", "ink", 2.4), spot(middle, "dot", "ink", `steepest: ${short(known.quotient)}`)];
  }

  // ---- words and numbers ------------------------------------------------------------------------------------------

  function set(here, theme) {
    if (!now) look(here);
    which.set(of());
    const top = Math.max(upper() ?? lower(), lower()) || now.best.slope || 1;
    if (!host.held("cone")) knob.reach(Number((Math.max(2 * top, host.values.chosen ? now.L : 0)).toPrecision(2)));
    knob.set(now.L);
    write(large, short(now.L));
    low.disabled = !lower();
    usual.disabled = upper() === null;
    usual.setAttribute("aria-pressed", String(!host.values.chosen && !usual.disabled));
    all.checked = Boolean(host.values.everywhere);
    const [mark, words, lead] = verdict(here);
    write(sign, mark);
    sign.dataset.of = { "✕ broken": "broken", "✓ holds": "holds" }[mark] ?? "open";
    rewrite(said, words, () => rich(words));
    go.hidden = !lead;
    sectionAt.hidden = !plane || !finite(now.v0);
    if (!sectionAt.hidden) section.update(picture(here), theme);
    bounds();
    close(theme);
  }

  /** A shape with a word, a sentence, and whether a pair elsewhere can be gone to. */
  function verdict(here) {
    const what = name(of()), [x, y] = [here.p, plane ? now.best.x : [now.best.x]].map((q) => point(q, Math.max(...host.decimals)));
    if (!finite(now.v0)) return ["?", `*${what}* has no value at this point.`];
    if (breaks()) return ["✕ broken", `From ${x} to ${y}, *${what}* changes by ${short(now.best.slope)} per unit of way: more than *L*.`];
    if (found() === null) return ["…", "No pair from this point breaks it. All pairs are being looked at."];
    if (bound() === "infinite") return ["✕ broken", "No pair from this point breaks it, but others do: no *L* is large enough."];
    if (!Array.isArray(bound())) return ["?", `No pair from this point breaks it, but there is nothing to be promised here.`];
    if (now.L < lower()) return ["✕ broken", `No pair from this point breaks it, but another one needs ${short(lower())}.`, Boolean(pair()) && data.whole && inside(pair().p)];
    if (upper() !== null && now.L >= upper() * (1 - EVEN)) return ["✓ holds", `No pair of points ${space()} breaks it${now.L < upper() ? " by more than a billionth" : ""}: proved.`];
    return ["?", `No pair from this point breaks it. Whether any does is open: the best constant is ${found().said[of()]}.`];
  }
  const inside = (q) => q.every((v, i) => v >= host.box[i][0] && v <= host.box[i][1]), space = () => `of the ${host.values.everywhere ? data.space : "window"}`;

  function picture(here) {
    const { graph, from, until, best } = cut(here.p), heights = graph.map(([, v]) => v).filter(finite), only = of() === "gradient";
    const [low0, high0] = [Math.min(now.v0, ...heights), Math.max(now.v0, ...heights)], tall = high0 - low0 || Math.abs(high0) || 1, box = [[from, until], [only ? -0.04 * tall : low0 - 0.1 * tall, high0 + 0.14 * tall]];
    const { parts, broken } = cone(graph, [0, now.v0], now.L, [from, until], tall, only), what = only ? `change of ∇${data.title}` : data.title;
    const under0 = parts.filter(({ part }) => part === "area"), over0 = parts.filter(({ part }) => part !== "area");
    return {
      kind: "chart", parts: [...under0, curve(graph.map((q) => (q.every(finite) ? q : null)), "", "ink2", 3), ...over0, ...chordParts([0, now.v0], best), spot([0, now.v0], "ring", "accent")],
      axes: [{ letter: "", words: "way from p, along the fastest chord", log: false, ticks: null }, { letter: "", words: what, log: false, ticks: null }],
      box, equal: false, height: 220, grid: true, title: "Section through the point", alt: `${what} along the chord on which it changes fastest, with the cone of slope ${short(now.L)}: ${broken ? "the graph enters it" : "the graph stays outside"}.`,
    };
  }

  /** What is proved of both constants. */
  function bounds() {
    write(where, `The best constant ${space()}`);
    rows.forEach((row, i) => {
      const one = ["f", "gradient"][i], b = bound(one);
      rewrite(row.what, name(one), () => rich(`*${name(one)}*`));
      write(row.bound, found() === null ? "…" : found().said?.[one] ?? "?");
      write(row.why, why(one, b));
    });
  }
  const same = ([lo, hi]) => hi - lo <= 1e-3 * hi;
  function why(one, b) {
    const { late, why: reason, done } = found() ?? {};
    if (found() === null) return host.lettersKnown ? "closing in" : "let go to prove";
    if (!b) return late;
    if (b === "infinite") return `No constant is large enough${reason ? `: ${reason}` : ""}.`;
    if (b === "none") return `${one === "f" ? "Nothing to be promised" : "It does not exist everywhere"}${reason ? `: ${reason}` : ""}.`;
    if (b[1] === null) return done ? "Nothing from above is proved." : "Nothing from above yet.";
    const step = one === "gradient" && found().step ? ` Step 1/L ${found().step}.` : "";
    return (same(b) ? "Proved." : "A pair from below, intervals from above.") + step;
  }

  /** How the two bounds came nearer. */
  function close(theme) {
    const all = found()?.history?.[of()] ?? [], lines = all.filter(([, lo, hi]) => lo > 0 && hi !== null);
    closingAt.hidden = lines.length < 3;
    write(looked, lines.length && lines.length < 3 ? `${plain(lines.at(-1)[0])} boxes were enough.` : "");
    if (closingAt.hidden) return closing.update(null);
    write(looked, "Solid: proved from above, by intervals. Dashed: a pair of points needs it.");
    const log = lines.at(-1)[0] >= 10 * lines[0][0], side = (k) => (log ? Math.log10(k) : k), best = lines.at(-1)[1], high = Math.min(Math.max(...lines.map(([, , hi]) => hi)), 3 * best), low0 = Math.min(lines[0][1], best), air = 0.15 * (high - low0);
    const stairs = (i) => lines.map((line) => [line[0], Math.min(line[i], high + 2 * air)]).flatMap(([x, v], k, all) => (k ? [[x, all[k - 1][1]], [x, v]] : [[x, v]])), [lo, hi] = [stairs(1), stairs(2)];
    closing.update({
      kind: "chart", parts: [{ part: "area", points: [...lo, ...hi.toReversed()], token: "accent", opacity: 0.12, outline: "", name: "" }, curve(hi, "", "ink", 2), curve(lo, "", "ink", 2, [3, 3])],
      axes: [{ letter: "", words: "boxes looked at", log, ticks: null }, { letter: "", words: "", log: false, ticks: null }], box: [[side(lines[0][0]), side(lines.at(-1)[0])], [low0 - air, high + air]],
      equal: false, height: 190, grid: true, title: "How the bounds closed in", alt: `Both bounds of the best constant against the boxes looked at, from ${short(lines[0][1])} and ${short(lines[0][2])} to ${short(best)} and ${short(lines.at(-1)[2])}.`,
    }, theme);
  }

  // ---- the hand on the cone ---------------------------------------------------------------------------------------

  const ARM = 0.16; // of the window: so far from the point the cone can be taken
  const arm = () => { const [lo, hi] = host.frame.box[0], d = ARM * (hi - lo); return now.at + d <= hi ? d : -d; };
  const put = (v) => { host.put("chosen", true); host.put("cone", Number(Math.min(data.most, Math.max(0, v)).toPrecision(4))); };
  const grip = {
    name: "cone", label: "The side of the cone; arrow keys make it steeper or flatter",
    at() { if (!now || !finite(now.v0)) return null; const d = arm(), [low0, high0] = host.frame.box[1], v = now.v0 + now.L * Math.abs(d), w = now.v0 - now.L * Math.abs(d); return [now.at + d, v <= high0 ? v : w >= low0 ? w : high0]; },
    move([x, v]) { if (Math.abs(x - now.at) > 1e-9) put(Math.abs(v - now.v0) / Math.abs(x - now.at)); },
    step(key, big) {
      const way = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[key];
      if (way) put(now.L * (1 + way * (big ? 0.1 : 0.01)));
      return Boolean(way);
    },
    text: () => (now ? `slope ${short(now.L)}` : ""),
    value: () => now?.L ?? 0,
  };
  return {
    side, under, take, draw, set,
    view: (map) => (plane ? { ...map, caption: (layers) => map.caption(layers).map((text) => text.replace("*f*", scene.name)) } : map),
    legend: () => [plane ? (of() === "f" ? "The map shows how steep *f* is; the thin line is the chord on which it changes fastest." : "The map shows how fast ∇*f* can change.") : "A graph that stays out of the grey double cone changes by at most *L* per unit of way."],
    dispose() { for (const one of [section, closing]) one.dispose(); },
    grips: plane ? [] : [grip],
  };
}
