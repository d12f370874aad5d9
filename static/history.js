// The way back: to the page or the formula before. Another page or formula is an entry of the history, all else
// changes the one that is there, and the way back opens its address anew. Why: docs/live_figures.md.

const question = (url) => `${url.pathname} ${url.searchParams.get("f")}`;
const [push, replace] = [history.pushState, history.replaceState].map((write) => write.bind(history));
let here = new URL(location.href);
let acted = false; // and no entry was made of it so far

history.pushState = history.replaceState = (state, title, address) => {
  const next = new URL(address ?? "", here), another = question(next) !== question(here) || (here.search && !next.search);
  (acted && another ? push : replace)(state, title, address);
  acted &&= !another;
  here = next;
};
for (const act of ["pointerdown", "keydown"]) addEventListener(act, () => { acted = true; }, true);
addEventListener("popstate", (event) => {
  const before = here;
  here = new URL(location.href);
  if (here.pathname === before.pathname && here.search === before.search) return; // another place of the same page
  event.stopImmediatePropagation(); // Streamlit listens, too
  if (question(here) === question(before)) history.back(); // an entry that is older than this module
  else location.reload();
}, true);
