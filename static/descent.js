// The lab of paths: the held point is the start, and where the methods go from there is drawn while the hand moves it, or slides the
// step size or the momentum. When the hand lets go, the server runs the same methods, and its own paths take the place of these.

const V = new URL(import.meta.url).search;
const [{ h }, { slider }, { player }, M, A, preview] = await Promise.all(["dom", "controls", "play", "methods", "adaptive", "preview", "looks"].map((name) => import(`./${name}.js${V}`)));

const ROUND = 1e-9; // a start that differs by less is the server's
const PATIENCE = 8; // ms of a frame for all methods together; what is not finished then is finished when the hand rests
const REST = 120; // ms
const MOVING = new Set(["momentum", "Nesterov"]); // methods that keep a part of the last step

export function lab(scene, host) {
  const n = host.n, f = M.objective(scene.program, scene.value, n, host.letters);
  let data = scene.lab.data, now = null, key = "", later = 0, told = {};

  const rated = { held: host.held, settle: host.settle, put: (name, v) => { host.put("chosen", true); host.put(name, v); } };
  const rate = slider({ name: "rate", label: "Step size", text: "Step size *η*", lo: 1e-5, hi: 10, least: 0, most: data.most_rate, log: true }, rated);
  const beta = slider({ name: "beta", label: "Momentum β", text: "Momentum *β*", lo: 0, hi: 1, step: 0.01 }, host);
  const usual = h("button.act.small", { type: "button", title: "As if nobody had chosen: the best of the sweep, else one over the largest curvature at the start" }, "Usual");
  usual.onclick = () => { host.put("chosen", false); host.settle(); };
  const playing = data.plays ? player(host, { total, most: data.most, words: (k) => `Shown: step ${k} of ${total()}.` }) : null;
  const under = h("div", {}, h("div.walk", {}, rate.el, usual, beta.el), playing ? h("div.knobs.single", {}, playing.el) : []);

  /** The moves of the longest run, and how many of them are shown; null for all. */
  function total() { return now ? Math.max(0, ...now.map(({ points }) => points.length - 1)) : data.longest; }
  const shown = () => (playing && host.values.k >= 0 ? host.values.k : null);

  /** The methods that run here, with their constants at a start: a step size that nobody chose and no sweep found follows the curvature there. */
  function walkers(p) {
    let usual = null;
    const rateOf = ({ handed, swept, rate }) => (!handed ? rate : host.values.chosen ? host.values.rate : swept ? rate : (usual ??= M.usualRate(f.hessian(p), n)));
    return data.methods.filter(({ name }) => A.LIVE.has(name)).map((m) => ({ ...m, rate: rateOf(m), ...(MOVING.has(m.name) ? { beta: host.values.beta } : {}) }));
  }

  /** Whether the server's paths are those of this start and these constants. */
  function fresh(p, walking) {
    return host.lettersKnown && host.values.beta === scene.lab.values.beta
      && walking.every(({ name, rate = 0 }) => Math.abs(rate - (data.methods.find((m) => m.name === name).rate ?? 0)) <= ROUND * rate)
      && data.start.every((v, i) => Math.abs(v - p[i]) <= ROUND * (1 + Math.abs(v)));
  }

  /** The server's paths where it knows them, else our own. */
  function paths(here) {
    const walking = walkers(here.p);
    if (fresh(here.p, walking)) { now = null; return shown() === null ? scene.paths : scene.paths.map((path) => ({ ...path, points: path.points.slice(0, shown() + 1) })); }
    const next = JSON.stringify([here.p, walking, [...host.letters]]);
    if (!now || next !== key) walk(here.p, walking, PATIENCE);
    key = next;
    return now.map((run) => ({ method: run.method, points: seen(run.points), sentence: M.sentence(run), preview: true }));
  }

  function walk(p, walking, time) {
    const until = performance.now() + time;
    now = walking.map((method) => M.run(f, A.live(method), p, data.most, until - performance.now()));
    clearTimeout(later);
    if (now.some(({ outcome }) => outcome === "UNFINISHED")) later = setTimeout(() => { if (now) walk(p, walking, Infinity); host.ask(); }, REST);
  }

  /** Up to the step that is shown, and until it leaves the window for good. */
  function seen(points) {
    const some = points.slice(0, shown() === null ? undefined : shown() + 1);
    const last = some.findLastIndex((x) => x.every((v, i) => v >= host.box[i][0] && v <= host.box[i][1]));
    return some.slice(0, Math.max(last, 0) + 2);
  }

  function set(here) {
    if (told.runs !== now || told.of !== data.of || told.k !== shown()) preview.say((told = { runs: now, of: data.of, f, k: shown() }));
    playing?.set();
    const walking = walkers(here.p), handed = walking.find((m) => m.handed);
    if (handed) rate.set(handed.rate);
    beta.set(host.values.beta);
    rate.el.hidden = usual.hidden = !handed;
    beta.el.hidden = !walking.some(({ name }) => MOVING.has(name));
    usual.disabled = !host.values.chosen;
  }

  return {
    side: null, under, paths, set,
    take(next) { scene = next; data = next.lab.data; },
    dispose() { clearTimeout(later); playing?.dispose(); preview.say({ runs: null, of: "", f: null, k: null }); },
  };
}
