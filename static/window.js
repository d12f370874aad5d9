// The part of the plane that is seen: the hand pans and zooms it here, without the server.
//
// `home` is the window of the question, to which proofs and critical points belong; what is seen may be elsewhere. Drag the
// paper to pan it; wheel, two fingers, + and − zoom; double click and 0 lead home. A click without a drag is a choice of place.
// A wheel that was already scrolling the page when it came over the paper goes on scrolling the page.

const FAR = 1e9; // no further out
const FINE = 1e-7; // a side is not shorter than this part of its largest coordinate
const SLACK = 4; // px a click may move
const AGAIN = 320; // ms for the second click of two
const CALM = 400; // ms after which a wheel counts as a new one
const RATE = 1.0015; // zoom of one px of a wheel

export function seen(home) {
  let sides = home.map((side) => [...side]);
  const fits = (all) => all.every(([lo, hi]) => {
    const large = Math.max(Math.abs(lo), Math.abs(hi));
    return large < FAR && hi - lo > FINE * Math.max(large, 1e-3);
  });
  const put = (next) => { if (fits(next)) sides = next; };
  const same = () => sides.every((side, i) => side.every((v, k) => v === home[i][k]));
  return {
    get sides() { return sides; },
    get home() { return same(); },
    pan: (by) => put(sides.map(([lo, hi], i) => [lo + by[i], hi + by[i]])),
    zoom: (factor, at) => put(sides.map(([lo, hi], i) => [at[i] + (lo - at[i]) * factor, at[i] + (hi - at[i]) * factor])),
    reset: () => { sides = home.map((side) => [...side]); },
    /** Moves along so far that a point is in sight. */
    follow(p) {
      const by = sides.map(([lo, hi], i) => {
        const air = 0.06 * (hi - lo);
        return p[i] < lo ? p[i] - lo - air : p[i] > hi ? p[i] - hi + air : 0;
      });
      if (by.some((v) => v !== 0)) put(sides.map(([lo, hi], i) => [lo + by[i], hi + by[i]]));
    },
    /** The window with numbers a person would write: no more digits than its pixels tell apart. */
    written: () => sides.map(([lo, hi]) => {
      const digits = Math.min(12, Math.max(0, Math.ceil(-Math.log10((hi - lo) / 1000))));
      return [lo, hi].map((v) => Number(v.toFixed(digits)));
    }),
  };
}

/**
 * Listens to the paper. hand: { seen(), frame(), n, inside(uv), choose(uv), chosen(), undo(), changed(), free() }: choose moves the
 * held thing there at once, chosen says that it was meant, undo that it was the first click of two. Returns what ends it.
 */
export function listen(over, hand) {
  const fingers = new Map();
  let drag = null, clicked = 0, timer = 0, last = 0;

  const place = (event) => {
    const { left, top } = over.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  };
  const at = (uv) => hand.frame().from(...uv);
  const panBy = (du, dv) => { const fr = hand.frame(); hand.seen().pan([-du / fr.sx, dv / fr.sy].slice(0, hand.n())); hand.changed(); };
  const zoomAt = (factor, uv) => { hand.seen().zoom(factor, at(uv)); hand.changed(); };

  over.onpointerdown = (event) => {
    const uv = place(event);
    if (event.button !== 0 || !hand.inside(uv)) return;
    fingers.set(event.pointerId, uv);
    if (event.pointerType === "touch") { drag = null; return; } // one finger scrolls the page; its tap is a click
    event.preventDefault();
    over.setPointerCapture(event.pointerId);
    drag = { from: uv, moved: false };
  };
  over.onpointermove = (event) => {
    const before = fingers.get(event.pointerId), uv = place(event);
    if (!before) return;
    if (fingers.size === 2) {
      const other = [...fingers].find(([id]) => id !== event.pointerId)[1], apart = (a) => Math.hypot(a[0] - other[0], a[1] - other[1]);
      const middle = (a) => [(a[0] + other[0]) / 2, (a[1] + other[1]) / 2], [from, to] = [middle(before), middle(uv)];
      fingers.set(event.pointerId, uv);
      panBy(to[0] - from[0], to[1] - from[1]);
      zoomAt(apart(before) / Math.max(8, apart(uv)), to);
      return;
    }
    if (!drag) return;
    if (!drag.moved && Math.hypot(uv[0] - drag.from[0], uv[1] - drag.from[1]) < SLACK) return;
    drag.moved = true;
    over.classList.add("panned");
    fingers.set(event.pointerId, uv);
    panBy(uv[0] - before[0], uv[1] - before[1]);
  };
  over.onpointerup = over.onpointercancel = over.onlostpointercapture = (event) => {
    if (!fingers.delete(event.pointerId)) return;
    over.classList.remove("panned");
    const click = drag && !drag.moved && event.type === "pointerup";
    drag = null;
    if (click) chooseAt(place(event));
  };
  over.onclick = (event) => { if (event.pointerType === "touch" && hand.inside(place(event))) chooseAt(place(event)); };

  function chooseAt(uv) {
    const now = performance.now();
    if (now - clicked < AGAIN) {
      clicked = 0;
      clearTimeout(timer);
      hand.undo();
      hand.seen().reset();
      hand.changed();
      return;
    }
    clicked = now;
    hand.choose(uv);
    clearTimeout(timer);
    timer = setTimeout(() => hand.chosen(), AGAIN);
  }

  const scrolled = () => { last = performance.now(); };
  function wheel(event) {
    const uv = place(event), scrolling = performance.now() - last < CALM && !event.ctrlKey;
    if (!hand.inside(uv) || scrolling) return scrolled();
    event.preventDefault();
    event.stopPropagation(); // what reaches the page is a scroll of the page
    const px = event.deltaY * (event.deltaMode === 1 ? 20 : event.deltaMode === 2 ? 400 : 1) * (event.ctrlKey ? 4 : 1);
    zoomAt(RATE ** Math.max(-300, Math.min(300, px)), uv);
  }
  over.addEventListener("wheel", wheel, { passive: false });
  addEventListener("wheel", scrolled, { passive: true });
  return () => { removeEventListener("wheel", scrolled); clearTimeout(timer); };
}
