// A live figure: what the hand moves is redrawn here, in the same frame as the numbers; the server is told when the hand lets go,
// once for a whole gesture.
// How it is called, loaded and numbered, and the contract of a lab: docs/live_figures.md.

const V = new URL(import.meta.url).search;
const [{ plane }, { themeOf, TEXT, MATH, DIGITS }, D, N, chart, A, { seen, listen }, { shared, teller }, { slider }] = await Promise.all(
  ["plane", "theme", "dom", "numbers", "chart", "axes", "window", "echo", "controls"].map((name) => import(`./${name}.js${V}`)));
const { h } = D;

const LAYERS = {
  gradient: "Gradient", eigen: "Eigen-cross", model: "Quadratic model", critical: "Critical points", path: "Paths",
  map: "Destinations", field: "Gradient field", zeros: "Zero slopes", signs: "Curvature signs",
};
const TALLEST = 548, LOW = 450; // low above controls
const FADE = 120;
const PHONE = 520;
const REST = 140; // ms without a change after which the paper is drawn in full
const FAST = 10; // ms a draft may take
const NODES = 180, FEWEST = 56; // of the grid along the longer side: in full, and of the coarsest draft
const WAITING = { icon: "ring", title: "Let go to prove", text: "Critical points belong to the values of the letters that the server knows." };
const figures = new WeakMap();
const late = { __proto__: null }; // modules that not every figure needs, when they were loaded

export default function ({ data, parentElement, setStateValue }) {
  let figure = figures.get(parentElement);
  if (!figure) figures.set(parentElement, (figure = ({ chart: charted, board: boarded }[data?.[0]?.kind] ?? mount)(parentElement)));
  const [scene = null, serial = 0] = data ?? [];
  if (serial >= figure.serial) {
    figure.serial = serial;
    figure.commit = teller(setStateValue);
    const kinds = { line: ["line", "panel", "local"], plane: [scene?.alone ? "" : "slice", "panel", "local"] }[scene?.kind] ?? [];
    const missing = [scene?.lab?.kind, scene?.table && "table", ...kinds].filter((name) => name && !late[name]);
    if (!missing.length) figure.update(scene);
    else Promise.all(missing.map((name) => import(`./${name}.js${V}`))).then((modules) => {
      missing.forEach((name, i) => { late[name] = modules[i]; });
      if (figure.serial === serial && figures.get(parentElement) === figure) figure.update(scene);
    });
  }
  // Also called after a call that was overtaken: only a figure that is off the page is taken down.
  return () => setTimeout(() => {
    if (parentElement.isConnected || figures.get(parentElement) !== figure) return;
    figure.dispose();
    figures.delete(parentElement);
  });
}

/** A chart, and what a page adds to it. */
function charted(parent) {
  const figure = chart.mount(parent), draw = figure.update;
  let lab = null;
  return Object.assign(figure, {
    update(scene) {
      draw(scene);
      if (!scene?.lab) return;
      if (lab) lab.take(scene); else lab = late[scene.lab.kind].lab(scene, { root: figure.root, draw });
    },
    dispose: ((end) => () => { lab?.dispose(); end(); })(figure.dispose),
  });
}

/** A figure that is all its lab’s own (static/board.js). */
function boarded(parent) {
  const root = h("div.live"), figure = { serial: -1, commit: () => {}, update, dispose };
  let lab = null;
  parent.append(root);
  function update(scene) {
    root.hidden = !scene;
    if (scene) (lab ??= late[scene.lab.kind].lab(root, figure)).take(scene);
  }
  function dispose() { lab?.dispose(); root.remove(); }
  return figure;
}

