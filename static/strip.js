// A strip for each method of a sweep: one cell for each rate, from the smallest to the largest, that says how the run with it ended. Height
// says how soon: a full cell came in the fewest steps of all. A kind has its own colour and pattern, as everywhere.

const V = new URL(import.meta.url).search;
const [{ h }, T, { decimal }] = await Promise.all(["dom", "marks", "numbers"].map((name) => import(`./${name}.js${V}`)));

const W = 8, H = 22; // of a cell
const KINDS = ["minimum", "saddle", "maximum"];
const MANY = { minimum: "come to a minimum", saddle: "come to a saddle", maximum: "come to a maximum", inconclusive: "come to a point where the test is silent",
  "out of steps": "run out of steps", diverged: "diverge", "left the domain": "leave the domain", overflow: "grow too large", stalled: "stall", cycle: "go round in a circle" };

function svg(name, attributes, ...children) {
  const el = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, v] of Object.entries(attributes)) el.setAttribute(key, v);
  el.append(...children);
  return el;
}

/** In words: how many rates came to what, and the best. */
export function words({ rates, ends, moves, best }) {
  const counts = new Map();
  for (const end of ends) counts.set(end, (counts.get(end) ?? 0) + 1);
  const parts = [...counts].map(([end, count]) => `${count} ${MANY[end] ?? end}`);
  return `${rates.length} rates from ${decimal(rates[0])} to ${decimal(rates.at(-1))}: ${parts.join(", ")}. Best ${decimal(rates[best])}: ${ends[best] === "minimum" ? `${moves[best]} steps.` : "it ends lowest."}`;
}

/** The strip of one sweep, with a mark at the best rate and one at the rate that runs. */
export function strip(sweep) {
  const { method, rates, ends, moves, best, rate } = sweep, most = Math.max(...moves, 1), name = method[0].toUpperCase() + method.slice(1);
  const fewest = Math.min(...moves.filter((_, i) => KINDS.includes(ends[i])), most), wide = W * rates.length, id = `hatch-${method.replace(/\W/g, "")}`;
  const cells = rates.map((_, i) => {
    const kind = KINDS.includes(ends[i]) ? ends[i] : null, tall = kind ? Math.max(5, H * Math.log(1 + most / moves[i] || most) / Math.log(1 + most / Math.max(fewest, 1))) : H;
    if (kind) return svg("rect", { class: kind, x: W * i + 0.5, y: H - Math.min(tall, H), width: W - 1, height: Math.min(tall, H), ...(kind === "minimum" ? {} : { fill: `url(#${id}-${kind})` }) });
    const x = W * i + W / 2, y = H - 4;
    return ends[i] === "out of steps" ? svg("circle", { class: "open", cx: x, cy: y, r: 1.6 }) : svg("path", { class: "lost", d: `M${x - 2.2} ${y - 2.2}l4.4 4.4m0-4.4l-4.4 4.4` });
  });
  const at = nearest(rates, rate), marks = [svg("path", { class: "best", d: `M${W * best + W / 2} ${H + 2}l4 7h-8z` })];
  if (at !== null && at !== best) marks.push(svg("circle", { class: "now", cx: W * at + W / 2, cy: H + 6, r: 3.2 }));
  const patterns = svg("defs", {},
    svg("pattern", { id: `${id}-saddle`, width: 4, height: 4, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" }, svg("rect", { class: "saddle", width: 4, height: 4 }), svg("path", { class: "stripe", d: "M0 0v4" })),
    svg("pattern", { id: `${id}-maximum`, width: 4, height: 4, patternUnits: "userSpaceOnUse" }, svg("rect", { class: "maximum", width: 4, height: 4 }), svg("circle", { class: "dot", cx: 2, cy: 2, r: 0.9 })));
  const picture = svg("svg", { viewBox: `0 0 ${wide} ${H + 10}`, preserveAspectRatio: "none", "aria-hidden": "true" }, patterns, svg("path", { class: "floor", d: `M0 ${H}h${wide}` }), ...cells, ...marks);
  return h("figure.strip", {}, h("figcaption", {}, T.pathIcon(method), h("b", {}, ` ${name}`), h("span.small", {}, ` ${words(sweep)}`)), picture);
}

/** Which of the rates is nearest, in the logarithm; none when there is no rate or it is far outside. */
function nearest(rates, rate) {
  if (!(rate > 0)) return null;
  const far = rates.map((each) => Math.abs(Math.log(each / rate))), least = Math.min(...far);
  return least < Math.log(rates[1] / rates[0]) ? far.indexOf(least) : null;
}

export const KEY = "Each cell is a rate: filled, it came to a minimum (plain), a saddle (hatched) or a maximum (dotted), and the taller the fewer its steps; · ran out of steps; × was lost. The triangle is the best, the ring the rate that runs.";
