// The lab of destinations: the map of where a method ends, under the marks, and what it says of the held start.
//
// The server gives a byte a pixel for the end and one for the number of steps (core/wire.py, `atlas_record`). The kind of an end is told
// by colour AND pattern: plain for minima, slanted lines for saddles, dots for maxima, greys with their own patterns where a run came to
// no point. Patterns are drawn at the size of the paper, through a mask of the pixels, so they stay crisp however far one zooms.

const V = new URL(import.meta.url).search;
const [{ h, write, rewrite, rich, sizeOf }, { plain, point, significant }, A, T, { slider, choice }, M, S, { alpha }] = await Promise.all(
  ["dom", "numbers", "axes", "marks", "controls", "methods", "second", "theme"].map((name) => import(`./${name}.js${V}`)));

const KINDS = ["minimum", "saddle", "maximum"], NONE = ["out of steps", "cycle", "diverged", "left the domain", "stalled", "outside"];
const STAND_FOR = { __proto__: null, overflow: "diverged" };
const LIVE = { __proto__: null, newton: "Newton", "damped-newton": "damped Newton", "saddle-free-newton": "saddle-free Newton", "trust-region": "trust region", "gradient-descent": "gradient descent", "heavy-ball": "momentum" };
const PATTERN = { __proto__: null, saddle: "slant", maximum: "dots", inconclusive: "cross", cycle: "upright", "left the domain": "level", stalled: "back" };
const GREY = { __proto__: null, "out of steps": 0.16, cycle: 0.3, diverged: 0.5, "left the domain": 0.1, stalled: 0.24, outside: 0 };
const TINTS = [["", 0], ["text", 0.45], ["bg", 0.34], ["text", 0.9], ["bg", 0.55]]; // of points of one kind, the largest region first
const STRONG = 0.7, WEAK = 0.26; // of the colour of a kind: few steps, many
const LINE = 0.5; // of the colour of words, in the line between two points of one kind
const AIR = 9; // px between the lines of a pattern
const LEAST = 0.001; // of the window: a smaller region is not in the table
const FAINT = 0.3;
const STRIP = 26; // px, of the map of one variable
const PATIENCE = 8, REST = 120, ROUND = 1e-9; // as in descent.js
const NEAR = 1e-3, NEAR_SILENT = 3e-2; // a run that ends so near a point, relatively, came to it; further where the test is silent

const rgb = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
const mix = (a, b, t) => a.map((v, i) => v + t * (b[i] - v));
const css = (c) => `rgb(${c.map(Math.round).join(",")})`;
const percent = (share) => (share === 0 ? "0 %" : share < 0.0005 ? "< 0.1 %" : share > 0.9995 && share < 1 ? "> 99.9 %" : `${(100 * share).toFixed(1)} %`);
const norm = (v) => Math.hypot(...v), apart = (a, b) => norm(a.map((v, i) => v - b[i]));

