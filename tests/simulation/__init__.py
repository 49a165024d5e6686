"""Simulated days of a desk: `python -m tests.simulation --days 1000 --seed 7` (see tests/simulation/README.md)."""
