"""The server's HTTP protocol with two more timeouts: for slow request headers, and for answers that the client does not read.

Neither kind of client blocks a worker, since a connection waits on the event loop; the timeouts bound how long it stays open.
Beyond `max_connections` a flag tells the application to refuse the request itself: the server's own limit answers without
a Retry-After, an id and the security headers. So does its answer to invalid HTTP, which is therefore built here, since the application
never sees such a request.
"""

import asyncio
import logging
import sys
import uuid
from http import HTTPStatus
from typing import Any

import h11
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from presscheck.serve.http.observe.logs import ACCESS, note
from presscheck.serve.http.observe.request_log import complete
from presscheck.serve.http.problems import RefusedError, problem_response

access = logging.getLogger(ACCESS)
CROWDED = "presscheck.crowded"  # in a request's scope where too many connections are open

_UNREADABLE = {
    431: "the request line and headers are too large",
    501: "a body needs a Content-Length or chunked transfer coding",
}


class TimedProtocol(H11Protocol):
    """Drops a connection whose request head takes longer than `header_timeout_s`, or whose answer is not read for `write_timeout_s`."""

    header_timeout_s = 10.0
    write_timeout_s = 30.0
    max_connections = 512

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._clocks: dict[str, asyncio.TimerHandle] = {}
        self._uncrowded = self.app

    async def _crowded(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._uncrowded({**scope, CROWDED: True}, receive, send)

    def _start(self, name: str, seconds: float) -> None:
        if name not in self._clocks:
            self._clocks[name] = self.loop.call_later(seconds, self.transport.abort)

    def _stop(self, name: str) -> None:
        clock = self._clocks.pop(name, None)
        if clock is not None:
            clock.cancel()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in the base class
        """Starts the timeout for the request head."""
        super().connection_made(transport)
        self._start("head", self.header_timeout_s)

    def data_received(self, data: bytes) -> None:
        """Restarts or stops the timeout as heads arrive."""
        before = self.cycle
        self.app = self._crowded if len(self.connections) > self.max_connections else self._uncrowded
        super().data_received(data)
        if self.cycle is not before:
            self._stop("head")
        elif self.cycle is None or self.cycle.response_complete:
            self._start("head", self.header_timeout_s)

    def send_400_response(self, msg: str) -> None:
        """Refuses what the parser cannot read, with the status that it suggests, and closes the connection."""
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):  # the answer has started: nothing can be added to it
            self.transport.close()
            return
        error = sys.exception()  # the server calls this while it handles the parser's error, without passing it
        status = error.error_status_hint if isinstance(error, h11.RemoteProtocolError) else HTTPStatus.BAD_REQUEST
        request_id = uuid.uuid4().hex
        response = problem_response(RefusedError(status, _UNREADABLE.get(status, msg)), request_id)
        complete(response.headers, request_id)
        response.headers["Connection"] = "close"
        headers = [*self.server_state.default_headers, *response.raw_headers]
        reason = HTTPStatus(status).phrase.encode()
        for event in (
            h11.Response(status_code=status, headers=headers, reason=reason),
            h11.Data(data=bytes(response.body)),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()
        note(access, "answered", request_id=request_id, method="other", route="other", status=int(status))

    def pause_writing(self) -> None:
        """The buffers are full: starts the timeout for the client to read."""
        super().pause_writing()
        self._start("answer", self.write_timeout_s)

    def resume_writing(self) -> None:
        """The client reads: stops the timeout."""
        super().resume_writing()
        self._stop("answer")

    def connection_lost(self, exc: Exception | None) -> None:
        """Stops the timeouts when the connection is lost."""
        self._stop("head")
        self._stop("answer")
        super().connection_lost(exc)
