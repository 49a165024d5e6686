"""What members of the public write to the bureau: an online question, or a report of public opinion, as the plan says.

Nobody knows who writes. What one and the same writer sends within a short time belongs together: people write in
several short messages, and send their pictures after their words.
"""

from datetime import timedelta

from config.plan import Plan, Track
from handlers.act import Act
from handlers.clocks.questions import SETTLED, was_recorded
from handlers.conversation import Incoming
from handlers.intake.opening import message_key
from handlers.judgement.finding import GRAVE
from handlers.reading.post import Reading
from handlers.text.canonical import canonical_text
from storage import correction as corrections
from storage import inbox
from storage import report as reports
from storage.case import Case
from storage.database import Session
from storage.report import Report


def says_anything(incoming: Incoming, plan: Plan) -> bool:
    """Say whether this is more than a greeting or a word of thanks, as far as its length tells."""
    return incoming.is_material or len(canonical_text(incoming.text)) >= plan.letters.shortest


def track_of(incoming: Incoming, reading: Reading | None, plan: Plan) -> Track:
    """Decide what a letter is; what is read as grave, or as one of the plan's kinds, is public opinion all the same."""
    rules = plan.letters
    if incoming.origin is not None and rules.forwarded_are_reports:
        return "opinion"
    if reading is not None and (reading.grade in GRAVE or set(reading.kinds) & set(rules.report_kinds)):
        return "opinion"
    return rules.becomes


def just_before(act: Act, incoming: Incoming) -> Report | None:
    """Return what the same writer sent a moment ago."""
    minutes = act.house.plan.letters.together_minutes
    since = act.now - timedelta(minutes=minutes)
    for key in inbox.lately_from(act.session, incoming.platform, incoming.sender.account, since) if minutes else ():
        name = message_key(incoming.model_copy(update={"message_id": key}), key)
        found = reports.by_message(act.session, incoming.platform, name)
        if found is not None:
            return found
    return None


def raise_track(act: Act, case: Case, incoming: Incoming) -> bool:
    """Let a question become public opinion when what was written now makes it so; what a person decided stays."""
    if case.track != "question" or "track" in corrections.fields(act.session, case.id):
        return False
    if track_of(incoming, act.reading, act.house.plan) != "opinion":
        return False
    case.track = "opinion"
    act.happened("judged", case)
    return True


def waits(session: Session, case: Case) -> bool:
    """Say whether a case can still take up what somebody writes: nobody was answered yet."""
    return case.is_open and not was_recorded(session, case, *SETTLED)
