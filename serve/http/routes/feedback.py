"""Feedback: agreement and disagreement of readers."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Body, Request

from presscheck.serve.http.problems import RefusedError, Wrong
from presscheck.serve.http.schemas import FeedbackIn, Stored, refusals
from presscheck.serve.http.service import Service

router = APIRouter(tags=["feedback"])


@router.post("/v1/feedback", status_code=201, responses=refusals(400, 401, 403, 408, 413, 415, 422, 429, 503, 507))
async def feedback(request: Request, given: Annotated[FeedbackIn, Body()]) -> Stored:
    """Stores whether a reader agrees with a record, with the record and so with its text, in a file of this service.

    The record has to be one that this service returned, unchanged: its signature proves it.
    """
    service: Service = request.app.state.service
    if service.signer is None:
        raise RefusedError(503, "feedback is not accepted: this service cannot keep a secret in its state folder")
    written = given.record.model_dump_json().encode()  # as the service wrote it: what was sent may be formatted differently
    if not service.signer.signed(written, given.signature):
        wrong = Wrong(place="body", pointer="/signature", detail="not this service's signature for this record")
        raise RefusedError(422, f"{wrong.place}{wrong.pointer}: {wrong.detail}", errors=[wrong])
    return Stored(id=await asyncio.to_thread(service.feedback.store, given, caller=request.scope["caller"]))
