// Where a text stands beside its thing: one room for all the texts of a drawing.
//
// The law: no text lies on another, on a ring or on a mark, and none leaves the window. Lines are crossed only where
// nothing better is near. Around the places a thing offers, nearest first and then further out, every spot that keeps
// the law has a price, and the cheapest is taken. A text that finds no spot is left out.

const { label, widthOf, sizeOf, boxOf } = await import(`./axes.js${new URL(import.meta.url).search}`);

const [N, E, S, W] = [[0, -1], [1, 0], [0, 1], [-1, 0]], CORNERS = [[1, -1], [-1, -1], [1, 1], [-1, 1]];
const ABOVE = [N, E, S, W, ...CORNERS], BESIDE = [E, W, N, S, ...CORNERS], HERE = [[0, 0]];
const GRAIN = 4; // px between the points that stand for a line
const OUT = 14, RINGS = 9; // px of one ring further out, and how many there are
const CROSSING = 8, NEXT = 3, FURTHER = 8; // prices: of a point of a line, of a later place, of a ring
const AIR = 3; // px between a text and other things

export function room(ctx, theme, { x, y, w, h }) {
  const texts = (ctx.canvas.texts ??= []), discs = [];

  /** Nothing may lie on this disc; or, when it has a price, it may for that. */
  const keep = (u, v, r, price = Infinity) => discs.push([u, v, r * r, price]);

  /** A line texts should not cross, through places of the paper; those that are not finite are gaps. */
  function avoid(line) {
    let from = null;
    for (const to of line) {
      if (!Number.isFinite(to[0] + to[1])) { from = null; continue; }
      const [a, b] = from ?? to, du = to[0] - a, dv = to[1] - b, n = Math.min(999, Math.ceil(Math.hypot(du, dv) / GRAIN));
      if (from && n < 2) continue;
      for (let k = 1; k <= n; k++) if (Math.abs(a + (k / n) * du - x - w / 2) < w) keep(a + (k / n) * du, b + (k / n) * dv, AIR, CROSSING);
      from = to;
    }
  }

  /** What a spot costs, or Infinity as soon as that is not below `most`. */
  function price([l, t, r, b], paid, most) {
    if (!(l > x && r < x + w && t > y && b < y + h)) return Infinity;
    for (const { box } of texts) if (l < box[2] + AIR && r > box[0] - AIR && t < box[3] + 1 && b > box[1] - 1) return Infinity;
    for (const [u, v, rr, cost] of discs) {
      const du = Math.max(l - u, 0, u - r), dv = Math.max(t - v, 0, v - b);
      if (du * du + dv * dv < rr && !((paid += cost) < most)) return Infinity;
    }
    return paid;
  }

  /**
   * Writes a text, at the best spot around places [x, y], the liked ones first: `gap` px
   * away from them, above or `beside`; without a gap on them. Where it would cost `most` or more it is left out.
   */
  function write(text, places, { gap = 0, beside = false, most = Infinity, ...style }) {
    const wide = widthOf(ctx, text, style), tall = sizeOf(text, style);
    let best = { cost: most };
    for (let ring = 0; ring < RINGS && FURTHER * ring < best.cost; ring++) {
      const away = gap + OUT * ring, around = away ? (beside ? BESIDE : ABOVE) : HERE;
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
