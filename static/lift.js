// A plane through a function of more variables, as in core/slices.py:  x = b + Σ tᵢ uᵢ + Σ sⱼ rⱼ.
//
// The map knows t. The s are the first letters of the figure: sliders that hold what the plane does not show.

const { reader } = await import(`./program.js${new URL(import.meta.url).search}`);

const dot = (a, b) => a.reduce((sum, v, i) => sum + v * b[i], 0);

export function lift({ value, jet, base, directions, rest }, letters) {
  const held = letters.subarray(0, rest.length), others = letters.subarray(rest.length);
  return {
    n: base.length,
    f: reader(value, [0], others),
    jet: reader(jet, null, others),
    full: (t) => base.map((b, i) => b + dot(t, directions.map((u) => u[i])) + dot([...held], rest.map((r) => r[i]))),
    flat: (x) => directions.map((u) => dot(u, x.map((v, i) => v - base[i]))),
    shadow: (v) => directions.map((u) => dot(u, v)),
    /** The same place by what may be moved: t of the map, and s of the sliders. */
    parts: (x) => [directions, rest].map((all) => all.map((u) => dot(u, x.map((v, i) => v - base[i])))),
  };
}
