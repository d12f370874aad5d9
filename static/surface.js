// The graph of f in three dimensions. Plotly draws it; the camera is held here: it is turned by hand, by keys and by
// buttons, and no change of formula, window, point or theme touches it.
//
// A camera is { azimuth, elevation, distance }, in degrees and in sides of the room. The server is told the angles once a
// turn, when the hand lets go, and hears its own echo back; another angle from there (a link, a number box) turns the view.
// Plotly is fetched when the first view is mounted, from the address the server found. What is marked on the surface is
// drawn over it, as on every other figure; faint where a hill is in the way.

const V = new URL(import.meta.url).search;
const [{ themeOf, TEXT, MATH }, { h, write, watch }, M, { letter, niceStep }, { paper }, { shared, teller }] = await Promise.all(
  ["theme", "dom", "marks", "numbers", "axes", "echo"].map((name) => import(`./${name}.js${V}`)));

const VIEWS = { Top: [270, 90], Front: [270, 5], Side: [0, 5], Corner: null }; // the last one is the server's
const KEYS = "Drag to turn. Arrow keys turn by 5°, with Shift by 15°; + and − zoom; Home is the corner.";
const FLAT = "This browser does not draw in three dimensions: its WebGL is off.";
const GONE = "The 3-D view could not be fetched. Reload the page to try again.";
const TALL = 520, DISTANCE = 1.9, NEAR = 0.6, FAR = 6, FLOOR = -0.11;
const TURN = 0.4; // degrees for one px
const GLIDE = 300; // ms
const LIFT = 0.012; // of what lies on the surface, in parts of the range
const GRAIN = 0.012; // of a walk over the surface, in parts of the room
const CALM = 400; // ms after which a wheel counts as a new one
let kept = null; // the camera of a view that left the page

const views = new WeakMap();

export default function ({ data, parentElement, setStateValue }) {
  let view = views.get(parentElement);
  if (!view) views.set(parentElement, (view = mount(parentElement)));
  const [scene, serial] = data;
  if (serial >= view.serial) {
    view.serial = serial;
    view.commit = teller(setStateValue);
    view.update(scene);
  }
  return () => setTimeout(() => {
    if (parentElement.isConnected || views.get(parentElement) !== view) return;
    view.dispose();
    views.delete(parentElement);
  });
}

let library = null;
async function fetched(address) {
  if (!document.createElement("canvas").getContext("webgl")) throw new Error(FLAT);
  await import(new URL(address, document.baseURI).href);
  if (!globalThis.Plotly) throw new Error(GONE);
  return globalThis.Plotly;
}
function plotly(address) {
  library ??= fetched(address);
  library.catch(() => { library = null; }); // the next view may try again
  return library;
}

