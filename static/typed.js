// The hand on the formula box, before anything is committed: keys that type at the caret, and an ear that tells the
// server, after a pause, what stands in the box.
//
// The box belongs to Streamlit and may be another element after any run of the page, so it is looked up each time and
// heard through the document. A key changes the text as the keyboard does and lets an "input" event tell about it;
// nothing here commits. Both halves may be mounted anywhere, any number of times.

const BOX = ".st-key-formula input";
const box = () => document.querySelector(BOX);
const parts = new WeakMap(); // what is mounted at a place: { take(data, commit), end() }

export default function ({ data, parentElement, setStateValue }) {
  const given = data?.[0] ?? {};
  let part = parts.get(parentElement);
  if (!part) parts.set(parentElement, (part = given.keys ? keyboard(parentElement, given.keys) : ear()));
  part.take(given, setStateValue);
  // Also called after a call that was overtaken: only a part that is off the page is taken down.
  return () => setTimeout(() => {
    if (parentElement.isConnected || parts.get(parentElement) !== part) return;
    part.end();
    parts.delete(parentElement);
  });
}

// ---- the ear --------------------------------------------------------------------------------------------------------

function ear() {
  let given = {}, commit = () => {}, timer = 0, told = "", toldAfter = null, hand = false;

  function tell() {
    const text = box()?.value;
    if (text === undefined || (!text && !hand)) return; // a box that is not filled yet
    if ((text === given.text && toldAfter !== given.after)) return; // nothing was typed since
    const heard = { text: text.slice(0, given.longest), after: given.after };
    if (JSON.stringify(heard) === told) return;
    [told, toldAfter] = [JSON.stringify(heard), given.after];
    commit("heard", heard);
  }
  function soon() {
    clearTimeout(timer);
    timer = setTimeout(tell, given.pause);
  }
  function typed(event) {
    if (!event.target.matches?.(BOX)) return;
    hand = true;
    soon();
  }
  // What Enter or leaving the box commits, the page hears anyway.
  function committed(event) {
    if (event.target.matches?.(BOX) && (event.type === "focusout" || event.key === "Enter")) clearTimeout(timer);
  }

  const events = { input: typed, keydown: committed, focusout: committed };
  for (const [name, hear] of Object.entries(events)) document.addEventListener(name, hear, true);
  return {
    take(data, setStateValue) {
      const another = data.after !== given.after;
      given = { ...data, text: data.text.replace(/[\r\n]/g, "") }; // a box of one line drops what ends a line
      commit = setStateValue;
      if (another) soon(); // strokes may have come between the commitment and the page that knows of it
    },
    end() {
      clearTimeout(timer);
      for (const [name, hear] of Object.entries(events)) document.removeEventListener(name, hear, true);
    },
  };
}

// ---- the keys -------------------------------------------------------------------------------------------------------

function keyboard(parent, keys) {
  const row = document.createElement("div");
  row.className = "keys";
  row.setAttribute("role", "toolbar");
  row.setAttribute("aria-label", "Signs to type");
  row.append(...keys.map(button));
  row.onkeydown = walk;
  row.firstChild.tabIndex = 0;
  parent.append(row);
  return { take() {}, end: () => row.remove() };
}

// One stop for the Tab key; the arrows go from key to key.
function walk(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const shown = [...this.children].filter((key) => key.offsetParent);
  const next = shown[(shown.indexOf(event.target) + step + shown.length) % shown.length];
  event.preventDefault();
  event.target.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

function button(key) {
  const made = document.createElement("button");
  made.type = "button";
  made.tabIndex = -1;
  made.textContent = key.face;
  made.title = key.name;
  made.setAttribute("aria-label", key.name);
  made.className = key.room;
  made.onmousedown = (event) => event.preventDefault(); // the box keeps the focus, so it is not committed
  made.onclick = () => type(key);
  return made;
}

function type({ before, after, base }) {
  const field = box();
  if (!field) return;
  field.focus({ preventScroll: true });
  const [start, end] = [field.selectionStart, field.selectionEnd];
  const chosen = field.value.slice(start, end);
  const pair = after !== "";
  const first = base && !chosen && !/[\p{L}\p{N}\p{No})\]}|!]\s*$/u.test(field.value.slice(0, start)) ? base : "";
  const kept = !base || chosen.length < 2 ? chosen : `(${chosen})`; // the whole of what is chosen gets the power
  insert(field, pair ? before + chosen + after : first + kept + before);
  if (pair && !chosen) field.setSelectionRange(start + before.length, start + before.length);
}

function insert(field, text) {
  if (document.execCommand("insertText", false, text)) return; // as typed: it can be undone
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText", data: text }));
}
