"""Scoring: articles, headlines, and reading a file into an article."""

import asyncio
from collections.abc import Sequence
from email.message import Message
from typing import Annotated

from fastapi import APIRouter, Body, Request
from starlette.responses import Response

from presscheck.data.article import Article, Rejected
from presscheck.data.rows.columns import Columns
from presscheck.data.rows.inputs import read_bytes
from presscheck.data.rows.kinds import Kind
from presscheck.data.rows.refusal import RowError
from presscheck.data.rows.row import article_of
from presscheck.serve.http.json_body import StrictJsonRoute
from presscheck.serve.http.live_model import Scored
from presscheck.serve.http.problems import RefusedError, Wrong
from presscheck.serve.http.schemas import (
    SIGNED,
    ArticleIn,
    Deadline,
    HeadlinesIn,
    QuestionedRecord,
    ReadArticle,
    Results,
    ScoreBody,
    refusals,
)
from presscheck.serve.http.service import Service
from presscheck.serve.http.signing import HEADER
from presscheck.serve.record import Record
from presscheck.serve.render.questions import questions_of

router = APIRouter(tags=["score"], route_class=StrictJsonRoute, responses=refusals(400, 401, 403, 408, 413, 415, 422, 429, 503, 504))
_HEADLINES = {"headlines": {"value": {"headlines": ["Has X just declared war on Y?", "Council approves levy"]}}}
_FILE = {
    "requestBody": {
        "required": True,
        "content": {
            "text/plain": {
                "schema": {"type": "string"},
                "example": "So the levy is now war?\n\nTraders will ruin the town within a year.",
            },
            "text/markdown": {"schema": {"type": "string"}, "example": "# Council approves levy\n\nIt *did*."},
            "text/html": {"schema": {"type": "string"}, "example": "<h1>Council approves levy</h1><p>It did.</p>"},
        },
    }
}
_COLUMNS = Columns()
_KINDS: dict[str, Kind] = {"text/html": "html", "application/xhtml+xml": "html", "text/markdown": "markdown"}


def _article(given: ArticleIn, number: int) -> Article | Rejected:
    """The article, made as on every other path; one of blank text is rejected in its record."""
    try:
        return article_of(given.model_dump(), _COLUMNS, otherwise=str(number))
    except RowError as error:
        return Rejected(error.identifier or str(number), error.fault.code, f"article {number}: {error}")


def _answer(service: Service, content: bytes, scored: Sequence[Scored]) -> Response:
    signer = service.signer
    headers = {} if signer is None else {HEADER: ", ".join(signer.sign(one.json) for one in scored)}
    return Response(content, headers=headers, media_type="application/json")


def _results(service: Service, scored: Sequence[Scored]) -> Response:
    return _answer(service, b'{"results":[' + b",".join(one.json for one in scored) + b"]}", scored)


@router.post("/v1/score", response_model=Record | Results, responses=SIGNED)
async def score(request: Request, given: ScoreBody, deadline_ms: Deadline = None) -> Response:
    """Scores one article, or a list of them in its order.

    A blank article gives a record with the status "rejected". Every record names the model that made it; if the champion changes
    while a list is scored, its records may name two.
    """
    service: Service = request.app.state.service
    many = given if isinstance(given, list) else [given]
    articles = [_article(one, number) for number, one in enumerate(many)]
    pointers = [f"/{number}" for number in range(len(many))] if isinstance(given, list) else [""]
    scored = await service.score(request, articles, pointers=pointers, deadline_ms=deadline_ms)
    if isinstance(given, list):
        return _results(service, scored)
    return _answer(service, scored[0].json, scored)


@router.post("/v1/score/questions", response_model=QuestionedRecord, responses=SIGNED)
async def score_with_questions(request: Request, given: ArticleIn, deadline_ms: Deadline = None) -> Response:
    """Scores one article, and says what an editor may ask of each flag, as the page does.

    The record and its signature are those of `/v1/score`; the questions are told by rule, and no part of the record.
    """
    service: Service = request.app.state.service
    scored = await service.score(request, [_article(given, 0)], pointers=[""], deadline_ms=deadline_ms)
    questions = await asyncio.to_thread(questions_of, scored[0].record)
    content = b'{"record":' + scored[0].json + b',"questions":' + questions.model_dump_json().encode() + b"}"
    return _answer(service, content, scored)


@router.post("/v1/headlines", response_model=Results, responses=SIGNED)
async def headlines(
    request: Request, given: Annotated[HeadlinesIn, Body(openapi_examples=_HEADLINES)], deadline_ms: Deadline = None
) -> Response:
    """Scores headlines without their bodies."""
    service: Service = request.app.state.service
    articles = [_article(ArticleIn(headline=text), number) for number, text in enumerate(given.headlines)]
    pointers = [f"/headlines/{number}" for number in range(len(articles))]
    scored = await service.score(request, articles, pointers=pointers, deadline_ms=deadline_ms)
    return _results(service, scored)


@router.post("/v1/read", openapi_extra=_FILE)
async def read(request: Request) -> ReadArticle:
    """Reads a text file (headline on its first line), Markdown or an HTML page into an article, which can then be scored."""
    service: Service = request.app.state.service
    raw = await request.body()
    kind, charset = _content(request.headers.get("content-type", ""))
    if service.reader.locked() and kind == "html":
        raise RefusedError(503, "another page is being read", retry_after_s=1)
    async with service.reader:
        article = await asyncio.to_thread(read_bytes, raw, name="file", kind=kind, charset=charset)
    if isinstance(article, Rejected):
        wrong = Wrong(place="body", pointer="", detail=article.message, code=article.code)
        raise RefusedError(422, article.message, errors=[wrong])
    return ReadArticle(id=article.id, headline=article.headline, body=article.body, encoding_losses=article.encoding_losses)


def _content(header: str) -> tuple[Kind, str | None]:
    """The kind and the charset that a Content-Type names, in any case."""
    message = Message()
    message["content-type"] = header
    kind = _KINDS.get(message.get_content_type(), "text")
    return kind, message.get_content_charset()
