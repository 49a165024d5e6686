"""Every capability's verbs, imported statically: what is named here is what the desk understands.

The order is the order in which capabilities follow a happening: first the clocks, then people, then the joint meeting.
"""

from collections.abc import Iterable

from handlers import registry
from handlers.assignment import verbs as assignment
from handlers.board import verbs as board
from handlers.chats import verbs as chats
from handlers.clocks import verbs as clocks
from handlers.deputies import verbs as deputies
from handlers.digest import verbs as digest
from handlers.drafting import verbs as drafting
from handlers.feeds import verbs as feeds
from handlers.gates import verbs as gates
from handlers.hot import verbs as hot
from handlers.intake import reporters
from handlers.intake import verbs as intake
from handlers.joint_meeting import verbs as joint_meeting
from handlers.judgement import verbs as judgement
from handlers.meeting import verbs as meeting
from handlers.people import verbs as people
from handlers.release import verbs as release
from handlers.sameness import verbs as sameness
from handlers.urging import verbs as urging

CAPABILITIES = (
    intake, reporters, sameness, judgement, feeds, clocks, assignment, drafting, gates, release, joint_meeting, meeting,
    people, chats, digest, deputies, board, urging, hot,
)  # fmt: skip
registry.keep_order([capability.__name__.rpartition(".")[0] for capability in CAPABILITIES])


def aliases() -> Iterable[str]:
    """Return every word that names a verb."""
    return registry.ALIASES


def missing(timers: Iterable[str]) -> set[str]:
    """Return the stored kinds of timers that nothing here handles."""
    return set(timers) - set(registry.DUE)
