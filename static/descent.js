// The lab of paths: the held point is the start, and where the methods go from there is drawn while the hand moves it, or slides the
// step size or the momentum. When the hand lets go, the server runs the same methods, and its own paths take the place of these.

const V = new URL(import.meta.url).search;
const [{ h }, { slider }, M, preview] = await Promise.all(["dom", "controls", "methods", "preview"].map((name) => import(`./${name}.js${V}`)));

const ROUND = 1e-9; // a start that differs by less is the server's
const PATIENCE = 8; // ms of a frame for all methods together; what is not finished then is finished when the hand rests
const REST = 120; // ms

export function lab(scene, host) {
  const n = host.n, f = M.objective(scene.program, scene.value, n, host.letters);
  let data = scene.lab.data, now = null, key = "", later = 0, told = null;

  const rated = { held: host.held, settle: host.settle, put: (name, v) => { host.put("chosen", true); host.put(name, v); } };
  const rate = slider({ name: "rate", label: "Step size", text: "Step size *η*", lo: 1e-5, hi: 10, least: 0, most: data.most_rate, log: true }, rated);
  const beta = slider({ name: "beta", label: "Momentum β", text: "Momentum *β*", lo: 0, hi: 1, step: 0.01 }, host);
  const usual = h("button.act.small", { type: "button", title: "One over the largest curvature at the start" }, "Usual");
  usual.onclick = () => { host.put("chosen", false); host.settle(); };
  const under = h("div.walk", {}, rate.el, usual, beta.el);

  /** The constants at a start: a step size nobody chose follows the curvature there. */
  const constants = (p) => ({ rate: host.values.chosen ? host.values.rate : M.usualRate(f.hessian(p), n), beta: host.values.beta });

  /** Whether the server's paths are those of this start and these constants. */
  function fresh(p, c) {
    return host.lettersKnown && c.beta === scene.lab.values.beta && Math.abs(c.rate - data.rate) <= ROUND * c.rate
      && data.start.every((v, i) => Math.abs(v - p[i]) <= ROUND * (1 + Math.abs(v)));
  }

  /** The server's paths where it knows them, else our own. */
  function paths(here) {
    const c = constants(here.p);
    if (fresh(here.p, c)) { now = null; return scene.paths; }
    const next = JSON.stringify([here.p, c, [...host.letters], data.methods]);
    if (!now || next !== key) walk(here.p, c, PATIENCE);
    key = next;
    return now.map((run) => ({ method: run.method, points: seen(run.points), sentence: M.sentence(run), preview: true }));
  }

  function walk(p, c, time) {
    const until = performance.now() + time;
    now = data.methods.map((name) => M.run(f, { name, ...c }, p, data.most, until - performance.now()));
    clearTimeout(later);
    if (now.some(({ outcome }) => outcome === "UNFINISHED")) later = setTimeout(() => { if (now) walk(p, c, Infinity); host.ask(); }, REST);
  }

  /** Up to the step that is shown, and until it leaves the window for good. */
  function seen(points) {
    const some = points.slice(0, data.shown === null ? undefined : data.shown + 1);
    const last = some.findLastIndex((x) => x.every((v, i) => v >= host.box[i][0] && v <= host.box[i][1]));
    return some.slice(0, Math.max(last, 0) + 2);
  }

  function set(here) {
    if (told !== (now ?? data.of)) {
      told = now ?? data.of;
      preview.say({ runs: now, of: data.of, f });
    }
    const c = constants(here.p), [first, second] = [data.methods.some((name) => name !== "Newton"), data.methods.includes("momentum")];
    rate.set(c.rate);
    beta.set(c.beta);
    rate.el.hidden = usual.hidden = !first;
    beta.el.hidden = !second;
    usual.disabled = !host.values.chosen;
  }

  return {
    side: null, under, paths, set,
    take(next) { scene = next; data = next.lab.data; },
    dispose() { clearTimeout(later); preview.say({ runs: null, of: "", f: null }); },
  };
}