function mount(parent) {
  const buttons = Object.keys(VIEWS).map((name) => h("button", { type: "button", onclick: () => lookFrom(VIEWS[name] ?? coming.corner) }, name));
  const plot = h("div.plot"), over = h("canvas.over", { ariaHidden: "true" }), says = h("p.wait", { role: "status" }, "Fetching what draws in three dimensions…");
  const keys = h("p.small", { id: `solid-keys-${(mount.count = (mount.count ?? 0) + 1)}` }, KEYS);
  const stage = h("div.stage", { tabIndex: 0, role: "img", "aria-describedby": keys.id }, plot, over, says);
  const below = h("div"), root = h("div.solid", {}, h("div.views", { role: "group", ariaLabel: "Look from" }, buttons), stage, below, keys);
  parent.append(root);

  const view = { serial: -1, commit: () => {}, update, dispose };
  const angles = shared(), fingers = new Map();
  let coming = null, scene = null, ground = null; // what was given, what is drawn, and its room
  let theme = null, P = null, size = [0, 0];
  let volume = null, knob = null, raised = 0; // of a level in space: its module, its slider, the frame that is asked for
  let camera = null, glide = null, frame = 0;

  // ---- new data -------------------------------------------------------------------------------------------------

  function update(next) {
    coming = next;
    theme = themeOf(root);
    for (const token of ["bg", "ink", "ink2", "line", "accent"]) root.style.setProperty(`--${token}`, theme[token]);
    root.style.setProperty("--text", TEXT);
    takeLook();
    if (!P) stage.setAttribute("aria-label", next.alt);
    Promise.all([plotly(next.library), next.kind === "isosurface" ? import(`./isosurface.js${V}`) : null]).then(([found, space]) => {
      [P, volume] = [found, space];
      says.hidden = true;
      if (volume) takeLevel();
      draw();
    }, (why) => write(says, why.message === FLAT ? FLAT : GONE));
  }

  /** The server's angles turn the view, unless they are the echo of what was told from here. */
  function takeLook() {
    const { look } = coming, [azimuth, elevation] = look, news = angles.news(look, fingers.size > 0);
    if (!camera) {
      camera = kept && String(told(kept)) === String(look) ? { ...kept } : { azimuth, elevation, distance: DISTANCE };
    } else if (news) turnTo({ ...camera, azimuth, elevation });
  }

  const levels = shared();
  function takeLevel() {
    const { level, chosen } = coming, news = levels.news(chosen ? level : null, false);
    if (!knob) {
      knob = volume.knob(() => { raised ||= requestAnimationFrame(raise); }, (c) => { if (levels.tells(c)) view.commit("level", c); });
      below.replaceChildren(knob.el);
    }
    knob.set(coming, !news && chosen);
  }
  function raise() {
    raised = 0;
    if (scene) P.restyle(plot, Object.fromEntries(Object.entries(volume.mesh(scene, theme, ground.parts, knob.level)).map(([name, v]) => [name, [v]])), [0]).then(described);
  }

  // ---- drawing --------------------------------------------------------------------------------------------------

  function draw() {
    const wide = Math.floor(stage.clientWidth);
    if (!P || wide < 40 || fingers.size) return; // not under a hand that turns it: it draws when it lets go
    if (scene !== coming) [scene, ground] = [coming, volume ? { ...volume.land(coming), parts: unpacked(coming.values) } : land(coming)];
    size = [wide, wide < 520 ? Math.max(280, Math.round(0.86 * wide)) : TALL];
    stage.style.height = `${size[1]}px`;
    P.react(plot, volume ? volume.traces(scene, theme, ground.parts, knob.level) : traces(scene, theme, ground), layout(scene, theme, size, ground, eye()), { displayModeBar: false, scrollZoom: false, doubleClick: false, showTips: false }).then(described);
  }

  function eye() {
    const { azimuth, elevation, distance } = camera, a = (azimuth * Math.PI) / 180, e = (Math.max(-89.9, Math.min(89.9, elevation)) * Math.PI) / 180;
    const r = distance * Math.max(1, (1.3 * size[1]) / size[0]), z = FLOOR; // a narrow window shows less to the sides
    return { eye: { x: r * Math.cos(e) * Math.cos(a), y: r * Math.cos(e) * Math.sin(a), z: z + r * Math.sin(e) }, center: { x: 0, y: 0, z }, up: { x: 0, y: 0, z: 1 } };
  }

  /** One frame: only the camera moves. */
  function turn() {
    frame = 0;
    if (glide) {
      const t = Math.min(1, (performance.now() - glide.since) / GLIDE), s = t * t * (3 - 2 * t);
      for (const key in glide.to) camera[key] = glide.from[key] + s * (glide.to[key] - glide.from[key]);
      if (t < 1) ask(); else glide = null;
    }
    if (scene) P.relayout(plot, { "scene.camera": eye() }).then(described);
  }
  function ask() { frame ||= requestAnimationFrame(turn); }

  /** In the frame in which Plotly shows its new camera, which is the next one. */
  function described() {
    requestAnimationFrame(drawOver);
    const [azimuth, elevation] = told(glide?.to ?? camera);
    stage.dataset.camera = [camera.azimuth, camera.elevation, camera.distance].map((v) => Number(v.toFixed(4))).join(" ");
    stage.setAttribute("aria-label", `${scene.alt} Seen from azimuth ${azimuth}°, elevation ${elevation}°.`);
  }

  function drawOver() {
    const ctx = paper(over, ...size), { to, hidden } = lens(ground, size, eye());
    for (const [at, draw] of [...scene.marks.map(({ at, kind }) => [at, (...uv) => M.mark(ctx, theme, kind, ...uv)]),
      ...(scene.point ? [[scene.point, (...uv) => M.ring(ctx, theme, ...uv, false)]] : [])]) {
      ctx.globalAlpha = hidden(at) ? 0.3 : 1;
      draw(...to(at));
    }
    over.marks = [...scene.marks.map((mark) => mark.at), ...(scene.point ? [scene.point] : [])].map((at) => [...to(at), hidden(at)]);
  }

  // ---- the camera -----------------------------------------------------------------------------------------------

  const told = ({ azimuth, elevation }) => [((Math.round(azimuth) % 360) + 360) % 360, Math.round(elevation)];

  /** Turns at once: what a hand does. */
  function turnBy(azimuth, elevation, zoom = 1) {
    glide = null;
    camera.azimuth += azimuth;
    camera.elevation = Math.min(90, Math.max(-90, camera.elevation + elevation));
    camera.distance = Math.min(FAR, Math.max(NEAR, camera.distance * zoom));
    ask();
  }

  /** Goes there the shorter way round; at once where less motion is wanted. */
  function turnTo(to) {
    const by = ((((to.azimuth - camera.azimuth) % 360) + 540) % 360) - 180;
    const end = { ...to, azimuth: camera.azimuth + by };
    glide = { from: { ...camera }, to: end, since: matchMedia("(prefers-reduced-motion: reduce)").matches ? -GLIDE : performance.now() };
    ask();
  }
  function lookFrom([azimuth, elevation]) {
    turnTo({ azimuth, elevation, distance: DISTANCE });
    settle();
  }

  /** Tells the server, once for a whole turn. */
  function settle() {
    const look = told(glide?.to ?? camera);
    kept = { ...(glide?.to ?? camera) };
    if (angles.tells(look)) view.commit("look", look);
  }

  // ---- the hand -------------------------------------------------------------------------------------------------

  const apart = ([a, b]) => Math.hypot(a[0] - b[0], a[1] - b[1]);
  stage.onpointerdown = (event) => {
    if (event.button !== 0) return;
    fingers.set(event.pointerId, [event.clientX, event.clientY]);
    stage.setPointerCapture(event.pointerId);
    if (event.pointerType === "mouse") event.preventDefault();
    stage.focus({ preventScroll: true });
    root.classList.add("turned");
  };
  stage.onpointermove = (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const now = [event.clientX, event.clientY], wide = fingers.size === 2 ? apart([...fingers.values()]) : 0;
    fingers.set(event.pointerId, now);
    if (wide) turnBy(0, 0, wide / Math.max(8, apart([...fingers.values()])));
    else turnBy(-TURN * (now[0] - before[0]), TURN * (now[1] - before[1]));
  };
  stage.onpointerup = stage.onpointercancel = stage.onlostpointercapture = (event) => {
    if (!fingers.delete(event.pointerId) || fingers.size) return;
    root.classList.remove("turned");
    settle();
    if (scene !== coming) draw();
  };

  const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowDown: [0, -1], ArrowUp: [0, 1] };
  const ZOOMS = { "+": 1 / 1.1, "=": 1 / 1.1, "-": 1.1, "−": 1.1 };
  stage.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = STEPS[event.key], size = event.shiftKey ? 15 : 5;
    if (step) turnBy(step[0] * size, step[1] * size);
    else if (event.key in ZOOMS) turnBy(0, 0, ZOOMS[event.key]);
    else if (event.key === "Home" || event.key === "0") lookFrom(coming.corner);
    else return;
    event.preventDefault();
  };
  stage.onkeyup = (event) => { if (event.key in STEPS || event.key in ZOOMS) settle(); };
  stage.onblur = () => { if (camera && !fingers.size) settle(); };

  // Plotly would keep fingers and wheels from scrolling the page.
  for (const type of ["touchstart", "touchmove", "touchend", "touchcancel"]) stage.addEventListener(type, (event) => event.stopPropagation(), { capture: true, passive: true });
  let last = 0; // a wheel that was already scrolling the page goes on scrolling the page
  const scrolled = () => { last = performance.now(); };
  stage.addEventListener("wheel", (event) => {
    event.stopPropagation();
    if (!event.ctrlKey && performance.now() - last < CALM) return scrolled();
    event.preventDefault();
    const px = event.deltaY * (event.deltaMode === 1 ? 20 : event.deltaMode === 2 ? 400 : 1) * (event.ctrlKey ? 4 : 1);
    turnBy(0, 0, 1.0015 ** Math.max(-300, Math.min(300, px)));
  }, { capture: true, passive: false });
  addEventListener("wheel", scrolled, { passive: true });

  const unwatch = watch(stage, () => { if (Math.floor(stage.clientWidth) !== size[0]) draw(); });
  function dispose() {
    unwatch();
    removeEventListener("wheel", scrolled);
    cancelAnimationFrame(frame);
    if (camera) kept = { ...(glide?.to ?? camera) };
    if (P) P.purge(plot);
    root.remove();
  }
  return view;
}

