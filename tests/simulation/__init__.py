"""Simulated days of a desk: `python -m tests.simulation --days 1000 --seed 7`. START READING in desk_life.py.

The real handlers, desk, sender and tables live under a clock of the simulation's own, with invented people, a chat
platform on which everything goes wrong that ever went wrong, and crashes between any two commits. All chance comes from
one seed, so that a failure replays exactly.
"""
