"""Refusals as RFC 9457 problem details, with a request id and a JSON pointer to each error."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from presscheck.configs.section import Section
from presscheck.data.article import printable
from presscheck.data.rows.refusal import CODES, Code
from presscheck.serve.http.json_body import BodyError

TAGS = ("article", "list")  # the names of the branches of "one article or a list" in an error's location
CLIENT_GONE = 499
_HEADERS: dict[int, dict[str, str]] = {  # headers that RFC 9110 requires with a status: 11.6.1 and 15.5.16
    HTTPStatus.UNAUTHORIZED: {"WWW-Authenticate": "Bearer"},
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: {"Accept-Encoding": "identity"},
}


class Wrong(Section):
    """One thing that is wrong with a request."""

    place: str = Field(description='"body", "header", "query" or "path"')
    pointer: str = Field(description="JSON pointer (RFC 6901) into the body, or /name of a header or parameter")
    detail: str
    code: Code | None = Field(None, description="Why a row is refused, as in a batch's rejected.jsonl")


class Problem(Section):
    """Why a request was refused."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    request_id: str
    errors: list[Wrong] = Field([])


class RefusedError(Exception):
    """A request that is answered with a problem.

    Attributes:
        retry_after_s: for 429 and 503, the seconds to wait before trying again.
    """

    def __init__(self, status: int, detail: str, *, errors: Sequence[Wrong] = (), retry_after_s: int | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = list(errors)
        self.retry_after_s = retry_after_s


def too_large(detail: str, *, pointer: str = "") -> RefusedError:
    """A 413 refusal with a pointer to what is too large."""
    return RefusedError(413, detail, errors=[Wrong(place="body", pointer=pointer, detail=detail)])


def problem_response(refusal: RefusedError, request_id: str) -> Response:
    """The answer to a refused request."""
    title = "Client Closed Request" if refusal.status == CLIENT_GONE else HTTPStatus(refusal.status).phrase
    problem = Problem(title=title, status=refusal.status, detail=refusal.detail, request_id=request_id, errors=refusal.errors)
    headers = dict(_HEADERS.get(refusal.status, {}))
    if refusal.retry_after_s is not None:
        headers["Retry-After"] = str(refusal.retry_after_s)
    return Response(problem.model_dump_json(), refusal.status, headers, media_type="application/problem+json")


def _request_id(request: Request) -> str:
    return str(request.scope.get("request_id", ""))


async def on_refusal(request: Request, error: Exception) -> Response:
    """Answers a `RefusedError`."""
    assert isinstance(error, RefusedError)
    return problem_response(error, _request_id(request))


async def on_http_error(request: Request, error: Exception) -> Response:
    """Answers what the framework refuses: an unknown path, a wrong method, a body that is too large or not JSON."""
    assert isinstance(error, HTTPException)
    refusal = RefusedError(error.status_code, str(error.detail))
    if error.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:  # found while reading the body: it came without a length
        refusal = too_large(refusal.detail)
    response = problem_response(refusal, _request_id(request))
    response.headers.update(error.headers or {})
    return response


def _wrong(error: dict[str, Any], cause: BaseException | None) -> Wrong:
    """Pydantic's error without the invalid value: no text of an article goes back or into a log."""
    place, *path = error["loc"]
    if error["type"] == "json_invalid":
        if isinstance(cause, BodyError):
            return Wrong(place=place, pointer="", detail=cause.fault.message, code=cause.fault.code)
        detail = f"invalid JSON at character {path[0]}: {error['ctx']['error']}"
        return Wrong(place=place, pointer="", detail=detail, code="json")
    if place == "body" and path and path[0] in TAGS:
        path = path[1:]
    keys = (str(key).replace("~", "~0").replace("/", "~1")[:100] for key in path if key != "[key]")
    pointer = printable("".join(f"/{key}" for key in keys))
    code = error["type"] if error["type"] in CODES else "schema" if place == "body" else None
    return Wrong(place=place, pointer=pointer, detail=error["msg"].removeprefix("Value error, "), code=code)


async def on_invalid(request: Request, error: Exception) -> Response:
    """Answers a request that does not fit the schema."""
    assert isinstance(error, RequestValidationError)
    errors = [_wrong(e, error.__cause__) for e in error.errors()[:20]]
    first = errors[0]
    detail = f"{first.place}{first.pointer}: {first.detail}"
    return problem_response(RefusedError(422, detail, errors=errors), _request_id(request))
