"""Builds records from an article's scores and from rules over its text."""

from typing import TypeVar, cast

from presscheck.data.article import Article, Rejected
from presscheck.data.text.headline_form import asserted, headline_form
from presscheck.data.text.headline_parts import HeadlinePart as TextPart
from presscheck.data.text.headline_parts import bare_headline, headline_parts
from presscheck.data.text.quotation import has_speaker, paragraphs_of, quoted
from presscheck.data.text.segmentation import Body
from presscheck.data.text.turns import Turn
from presscheck.serve.framing import framing_type
from presscheck.serve.genre import genre_of, with_cap
from presscheck.serve.manifest import LABELS_OF_FLAG, Manifest, Policy
from presscheck.serve.predict import PartScores, SegmentScores
from presscheck.serve.record import (
    Aside,
    Cue,
    FramingType,
    Genre,
    Headline,
    HeadlinePart,
    ModelInfo,
    Notes,
    Record,
    Rejection,
    Risk,
    ScoredSegment,
    Source,
    Support,
)
from presscheck.serve.risk import assess
from presscheck.serve.sources.ledger import count_words, ledger, rests
from presscheck.serve.sources.spans import cue_test
from presscheck.serve.sources.turns import turns_in
from presscheck.serve.spans import FoundSpan, find_spans
from presscheck.serve.support import NOT_READ, findings_of, p_supported, support_features, support_of
from presscheck.serve.verdict import LIKELIER_THAN_NOT, Sentence, judge

_CAPTION = {"claim": 0.0, "unsourced": 0.0, "verdict": "not_a_claim", "flagged": False, "source": None}
Moved = TypeVar("Moved", ScoredSegment, Source)
_NO_RISK = Risk(p=None, level=None, reasons=[])


