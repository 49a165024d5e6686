"""Feeds that the desk watches (R1): who subscribes to what, when each is looked at, what becomes of what it brings."""