// ---- what Plotly is given -----------------------------------------------------------------------------------------

/** Numbers in single precision from text, little end first. */
function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0)), words = new DataView(bytes.buffer);
  return Float64Array.from({ length: bytes.length / 4 }, (_, k) => words.getFloat32(4 * k, true));
}

const words = (name) => { const [head, index] = letter(name); return `<i>${head}</i>${index ? `<sub>${index}</sub>` : ""}`; };

/** The room of a scene: its sides with air for what stands out, their lengths on the screen, and the heights by place. */
function land({ box, range: [low, high], nodes, heights, marks, point }) {
  const [[x0, x1], [y0, y1]] = box, ratio = (y1 - y0) / (x1 - x0), r = ratio <= 3 && ratio >= 1 / 3 ? ratio : 1, longest = Math.max(1, r);
  const stand = [...marks.map((mark) => mark.at), ...(point ? [point] : [])].map((at) => at[2]), air = 0.03 * (high - low);
  const z = unpacked(heights).map((t) => low + t * (high - low));
  return { z, nodes, box, sides: [...box, [Math.min(low, ...stand) - air, Math.max(high, ...stand) + air]], aspect: [1 / longest, r / longest, 0.62] };
}

/** Where a place of the room lies on the screen, and whether the surface hides it: perspective of 45°, as Plotly's. */
export function lens({ z, nodes, sides, aspect }, [width, height], { eye, center, up }) {
  const list = (v) => [v.x, v.y, v.z], dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2], minus = (a, b) => a.map((v, i) => v - b[i]);
  const cross = (a, b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
  const unit = (a) => a.map((v) => v / Math.hypot(...a));
  const from = list(eye), ahead = unit(minus(list(center), from)), right = unit(cross(ahead, list(up))), above = cross(right, ahead);
  const inside = (at) => at.map((v, i) => (v - sides[i][0]) / (sides[i][1] - sides[i][0]));
  const placed = (part) => part.map((t, i) => aspect[i] * (t - 0.5));
  const zoom = height / 2 / Math.tan(Math.PI / 8);

  function to(at) {
    const way = minus(placed(inside(at)), from), deep = dot(way, ahead);
    return [width / 2 + (zoom * dot(way, right)) / deep, height / 2 - (zoom * dot(way, above)) / deep];
  }

  /** How far above the surface a place is, in parts of the room; nan beside it. */
  function over([s, t, v]) {
    const a = s * (nodes - 1), b = t * (nodes - 1), i = Math.min(nodes - 2, Math.floor(a)), j = Math.min(nodes - 2, Math.floor(b));
    if (!(a >= 0 && b >= 0 && a <= nodes - 1 && b <= nodes - 1)) return NaN;
    const [p, q] = [a - i, b - j], at = (k, l) => z[(j + l) * nodes + i + k];
    const here = (1 - p) * (1 - q) * at(0, 0) + p * (1 - q) * at(1, 0) + (1 - p) * q * at(0, 1) + p * q * at(1, 1);
    return v - (here - sides[2][0]) / (sides[2][1] - sides[2][0]);
  }

  /** Walks towards the eye; where it comes to the other side of the surface, that is in the way. */
  function hidden(at) {
    if (!z) return false;
    const start = inside(at), goal = from.map((v, i) => v / aspect[i] + 0.5), way = minus(goal, start), reach = Math.hypot(...way);
    let side = 0;
    for (let k = 3; k * GRAIN < Math.min(reach, 2); k++) {
      const gap = over(start.map((v, i) => v + (way[i] * k * GRAIN) / reach));
      if (Math.abs(gap) < 0.004 || gap !== gap) continue;
      if (side && Math.sign(gap) !== side) return true;
      side = Math.sign(gap);
    }
    return false;
  }
  return { to, hidden };
}

