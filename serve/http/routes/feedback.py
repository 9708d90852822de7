"""Agreement and disagreement of readers."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Body, Request

from presscheck.serve.http.service import Service
from presscheck.serve.http.wire import FeedbackIn, Stored, refusals

router = APIRouter(tags=["feedback"])


@router.post("/v1/feedback", status_code=201, responses=refusals(400, 401, 403, 408, 413, 415, 422, 429, 503, 507))
async def feedback(request: Request, given: Annotated[FeedbackIn, Body()]) -> Stored:
    """Stores whether a reader agrees with a record, with the record and so with its text, in a file of this service."""
    service: Service = request.app.state.service
    return Stored(id=await asyncio.to_thread(service.feedback.store, given, caller=request.scope["caller"]))
