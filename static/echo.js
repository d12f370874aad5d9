// A value that a hand and the server share. The hand is ahead: what comes back from the server may be the echo of
// something the hand has long left behind, and must not throw it back there.

const key = (value) => JSON.stringify(Array.isArray(value) || value === null ? value : Object.entries(value).sort());

const last = {}; // said under each name
let repeats = 0;

/** Tells the server; what is said twice gets another number, for Streamlit is deaf to it. */
export const teller = (setStateValue) => (what, said) => {
  if (last[what] === key(said)) repeats += 1;
  last[what] = key(said);
  setStateValue(what, [said, repeats]);
};

export function shared() {
  let given = "", sent = [];
  return {
    /** Whether the server gives something new now: not what it gave before, not an echo, not into a busy hand. */
    news(value, busy) {
      const now = key(value), before = given;
      given = now;
      if (now === before) return false;
      const echo = sent.indexOf(now);
      if (echo >= 0) sent.splice(0, echo);
      else if (!busy) sent = [];
      return echo < 0 && !busy;
    },
    /** Whether this must be told to the server; then it counts as told. */
    tells(value) {
      const now = key(value);
      if (now === (sent.at(-1) ?? given)) return false;
      sent.push(now);
      return true;
    },
  };
}
