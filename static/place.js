// Where a text stands beside its thing: one room for all the texts of a drawing.
//
// The law: no text lies on another, on a ring or on a mark, and none leaves the window. Lines are crossed only where
// nothing better is near. Around the places a thing offers, nearest first and then further out, every spot that keeps
// the law has a price, and the cheapest is taken. A text that finds no spot is left out.

const { label, widthOf, sizeOf, boxOf } = await import(`./axes.js${new URL(import.meta.url).search}`);

const ABOVE = [[0, -1], [1, 0], [0, 1], [-1, 0], [1, -1], [-1, -1], [1, 1], [-1, 1]], BESIDE = [1, 3, 0, 2, 4, 5, 6, 7].map((k) => ABOVE[k]);
const GRAIN = 4; // px between the points that stand for a line
const OUT = 14, RINGS = 9; // px of one ring further out, and how many there are
const CROSSING = 8, NEXT = 3, FURTHER = 8; // prices: of a point of a line, of a later place, of a ring
const AIR = 3; // px between a text and other things
const CELL = 32, WIDE = 4096; // px of a cell, and cells in a row

let asked = 0; // each look at a spot counts a disc once

export function room(ctx, theme, { x, y, w, h }) {
  const texts = (ctx.canvas.texts ??= []), large = [], cells = new Map(); // discs: the small ones by the cells they touch

  /** Nothing may lie on this disc; or, when it has a price, it may for that. */
  function keep(u, v, r, price = Infinity) {
    if (!(u > x - r - AIR && u < x + w + r + AIR && v > y - r - AIR && v < y + h + r + AIR)) return; // no text is out there
    const disc = { u, v, rr: r * r, price, asked: 0 };
    if (r > CELL) { large.push(disc); return; }
    for (let j = Math.floor((v - r) / CELL); j <= (v + r) / CELL; j++)
      for (let i = Math.floor((u - r) / CELL); i <= (u + r) / CELL; i++) {
        const key = i + WIDE * j, cell = cells.get(key);
        if (cell) cell.push(disc); else cells.set(key, [disc]);
      }
  }

  /** A line texts should not cross, through places of the paper; those that are not finite are gaps. */
  function avoid(line) {
    let from = null;
    for (const to of line) {
      if (!Number.isFinite(to[0] + to[1])) { from = null; continue; }
      const [a, b] = from ?? to, du = to[0] - a, dv = to[1] - b, n = Math.min(999, Math.ceil(Math.hypot(du, dv) / GRAIN));
      if (from && n < 2) continue;
      for (let k = 1; k <= n; k++) keep(a + (k / n) * du, b + (k / n) * dv, AIR, CROSSING);
      from = to;
    }
  }

  /** What a spot costs, or Infinity as soon as that is not below `most`. */
  function price([l, t, r, b], paid, most) {
    if (!(l > x && r < x + w && t > y && b < y + h)) return Infinity;
    for (const { box } of texts) if (l < box[2] + AIR && r > box[0] - AIR && t < box[3] + 1 && b > box[1] - 1) return Infinity;
    const near = ({ u, v, rr, price: cost }) => {
      const du = Math.max(l - u, 0, u - r), dv = Math.max(t - v, 0, v - b);
      if (du * du + dv * dv < rr) paid += cost;
    };
    for (const disc of large) near(disc);
    asked += 1;
    for (let j = Math.floor(t / CELL); j <= b / CELL && paid < most; j++)
      for (let i = Math.floor(l / CELL); i <= r / CELL && paid < most; i++)
        for (const disc of cells.get(i + WIDE * j) ?? []) if (disc.asked !== asked) { disc.asked = asked; near(disc); }
    return paid < most ? paid : Infinity;
  }

  /**
   * Writes a text, at the best spot around places [x, y], the liked ones first: `gap` px
   * away from them, above or `beside`; without a gap on them. Where it would cost `most` or more it is left out.
   */
  function write(text, places, { gap = 0, beside = false, most = Infinity, ...given }) {
    const style = { size: 13, weight: 600, ...given };
    const wide = widthOf(ctx, text, style), tall = sizeOf(text, style);
    let best = { cost: most };
    for (let ring = 0; ring < RINGS && FURTHER * ring < best.cost; ring++) {
      const away = gap + OUT * ring, around = away ? (beside ? BESIDE : ABOVE) : [[0, 0]];
      places.forEach(([u, v], i) => around.forEach(([du, dv], k) => {
        const far = du && dv ? 0.7 * away : away;
        const at = [u + du * (far + wide / 2), v + dv * (far + tall / 2)], paid = FURTHER * ring + NEXT * i + k;
        const cost = paid < best.cost ? price(boxOf(...at, wide, tall, style.angle), paid, best.cost) : Infinity;
        if (cost < best.cost) best = { cost, at };
      }));
      if (most < Infinity) break;
    }
    if (best.at) label(ctx, theme, text, ...best.at, { ...style, middle: true });
  }
  return { keep, avoid, write };
}