/** The bytes of the pixels, of which a packed text was made. */
export async function unpacked(text) {
  const packed = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  return new Uint8Array(await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"))).arrayBuffer());
}

/** What each byte of the pixels means: { group, end, tint }. */
export function meanings({ ends, classes }) {
  const told = [], seen = {};
  const order = ends.map((end, i) => ({ ...end, i })).sort((a, b) => b.share - a.share);
  for (const { i, kind } of order) {
    const group = KINDS.includes(kind) ? kind : "inconclusive";
    told[i] = { group, end: ends[i], tint: (seen[group] = (seen[group] ?? -1) + 1) % TINTS.length };
  }
  for (const [byte, name] of classes) told[byte] = { group: STAND_FOR[name] ?? name, end: null, tint: 0 };
  return told;
}

/** The parts of the window by what became of the runs. */
export function shares({ ends, classes, outside }) {
  const found = Object.fromEntries([...KINDS, "inconclusive", ...NONE].map((group) => [group, 0]));
  for (const { kind, share } of ends) found[KINDS.includes(kind) ? kind : "inconclusive"] += share;
  for (const [, name, share] of classes) found[STAND_FOR[name] ?? name] += share;
  found["left the domain"] = Math.max(0, found["left the domain"] - outside);
  found.outside = outside;
  return found;
}

/** Strokes a pattern over a rectangle, in the present style. */
function pattern(ctx, name, x, y, w, h) {
  ctx.beginPath();
  if (name === "dots") {
    for (let j = 0, v = y + 5; v < y + h; v += AIR, j++) for (let u = x + 5; u < x + w; u += AIR) { ctx.moveTo(u + 1.35, v); ctx.arc(u, v, 1.35, 0, 2 * Math.PI); }
    ctx.fill();
    return;
  }
  const slant = (s) => { for (let d = -h; d < w; d += AIR) { ctx.moveTo(x + d, s > 0 ? y + h : y); ctx.lineTo(x + d + h, s > 0 ? y : y + h); } };
  if (name === "slant" || name === "cross") slant(1);
  if (name === "back" || name === "cross") slant(-1);
  if (name === "upright") for (let u = x + 4; u < x + w; u += AIR) { ctx.moveTo(u, y); ctx.lineTo(u, y + h); }
  if (name === "level") for (let v = y + 4; v < y + h; v += AIR) { ctx.moveTo(x, v); ctx.lineTo(x + w, v); }
  ctx.stroke();
}

const colourOf = (theme, group) => rgb(KINDS.includes(group) ? theme[group] : group === "inconclusive" ? theme.ochre : theme.ink2);
const tints = (theme, group) => TINTS.map(([to, part]) => mix(colourOf(theme, group), to === "text" ? rgb(theme[`${group}_text`] ?? theme.ink) : rgb(theme.bg), part));
const inkOf = (theme, group) => alpha(KINDS.includes(group) ? theme[`${group}_text`] : group === "inconclusive" ? theme.ochre : theme.ink2, 0.8);

export function lab(scene, host) {
  const n = host.n, f = M.objective(scene.program, scene.value, n, host.letters);
  let data = scene.lab.data, map = null, packed = null, image = null, run = null, key = "", later = 0, over = false, old = false; // old: the map of another method or step size, until there is a new one

  // ---- beside the map ---------------------------------------------------------------------------------------------

  const which = choice({ name: "by", label: "Method", options: data.methods }, host);
  which.el.classList.add("wraps");
  const starts = h("span.type"), rows = h("div.shares"), bends = h("p.small");
  const here = h("h2"), said = h("p.say", { ariaLive: "polite" }), law = h("p.small");
  const largest = h("tbody"), table = h("table.errors.regions", {}, h("thead", {}, h("tr", {}, ["ends at", [h("i.m", {}, host.name), " there"], "share"].map((words) => h("th", { scope: "col" }, words)))), largest);
  const regions = h("section.item", {}, h("h2", {}, "Largest regions"), table);
  const side = h("div.destinations", {}, which.el, h("section.item", {}, h("h2", {}, "Share of the window", starts), rows, bends), h("section.item", {}, here, said, law), regions);
  let lines = [];

  const rate = slider({ name: "rate", label: "Step size", text: "Step size *η*", lo: 1e-5, hi: 10, least: 0, most: data.most_rate, log: true },
    { held: host.held, settle: host.settle, put: (name, v) => { host.put("chosen", true); host.put(name, v); } });
  const usual = h("button.act.small", { type: "button", title: "Suits nearly the whole window" }, "Usual");
  usual.onclick = () => { host.put("chosen", false); host.settle(); };
  const under = h("div.walk", {}, rate.el, usual);

  function take(next) {
    scene = next;
    data = next.lab.data;
    if (packed && data.map?.cells === packed) { if (map) map = { ...map, ...data.map, told: meanings(data.map) }; image = null; return; }
    packed = data.map?.cells ?? null;
    if (!packed) { old = Boolean(map); return; }
    const found = data.map, cells = packed;
    unpacked(cells).then((bytes) => {
      if (over || cells !== packed) return;
      const size = found.rows * found.columns;
      map = { ...found, told: meanings(found), place: bytes.subarray(0, size), moves: bytes.subarray(size) };
      image = null;
      old = false;
      host.repaint();
    });
  }
  take(scene);

  // ---- the map ----------------------------------------------------------------------------------------------------

  /** The group of a pixel: a start without a value has left the domain before its first step. */
  function groupAt(k) {
    const { group } = map.told[map.place[k]] ?? { group: "stalled" };
    return group === "left the domain" && map.moves[k] === 0 ? "outside" : group;
  }

  /** The colours as a small picture, and for each pattern a mask of the pixels that have it. */
  function paint(theme) {
    if (image?.theme === theme.name && image.map === map) return image;
    const { rows: tall, columns: wide, place, moves, told } = map, picture = new ImageData(wide, tall), masks = {}, tinted = {}, bg = rgb(theme.bg);
    const ended = moves.filter((_, k) => told[place[k]]?.end).sort(), [lo, hi] = ended.length ? [0.02, 0.98].map((q) => ended[Math.floor(q * (ended.length - 1))]) : [0, 1];
    const shade = (m) => Math.min(1, Math.max(0, (m - lo) / Math.max(1, hi - lo)));
    for (let j = 0, k = 0; j < tall; j++)
      for (let i = 0; i < wide; i++, k++) {
        const group = groupAt(k), { tint = 0, end } = told[place[k]] ?? {}, to = (tall - 1 - j) * wide + i;
        const part = end ? STRONG + (WEAK - STRONG) * shade(moves[k]) : GREY[group];
        const line = end && ((i > 0 && i + 2 < wide && parts(k, 1)) || (j > 0 && j + 2 < tall && parts(k, wide)));
        const colour = mix(bg, (tinted[group] ??= tints(theme, group))[tint], part);
        picture.data.set([...(line ? mix(colour, rgb(theme[`${group}_text`] ?? theme.ink), LINE) : colour), 255], 4 * to);
        if (PATTERN[group]) (masks[group] ??= new ImageData(wide, tall)).data[4 * to + 3] = 255;
      }
    const canvas = (data) => { const c = document.createElement("canvas"); [c.width, c.height] = [wide, tall]; c.getContext("2d").putImageData(data, 0, 0); return c; };
    image = { theme: theme.name, map, picture: canvas(picture), masks: Object.entries(masks).map(([group, mask]) => [group, canvas(mask)]) };
    return image;
  }

  /** Whether the regions of two points of one kind meet between a pixel and the next; in a rough border there is no line. */
  function parts(k, d) {
    const { place, told } = map, [a, b] = [place[k], place[k + d]];
    return a !== b && place[k - d] === a && place[k + 2 * d] === b && told[a]?.end && told[b]?.end && told[a].group === told[b].group;
  }

  const patch = document.createElement("canvas");

  /** Draws the map in the place of the heights; says whether there is one. */
  function ground(ctx, theme, fr) {
    if (!map || !host.lettersKnown) return false;
    const { picture, masks } = paint(theme), [[x0, x1], [y0, y1] = [0, 0]] = scene.box;
    const [x, w] = [fr.px(x0), fr.px(x1) - fr.px(x0)], [y, tall] = n === 1 ? [fr.y + fr.h - STRIP, STRIP] : [fr.py(y1), fr.py(y0) - fr.py(y1)];
    ctx.save();
    if (n === 2) { ctx.fillStyle = theme.bg; ctx.fillRect(fr.x, fr.y, fr.w, fr.h); }
    ctx.imageSmoothingEnabled = map.stride === 1 && w < 3 * map.columns;
    ctx.imageSmoothingQuality = "high";
    ctx.globalAlpha = old ? FAINT : 1;
    ctx.drawImage(picture, x, y, w, tall);
    const dots = globalThis.devicePixelRatio || 1, p = patch.getContext("2d");
    for (const [group, mask] of masks) {
      [patch.width, patch.height] = [Math.ceil(fr.w * dots), Math.ceil(fr.h * dots)];
      p.scale(dots, dots);
      p.translate(-fr.x, -fr.y);
      p.imageSmoothingEnabled = false;
      p.drawImage(mask, x, y, w, tall);
      p.globalCompositeOperation = "source-in";
      p.strokeStyle = p.fillStyle = inkOf(theme, group);
      p.lineWidth = 1.1;
      pattern(p, PATTERN[group], fr.x, fr.y, fr.w, fr.h);
      ctx.drawImage(patch, fr.x, fr.y, patch.width / dots, patch.height / dots);
    }
    if (n === 1) { ctx.strokeStyle = theme.ink2; ctx.lineWidth = 1; ctx.strokeRect(x, y + 0.5, w, tall - 1); }
    ctx.restore();
    return n === 2;
  }

  // ---- the run from the held start --------------------------------------------------------------------------------

  const rateNow = () => (host.values.chosen ? host.values.rate : data.rate);

  /** Whether the server's run is that of this start, method and step size. */
  const fresh = (p) => host.lettersKnown && host.values.by === scene.lab.values.by && Math.abs(rateNow() - data.rate) <= ROUND * data.rate
    && scene.point.every((v, i) => Math.abs(v - p[i]) <= ROUND * (1 + Math.abs(v)));

  /** The server's path where it is known, our own where the browser has the method; else the last one, which is drawn faint. */
  function paths(at) {
    const name = LIVE[host.values.by];
    if (fresh(at.p) || !name) { run = null; return scene.paths; }
    const next = JSON.stringify([at.p, name, rateNow(), [...host.letters]]);
    if (!run || next !== key) walk(at.p, name, PATIENCE);
    key = next;
    return [{ method: run.method, points: seen(run.points), sentence: M.sentence(run), preview: true }];
  }

  function walk(p, name, time) {
    const rate = rateNow(), by = host.values.by, steps = name === "momentum" ? null : S.stepper(by, { rate, trust: data.radius }, f);
    run = { ...M.run(f, { name, rate, beta: data.beta, curved: by !== "gradient-descent" && Boolean(steps), steps }, p, data.most, time), note: "" };
    clearTimeout(later);
    if (run.outcome === "UNFINISHED") later = setTimeout(() => { if (run) walk(p, name, Infinity); host.ask(); }, REST);
  }

  /** Until it leaves the window for good. */
  function seen(points) {
    const last = points.findLastIndex((x) => x.every((v, i) => v >= host.box[i][0] && v <= host.box[i][1]));
    return points.slice(0, Math.max(last, 0) + 2);
  }

  /** What became of the start: { kind, at, moves } or { group, sentence }, by the server's run, by ours, or by its pixel. */
  function became(p) {
    if (fresh(p) && data.run.outcome === "left the domain" && !data.run.moves) return { group: "outside" };
    if (fresh(p)) return data.run.outcome === "converged" ? { ...nearest(data.run.at, data.run.kind), moves: data.run.moves } : { group: data.run.outcome, sentence: data.run.sentence };
    if (run && run.outcome !== "UNFINISHED") return run.outcome === "LEFT_DOMAIN" && run.points.length === 1 ? { group: "outside" } : run.outcome === "VANISHED" ? { ...nearest(run.points.at(-1)), moves: run.points.length - 1 } : { sentence: M.sentence(run) };
    if (!map || old || run || host.values.by !== scene.lab.values.by) return null;
    const [i, j] = p.map((v, axis) => {
      const [lo, hi] = scene.box[axis], size = axis ? map.rows : map.columns;
      return Math.min(size - 1, Math.max(0, Math.floor((size * (v - lo)) / (hi - lo))));
    }), k = (j ?? 0) * map.columns + i, { end } = map.told[map.place[k]] ?? {};
    return end?.at ? { kind: end.kind, at: end.at } : end ? { kind: end.kind, at: null } : { group: groupAt(k) };
  }

  /** The end of the map, or the critical point that is known, next to the end of a run; `told` is what the server said of that very run. */
  function nearest(x, told = "") {
    const known = [...scene.marks, ...(data.map?.ends ?? [])].find(({ at, kind }) => at && apart(at, x) <= (kind === "inconclusive" ? NEAR_SILENT : NEAR) * (1 + norm(at)));
    return known ? { kind: known.kind === "inconclusive" && told ? told : known.kind, at: known.at } : { kind: told || M.kindAt(f, x), at: x };
  }

  const called = (kind) => (kind === "saddle" && n === 1 ? "horizontal inflection" : kind);
  const where = (x) => point(x.map((v) => Number(v.toFixed(3))), 3);
  const one = (kind) => [T.kindIcon(kind), " ", h(`b.${kind}`, {}, called(kind))];

  function sentence(found) {
    if (!found) return [data.trouble || "Let go, and the run of the server says where it ends."];
    const who = data.speaks[host.values.by];
    if (found.group === "outside") return [h("i.m", {}, host.name), " has no value at this start."];
    if (found.sentence || found.group) {
      const words = found.sentence ? found.sentence.replace(/^After (\d+) steps?: /, "") : "";
      return [`${who} comes to no point. ${found.sentence ? `${words[0].toUpperCase()}${words.slice(1)}` : `Its pixel says: ${(data.none[found.group] ?? found.group).replaceAll("*", "")}.`}`];
    }
    const kind = KINDS.includes(found.kind) ? ["the ", ...one(found.kind)] : ["a critical point where the Hessian test is silent,"];
    const after = found.moves === undefined ? "" : ` in ${found.moves} step${found.moves === 1 ? "" : "s"}`;
    return [`${who} goes to `, ...kind, ...(found.at ? [" ", h("span.whole", {}, `at ${where(found.at)}`)] : []), `${after}.`];
  }

  // ---- each frame -------------------------------------------------------------------------------------------------

  function set(at, theme) {
    const found = map && !old ? shares(data.map ?? map) : null, groups = [...KINDS.filter((g) => n > 1 || g !== "saddle" || found?.[g]), ...["inconclusive", ...NONE].filter((g) => g === "out of steps" || found?.[g])];
    rewrite(rows, groups.join() + data.most, () => (lines = groups.map(row)).map(({ el }) => el));
    for (const line of lines) line.set(found?.[line.group] ?? null, theme);
    const became_ = became(at.p), p = point(at.p, 2);
    which.set(host.values.by);
    rate.set(rateNow());
    under.hidden = !data.rated;
    usual.disabled = !host.values.chosen;
    write(starts, found ? (n === 1 ? `${map.columns} starts` : `${map.columns} × ${map.rows} starts`) : data.trouble ? "" : "computing");
    write(bends, found ? `The Hessian is positive definite in ${percent(map.bends[0])} of the window, indefinite in ${percent(map.bends[1])}, negative definite in ${percent(map.bends[2])}.` : data.trouble);
    bends.hidden = n === 1 && !data.trouble;
    write(here, `From your start ${p}`);
    rewrite(said, JSON.stringify([became_, host.values.by, data.trouble]), () => sentence(became_));
    said.setAttribute("aria-busy", String(!fresh(at.p)));
    rewrite(law, data.law, () => rich(data.law));
    const top = (data.map?.ends ?? []).filter(({ share }) => share >= LEAST).sort((a, b) => b.share - a.share).slice(0, data.largest);
    regions.hidden = !top.length;
    rewrite(largest, JSON.stringify(top), () => top.map(({ at: x, kind, value, share }) => h("tr", {},
      h("th", { scope: "row" }, T.kindIcon(kind), " ", x ? where(x) : `further: ${called(kind)}`),
      h("td", {}, value === null ? "" : plain(Math.abs(value) < 1e-12 ? 0 : significant(value, 4))), h("td", {}, percent(share)))));
  }

  /** A line of the shares: the kind, a bar in its colour and pattern, the number. */
  function row(group) {
    const bar = h("canvas", { ariaHidden: "true" }), number = h("b"), kind = KINDS.includes(group) || group === "inconclusive";
    const words = KINDS.includes(group) ? one(group) : kind ? [T.kindIcon(group), " test silent"] : [h("span.mut", {}, rich(group === "out of steps" ? `no end in ${data.most}` : data.none[group]))];
    const el = h("div.share", {}, h("span", {}, words), bar, number);
    let drawn = "";
    return { el, group, set(share, theme) {
      const [w, tall] = sizeOf(bar), now = [share, w, tall, theme.name].join();
      if (w && now !== drawn) {
        drawn = now;
        const ctx = A.paper(bar, w, tall), long = share ? Math.max(3, share * (w - 2)) : 0;
        if (long) {
          ctx.beginPath();
          ctx.rect(1, 1, long, tall - 2);
          ctx.fillStyle = css(mix(rgb(theme.bg), colourOf(theme, group), kind ? 0.5 : GREY[group]));
          ctx.fill();
          ctx.save();
          ctx.clip();
          ctx.strokeStyle = ctx.fillStyle = inkOf(theme, group);
          ctx.lineWidth = 1.1;
          if (PATTERN[group]) pattern(ctx, PATTERN[group], 1, 1, long, tall - 2);
          ctx.restore();
          ctx.strokeStyle = theme.ink2;
          ctx.lineWidth = 1;
          ctx.strokeRect(1, 1, long, tall - 2);
        }
      }
      write(number, share === null ? "–" : percent(share));
    } };
  }

  const legend = () => (map && !old && host.lettersKnown ? [`${n === 1 ? "The strip says where a start ends. " : ""}Plain regions end at minima, hatched ones at saddles, dotted ones at maxima, grey ones at no point. Fainter means more steps; points of one kind differ in tint.`] : []);

  return { side, under, paths, set, ground, take, legend, dispose() { over = true; clearTimeout(later); } };
}
