// The lab of one variable: under the graph of f, over the same axis, the graphs of f′ and f″ and the strip of their signs. One point is held
// in all three. Beside them, what the slope promises for a stride h against what f does, and what curvature knew of it:
//
//     f(p + h) = f(p) + f′(p) h + ½ f″(p) h² + …
//
// The signs are read off a fine walk; a change of sign is narrowed down by halving, a break (pole, jump, edge) is never taken for a zero.

const V = new URL(import.meta.url).search;
const [{ h, write, rewrite, rich }, { plain, decimal, inline, equal, round, niceStep }, A, M, W, chart, { reader }, { room }, { slider }, { alpha }, { heightsShown }, { kindIcon }] = await Promise.all(
  ["dom", "numbers", "axes", "marks", "curve", "chart", "program", "place", "controls", "theme", "line", "marks"].map((name) => import(`./${name}.js${V}`)));

const TALL = [250, 122, 122], GAP = 14, ROW = 22, NUMBERS = 30; // px: of the three graphs, between them, of a row of signs, for the numbers of the axis
const TOUCH = 1e-11; // of the values beside it: a smallest value that small touches zero
const MANY = 24, SHOWN = 4; // seams of a window that are looked at; places and sentences that are written
const finite = Number.isFinite, short = (v) => plain(Number(v.toPrecision(4)));
const signed = (v) => (v > 0 ? `+${short(v)}` : short(v));
const WORDS = [["falls", "level", "rises"], ["bends down", "straight", "bends up"]];
const KIND = { "-+": "minimum", "+-": "maximum" };

/** Halves [a, b] until the two are neighbours: where `same(x)` ceases to hold that holds at a. */
function border(a, b, same) {
  for (let i = 0; i < 60; i++) {
    const m = (a + b) / 2;
    if (m === a || m === b) break;
    if (same(m)) a = m; else b = m;
  }
  return [a, b];
}

/** Where |f| is smallest between a and b, by golden section. */
function least(at, a, b) {
  const q = (Math.sqrt(5) - 1) / 2;
  for (let i = 0; i < 80 && b - a > 1e-12 * (1 + Math.abs(a)); i++) {
    const [c, d] = [b - q * (b - a), a + q * (b - a)];
    if (Math.abs(at(c)) < Math.abs(at(d))) b = d; else a = c;
  }
  return (a + b) / 2;
}

/**
 * The stretches of a window in which a function has one sign: { from, until, sign }, sign null where it has no value; and the places
 * between them: { at, before, after, zero }, where `zero` says that the function vanishes there, and otherwise it breaks.
 */
export function signs(at, { s, v, cut }) {
  const of = (y) => (Number.isNaN(y) ? null : Math.sign(y)); // a small value is no zero: e^x at −18 is not level
  const stretches = [], places = [];
  const end = v.length - 1, beyond = (k, by) => (v[k] === 0 && of(v[k + by]) ? of(at(s[k] - by * (s[1] - s[0]))) : of(v[k]));
  const after = (k) => (k === end ? beyond(end, -1) : of(v[k])); // at an end of the window that is a zero: what the function does outside
  let now = { from: s[0], until: s[0], sign: beyond(0, 1) };
  const turn = (x, k, zero) => {
    now.until = x;
    if (now.until > now.from || !stretches.length) stretches.push(now);
    places.push({ at: x, before: now.sign, after: after(k), zero });
    now = { from: x, until: x, sign: after(k) };
  };
  for (let k = 1; k < v.length; k++) {
    const [one, two] = [of(v[k - 1]), of(v[k])];
    if (one === two && !(cut[k] && one !== null)) {
      if (k > 1 && one && Math.abs(v[k - 1]) <= Math.abs(v[k - 2]) && Math.abs(v[k - 1]) <= Math.abs(v[k]) && of(v[k - 2]) === one && !cut[k - 1]) {
        const x = least(at, s[k - 2], s[k]);
        if (Math.abs(at(x)) <= TOUCH * Math.max(Math.abs(v[k - 2]), Math.abs(v[k]))) turn(x, k, true); // it touches zero and turns back
      }
      continue;
    }
    if (one === null || two === null) { turn(border(s[k - 1], s[k], (x) => of(at(x)) === one)[one === null ? 1 : 0], k, false); continue; }
    if (cut[k]) { turn(one && two && one !== two ? border(s[k - 1], s[k], (x) => of(at(x)) === one)[1] : broken(at, s[k - 1], s[k]), k, false); continue; } // where the sign changes, that is the place
    if (one === 0 || two === 0) {
      if (one && two === 0 && k + 1 < v.length && of(v[k + 1])) { // a node of the walk lies on the zero
        turn(s[k], k + 1, true);
        k++;
      } else turn(one === 0 ? s[k - 1] : s[k], k, true);
      continue;
    }
    const [a, b] = border(s[k - 1], s[k], (x) => Math.sign(at(x)) === one);
    if (leaps(at, a, b, s[k] - s[k - 1], Math.abs(v[k - 1]) + Math.abs(v[k]))) cut[k] = 1;
    turn(a, k, !cut[k]);
  }
  now.until = s[end];
  stretches.push(now);
  return merged(stretches, places, s[end] - s[0]);
}

/** A function that has no value at one point only, as f′ at a kink, breaks there: no stretch without a sign. */
function merged(stretches, places, width) {
  const out = [];
  for (const place of places) {
    const last = out.at(-1);
    if (last?.after === null && place.before === null && place.at - last.at < 1e-9 * width) Object.assign(last, { after: place.after, at: (last.at + place.at) / 2 });
    else out.push({ ...place });
  }
  return { stretches: stretches.filter(({ from, until, sign }) => sign !== null || until - from >= 1e-9 * width), places: out };
}

