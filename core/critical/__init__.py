"""Critical points: where ∇f = 0. Found, proved, labelled, named."""
