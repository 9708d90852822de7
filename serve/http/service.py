"""Composes the parts of one worker and scores requests with them."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

from fastapi import Request

from presscheck.data.article import Article, Rejected
from presscheck.data.errors import DataError
from presscheck.serve.http.batching.batcher import Batcher, FullError
from presscheck.serve.http.feedback_store import FeedbackFile
from presscheck.serve.http.limits.bucket import Buckets
from presscheck.serve.http.limits.keys import Keyring
from presscheck.serve.http.live_model import LiveModel, Loaded, Scored
from presscheck.serve.http.observe.metrics import Metrics
from presscheck.serve.http.problems import CLIENT_GONE, RefusedError, too_large
from presscheck.serve.http.settings import Settings
from presscheck.serve.http.signing import Signer, signer_in
from presscheck.serve.record import ModelInfo

logger = logging.getLogger("presscheck.service")
MAX_PAUSE = 8  # times `poll_s`: the longest wait between polls that fail in a row
T = TypeVar("T")


def _signer(settings: Settings) -> Signer | None:
    """The signer of records; None, with a line in the log, if the state folder cannot be written: the service scores without it."""
    try:
        return signer_in(settings.state_dir)
    except (DataError, OSError) as error:
        logger.error("feedback is not accepted: %s", error)  # noqa: TRY400 - the message is enough
        return None


class Service:
    """One worker's parts; `app.state.service` of the application."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.metrics = Metrics()
        self.keyring = Keyring(settings.key_file)
        self.buckets = Buckets(rate=settings.rate, burst=settings.burst)
        self.signer = _signer(settings)
        self.feedback = FeedbackFile(settings.state_dir, max_bytes=settings.feedback_bytes)
        self.live = LiveModel(settings, self._on_exchange)
        self.reader = asyncio.Semaphore(1)  # one page is read at a time: reading HTML is expensive and cannot be stopped
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._failing: dict[str, str] = {}

    def _on_exchange(self, info: ModelInfo | None) -> None:
        self.metrics.reloads.labels("failed" if info is None else "loaded").inc()
        if info is not None:
            self.metrics.serves(info)

    def _on_batch(self, filled: int, left: int) -> None:
        self.metrics.fill.observe(filled)
        self.metrics.depth.set(left)

    def fault(self) -> str | None:
        """Why this worker is not ready, or None: no model passed its canary, or one of its tasks fails or has ended."""
        faults = dict(self._failing)
        faults.update((name, "ended") for name, task in self._tasks.items() if task.done())
        if self.live.current is None:
            faults.setdefault("model", "none that passes its canary")
        return "; ".join(f"{name}: {said}" for name, said in sorted(faults.items())) or None

    async def _look_at_keys(self) -> None:
        self.keyring.refresh()

    async def _look(self, name: str, look: Callable[[], Awaitable[None]]) -> bool:
        """Polls once and returns whether it succeeded. A failure is logged when it starts, and /readyz reports it while it lasts."""
        try:
            await look()
            self._failing.pop(name, None)
            self.metrics.ready.set(self.fault() is None)
        except Exception as error:
            kind = type(error).__name__
            if self._failing.get(name) != kind:
                if isinstance(error, DataError | OSError):
                    logger.error("%s: %s", name, error)  # noqa: TRY400 - the message is enough
                else:
                    logger.exception("%s: unexpected", name)
            self._failing[name] = kind
            with suppress(Exception):  # the metrics themselves may fail
                self.metrics.ready.set(0)
        return name not in self._failing

    async def _watch(self, name: str, look: Callable[[], Awaitable[None]], *, every_s: float) -> None:
        """Polls at intervals, less often while it fails, since loading a model is expensive."""
        pause = 1
        while True:
            await asyncio.sleep(every_s * pause)
            pause = 1 if await self._look(name, look) else min(2 * pause, MAX_PAUSE)

    def _interval_s(self, name: str) -> float:
        return self.settings.registry_poll_s if name == "registry" else self.settings.poll_s

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Runs the service's tasks until the last request is answered."""
        settings = self.settings
        self.batcher = Batcher(
            self.live.score,
            max_queue=settings.max_queue,
            batch_articles=settings.batch_articles,
            batch_chars=settings.batch_chars,
            wait_s=settings.batch_wait_s,
            on_batch=self._on_batch,
        )
        # Separate tasks: a model takes seconds to load, and revoking a key must not wait for it.
        looks: dict[str, Callable[[], Awaitable[None]]] = {"model": self.live.follow}
        if settings.registered is not None:
            looks = {"registry": self.live.follow_registry, **looks}
        if settings.needs_key:
            looks["keys"] = self._look_at_keys
        for name, look in looks.items():  # a worker accepts no connection before it can answer, or say why it cannot
            await self._look(name, look)
        self._tasks = {name: asyncio.create_task(self._watch(name, look, every_s=self._interval_s(name))) for name, look in looks.items()}
        self._tasks["batches"] = asyncio.create_task(self.batcher.run())
        tasks = list(self._tasks.values())
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def loaded(self) -> Loaded:
        """The model in use.

        Raises:
            RefusedError: 503 where there is none yet.
        """
        if self.live.current is None:
            raise RefusedError(503, "the model is not ready", retry_after_s=1)
        return self.live.current

    def _check(self, articles: Sequence[Article | Rejected], pointers: Sequence[str]) -> None:
        settings = self.settings
        if len(articles) > settings.max_articles:
            raise too_large(f"a list has at most {settings.max_articles} articles; send the rest in further requests")
        for article, pointer in zip(articles, pointers, strict=True):
            if isinstance(article, Rejected):
                continue
            for name, text in (("headline", article.headline), ("body", article.body)):
                if text is not None and len(text) > settings.max_article_chars:
                    raise too_large(
                        f"a text has at most {settings.max_article_chars} characters",
                        pointer=f"{pointer}/{name}" if pointer or name else "",
                    )

    async def score(
        self,
        request: Request,
        articles: Sequence[Article | Rejected],
        *,
        pointers: Sequence[str],
        deadline_ms: int | None,
    ) -> list[Scored]:
        """Scores a request's articles.

        Raises:
            RefusedError: 413, 429, 503 or 504, as the limits say.
        """
        request.scope["articles"] = len(articles)
        self._check(articles, pointers)
        self.loaded()
        self.buckets.charge(request.scope["caller"], len(articles) - 1)  # access control charged one
        timeout_s = min(self.settings.deadline_s, (deadline_ms or 3_600_000) / 1000)
        try:
            scored = await unless_gone(request, self.batcher.submit(articles, timeout_s=timeout_s))
        except FullError as error:
            raise RefusedError(503, "the queue is full", retry_after_s=error.retry_after_s) from None
        except TimeoutError:
            raise RefusedError(504, f"not done in {timeout_s:g} s") from None
        self.metrics.count(s.record for s in scored)
        return scored


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def unless_gone(request: Request, work: Awaitable[T]) -> T:
    """The result of the work, which is cancelled when the client disconnects.

    Raises:
        RefusedError: 499 if the client disconnected; only the log shows that answer.
    """
    task = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise RefusedError(CLIENT_GONE, "the client disconnected")
        return task.result()
    finally:
        for unfinished in (task, gone):
            unfinished.cancel()
        await asyncio.gather(task, gone, return_exceptions=True)
