// Nesterov and the methods with a step size for every coordinate, in the browser: operation for operation as core/optimize/first_order.py and
// adaptive.py. Their constants are their fields there.

/** The methods that run here, by name; gradient descent, momentum and Newton are in static/methods.js. The others run on the server only. */
export const LIVE = new Set(["gradient descent", "momentum", "Nesterov", "AdaGrad", "RMSprop", "Adam", "AMSGrad", "AdamW", "Newton"]);

const MOVERS = { __proto__: null, Nesterov: nesterov, AdaGrad: squares, RMSprop: squares, Adam: adam, AMSGrad: adam, AdamW: adam };

/** A method as static/methods.js runs it. */
export const live = (method) => (MOVERS[method.name] ? { ...method, mover: (f) => MOVERS[method.name](method, f) } : method);

function nesterov({ rate, beta }, f) {
  let v = null;
  return (x) => {
    v ??= x.map(() => 0);
    const g = f.gradient(x.map((a, i) => a + beta * v[i]));
    v = g.map((a, i) => beta * v[i] - rate * a);
    return { g, p: v, alpha: 1, note: "", ahead: true }; // g is not the slope at x
  };
}

function squares({ name, rate, decay, epsilon }, f) {
  let s = null;
  return (x) => {
    s ??= x.map(() => 0);
    const g = f.gradient(x);
    s = g.map((a, i) => (name === "AdaGrad" ? s[i] + a * a : decay * s[i] + (1 - decay) * a * a));
    return { g, p: g.map((a, i) => -a / (Math.sqrt(s[i]) + epsilon)), alpha: rate, note: "" };
  };
}

function adam({ name, rate, decay, beta1, beta2, epsilon }, f) {
  let m = null, s = null, most = null, kept1 = 1, kept2 = 1;
  return (x) => {
    m ??= x.map(() => 0);
    s ??= [...m];
    most ??= [...m];
    const g = f.gradient(x);
    kept1 *= beta1;
    kept2 *= beta2;
    m = g.map((a, i) => beta1 * m[i] + (1 - beta1) * a);
    s = g.map((a, i) => beta2 * s[i] + (1 - beta2) * a * a);
    most = s.map((a, i) => Math.max(most[i], a));
    const p = (name === "AMSGrad" ? most : s).map((a, i) => -(m[i] / (1 - kept1)) / (Math.sqrt(a / (1 - kept2)) + epsilon));
    return { g, p: name === "AdamW" ? p.map((a, i) => a - decay * x[i]) : p, alpha: rate, note: "" };
  };
}
