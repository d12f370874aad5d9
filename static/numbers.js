// Numbers as the course prints them, and the steps an axis is cut in.
//
// Fixed decimals, so that digits do not dance: a place 3, a value 4, a derivative 2. A size below 1 keeps four
// significant digits. The minus is a true minus, thousands stand apart by a thin space, 10⁻⁵ is written as a power.

const SUPERSCRIPT = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

export const superscript = (k) => [...String(k)].map((c) => SUPERSCRIPT[c] ?? c).join("");

function group(digits) {
  const [whole, rest] = digits.split(".");
  const spaced = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, "\u2009") : whole;
  return rest === undefined ? spaced : `${spaced}.${rest}`;
}

const signed = (text) => text.replace(/^-/, "−");

/** m × 10ᵏ with the given significant digits. */
function power(v, significant) {
  const [mantissa, exponent] = v.toExponential(significant - 1).split("e");
  return `${signed(mantissa)} × 10${superscript(Number(exponent))}`;
}

/** A live number with its decimals fixed; `small` is the size below which four significant digits are kept. */
export function fixed(v, decimals, small = 1) {
  if (Number.isNaN(v)) return "not defined here";
  if (!Number.isFinite(v)) return v > 0 ? "too large" : "−too large";
  const size = Math.abs(v);
  if (size === 0) return (0).toFixed(decimals);
  if (size >= 1e7 || size < 1e-4) return power(v, 4);
  if (size >= small) return (v < 0 ? "−" : "") + group(size.toFixed(decimals));
  return signed(Number(v.toPrecision(4)) === 0 ? "0" : v.toFixed(3 - Math.floor(Math.log10(size))));
}

export const value = (v) => fixed(v, 4, 1e-2);
export const derivative = (v) => fixed(v, 2);

/** A number at its natural length: a tick, a level, a step. */
export function plain(v) {
  const size = Math.abs(v);
  if (size !== 0 && (size >= 1e6 || size < 1e-3)) {
    const [mantissa, exponent] = v.toExponential(2).replace(/\.?0+e/, "e").split("e");
    const ten = `10${superscript(Number(exponent))}`;
    return mantissa === "1" ? ten : mantissa === "-1" ? `−${ten}` : `${signed(mantissa)} × ${ten}`;
  }
  const text = String(Number(v.toPrecision(6)));
  return (v < 0 ? "−" : "") + group(text.replace(/^-/, ""));
}

/** Decimals that tell two neighbouring pixels apart on a side of this length. */
export const decimalsFor = (length) => Math.min(12, Math.max(0, Math.ceil(-Math.log10(length / 2750))));

/** A number with so many significant digits; a tie goes to the even digit, as in Python. */
export function significant(v, digits) {
  const up = Number(v.toExponential(digits - 1)), [mantissa, exponent] = v.toExponential(digits + 15).split("e"), places = mantissa.replace(/[-.]/g, "");
  if (!/^50*$/.test(places.slice(digits)) || Number(places[digits - 1]) % 2) return up;
  return Number(`${mantissa.slice(0, mantissa.indexOf(".") + digits)}e${exponent}`);
}

export const round = (v, decimals) => Number(v.toFixed(decimals));

/** The sign before a number that is written in so many digits: "=" where they are all of it. */
export const equal = (v, digits) => (Number(v.toPrecision(digits)) === v ? "=" : "≈");

/** A coordinate with its decimals fixed, and never a minus before zero. */
export function place(v, decimals) {
  if (!Number.isFinite(v) || Math.abs(v) >= 1e7) return fixed(v, decimals);
  const text = Math.abs(v).toFixed(decimals);
  return (v < 0 && Number(text) !== 0 ? "−" : "") + group(text);
}

export const point = (p, decimals) =>
  p.length === 1 ? place(p[0], decimals) : `(${p.map((v) => place(v, decimals)).join(", ")})`;

/** The step of 1, 2, 5 × 10ᵏ nearest to `raw`. */
export function niceStep(raw) {
  const ten = 10 ** Math.floor(Math.log10(raw));
  const m = raw / ten;
  return (m < 1.42 ? 1 : m < 3.17 ? 2 : m < 7.08 ? 5 : 10) * ten;
}

/** Multiples of a nice step inside [lo, hi], about `most` of them. */
export function ticks(lo, hi, most) {
  const step = niceStep((hi - lo) / Math.max(1, most));
  const out = [];
  for (let k = Math.ceil(lo / step - 1e-9); k * step <= hi + 1e-9 * step; k++) out.push(Number((k * step).toPrecision(12)));
  return out;
}

const GREEK = {
  alpha: "α", beta: "β", gamma: "γ", delta: "δ", epsilon: "ε", zeta: "ζ", eta: "η", theta: "θ", iota: "ι", kappa: "κ",
  lambda: "λ", mu: "μ", nu: "ν", xi: "ξ", omicron: "ο", pi: "π", rho: "ρ", sigma: "σ", tau: "τ", upsilon: "υ",
  phi: "φ", chi: "χ", psi: "ψ", omega: "ω",
};
/** A name as [letter, index]: x_1 is ["x", "1"], alpha is ["α", ""]. */
export function letter(name) {
  const [head, ...tail] = name.split("_");
  const index = tail.join("_");
  return [GREEK[head] ?? head, GREEK[index] ?? index];
}

/** A name as plain text, for what is read aloud and for titles: x_1 is x₁. */
export function inline(name) {
  const [head, index] = letter(name);
  return head + (/^\d*$/.test(index) ? [...index].map((c) => "₀₁₂₃₄₅₆₇₈₉"[c]).join("") : ` ${index}`);
}

export const degrees = (radians, full = 360) => ((Math.round((radians * 180) / Math.PI) % full) + full) % full;

/** A number in up to six digits, as core/ui/present.py writes it. */
export function decimal(v) {
  if (!Number.isFinite(v)) return "–";
  const size = Math.abs(v), [digits, ten] = size.toExponential(5).split("e").map(Number), sign = v < 0 ? "−" : "";
  if (size !== 0 && (ten < -4 || ten >= 6)) return `${sign}${digits} × 10${superscript(ten)}`;
  const text = String(Number(size.toPrecision(6)));
  return sign + (size >= 10_000 ? text.replace(/\d(?=(\d{3})+$)/g, "$&\u2009") : text);
}
