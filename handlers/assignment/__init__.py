"""Who takes a case: asked one after the other until somebody does."""