function traces(scene, theme, { z, nodes, box }) {
  const { range: [low, high], name, names } = scene, grid = box.map(([lo, hi]) => Array.from({ length: nodes }, (_, k) => lo + ((hi - lo) * k) / (nodes - 1)));
  const [x, y] = grid, rows = (heights) => y.map((_, j) => heights.subarray(j * nodes, (j + 1) * nodes)), height = (t) => low + t * (high - low);
  const step = niceStep((high - low) / 12), levels = { show: true, width: 1, start: Math.ceil(low / step) * step, end: high, size: step };
  const say = (title) => `${words(names[0])} %{x:.4g}<br>${words(names[1])} %{y:.4g}<br>${title} %{z:.5g}<extra></extra>`;
  const sheet = (heights, more) => ({ type: "surface", x, y, z: rows(heights), cmin: low, cmax: high, showscale: false, ...more });
  const out = [sheet(z, {
    colorscale: theme.heights.map((colour, k) => [k / (theme.heights.length - 1), colour]), contours: { z: { ...levels, color: theme.ink2 } },
    lighting: { ambient: 0.85, diffuse: 0.35, specular: 0.05, roughness: 0.9 }, hovertemplate: say(name),
  })];
  if (scene.sheet) {
    const colour = scene.sheet.order > 1 ? theme.second : theme.ink;
    out.push(sheet(unpacked(scene.sheet.heights).map((t) => height(t + LIFT / 2)), {
      colorscale: [[0, colour], [1, colour]], opacity: 0.42, contours: { z: { ...levels, color: colour, width: 2 } },
      lighting: { ambient: 1, diffuse: 0, specular: 0 }, hovertemplate: say(scene.sheet.name),
    }));
  }
  for (const { method, line, stops } of scene.paths) out.push(...trail(line, stops, M.look(method), theme, box, (t) => height(t + LIFT)));
  if (scene.marks.length) {
    const [a, b, c] = [0, 1, 2].map((i) => scene.marks.map((mark) => mark.at[i]));
    out.push({ // under the marks, for the hand that asks
      type: "scatter3d", mode: "markers", x: a, y: b, z: c, text: scene.marks.map((mark) => mark.kind), hovertemplate: `%{text}, ${name} %{z:.5g}<extra></extra>`,
      marker: { size: 5, color: scene.marks.map((mark) => theme[mark.kind] ?? theme.ink) },
    });
  }
  return out;
}

