// A figure that is all its lab’s own: no landscape, no panel. Here are its memory of what the hand and the server share, its frames, and its
// panes: a window of a plane on two sheets, so that what does not change is not drawn again.
//
// host: { scene, theme, values, letters, point(), put(name, value), move(p), held(name, on), settle(), ask(), knobs }. As in live.js the hand is
// ahead, nothing is sent while it holds something, and one message tells of a whole gesture.

const V = new URL(import.meta.url).search;
const [{ h, named, sizeOf, write }, A, { themeOf, TEXT, MATH, DIGITS }, { shared }, { slider }, { room }, N] = await Promise.all(
  ["dom", "axes", "theme", "echo", "controls", "place", "numbers"].map((name) => import(`./${name}.js${V}`)));

/** A host in this root; `commit` is asked of the figure each time, because the server may give another one. */
export function host(root, figure) {
  let scene = null, theme = null, p = null, values = null, letters = new Float64Array(0), frame = 0, draw = () => {};
  const echoes = { point: shared(), values: shared(), letters: shared() }, dirty = new Set(), busy = new Set(), knobs = h("div.knobs", { hidden: true });
  let sliders = [];

  function take(next) {
    scene = next;
    theme = themeOf(root);
    for (const [token, value] of Object.entries({ ...theme, text: TEXT, math: MATH, digits: DIGITS })) root.style.setProperty(`--${token.replace("_", "-")}`, String(value));
    root.style.colorScheme = theme.name;
    const news = (what, value) => echoes[what].news(value, dirty.has(what) || busy.has(what));
    const fresh = p === null || p.length !== scene.point.length;
    if (news("point", scene.point) || fresh) p = [...scene.point];
    if (news("values", scene.lab.values) || values === null) values = { ...scene.lab.values, ...Object.fromEntries([...busy].filter((name) => name in (values ?? {})).map((name) => [name, values[name]])) };
    takeLetters(scene.letters);
  }

  function takeLetters(given) {
    const names = given.map(({ name }) => name).join();
    if (names !== sliders.names) {
      letters = Float64Array.from(given, ({ value }) => value);
      echoes.letters = shared();
      sliders = given.map((letter, i) => slider({ ...letter, text: [named(letter.name), " ="], label: letter.spoken }, { held: self.held, settle, put: (_, v) => { letters[i] = v; dirty.add("letters"); ask(); } }));
      sliders.names = names;
      knobs.replaceChildren(...sliders.map(({ el }) => el));
    }
    knobs.hidden = !given.length;
    if (given.length && echoes.letters.news(given.map(({ value }) => value), dirty.has("letters"))) given.forEach(({ value }, i) => { letters[i] = value; });
    sliders.forEach((one, i) => one.set(letters[i]));
  }

  function ask() { frame ||= requestAnimationFrame(() => { frame = 0; if (scene && root.isConnected) draw(); }); }

  /** Tells the server what the hand changed: one message for a whole gesture. */
  function settle() {
    if (busy.size || !dirty.size) return;
    const now = { point: () => [...p], values: () => values, letters: () => [...letters] };
    const told = [...dirty].map((what) => [what, now[what]()]).filter(([what, value]) => echoes[what].tells(value));
    dirty.clear();
    if (told.length === 1) figure.commit(...told[0]);
    else if (told.length) figure.commit("hand", Object.fromEntries(told));
  }

  const self = {
    get scene() { return scene; }, get theme() { return theme; }, get values() { return values; }, get letters() { return letters; },
    point: () => p, take, ask, settle, knobs,
    put(name, value) { if (values[name] !== value) { values = { ...values, [name]: value }; dirty.add("values"); ask(); } },
    move(to) { if (to.some((v, i) => v !== p[i])) { p = to; dirty.add("point"); ask(); } },
    held: (name, on) => { if (on !== undefined) busy[on ? "add" : "delete"](name); return busy.has(name); },
    frames(go) { draw = go; ask(); },
    dispose() { cancelAnimationFrame(frame); },
  };
  root.addEventListener("resized", ask);
  document.fonts?.addEventListener("loadingdone", ask);
  return self;
}

const same = (a, b) => a.length === b.length && a.every((v, i) => v === b[i]);

