// One level of f(x, y, z): the surface f = c, of which a slider says the c. The values stand on a grid over the room; what has
// no value is a gap. `surface.js` holds the camera.

const V = new URL(import.meta.url).search;
const [{ h, rich }, { plain }, { slider }] = await Promise.all(["dom", "numbers", "controls"].map((name) => import(`./${name}.js${V}`)));

/** The room: its sides, and their lengths on the screen, equal in scale up to a factor of three. */
export function land({ box }) {
  const lengths = box.map(([lo, hi]) => hi - lo), longest = Math.max(...lengths), equal = longest <= 3 * Math.min(...lengths);
  return { z: null, box, sides: box, aspect: lengths.map((l) => 0.8 * (equal ? l / longest : 1)) };
}

// The six tetrahedra of a cell around its diagonal; bit 0 of a corner is a step along the first axis, bit 1 the second, bit 2 the third.
const TETRAHEDRA = [[0, 1, 3, 7], [0, 3, 2, 7], [0, 2, 6, 7], [0, 6, 4, 7], [0, 4, 5, 7], [0, 5, 1, 7]];
const RUN = 4; // ranges: a cell over which f changes by more holds a pole or a jump, and no level

/**
 * The level c of values on a grid of nodes³, the last axis fastest, by marching tetrahedra (Doi, Koide 1991): { x, y, z, i, j, k }, the places as
 * parts of the sides, each once, and the corners of triangles. A tetrahedron with a corner without a value has no part of it.
 */
export function march(value, nodes, c, most = Infinity) {
  const step = [nodes * nodes, nodes, 1], offset = Array.from({ length: 8 }, (_, corner) => step.reduce((sum, by, axis) => sum + ((corner >> axis) & 1) * by, 0));
  const out = { x: [], y: [], z: [], i: [], j: [], k: [] }, met = new Int32Array(8 * value.length).fill(-1), per = 1 / (nodes - 1);
  function place(p, q) { // where the level crosses the edge from node p to node q
    if (p > q) [p, q] = [q, p];
    const key = 8 * p + offset.indexOf(q - p);
    if (met[key] >= 0) return met[key];
    const t = (c - value[p]) / (value[q] - value[p]), along = (by) => { const a = at(p, by); return (a + t * (at(q, by) - a)) * per; };
    x.push(along(step[0]));
    y.push(along(nodes));
    z.push(along(1));
    return (met[key] = x.length - 1);
  }
  const { x, y, z } = out, at = (node, by) => Math.floor(node / by) % nodes;
  /** With its face to where f grows, so that the light lies on one side: uphill is from a node below to one above. */
  function triangle(p, q, r, below, above) {
    const a = x[q] - x[p], b = y[q] - y[p], e = z[q] - z[p], u = x[r] - x[p], v = y[r] - y[p], w = z[r] - z[p];
    const turned = (b * w - e * v) * (at(above, step[0]) - at(below, step[0])) + (e * u - a * w) * (at(above, nodes) - at(below, nodes)) + (a * v - b * u) * (at(above, 1) - at(below, 1)) < 0;
    out.i.push(p);
    out.j.push(turned ? r : q);
    out.k.push(turned ? q : r);
  }
  for (let a = 0; a < nodes - 1; a++) for (let b = 0; b < nodes - 1; b++) for (let d = 0; d < nodes - 1; d++) {
    const base = a * step[0] + b * step[1] + d;
    let [low, high] = [Infinity, -Infinity];
    for (const by of offset) { const v = value[base + by]; if (!(v >= low)) low = v; if (!(v <= high)) high = v; }
    if (low > c || high <= c || high - low > most) continue; // with a nan both comparisons fail, and the tetrahedra are looked at
    for (const corners of TETRAHEDRA) {
      const above = [], below = [];
      for (const corner of corners) { const node = base + offset[corner], v = value[node]; if (v > c) above.push(node); else if (v <= c) below.push(node); }
      if (above.length + below.length < 4 || !above.length || !below.length) continue;
      if (above.length === 2) {
        const [p, q, r, s] = [[0, 0], [0, 1], [1, 1], [1, 0]].map(([u, v]) => place(above[u], below[v]));
        triangle(p, q, r, below[0], above[0]);
        triangle(p, r, s, below[0], above[0]);
      } else {
        const [one, three] = above.length === 1 ? [above[0], below] : [below[0], above];
        triangle(place(one, three[0]), place(one, three[1]), place(one, three[2]), below[0], above[0]);
      }
    }
  }
  return out;
}

/** What Plotly draws of a level, as it changes with it. */
export function mesh({ box, nodes, range: [low, high] }, theme, parts, level) {
  const t = (level - low) / (high - low), found = march(parts, nodes, t, RUN), stops = theme.heights;
  for (const [axis, name] of [..."xyz"].entries()) found[name] = found[name].map((part) => box[axis][0] + part * (box[axis][1] - box[axis][0]));
  return { ...found, color: theme.name === "dark" ? theme.ink2 : stops[Math.round(t * (stops.length - 1))] };
}

export function traces(scene, theme, parts, level) {
  const { names, name, marks } = scene, each = names.map((one, i) => `${one} %{${"xyz"[i]}:.4g}`).join("<br>");
  const out = [{
    type: "mesh3d", ...mesh(scene, theme, parts, level), opacity: 0.78, flatshading: false, hovertemplate: `${each}<extra>${name} = ${plain(Number(level.toPrecision(5)))}</extra>`,
    lighting: { ambient: 0.5, diffuse: 0.7, specular: 0.15, roughness: 0.6, fresnel: 0.1 },
  }];
  if (marks.length) out.push({
    type: "scatter3d", mode: "markers", ...Object.fromEntries([..."xyz"].map((axis, i) => [axis, marks.map(({ at }) => at[i])])), text: marks.map(({ kind }) => kind), hovertemplate: "%{text}<extra></extra>",
    marker: { size: 5, color: marks.map(({ kind }) => theme[kind] ?? theme.ink) },
  });
  return out;
}

/** The slider of the level with its box, and a button for the level of the held point; `put(c)` while it moves, `settle(c)` once. A null is the point’s. */
export function knob(put, settle) {
  let scene = null, now = 0, control = null;
  const through = h("button", { type: "button" }, "Through the point"), at = h("div"), el = h("div.level", {}, at, through);
  through.onclick = () => { now = scene.through; control.set(now); put(now); settle(null); };
  return {
    el,
    get level() { return now; },
    set(next, held) {
      const [low, high] = next.range, fresh = !control || String(scene.range) !== String(next.range);
      scene = next;
      if (!held) now = next.level;
      if (fresh) {
        control = slider({ name: "level", label: "Level", text: rich(`*${next.name}* =`), lo: low, hi: high, least: low, most: high }, { held: () => false, put: (_, v) => { now = v; put(v); }, settle: () => settle(now) });
        at.replaceChildren(control.el);
      }
      control.set(now);
      el.setAttribute("aria-label", plain(now));
    },
  };
}
