"""The roster file read: START HERE for who works at the desk; load it, compare it, ask it."""

import json
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
    "drill_roster",
    "load_roster",
    "roster_difference",
    "roster_from_text",
)
DRILL: Final = Path(__file__).parent / "rosters" / "drill.yaml"


class RosterError(FileError):
    """A roster was refused; every problem found in it is listed."""


def load_roster(path: Path | str, plan: Plan) -> Roster:
    """Load a roster that can work under the plan; RosterError lists all that is wrong."""
    file = Path(path)
    try:
        return roster_from_text(read_file(file), file.name, plan)
    except RosterError:
        raise
    except FileError as error:
        raise RosterError(error.problems) from error


def roster_from_text(text: str, name: str, plan: Plan, *, rooms: bool = False) -> Roster:
    """Read a roster that can work under the plan; name is how its problems are to call the file.

    rooms: it must name the chats itself, as in the drill, where no code is said.
    """
    try:
        tree = read_tree(text, name)
    except FileError as error:
        raise RosterError(error.problems) from error
    roster, problems = fit(Roster, tree)
    if roster is not None:
        problems = tuple(sorted(roster_problems(roster, plan, tree, rooms=rooms), key=lambda problem: problem.line))
    if roster is None or problems:
        raise RosterError(problems)
    return roster


def drill_roster(plan: Plan) -> str:
    """Return the drill's cast as it works under any plan: what the plan has and the cast lacks is shared out."""
    text = read_file(DRILL)
    cast, problems = fit(Roster, read_tree(text, DRILL.name))
    if cast is None:
        raise RosterError(problems)
    topics = [topic.key for topic in plan.topics]
    gates = [gate.key for gate in (*plan.review.gates, plan.review.signature)]
    people = list(cast.people)
    for field, wanted in (("topics", topics), ("deputy_for", topics), ("gates", gates), ("deputy_gates", gates)):
        people = _shared_out(people, field, wanted)
    fitted = cast.model_copy(update={"people": tuple(people)})
    return text if fitted == cast else json.dumps(fitted.model_dump(mode="json", by_alias=True), ensure_ascii=False)


def _shared_out(people: list[Person], field: str, wanted: list[str]) -> list[Person]:
    """Drop the work the plan does not know; give what nobody has to those who do such work, in turn."""
    covered = {work for person in people for work in getattr(person, field)}
    uncovered = [work for work in wanted if work not in covered]
    holders = [person.key for person in people if getattr(person, field)]
    shared = []
    for person in people:
        work = [each for each in getattr(person, field) if each in wanted]
        if person.key in holders:
            work += uncovered[holders.index(person.key) :: len(holders)]
        shared.append(person.model_copy(update={field: tuple(work)}))
    return shared
