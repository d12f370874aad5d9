// The lab of paths: the held point is the start, and where the methods go from there is drawn while the hand moves it, or slides the
// step size or the momentum. When the hand lets go, the server runs the same methods, and its own paths take the place of these.

const V = new URL(import.meta.url).search;
const [{ h, rewrite }, { value: shown }, { reader }, { slider }, M, T] = await Promise.all(
  ["dom", "numbers", "program", "controls", "methods", "marks"].map((name) => import(`./${name}.js${V}`)));

const ROUND = 1e-9; // a point that differs by less is the server’s
const PATIENCE = 6; // ms of a frame for all methods together

export function lab(scene, host) {
  const n = host.n, count = (from, to) => Array.from({ length: to - from }, (_, k) => from + k);
  const [gradient, hessian] = [reader(scene.program, count(1, 1 + n), host.letters), reader(scene.program, count(1 + n, 1 + n + n * n), host.letters)];
  const f = { value: (x) => host.f.at(x)[0], gradient: (x) => [...gradient.at(x)], hessian: (x) => [...hessian.at(x)] };
  let data = scene.lab.data, now = null, key = "";

  const rated = { held: host.held, settle: host.settle, put: (name, v) => { host.put("chosen", true); host.put(name, v); } };
  const rate = slider({ name: "rate", label: "Step size", text: "Step size *η*", lo: 1e-5, hi: 10, least: 0, most: data.most_rate, log: true }, rated);
  const beta = slider({ name: "beta", label: "Momentum β", text: "Momentum *β*", lo: 0, hi: 1, step: 0.01 }, host);
  const usual = h("button.act.small", { type: "button" }, "Usual step");
  usual.onclick = () => { host.put("chosen", false); host.settle(); };
  const ends = h("div.ends", { role: "status" }), under = h("div.knobs.single", {}, rate.el, beta.el, h("div.row", {}, usual), ends);

  /** The constants at a start: a step size nobody chose follows the curvature there. */
  const constants = (p) => ({ rate: host.values.chosen ? host.values.rate : M.usualRate(f.hessian(p), n), beta: host.values.beta });

  function fresh(p) {
    const start = data.start, given = scene.lab.values, c = constants(p);
    return host.lettersKnown && start.every((v, i) => Math.abs(v - p[i]) <= ROUND * (1 + Math.abs(v))) && c.beta === given.beta && Math.abs(c.rate - data.rate) <= ROUND * c.rate;
  }

  /** The server’s paths where it knows them, else our own. */
  function paths(here) {
    if (fresh(here.p)) { now = null; return scene.paths; }
    const c = constants(here.p), next = JSON.stringify([here.p, c, [...host.letters]]);
    if (!now || next !== key) {
      key = next;
      now = data.methods.map((name) => M.run(f, { name, ...c }, here.p, data.most, PATIENCE / data.methods.length));
    }
    return now.map(({ method, points }) => ({ method, points: seen(points) }));
  }

  /** Up to the step that is shown, and until it leaves the window for good. */
  function seen(points) {
    const some = points.slice(0, data.shown === null ? undefined : data.shown + 1);
    const last = some.findLastIndex((x) => x.every((v, i) => v >= host.box[i][0] && v <= host.box[i][1]));
    return some.slice(0, Math.max(last, 0) + 2);
  }

  function set(here) {
    const c = constants(here.p), [first, second] = [data.methods.some((name) => name !== "Newton"), data.methods.includes("momentum")];
    rate.set(c.rate, { off: !first });
    beta.set(c.beta, { off: !second });
    beta.el.hidden = !second;
    rate.el.hidden = usual.hidden = !first;
    usual.disabled = !host.values.chosen;
    const all = now ?? [];
    rewrite(ends, all.map(({ method, outcome, points, values }) => [method, outcome, points.length, values.at(-1)].join()).join("|"), () => all.map(({ method, outcome, points, values }) =>
      h("p.small", {}, T.pathIcon(method), ` ${method[0].toUpperCase()}${method.slice(1)}: `, `${M.OUTCOMES[outcome]} after ${points.length - 1} step${points.length === 2 ? "" : "s"}, *f* = `.replace("*f*", host.name), shown(values.at(-1)))));
  }

  return { side: null, under, paths, set, take(next) { scene = next; data = next.lab.data; } };
}
