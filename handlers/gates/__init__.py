"""Review: the five gates and the final signature that every text passes before it goes out."""
