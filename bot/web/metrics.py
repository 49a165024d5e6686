"""/metrics for Prometheus: what waits, what is late, what was sent. Numbers alone, to this machine and its network."""

import ipaddress
from collections.abc import Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.clock import Clock
from bot.vital_signs import VitalSigns
from storage import case as cases
from storage import clock as clocks
from storage import feed as feeds
from storage import incident, lease, outbox, outbox_care
from storage.database import Database, DatabaseTrouble


def metrics_routes(database: Database, clock: Clock, signs: VitalSigns) -> list[BaseRoute]:
    """Return the route that Prometheus asks."""

    def metrics(request: Request) -> Response:
        if not is_near(request.client.host if request.client else ""):
            return Response(status_code=403)
        registry = CollectorRegistry()
        registry.register(_Standing(database, clock.now(), signs))
        try:
            return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
        except DatabaseTrouble:
            return Response(status_code=503)

    return [Route("/metrics", metrics)]


def is_near(address: str) -> bool:
    """Say whether an address is this machine's, or of a network that is not public."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return found.is_loopback or found.is_private


class _Standing(Collector):
    """How a desk stands at one moment."""

    def __init__(self, database: Database, now: datetime, signs: VitalSigns) -> None:
        self._database = database
        self._now = now
        self._signs = signs

    def describe(self) -> list[GaugeMetricFamily]:
        """Ask nothing of the database when registered."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Read the tables."""
        ages, look = self._signs.waits(), self._signs.look_age()
        with self._database.reading() as session:
            standing = clocks.standing(session, self._now)
            sends = outbox_care.counts(session)
            open_now, incidents = cases.count_open(session), incident.count_open(session)
            owed = outbox_care.oldest_due(session, self._now)
            watched = feeds.counts(session)
            workers = 1 if self._database.one_writer else lease.workers(session)
        yield GaugeMetricFamily("huiying_cases_open", "Cases that are not closed", value=open_now)
        yield GaugeMetricFamily("huiying_clocks_pending", "Statutory clocks that run", value=standing.running)
        yield GaugeMetricFamily("huiying_clocks_due_1h", "Clocks that end within the hour", value=standing.due_soon)
        yield GaugeMetricFamily(
            "huiying_clocks_overdue_unfired", "Clocks past their limit that nobody was told of", value=standing.unfired
        )
        yield GaugeMetricFamily(
            "huiying_clocks_lateness_seconds", "How late the latest of them is", value=standing.late.total_seconds()
        )
        yield GaugeMetricFamily("huiying_clocks_missed", "Clocks missed and not yet met", value=standing.missed)
        yield GaugeMetricFamily(
            "huiying_incidents_open", "Kinds of things that the desk found passed over just now", value=incidents
        )
        yield GaugeMetricFamily("huiying_feeds_watched", "Feeds that are looked at", value=watched["watched"])
        yield GaugeMetricFamily("huiying_feeds_failing", "Of these, that could not be read", value=watched["failing"])
        yield GaugeMetricFamily("huiying_workers", "Processes that handle and send, and live", value=workers)
        if look is not None:
            yield GaugeMetricFamily(
                "huiying_look_age_seconds", "Seconds since the desk looked last", value=look.total_seconds()
            )
        oldest = GaugeMetricFamily("huiying_oldest_waiting_seconds", "How long the oldest has waited", labels=["where"])
        for where, age in ages.items():
            oldest.add_metric([where], age.total_seconds())
        yield oldest
        late = GaugeMetricFamily("huiying_lane_late_seconds", "How long the oldest of a lane is owed", labels=["lane"])
        for n, name in enumerate(outbox.LANES):
            late.add_metric([name], (self._now - owed.get(n, self._now)).total_seconds())
        yield late
        rows = GaugeMetricFamily("huiying_sends", "Rows owed and sent, by state and lane", labels=["state", "lane"])
        for (stage, lane), count in sends.items():
            rows.add_metric([stage, outbox.LANES[lane]], count)
        yield rows
