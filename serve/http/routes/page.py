"""The page at / and its files, read once at the start. A script serves the words that it shares with the other pages."""

import json
from hashlib import sha256
from importlib.resources import files

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from presscheck.serve.render.words import (
    ASIDES,
    DISCLAIMER,
    FORMS,
    FRAMING,
    GENRES,
    LEVELS,
    MISSING,
    NEEDS_NO_SOURCE,
    PARTIAL,
    SUPPORT,
    UNSUPPORTED,
    VERDICTS,
)

router = APIRouter(include_in_schema=False)
_TYPES = {"html": "text/html", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_PAGE = files("presscheck.serve.http") / "page"
_FILES = {entry.name: entry.read_bytes() for entry in _PAGE.iterdir() if entry.name.rpartition(".")[2] in _TYPES}
_FILES["page.css"] = (files("presscheck.serve.render") / "page.css").read_bytes()
_WORDS = {
    "verdicts": VERDICTS,
    "needsNoSource": NEEDS_NO_SOURCE,
    "asides": {kind: one for kind, (one, _) in ASIDES.items()},
    "forms": FORMS,
    "framing": FRAMING,
    "genres": GENRES,
    "support": SUPPORT,
    "unsupported": UNSUPPORTED,
    "missing": MISSING,
    "levels": LEVELS,
    "partial": PARTIAL,
    "disclaimer": DISCLAIMER,
    "example": (_PAGE / "example.txt").read_text(encoding="utf-8"),
}
_FILES["words.js"] = b"export default " + json.dumps(_WORDS).encode()
_TAGS = {name: f'"{sha256(content).hexdigest()[:32]}"' for name, content in _FILES.items()}


def _answer(request: Request, name: str) -> Response:
    headers = {"ETag": _TAGS[name], "Cache-Control": "no-cache"}
    if request.headers.get("if-none-match") == _TAGS[name]:
        return Response(status_code=304, headers=headers)
    return Response(_FILES[name], headers=headers, media_type=_TYPES[name.rpartition(".")[2]])


@router.get("/")
async def page(request: Request) -> Response:
    """The page."""
    return _answer(request, "index.html")


@router.get("/assets/{name}")
async def asset(request: Request, name: str) -> Response:
    """A file of the page."""
    if name not in _FILES:
        raise HTTPException(404, "no such file")
    return _answer(request, name)
