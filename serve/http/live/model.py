"""The model that answers. It is exchanged between two batches, when a new one is loaded and its canary holds; no request waits for that."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from presscheck.data.article import Article, Rejected
from presscheck.serve.bundle import Bundle, find_bundle, read_bundle
from presscheck.serve.canary import CanaryResult, check_canary
from presscheck.serve.errors import ModelRefusedError
from presscheck.serve.http.observe.logs import note
from presscheck.serve.http.settings import Settings
from presscheck.serve.precision import why
from presscheck.serve.record import ModelInfo, Record
from presscheck.serve.scorer import Scorer

logger = logging.getLogger("presscheck.model")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model that can answer."""

    bundle: Bundle
    scorer: Scorer
    role: str
    canary: CanaryResult
    loaded_at: datetime


@dataclass(frozen=True, slots=True)
class Scored:
    """A record, and its JSON as the command line writes it."""

    record: Record
    json: bytes


class LiveModel:
    """Loads the model that the settings name and follows the pointer to it. `fault` says why the last one is not in use.

    Args:
        on_exchange: told what answers now each time that the pointer moved; None where the new one is no good.
    """

    def __init__(self, settings: Settings, on_exchange: Callable[[ModelInfo | None], None] = lambda _info: None) -> None:
        self._settings = settings
        self._on_exchange = on_exchange
        self._seen: tuple[Path, str] | None = None
        self.current: Loaded | None = None
        self.fault: str | None = None

    def place(self) -> tuple[Path, str]:
        """Where the pointer points now, and its role.

        Raises:
            ModelRefusedError: where there is nothing.
        """
        if self._settings.model is not None:
            return self._settings.model.resolve(), "chosen"
        return find_bundle(self._settings.models_dir)

    def load(self) -> Loaded:
        """Loads what the pointer points at and takes it into use.

        Raises:
            ModelRefusedError: where it is no good; what answered before goes on.
        """
        settings = self._settings
        place = self.place()
        self._seen = place
        folder, role = place
        bundle = read_bundle(folder)
        scorer = Scorer(bundle, policy=settings.policy, precision=settings.precision, threads=settings.threads)
        canary = check_canary(bundle, scorer)
        if not canary.holds:
            raise ModelRefusedError(
                f"{folder}: the canary text scores {canary.difference:.6f} away from {canary.origin}; {canary.tolerance:.6f} is allowed"
            )
        self.fault = None
        self.current = Loaded(bundle, scorer, role, canary, datetime.now(UTC))
        return self.current

    def score(self, articles: Sequence[Article | Rejected]) -> list[Scored]:
        """Records of one batch, all by the model that answers when it starts."""
        assert self.current is not None
        records = list(self.current.scorer.score(articles))
        return [Scored(record, record.model_dump_json().encode()) for record in records]

    async def follow(self) -> None:
        """Loads the model on a thread where the pointer moved, or for the first time; a fault is kept, logged once, and changes nothing.

        Raises:
            Exception: what nobody foresaw, a RuntimeError of the runtime say; the same model is loaded again at the next look.
        """
        try:
            if self.place() == self._seen:
                return
            loaded = await asyncio.to_thread(self.load)
        except (ModelRefusedError, OSError) as error:
            if self.fault != str(error):
                self.fault = str(error)
                logger.error("the model was not loaded: %s", error)  # noqa: TRY400 - the sentence says it all
                self._on_exchange(None)
            return
        except Exception:
            self._seen = None
            self._on_exchange(None)
            raise
        info = loaded.scorer.info
        note(
            logger,
            "model loaded",
            version=info.version,
            role=loaded.role,
            policy=info.policy,
            precision=info.precision,
            because=why(loaded.bundle.manifest, self._settings.precision),
            canary=f"{loaded.canary.difference:.2g} from {loaded.canary.origin}",
        )
        self._on_exchange(info)
