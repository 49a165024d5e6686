"""The manners of a visit: what the desk calls itself, and what a site means by an answer that is no page."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from bot.sites.line import Answer

LATER: Final = (408, 425, 429)  # besides what is the site's own trouble: 500 and above
LONGEST_REST: Final = 86_400.0  # seconds for which a site may ask to be left alone


def agent_of(public_url: str) -> str:
    """Return what the desk calls itself, with where its bureau is found."""
    return f"Mozilla/5.0 (compatible; Huiying; +{public_url})"


def is_later(answer: Answer) -> bool:
    """Say whether another time may go better."""
    return answer.status in LATER or answer.status >= 500  # noqa: PLR2004 - the class of a server's own troubles


def rest_of(answer: Answer, now: datetime) -> float:
    """Return for how many seconds a site asks to be left alone; none: 0."""
    said = answer.headers.get("retry-after", "").strip()
    if said.isdecimal():
        return min(float(said[:9]), LONGEST_REST)
    try:
        moment = parsedate_to_datetime(said)
    except ValueError:
        return 0.0
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(0.0, (aware - now).total_seconds()), LONGEST_REST)
