// What one figure of a page foresees while a hand moves it, told to the others: the runs of the browser, or none where the server's own are
// shown; which question, start and constants the server last spoke of; and up to which step the paths are shown, null for all of it. Who
// comes later hears the last word.

const listeners = new Set();
let last = { runs: null, of: "", f: null, k: null };

export function say(word) {
  last = word;
  for (const hear of listeners) hear(word);
}

/** Gives what ends the listening. */
export function listen(hear) {
  listeners.add(hear);
  hear(last);
  return () => listeners.delete(hear);
}