const SYMBOLS = { __proto__: null, circle: "circle", diamond: "diamond", cross: "x", square: "square", triangle: "diamond-open" };

function trail(line, stops, [token, dash, symbol], theme, box, height) {
  const all = unpacked(line), at = (k) => [...box.map(([lo, hi], i) => lo + all[3 * k + i] * (hi - lo)), height(all[3 * k + 2])];
  const columns = (places) => ({ x: places.map((p) => p[0]), y: places.map((p) => p[1]), z: places.map((p) => p[2]) });
  const style = { type: "scatter3d", hoverinfo: "skip" }, color = theme[token];
  return [
    { ...style, mode: "lines", ...columns(Array.from({ length: all.length / 3 }, (_, k) => at(k))), line: { color, width: 5, dash: dash.length ? "dash" : "solid" } },
    { ...style, mode: "markers", ...columns(stops.map(at)), marker: { symbol: SYMBOLS[symbol], size: 4, color: theme.bg, line: { color, width: 2 } } },
  ];
}

/** Axes, aspect and camera: sides of the floor are equal in scale up to a factor of three. */
function layout({ names, name }, theme, [width, height], { sides, aspect }, camera) {
  const axis = (title, range) => ({
    title: { text: words(title), font: { color: theme.ink, size: 17, family: MATH } }, range, nticks: 6, showspikes: false, showbackground: false,
    gridcolor: theme.line, linecolor: theme.ink2, zerolinecolor: theme.line, tickfont: { color: theme.ink2, size: 12, family: TEXT },
  });
  const [xaxis, yaxis, zaxis] = [...names, name].slice(0, 3).map((title, i) => axis(title, sides[i])), [x, y, z] = aspect;
  return {
    width, height, margin: { l: 0, r: 0, t: 0, b: 0 }, showlegend: false, paper_bgcolor: theme.bg, font: { family: TEXT, color: theme.ink },
    hoverlabel: { bgcolor: theme.bg2, bordercolor: theme.line, font: { color: theme.ink, family: TEXT } },
    scene: { xaxis, yaxis, zaxis, bgcolor: theme.bg, dragmode: false, aspectmode: "manual", aspectratio: { x, y, z }, camera },
  };
}
