"""Beyond Gradients: an interactive laboratory for everything that comes after the gradient."""

from core.ui import frame

frame.run()
