"""JSON logs, one object a line, on standard error.

An exception's message is left out, since it may quote an article: its type and location stay.
"""

import json
import logging
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

ACCESS = "presscheck.access"
_EXTRA = "fields"


class JsonFormatter(logging.Formatter):
    """Time, level, logger, message, and the fields that were given as `extra={"fields": {...}}`."""

    def format(self, record: logging.LogRecord) -> str:
        """The log record as one line."""
        entry: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage().split("\nTraceback")[0],
            **getattr(record, _EXTRA, {}),
        }
        if record.exc_info and record.exc_info[0] is not None:
            entry["error"] = record.exc_info[0].__name__
            entry["trace"] = _places(record.exc_info[2])
        return json.dumps(entry, ensure_ascii=False)


def _places(trace: TracebackType | None) -> list[str]:
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]


def note(logger: logging.Logger, message: str, **fields: Any) -> None:
    """Logs a message with fields of its own."""
    logger.info(message, extra={_EXTRA: fields})


LOG_CONFIG: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": f"{__name__}.{JsonFormatter.__name__}"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stderr"}},
    "loggers": {
        "presscheck": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "uvicorn": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
    },
}
