"""The morning digest, and what else is shown of the desk as a whole: figures, duty, the week (R10)."""
