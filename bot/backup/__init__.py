"""Backups: taken while the desk runs, checked before they count, and what must not be said twice after one."""
