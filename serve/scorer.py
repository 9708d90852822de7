"""The scorer: articles in, records out. Every road (command line, service, batch job, risk fitting) goes through it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

from tokenizers import Tokenizer

from presscheck.data.article import Article, Rejected
from presscheck.data.text.headline_form import headline_form
from presscheck.data.text.language import detect_language
from presscheck.data.text.normalise import fold
from presscheck.data.text.segmentation import Body, segment_body
from presscheck.serve.bundle import Bundle, Precision
from presscheck.serve.errors import ModelRefusedError
from presscheck.serve.predict import SegmentScores, calibrate, segment_logits
from presscheck.serve.prior import Prior
from presscheck.serve.record import Cue, Headline, ModelInfo, Notes, Record, Rejection, Risk, ScoredSegment
from presscheck.serve.risk import RISK_FEATURES, assess
from presscheck.serve.runtime import Runtime
from presscheck.serve.spans import find_spans
from presscheck.serve.verdict import Sentence, judge

ARTICLES_AT_ONCE = 32
_NO_RISK = Risk(p=None, level=None, reasons=[])


def load_tokenizer(path: Path) -> Tokenizer:
    """Loads a tokenizer.json and takes its own truncation and padding out: passages are packed elsewhere."""
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


class Scorer:
    """A loaded bundle under one policy.

    Args:
        prevalence: shares of positives to expect, by flag or "review"; `serve.prior` shifts the records to them.
    """

    def __init__(
        self,
        bundle: Bundle,
        *,
        policy: str | None = None,
        precision: Precision | None = None,
        prevalence: Mapping[str, float] | None = None,
        threads: int = 0,
    ) -> None:
        manifest = bundle.manifest
        name = policy or manifest.default_policy
        if name not in manifest.policies:
            raise ModelRefusedError(f"the bundle has no policy {name!r}; it has {', '.join(manifest.policies)}")
        precision = precision or manifest.default_precision
        if precision not in manifest.calibration:
            raise ModelRefusedError(
                f"the bundle is not calibrated for {precision}; it is for {', '.join(manifest.calibration)}"
            )
        if manifest.risk is not None and tuple(manifest.risk.features) != tuple(RISK_FEATURES):
            raise ModelRefusedError(f"{bundle.path}: its risk model has other features than this version; train again")
        self.policy = manifest.policies[name]
        self._prior = Prior(manifest, self.policy, prevalence) if prevalence else None
        self._manifest = manifest
        self._trained = set(manifest.trained_labels)
        self._calibration = manifest.calibration[precision]
        self._runtime = Runtime(bundle.path / "runtime" / "model.xml", precision=precision, threads=threads)
        self._tokenizer = load_tokenizer(bundle.path / "tokenizer.json")
        self.info = ModelInfo(
            name=manifest.name,
            version=manifest.version,
            weights_sha256=manifest.weights_sha256,
            config_sha256=manifest.config_sha256,
            data_sha256=manifest.data_sha256,
            policy=name,
            precision=precision,
            prevalence=dict(prevalence or {}),
        )

    def segments(self, documents: Sequence[Sequence[str]]) -> list[list[SegmentScores]]:
        """Calibrated scores of every segment; a document is a list of consecutive segments that are read together."""
        found = segment_logits(
            documents, tokenizer=self._tokenizer, runtime=self._runtime, max_tokens=self._manifest.max_tokens
        )
        return [[calibrate(scores, self._calibration) for scores in document] for document in found]

    def score(self, articles: Iterable[Article | Rejected]) -> Iterator[Record]:
        """Records in the order of the articles, one for each; rejected inputs keep their place."""
        iterator = iter(articles)
        while chunk := list(islice(iterator, ARTICLES_AT_ONCE)):
            records = self._score_chunk(chunk)
            yield from map(self._prior, records) if self._prior else records

    def _score_chunk(self, chunk: Sequence[Article | Rejected]) -> Iterator[Record]:
        bodies = [segment_body(a.body) if isinstance(a, Article) and a.body else None for a in chunk]
        languages = [_language(a) if isinstance(a, Article) else None for a in chunk]
        documents: list[list[str]] = []
        for article, body, language in zip(chunk, bodies, languages, strict=True):
            if isinstance(article, Article) and language in (None, "en"):
                documents.append([article.headline] if article.headline else [])
                documents.append(
                    [article.body[start:end] for start, end in body.sentences] if body and article.body else []
                )
        scored = iter(self.segments(documents))
        for article, body, language in zip(chunk, bodies, languages, strict=True):
            if isinstance(article, Rejected):
                yield self._rejected(article)
            elif language in (None, "en"):
                yield self._record(article, body, language, headline_scores=next(scored), body_scores=next(scored))
            else:
                yield self._foreign(article, body, language)

    def _notes(self, article: Article, body: Body | None, language: str | None, *, truncated: bool) -> Notes:
        return Notes(
            body_start=article.body_start,
            truncated=article.truncated or truncated,
            boilerplate=list(body.boilerplate) if body else [],
            duplicates=list(body.duplicates) if body else [],
            language=language,
        )

    def _record(
        self,
        article: Article,
        body: Body | None,
        language: str | None,
        *,
        headline_scores: list[SegmentScores],
        body_scores: list[SegmentScores],
    ) -> Record:
        headline = self._headline(article.headline, headline_scores[0]) if article.headline else None
        segments = self._judged(article, body, body_scores)
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
            risk=assess(headline, segments, model=model, policy=self.policy)
            if headline and is_whole and model
            else _NO_RISK,
            notes=self._notes(
                article, body, language, truncated=any(s.truncated for s in [*headline_scores, *body_scores])
            ),
            model=self.info,
        )

    def _judged(self, article: Article, body: Body | None, body_scores: list[SegmentScores]) -> list[ScoredSegment]:
        if body is None or article.body is None:
            return []
        if not {"claim", "attributed", "loaded"} <= self._trained:
            return _unjudged(article, body)
        spans = zip(body.sentences, body_scores, strict=True)
        return judge(
            [Sentence(start, end, article.body[start:end], scores) for (start, end), scores in spans],
            threshold=self.policy.thresholds["unsourced"].threshold,
            span_threshold=self._manifest.tag_thresholds["source"],
        )

    def _headline(self, text: str, scores: SegmentScores) -> Headline:
        form = headline_form(text)
        if "sensational" not in self._trained:
            return Headline(text=text, sensational=None, loaded=None, form=form, flagged=None, cues=[])
        cues = [
            Cue(
                cue="loaded",
                start=span.start,
                end=span.end,
                text=text[span.start : span.end],
                score=round(span.score, 6),
            )
            for span in find_spans(scores, text, "loaded", threshold=self._manifest.tag_thresholds["loaded"])
        ]
        sensational = scores.labels["sensational"]
        if form == "assertion_question":
            mark = fold(text).rindex("?") if "?" in fold(text) else len(text) - 1
            cues.append(Cue(cue=form, start=mark, end=mark + 1, text=text[mark], score=round(sensational, 6)))
        return Headline(
            text=text,
            sensational=round(sensational, 6),
            loaded=round(scores.labels["loaded"], 6) if "loaded" in self._trained else None,
            form=form,
            flagged=sensational >= self.policy.thresholds["sensational"].threshold,
            cues=cues,
        )

    def _foreign(self, article: Article, body: Body | None, language: str | None) -> Record:
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
            model=self.info,
        )

    def _rejected(self, rejected: Rejected) -> Record:
        rejection = Rejection(code=rejected.code, message=rejected.message)
        notes = Notes(
            body_start=None, truncated=False, boilerplate=[], duplicates=[], language=None, rejected=rejection
        )
        return Record(
            id=rejected.id, status="rejected", headline=None, segments=[], risk=_NO_RISK, notes=notes, model=self.info
        )


def _language(article: Article) -> str | None:
    return detect_language("\n".join(filter(None, (article.headline, article.body))))


def _unjudged(article: Article, body: Body | None) -> list[ScoredSegment]:
    """The body's sentences with nothing computed."""
    nothing = dict.fromkeys(("claim", "attributed", "loaded", "unsourced", "verdict", "flagged", "source"))
    return [
        ScoredSegment.model_validate({"start": start, "end": end, "text": article.body[start:end], **nothing})
        for start, end in (body.sentences if body else ())
        if article.body
    ]
