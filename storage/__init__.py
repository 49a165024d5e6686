"""What the desk remembers: the only SQL of the project."""
