"""What the desk learns from judged posts: a linear model over words and runs of signs, and what it says (R3)."""
