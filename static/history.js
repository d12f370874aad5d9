// The way back: to the formula or the page before, as it was left. Streamlit alone makes several entries of one step,
// some of them bare, and none of another formula; and on the way back its pages forget what the address says. Here
// what a visitor does makes one entry when it leads to another page or formula, all else changes the one that is
// there, and the way back opens the address anew.

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
  if (question(here) === question(before)) history.back(); // made while the page was opened, before this could see to it
  else location.reload();
}, true);
