"""Request bodies as strict JSON: what a row of a file is refused for, a body is refused for too."""

import json
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from presscheck.data.rows.json_text import parse_json
from presscheck.data.rows.refusal import RowError


class StrictJsonRequest(Request):
    """A request in whose body NaN is no number and no key stands twice."""

    async def json(self) -> Any:
        """The body's value.

        Raises:
            json.JSONDecodeError: which the framework answers with 422.
        """
        try:
            text = (await self.body()).decode("utf-8")
        except UnicodeDecodeError as error:
            raise json.JSONDecodeError(f"not UTF-8 at byte {error.start}", "", 0) from None
        try:
            return parse_json(text)
        except RowError as error:
            raise json.JSONDecodeError(str(error), "", 0) from None


class StrictJsonRoute(APIRoute):
    """A route that reads its body so."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The route's handler on such a request."""
        handle = super().get_route_handler()

        async def strictly(request: Request) -> Response:
            return await handle(StrictJsonRequest(request.scope, request.receive))

        return strictly
