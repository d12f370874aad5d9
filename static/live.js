// A live figure: what the hand moves is redrawn here, in the same frame as the numbers; the server is told the point
// when the hand lets go.
//
// The component is called again at every change of data or theme, with the same parent element: its state lives in a
// WeakMap, handlers are assigned and never stacked, and new data does not take the ring out of a hand that holds it.
// While its modules load, calls may overtake each other (a browser does not keep the order of two imports of one module):
// every scene has a serial number, and an older scene never replaces a newer one.
// Every module is asked for with this module's own query (?v=…, a digest of all of them), so versions cannot mix.

const V = new URL(import.meta.url).search;
const [{ plane }, { line }, { slice }, { panel, badge }, { local }, { themeOf, TEXT, MATH, DIGITS }, D, N, chart, A] = await Promise.all(
  ["plane", "line", "slice", "panel", "local", "theme", "dom", "numbers", "chart", "axes"].map((name) => import(`./${name}.js${V}`)));
const { h } = D;

const LAYERS = { gradient: "Gradient", eigen: "Eigen-cross", model: "Quadratic model", critical: "Critical points", path: "Paths" };
const TALLEST = 548, LOW = 450; // low above controls
const FADE = 120;
const PHONE = 520;
const figures = new WeakMap();

export default function ({ data, parentElement, setStateValue }) {
  let figure = figures.get(parentElement);
  if (!figure) figures.set(parentElement, (figure = (data?.[0]?.kind === "chart" ? chart.mount : mount)(parentElement)));
  const [scene = null, serial = 0] = data ?? [];
  if (serial >= figure.serial) {
    figure.serial = serial;
    figure.commit = setStateValue;
    figure.update(scene);
  }
  // Also called after a call that was overtaken: only a figure that is off the page is taken down.
  return () => setTimeout(() => {
    if (parentElement.isConnected || figures.get(parentElement) !== figure) return;
    figure.dispose();
    figures.delete(parentElement);
  });
}