class Assembler:
    """Makes records under one policy of a bundle."""

    def __init__(self, manifest: Manifest, policy: Policy, info: ModelInfo) -> None:
        self._manifest = manifest
        self._policy = policy
        self._info = info
        self._trained = set(manifest.trained_labels)

    def _notes(self, article: Article, body: Body | None, language: str | None, *, truncated: bool, genre: Genre | None = None) -> Notes:
        return Notes(
            body_start=article.body_start,
            truncated=article.truncated or truncated,
            headline_parts=[HeadlinePart(start=part.start, end=part.end, kind=part.kind) for part in parts_of_headline(article)],
            set_aside=[Aside(start=a.start, end=a.end, kind=a.kind) for a in body.set_aside] if body else [],
            duplicates=list(body.duplicates) if body else [],
            language=language,
            encoding_losses=article.encoding_losses,
            genre=genre,
        )

    def judged(
        self,
        article: Article,
        body: Body | None,
        language: str | None,
        *,
        headline_scores: list[SegmentScores],
        part: PartScores,
    ) -> Record:
        """The record of an article.

        Args:
            headline_scores: of the headline alone; empty without one.
            part: scores of the body's sentences, and of the headline in front of them.
        """
        body_scores = part.segments
        support = self._support(article, body, part.headline)
        headline = self._headline(article, headline_scores[0], support) if article.headline else None
        segments, is_in_turns = self._segments(article, body, body_scores)
        sources = ledger(segments, self._attributed_words(segments, body, body_scores))
        is_whole = headline is not None and headline.sensational is not None and bool(segments) and segments[0].verdict is not None
        risk, genre, model = _NO_RISK, None, self._manifest.genre
        if headline and is_whole:
            if model:
                genre = genre_of(headline, segments, article.body or "", model=model, is_in_turns=is_in_turns)
            if self._manifest.risk:
                risk = assess(headline, segments, sources, model=self._manifest.risk, policy=self._policy)
                risk = with_cap(risk, genre, segments, model=model)
        return Record(
            id=article.id,
            status="ok" if is_whole else "partial",
            headline=headline,
            segments=segments,
            sources=sources,
            risk=risk,
            notes=self._notes(
                article,
                body,
                language,
                truncated=any(s.truncated for s in [*headline_scores, *body_scores]),
                genre=genre,
            ),
            model=self._info,
        )

    def _support(self, article: Article, body: Body | None, scores: SegmentScores | None) -> Support | None:
        """What the body makes of the headline; None if one of them is missing."""
        model, threshold = self._manifest.support, self._policy.support
        if model is None or threshold is None or not article.headline or body is None or not body.texts:
            return None
        p_model = scores.labels["supported"] if scores else NOT_READ
        places = [index for index in range(len(body.texts)) if index not in body.captions]
        findings = findings_of(read_headline(article), [body.texts[index] for index in places])
        p = p_supported(support_features(findings, p_model), model)
        return support_of(article.headline or "", findings, p, places=places, threshold=threshold.threshold)

    def _segments(self, article: Article, body: Body | None, body_scores: list[SegmentScores]) -> tuple[list[ScoredSegment], bool]:
        """The body's sentences, and whether it is an interview or a transcript."""
        if body is None or article.body is None:
            return [], False
        if not set(LABELS_OF_FLAG["unsourced"]) <= self._trained:
            unjudged = zip(_unjudged(article, body), body_scores, strict=True)
            return [segment.model_copy(update=self._learnt_of(scores)) for segment, scores in unjudged], False
        paragraphs = paragraphs_of(body.reading.text, body.spans)
        found = zip(body.spans, body.texts, body_scores, paragraphs, strict=True)
        sentences = [Sentence(start, end, text, scores, number) for (start, end), text, scores, number in found]
        told = {index: s for index, s in enumerate(sentences) if index not in body.captions}
        turns = turns_in(list(told.values()))
        judged = dict(zip(told, self._judge(list(told.values()), turns), strict=True))
        for index in body.captions:
            (caption,) = self._judge([sentences[index]], [])
            judged[index] = caption.model_copy(update=_CAPTION)
        return [_in_original(judged[index], body, article.body) for index in range(len(sentences))], bool(turns)

    def _attributed_words(self, segments: list[ScoredSegment], body: Body | None, body_scores: list[SegmentScores]) -> list[int]:
        """Of each segment, the words of its spans of attributed content, or all where it has none; 0 where it rests on no source."""
        threshold = self._manifest.span_threshold("content")
        counts = []
        for segment, text, scores in zip(segments, body.texts if body else [], body_scores, strict=True):
            if not rests(segment):
                counts.append(0)
                continue
            spans = find_spans(scores, text, "content", threshold=threshold)
            counts.append(sum(count_words(text[s.start : s.end]) for s in spans) or count_words(text))
        return counts

    def _judge(self, sentences: list[Sentence], turns: list[Turn]) -> list[ScoredSegment]:
        judged = judge(
            sentences,
            threshold=self._policy.thresholds["unsourced"].threshold,
            span_threshold=self._manifest.span_threshold("source"),
            loaded_threshold=self._manifest.span_threshold("loaded"),
            turns=turns,
        )
        if "loaded" in self._trained:
            return judged
        return [segment.model_copy(update={"loaded": None}) for segment in judged]

    def _learnt_of(self, scores: SegmentScores) -> dict[str, float]:
        """What was computed for a sentence without a verdict."""
        names = ("claim", "attributed", "needs_source", "loaded")
        return {name: round(scores.labels[name], 6) for name in names if name in self._trained}

    def _headline(self, article: Article, scores: SegmentScores, support: Support | None) -> Headline:
        text, bare = article.headline or "", read_headline(article)
        form = headline_form(bare)
        threshold = self._manifest.span_threshold
        loaded_spans = find_spans(scores, text, "loaded", threshold=threshold("loaded"))
        framing = find_spans(scores, text, "framing", threshold=threshold("framing"))
        is_quoted = bool(loaded_spans) and not cues_of_the_author(text, loaded_spans, scores)
        loaded = 0.0 if is_quoted else scores.labels["loaded"]
        model = self._manifest.framing if "framing" in self._manifest.trained_tags else None
        cues = [
            Cue(
                cue=cast("FramingType", framing_type(model, bare, span.start, span.end)),
                start=span.start,
                end=span.end,
                text=text[span.start : span.end],
                score=round(span.score, 6),
            )
            for span in cues_of_the_author(text, framing, scores)
            if model
        ]
        sensational = scores.labels["sensational"] if "sensational" in self._trained else None
        flagged = None if sensational is None else sensational >= self._policy.thresholds["sensational"].threshold
        if flagged and model and form == "assertion_question":
            cues += _asserting(bare, cues, sensational or 0.0)
        return Headline(
            text=text,
            sensational=None if sensational is None else round(sensational, 6),
            loaded=round(loaded, 6) if "loaded" in self._trained else None,
            form=form,
            flagged=flagged,
            cues=cues,
            support=support,
        )

    def foreign(self, article: Article, body: Body | None, language: str | None) -> Record:
        """The record of an article in another language: its parts with no scores."""
        headline = None
        if article.headline:
            headline = Headline(text=article.headline, sensational=None, loaded=None, form=None, flagged=None, cues=[])
        return Record(
            id=article.id,
            status="partial",
            headline=headline,
            segments=_unjudged(article, body),
            risk=_NO_RISK,
            notes=self._notes(article, body, language, truncated=False),
            model=self._info,
        )

    def rejected(self, rejected: Rejected) -> Record:
        """The record of an input that could not be read."""
        rejection = Rejection(code=rejected.code, message=rejected.message)
        notes = Notes(body_start=None, truncated=False, language=None, rejected=rejection)
        return Record(id=rejected.id, status="rejected", headline=None, segments=[], risk=_NO_RISK, notes=notes, model=self._info)


