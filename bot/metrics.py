"""What Prometheus reads at ``/metrics``.

Labels come from fixed lists (platform, outcome, effect kind, route as it was registered), never
from a path or a person, so the number of series cannot grow with traffic.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

if TYPE_CHECKING:
    from aiohttp.typedefs import Handler, Middleware

CONTENT_TYPE = CONTENT_TYPE_LATEST

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """The counters of one application, in a registry of its own."""

    def __init__(self) -> None:
        registry = self.registry = CollectorRegistry()
        self.callbacks = Counter(
            "gendan_callbacks",
            "Arrivals by outcome: kept, failed",
            ["platform", "outcome"],
            registry=registry,
        )
        self.effects = Counter(
            "gendan_effects",
            "Arrivals carried out, by platform and outcome: done, refused, failed, parked",
            ["platform", "outcome"],
            registry=registry,
        )
        self.timers = Counter("gendan_timers_fired", "Timers fired", registry=registry)
        self.queue_rows = Gauge("gendan_queue_rows", "Rows by queue and state", ["queue", "state"], registry=registry)
        self.queue_oldest = Gauge(
            "gendan_queue_oldest_seconds", "Age of the oldest row due", ["queue"], registry=registry
        )
        self.heartbeat = Gauge("gendan_scheduler_heartbeat_seconds", "Unix time of the last tick", registry=registry)
        self.quota = Gauge(
            "gendan_dingtalk_quota", "Calls of this month and their limit", ["kind", "what"], registry=registry
        )
        self.http_seconds = Histogram(
            "gendan_http_seconds", "Requests answered", ["route", "status"], buckets=_SECONDS, registry=registry
        )

        self._arrived: dict[tuple[str, str], Counter] = {}
        self._answered: dict[tuple[str, int], Histogram] = {}

    def arrived(self, platform: str, outcome: str) -> None:
        """Count an arrival."""
        # The library checks and locks to find a series again; on the road of every callback that is dear.
        counter = self._arrived.get((platform, outcome))
        if counter is None:
            counter = self._arrived[platform, outcome] = self.callbacks.labels(platform, outcome)
        counter.inc()

    def answered(self, route: str, status: int, seconds: float) -> None:
        """Note how long a request took."""
        histogram = self._answered.get((route, status))
        if histogram is None:
            histogram = self._answered[route, status] = self.http_seconds.labels(route, str(status))
        histogram.observe(seconds)

    def render(self) -> bytes:
        """Return the text of ``/metrics``, of type ``CONTENT_TYPE``."""
        return generate_latest(self.registry)


def measure_requests(metrics: Metrics) -> Middleware:
    """Return the middleware that times every request by its registered route; put it outermost."""

    @web.middleware
    async def measure(request: web.Request, handler: Handler) -> web.StreamResponse:
        started = time.perf_counter()
        status = 500
        try:
            response = await handler(request)
            status = response.status
        except web.HTTPException as answer:
            status = answer.status
            raise
        else:
            return response
        finally:
            elapsed = time.perf_counter() - started
            metrics.answered(route_name(request), status, elapsed)

    return measure


def route_name(request: web.Request) -> str:
    """Return ``/t/{token}`` for ``/t/abc``; ``unmatched`` where no route fits."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "unmatched"
