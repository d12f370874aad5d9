// The lab of one step at a time: what a method believes, the linear solve behind it, the jump, and what it brought. Playing happens here; the
// server hears of the step that is shown when it rests. Its run is replaced by our own (static/second.js) while the hand moves something.

const V = new URL(import.meta.url).search;
const [{ h, write, rewrite, rich, named, matrix }, N, M, S, T, C, W, { alpha }, { slider, choice }] = await Promise.all(
  ["dom", "numbers", "methods", "second", "marks", "contours", "curve", "theme", "controls"].map((name) => import(`./${name}.js${V}`)));

const PATIENCE = 8; // ms of a frame for a run
const GLIDE = 300, PAUSE = 450; // ms of a step, and between two that are played
const ROUND = 1e-9; // a start that differs by less is the server's
const CLOSE = 6; // px: of two first steps that are one
const NODES = 72; // of the grid on which a model is drawn, along a side
const FLAT = 1e-10; // a curvature this much smaller than the largest is worded as zero
const RINGS = [1 / 9, 4 / 9, 1, 16 / 9]; // of a model: at thirds of the way to its critical point
const KIND = { 2: "minimum", "-2": "maximum", 0: "saddle" }, SHAPE = { minimum: "a bowl", maximum: "a dome", saddle: "a saddle" };

const finite = Number.isFinite, all = M.finite;
const short = (v) => N.plain(Number(v.toPrecision(4)));
const vector = (v) => (v.length === 1 ? short(v[0]) : `(${v.map(short).join(", ")})`);
const still = matchMedia("(prefers-reduced-motion: reduce)");

/** The kind of the critical point of a model; null where it has none. */
const kindOf = (belief) => (belief?.critical ? KIND[Math.sign(belief.rows[0].bend) + Math.sign(belief.rows.at(-1).bend)] : null);