def _asserting(headline: str, cues: list[Cue], score: float) -> list[Cue]:
    """The clause of a flagged assertion question, where no cue stands in it: by rule, since its form is what frames."""
    clause = asserted(headline)
    if clause is None or any(cue.start < clause[1] and clause[0] < cue.end for cue in cues):
        return []
    start, end = clause
    return [Cue(cue="assertion_question", start=start, end=end, text=headline[start:end], score=round(score, 6))]


def cues_of_the_author(headline: str, spans: list[FoundSpan], scores: SegmentScores) -> list[FoundSpan]:
    """The spans that no quotation with a speaker has a part of."""
    if not spans:
        return []
    (quote,) = quoted([headline], [0])
    if not quote.spans:
        return spans
    is_said = scores.labels["attributed"] >= LIKELIER_THAN_NOT or has_speaker(headline, quote, is_cue=cue_test(scores))
    said = quote.spans if is_said else ()
    return [span for span in spans if not any(start < span.end and span.start < end for start, end in said)]


def parts_of_headline(article: Article) -> list[TextPart]:
    """Labels and names of sites around the article's headline."""
    return headline_parts(article.headline, site=article.site) if article.headline else []


def read_headline(article: Article) -> str:
    """The headline as it is read: as long as the string, with its other parts blank."""
    return bare_headline(article.headline or "", parts_of_headline(article))


def _in_original(segment: ScoredSegment, body: Body, text: str) -> ScoredSegment:
    """The segment and its source with their offsets and words in the original body."""
    moved, source = _moved(segment, body, text), segment.source and _moved(segment.source, body, text)
    return moved if source is segment.source else moved.model_copy(update={"source": source})


def _moved(part: Moved, body: Body, text: str) -> Moved:
    start, end = body.reading.original(part.start, part.end)
    if (start, end) == (part.start, part.end) and text[start:end] == part.text:
        return part
    return part.model_copy(update={"start": start, "end": end, "text": text[start:end]})


def _unjudged(article: Article, body: Body | None) -> list[ScoredSegment]:
    """The body's sentences with no scores."""
    nothing = dict.fromkeys(("claim", "attributed", "needs_source", "loaded", "unsourced", "verdict", "flagged", "source"))
    return [
        ScoredSegment.model_validate({"start": start, "end": end, "text": article.body[start:end], **nothing})
        for start, end in (body.sentences if body else ())
        if article.body
    ]
