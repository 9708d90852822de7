"""Recognises captions and photo credits by the forms that agencies and sites use: by rule, never trained."""

import re

from presscheck.data.text.clause import has_predicate, words_in
from presscheck.data.text.lexicon import either
from presscheck.data.text.normalise import plain

MAX_WORDS = 40
MAX_CHARS = 400
_MEDIUM = r"(photo(graph)?|picture|image|pic|foto|credit)"
_BY = r"(:|\.{3}|…|by\b|courtesy of\b)"
_SENTENCE_END = r"(^|[.!?,;:-][\"')]*\s+)"
_WEAK_CREDIT = re.compile(
    rf"(\((source|{_MEDIUM})\s*{_BY}[^()]{{1,60}}\)|{_SENTENCE_END}(source|{_MEDIUM})\s*{_BY}[^.!?]{{1,60}})\W*$", re.I
)
# Names joined by slashes or "via": "AGENCY/Ines Roth/File Photo", "Omar Haddad / Agency", "Agency via Stock Images".
_NAME = r"[^\W\d_a-z][\w.&'-]*"
_NAMES = rf"{_NAME}(?: (?:{_NAME}|of|and|for|the|de|van|von|al)){{0,5}}"
_JOINED = rf"(?=.*(?:[A-Z]{{2}}|\w \w)){_NAMES}(?:\s?/\s?{_NAMES})+|{_NAMES} via {_NAMES}"
_COMMISSIONED = rf"{_NAME} {_NAME}(?: {_NAME})? (?i:for) {_NAMES}"
_HANDOUT = r"(?:handout|file|library|stock|archive|undated)(?: (?:photo(?:graph)?|picture|image)s?)?"
_HELD = rf"(?:{_HANDOUT})(?:(?: via|,|/) ?{_NAMES})?"
_IN_BRACKETS = re.compile(
    rf"(?:(?<=[.!] )|(?<=[.!]\" )|^)[(\[]{_COMMISSIONED}[)\]]$|"
    rf"[(\[](?:{_JOINED}|(?i:{_MEDIUM})\s*(?i:{_BY}).{{1,60}}|(?i:{_HELD})|©.{{1,60}}|{_NAMES} (?i:{_MEDIUM})s?(?:\s?[:/].{{1,60}})?)[)\]]$"
)
_BARE = re.compile(
    rf"(?P<before>^|[.!][\"')\]]*\s+|\d{{4}}\s+)(?P<credit>{_JOINED}|\|\s+(?:{_COMMISSIONED}|{_NAMES})|(?i:{_MEDIUM})\s*(?i:{_BY})\s*[^.!?]{{1,60}}"
    rf"|(?i:(?:{either('held_by')})(?: (?:photo|picture|image)s?)|handout)(?:(?: via|,|/) ?{_NAMES})?"
    rf"|(?i:courtesy of) {_NAMES}|© ?(?:\d{{4}} )?{_NAMES})\.?$"
)
_MARKED = re.compile(
    r"FILE\s*(?::|-)\s|(?:PHOTO|IMAGE|PICTURE|CAPTION)\s*:\s|(?i:(?:file|handout)[ -](?:photo|image|picture)\s*(?::|-)\s)"
    r"|(?i:(?:image|media|photo|picture|video|figure) caption\b)"
)
_MARKED_CREDIT = re.compile(r"(?:image|photo|picture|media|video) (?:source|copyright|credit|courtesy)s?\b[:,]?.{1,80}$", re.I)


def _is_short(text: str) -> bool:
    return len(text) <= MAX_CHARS and len(text.split()) <= MAX_WORDS


def _in_brackets(text: str) -> re.Match[str] | None:
    return _IN_BRACKETS.search(text) if text.endswith((")", "]")) else None


def ends_in_credit(sentence: str) -> bool:
    """Whether a short line ends in a photo credit: "(Source: Twitter)", "Photo: Ana Ruiz / Harbour News"."""
    return _is_short(sentence) and bool(_WEAK_CREDIT.search(plain(sentence)) or is_caption(sentence))


def is_credit(line: str) -> bool:
    """Whether a line is only a photo credit: "AGENCY/Ines Roth/File Photo", "(Agency/Stock Images)"."""
    text = plain(line).strip()
    if not _is_short(text):
        return False
    bare = _BARE.search(text)
    bracketed = _in_brackets(text)
    return bool(_MARKED_CREDIT.match(text) or (bare and bare.start("credit") == 0) or (bracketed and bracketed.start() == 0))


def is_caption(line: str) -> bool:
    """Whether a short line is a caption: it has a caption's mark in front ("FILE PHOTO:") or a credit behind it.

    A source in brackets ("(Source: Telegram)") may be that of a statement, and is a credit behind words without a predicate.
    """
    text = plain(line).strip()
    if not _is_short(text):
        return False
    weak = _WEAK_CREDIT.search(text)
    is_scene = weak is not None and weak.start() > 0 and not has_predicate(words_in(text[: weak.start()]))
    return bool(is_scene or _MARKED.match(text) or _BARE.search(text) or _in_brackets(text))
