// A Program, read in the browser.
//
// It is the flat list of operations of core/program.py in its wire form: instruction i fills slot i from earlier
// slots. The meanings are those of core/vocabulary.py: nan in any operand gives nan, an undefined operation is nan,
// a division by zero is nan and never an infinity, an overflow is an infinity, and where a condition of the domain
// fails every output is nan. No code is generated: an unknown word is an error, never a name looked up.

const nan = NaN;

// The error function, operation for operation as in core/error_function.py, where the coefficients are explained.
const NEAR_OVER = [
  0.12837916709551256, -0.3250421072470015, -0.02848174957559851, -0.005770270296489442, -2.3763016656650163e-05,
];
const NEAR_UNDER = [
  1, 0.39791722395915535, 0.0650222499887673, 0.005081306281875766, 0.00013249473800432164, -3.960228278775368e-06,
];
const MIDDLE_OVER = [
  -0.0023621185607526594, 0.41485611868374833, -0.3722078760357013, 0.31834661990116175, -0.11089469428239668,
  0.035478304325618236, -0.002166375594868791,
];
const MIDDLE_UNDER = [
  1, 0.10642088040084423, 0.540397917702171, 0.07182865441419627, 0.12617121980876164, 0.01363708391202905,
  0.011984499846799107,
];
const FAR_OVER = [
  -0.009864944034847148, -0.6938585727071818, -10.558626225323291, -62.375332450326006, -162.39666946257347,
  -184.60509290671104, -81.2874355063066, -9.814329344169145,
];
const FAR_UNDER = [
  1, 19.651271667439257, 137.65775414351904, 434.56587747522923, 645.3872717332679, 429.00814002756783,
  108.63500554177944, 6.570249770319282, -0.0604244152148581,
];
const LAST_OVER = [
  -0.0098649429247001, -0.799283237680523, -17.757954917754752, -160.63638485582192, -637.5664433683896,
  -1025.0951316110772, -483.5191916086514,
];
const LAST_UNDER = [
  1, 30.33806074348246, 325.7925129965739, 1536.729586084437, 3199.8582195085955, 2553.0504064331644,
  474.52854120695537, -22.44095244658582,
];

function polynomial(coefficients, t) {
  let value = coefficients[coefficients.length - 1];
  for (let k = coefficients.length - 2; k >= 0; k--) value = value * t + coefficients[k];
  return value;
}

function exponent(a, over, under) {
  const z = a * a;
  const s = 1 / z;
  return -z - 0.5625 + polynomial(over, s) / polynomial(under, s);
}

function erf(x) {
  const a = Math.abs(x);
  let size = 1;
  if (a !== a || a < 0.84375) size = a + a * (polynomial(NEAR_OVER, a * a) / polynomial(NEAR_UNDER, a * a));
  else if (a < 1.25) size = 0.8450629115104675 + polynomial(MIDDLE_OVER, a - 1) / polynomial(MIDDLE_UNDER, a - 1);
  else if (a < 1 / 0.35) size = 1 - Math.exp(exponent(a, FAR_OVER, FAR_UNDER)) / a;
  else if (a < 6) size = 1 - Math.exp(exponent(a, LAST_OVER, LAST_UNDER)) / a;
  return x < 0 ? -size : size;
}

const bothInfinite = (a, b) => Math.abs(a) === Infinity && Math.abs(b) === Infinity;

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
  erf: (a) => erf(a),
  atan2: (a, b) => ((a === 0 && b === 0) || bothInfinite(a, b) ? nan : Math.atan2(a + 0, b)),
  abs: Math.abs,
  sign: Math.sign,
  min: (a, b) => Math.min(a, b),
  max: (a, b) => Math.max(a, b),
  lt: (a, b) => (a !== a || b !== b ? nan : a < b ? 1 : 0),
  le: (a, b) => (a !== a || b !== b ? nan : a <= b ? 1 : 0),
  eq: (a, b) => (a !== a || b !== b ? nan : a === b ? 1 : 0),
  select: (c, a, b) => (c !== c ? nan : c !== 0 ? a : b),
});

// The commonest operations along a row, each in a loop of its own: a browser makes such a loop several times as fast as one that calls.
const ALONG = {
  __proto__: null,
  neg: (out, a) => { for (let i = 0; i < out.length; i++) out[i] = -a[i]; },
  add: (out, a, b) => { for (let i = 0; i < out.length; i++) out[i] = a[i] + b[i]; },
  sub: (out, a, b) => { for (let i = 0; i < out.length; i++) out[i] = a[i] - b[i]; },
  mul: (out, a, b) => { for (let i = 0; i < out.length; i++) out[i] = a[i] * b[i]; },
  div: (out, a, b) => { for (let i = 0; i < out.length; i++) out[i] = b[i] === 0 ? nan : a[i] / b[i]; },
  sin: (out, a) => { for (let i = 0; i < out.length; i++) out[i] = Math.sin(a[i]); },
  cos: (out, a) => { for (let i = 0; i < out.length; i++) out[i] = Math.cos(a[i]); },
  exp: (out, a) => { for (let i = 0; i < out.length; i++) out[i] = Math.exp(a[i]); },
};