/**
 * Signs without those that rounding makes: `noise(x)` is how large that may be at x. Where three stretches or more in a row are no larger, the function is 0
 * as far as floats can tell, as f″ of sqrt(x²). A single small stretch keeps its sign.
 */
export function quiet({ stretches, places }, { s, v }, noise) {
  const small = ({ from, until, sign }) => sign !== null && s.every((x, k) => x < from || x > until || !(Math.abs(v[k]) > noise(x)));
  if (stretches.length < 3) return { stretches, places };
  const hushed = stretches.map(small), out = [];
  for (let k = 0; k < stretches.length; k++) {
    let last = k;
    while (hushed[k] && hushed[last + 1]) last++;
    out.push(last - k > 1 ? { from: stretches[k].from, until: stretches[last].until, sign: 0 } : stretches[k]);
    if (last - k > 1) k = last;
  }
  const inside = (x) => out.some(({ from, until, sign }) => sign === 0 && x > from && x < until);
  return { stretches: out, places: places.filter(({ at }) => !inside(at)) };
}

/** Where in a short stretch a function breaks: between the two neighbours that differ most. */
function broken(at, a, b) {
  for (let i = 0; i < 50; i++) {
    const m = (a + b) / 2, [u, v, w] = [at(a), at(m), at(b)];
    if (m === a || m === b) break;
    if (!finite(v)) return m;
    if (Math.abs(v - u) > Math.abs(w - v)) b = m; else a = m;
  }
  return (a + b) / 2;
}

const LEAST = 1e-6, NEAREST = [1e-9, 1e-5]; // of the values and of the step beside a change of sign

/** Whether a function leaps over zero between two neighbours: by as much close to them as a little further apart. */
function leaps(at, a, b, step, size) {
  const [near, far] = NEAREST.map((part) => Math.abs(at(b + part * step) - at(a - part * step)));
  return near > LEAST * size && 2 * near > far;
}

const EPS = 1e-12; // of f and its slope: rounding errors of f′ and f″

/** The signs of f′ and of f″ over their walks. */
export function read([f, slope, bend], [one, two]) {
  const size = one.s.at(-1) - one.s[0], large = (at, x) => Math.abs(at(x)) || 0;
  return [quiet(signs(slope, one), one, (x) => (EPS * large(f, x)) / size), quiet(signs(bend, two), two, (x) => (EPS * (large(f, x) / size + large(slope, x))) / size)];
}

/** The kind of a place between two stretches of f′, by the signs around it: what f has there. */
export const turned = (before, after) => KIND[`${before < 0 ? "-" : before > 0 ? "+" : "0"}${after < 0 ? "-" : after > 0 ? "+" : "0"}`] ?? (before && before === after ? "inflection" : "");

const NEARER = [1e-3, 1e-5, 1e-7], TENDS = 1.2; // of the window, from a break; a factor between two of them

/** What a function tends to from one side of a place where its formula has no value: "zero", "infinity", or a finite number that it is near. */
function towards(at, x, side, size) {
  const near = NEARER.map((part) => at(x + side * part * size)), [a, b, c] = near.map(Math.abs);
  if (c > TENDS * b && b > TENDS * a) return "infinity";
  return c === 0 || (TENDS * c < b && TENDS * b < a) ? "zero" : near[2];
}

/** The same from both sides: "zero", "infinity", the number that both are near, or "sides" where they differ. */
function around(at, x, size) {
  const [a, b] = [-1, 1].map((side) => towards(at, x, side, size));
  if (a === b) return a;
  return finite(a) && finite(b) && Math.abs(a - b) <= 1e-4 * Math.max(Math.abs(a), Math.abs(b)) ? b : "sides";
}

/** Whether f is continuous where its slope breaks: over ever shorter ways, ever less happens. Without a value, at a pole or a hole, it is not. */
function joins(f, x, size) {
  const [aside, beside] = [1e-5, 1e-9].map((part) => Math.max(...[-1, 1].map((side) => Math.abs(f(x + side * part * size) - f(x)))));
  return finite(f(x)) && (aside === 0 || beside <= 1e-9 * (1 + Math.abs(f(x))) || 2 * beside < aside);
}

/** Whether a stretch on which a function is 0 ends only because floats do: beside it are the smallest there are, as of e^(−1/x²). */
const underflows = (at, x, side, size) => Math.abs(at(x + side * 1e-9 * size)) < 1e-280;

