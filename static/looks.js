// How the paths of all other optimizers look: token of the colour, dashes, symbol. A family shares its colour. As LOOKS in
// core/figures/trajectory.py.

const { LOOKS } = await import(`./marks.js${new URL(import.meta.url).search}`);

Object.assign(LOOKS, {
  "descent, exact line": ["ink", [2, 4], "circle"],
  "descent, Armijo": ["ink", [7, 4], "circle"],
  "descent, Wolfe": ["ink", [9, 3, 2, 3], "circle"],
  "Nesterov": ["ochre", [7, 4], "diamond"],
  "AdaGrad": ["violet", [7, 4], "cross"],
  "RMSprop": ["violet", [9, 3, 2, 3], "cross"],
  "Adam": ["violet", [2, 4], "cross"],
  "AMSGrad": ["violet", [2, 4], "diamond"],
  "AdamW": ["violet", [], "cross"],
  "damped Newton": ["second", [], "square"],
  "modified Newton": ["second", [2, 4], "square"],
  "saddle-free Newton": ["second", [9, 3, 2, 3], "square"],
  "trust region": ["second", [], "circle"],
  "BFGS": ["second", [9, 3, 2, 3], "triangle"],
  "L-BFGS": ["second", [2, 4], "triangle"],
  "SR1": ["second", [7, 4], "triangle"],
  "CG, Fletcher–Reeves": ["ochre", [7, 4], "triangle"],
  "CG, Polak–Ribière+": ["ochre", [9, 3, 2, 3], "triangle"],
  "Gauss–Newton": ["second", [], "diamond"],
  "Levenberg–Marquardt": ["second", [7, 4], "diamond"],
  "Nelder–Mead": ["violet", [], "triangle"],
});
