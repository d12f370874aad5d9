// A Program, read in the browser.
//
// It is the flat list of operations of core/program.py in its wire form: instruction i fills slot i from earlier
// slots. The meanings are those of core/vocabulary.py: nan in any operand gives nan, an undefined operation is nan,
// a division by zero is nan and never an infinity, an overflow is an infinity, and where a condition of the domain
// fails every output is nan. No code is generated: an unknown word is an error, never a name looked up.

const nan = NaN;

/** What each operation gives for real operands; the second operand of powi is a plain number. */
export const MEANINGS = Object.freeze({
  __proto__: null,
  const: (value) => value,
  var: (coordinate) => coordinate,
  neg: (a) => -a,
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => (b === 0 ? nan : a / b),
  powi: (a, k) => (a !== a || (a === 0 && k < 0) ? nan : k === 0 ? 1 : k === 2 ? a * a : a ** k),
  pow: (a, b) => (a > 0 ? (a === 1 && b === b ? 1 : a ** b) : a === 0 && b > 0 ? 0 : nan),
  sqrt: Math.sqrt,
  cbrt: Math.cbrt,
  exp: Math.exp,
  log: (a) => (a > 0 ? Math.log(a) : nan),
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  asinh: Math.asinh,
  acosh: Math.acosh,
  atanh: (a) => (Math.abs(a) < 1 ? Math.atanh(a) : nan),
  abs: Math.abs,
  sign: Math.sign,
  min: (a, b) => Math.min(a, b),
  max: (a, b) => Math.max(a, b),
  lt: (a, b) => (a !== a || b !== b ? nan : a < b ? 1 : 0),
  le: (a, b) => (a !== a || b !== b ? nan : a <= b ? 1 : 0),
  eq: (a, b) => (a !== a || b !== b ? nan : a === b ? 1 : 0),
  select: (c, a, b) => (c !== c ? nan : c !== 0 ? a : b),
});

const HOLDS = { __proto__: null, ">": (a) => a > 0, ">=": (a) => a >= 0, "!=": (a) => a !== 0 && a === a };
const slotsOf = ([word, ...rest]) => (word === "const" || word === "var" ? [] : word === "powi" ? [rest[0]] : rest);

function needed(wire, outputs) {
  const keep = new Uint8Array(wire.code.length);
  for (const slot of [...outputs, ...wire.domain.map(([s]) => s)]) keep[slot] = 1;
  for (let i = wire.code.length - 1; i >= 0; i--) if (keep[i]) for (const slot of slotsOf(wire.code[i])) keep[slot] = 1;
  return keep;
}

/**
 * A reader of the wire form, for all outputs or the listed ones.
 *   at(x)            Float64Array of the outputs at one point
 *   row(columns, n)  the outputs along n points, one Float64Array each (valid until the next call)
 *   signs(write)     after row: hands each "≠ 0" quantity to write(which, values), to see where one crosses zero;
 *                    signs(write, bounds) each "> 0" or "≥ 0" quantity, to see how far inside the domain a point is
 */
export function reader(wire, which = wire.outputs.map((_, i) => i)) {
  const outputs = which.map((i) => wire.outputs[i]);
  const keep = needed(wire, outputs);
  const code = [];
  wire.code.forEach((instruction, slot) => {
    if (!(instruction[0] in MEANINGS)) throw new Error(`unknown operation ${instruction[0]}`);
    if (keep[slot]) code.push({ slot, word: instruction[0], args: instruction.slice(1), of: MEANINGS[instruction[0]] });
  });
  const constants = wire.constants.map(([value]) => value);
  const domain = wire.domain.map(([slot, relation]) => ({ slot, relation, holds: HOLDS[relation] }));
  const registers = new Float64Array(wire.code.length);
  let rows = [];
  let length = 0;

  function at(x) {
    const r = registers;
    for (const { slot, word, args: [a, b, c], of } of code) {
      if (word === "const") r[slot] = constants[a];
      else if (word === "var") r[slot] = x[a];
      else if (word === "powi") r[slot] = of(r[a], b);
      else r[slot] = of(r[a], r[b], r[c]);
    }
    const inside = domain.every(({ slot, holds }) => holds(r[slot]));
    return Float64Array.from(outputs, (slot) => (inside ? r[slot] : nan));
  }

  function allocate(n) {
    length = n;
    rows = [];
    for (const { slot, word, args } of code) {
      rows[slot] = new Float64Array(n);
      if (word === "const") rows[slot].fill(constants[args[0]]);
    }
  }

  function row(columns, n) {
    if (n !== length) allocate(n);
    for (const { slot, word, args, of } of code) {
      if (word === "const") continue; // filled once, in allocate
      const out = rows[slot];
      const [a, b, c] = args.map((s) => rows[s]);
      if (word === "var") out.set(columns[args[0]].subarray(0, n));
      else if (word === "powi") for (let i = 0, k = args[1]; i < n; i++) out[i] = of(a[i], k);
      else if (c) for (let i = 0; i < n; i++) out[i] = of(a[i], b[i], c[i]);
      else if (b) for (let i = 0; i < n; i++) out[i] = of(a[i], b[i]);
      else for (let i = 0; i < n; i++) out[i] = of(a[i]);
    }
    const results = outputs.map((slot) => rows[slot].slice());
    for (const { slot, holds } of domain) {
      const quantity = rows[slot];
      for (let i = 0; i < n; i++) if (!holds(quantity[i])) for (const result of results) result[i] = nan;
    }
    return results;
  }

  const [nonzero, bounds] = [true, false].map((not) => domain.filter(({ relation }) => (relation === "!=") === not));
  const signs = (write, of = nonzero) => of.forEach(({ slot }, which) => write(which, rows[slot]));
  return { inputs: wire.inputs, outputs: outputs.length, at, row, signs, nonzero: nonzero.length, bounds };
}
