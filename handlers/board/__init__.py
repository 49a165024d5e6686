"""The staff board: who may come in, and what is read there."""
