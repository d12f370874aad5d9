// The slice of f through p along a direction of the floor, with its tangent and its quadratic model.

const V = new URL(import.meta.url).search;
const [{ reader }, { ends }, A, M, W, { MATH }, { room }] = await Promise.all(
  ["program", "contours", "axes", "marks", "curve", "theme", "place"].map((name) => import(`./${name}.js${V}`)));

export function slice(scene, letters = []) {
  const f = reader(scene.value ?? scene.program, [0], letters);
  const reach = 0.184 * Math.min(...scene.box.map(([lo, hi]) => hi - lo));
  const ticks = { size: 11.5, apart: 38 };

  return function draw(ctx, theme, width, height, here, angle) {
    const [cx, cy] = [Math.cos(angle), Math.sin(angle)];
    const to = (s) => [here.p[0] + s * cx, here.p[1] + s * cy];
    const walk = W.walk(f, -reach, reach, Math.max(60, Math.round(width / 3)), to);
    if (!walk.sorted.length) return A.label(ctx, theme, "f is not defined along this line.", width / 2, height / 2, { size: 13, colour: theme.ink2 });
    const slope = here.g[0] * cx + here.g[1] * cy;
    const model = here.model && ((s) => here.model(...to(s)));
    const side = heightsShown(walk.sorted, model);
    W.cutWalk(walk, f, side[1] - side[0], to);
    const left = A.leftMargin(ctx, A.marked(side, (height - 32) / ticks.apart), ticks.size);
    const fr = A.frame([[-reach, reach], side], width, { tallest: height - 32, left, right: 4, top: 8, bottom: 24, plane: false });
    A.axes(ctx, theme, fr, [], { grid: true, size: ticks.size, apart: [110, ticks.apart] });
    const curves = [{ name: scene.name, of: walk.of, from: -reach, until: reach, style: { weight: 400, size: 15, italic: true, font: MATH, colour: theme.ink2 } }];
    ctx.save();
    A.clip(ctx, fr);
    M.stroke(ctx, theme.ink2, 3, [], W.curvePath(walk, fr));
    if (model) {
      M.stroke(ctx, theme.second, 2.2, [7, 4], W.smoothPath(model, -reach, reach, fr));
      curves.push({ name: "quadratic model", of: model, from: -reach, until: reach, style: { weight: 400, colour: theme.second } });
    }
    if (Number.isFinite(here.f + slope)) {
      const tangent = { name: "tangent", of: (s) => here.f + slope * s, from: -0.5 * reach, until: 0.73 * reach, style: { weight: 400 } };
      M.stroke(ctx, theme.ink, 1.6, [], W.smoothPath(tangent.of, tangent.from, tangent.until, fr));
      curves.push(tangent);
    }
    ctx.restore();
    const names = room(ctx, theme, fr), dot = [fr.px(0), fr.py(here.f)];
    if (Number.isFinite(here.f)) names.keep(...dot, 9);
    W.nameCurves(names, fr, curves);
    if (Number.isFinite(here.f)) M.dot(ctx, theme, ...dot, 5.5, theme.accent, 3.5);
  };

  /** All of the curve, and of the model as much as fits in the same height again by a third. */
  function heightsShown(sorted, model) {
    let [lo, hi] = ends(sorted);
    const span = hi - lo || Math.abs(hi) * 0.2 || 1;
    if (model) for (const s of [-1, -0.5, 0.5, 1]) {
      lo = Math.min(lo, Math.max(model(s * reach), lo - 0.3 * span));
      hi = Math.max(hi, Math.min(model(s * reach), hi + 0.3 * span));
    }
    return [lo - 0.06 * span, hi + 0.08 * span];
  }
}