function mount(parent) {
  const under = h("canvas", { role: "img" }), over = h("canvas.over", { ariaHidden: "true" });
  const handle = h("div.handle", { role: "slider", tabIndex: 0 });
  const pill = h("div.stale", { hidden: true, role: "status" });
  const chips = h("div.chips"), caption = h("p.small.caption"), evidence = h("div.badge", { hidden: true, role: "status" });
  const stage = h("div.stage", {}, under, over, handle, pill);
  const column = h("div.figure", {}, stage, h("div.under", {}, chips, caption));
  const grid = h("div.grid", {}, column, evidence);
  const root = h("div.live", {}, grid);
  parent.append(root);

  const figure = { serial: -1, commit: () => {}, update, dispose };
  let scene = null, view = null, numbers = null, cut = null, shape = "";
  let theme = null, fr = null, width = 0, sized = "";
  let p = null, decimals = [], grip = null, dirty = false, frameAsked = 0;
  let committed = [], serverPoint = "", serverLayers = "", layers = {}, touched = false;
  let marks = [], marksKey = "[]", fadeFrom = 0;

  // ---- new data -------------------------------------------------------------------------------------------------

  function update(next) {
    root.hidden = !next;
    if (!next) return;
    scene = Object.assign(scene ?? {}, next); // the view’s too
    theme = themeOf(root);
    for (const [token, value] of Object.entries({ ...theme, text: TEXT, math: MATH, digits: DIGITS })) root.style.setProperty(`--${token.replace("_", "-")}`, String(value));
    root.style.colorScheme = theme.name;
    root.classList.toggle("alone", !!scene.alone);
    const now = JSON.stringify([scene.kind, scene.program, scene.value, scene.names, scene.name, scene.box, scene.levels, scene.undecided, scene.edges]);
    if (now !== shape) rebuild(now);
    takePoint();
    takeLayers();
    takeMarks();
    under.setAttribute("aria-label", scene.alt);
    pill.hidden = !scene.stale;
    D.write(pill, scene.stale);
    badge(evidence, scene.badge);
    numbers.paths(scene.paths);
    layout(true);
  }

  function rebuild(now) {
    shape = now;
    view = scene.kind === "line" ? line(scene) : plane(scene);
    decimals = scene.box.map(([lo, hi]) => N.decimalsFor(hi - lo));
    const old = numbers?.el;
    numbers = panel(scene, decimals, (to) => move(to), (to) => { move(to); settle(); });
    cut = numbers.canvas ? slice(scene) : null;
    if (old) old.replaceWith(numbers.el); else grid.insertBefore(numbers.el, evidence);
    fr = null;
  }

  /** The server's point moves the ring, unless it is the echo of what was committed here or the ring is in a hand. */
  function takePoint() {
    const given = JSON.stringify(scene.point);
    if (p === null || p.length !== view.n) p = [...scene.point];
    else if (given !== serverPoint) {
      const echo = committed.indexOf(given);
      if (echo >= 0) committed.splice(0, echo);
      else if (!grip && !dirty) { p = [...scene.point]; committed = []; }
    }
    serverPoint = given;
  }

  function takeLayers() {
    const given = JSON.stringify(scene.layers);
    if (given !== serverLayers && (!touched || given !== JSON.stringify(layers))) {
      layers = { ...scene.layers };
      if (!touched && root.clientWidth > 0 && root.clientWidth < PHONE && "model" in layers) layers.model = false;
    }
    serverLayers = given;
    const can = { gradient: scene.program.outputs.length > view.n, eigen: view.n === 2, model: true, critical: true, path: scene.paths.length > 0 };
    can.eigen &&= can.model = scene.program.outputs.length > view.n + 1;
    const names = Object.keys(LAYERS).filter((name) => name in scene.layers && can[name]).slice(0, 5);
    D.rewrite(chips, names.join() + view.n, () => names.map((name) => {
      const box = h("input", { type: "checkbox", name });
      box.onchange = () => {
        layers = { ...layers, [name]: box.checked };
        touched = true;
        figure.commit("layers", layers);
        draw();
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

  // ---- drawing --------------------------------------------------------------------------------------------------

  /** Sizes the paper to its column; draws when it changed, or when told that something else did. */
  function layout(changed) {
    if (!scene) return;
    const wide = Math.floor(column.clientWidth);
    if (wide < 40) return;
    if (wide !== width || !fr) {
      width = wide;
      fr = view.frame(under.getContext("2d"), width, Math.min(scene.alone ? LOW : TALLEST, width));
      changed = true;
    }
    const size = `width:${width}px;height:${fr.height}px`, now = size + devicePixelRatio;
    if (!changed && now === sized) return;
    sized = now;
    for (const canvas of [under, over]) canvas.style.cssText = size;
    view.base(A.paper(under, width, fr.height), theme, fr);
    pill.style.cssText = `left:${fr.x + 12}px;bottom:${fr.height - fr.y - fr.h + 12}px`;
    column.querySelector(".under").style.marginLeft = width < PHONE ? "0" : `${fr.x}px`;
    draw();
  }

  /** One frame: everything that depends on p, picture and numbers alike. */
  function draw() {
    frameAsked = 0;
    if (!fr || !p) return;
    const here = local([view.f.at(p)[0], ...view.jet.at(p).slice(1)], p); // f has a value where its derivatives have none
    const shown = Math.min(1, (performance.now() - fadeFrom) / FADE);
    const start = scene.paths[0]?.points[0];
    const dim = start && start.some((v, i) => Math.abs(v - p[i]) > 1e-9) ? 0.35 : 1;
    view.top(A.paper(over, width, fr.height), theme, fr, { here, layers, held: Boolean(grip), marks, shown, dim });
    const [x, y] = place();
    handle.style.left = `${x}px`;
    handle.style.top = `${y}px`;
    describe(here);
    numbers.set(here, dirty ? parent.activeElement ?? document.activeElement : null);
    if (cut) drawSlice(here);
    D.rewrite(caption, view.caption(layers).join("|") + scene.caption + fr.equal, () => D.rich(
      [...view.caption(layers), view.n === 2 && !fr.equal ? "The two axes have different scales." : "", scene.caption].filter(Boolean).join(" ")));
    if (shown < 1) ask();
  }

  function drawSlice(here) {
    const canvas = numbers.canvas, [w, tall] = [canvas.clientWidth, canvas.clientHeight];
    if (!w) return;
    const angle = here.slope > 0 ? here.uphill : here.eigen ? here.eigen[0].angle : 0;
    cut(A.paper(canvas, w, tall), theme, w, tall, here, angle);
  }

  function ask() {
    frameAsked ||= requestAnimationFrame(draw);
  }

  const clamped = (v, [lo, hi]) => Math.min(hi, Math.max(lo, v));
  const inBox = (q) => q.map((v, i) => clamped(v, scene.box[i]));
  /** Where the ring is on the paper. */
  const place = () => {
    const q = inBox(p);
    return view.n === 1 ? [fr.px(q[0]), clamped(fr.py(view.place(q)), [fr.y, fr.y + fr.h])] : fr.to(q);
  };

  function describe(here) {
    const [lo, hi] = scene.box[0];
    const where = scene.names.map((name, i) => `${name} ${N.place(p[i], decimals[i])}`).join(", ");
    const says = { label: "The point you hold; arrow keys move it", valuemin: lo, valuemax: hi, valuenow: p[0], valuetext: `${where}; ${scene.name} ${N.value(here.f)}${here.g ? `, slope ${N.derivative(here.slope)}` : ""}` };
    for (const [name, value] of Object.entries(says)) handle.setAttribute(`aria-${name}`, String(value));
  }

  // ---- the hand -------------------------------------------------------------------------------------------------

  function move(to) {
    if (to.every((v, i) => v === p[i])) return;
    p = to;
    dirty = true;
    ask();
  }

  /** Tells the server, once for a whole drag. */
  function settle() {
    if (!dirty) return;
    dirty = false;
    const now = JSON.stringify(p);
    if (now === (committed[committed.length - 1] ?? serverPoint)) return;
    committed.push(now);
    figure.commit("point", [...p]);
    ask();
  }

  const onPaper = (event) => {
    const { left, top } = over.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  };
  const toPoint = (u, v) => inBox(fr.from(u, v).slice(0, view.n).map((c, i) => N.round(c, decimals[i])));

  /** The place of the paper, or the very critical point whose mark was hit. */
  function target(u, v) {
    const near = layers.critical && view.n === 2 ? marks.find(({ at }) => Math.hypot(fr.px(at[0]) - u, fr.py(at[1]) - v) < 11) : null;
    return near ? [...near.at] : toPoint(u, v);
  }
  const inside = ([u, v]) => u >= fr.x - 6 && u <= fr.x + fr.w + 6 && v >= fr.y - 6 && v <= fr.y + fr.h + 6;

  function hold(event, offset) {
    grip = { id: event.pointerId, offset };
    handle.setPointerCapture(event.pointerId);
    root.classList.add("held");
    ask();
  }
  handle.onpointerdown = (event) => {
    if (event.button !== 0) return;
    const [u, v] = onPaper(event), [x, y] = place();
    event.preventDefault();
    handle.focus({ preventScroll: true });
    hold(event, [x - u, y - v]);
  };
  handle.onpointermove = (event) => {
    if (grip?.id !== event.pointerId) return;
    const [u, v] = onPaper(event);
    move(toPoint(u + grip.offset[0], v + grip.offset[1]));
  };
  handle.onpointerup = handle.onpointercancel = handle.onlostpointercapture = (event) => {
    if (grip?.id !== event.pointerId) return;
    grip = null;
    root.classList.remove("held");
    settle();
    ask();
  };
  // A mouse takes the ring along at once; a finger must be able to scroll, so only its tap counts.
  over.onpointerdown = (event) => {
    if (event.pointerType === "touch" || event.button !== 0 || !inside(onPaper(event))) return;
    event.preventDefault();
    move(target(...onPaper(event)));
    handle.focus({ preventScroll: true });
    hold(event, [0, 0]);
  };
  over.onclick = (event) => {
    if (event.pointerType === "mouse" || event.pointerType === "pen" || !inside(onPaper(event))) return;
    move(target(...onPaper(event)));
    settle();
  };

  const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowDown: [1, -1], ArrowUp: [1, 1] };
  handle.onkeydown = (event) => {
    const step = STEPS[event.key];
    if (!step || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const i = Math.min(step[0], view.n - 1), [lo, hi] = scene.box[i];
    const size = N.niceStep((hi - lo) / 400) * (event.shiftKey ? 10 : 1) * (event.altKey ? 0.1 : 1);
    move(inBox(p.map((v, k) => (k === i ? N.round(v + step[1] * size, decimals[i] + 1) : v))));
  };
  handle.onkeyup = (event) => { if (event.key in STEPS) settle(); };
  handle.onblur = () => { if (!grip) settle(); };

  const unwatch = D.watch(column, layout);
  function dispose() {
    unwatch();
    cancelAnimationFrame(frameAsked);
    root.remove();
  }
  return figure;
}
