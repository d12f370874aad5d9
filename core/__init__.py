"""Beyond Gradients: exact derivatives, proved critical points, and the pictures that teach them."""