/** The critical points and the inflections of a window: what f, f′ and f″ do there, by their signs. */
export function events(f, second, first, bends, known = [], slope = () => NaN) {
  const rows = [], near = (a, b, size) => Math.abs(a - b) <= 1e-6 * size, size = first.stretches.at(-1).until - first.stretches[0].from;
  const snap = (x) => known.find((k) => near(k, x, size)) ?? (Math.abs(x) < 1e-12 * size ? 0 : Number(x.toPrecision(12)));
  const tested = (x, c) => (Number.isNaN(c) ? "missing" : !(Math.abs(c) > 1e-7 * (1 + Math.abs(f(x)))) ? "silent" : c > 0 ? "minimum" : "maximum");
  for (const { at, before, after, zero } of first.places) {
    const x = snap(at), what = turned(before, after);
    if (before === null || after === null) continue; // an end of the domain
    if (!what && underflows(slope, x, before ? -1 : 1, size)) continue;
    if (zero) {
      const c = second(x);
      rows.push({ at: x, what, test: tested(x, c), second: c, before, after });
      continue;
    }
    if (!before || !after || !joins(f, x, size)) continue;
    const tends = around(slope, x, size);
    if (tends === "zero") { // only the formula of f′ has no value here: the slope is 0, as of a continuous f whose slope tends to it
      const bend = around(second, x, size), c = bend === "zero" ? 0 : finite(bend) ? bend : NaN;
      rows.push({ at: x, what, test: tested(x, c), second: c, before, after });
    } else if (before !== after) rows.push({ at: x, what, test: tends === "infinity" ? "vertical" : "none", before, after });
  }
  for (const { at, before, after } of bends.places)
    if (before && after && before !== after && finite(f(snap(at))) && joins(f, snap(at), size)) rows.push({ at: snap(at), what: "bend", before, after });
  return rows.sort((a, b) => a.at - b.at);
}

const SHRINKING = [1e-4, 1e-6, 1e-8], CLOSE = [1e-3, 1e-4, 1e-5]; // of the window, from a break

/** Whether something that is read at ever shorter ways goes to 0 with them. */
const vanishes = ([a, b, c], small) => c <= small || (TENDS * c < b && TENDS * b < a);

/** How a function is on both sides of a place: "joined", "jump" with its values there, "unbounded", "" where nothing settles. */
function sides(at, x, size) {
  const all = [-1, 1].map((side) => SHRINKING.map((part) => at(x + side * part * size))), [left, right] = all, scale = Math.abs(left[2]) + Math.abs(right[2]);
  if (!all.flat().every(finite)) return { how: "" };
  if (all.some((v) => TENDS * Math.abs(v[1]) < Math.abs(v[2]) && TENDS * Math.abs(v[0]) < Math.abs(v[1]))) return { how: "unbounded" };
  if (vanishes(left.map((v, k) => Math.abs(v - right[k])), 1e-9 * (Math.abs(left[0]) + Math.abs(right[0])))) return { how: "joined" };
  const settled = all.every((v) => Math.abs(v[2] - v[1]) <= 1e-3 * scale), [from, until] = all.map(([, b, c]) => c + (c - b) / 99).map((v) => (Math.abs(v) < 1e-9 * scale ? 0 : v)); // the way that is left, if it goes on like that
  return { how: settled ? "jump" : "", from, until };
}

/**
 * What breaks at a place, the first of f, f′ and f″ that does: { of, how, from, until }; null where nothing does, or it cannot be told.
 * `of` 0 is f, 1 is f′, 2 is f″; a jump of f′ is a kink of f, a jump of f″ one of f′, and a kink of f″ is none of either.
 */
export function broke([f, first, second], x, size) {
  const here = f(x);
  if (!finite(here)) return null; // a pole or a hole: the server says so
  for (const [of, at] of [f, first, second].entries()) {
    const found = sides(at, x, size);
    if (!of && found.how === "unbounded") return null;
    if (!of && found.how === "joined" && !joins(f, x, size)) return { of, how: "gap" };
    if (found.how !== "joined") return found.how ? { of, ...found } : null;
  }
  const rises = [-1, 1].map((side) => CLOSE.map((part) => (second(x + side * part * size) - second(x + 0.5 * side * part * size)) / (0.5 * side * part * size)));
  const [left, right] = rises, scale = Math.abs(left[2]) + Math.abs(right[2]), noise = (1e-9 * (1 + Math.abs(second(x + CLOSE[2] * size)))) / size;
  if (!rises.flat().every(finite) || vanishes(left.map((v, k) => Math.abs(v - right[k])), 1e-6 * scale + noise)) return null;
  return { of: 2, how: rises.some(([a, b, c]) => TENDS * Math.abs(a) < Math.abs(b) && TENDS * Math.abs(b) < Math.abs(c)) ? "steep" : "kink" };
}

/** The places of a window at which a formula changes: where one of the quantities that must not be 0 is 0. At most MANY of them. */
export function seams(one, { s, cut }) {
  const found = new Set(), quantities = (x) => { const out = []; one.row([Float64Array.of(x)], 1); one.signs((_, [q]) => out.push(q)); return out; };
  for (let k = 1; k < s.length && found.size < MANY; k++) {
    if (!cut[k]) continue;
    const [a, b] = [quantities(s[k - 1]), quantities(s[k])];
    a.forEach((q, i) => {
      if (q === 0 || b[i] === 0) found.add(q === 0 ? s[k - 1] : s[k]);
      else if (q * b[i] < 0) { const [u, v] = border(s[k - 1], s[k], (x) => quantities(x)[i] * q > 0); found.add(Math.abs(u) < 1e-300 || quantities(v)[i] === 0 ? v : u); }
    });
  }
  return [...found];
}

/** A break in words, where f, f′ and f″ have their names. */
export function brokenWords({ of, how, from, until }, [f, first, second]) {
  const ways = how === "jump" ? ` from ${short(from)} to ${short(until)}` : "";
  if (how === "gap") return `${f} has a value that is not where its graph leads`;
  if (how === "kink" || how === "steep") return `${second} has a ${how === "kink" ? "kink" : "vertical tangent"}; ${f} and ${first} have none`;
  if (how === "jump") return [`${f} jumps${ways}`, `${f} has a kink: ${first} jumps${ways}`, `${first} has a kink: ${second} jumps${ways}; ${f} has none`][of];
  return of === 1 ? `${f} has a vertical tangent: ${first} has no bound` : `${first} has a vertical tangent: ${second} has no bound; ${f} has none`;
}

