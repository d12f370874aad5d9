// Controls under a live figure: a slider and a number box that always say the same.
//
// host: { put(name, value), settle(), held(name, on) }. While the slider moves only the picture follows; the server is told
// once, when it is let go. A logarithmic slider runs in even steps of log v. The box takes any number in [least, most],
// which may reach further than the slider.

const V = new URL(import.meta.url).search;
const [{ h, rich }, { plain, round }] = await Promise.all(["dom", "numbers"].map((name) => import(`./${name}.js${V}`)));

const STOPS = 200; // of a slider without a step: what an arrow key moves

let number = 0;

export function slider({ name, label, text = label, lo, hi, least = lo, most = hi, step = 0, log = false, digits = 6 }, host) {
  const id = `control-${(number += 1)}`;
  let [from, to] = log ? [Math.log(lo), Math.log(hi)] : [lo, hi];
  const stops = step && !log ? Math.round((hi - lo) / step) : STOPS;
  const valueAt = (k) => {
    const v = from + ((to - from) * k) / stops;
    return log ? Number(Math.exp(v).toPrecision(3)) : step ? round(lo + k * step, 9) : Number(v.toPrecision(4));
  };
  const stopOf = (v) => Math.round((stops * ((log ? Math.log(Math.max(v, lo)) : v) - from)) / (to - from));
  const range = h("input.range", { id, type: "range", min: 0, max: stops, step: 1 });
  const box = h("input.exactly", { type: "number", step: "any", min: least, max: most, inputMode: "decimal", ariaLabel: `${label}, exactly` });
  const el = h("div.control", {}, h("label", { htmlFor: id }, typeof text === "string" ? rich(text) : text), range, box);
  range.setAttribute("aria-label", label);
  let now = NaN, pressed = false, slid = false;

  const letGo = () => { slid = false; host.held(name, false); host.settle(); };
  const put = (v) => { now = v; host.put(name, v); };
  range.oninput = () => { slid = true; host.held(name, true); put(valueAt(Number(range.value))); tell(); };
  range.onchange = range.onpointerup = range.onpointercancel = () => { if (slid && !pressed) letGo(); }; // let go where it was taken, nothing has changed
  range.onkeydown = ({ key }) => { pressed ||= /^(Arrow|Page|Home|End)/.test(key); }; // a key that is held down slides too
  range.onkeyup = range.onblur = () => { if (pressed) { pressed = false; letGo(); } };
  box.oninput = () => { const v = read(); if (v !== null) put(v); };
  box.onchange = () => { const v = read(); if (v !== null) put(v); show(); host.settle(); };
  box.onkeydown = (event) => { if (event.key === "Enter") box.onchange(); };

  function read() {
    const v = Number(box.value);
    return box.value.trim() !== "" && Number.isFinite(v) ? Math.min(most, Math.max(least, v)) : null;
  }
  function tell() {
    const text = String(Number(now.toPrecision(digits)));
    if (box.value !== text) box.value = text;
    range.setAttribute("aria-valuetext", plain(now));
    range.style.setProperty("--part", `${Math.min(100, Math.max(0, (100 * stopOf(now)) / stops))}%`);
  }
  function show() {
    tell();
    const stop = String(Math.min(stops, Math.max(0, stopOf(now))));
    if (range.value !== stop) range.value = stop;
  }
  return {
    el, range, box,
    /** Another upper end, of a slider without steps. */
    reach(end) {
      if (end === to) return;
      to = end;
      if (now === now) show();
    },
    /** Shows a value, unless it is being typed. */
    set(v, { off = false } = {}) {
      for (const part of [range, box]) part.disabled = off;
      if (v === now) return;
      now = v;
      if ((el.getRootNode().activeElement ?? null) !== box) show();
    },
  };
}

/** A few choices of which one is on: [value, words]. */
export function choice({ name, label, options }, host) {
  const buttons = options.map(([value, words]) => {
    const button = h("button", { type: "button" }, rich(words));
    button.onclick = () => { host.put(name, value); host.settle(); };
    button.dataset.value = String(value);
    return button;
  });
  const el = h("div.choice", { role: "group", ariaLabel: label }, buttons);
  return { el, set: (now) => { for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.value === String(now))); } };
}

