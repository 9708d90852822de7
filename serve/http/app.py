"""The application: routes, with access control and the request log around them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from presscheck.serve.http.limits.access import AccessControl
from presscheck.serve.http.observe.request_log import RequestLog
from presscheck.serve.http.problems import RefusedError, on_http_error, on_invalid, on_refusal
from presscheck.serve.http.routes import feedback, model, page, score
from presscheck.serve.http.service import Service
from presscheck.serve.http.settings import Settings

DESCRIPTION = (
    "Flags sensational framing in headlines and unsourced claims in news texts, and shows the words that its flags are based on. "
    "It says how a text presents itself, never that something is false."
)


def create_app(settings: Settings) -> FastAPI:
    """The ASGI application."""
    service = Service(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with service.running():
            yield

    # No interactive documentation: its page loads scripts from another site.
    app = FastAPI(
        title="presscheck",
        version=version("presscheck"),
        description=DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    app.state.service = service
    for routes in (score, model, feedback, page):
        app.include_router(routes.router)
    for kind, handler in (
        (RefusedError, on_refusal),
        (HTTPException, on_http_error),
        (RequestValidationError, on_invalid),
    ):
        app.add_exception_handler(kind, handler)
    # The last one added is the outermost.
    app.add_middleware(AccessControl, settings=settings, keyring=service.keyring, buckets=service.buckets)
    app.add_middleware(RequestLog, metrics=service.metrics)
    return app
