// Layers that cover the whole map, from the derivatives at the nodes of a grid: the gradient as a field of arrows, the curves
// f_x = 0 and f_y = 0 (where both cross, the slope vanishes), and the sign of the curvature: where H is definite, and where not.

const V = new URL(import.meta.url).search;
const [{ reader }, C, M, { alpha }] = await Promise.all(["program", "contours", "marks", "theme"].map((name) => import(`./${name}.js${V}`)));

const ARROWS = 15; // along the longer side
const NODES = 90, ROUGH = 48; // of the curves and regions
const FLAT = 1e-10, AIR = 9; // a determinant as good as zero, of the squares of the entries; px between the lines of a pattern
const DASH = { zeros: [[], [9, 4]] };

/** What the layers are, in words. */
export const words = (layers, covered = false, whole = true) => [
  layers.field ? "Small arrows: the direction of the gradient, longer where it is steeper." : "",
  layers.zeros ? "*f* is level in *x* on the solid curve, in *y* on the dashed one; they cross where the gradient is zero." : "",
  layers.signs && covered ? "On the heavy line *H* has an eigenvalue zero: *H* is definite on one side of it, indefinite on the other." : layers.signs ? `Eigenvalues of *H*${whole ? "" : " on this plane"}: plain blue where both are positive, dotted orange where both are negative, striped rose where they differ in sign. On the heavy line ${whole ? "det *H*" : "their product"} is 0.` : "",
];

