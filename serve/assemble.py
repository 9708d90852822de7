"""From scores to records: what the model said of an article's segments, put together with the text's own signs."""

from presscheck.data.article import Article, Rejected
from presscheck.data.text.headline_form import headline_form
from presscheck.data.text.normalise import fold
from presscheck.data.text.segmentation import Body
from presscheck.serve.bundle import LABELS_OF_FLAG, Manifest, Policy
from presscheck.serve.predict import SegmentScores
from presscheck.serve.record import Cue, Headline, ModelInfo, Notes, Record, Rejection, Risk, ScoredSegment
from presscheck.serve.risk import assess
from presscheck.serve.spans import find_spans
from presscheck.serve.verdict import Sentence, judge

_NO_RISK = Risk(p=None, level=None, reasons=[])


class Assembler:
    """Makes records under one policy of a bundle."""

    def __init__(self, manifest: Manifest, policy: Policy, info: ModelInfo) -> None:
        self._manifest = manifest
        self._policy = policy
        self._info = info
        self._trained = set(manifest.trained_labels)

    def _notes(self, article: Article, body: Body | None, language: str | None, *, truncated: bool) -> Notes:
        return Notes(
            body_start=article.body_start,
            truncated=article.truncated or truncated,
            boilerplate=list(body.boilerplate) if body else [],
            duplicates=list(body.duplicates) if body else [],
            language=language,
        )

    def judged(
        self,
        article: Article,
        body: Body | None,
        language: str | None,
        *,
        headline_scores: list[SegmentScores],
        body_scores: list[SegmentScores],
    ) -> Record:
        """The record of an article with the scores of its headline and of its body's sentences; either may be empty."""
        headline = self._headline(article.headline, headline_scores[0]) if article.headline else None
        segments = self._segments(article, body, body_scores)
        is_whole = (
            headline is not None
            and headline.sensational is not None
            and bool(segments)
            and segments[0].verdict is not None
        )
        model = self._manifest.risk
        return Record(
            id=article.id,
            status="ok" if is_whole else "partial",
            headline=headline,
            segments=segments,
            risk=assess(headline, segments, model=model, policy=self._policy)
            if headline and is_whole and model
            else _NO_RISK,
            notes=self._notes(
                article, body, language, truncated=any(s.truncated for s in [*headline_scores, *body_scores])
            ),
            model=self._info,
        )

    def _segments(self, article: Article, body: Body | None, body_scores: list[SegmentScores]) -> list[ScoredSegment]:
        if body is None or article.body is None:
            return []
        if not set(LABELS_OF_FLAG["unsourced"]) <= self._trained:
            unjudged = zip(_unjudged(article, body), body_scores, strict=True)
            return [segment.model_copy(update=self._learnt_of(scores)) for segment, scores in unjudged]
        spans = zip(body.sentences, body_scores, strict=True)
        judged = judge(
            [Sentence(start, end, article.body[start:end], scores) for (start, end), scores in spans],
            threshold=self._policy.thresholds["unsourced"].threshold,
            span_threshold=self._manifest.span_threshold("source"),
        )
        if "loaded" in self._trained:
            return judged
        return [segment.model_copy(update={"loaded": None}) for segment in judged]

    def _learnt_of(self, scores: SegmentScores) -> dict[str, float]:
        """What can be said of a sentence without a verdict."""
        names = ("claim", "attributed", "loaded")
        return {name: round(scores.labels[name], 6) for name in names if name in self._trained}

    def _headline(self, text: str, scores: SegmentScores) -> Headline:
        form = headline_form(text)
        cues = [
            Cue(
                cue="loaded",
                start=span.start,
                end=span.end,
                text=text[span.start : span.end],
                score=round(span.score, 6),
            )
            for span in find_spans(scores, text, "loaded", threshold=self._manifest.span_threshold("loaded"))
        ]
        sensational = scores.labels["sensational"] if "sensational" in self._trained else None
        if form == "assertion_question" and sensational is not None:
            mark = fold(text).rindex("?") if "?" in fold(text) else len(text) - 1
            cues.append(Cue(cue=form, start=mark, end=mark + 1, text=text[mark], score=round(sensational, 6)))
        return Headline(
            text=text,
            sensational=None if sensational is None else round(sensational, 6),
            loaded=round(scores.labels["loaded"], 6) if "loaded" in self._trained else None,
            form=form,
            flagged=None if sensational is None else sensational >= self._policy.thresholds["sensational"].threshold,
            cues=cues,
        )

    def foreign(self, article: Article, body: Body | None, language: str | None) -> Record:
        """The record of an article in another language: its parts with nothing computed."""
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
        notes = Notes(
            body_start=None, truncated=False, boilerplate=[], duplicates=[], language=None, rejected=rejection
        )
        return Record(
            id=rejected.id, status="rejected", headline=None, segments=[], risk=_NO_RISK, notes=notes, model=self._info
        )


def _unjudged(article: Article, body: Body | None) -> list[ScoredSegment]:
    """The body's sentences with nothing computed."""
    nothing = dict.fromkeys(("claim", "attributed", "loaded", "unsourced", "verdict", "flagged", "source"))
    return [
        ScoredSegment.model_validate({"start": start, "end": end, "text": article.body[start:end], **nothing})
        for start, end in (body.sentences if body else ())
        if article.body
    ]
