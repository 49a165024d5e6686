"""A platform tells that a publication has ended: whoever waited for it asks now, and not at the next turn.

What became of it is not believed: anybody could have said so whom the platform's callback lets in.
"""

from handlers.act import Act
from handlers.release import proving
from storage import release as releases


def finished(act: Act, job: str) -> str:
    """End the wait for a job; return the kind of the act for the record."""
    for row in releases.awaiting(act.session, job) if job else ():
        proving.try_at_once(act, releases.load(act.session, row.release_id), row.channel)
    return "finished"