export function layers(scene, letters) {
  const first = [1, 2], second = [3, 4, 5, 6], outputs = scene.program.outputs.length;
  const [slope, bend] = [outputs >= 3 ? reader(scene.program, first, letters) : null, outputs >= 7 ? reader(scene.program, second, letters) : null];
  let kept = {};

  /** Several outputs at the nodes of a grid, for the present window and letters. */
  function grid(name, read, fr, nx, ny) {
    const key = [nx, ny, ...fr.box.flat(), ...letters].join();
    if (kept[name]?.key === key) return kept[name].fields;
    const [[x0, x1], [y0, y1]] = fr.box;
    const X = Float64Array.from({ length: nx }, (_, i) => x0 + ((x1 - x0) * i) / (nx - 1)), Y = new Float64Array(nx);
    const fields = Array.from({ length: read.outputs }, () => new Float64Array(nx * ny));
    for (let j = 0; j < ny; j++) {
      Y.fill(y0 + ((y1 - y0) * j) / (ny - 1));
      read.row([X, Y], nx).forEach((values, k) => fields[k].set(values, j * nx));
    }
    kept[name] = { key, fields };
    return fields;
  }

  const shape = (fr, long) => [fr.w, fr.h].map((l) => Math.max(6, Math.round((long * l) / Math.max(fr.w, fr.h))));

  function field(ctx, theme, fr) {
    const [nx, ny] = shape(fr, ARROWS), [[x0, x1], [y0, y1]] = fr.box, cell = Math.min(fr.w / nx, fr.h / ny);
    const inner = { box: [[x0 + (x1 - x0) / (2 * nx), x1 - (x1 - x0) / (2 * nx)], [y0 + (y1 - y0) / (2 * ny), y1 - (y1 - y0) / (2 * ny)]] };
    const [gx, gy] = grid("field", slope, inner, nx, ny), sizes = gx.map((v, k) => Math.hypot(v, gy[k]));
    const known = sizes.filter(Number.isFinite).sort(), typical = known[Math.round(0.7 * (known.length - 1))] || 1;
    ctx.beginPath();
    for (let k = 0; k < sizes.length; k++) {
      if (!Number.isFinite(sizes[k]) || sizes[k] === 0) continue;
      const length = 0.92 * cell * Math.sqrt(sizes[k] / (sizes[k] + typical / 3)), [dx, dy] = [gx[k] * fr.sx, -gy[k] * fr.sy], r = Math.hypot(dx, dy);
      const [u, v] = [dx / r, dy / r], x = fr.x + ((k % nx) + 0.5) * (fr.w / nx), y = fr.y + fr.h - (Math.floor(k / nx) + 0.5) * (fr.h / ny);
      const [tx, ty] = [x + (u * length) / 2, y + (v * length) / 2], head = Math.min(5, 0.45 * length);
      ctx.moveTo(x - (u * length) / 2, y - (v * length) / 2);
      ctx.lineTo(tx, ty);
      for (const s of [1, -1]) { ctx.moveTo(tx, ty); ctx.lineTo(tx - head * (u + 0.6 * s * v), ty - head * (v - 0.6 * s * u)); }
    }
    M.stroke(ctx, alpha(theme.bg, 0.6), 3);
    M.stroke(ctx, alpha(theme.ink, 0.7), 1.1);
  }

  function zeros(ctx, theme, fr, draft) {
    const [nx, ny] = shape(fr, draft ? ROUGH : NODES), fields = grid("slope", slope, fr, nx, ny);
    fields.forEach((v, i) => {
      const path = new Path2D(), ok = whole(v, nx, ny);
      C.onPaper(C.trace({ nx, ny, v, ok }, 0), fr, nx, ny, path);
      M.stroke(ctx, alpha(theme.bg, 0.75), 4.5, [], path);
      M.stroke(ctx, theme.violet, 1.8, DASH.zeros[i], path);
    });
  }

  /** Cells all of whose corners have a value, and between whose corners nothing jumps from −∞ to ∞. */
  function whole(v, nx, ny) {
    const ok = new Uint8Array((nx - 1) * (ny - 1)), sizes = v.map(Math.abs).filter(Number.isFinite).sort(), large = 20 * (sizes[Math.round(0.9 * (sizes.length - 1))] || 1);
    for (let j = 0, c = 0; j < ny - 1; j++)
      for (let i = 0; i < nx - 1; i++, c++) {
        const corners = [v[j * nx + i], v[j * nx + i + 1], v[(j + 1) * nx + i], v[(j + 1) * nx + i + 1]];
        ok[c] = corners.every((q) => Number.isFinite(q) && Math.abs(q) < large) ? 1 : 0;
      }
    return ok;
  }

  /** Shaded by the eigenvalues of H: plain, slanted lines, dots, as on the maps of destinations; the heavy line is det H = 0. */
  function signs(ctx, theme, fr, draft) {
    const [nx, ny] = shape(fr, draft ? ROUGH : 2 * NODES), [a, b, c, d] = grid("bend", bend, fr, nx, ny), [gx, gy] = [fr.w / (nx - 1), fr.h / (ny - 1)];
    const masks = Object.fromEntries(["minimum", "saddle", "maximum"].map((kind) => [kind, { image: new ImageData(nx, ny), some: false, rgb: [1, 3, 5].map((i) => parseInt(theme[kind].slice(i, i + 2), 16)) }]));
    for (let k = 0; k < nx * ny; k++) {
      const det = a[k] * d[k] - b[k] * c[k], kind = clear(a[k], b[k], c[k], d[k]) ? (det < 0 ? "saddle" : a[k] > 0 ? "minimum" : "maximum") : null;
      if (!kind) continue;
      masks[kind].image.data.set([...masks[kind].rgb, 255], 4 * ((ny - 1 - Math.floor(k / nx)) * nx + (k % nx)));
      masks[kind].some = true;
    }
    for (const [kind, { image, some }] of Object.entries(masks)) {
      if (!some) continue;
      const mask = document.createElement("canvas"), place = [fr.x - gx / 2, fr.y - gy / 2, fr.w + gx, fr.h + gy];
      [mask.width, mask.height] = [nx, ny];
      mask.getContext("2d").putImageData(image, 0, 0);
      ctx.globalAlpha = 0.3;
      ctx.drawImage(mask, ...place);
      ctx.globalAlpha = 1;
      if (kind !== "minimum" && !draft) patterned(ctx, fr, kind, theme[`${kind}_text`], (paper) => paper.drawImage(mask, ...place.map((v, i) => v - [fr.x, fr.y, 0, 0][i])));
    }
    border(ctx, theme, fr, draft);
  }

  /** Lines or dots, where a mask is. */
  function patterned(ctx, fr, kind, colour, mask) {
    const paper = document.createElement("canvas"), ratio = devicePixelRatio || 1, pen = paper.getContext("2d");
    [paper.width, paper.height] = [Math.ceil(fr.w * ratio), Math.ceil(fr.h * ratio)];
    pen.scale(ratio, ratio);
    pen.fillStyle = pen.strokeStyle = alpha(colour, 0.55);
    pen.beginPath();
    if (kind === "saddle") { for (let x = -fr.h; x < fr.w; x += AIR) { pen.moveTo(x, fr.h); pen.lineTo(x + fr.h, 0); } pen.stroke(); }
    else { for (let y = 5; y < fr.h; y += AIR) for (let x = 5; x < fr.w; x += AIR) { pen.moveTo(x + 1.4, y); pen.arc(x, y, 1.4, 0, 2 * Math.PI); } pen.fill(); }
    pen.globalCompositeOperation = "destination-in";
    mask(pen);
    ctx.drawImage(paper, fr.x, fr.y, fr.w, fr.h);
  }

  const clear = (a, b, c, d) => Math.abs(a * d - b * c) > FLAT * (a * a + 2 * b * c + d * d);

  /** Over a map of another kind only the border of the signs: where det H is zero. */
  function border(ctx, theme, fr, draft) {
    const [nx, ny] = shape(fr, draft ? ROUGH : NODES), [a, b, c, d] = grid("bend", bend, fr, nx, ny), v = a.map((s, k) => s * d[k] - b[k] * c[k]);
    const path = new Path2D(), ok = whole(v, nx, ny), sure = v.map((_, k) => clear(a[k], b[k], c[k], d[k]));
    for (let j = 0, i = 0; j < ny - 1; j++) for (let k = j * nx; k < j * nx + nx - 1; k++, i++) ok[i] &&= sure[k] || sure[k + 1] || sure[k + nx] || sure[k + nx + 1]; // where no corner has a sign, rounding has
    C.onPaper(C.trace({ nx, ny, v, ok }, 0), fr, nx, ny, path);
    M.stroke(ctx, alpha(theme.bg, 0.8), 6, [], path);
    M.stroke(ctx, theme.ink, 2.6, [], path);
  }

  return {
    draw(ctx, theme, fr, on, draft, covered = false) {
      if (on.signs && bend) (covered ? border : signs)(ctx, theme, fr, draft);
      if (on.zeros && slope) zeros(ctx, theme, fr, draft);
      if (on.field && slope) field(ctx, theme, fr);
    },
  };
}