const HOLDS = { __proto__: null, ">": (a) => a > 0, ">=": (a) => a >= 0, "!=": (a) => a !== 0 && a === a };
const slotsOf = ([word, ...rest]) => (word === "const" || word === "var" ? [] : word === "powi" ? [rest[0]] : rest);

function needed(wire, outputs) {
  const keep = new Uint8Array(wire.code.length);
  for (const slot of [...outputs, ...wire.domain.map(([s]) => s)]) keep[slot] = 1;
  for (let i = wire.code.length - 1; i >= 0; i--) if (keep[i]) for (const slot of slotsOf(wire.code[i])) keep[slot] = 1;
  return keep;
}

/**
 * A reader of the wire form, for all outputs or the listed ones. The last inputs are `letters`, numbers that are looked up
 * at each reading: a slider changes them, and every reader of the figure reads another function.
 *   at(x)            Float64Array of the outputs at one point
 *   row(columns, count)  the outputs along so many points, one Float64Array each (valid until the next call)
 *   signs(write)     after row: hands each "≠ 0" quantity to write(which, values), to see where one crosses zero;
 *                    signs(write, bounds) each "> 0" or "≥ 0" quantity, to see how far inside the domain a point is
 */
export function reader(wire, which = null, letters = []) {
  const outputs = which ? which.map((i) => wire.outputs[i]) : wire.outputs;
  const n = wire.inputs - letters.length;
  const keep = needed(wire, outputs);
  const code = [];
  wire.code.forEach((instruction, slot) => {
    if (!(instruction[0] in MEANINGS)) throw new Error(`unknown operation ${instruction[0]}`);
    const [word, a, b, c] = instruction;
    if (keep[slot]) code.push({ slot, word, a, b, c, of: MEANINGS[word], along: ALONG[word] });
  });
  const constants = wire.constants.map(([value]) => value);
  const domain = wire.domain.map(([slot, relation]) => ({ slot, relation, holds: HOLDS[relation] }));
  const registers = new Float64Array(wire.code.length);
  for (const { slot, word, a } of code) if (word === "const") registers[slot] = constants[a];
  let rows = [];
  let length = -1;

  function at(x) {
    const r = registers;
    for (const { slot, word, a, b, c, of } of code) {
      if (word === "const") continue; // filled once
      if (word === "var") r[slot] = a < n ? x[a] : letters[a - n];
      else if (word === "powi") r[slot] = of(r[a], b);
      else r[slot] = of(r[a], r[b], r[c]);
    }
    const inside = domain.every(({ slot, holds }) => holds(r[slot])), out = new Float64Array(outputs.length);
    for (let i = 0; i < out.length; i++) out[i] = inside ? r[outputs[i]] : nan; // from() walks an iterator
    return out;
  }

  function allocate(count) {
    length = count;
    rows = [];
    for (const { slot, word, a } of code) {
      rows[slot] = new Float64Array(count);
      if (word === "const") rows[slot].fill(constants[a]);
    }
  }

  function row(columns, count) {
    if (count !== length) allocate(count);
    for (const { slot, word, a, b, c, of, along } of code) {
      if (word === "const") continue; // filled once, in allocate
      const out = rows[slot], u = rows[a], v = rows[b], w = rows[c];
      if (word === "var" && a < n) out.set(columns[a].subarray(0, count));
      else if (word === "var") out.fill(letters[a - n]);
      else if (along) along(out, u, v);
      else if (word === "powi" && b === 2) ALONG.mul(out, u, u);
      else if (word === "powi") for (let i = 0; i < count; i++) out[i] = of(u[i], b);
      else if (c !== undefined) for (let i = 0; i < count; i++) out[i] = of(u[i], v[i], w[i]);
      else if (b !== undefined) for (let i = 0; i < count; i++) out[i] = of(u[i], v[i]);
      else for (let i = 0; i < count; i++) out[i] = of(u[i]);
    }
    const results = outputs.map((slot) => rows[slot].slice());
    for (const { slot, holds } of domain) {
      const quantity = rows[slot];
      for (let i = 0; i < count; i++) if (!holds(quantity[i])) for (const result of results) result[i] = nan;
    }
    return results;
  }

  const [nonzero, bounds] = [true, false].map((not) => domain.filter(({ relation }) => (relation === "!=") === not));
  const signs = (write, of = nonzero) => of.forEach(({ slot }, which) => write(which, rows[slot]));
  return { inputs: n, outputs: outputs.length, at, row, signs, nonzero: nonzero.length, bounds };
}
