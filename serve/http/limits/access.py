"""Checks every request before a route sees it: Host, key, rate limit, content coding, size, and time to send the body."""

import asyncio
import re

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from presscheck.serve.http.limits.bucket import Buckets
from presscheck.serve.http.limits.keys import Keyring
from presscheck.serve.http.limits.protocol import CROWDED
from presscheck.serve.http.problems import RefusedError, Wrong, problem_response, too_large
from presscheck.serve.http.settings import Settings

_GUARDED = re.compile(r"/v1(/|$)|/metrics$")
_HOST = re.compile(r"(\[[^\]]*\]|[^:]*)(?::\d*)?")
_BEARER = re.compile(r"bearer +(\S+) *", re.IGNORECASE)


class AccessControl:
    """Refuses a request or sets `caller` in its scope."""

    def __init__(self, app: ASGIApp, *, settings: Settings, keyring: Keyring, buckets: Buckets) -> None:
        self._app = RequestBodyLimitMiddleware(app, max_body_size=settings.max_body_bytes)
        self._settings = settings
        self._keyring = keyring
        self._buckets = buckets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets a request pass or answers it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            headers = Headers(scope=scope)
            self._check_room(scope)
            self._check_host(headers)
            self._check_sizes(headers)
            if scope["method"] == "POST":
                self._check_coding(headers)
            if _GUARDED.match(scope["path"]):
                scope["caller"] = self._caller(headers)
                self._buckets.charge(scope["caller"], 1)
        except RefusedError as refusal:
            response = problem_response(refusal, scope.get("request_id", ""))
            if CROWDED in scope:
                response.headers["Connection"] = "close"
            await response(scope, receive, send)
            return
        await self._app(scope, self._timed(receive), send)

    def _caller(self, headers: Headers) -> str:
        if headers.get("sec-fetch-site") == "cross-site":
            raise RefusedError(403, "pages of another site may not send requests")
        if not self._settings.needs_key:
            return "anyone"
        if not self._keyring.is_read:
            raise RefusedError(503, "the keys cannot be read", retry_after_s=1)
        match = _BEARER.fullmatch(headers.get("authorization", ""))
        owner = self._keyring.owner(match[1]) if match else None
        if owner is None:
            raise RefusedError(401, "give a valid key as Authorization: Bearer KEY")
        return owner

    def _check_room(self, scope: Scope) -> None:
        if CROWDED in scope:
            raise RefusedError(503, "too many connections are open", retry_after_s=1)

    def _check_host(self, headers: Headers) -> None:
        allowed = self._settings.allowed_hosts
        match = _HOST.fullmatch(headers.get("host", ""))
        if allowed is not None and (match is None or match[1].lower() not in allowed):
            detail = f"unknown Host; this service answers to {', '.join(allowed)}"
            raise RefusedError(400, detail, errors=[Wrong(place="header", pointer="/Host", detail="an unknown host")])

    def _check_coding(self, headers: Headers) -> None:
        codings = ",".join(headers.getlist("content-encoding")).lower().replace(" ", "").split(",")
        if not {*codings} <= {"", "identity"}:
            raise RefusedError(415, "a body must not have a content coding")

    def _check_sizes(self, headers: Headers) -> None:
        if sum(len(name) + len(value) for name, value in headers.raw) > self._settings.header_bytes:
            raise RefusedError(431, f"a request's headers have at most {self._settings.header_bytes} bytes")
        length = headers.get("content-length", "0")
        if length.isdecimal() and int(length[:20]) > self._settings.max_body_bytes:
            raise too_large(f"a body has at most {self._settings.max_body_bytes} bytes")

    def _timed(self, receive: Receive) -> Receive:
        """A `receive` with `body_timeout_s` for the whole body, and no timeout for what comes after."""
        until: float | None = asyncio.get_running_loop().time() + self._settings.body_timeout_s

        async def timed() -> Message:
            nonlocal until
            if until is None:
                return await receive()
            try:
                async with asyncio.timeout_at(until):
                    message = await receive()
            except TimeoutError:
                # An exception of the framework: it takes any other one from `receive` for a body that is not JSON.
                raise HTTPException(408, "the body came too slowly") from None
            if not message.get("more_body", False):
                until = None
            return message

        return timed
