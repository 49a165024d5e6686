"""What a check has found so far: the first problems in words, the rest as a count."""

from config.language import Line

MAX_TOLD = 50


class Findings:
    """Problems in the order they were found; a file full of rubbish does not fill the memory."""

    def __init__(self) -> None:
        """Begin with nothing found."""
        self.told: list[Line] = []
        self.untold = 0

    def add(self, problem: Line) -> None:
        """Keep a problem, or only count it when many are kept already."""
        if len(self.told) < MAX_TOLD:
            self.told.append(problem)
        else:
            self.untold += 1