/** A window of a plane: `stage` holds it, `head` is its title. */
export function pane(host, title, { tallest = 430, label = "" } = {}) {
  const under = h("canvas", { role: "img", ariaLabel: label }), over = h("canvas.over", { ariaHidden: "true" }), head = h("h2", {}, title), stage = h("div.stage", {}, under, over);
  const el = h("div.pane", {}, head, stage);
  let fr = null, key = [], css = "", left = 0, grips = [];

  /** Sizes the papers for this box of the plane; null while the pane has no room. */
  function layout(box, { high = tallest, plane = true } = {}) {
    const width = Math.floor(sizeOf(el)[0]);
    if (width < 60) return null;
    left = Math.max(left, A.leftMargin(under.getContext("2d"), A.marked(box[1], high / A.APART)));
    fr = { ...A.frame(box, width, { tallest: high, left, plane }), wide: width };
    const now = `width:${width}px;height:${fr.height}px`;
    if (now !== css) for (const canvas of [under, over]) canvas.style.cssText = css = now;
    return fr;
  }

  /** Draws the lower sheet, when what it depends on changed. */
  function base(depends, paint) {
    const now = [host.theme.name, fr.wide, fr.height, devicePixelRatio, ...fr.box.flat(), ...depends];
    if (same(now, key)) return;
    key = now;
    paint(A.paper(under, fr.wide, fr.height), fr);
  }

  /** The upper sheet, clean: [ctx, room for names]. */
  function top() {
    const ctx = A.paper(over, fr.wide, fr.height);
    return [ctx, room(ctx, host.theme, fr)];
  }

  const place = (event) => { const { left: x, top: y } = over.getBoundingClientRect(); return [event.clientX - x, event.clientY - y]; };

  /**
   * A thing to hold: { name, label, at() → place of the plane or null, to(place), step(key, big, fine) → whether it did something, text(), small }.
   * A click on the paper takes the first one there, where `catches`.
   */
  function grip(one) {
    const handle = h(`div.handle${one.small ? ".small" : ""}`, { role: "slider", tabIndex: 0, ariaLabel: one.label });
    let from = null;
    handle.onpointerdown = (event) => {
      if (event.button !== 0 || !fr) return;
      event.preventDefault();
      handle.focus({ preventScroll: true });
      const [u, v] = place(event), [x, y] = fr.to(one.at());
      from = [x - u, y - v];
      host.held(one.name, true);
      handle.setPointerCapture(event.pointerId);
      host.ask();
    };
    handle.onpointermove = (event) => { if (from) { const [u, v] = place(event); one.to(fr.from(u + from[0], v + from[1])); } };
    handle.onpointerup = handle.onpointercancel = handle.onlostpointercapture = () => {
      if (!from) return;
      from = null;
      host.held(one.name, false);
      host.settle();
      host.ask();
    };
    handle.onkeydown = (event) => { if (!event.ctrlKey && !event.metaKey && one.step(event.key, event.shiftKey, event.altKey)) event.preventDefault(); };
    handle.onkeyup = handle.onblur = () => { if (!from) host.settle(); };
    stage.append(handle);
    grips.push({ ...one, handle });
    return handle;
  }

  /** Puts the handles where their things are. */
  function settleGrips() {
    for (const { handle, at, text, value } of grips) {
      const to = at();
      handle.hidden = !to || !fr.holds(to);
      if (handle.hidden) continue;
      [handle.style.left, handle.style.top] = fr.to(to).map((c) => `${c}px`);
      handle.setAttribute("aria-valuetext", text());
      handle.setAttribute("aria-valuenow", String(value?.() ?? to[0]));
    }
  }

  function catches(one) { // a mouse; a finger scrolls the page
    over.onclick = (event) => {
      const [u, v] = place(event), inside = fr && u >= fr.x && u <= fr.x + fr.w && v >= fr.y && v <= fr.y + fr.h;
      if (inside) { one.to(fr.from(u, v)); host.settle(); }
    };
  }
  return { el, head, stage, over, under, layout, base, top, grip, catches, grips: settleGrips, place, get frame() { return fr; } };
}

