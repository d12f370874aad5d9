// Elements from words. Text of a scene only ever becomes text, never markup.

const { letter } = await import(`./numbers.js${new URL(import.meta.url).search}`);

/** h("p.say", { title: "…" }, child, …): an element with classes, properties and children. */
export function h(what, properties = {}, ...children) {
  const [tag, ...classes] = what.split(".");
  const el = document.createElement(tag);
  el.className = classes.join(" ");
  for (const [name, value] of Object.entries(properties)) name in el ? (el[name] = value) : el.setAttribute(name, value);
  el.append(...children.flat());
  return el;
}

/** A sentence in which *…* is mathematics in italics. */
export const rich = (text) => text.split("*").map((part, i) => (i % 2 ? h("i.m", {}, part) : part));

/** A name as mathematics. */
export function named(name) {
  const [head, index] = letter(name);
  return h("i.m", {}, head, ...(index ? [h("sub", {}, index)] : []));
}

/** A matrix or column of live numbers: set(values) writes them, row by row. */
export function matrix(rows, columns) {
  const cells = Array.from({ length: rows * columns }, () => h("span"));
  const el = h("span.mx", {}, cells);
  el.style.gridTemplateColumns = `repeat(${columns}, auto)`;
  return { el, set: (values) => cells.forEach((cell, i) => write(cell, values[i])) };
}

/** Sets a text only where it differs: a frame in which nothing changed costs nothing. */
export function write(el, text) {
  if (el.textContent !== text) el.textContent = text;
}

/** Replaces the children only when the key of what they say changed. */
export function rewrite(el, key, children) {
  if (el.dataset.key === key) return;
  el.dataset.key = key;
  el.replaceChildren(...children().flat());
}

const sizes = new WeakMap();
const ruler = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const now = [target.clientWidth, target.clientHeight], changed = String(now) !== String(sizes.get(target));
    sizes.set(target, now);
    if (changed) target.dispatchEvent(new Event("resized", { bubbles: true }));
  }
});

/**
 * The size of an element, in CSS pixels: looked up once, and again when it has changed, which it says with an event "resized". Asking a
 * page whose numbers were just written costs a layout.
 */
export function sizeOf(el) {
  if (!sizes.has(el)) {
    sizes.set(el, [el.clientWidth, el.clientHeight]);
    ruler.observe(el);
  }
  return sizes.get(el);
}

/** Calls redraw(false) when the element's size may have changed, redraw(true) when fonts came; gives what ends that. */
export function watch(el, redraw) {
  const observer = new ResizeObserver(() => redraw(false)), refresh = () => redraw(true);
  observer.observe(el);
  document.fonts?.addEventListener("loadingdone", refresh);
  return () => {
    observer.disconnect();
    document.fonts?.removeEventListener("loadingdone", refresh);
  };
}