export function lab(scene, host) {
  const n = host.n, f = M.objective(scene.program, scene.value, n, host.letters);
  let data = scene.lab.data, run = null, key = "", clock = 0, since = null, playing = false, gliding = false, part = 0;
  const of = (name) => data.methods.find((one) => one.key === name);

  const constants = (p) => ({ rate: host.values.rate || M.usualRate(f.hessian(p), n), trust: host.values.trust || data.trust });

  function fresh(p, c) {
    const was = data.of;
    return host.lettersKnown && was.method === host.values.method && Math.abs(c.trust - was.trust) <= ROUND * c.trust
      && (!descends() || Math.abs(c.rate - was.rate) <= ROUND * c.rate) && was.start.every((v, i) => Math.abs(v - p[i]) <= ROUND * (1 + Math.abs(v)));
  }

  /** The run from the held point: { steps: [{ x, value, to, alpha, trials, radius }], sentence, end, note, ours }. */
  function walked(p) {
    const c = constants(p), ours = !fresh(p, c), next = JSON.stringify([p, c, host.values.method, [...host.letters], ours]);
    if (next === key) return run;
    key = next;
    run = ours ? walk(p, c) : data.run;
    return run;
  }

  function walk(p, c) {
    const method = of(host.values.method);
    const found = M.run(f, { name: method.name, curved: !descends(), steps: S.stepper(method.key, c, f) }, p, data.most, PATIENCE);
    const steps = found.moves.map(({ target, alpha: a, trials, radius, p: direction }, i) => ({ x: found.points[i], value: found.values[i], to: direction && a ? target : null, alpha: a, trials, radius }));
    const x = found.points.at(-1), kind = found.outcome === "VANISHED" ? M.kindAt(f, x) : null;
    const note = data.words[found.note] ?? "";
    return { steps, ours: true, note, sentence: M.sentence({ ...found, note }), end: kind && { kind, at: x.map((v) => Number(v.toFixed(4))), evidence: "preview" } };
  }

  const last = () => run.steps.length - 1;
  const now = () => Math.min(host.values.k, last());

  /** The step that is shown: where it begins, what was believed there, what it came to. */
  function look(here) {
    const { steps } = walked(here.p), k = now(), step = steps[k], at = host.local(step.x);
    const c = constants(here.p), s = step.to ? step.to.map((v, i) => v - step.x[i]) : null;
    const belief = at.smooth ? S.believe(host.values.method, step.x, at.g, at.H, s, { rate: c.rate, radius: step.radius }) : null;
    const after = k < last() ? steps[k + 1].value : step.to ? f.value(step.to) : NaN;
    return { k, step, at, s, belief, kind: kindOf(belief), after, c, made: k < last() };
  }

  /** From one step to the next: a glide, unless motion is not wanted, and where it plays a pause. */
  function tick(time) {
    since ??= time;
    const spent = time - since, glide = still.matches ? 0 : GLIDE;
    if (gliding && spent < glide) part = spent / glide;
    else if (gliding) {
      [part, gliding, since] = [0, false, time];
      host.put("k", now() + 1);
      if (!playing || now() >= last()) return rest();
    } else if (spent >= PAUSE) [gliding, since] = [true, time];
    clock = requestAnimationFrame(tick);
    host.ask();
  }

  function start(play) {
    if (now() >= last() && !(play && last())) return;
    stop();
    host.held("k", true);
    host.put("k", now() >= last() ? 0 : now());
    [playing, gliding, since] = [play, true, null];
    clock = requestAnimationFrame(tick);
  }

  function rest() {
    stop();
    host.held("k", false);
    host.settle();
    host.ask();
  }
  function stop() { cancelAnimationFrame(clock); clock = 0; part = 0; playing = false; }

  function show(k) {
    stop();
    host.put("k", Math.max(0, Math.min(last(), k)));
    rest();
  }

  const chosen = { held: host.held, settle: host.settle, put: (_, name) => { stop(); host.held("k", false); host.put("method", name); host.put("k", 0); } };
  const which = choice({ name: "method", label: "Method", options: data.methods.map(({ key: name, label }) => [name, label]) }, chosen);
  which.el.classList.add("many");
  const rate = slider({ name: "rate", label: "Step size", text: "Step size *η*", lo: 1e-5, hi: 10, least: 0, most: data.most_size, log: true }, host);
  const width = () => Math.max(...host.box.map(([lo, hi]) => hi - lo));
  const trust = slider({ name: "trust", label: data.heads.radius, text: data.heads.delta, lo: width() / 1000, hi: width(), least: 1e-9, most: data.most_size, log: true }, host);
  const act = (name, letter, go) => { const b = h("button.act", { type: "button" }, `${name} `, h("kbd", {}, letter.toUpperCase())); b.onclick = go; return b; };
  const back = act("Back", "b", () => show(now() - 1)), next = act("Step", "n", () => (clock ? show(now() + 1) : start(false)));
  const play = act("Play", "p", () => (playing ? rest() : start(true))), reset = act("Reset", "0", () => show(0)), end = act("End", "a", () => show(last()));
  const count = h("p.say", { role: "status" }), came = h("p.say.came", { role: "status" });
  const under = h("div.knobs.single", {}, which.el, h("div.row", {}, back, next, play, end, reset, count), rate.el, trust.el, came);

  const keys = { b: back, n: next, p: play, a: end, 0: reset };
  function typed(event) {
    const at = event.composedPath()[0];
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || at.matches?.("input, textarea, select, [contenteditable]")) return;
    if (keys[event.key] && !keys[event.key].disabled) { event.preventDefault(); keys[event.key].onclick(); }
  }
  document.addEventListener("keydown", typed);

  const descends = () => host.values.method === "gradient-descent";
  const order = () => (descends() ? "ink" : "second"), looks = () => (descends() ? "gradient descent" : "newton");

  const height = ({ at, belief }, q) => belief.rows.reduce((sum, { v, slope, bend }) => {
    const d = v.reduce((all, a, i) => all + a * (q[i] - at.p[i]), 0);
    return sum + slope * d + 0.5 * bend * d * d;
  }, at.f);

  /** How far around its point a model is drawn: as far as it is trusted, or far enough to hold where it aims. */
  function reach({ step, at, s, belief }, fr) {
    if (step.radius) return step.radius;
    const side = Math.min(fr.w / fr.sx, fr.h / fr.sy), far = [s, belief.critical?.map((v, i) => v - at.p[i])].filter(Boolean).map((d) => Math.hypot(...d));
    return Math.min(0.72 * side, Math.max(0.14 * side, 1.35 * Math.max(0, ...far)));
  }

  function draw(ctx, theme, fr, here, names) {
    const seen = look(here);
    if (n === 1) return onLine(ctx, theme, fr, seen, names);
    const { k, step, at, belief } = seen, place = (q) => fr.to(q), [x, y] = place(at.p), points = run.steps.slice(0, k + 1).map((one) => place(one.x));
    const aim = aimed(seen) && place(belief.critical), rim = belief && finite(at.f) && lens(ctx, theme, fr, seen);
    if (aim) names.keep(...aim, 15);
    for (const q of [...step.trials, step.to ?? []]) if (q.length && all(q)) names.keep(...place(q), 8);
    if (points.length > 1) names.avoid(T.path(ctx, theme, looks(), points));
    if (belief) variants(ctx, theme, fr, seen, names);
    if (at.slope > 0 && finite(at.slope)) gradient(ctx, theme, fr, at, names);
    for (const [i, q] of step.trials.entries()) if (all(q)) refused(ctx, theme, ...place(q), i, names);
    if (step.to) jumps(ctx, theme, ...[at.p, step.to].map(place), names, k);
    if (aim) marked(ctx, theme, seen.kind, aim);
    if (k > 0) current(ctx, theme, x, y, k, names);
    if (part > 0 && step.to) { const to = place(step.to); bead(ctx, theme, x + part * (to[0] - x), y + part * (to[1] - y)); }
    if (rim) titled(theme, seen, rim, names);
  }

  /** Whether the critical point of the model is shown: descent’s is where its step ends. */
  const aimed = ({ belief, kind }) => kind && !descends() && inside(belief.critical);
  const inside = (q) => q.every((v, i) => v >= host.frame.box[i][0] && v <= host.frame.box[i][1]);
  function marked(ctx, theme, kind, spot) {
    T.aim(ctx, theme, ...spot, true);
    T.mark(ctx, theme, kind, ...spot);
  }

  /** The model over the landscape: solid where it is as high as at its point, dashed at thirds of the way to its critical point. */
  function lens(ctx, theme, fr, seen) {
    const { at, step } = seen, r = reach(seen, fr), [x, y] = fr.to(at.p), rim = new Path2D(), sides = fr.box.map(([lo, hi], i) => [Math.max(lo, at.p[i] - r), Math.min(hi, at.p[i] + r)]);
    if (sides.some(([lo, hi]) => !(lo < hi))) return null;
    rim.ellipse(x, y, r * fr.sx, r * fr.sy, 0, 0, 2 * Math.PI);
    ctx.save();
    ctx.fillStyle = alpha(theme.bg, 0.4);
    ctx.fill(rim);
    ctx.clip(rim);
    const [[x0, x1], [y0, y1]] = sides, v = new Float64Array(NODES * NODES), model = { nx: NODES, ny: NODES, v, ok: new Uint8Array((NODES - 1) ** 2).fill(1) };
    for (let j = 0, i = 0; j < NODES; j++) for (let c = 0; c < NODES; c++, i++) v[i] = height(seen, [x0 + ((x1 - x0) * c) / (NODES - 1), y0 + ((y1 - y0) * j) / (NODES - 1)]);
    const paper = { x: fr.px(x0), y: fr.py(y1), w: (x1 - x0) * fr.sx, h: (y1 - y0) * fr.sy }, lines = new Path2D(), through = new Path2D();
    for (const level of levels(seen, r)) C.onPaper(C.trace(model, level), paper, NODES, NODES, lines);
    C.onPaper(C.trace(model, at.f), paper, NODES, NODES, through);
    T.stroke(ctx, theme[order()], 1.8, [7, 4], lines);
    T.stroke(ctx, theme[order()], 2.6, [], through);
    ctx.restore();
    T.stroke(ctx, theme[step.radius ? "accent" : order()], step.radius ? 2 : 1.1, [], rim);
    return (turns) => [x + r * fr.sx * Math.cos(turns * Math.PI / 4), y + r * fr.sy * Math.sin(turns * Math.PI / 4)];
  }

  function titled(theme, { step, kind }, rim, names) {
    if (step.radius) names.write("Δ", [-1, 1, 3, 5].map(rim), { colour: theme.accent, gap: 12 });
    names.write(kind ? `its model: ${SHAPE[kind]}` : "its model", [1, 3, 5, 7].map(rim), { colour: theme[order()], gap: 9, beside: true });
  }

  function levels({ at, belief }, r) {
    if (!belief.critical) return [-3, -2, -1, 1, 2, 3].map((k) => at.f + (k * at.slope * r) / 4);
    const far = belief.rows.reduce((sum, { slope, bend }) => sum + (0.5 * slope * slope) / Math.abs(bend), 0), low = height({ at, belief }, belief.critical);
    return [-1, 1].flatMap((sign) => RINGS.map((ring) => low + sign * ring * far)).filter((level) => Math.abs(level - at.f) > 1e-9 * far);
  }

  function gradient(ctx, theme, fr, { p, g }, names) {
    const [x, y] = fr.to(p), [u, v] = [g[0] * fr.sx, -g[1] * fr.sy], size = Math.hypot(u, v), length = 0.15 * Math.min(fr.w, fr.h), tip = [x + (u / size) * length, y + (v / size) * length];
    T.arrow(ctx, theme, x, y, tip[0] - x, tip[1] - y, { colour: theme.ink });
    names.avoid([[x, y], tip]);
    names.write([/^\w$/.test(host.name) ? host.name : "f", "", "∇"], [tip], { colour: theme.ink, size: 17.5, weight: 400, gap: 4 });
  }

  function jumps(ctx, theme, [x, y], [u, v], names, k) {
    T.arrow(ctx, theme, x, y, u - x, v - y, { colour: theme[order()], width: 3.4, head: 14, hollow: order() === "ink" });
    names.avoid([[x, y], [u, v]]);
    names.write(["s", ""], [[(x + u) / 2, (y + v) / 2]], { colour: theme[order()], gap: 7, most: 40 });
    names.write(["x", String(k + 1)], [[u, v]], { colour: theme[order()], gap: 10 });
  }

  function refused(ctx, theme, u, v, i, names) {
    T.bead(ctx, theme, "cross", theme.ochre, u, v);
    names.keep(u, v, 6);
    if (i < 6) names.write(`refused ${i + 1}`, [[u, v]], { colour: theme.ochre, gap: 7, beside: true, most: 30 });
  }

  function current(ctx, theme, x, y, k, names) {
    T.dot(ctx, theme, x, y, 6, theme[order()], 4);
    names.keep(x, y, 10);
    names.write(["x", String(k)], [[x, y]], { colour: theme[order()], gap: 11 });
  }
  const bead = (ctx, theme, x, y) => T.dot(ctx, theme, x, y, 5, theme[order()], 5);
  function thin(ctx, colour, width, dash, ...points) {
    ctx.beginPath();
    for (const q of points) ctx.lineTo(...q);
    T.stroke(ctx, colour, width, dash);
  }

  function variants(ctx, theme, fr, seen, names) {
    const [x, y] = fr.to(seen.at.p);
    for (const { key: name, to } of firsts(seen)) {
      if (!to || name === host.values.method || !all(to)) continue;
      const [u, v] = fr.to(to), [a, b] = seen.step.to ? fr.to(seen.step.to) : [x, y];
      if (Math.hypot(u - a, v - b) < CLOSE) continue;
      thin(ctx, theme.second, 1.2, [2, 3], [x, y], [u, v]);
      T.dot(ctx, theme, u, v, 2.6, theme.second, 2);
      names.keep(u, v, 5);
      names.write(of(name).label, [[u, v]], { colour: theme.second, weight: 400, size: 12, gap: 6, most: 30 });
    }
  }

  function onLine(ctx, theme, fr, seen, names) {
    const { k, step, at, belief } = seen, [lo, hi] = fr.box[0], level = fr.py(at.f), near = (v) => Math.min(fr.y + fr.h + 999, Math.max(fr.y - 999, fr.py(v)));
    if (!finite(at.f)) return;
    for (let i = 0; i < 3; i++) names.keep(fr.x + fr.w - 24 - 33 * i, fr.y + 22, 19); // buttons lie there
    if (belief) {
      const model = { name: "its model", of: (v) => height(seen, [v]), from: lo, until: hi, style: { colour: theme[order()] } };
      T.stroke(ctx, theme[order()], 2.2, [7, 4], W.smoothPath(model.of, lo, hi, fr));
      W.nameCurves(names, fr, [model]);
    }
    if (step.radius) for (const side of [-1, 1]) {
      const u = fr.px(at.p[0] + side * step.radius);
      thin(ctx, theme.accent, 1.6, [3, 3], [u, fr.y], [u, fr.y + fr.h]);
    }
    const points = run.steps.slice(0, k + 1).map((one) => [fr.px(one.x[0]), near(one.value)]).filter(all);
    if (points.length > 1) names.avoid(T.path(ctx, theme, looks(), points));
    for (const [i, q] of step.trials.entries()) if (all(q)) refused(ctx, theme, fr.px(q[0]), near(f.value(q)), i, names);
    const from = [fr.px(at.p[0]), level];
    if (step.to) {
      const u = fr.px(step.to[0]), truth = f.value(step.to);
      if (finite(truth)) {
        thin(ctx, theme.ink2, 1.3, [2, 3], [u, level], [u, near(truth)]);
        T.dot(ctx, theme, u, near(truth), 4, theme[order()], 3);
      }
      jumps(ctx, theme, from, [u, level], names, k);
    }
    if (aimed(seen)) {
      const high = height(seen, belief.critical);
      if (high >= fr.box[1][0] && high <= fr.box[1][1]) marked(ctx, theme, seen.kind, [fr.px(belief.critical[0]), fr.py(high)]);
    }
    if (k > 0) current(ctx, theme, ...from, k, names);
    if (part > 0 && step.to) bead(ctx, theme, from[0] + part * (fr.px(step.to[0]) - from[0]), level);
  }

  const head = h("span"), place = h("span.type"), happening = h("p.say", { role: "status" });
  const law = h("span.law"), big = matrix(n, n), right = matrix(n, 1), answer = matrix(n, 1);
  const system = h("div.row.solve", {}, h("span.eq", {}, big.el, h("i.m", {}, "s"), " = ", right.el), h("span.eq", {}, h("i.m", {}, "s"), " = ", answer.el));
  const titles = [[named("λ")], n === 2 ? data.heads.along : "", [data.heads.slope, named("g_i")], data.heads.divided, [named("s_i")]], body = h("tbody");
  const eigen = h("table.errors.solve", { ariaLabel: data.heads.solve }, h("thead", {}, h("tr", {}, titles.map((words) => h("th", { scope: "col" }, ...[words].flat())))), body);
  const [predicted, truth, ratio, way] = ["b.number", "b.number", "b.number", "b"].map((tag) => h(tag)), verdict = h("p.say");
  const says = h("p.say"), outcome = h("p.say.outcome", {}, h("span", {}, data.heads.promised, predicted), h("span", {}, data.heads.came, truth), h("span", {}, h("i.m", {}, "ρ"), " = ", ratio), way);
  const firstRows = h("tbody"), firstTable = h("table.errors.firsts", { ariaLabel: data.heads.firsts },
    h("thead", {}, h("tr", {}, ["", data.heads.goes, host.name + data.heads.changes, ""].map((text) => h("th", { scope: "col" }, text)))), firstRows);
  const promise = h("section.item", {}, h("h2", {}, h("span", {}, data.heads.promise)), outcome, verdict);
  const side = h("div", {}, h("section.item", {}, h("h2", {}, head, place), happening),
    h("section.item", {}, h("h2.wraps", {}, h("span", {}, data.heads.solve), law), system, eigen, says),
    promise,
    h("section.item", {}, h("h2", {}, h("span", {}, data.heads.firsts)), firstTable));

  let known = { key: "", rows: [] };
  /** Where the variants go first from the point that is shown. */
  function firsts({ at, c }) {
    const now = JSON.stringify([at.p, c.trust, [...host.letters]]);
    if (now === known.key) return known.rows;
    const value = f.value(at.p), g = f.gradient(at.p);
    const rows = data.variants.map((name) => {
      const { p, alpha: a, note } = S.stepper(name, c, f)(g, at.p, value), to = p && a ? at.p.map((v, i) => v + a * p[i]) : null;
      return { key: name, to, note, change: to ? f.value(to) - value : NaN };
    });
    known = { key: now, rows };
    return rows;
  }

  /** A sentence of the server’s, with numbers or elements in its places. */
  const say = (name, ...parts) => data.words[name].split(/\{(\d)\}/).flatMap((text, i) => (i % 2 ? parts[text] : text ? [text] : []));
  const mark = (kind) => [T.kindIcon(kind), " ", h(`b.${kind}`, {}, kind === "saddle" && n === 1 ? "horizontal inflection" : kind)];

  function set(here, theme) {
    const seen = look(here), { k, step, at, s, belief, after, made } = seen, method = of(host.values.method), total = last();
    which.set(host.values.method);
    rate.el.hidden = !descends();
    trust.el.hidden = !method.trusts;
    rate.set(seen.c.rate);
    trust.set(seen.c.trust);
    back.disabled = reset.disabled = k === 0;
    next.disabled = end.disabled = k === total;
    play.disabled = total === 0;
    rewrite(play, String(playing), () => [playing ? "Pause " : "Play ", h("kbd", {}, "P")]);
    write(count, `Step ${k} of ${total}`);
    ending();
    rewrite(head, [method.key, k, made].join(), () => [method.title, made ? ": from " : ": the end, ", named(`x_${k}`), ...(made ? [" to ", named(`x_${k + 1}`)] : [])]);
    write(place, `${vector(step.x)}, ${host.name} = ${finite(step.value) ? short(step.value) : "–"}`);
    happened(seen);
    solved(seen, method);
    account(seen);
    compare(seen);
  }

  function ending() {
    const { sentence, end, ours } = run, steps = `${last()} step${last() === 1 ? "" : "s"}`;
    const known = end && end.kind !== "inconclusive", where = end && [known ? mark(end.kind) : [], ` ${vector(end.at)} in ${steps}`].flat();
    rewrite(came, JSON.stringify([sentence, end, ours, last()]), () => (end ? say(known ? end.evidence : "silent", where) : [sentence, ours ? " (a preview)" : ""]));
  }

  function happened({ at, belief, s, kind, made, k }) {
    const name = host.values.method, words = [];
    if (!at.smooth) words.push(data.words[finite(at.f) ? "hessian" : "value"]);
    else {
      const size = Math.max(...belief.rows.map(({ value }) => Math.abs(value))), signs = belief.rows.map(({ value }) => (Math.abs(value) <= FLAT * size ? 0 : Math.sign(value)));
      words.push(h("b", {}, data.words[(signs.includes(0) ? "flat" : signs.every((v) => v === signs[0]) ? (signs[0] > 0 ? "up" : "down") : "mixed") + (n === 1 ? "1" : "")]), ". ", ...aims(name, belief, kind, at));
    }
    if (!made) words.push(" ", run.end ? data.words.rests : run.note === data.words.singular ? "" : run.note);
    rewrite(happening, JSON.stringify([at.p, at.f, at.H, name, made, k, run.note, belief?.critical]), () => words);
  }

  function aims(name, { rows, critical, shift, rim }, kind, { slope }) {
    const at = kind ? [mark(kind), ` ${vector(critical)}${inside(critical) ? "" : data.words.out}`].flat() : [];
    if (slope === 0) return say("zero");
    if (descends()) return say("round");
    if (name === "saddle-free-newton") return kind ? say(rows[0].value < 0 ? "mirrored" : "unmirrored", at) : say("singular");
    if (name === "modified-newton") return shift ? say("lifted", short(shift)) : say("unlifted");
    if (name === "trust-region" || name === "dogleg") return say(rim ? "rim" : "inside");
    return kind ? say(kind === "minimum" ? "low" : "level", at) : say("singular");
  }

  function solved({ belief, at, s, step }, method) {
    const off = !belief;
    for (const part of [system, eigen]) part.hidden = off;
    const words = n === 1 ? method.law.replaceAll("*H*", "*f*″").replace("*g*", "*f*′").replace("I*", "*") : method.law;
    rewrite(law, words, () => rich(words));
    if (off) return write(says, "");
    const free = method.key === "dogleg" && belief.rim;
    system.hidden = !s;
    big.set(S.matrixOf(belief.rows, (row) => (method.key === "dogleg" ? row.value : row.divisor)).map(N.derivative));
    right.set(at.g.map((v) => N.derivative(0 - v)));
    const taken = s && !descends() ? step.alpha : 1; // the solve gives the whole step
    if (s) answer.set(s.map((v) => N.derivative(v / taken)));
    if (free) system.hidden = true;
    rewrite(body, JSON.stringify([belief.rows, step.alpha, method.key]), () => belief.rows.map(({ value, v, slope, divisor, part }) => h("tr", {},
      h("td", {}, T.crossIcon(value < 0), ` ${N.derivative(value)}`), h("td", {}, n === 2 ? `${N.degrees(Math.atan2(v[1], v[0]), 180)}°` : ""), h("td", {}, N.derivative(slope)), h("td", {}, free ? "–" : N.derivative(divisor)),
      h("td", {}, h("b", {}, s ? N.derivative(part / taken) : "–")))));
    write(says, added(belief, step, method.key, s).join(""));
  }

  function added({ shift, rows, rim }, { alpha: a, radius }, name, s) {
    const down = rows[0].value < 0;
    if (!s) return say("no_step");
    if (descends()) return say("same");
    if (name === "trust-region") return rim ? say("mu", short(shift), short(radius)) : say("no_mu", short(radius));
    if (name === "dogleg") return say(rim ? "bent" : "whole", short(radius));
    if (a !== 1) return say("fraction", short(a));
    return !down || name === "modified-newton" ? [] : say(name === "saddle-free-newton" ? "turned" : "against");
  }

  function account({ belief, step, after, s, made }) {
    promise.hidden = !s || !belief;
    if (promise.hidden) return;
    const promised = belief.predicted, fell = step.value - after, size = 1e-12 * (1 + Math.abs(step.value)), up = fell < -size;
    write(predicted, drop(promised));
    write(truth, finite(fell) ? drop(fell) : "no value");
    write(ratio, finite(fell) && Math.abs(promised) > size ? short(fell / promised) : "–");
    write(way, !finite(fell) ? "" : up ? "uphill" : fell > size ? "lower" : "level");
    way.className = up ? "uphill" : fell > size ? "lower" : "";
    write(verdict, judged(promised, fell, size, step, made));
  }

  const drop = (v) => (Math.abs(v) === 0 ? "0" : v > 0 ? `−${short(v)}` : `+${short(-v)}`);

  function judged(promised, fell, size, { trials }, made) {
    const [p, c] = [Math.abs(promised), Math.abs(fell)].map(short), ratio = fell / promised, name = host.name;
    const key = !finite(fell) ? "nowhere" : promised < -size ? (fell < 0 ? "on_purpose" : "yet_lower") : promised <= size ? "nothing" : fell < -size ? "broken" : ratio > 0.75 && ratio < 1.25 ? "right" : ratio < 1 ? "too_much" : "too_little";
    return [...say(key, name, p, c), ...(trials.length ? say("refused", trials.length) : []), ...(made ? [] : say("unmade"))].join("");
  }

  function compare(seen) {
    const rows = seen.belief ? firsts(seen) : [];
    firstTable.hidden = !rows.length;
    rewrite(firstRows, JSON.stringify([rows, host.values.method]), () => rows.map(({ key: name, to, note, change }) => h(`tr${name === host.values.method ? ".chosen" : ""}`, {}, h("th", { scope: "row" }, of(name).label),
      ...(to ? [h("td", {}, vector(to)), h("td", {}, finite(change) ? drop(-change) : "no value"), h("td.way", {}, h(change > 0 ? "b.uphill" : "b.lower", {}, change > 0 ? "up" : change < 0 ? "down" : ""))] : [h("td", { colSpan: 3, className: "words" }, note ? data.briefly[note] : "it rests here")]))));
  }

  return {
    side, under, draw, set,
    legend: () => [data.heads[n === 2 ? "plane" : "line"]],
    take(next) { scene = next; data = next.lab.data; key = ""; },
    dispose() { stop(); document.removeEventListener("keydown", typed); },
  };
}
