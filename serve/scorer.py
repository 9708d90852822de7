"""The scorer: articles in, records out. Every path (command line, service, batch job, risk fitting) uses it."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer

from presscheck.data.article import Article, Rejected, checked, make_article
from presscheck.data.passages import TextPart
from presscheck.data.text.language import detect_language
from presscheck.data.text.segmentation import Body, segment_body
from presscheck.serve.assemble import Assembler, read_headline
from presscheck.serve.bundle import Bundle
from presscheck.serve.predict import Calibrator, Packed, PartScores, SegmentScores, pack_parts, part_logits, unpack
from presscheck.serve.record import ModelInfo, Record
from presscheck.serve.runtime import Logits, Runtime
from presscheck.serve.scoring_options import AskedPrecision, resolve_options

# A window of articles is read at once, so that passages of one width can be batched. It bounds memory, whatever the input.
WINDOW_ARTICLES = 4096
WINDOW_CHARACTERS = 400_000


def load_tokenizer(path: Path) -> Tokenizer:
    """Loads a tokenizer.json and removes its truncation and padding: passages are packed elsewhere."""
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _windows(articles: Iterable[Article | Rejected]) -> Iterator[list[Article | Rejected]]:
    window: list[Article | Rejected] = []
    characters = 0
    for article in articles:
        window.append(article)
        if isinstance(article, Article):
            characters += len(article.headline or "") + len(article.body or "")
        if len(window) >= WINDOW_ARTICLES or characters >= WINDOW_CHARACTERS:
            yield window
            window, characters = [], 0
    if window:
        yield window


@dataclass(frozen=True, slots=True)
class _Read:
    """An article cut into sentences; `is_judged` where its language is one that the model reads."""

    article: Article
    body: Body | None
    language: str | None
    is_judged: bool


@dataclass(frozen=True, slots=True)
class _Window:
    """A window of inputs in order, and the passages of those that are judged."""

    inputs: list[_Read | Rejected]
    packed: Packed


class Scorer:
    """A loaded bundle under one policy.

    Args:
        precision: that of the runtime model; "auto" takes the fastest that the bundle has and this CPU computes in hardware, None the
            bundle's own.
        prevalence: shares of positives to expect, by flag or "review"; `serve.prior` shifts the records to them.
        threads: cores to use; 0 takes all that this process may use. Scores do not depend on it.

    Raises:
        ConfigError: if a share is of nothing that can be shifted, or out of range.
        ModelRefusedError: if the bundle has no such policy or precision, or this CPU does not compute it.
    """

    def __init__(
        self,
        bundle: Bundle,
        *,
        policy: str | None = None,
        precision: AskedPrecision | None = None,
        prevalence: Mapping[str, float] | None = None,
        threads: int = 0,
    ) -> None:
        manifest = bundle.manifest
        options = resolve_options(bundle, policy=policy, precision=precision, prevalence=prevalence)
        self.policy = options.policy
        self.reads_headlines = "supported" in manifest.trained_labels  # in front of bodies
        self._prior = options.prior
        self._calibrated = Calibrator(manifest.calibration[options.precision])
        self._runtime = Runtime(bundle.path / "runtime", precision=options.precision, threads=threads)
        self._tokenizer = load_tokenizer(bundle.path / "tokenizer.json")
        self._max_tokens = manifest.max_tokens
        self.info = ModelInfo(
            name=manifest.name,
            version=manifest.version,
            weights_sha256=manifest.weights_sha256,
            config_sha256=manifest.config_sha256,
            data_sha256=manifest.data_sha256,
            policy=options.policy_name,
            precision=options.precision,
            prevalence=dict(prevalence or {}),
        )
        self._assembler = Assembler(manifest, self.policy, self.info)

    @property
    def tokens_and_places(self) -> tuple[int, int]:
        """Tokens that the model has read so far, and the positions of its batches; the difference is padding."""
        return self._runtime.tokens, self._runtime.places

    def score_one(self, headline: str | None = None, body: str | None = None, *, identifier: str = "1") -> Record:
        """The record of one article; an article with neither part is rejected in its record.

        Args:
            identifier: the record's id.
        """
        (record,) = self.score([checked(make_article(identifier, headline, body), "score_one")])
        return record

    def segments(self, documents: Sequence[Sequence[str]]) -> list[list[SegmentScores]]:
        """Calibrated scores of every segment; a document is a list of consecutive segments that are read together, with no headline."""
        return [part.segments for part in self.parts([TextPart(texts) for texts in documents])]

    def parts(self, parts: Sequence[TextPart]) -> list[PartScores]:
        """Calibrated scores of every part."""
        found = part_logits(
            parts, tokenizer=self._tokenizer, runtime=self._runtime, max_tokens=self._max_tokens, in_front=self.reads_headlines
        )
        return [self._calibrated.part(scores) for scores in found]

    def score(self, articles: Iterable[Article | Rejected]) -> Iterator[Record]:
        """Records in the order of the articles, one for each; rejected inputs keep their place.

        While the model reads one window, the window before it becomes records and the next one is cut and tokenised.
        """
        waiting: deque[tuple[_Window, Future[list[Logits]]]] = deque()
        with ThreadPoolExecutor(1) as model:
            for articles_of_window in _windows(articles):
                window = self._read(articles_of_window)
                waiting.append((window, model.submit(self._runtime.logits, window.packed.passages)))
                if len(waiting) > 1:
                    yield from self._made(*_ready(waiting))
            while waiting:
                yield from self._made(*_ready(waiting))

    def _read(self, articles: Sequence[Article | Rejected]) -> _Window:
        inputs: list[_Read | Rejected] = []
        parts: list[TextPart] = []
        for article in articles:
            if isinstance(article, Rejected):
                inputs.append(article)
                continue
            bare = [read_headline(article)] if article.headline else []
            titles = [article.headline, *bare] if article.headline else []
            body = segment_body(article.body, titles=titles) if article.body else None
            language = _language(article)
            read = _Read(article, body, language, is_judged=language in (None, "en"))
            inputs.append(read)
            if read.is_judged:
                parts.append(TextPart(bare))
                parts.append(TextPart(body.texts if body else [], bare[0] if bare else None))
        packed = pack_parts(parts, tokenizer=self._tokenizer, max_tokens=self._max_tokens, in_front=self.reads_headlines)
        return _Window(inputs, packed)

    def _made(self, window: _Window, logits: Sequence[Logits]) -> Iterator[Record]:
        scored = unpack(window.packed, logits)
        for read in window.inputs:
            record = self._record(read, scored)
            yield self._prior(record) if self._prior else record

    def _record(self, read: _Read | Rejected, scored: Iterator[PartScores]) -> Record:
        if isinstance(read, Rejected):
            return self._assembler.rejected(read)
        if not read.is_judged:
            return self._assembler.foreign(read.article, read.body, read.language)
        headline, body = (self._calibrated.part(next(scored)) for _ in range(2))
        return self._assembler.judged(read.article, read.body, read.language, headline_scores=headline.segments, part=body)


def _ready(waiting: "deque[tuple[_Window, Future[list[Logits]]]]") -> tuple[_Window, list[Logits]]:
    """Waits for the oldest window and its logits."""
    window, logits = waiting.popleft()
    return window, logits.result()


def _language(article: Article) -> str | None:
    return detect_language("\n".join(filter(None, (article.headline, article.body))))
