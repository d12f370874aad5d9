// A Jacobian as a table whose rows are outputs and whose columns are inputs: its entries as formulas, where they are short enough, and as numbers
// at the held point. Whoever points at a row, a column, or its name, hears of it: lit({ row } | { column } | null).

const V = new URL(import.meta.url).search;
const [{ h, named, write, rewrite, rich }, N] = await Promise.all(["dom", "numbers"].map((name) => import(`./${name}.js${V}`)));

const LONG = 13; // characters of a formula that has no room beside others
const TOKENS = ["ochre", "violet"]; // of the columns that are drawn
const MANY = 3; // columns; more are written smaller

/** A live number in three places, or in three digits where it is small or large. */
export const three = (v) => (v === 0 || (Math.abs(v) >= 0.1 && Math.abs(v) < 1e4) ? N.place(v, 3) : N.plain(Number(v.toPrecision(3))));

/** A formula whose letters stand in italics; the words of functions do not. */
const letters = (text) => rich(text.replace(/[A-Za-zα-ω]+/g, (run) => (/^(a?(sin|cos|tan)h?|exp|log|sqrt|max|min|sign|erf|atan|Piecewise|True|[Aa]bs)$/.test(run) ? run : `*${run}*`)));

export function tableau(host, { lit }) {
  const formulas = h("div.jacobian.formulas"), numbers = h("div.jacobian"), note = h("p.small");
  const el = h("div.item", {}, h("h2", {}, h("span", {}, "Jacobian"), h("span.type")), formulas, numbers, note);
  let shape = "", cells = [], written = [], covered = [], tints = "";
  const over = (what, node) => { node.onpointerenter = node.onfocus = () => lit(what); node.onpointerleave = node.onblur = () => lit(null); return node; };
  const call = (what, ...children) => over(what, h("button.name", { type: "button", ariaLabel: what.row !== undefined ? `Row ${what.row + 1}: show the gradient of this output` : `Column ${what.column + 1}: show where this edge goes` }, ...children));

  function take(names, outputs, entries, hidden = []) {
    covered = hidden;
    const now = JSON.stringify([names, outputs]), [m, n] = [outputs.length, names.length];
    if (now !== shape) {
      shape = now;
      tints = "";
      el.querySelector(".type").textContent = `ℝ${n > 1 ? N.superscript(n) : ""} → ℝ${m > 1 ? N.superscript(m) : ""}, ${m} × ${n}`;
      [written, cells] = [formulas, numbers].map((where, which) => build(where, which, names, outputs));
    }
    const brief = entries && entries.every((row) => row.every((text) => text.length <= LONG));
    formulas.hidden = !brief;
    if (brief) written.forEach((cell, k) => rewrite(cell, entries[Math.floor(k / n)][k % n], () => letters(entries[Math.floor(k / n)][k % n])));
    el.classList.toggle("many", n > MANY);
    write(note, n > MANY ? "" : "Columns: images of the edges. Rows: gradients of the outputs. Point at a name.");
  }

  /** The formulas as a matrix in brackets, the numbers as a table with names. */
  function build(where, which, names, outputs) {
    const n = names.length, left = which ? ["J", "(", "p", ")"] : ["J"];
    const all = outputs.flatMap((_, i) => names.map((__, j) => { const cell = over({ column: j }, h("span.cell")); return cell; }));
    const grid = which ? h("div.named", {}, h("span"), names.map((name, j) => call({ column: j }, named(name))), outputs.flatMap((output, i) => [call({ row: i }, named(output)), ...all.slice(i * n, (i + 1) * n)])) : h("span.mx", {}, all);
    grid.style.gridTemplateColumns = `${which ? "auto " : ""}repeat(${n}, auto)`;
    where.replaceChildren(h("span.eq", {}, h("span", {}, left.map((part) => (/\w/.test(part) ? h("i.m", {}, part) : part)), " =")), grid);
    return all;
  }

  /** Writes the numbers, or dashes without a derivative; lights what is pointed at. `drawn` columns have the colours of their arrows. */
  function set(values, now, drawn = [0, 1]) {
    const n = cells.length && JSON.parse(shape)[0].length;
    if (String(drawn) !== tints) {
      tints = String(drawn);
      cells.forEach((cell, k) => { const i = drawn.indexOf(k % n); cell.style.color = i < 0 ? "" : `var(--${TOKENS[i]})`; });
    }
    cells.forEach((cell, k) => write(cell, covered.includes(k) ? "?" : values ? (n > MANY ? N.plain(Number(values[k].toPrecision(3))) : three(values[k])) : "–"));
    for (const all of [cells, written]) all.forEach((cell, k) => cell.classList.toggle("lit", Boolean(now) && (now.row === Math.floor(k / n) || now.column === k % n)));
  }
  return { el, take, set };
}
