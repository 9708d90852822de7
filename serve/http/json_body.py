"""Reads request bodies as strict JSON, with the same refusals as a row of a file."""

import json
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from presscheck.data.rows.json_text import parse_json
from presscheck.data.rows.refusal import Fault, RowError
from presscheck.data.rows.row import json_line


class BodyError(json.JSONDecodeError):
    """The body is not strict JSON; the framework answers with 422 and keeps this as the cause."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message, "", 0)
        self.fault = fault


class StrictJsonRequest(Request):
    """A request whose body may hold neither NaN nor a repeated key."""

    async def json(self) -> Any:
        """The body's value.

        Raises:
            json.JSONDecodeError: if it is not JSON.
        """
        data = await self.body()
        try:
            return parse_json(json_line(data))
        except RowError as error:
            raise BodyError(error.fault) from None


class StrictJsonRoute(APIRoute):
    """A route that reads its body as strict JSON."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The route's handler on such a request."""
        handle = super().get_route_handler()

        async def strictly(request: Request) -> Response:
            return await handle(StrictJsonRequest(request.scope, request.receive))

        return strictly