/** What the slope promises for a stride h, what f does, by how much that is off, and what curvature foresaw of it. */
export function promise({ f, g, H }, there, h) {
  const promised = g[0] * h, change = there - f;
  return { promised, change, off: change - promised, foreseen: 0.5 * H[0] * h * h };
}

const axis = (letter) => ({ letter, words: "", log: false, ticks: null });
const curve = (points, name, token, width, dash = [], faint = 1) => ({ part: "curve", points: points.map((q) => (q.every(finite) ? q : null)), name, token, width, dash, symbol: "", every: 1, faint });
const spot = (at, kind, token, name = "") => ({ part: "spot", at, kind, token, name });

/** The chart of the promise: f, its tangent and its parabola over the stride, the gap at h in its two parts. */
export function strideChart(here, walk, h, end, name) {
  const tangent = (t) => here.f + here.g[0] * t, parabola = (t) => tangent(t) + 0.5 * here.H[0] * t * t, curved = finite(here.H[0]);
  const truth = [...walk.s].flatMap((t, k) => (walk.cut[k] ? [[t, NaN], [t, walk.v[k]]] : [[t, walk.v[k]]]));
  const there = walk.of(h), seen = [...walk.sorted, tangent(h), here.f, ...(curved ? [parabola(h)] : [])], lows = [Math.min(...seen), Math.max(...seen)];
  const size = lows[1] - lows[0] || 1, most = 6 * Math.max(Math.abs(there - here.f) || 0, Math.abs(tangent(h) - here.f), Math.abs(parabola(h) - here.f) || 0, 1e-300);
  const [low, high] = size > most ? [Math.max(lows[0], here.f - most), Math.min(lows[1], here.f + most)] : lows, air = 0.1 * (high - low || 1);
  const line = Array.from({ length: 41 }, (_, k) => -end + (k * end) / 20);
  const parts = [curve(truth, name, "ink2", 5, [], 0.45), curve(line.map((t) => [t, tangent(t)]), "slope’s promise", "ink", 1.6)];
  if (curved) parts.push(curve(line.map((t) => [t, parabola(t)]), "with curvature", "second", 2, [7, 4]));
  if (curved) parts.push(curve([[h, tangent(h)], [h, parabola(h)]], "½ f″ h²", "second", 4));
  if (finite(there)) parts.push(curve([[h, curved ? parabola(h) : tangent(h)], [h, there]], "", "ink2", 1.6, [2, 3]), spot([h, there], "dot", "ink2"));
  parts.push(spot([0, here.f], "dot", "accent"), spot([h, tangent(h)], "ring", "accent"));
  return { kind: "chart", parts, axes: [axis("h"), axis(name.length < 3 ? name : "")], box: [[-end, end], [low - air, high + air]], equal: false, height: 216, grid: true, title: "",
    alt: `${name} around the point, its tangent and its parabola, from −${short(end)} to ${short(end)}; at h = ${short(h)} the tangent says ${short(tangent(h))}, ${name} is ${finite(there) ? short(there) : "not defined"}.` };
}

