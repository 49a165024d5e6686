"""The roster file read: START HERE for who works at the desk; load it, compare it, ask it."""

from pathlib import Path
from typing import Final

from config.plan import Plan
from config.problems import FileError
from config.roster_checks import roster_problems
from config.roster_difference import Change, roster_difference
from config.roster_shape import Absence, Chat, DutyWeek, Person, Roster
from config.shape import fit
from config.yaml_tree import read_file, read_tree

__all__ = (
    "DRILL",
    "Absence",
    "Change",
    "Chat",
    "DutyWeek",
    "Person",
    "Roster",
    "RosterError",
    "load_roster",
    "roster_difference",
)
DRILL: Final = Path(__file__).parent / "rosters" / "drill.yaml"


class RosterError(FileError):
    """A roster was refused; every problem found in it is listed."""


def load_roster(path: Path | str, plan: Plan) -> Roster:
    """Load a roster that can work under the plan; RosterError lists all that is wrong."""
    file = Path(path)
    try:
        tree = read_tree(read_file(file), file.name)
    except FileError as error:
        raise RosterError(error.problems) from error
    roster, problems = fit(Roster, tree)
    if roster is not None:
        problems = tuple(sorted(roster_problems(roster, plan, tree), key=lambda problem: problem.line))
    if roster is None or problems:
        raise RosterError(problems)
    return roster