function mount(parent) {
  const under = h("canvas", { role: "img" }), over = h("canvas.over", { ariaHidden: "true" });
  const handle = h("div.handle", { role: "slider", tabIndex: 0 });
  const pill = h("div.stale", { hidden: true, role: "status" });
  const chips = h("div.chips"), caption = h("p.small.caption"), evidence = h("div.badge", { hidden: true, role: "status" });
  const tools = h("div.tools", { role: "toolbar", ariaLabel: "Window" });
  const stage = h("div.stage", {}, under, over, handle, tools, pill), knobs = h("div.knobs");
  const column = h("div.figure", {}, stage, h("div.under", {}, knobs, chips, caption));
  const grid = h("div.grid", {}, column, evidence);
  const root = h("div.live", {}, grid);
  parent.append(root);

  const figure = { serial: -1, commit: () => {}, update, dispose };
  let scene = null, view = null, numbers = null, cut = null, lab = null, window = null, shape = "", world = "";
  let theme = null, fr = null, width = 0, sized = "";
  let p = null, before = null, decimals = [], grip = null, frameAsked = 0;
  let layers = {}, touched = false, serverLayers = "";
  let marks = [], marksKey = "[]", fadeFrom = 0;
  let stirred = 0, nodes = 90, rest = 0, painted = ""; // when the paper last changed, the nodes of a draft, the timer, what is painted
  let letters = [], letterKnobs = [], grips = [];
  let values = {};
  const echoes = { point: shared(), values: shared(), letters: shared() }, dirty = new Set(), busy = new Set();

  // ---- new data -------------------------------------------------------------------------------------------------

  function update(next) {
    root.hidden = !next;
    if (!next) return;
    scene = Object.assign(scene ?? {}, next); // the view’s too
    theme = themeOf(root);
    for (const [token, value] of Object.entries({ ...theme, text: TEXT, math: MATH, digits: DIGITS })) root.style.setProperty(`--${token.replace("_", "-")}`, String(value));
    root.style.colorScheme = theme.name;
    root.classList.toggle("alone", !!scene.alone);
    root.classList.toggle("laboratory", !!scene.lab);
    takeWindow();
    takeLetters();
    takeValues();
    const now = JSON.stringify([scene.kind, scene.program, scene.value, scene.table, scene.names, scene.name, scene.box, scene.levels, scene.undecided, scene.edges, scene.lab?.kind]);
    if (now !== shape) rebuild(now);
    takePoint();
    takeLayers();
    takeMarks();
    lab?.take?.(scene, theme);
    under.setAttribute("aria-label", scene.alt);
    pill.hidden = !scene.stale;
    D.write(pill, scene.stale);
    painted = "";
    layout(true);
  }

  function rebuild(now) {
    shape = now;
    view = (scene.kind === "line" ? late.line.line : plane)(scene, letters, scene.table && late.table.tableReader(scene.table));
    decimals = scene.box.map(([lo, hi]) => N.decimalsFor(hi - lo));
    const old = numbers?.el;
    numbers = late.panel.panel(scene, decimals, (to) => move(to), (to) => { move(to); settle(); });
    cut = numbers.canvas && !scene.table && !scene.alone ? late.slice.slice(scene, letters) : null;
    if (old) old.replaceWith(numbers.el); else grid.insertBefore(numbers.el, evidence);
    makeTools();
    makeLab();
    fr = null;
  }

  /** A new window of the question is a new home; what is seen starts there. */
  function takeWindow() {
    const now = JSON.stringify(scene.box);
    if (now !== world) { window = seen(scene.box); world = now; }
  }

  function takePoint() {
    const news = echoes.point.news(scene.point, Boolean(grip) || dirty.has("point"));
    if (p === null || p.length !== view.n || news) p = [...scene.point];
  }

  function takeLetters() {
    const given = scene.letters ?? [], names = given.map(({ name }) => name).join();
    if (names !== letterKnobs.names) {
      letters = Float64Array.from(given, ({ value }) => value);
      shape = "";
      echoes.letters = shared();
      letterKnobs = given.map((letter, i) => slider({ ...letter, text: [D.named(letter.name), " ="], label: letter.spoken }, { held: host.held, settle, put: (_, v) => { letters[i] = v; dirty.add("letters"); stir(); } }));
      letterKnobs.names = names;
      knobs.replaceChildren(...letterKnobs.map(({ el }) => el));
    }
    knobs.hidden = !given.length;
    const news = given.length && echoes.letters.news(given.map(({ value }) => value), dirty.has("letters"));
    if (news) given.forEach(({ value }, i) => { letters[i] = value; });
    letterKnobs.forEach((knob, i) => knob.set(letters[i]));
  }

  function takeValues() {
    if (!scene.lab) return;
    const given = scene.lab.values, kept = values.kind === scene.lab.kind;
    if (!kept) echoes.values = shared();
    const news = echoes.values.news(given, dirty.has("values"));
    if (!kept || news) values = { kind: scene.lab.kind, now: { ...given, ...Object.fromEntries([...busy].filter((name) => name in (values.now ?? {})).map((name) => [name, values.now[name]])) } };
  }

  function takeLayers() {
    const given = JSON.stringify(scene.layers);
    if (given !== serverLayers && (!touched || given !== JSON.stringify(layers))) {
      layers = { ...scene.layers };
      if (!touched && root.clientWidth > 0 && root.clientWidth < PHONE && "model" in layers) layers.model = false;
    }
    serverLayers = given;
    const first = scene.program.outputs.length > view.n, second = scene.program.outputs.length > view.n + 1, flat = view.n === 2;
    const can = { gradient: first, eigen: flat && second, model: second, critical: true, path: scene.paths.length > 0, field: flat && first, zeros: flat && first, signs: flat && second, map: Boolean(lab?.ground) };
    const names = Object.keys(LAYERS).filter((name) => name in scene.layers && can[name]);
    D.rewrite(chips, names.join() + view.n, () => names.map((name) => {
      const box = h("input", { type: "checkbox", name });
      box.onchange = () => {
        layers = { ...layers, [name]: box.checked };
        touched = true;
        stir();
      };
      return h("label.chip", {}, box, view.n === 1 && name === "gradient" ? "Tangent" : LAYERS[name]);
    }));
    for (const box of chips.querySelectorAll("input")) box.checked = Boolean(layers[box.name]);
  }

  function takeMarks() {
    marks = scene.marks;
    const key = JSON.stringify(marks);
    if (key === marksKey) return;
    marksKey = key;
    fadeFrom = matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : performance.now();
  }

  /** Whether the letters are those for which the server spoke. */
  const lettersKnown = () => (scene.letters ?? []).every(({ value }, i) => value === letters[i]);

  // ---- the lab: what a page adds --------------------------------------------------------------------------------

  const host = {
    get values() { return values.now; },
    get scene() { return scene; },
    get f() { return view.f; },
    get jet() { return view.jet; },
    get names() { return scene.names; },
    get name() { return scene.name; },
    get box() { return scene.box; },
    get n() { return view.n; },
    get frame() { return fr; },
    get levels() { return view.levels?.() ?? []; },
    get letters() { return letters; },
    get lettersKnown() { return lettersKnown(); },
    get decimals() { return decimals; },
    local: (q) => late.local.local([view.f.at(q)[0], ...view.jet.at(q).slice(1)], q),
    point: () => p,
    held: (name, on) => { if (on !== undefined) busy[on ? "add" : "delete"](name); return busy.has(name); },
    put(name, value) { if (values.now[name] !== value) { values.now = { ...values.now, [name]: value }; dirty.add("values"); ask(); } },
    turn(i, v) { letters[i] = v; letterKnobs[i].set(v); dirty.add("letters"); stir(); },
    place(to) { p = to; ask(); }, // which the server knows, or will
    move, settle, settlePoint: settle, ask, repaint: () => { painted = ""; ask(); },
  };

  function makeLab() {
    lab?.dispose?.();
    for (const part of [lab?.side, lab?.under, lab?.after]) part?.remove();
    for (const { el } of grips) el.remove();
    grips = [];
    lab = scene.lab ? late[scene.lab.kind].lab(scene, host) : null;
    if (!lab) return;
    view = lab.view?.(view) ?? view;
    if (lab.side) { lab.side.classList.add("side"); grid.insertBefore(lab.side, evidence); }
    if (lab.after) root.append(lab.after);
    if (lab.under) column.querySelector(".under").prepend(lab.under);
    grips = (lab.grips ?? []).map((one) => {
      const el = h("div.handle.small", { role: "slider", tabIndex: 0, ariaLabel: one.label });
      stage.insertBefore(el, tools);
      held(el, () => (fr ? fr.to(one.at(here()) ?? [NaN, NaN]) : [NaN, NaN]), (u, v) => one.move(fr.from(u, v), here()), one.name);
      el.onkeydown = (event) => {
        if (event.ctrlKey || event.metaKey || !one.step?.(event.key, event.shiftKey, event.altKey, here())) return;
        event.preventDefault();
        ask();
      };
      el.onkeyup = () => { if (!grip) settle(); };
      el.onblur = () => { if (!grip) settle(); };
      return { ...one, el };
    });
  }

  // ---- drawing --------------------------------------------------------------------------------------------------

  /** Sizes the paper to its column; draws when it changed, or when told that something else did. */
  function layout(changed) {
    if (!scene) return;
    const wide = Math.floor(column.clientWidth);
    if (wide < 40) return;
    if (wide !== width || !fr) {
      width = wide;
      frameNow();
      changed = true;
    }
    const size = `width:${width}px;height:${fr.height}px`, now = size + devicePixelRatio;
    if (!changed && now === sized) return;
    sized = now;
    for (const canvas of [under, over]) canvas.style.cssText = size;
    pill.style.cssText = `left:${fr.x + 12}px;bottom:${fr.height - fr.y - fr.h + 12}px`;
    column.querySelector(".under").style.marginLeft = width < PHONE ? "0" : `${fr.x}px`;
    painted = "";
    draw();
  }

  /** The buttons of the window stand above on the right, but for a ring that is there. */
  function putTools([u, v]) {
    const now = `${v < fr.y + 56 && u > fr.x + fr.w / 2 ? `left:${fr.x + 8}` : `right:${width - fr.x - fr.w + 8}`}px;top:${fr.y + 8}px`;
    if (tools.at !== now) tools.style.cssText = tools.at = now;
  }

  function frameNow() {
    fr = view.frame(under.getContext("2d"), width, Math.min(scene.alone || scene.lab ? LOW : TALLEST, width), window.sides, fr?.x ?? 0);
  }

  /** The paper changed: it is drawn roughly while that goes on, and in full when it rests. */
  function stir() {
    stirred = performance.now();
    painted = "";
    clearTimeout(rest);
    rest = setTimeout(() => { stirred = 0; painted = ""; ask(); }, REST);
    ask();
  }

  function paint() {
    const start = performance.now(), draft = stirred > 0, known = lettersKnown();
    frameNow();
    view.base(A.paper(under, width, fr.height), theme, fr, { nodes: draft ? nodes : NODES, draft, known, layers, ground: layers.map ? lab?.ground : null });
    painted = "yes";
    if (!window.home) home();
    const spent = performance.now() - start;
    if (draft) nodes = Math.round(Math.min(NODES, Math.max(FEWEST, nodes * Math.sqrt(FAST / Math.max(spent, 1)) * 0.3 + 0.7 * nodes)));
    late.panel.badge(evidence, known || !scene.whole || !scene.badge ? scene.badge : WAITING); // in all variables, whatever is held
    showTools();
  }

  /** The window of the question, where another part of the plane is seen. */
  function home() {
    const ctx = under.getContext("2d"), [[x0, x1], [y0, y1] = [0, 0]] = scene.box;
    ctx.save();
    A.clip(ctx, fr);
    ctx.strokeStyle = theme.accent;
    ctx.setLineDash([2, 4]);
    ctx.lineWidth = 1.5;
    if (view.n === 2) ctx.strokeRect(fr.px(x0), fr.py(y1), fr.px(x1) - fr.px(x0), fr.py(y0) - fr.py(y1));
    else for (const x of [x0, x1]) { ctx.beginPath(); ctx.moveTo(fr.px(x), fr.y); ctx.lineTo(fr.px(x), fr.y + fr.h); ctx.stroke(); }
    ctx.restore();
  }

  const here = () => host.local(p); // f has a value where its derivatives have none

  /** One frame: everything that depends on p, picture and numbers alike. */
  function draw() {
    frameAsked = 0;
    if (!view || !p || !width) return;
    if (!painted) paint();
    const at = here(), known = lettersKnown();
    const shown = Math.min(1, (performance.now() - fadeFrom) / FADE);
    const paths = lab?.paths?.(at) ?? scene.paths, start = paths[0]?.points[0];
    const dim = (start && start.some((v, i) => Math.abs(v - p[i]) > 1e-9)) || (!known && !lab?.paths) ? 0.35 : 1;
    view.top(A.paper(over, width, fr.height), theme, fr, {
      here: at, layers, paths, held: Boolean(grip), marks: known ? marks : [], shown, dim, draft: stirred > 0,
      extra: lab?.draw && ((ctx, names) => lab.draw(ctx, theme, fr, at, names, Boolean(grip))),
    });
    // Canvases first: a font that is set after something else was written makes the browser lay the page out in between.
    const panel = !scene.alone && (!lab?.side || lab.keeps);
    if (panel && cut) drawSlice(at);
    lab?.set?.(at, theme);
    place(handle, ring());
    putTools(ring());
    describe(at);
    for (const one of grips) {
      const to = one.at(at);
      one.el.hidden = !to || !fr.holds(to);
      if (!one.el.hidden) place(one.el, fr.to(to));
      one.el.setAttribute("aria-valuetext", one.text?.(at) ?? "");
      one.el.setAttribute("aria-valuenow", String(one.value?.(at) ?? 0));
    }
    if (panel) {
      numbers.set(at, dirty.has("point") ? parent.activeElement ?? document.activeElement : null);
      numbers.paths(paths);
    }
    const legend = [...view.caption(layers), ...(lab?.legend?.() ?? [])];
    D.rewrite(caption, legend.join("|") + scene.caption + fr.equal, () => D.rich(
      [...legend, view.n === 2 && !fr.equal ? "The two axes have different scales." : "", scene.caption].filter(Boolean).join(" ")));
    if (shown < 1) ask();
  }

  function place(el, [x, y]) {
    el.style.left = `${x}px`;
    el.style.top = `${y}px`;
  }

  function drawSlice(at) {
    const canvas = numbers.canvas, [w, tall] = D.sizeOf(canvas);
    if (!w) return;
    const angle = at.slope > 0 ? at.uphill : at.eigen ? at.eigen[0].angle : 0;
    cut(A.paper(canvas, w, tall), theme, w, tall, at, angle);
  }

  function ask() {
    frameAsked ||= requestAnimationFrame(draw);
  }

  const clamped = (v, [lo, hi]) => Math.min(hi, Math.max(lo, v));
  const inBox = (q) => q.map((v, i) => clamped(v, scene.box[i]));
  /** Where the ring is on the paper. */
  const ring = () => {
    const q = inBox(p).map((v, i) => clamped(v, window.sides[i]));
    return view.n === 1 ? [fr.px(q[0]), clamped(fr.py(view.place(q)), [fr.y, fr.y + fr.h])] : fr.to(q);
  };

  function describe(at) {
    const [lo, hi] = scene.box[0];
    const where = scene.names.map((name, i) => `${N.inline(name)} ${N.place(p[i], decimals[i])}`).join(", ");
    const says = { label: "The point you hold; arrow keys move it", valuemin: lo, valuemax: hi, valuenow: p[0], valuetext: `${where}; ${scene.name} ${N.value(at.f)}${at.g ? `, slope ${N.derivative(at.slope)}` : ""}` };
    for (const [name, value] of Object.entries(says)) if (handle.getAttribute(`aria-${name}`) !== String(value)) handle.setAttribute(`aria-${name}`, String(value));
  }

  // ---- the hand -------------------------------------------------------------------------------------------------

  function move(to) {
    if (to.every((v, i) => v === p[i])) return;
    p = to;
    dirty.add("point");
    ask();
  }

  /** Tells the server what the hand changed: one message for a whole gesture. */
  function settle() {
    if (busy.size || !dirty.size) return;
    const now = { point: () => [...p], values: () => values.now, letters: () => [...letters] };
    const told = [...dirty].map((what) => [what, now[what]()]).filter(([what, value]) => echoes[what].tells(value));
    dirty.clear();
    if (told.length === 1) figure.commit(...told[0]);
    else if (told.length) figure.commit("hand", Object.fromEntries(told));
    ask();
  }

  const onPaper = (event) => {
    const { left, top } = over.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  };
  const digits = () => window.sides.map(([lo, hi], i) => Math.max(decimals[i], N.decimalsFor(hi - lo)));
  const toPoint = (u, v) => { const fine = digits(); return inBox(fr.from(u, v).slice(0, view.n).map((c, i) => N.round(c, fine[i]))); };

  /** The place of the paper, or the very critical point whose mark was hit. */
  function target(u, v) {
    const near = layers.critical && view.n === 2 && lettersKnown() ? marks.find(({ at }) => Math.hypot(fr.px(at[0]) - u, fr.py(at[1]) - v) < 11) : null;
    return near ? [...near.at] : toPoint(u, v);
  }
  const inside = ([u, v]) => fr && u >= fr.x - 6 && u <= fr.x + fr.w + 6 && v >= fr.y - 6 && v <= fr.y + fr.h + 6;

  /** A thing that is held: taken where it is, it follows without a jump, and is let go once. */
  function held(el, at, to, name) {
    el.onpointerdown = (event) => {
      if (event.button !== 0) return;
      const [u, v] = onPaper(event), [x, y] = at();
      event.preventDefault();
      event.stopPropagation();
      el.focus({ preventScroll: true });
      grip = { id: event.pointerId, offset: [x - u, y - v] };
      if (name) busy.add(name);
      el.setPointerCapture(event.pointerId);
      root.classList.add("held");
      ask();
    };
    el.onpointermove = (event) => {
      if (grip?.id !== event.pointerId) return;
      const [u, v] = onPaper(event);
      to(u + grip.offset[0], v + grip.offset[1]);
      ask();
    };
    el.onpointerup = el.onpointercancel = el.onlostpointercapture = (event) => {
      if (grip?.id !== event.pointerId) return;
      grip = null;
      busy.delete(name);
      root.classList.remove("held");
      settle();
      ask();
    };
  }
  held(handle, () => ring(), (u, v) => move(toPoint(u, v)));

  const unlisten = listen(over, {
    seen: () => window, frame: () => fr, n: () => view.n, inside,
    changed: () => stir(),
    choose: (uv) => { before = p; move(target(...uv)); handle.focus({ preventScroll: true }); },
    chosen: () => { before = null; settle(); },
    undo: () => { if (before) { p = before; dirty.delete("point"); before = null; ask(); } },
  });

  const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowDown: [1, -1], ArrowUp: [1, 1] };
  const ZOOM = { "+": 0.8, "=": 0.8, "-": 1.25, "_": 1.25 };
  handle.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey) return;
    const step = STEPS[event.key];
    if (ZOOM[event.key]) window.zoom(ZOOM[event.key], inBox(p));
    else if (event.key === "0" || event.key === "Home") window.reset();
    else if (!step) return;
    event.preventDefault();
    if (!step) return stir();
    const i = Math.min(step[0], view.n - 1), [lo, hi] = window.sides[i];
    const size = N.niceStep((hi - lo) / 400) * (event.shiftKey ? 10 : 1) * (event.altKey ? 0.1 : 1), fine = digits();
    move(inBox(p.map((v, k) => (k === i ? N.round(v + step[1] * size, fine[i] + 1) : v))));
    if (!fr.holds([p[0], p[1] ?? fr.box[1][0]])) { window.follow(p); stir(); }
  };
  handle.onkeyup = (event) => { if (event.key in STEPS) settle(); };
  handle.onblur = () => { if (!grip) settle(); };

  function makeTools() {
    const middle = () => window.sides.map(([lo, hi]) => (lo + hi) / 2);
    const button = (face, name, act) => { const b = h("button", { type: "button", title: name, ariaLabel: face.length > 1 ? face : name }, face); b.onclick = act; return b; };
    const zoom = (factor) => () => { window.zoom(factor, middle()); stir(); };
    const back = button("⌂", "Back to the window of the question", () => { window.reset(); stir(); handle.focus({ preventScroll: true }); });
    const search = button("Search here", "Search this window for critical points", () => figure.commit("window", window.written()));
    search.classList.add("search");
    tools.replaceChildren(search, button("+", "Zoom in", zoom(0.8)), button("−", "Zoom out", zoom(1.25)), back);
    tools.dataset.home = "";
  }

  function showTools() {
    const away = String(!window.home);
    if (tools.dataset.home === away) return;
    tools.dataset.home = away;
    const [search, , , back] = tools.children;
    back.disabled = window.home;
    search.hidden = window.home || !scene.whole;
  }

  const unwatch = D.watch(column, layout);
  root.addEventListener("resized", ask); // a canvas of the panel or the lab
  function dispose() {
    unwatch();
    unlisten();
    clearTimeout(rest);
    lab?.dispose?.();
    cancelAnimationFrame(frameAsked);
    root.remove();
  }
  return figure;
}
