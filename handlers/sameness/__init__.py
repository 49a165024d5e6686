"""Whether two posts are the same post, or tell of the same event in other words (R2)."""