/** Arrow keys that move a point of a plane: by a nice step of what is seen; with shift ten, with alt a tenth. */
export function stepped(key, big, fine, p, box) {
  const way = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowDown: [1, -1], ArrowUp: [1, 1] }[key];
  if (!way) return null;
  const [lo, hi] = box[way[0]], size = N.niceStep((hi - lo) / 400) * (big ? 10 : 1) * (fine ? 0.1 : 1);
  return p.map((v, i) => (i === way[0] ? N.round(v + way[1] * size, N.decimalsFor(hi - lo) + 1) : v));
}

/** A part of a plane that follows what is in it: it stays as long as that is inside with some air, and grows or shrinks when it must. */
export function sight() {
  let box = null;
  const width = () => box[0][1] - box[0][0];
  return {
    get box() { return box; },
    set(to) { box = to; },
    zoom(factor, at) { box = box.map(([lo, hi], i) => [at[i] + (lo - at[i]) * factor, at[i] + (hi - at[i]) * factor]); },
    around(centre, wide) { box = centre.map((c) => [c - wide / 2, c + wide / 2]); },
    get width() { return width(); },
    /** Moves so far that a rectangle is inside, with so much air. */
    hold(rectangle, air) {
      box = box.map(([lo, hi], i) => {
        const [a, b] = rectangle[i], by = Math.min(0, a - air * (hi - lo) - lo) || Math.max(0, b + air * (hi - lo) - hi);
        return b - a > (1 - 2 * air) * (hi - lo) ? [(a + b - hi + lo) / 2, (a + b + hi - lo) / 2] : [lo + by, hi + by];
      });
    },
  };
}

/** The rectangle around places; null without one. */
export function around(places) {
  const seen = places.filter(([x, y]) => Number.isFinite(x + y));
  return seen.length ? [0, 1].map((i) => [Math.min(...seen.map((q) => q[i])), Math.max(...seen.map((q) => q[i]))]) : null;
}

/** Draws what is cut off at the frame. */
export function clipped(ctx, fr, go) {
  ctx.save();
  A.clip(ctx, fr, 1);
  go();
  ctx.restore();
}

/** Chips that switch a value of the lab on and off: [[name, words], …]. */
export function chips(host, all) {
  const boxes = all.map(([name, words]) => {
    const box = h("input", { type: "checkbox", name });
    box.onchange = () => { host.put(name, box.checked); host.settle(); };
    return [name, box, h("label.chip", {}, box, words)];
  });
  return { el: h("div.chips", {}, boxes.map(([, , label]) => label)), set() { for (const [name, box] of boxes) box.checked = Boolean(host.values[name]); } };
}

/** A button with its key, which works wherever nothing is typed: keys(all) listens, and gives what ends that. */
export function act(words, key, go) {
  const el = h("button.act", { type: "button" }, words, key ? " " : "", key ? h("kbd", {}, key.toUpperCase()) : "");
  el.onclick = go;
  return el;
}
export function keys(all) {
  function typed(event) {
    const at = event.composedPath()[0];
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || at.matches?.("input:not([type=checkbox], [type=range]), textarea, select, [contenteditable]")) return;
    const button = all[event.key.toLowerCase()];
    if (button && !button.disabled) { event.preventDefault(); button.onclick(); }
  }
  document.addEventListener("keydown", typed);
  return () => document.removeEventListener("keydown", typed);
}

const GLIDE = 450; // ms of a zoom
export const still = matchMedia("(prefers-reduced-motion: reduce)");

/** Brings a value of the lab to another one within [lo, hi], in even steps of its logarithm: { to(value), stop() }. */
export function glide(host, name, [lo, hi]) {
  let asked = 0;
  function to(value) {
    const from = host.values[name], end = Math.min(hi, Math.max(lo, Number(value.toPrecision(3)))), start = performance.now();
    cancelAnimationFrame(asked);
    host.held(name, true);
    const tick = () => {
      const t = still.matches ? 1 : Math.min(1, (performance.now() - start) / GLIDE);
      host.put(name, t === 1 ? end : from * (end / from) ** t);
      if (t < 1) asked = requestAnimationFrame(tick); else { host.held(name, false); host.settle(); }
    };
    tick();
  }
  return { to, stop: () => cancelAnimationFrame(asked) };
}

/** A sentence that is read aloud when it changes. */
export const status = () => { const el = h("p.say.one", { role: "status" }); return { el, set: (text) => write(el, text) }; };
