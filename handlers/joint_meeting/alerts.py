"""Which cases the joint meeting hears of by itself, and when (实施方案 四.4): pure rules."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from config.plan import Alert, Need, Registration

ALERTED: Final = "alerted"
Occasion = Literal["registered", "overdue", "released", "rumour"]


@dataclass(frozen=True)
class Gravity:
    """How grave a case is, and whether a person has said so."""

    grade: str
    by_person: bool
    received_at: datetime


def is_wanted(alerts: Iterable[Alert], occasion: Occasion, grade: str) -> bool:
    """Say whether the plan wants the joint meeting told; an alert without grades is for all of them."""
    return any(alert.on == occasion and (not alert.grades or grade in alert.grades) for alert in alerts)


def needed(alerts: Iterable[Alert], occasion: Occasion, grade: str) -> tuple[Need, ...]:
    """Return what is needed from whom on an occasion, and for such a case at all; of each body once."""
    of = ("registered", occasion)
    fitting = [alert for on in of for alert in alerts if alert.on == on and is_wanted([alert], on, grade)]
    return tuple({(need.body.zh, need.what.zh): need for alert in fitting for need in alert.needs}.values())


def waits_until(gravity: Gravity, rule: Registration, now: datetime) -> datetime | None:
    """Return until when a person is awaited before the alert; None: it goes out now, since a person has judged."""
    if gravity.by_person:
        return None
    return max(now, gravity.received_at + timedelta(minutes=rule.grave_wait_minutes))


def mark(occasion: Occasion, subject: str = "") -> str:
    """Name one occasion of a case: each is announced once."""
    return f"{ALERTED}:{occasion}:{subject}" if subject else f"{ALERTED}:{occasion}"
