"""Structured logs that cannot carry an address: every event passes through a redactor."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# Anything around an @, also percent-encoded or quoted: too much redacted is better than one address.
_LETTER = r"[^\s<>,;:'\"()\[\]{}|/=?&\\]"
# From the beginning of a word only: tried from each of its letters, a long word without an @ takes minutes.
_ADDRESS = re.compile(rf"(?:\"[^\"\n]{{1,64}}\"|(?<!{_LETTER}){_LETTER}+)(?:@|%40){_LETTER}+")
# Tokens in links are keys to a person's record.
_TOKEN = re.compile(r"[A-Za-z0-9_-]{40,}")


def redact(text: str) -> str:
    """`text` without addresses and link tokens."""
    return _TOKEN.sub("‹token›", _ADDRESS.sub("‹address›", text))


def set_up(stream: Any = None) -> None:
    """Sends structlog and the standard library's logging through the same redacting chain, as lines of JSON."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _redact_event,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def logger(name: str) -> Any:
    return structlog.stdlib.get_logger(name)


def _redact_event(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {_redact_value(key): _redact_value(value) for key, value in event.items()}


def _redact_value(value: Any) -> Any:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, int | float | bool | None):
        return value
    if isinstance(value, dict):
        return {_redact_value(key): _redact_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set):
        return [_redact_value(item) for item in value]
    return redact(value.decode(errors="replace") if isinstance(value, bytes) else repr(value))