export function lab(scene, host) {
  let first, second, drawn = null, base = null, end = 1, sliding = false, stride = 1, last = null;
  const f = (x) => host.f.at([x])[0], slope = (x) => first.at([x])[0], bend = (x) => second.at([x])[0];
  const to = (x) => [x], name = () => (scene.name.length < 3 ? scene.name : "f");
  const width = () => host.box[0][1] - host.box[0][0];

  // ---- the three graphs ----------------------------------------------------------------------------------------

  /** Where the server says that something is missing of f. */
  const missing = () => scene.edges.flatMap(({ points = [] }) => points.flat());

  function compute(side, pixels) {
    const key = [pixels, ...side, ...host.letters].join();
    if (drawn?.key === key) return;
    const n = Math.min(1600, Math.round(3 * pixels)), sizes = W.walk(host.f, ...side, n, to).v.map((v) => (Math.abs(v) / (side[1] - side[0])) || 0);
    const graphs = [first, second].map((one) => {
      const walk = W.walk(one, ...side, n, to), v = walk.v.map((y, k) => (Math.abs(y) <= EPS * sizes[k] ? 0 : y)), bands = W.swings({ ...walk, v });
      const heights = heightsShown(v.filter(finite).sort()), box = [Math.min(heights[0], 0), Math.max(heights[1], 0)];
      W.cutWalk(walk, one, box[1] - box[0], to);
      walk.v.forEach((y, k) => { sizes[k] = (sizes[k] + Math.abs(y) || 0) / (side[1] - side[0]); }); // of f′: what rounding makes of f″
      return { walk, shown: { ...walk, v }, bands, box: box[0] < box[1] ? box : [-1, 1] };
    });
    const known = host.lettersKnown ? [...scene.marks.map(({ at }) => at[0]), ...(scene.lab.data.bends?.points ?? []).map(({ at }) => at), ...missing()] : [];
    const [one, two] = read([f, slope, bend], graphs.map(({ walk }) => walk));
    const swift = graphs.some(({ bands }) => bands.length);
    drawn = { key, graphs, signs: [one, two], rows: swift ? [] : events(f, bend, one, two, known, slope), broken: swift ? [] : breaks([one, two], graphs[1].walk, known) };
  }

  /** What breaks of f, f′ and f″ in the window, in words, each with its places. */
  function breaks(read, walk, known) {
    const size = walk.s.at(-1) - walk.s[0], all = [...seams(second, walk), ...read.flatMap(({ places }) => places).filter(({ zero, before, after }) => !zero && before !== after).map(({ at }) => at), ...missing()];
    const places = [], words = new Map();
    for (const x of all.map((x) => known.find((k) => Math.abs(k - x) <= 1e-6 * size) ?? (Math.abs(x) < 1e-12 * size ? 0 : x)).sort((a, b) => a - b)) if (!(x - places.at(-1) <= 1e-6 * size)) places.push(x);
    for (const x of places.filter((x) => x >= walk.s[0] && x <= walk.s.at(-1))) {
      const found = broke([f, slope, bend], x, size), said = found && brokenWords(found, [name(), `${name()}′`, `${name()}″`]);
      if (said) words.set(said, [...(words.get(said) ?? []), x]);
    }
    return [...words];
  }

  function view(from) {
    base = from;
    return { ...from, frame, base: paint, top };
  }

  function frame(ctx, wide, tallest, sides, least = 0) {
    compute(sides[0], wide);
    const part = Math.min(1, wide / 420), [t0, t1, t2] = TALL.map((t) => Math.max(96, Math.round(t * part)));
    const left = Math.max(least, ...drawn.graphs.map(({ box }) => A.leftMargin(ctx, A.marked(box, t1 / 40))));
    const fr = base.frame(ctx, wide, Math.max(150, t0), sides, left);
    let y = fr.y + fr.h + GAP;
    fr.panels = drawn.graphs.map(({ box }, i) => {
      const one = A.frame([fr.box[0], box], wide, { tallest: [t1, t2][i], left: fr.x, top: y, bottom: 0, plane: false });
      y += one.h + GAP;
      return one;
    });
    fr.strip = y - GAP + NUMBERS;
    fr.height = fr.strip + 2 * (ROW + 3) + 2;
    fr.bare = true;
    fr.holds = ([a]) => a >= fr.box[0][0] && a <= fr.box[0][1];
    return fr;
  }

  function paint(ctx, theme, fr, state) {
    base.base(ctx, theme, fr, state);
    const letters = ["′", "″"].map((dash) => `${name()}${dash}`), colours = [theme.ink, theme.second];
    fr.panels.forEach((one, i) => {
      const { shown: walk, bands, box } = drawn.graphs[i], zero = one.py(0);
      A.axes(ctx, theme, one, [i ? scene.names[0] : "", letters[i]], { grid: true, floor: zero, apart: [A.APART, 40], ...(i ? {} : { xs: [] }) });
      ctx.save();
      A.clip(ctx, one);
      const area = new Path2D();
      for (let k = 0; k < walk.v.length; k++) {
        if (!finite(walk.v[k])) continue;
        const [x, v] = [one.px(walk.s[k]), Math.min(one.y + one.h + 99, Math.max(one.y - 99, one.py(walk.v[k])))], ends = k + 1 === walk.v.length || walk.cut[k + 1];
        if (k === 0 || walk.cut[k] || !finite(walk.v[k - 1])) area.moveTo(x, zero);
        area.lineTo(x, v);
        if (ends) area.lineTo(x, zero);
      }
      for (const [token, y, tall] of [["plus", one.y, zero - one.y], ["minus", zero, one.y + one.h - zero]]) {
        ctx.save();
        ctx.beginPath();
        ctx.rect(one.x, y, one.w, tall);
        ctx.clip();
        ctx.fillStyle = alpha(theme[token], 0.2);
        ctx.fill(area);
        ctx.restore();
      }
      ctx.fillStyle = alpha(theme.ink2, 0.35);
      for (const [a, b] of bands) ctx.fillRect(one.px(walk.s[a]), one.y, one.px(walk.s[b]) - one.px(walk.s[a]), one.h);
      M.stroke(ctx, colours[i], 2.4, [], W.curvePath(walk, one));
      ctx.restore();
    });
    strip(ctx, theme, fr, letters);
    ties(ctx, theme, fr);
  }

  /** What belongs together lies on one upright line: a zero of f′ and its extremum, a zero of f″ and its inflection. */
  function ties(ctx, theme, fr) {
    for (const { at, what, test } of drawn.rows) {
      const x = fr.px(at), bends = what === "bend";
      if (!(at >= fr.box[0][0] && at <= fr.box[0][1])) continue;
      ctx.beginPath();
      ctx.moveTo(x, Math.min(fr.y + fr.h, Math.max(fr.y, fr.py(f(at)))));
      ctx.lineTo(x, bends ? fr.panels[1].py(0) : fr.panels[0].py(0));
      M.stroke(ctx, bends ? theme.second : theme.ink2, 1, [2, 3]);
      if (bends) for (const [u, v] of [[x, fr.py(f(at))], [x, fr.panels[0].py(slope(at))]]) if (finite(v)) M.dot(ctx, theme, u, v, 4, theme.second, 2.2);
      if (test !== "none") M.dot(ctx, theme, x, fr.panels[bends ? 1 : 0].py(0), 3.4, bends ? theme.second : theme.ink, 2);
    }
  }

  /** Two rows: the signs of f′ and of f″, each stretch with its word where there is room; between them what happens there. */
  function strip(ctx, theme, fr, letters) {
    const [lo, hi] = fr.box[0];
    drawn.signs.forEach(({ stretches, places }, i) => {
      const y = fr.strip + i * (ROW + 3), taken = [];
      A.label(ctx, theme, [letters[i], ""], fr.x - 8, y + ROW / 2 + 5, { align: "right", size: 15 });
      for (const { from, until, sign } of stretches) {
        const [a, b] = [fr.px(Math.max(lo, from)), fr.px(Math.min(hi, until))];
        if (sign === null) { if (b - a > 1) M.hatch(ctx, theme, a, y, b - a, ROW); continue; }
        ctx.fillStyle = alpha(theme[sign < 0 ? "minus" : sign > 0 ? "plus" : "ink2"], sign ? 0.24 : 0.12);
        ctx.fillRect(a, y, b - a, ROW);
        const mark = sign < 0 ? "−" : sign > 0 ? "+" : "0", words = `${mark} ${WORDS[i][sign + 1]}`;
        const said = [words, mark].find((text) => A.widthOf(ctx, text, { size: 13 }) < b - a - 24);
        if (said) A.label(ctx, theme, said, (a + b) / 2, y + ROW / 2 + 4.5, { size: 13, halo: 0 });
      }
      for (const { at, zero } of places) {
        const x = fr.px(at);
        if (taken.some((other) => Math.abs(other - x) < 3)) continue;
        taken.push(x);
        ctx.beginPath();
        ctx.moveTo(x, y);
        ctx.lineTo(x, y + ROW);
        M.stroke(ctx, zero ? theme.ink : theme.ink2, zero ? 1.4 : 1.6, zero ? [] : [5, 4]);
      }
    });
    for (const { at, what } of drawn.rows) {
      const x = fr.px(at), y = fr.strip + ROW / 2;
      if (what === "bend") M.dot(ctx, theme, x, y + ROW + 3, 4, theme.second, 2.2);
      else if (what) M.mark(ctx, theme, what === "inflection" ? "saddle" : what, x, y);
    }
  }

  function top(ctx, theme, fr, state) {
    base.top(ctx, theme, fr, state);
    const { p: [x], g, H, f: value } = state.here;
    if (!fr.holds([x])) return;
    const u = fr.px(x);
    ctx.beginPath();
    ctx.moveTo(u, fr.y + fr.h);
    ctx.lineTo(u, fr.panels[1].y + fr.panels[1].h);
    M.stroke(ctx, theme.ink2, 1, [2, 3]);
    M.polygon(ctx, [[u - 5, fr.strip - 7], [u + 5, fr.strip - 7], [u, fr.strip]]); // where the point is among the signs
    ctx.fillStyle = theme.accent;
    ctx.fill();
    const told = [g?.[0], H?.[0]];
    fr.panels.forEach((one, i) => {
      const v = told[i], names = room(ctx, theme, one), { s, v: all } = drawn.graphs[i].shown;
      if (!finite(v) || !finite(value)) return;
      const k = Math.round(((x - s[0]) / (s.at(-1) - s[0])) * (s.length - 1)), near = Math.ceil((60 / one.w) * s.length);
      names.avoid(Array.from(all.slice(Math.max(0, k - near), k + near), (y, j) => [one.px(s[Math.max(0, k - near) + j]), one.py(y)]));
      const y = Math.min(one.y + one.h, Math.max(one.y, one.py(v)));
      ctx.save();
      A.clip(ctx, one);
      if (i === 0 && finite(H[0])) { // the slope of f′ is f″
        const reach = 0.07 * (one.box[0][1] - one.box[0][0]);
        M.stroke(ctx, theme.second, 2.2, [7, 4], W.smoothPath((t) => v + H[0] * (t - x), x - reach, x + reach, one));
      }
      ctx.restore();
      M.dot(ctx, theme, u, y, 5.5, theme.accent, 3.5);
      names.keep(u, y, 9);
      names.write(short(v), [[u, y]], { colour: theme.accent, gap: 8 });
    });
  }

  // ---- the stride ------------------------------------------------------------------------------------------------

  /** On the graph itself: where the tangent and f are after the stride. */
  function draw(ctx, theme, fr, here) {
    look(here);
    if (!here.g || !finite(here.g[0])) return;
    const x = here.p[0] + stride, u = fr.px(x), promised = here.f + here.g[0] * stride, there = f(x);
    if (x < fr.box[0][0] || x > fr.box[0][1] || !finite(there)) return;
    ctx.beginPath();
    ctx.moveTo(u, fr.py(promised));
    ctx.lineTo(u, fr.py(there));
    M.stroke(ctx, theme.second, 4);
    for (const [v, colour] of [[promised, theme.ink], [there, theme.ink2]]) M.dot(ctx, theme, u, fr.py(v), 3.2, colour, 2);
  }

  function look(here) {
    if (last === here) return;
    last = here;
    const usual = 0.09 * width();
    stride = host.values.ahead || niceStep(usual) * (here.p[0] + niceStep(usual) > host.box[0][1] ? -1 : 1);
    if (!sliding) end = niceEnd(1.5 * Math.abs(stride));
  }
  const niceEnd = (v) => Number(v.toPrecision(2));

  const at = h("div"), graph = chart.mount(at), head = h("tr"), rows = ["slope promises", "*f* changes by", "off by", "½ *f*″ *h*²"].map((words) => ({ words, el: h("tr") }));
  const says = h("p.say", { role: "status" }), none = h("p.say", { hidden: true, role: "status" }), body = h("div");
  const knob = slider({ name: "ahead", label: "Stride h", text: "Stride *h*", lo: -0.5 * width(), hi: 0.5 * width(), least: -scene.lab.data.most, most: scene.lab.data.most }, { held: host.held, settle: host.settle, put: (_, v) => step(v) });
  const button = (words, act) => { const b = h("button.act", { type: "button" }, ...[words].flat()); b.onclick = () => { act(); host.settle(); }; return b; };
  const halve = button(rich("Halve *h*"), () => step(stride / 2)), usual = button("Reset", () => host.put("ahead", 0));
  body.append(at, h("div.row", {}, knob.el, halve, usual), says, h("table.errors", {}, h("thead", {}, head), h("tbody", {}, rows.map(({ el }) => el))));
  const side = h("section.item.keeps", {}, h("h2", {}, h("span", {}, "Curvature against the slope’s promise"), h("span.type", {}, rich("*f*(*p* + *h*) against *f*(*p*) + *f*′(*p*) *h*"))), none, body);
  function step(v) { host.put("ahead", Number(v.toPrecision(6))); }

  function set(here, theme) {
    look(here);
    const smooth = here.g && finite(here.g[0]) && finite(here.f);
    none.hidden = smooth;
    body.hidden = !smooth;
    if (!smooth) { write(none, finite(here.f) ? "There is no slope at this point, so nothing is promised." : "f has no value at this point."); table(); return; }
    const walk = W.walk(host.f, -end, end, 121, (t) => [here.p[0] + t]);
    if (walk.sorted.length) W.cutWalk(walk, host.f, walk.sorted.at(-1) - walk.sorted[0], (t) => [here.p[0] + t]);
    walk.of = (t) => f(here.p[0] + t);
    graph.update(strideChart(here, walk, stride, end, name()), theme);
    knob.set(stride);
    const all = [1, 0.5, 0.25].map((part) => promise(here, f(here.p[0] + part * stride), part * stride));
    rewrite(head, short(stride), () => ["", ["h", ` ${equal(stride, 4)} ${short(stride)}`], ["h", "/2"], ["h", "/4"], "halving divides by"].map((text) => h("th", {}, ...(Array.isArray(text) ? [h("i.m", {}, text[0]), text[1]] : [text]))));
    ["promised", "change", "off", "foreseen"].forEach((key, i) => {
      const v = all.map((one) => one[key]), ratio = v[1] / v[2];
      rewrite(rows[i].el, v.join(), () => [h("th", {}, ...rich(rows[i].words)), ...v.map((one) => h("td.number", {}, finite(one) ? short(one) : "–")), h("td.number", {}, ratio > 0 && finite(ratio) && Math.abs(v[2]) > 1e-13 * (1 + Math.abs(here.f)) ? ratio.toFixed(1) : "–")]);
      rows[i].el.classList.toggle("chosen", key === "off");
    });
    write(says, sentence(all[0], here, all.every(({ off }, k) => Math.abs(off) < 1e-12 * Math.max(Math.abs(here.f), ...all.map(({ change }) => Math.abs(change))) && !all[k].foreseen)));
    table();
  }

  function sentence({ promised, change, off, foreseen }, here, straight) {
    if (!finite(change)) return `The slope promises ${signed(promised)}, but f has no value at p + h.`;
    const start = `The slope promises ${signed(promised)}, f changes by ${signed(change)}: off by ${signed(off)}.`;
    if (!finite(foreseen)) return `${start} There is no second derivative here that could have told.`;
    const rest = off - foreseen, size = Math.max(Math.abs(change), Math.abs(promised), Math.abs(here.f));
    if (straight) return `${start} The graph runs along its tangent.`;
    return `${start} Curvature foresaw ${signed(foreseen)}${Math.abs(rest) > 1e-9 * size ? `; the rest is ${signed(rest)}` : ", all of it"}.`;
  }

  // ---- the hand on the chart ---------------------------------------------------------------------------------------

  const paper = graph.canvas, across = (event) => event.clientX - paper.getBoundingClientRect().left;
  const slide = (u) => { const v = graph.frame.from(u, 0)[0]; step(Math.min(end, Math.max(-end, v)) || end / 100); };
  paper.classList.add("slides");
  paper.onpointerdown = (event) => {
    if (event.button !== 0 || (event.pointerType === "touch" && Math.abs(graph.frame.px(stride) - across(event)) > 28)) return;
    event.preventDefault();
    sliding = true;
    host.held("ahead", true);
    paper.setPointerCapture(event.pointerId);
    slide(across(event));
  };
  paper.onpointermove = (event) => { if (sliding) slide(across(event)); else paper.style.cursor = Math.abs(graph.frame.px(stride) - across(event)) < 24 ? "grab" : ""; };
  paper.onpointerup = paper.onpointercancel = () => { if (sliding) { sliding = false; last = null; host.held("ahead", false); host.settle(); host.ask(); } };

  // ---- the test ------------------------------------------------------------------------------------------------------

  const tests = h("tbody"), about = h("p.small"), after = h("section.item.tests", {}, h("h2", {}, h("span", {}, "The second-derivative test, and the inflections"), h("span.type", {}, "in the window that is seen")),
    h("table.errors", {}, h("thead", {}, h("tr", {}, ...["place", "", "sign of f′", "f″ there", "the test says", "so f has"].map((text) => h("th", {}, text)))), tests), about);
  const SIGN = { "-1": "−", 0: "0", 1: "+" };

  function table() {
    if (!drawn) return;
    const data = scene.lab.data, key = [drawn.key, host.lettersKnown, JSON.stringify(data.known), JSON.stringify(data.bends), scene.marks.length].join("|");
    if (tests.dataset.key === key) return;
    rewrite(tests, key, () => drawn.rows.map((row) => h("tr", {}, ...cells(row).map((part, i) => h(i === 0 ? "th" : "td.words", {}, ...[part].flat())))));
    after.querySelector("table").hidden = !drawn.rows.length;
    write(about, remark());
  }

  /** Whether a function has both signs. */
  const turns = ({ stretches }) => new Set(stretches.map(({ sign }) => sign).filter(Boolean)).size > 1;

  function remark() {
    const swings = drawn.graphs.some(({ bands }) => bands.length), data = scene.lab.data, level = drawn.signs[0].stretches.some(({ sign }) => sign === 0);
    const none = drawn.signs.some(turns) ? "No critical point and no inflection in what is seen: a sign changes only where f has no value, or jumps." : "Neither f′ nor f″ changes its sign in what is seen.";
    const found = swings ? "f swings too fast here for its signs to be read: zoom in." : level ? "Where f is level, every point is critical." : drawn.rows.length ? "" : none;
    const proof = host.lettersKnown && data.bends?.sentence ? `Inflections: ${data.bends.sentence}` : "", at = (xs) => xs.slice(0, SHOWN).map(decimal).join(", ") + (xs.length > SHOWN ? " and elsewhere" : "");
    const broken = drawn.broken.slice(0, SHOWN).map(([words, xs]) => `At ${inline(scene.names[0])} ${xs.every((x) => sure(x, exactly(x))) ? "=" : "≈"} ${at(xs)} ${words}.`);
    return [found, ...broken, drawn.rows.length ? "Signs are read in the browser; a place with = is exact and proved, one with ≈ is rounded." : "", proof].filter(Boolean).join(" ");
  }

  /** What the server knows of a place: its exact number, and whether it is proved. */
  const exactly = (x, bends = false) => (host.lettersKnown ? [...(bends ? scene.lab.data.bends?.points ?? [] : scene.lab.data.known), ...missing().map((at) => ({ at, proved: true }))].find((one) => Math.abs(one.at - x) <= 1e-6 * (1 + Math.abs(x))) : null);
  /** Whether the number that is written is the place itself. */
  const sure = (x, known) => Boolean(known?.exact) || (Boolean(known?.proved) && Number(x.toPrecision(6)) === x);

  function cells({ at: x, what, test, second: c, before, after: next }) {
    const known = exactly(x, what === "bend");
    const [top, bottom] = (known?.exact ?? "").replace("−", "-").split("/"), rounded = Number(top) / Number(bottom) === Number(x.toPrecision(6)) ? "=" : "≈";
    const exact = known?.exact && known.exact !== decimal(x) ? `${known.exact} ${rounded} ${decimal(x)}` : decimal(x), place = `${inline(scene.names[0])} ${sure(x, known) ? "=" : "≈"} ${exact}`;
    const arrows = `${SIGN[before] ?? "·"} → ${SIGN[next] ?? "·"}`;
    if (what === "bend") return [place, "inflection", "", arrows, "f″ changes its sign", ["an inflection: ", next > 0 ? "from bending down to up" : "from bending up to down"]];
    const kind = what === "inflection" ? [kindIcon("saddle"), " a horizontal inflection"] : what ? [kindIcon(what), ` a ${what}`] : ["no verdict: f is level on one side"];
    const untold = ["none", "vertical", "missing"].includes(test), icon = test === "silent" ? "inconclusive" : untold ? "" : test;
    const said = { none: "cannot be made: no slope here", vertical: "cannot be made: no slope here", missing: "cannot be made: no f″ here", silent: "silent: f″ = 0", minimum: "f″ > 0: minimum", maximum: "f″ < 0: maximum" }[test];
    return [place, { none: "kink", vertical: "vertical tangent" }[test] ?? "critical", arrows, untold ? "none" : test === "silent" ? "0" : short(c), icon ? [kindIcon(icon), ` ${said}`] : said, kind];
  }

  // ---- handles on the lower graphs -------------------------------------------------------------------------------

  const grip = (i) => ({
    name: `graph${i}`, label: `The same point on the graph of f${"′″"[i]}; arrow keys move it`,
    at(here) {
      const v = [here.g?.[0], here.H?.[0]][i], one = host.frame?.panels?.[i];
      if (!finite(v) || !one) return null;
      return [here.p[0], host.frame.from(0, Math.min(one.y + one.h, Math.max(one.y, one.py(v))))[1]];
    },
    move([x]) { const [lo, hi] = host.box[0]; host.move([round(Math.min(hi, Math.max(lo, x)), host.decimals[0])]); },
    step(key, big, fine, here) {
      const way = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[key];
      if (!way) return false;
      this.move([here.p[0] + way * niceStep(width() / 400) * (big ? 10 : 1) * (fine ? 0.1 : 1)]);
      return true;
    },
    text: (here) => `${inline(scene.names[0])} ${decimal(here.p[0])}, f${"′″"[i]} ${finite([here.g?.[0], here.H?.[0]][i]) ? short([here.g, here.H][i][0]) : "not defined"}`,
    value: (here) => here.p[0],
  });

  function take(next) {
    scene = next;
    last = null;
    if (drawn) drawn.key = "";
  }
  first = reader(scene.program, [1], host.letters);
  second = reader(scene.program, [2], host.letters);

  return {
    view, side, after, keeps: true, take, draw, set,
    legend: () => ["Green dots: inflections, where *f*″ changes its sign. Shaded: + above the axis, − below."],
    grips: [grip(0), grip(1)],
    dispose() { graph.dispose(); },
  };
}
