// A formula or a table that scrolls sideways can be reached by the Tab key, so that the arrows scroll it.

const WIDE = '.katex-display, [class*="st-key-line_"] [data-testid="stMarkdownContainer"], [class*="st-key-table_"], .st-key-critical_table';

function reach() {
  for (const part of document.querySelectorAll(WIDE)) {
    const scrolls = part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).overflowX !== "visible";
    if (scrolls) part.tabIndex = 0;
    else if (part.getAttribute("tabindex") === "0") part.removeAttribute("tabindex");
  }
}

let timer = 0;
function soon() {
  timer ||= setTimeout(() => { timer = 0; reach(); }, 60); // not put off by a page that goes on changing
}

new MutationObserver(soon).observe(document.body, { childList: true, subtree: true });
addEventListener("resize", soon);
document.fonts?.addEventListener("loadingdone", soon);
soon();
