"""Around every request: its id, the security headers of its answer, one log line, and the metrics."""

import logging
import re
import time
import uuid

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from presscheck.serve.http.observe.logs import ACCESS, note
from presscheck.serve.http.observe.metrics import Metrics
from presscheck.serve.http.problems import CLIENT_GONE, RefusedError, problem_response

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CSP,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
access = logging.getLogger(ACCESS)


def complete(headers: MutableHeaders, request_id: str) -> None:
    """Adds the headers of every answer."""
    headers["X-Request-ID"] = request_id
    headers.setdefault("Cache-Control", "no-store")
    for name, value in SECURITY_HEADERS.items():
        headers[name] = value


def allow_head(headers: MutableHeaders) -> None:
    """Lists HEAD as allowed on a path that allows GET."""
    methods = headers.get("Allow", "").split(", ")
    if "GET" in methods and "HEAD" not in methods:
        headers["Allow"] = ", ".join([*methods, "HEAD"])


class RequestLog:
    """Adds the common headers to every answer, and answers errors that nothing else handled.

    HEAD is answered as GET (RFC 9110, 9.3.2); the server, which has its own copy of the scope, leaves the content out.
    """

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _ID.fullmatch(given) else uuid.uuid4().hex
        method = scope["method"]
        scope = {**scope, "request_id": request_id, "method": "GET" if method == "HEAD" else method}
        started, status = time.perf_counter(), CLIENT_GONE

        async def with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                complete(headers, request_id)
                allow_head(headers)
            await send(message)

        try:
            await self._app(scope, receive, with_headers)
        except Exception:
            access.exception("failed", extra={"fields": {"request_id": request_id}})
            if status == CLIENT_GONE:  # no answer was started
                await problem_response(RefusedError(500, "internal error; the log has this request's id"), request_id)(
                    scope, receive, with_headers
                )
        finally:
            self._record(scope, method if method in _METHODS else "other", status, time.perf_counter() - started)

    def _record(self, scope: Scope, method: str, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "other")
        self._metrics.requests.labels(method, route, str(status)).inc()
        self._metrics.latency.labels(route).observe(seconds)
        note(
            access,
            "answered",
            request_id=scope["request_id"],
            method=method,
            route=route,
            status=status,
            ms=round(seconds * 1000, 1),
            caller=scope.get("caller"),
            articles=scope.get("articles"),
        )
