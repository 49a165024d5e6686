"""The desk watches itself: what its own look passed over is found, done, and told to the administrators."""
