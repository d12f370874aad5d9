// Playing through a run: back, step, play, all, reset, a slider for the number of the step, and their keys. It happens in the browser; the
// server hears once where it came to rest. The number k is a value of the lab; −1 shows all.

const V = new URL(import.meta.url).search;
const [{ h, rewrite, write }, { slider }] = await Promise.all(["dom", "controls"].map((name) => import(`./${name}.js${V}`)));

const SECONDS = 6, SLOWEST = 2.5; // of a whole run that is played; steps a second at least
const JUMP = 600; // ms between two pictures where motion is not wanted

/** total(): how many steps there are; words(k): what is said of the step that is shown. */
export function player(host, { total, most, words }) {
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let clock = 0, since = 0, from = 0, last = 0;
  const all = () => host.values.k < 0 || host.values.k >= total();
  const now = () => (all() ? total() : host.values.k);

  function put(k) { host.put("k", Math.min(Math.max(0, Math.round(k)), total())); }
  function stop() { cancelAnimationFrame(clock); clock = 0; host.held("k", false); }
  function rest() { stop(); host.settle(); host.ask(); }
  function show(k) { stop(); if (k < 0) host.put("k", -1); else put(k); rest(); }

  function tick(time) {
    since ||= time;
    if (!still.matches || time - last >= JUMP) {
      last = time;
      const k = Math.min(total(), from + ((time - since) / 1000) * Math.max(SLOWEST, total() / SECONDS));
      if (Math.floor(k) !== host.values.k) put(Math.floor(k));
      if (k >= total()) return rest();
    }
    clock = requestAnimationFrame(tick);
  }
  function start() {
    [since, last, from] = [0, 0, all() ? 0 : now()];
    host.held("k", true);
    put(from);
    clock = requestAnimationFrame(tick);
  }

  const act = (name, letter, go) => { const b = h("button.act", { type: "button" }, `${name} `, h("kbd", {}, letter.toUpperCase())); b.onclick = go; return b; };
  const back = act("Back", "b", () => show(now() - 1)), next = act("Step", "n", () => show(all() ? 1 : now() + 1)); // from the end it begins again
  const play = act("Play", "p", () => (clock ? rest() : start())), whole = act("All", "a", () => show(-1)), reset = act("Reset", "0", () => show(0));
  const count = h("p.say", { role: "status" });
  const led = { held: host.held, settle: host.settle, put: (_, k) => put(k) };
  const at = slider({ name: "k", label: "Step shown", text: "Step", lo: 0, hi: 1, most }, led);
  const keys = { b: back, n: next, p: play, a: whole, 0: reset };

  function typed(event) {
    const target = event.composedPath()[0];
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || target.matches?.("input:not([type=range]), textarea, select, [contenteditable]")) return;
    if (keys[event.key] && !keys[event.key].disabled) { event.preventDefault(); keys[event.key].onclick(); }
  }
  document.addEventListener("keydown", typed);

  return {
    el: [h("div.row", {}, back, next, play, whole, reset), at.el, count],
    now,
    set() {
      const k = now();
      at.reach(Math.max(1, total()));
      at.set(k);
      for (const button of [next, play, whole, reset]) button.disabled = total() === 0;
      back.disabled = k === 0;
      rewrite(play, String(Boolean(clock)), () => [clock ? "Pause " : "Play ", h("kbd", {}, "P")]);
      if (!clock) write(count, words(k));
    },
    dispose() { stop(); document.removeEventListener("keydown", typed); },
  };
}
