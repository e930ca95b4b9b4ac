"""One JSON object a line on stderr, ours and every library's alike.

    {"event": "outbox.sent", "platform": "wecom", "level": "info", "time": "2025-11-20T06:30:00.123456Z", …}

structlog hands over to the standard library and one handler draws everything, so redaction stands
in a single place that no logger can walk around.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from typing import TYPE_CHECKING, Any, TextIO

import structlog

from bot.redaction import redactor

if TYPE_CHECKING:
    from collections.abc import Iterable

    from structlog.typing import EventDict, Processor

_LEVELS = {
    "aiohttp.access": logging.INFO,
    "apscheduler": logging.WARNING,  # says every tick
    "asyncio": logging.WARNING,
    "sqlalchemy.engine": logging.WARNING,  # INFO would write every statement with its parameters
    "dingtalk.client.base": logging.CRITICAL,  # logs token and app secret at ERROR
    "dingtalk": logging.CRITICAL,
    "wechatpy": logging.CRITICAL,
    "PIL": logging.WARNING,
}

_MOVES_THE_CURSOR = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def configure(level: str, secrets: Iterable[str] = (), stream: TextIO | None = None) -> None:
    """Send all logging of this process to ``stream`` (stderr) from ``level`` up, with ``secrets`` masked.

    Call it once settings are known; calling it again replaces the former arrangement.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            redactor(secrets),
            _draw,
        ],
    )
    handler = _Handler(stream or sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    for former in [each for each in root.handlers if isinstance(each, _Handler)]:
        root.removeHandler(former)
    root.addHandler(handler)
    root.setLevel(level)
    for name, lowest in _LEVELS.items():
        logging.getLogger(name).setLevel(max(lowest, root.level))


class _Handler(logging.StreamHandler[TextIO]):
    """A handler that never prints a record it could not draw: its arguments are not redacted yet."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 the standard library's name
        kind = sys.exc_info()[0]
        line = {"event": "log.unprintable", "logger": record.name, "error": kind.__name__ if kind else ""}
        self.stream.write(json.dumps({**line, "level": "error"}) + self.terminator)


def _draw(_logger: Any, _method: str, event: EventDict) -> str:
    """Return the event as JSON in one line, readable Chinese kept, anything that could forge a line escaped."""
    ordered = {"event": event.pop("event", ""), **event}
    text = json.dumps(ordered, ensure_ascii=False, default=repr)
    return _MOVES_THE_CURSOR.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
