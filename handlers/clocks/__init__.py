"""The statutory clocks (实施方案 三.1): what is owed by when, how it ended, when to remind."""
