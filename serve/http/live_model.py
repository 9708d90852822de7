"""The model in use. It is replaced between two batches, once a new one is loaded and passes its canary; no request waits for that."""

import asyncio
import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from presscheck.configs.config_error import ConfigError
from presscheck.data.article import Article, Rejected
from presscheck.serve.bundle import Bundle, find_bundle, read_bundle
from presscheck.serve.canary import CanaryResult, check_canary
from presscheck.serve.errors import ModelRefusedError
from presscheck.serve.http.observe.logs import note
from presscheck.serve.http.settings import Settings
from presscheck.serve.record import ModelInfo, Record
from presscheck.serve.registered_models import find
from presscheck.serve.scorer import Scorer
from presscheck.serve.scoring_options import precision_reason

logger = logging.getLogger("presscheck.model")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A loaded model."""

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
    """Loads the model that the settings name and follows the pointer to it. `fault` says why the latest one is not in use.

    The pointer is the link in the models folder, or what the registry last said that an alias stands for.

    Args:
        on_exchange: called each time that the pointer moved, with the new model, or None if it was refused.
    """

    def __init__(self, settings: Settings, on_exchange: Callable[[ModelInfo | None], None] = lambda _info: None) -> None:
        self._settings = settings
        self._on_exchange = on_exchange
        self._seen: tuple[Path, str] | None = None
        self._registered: Path | None = None
        self._registry_says: str | None = None
        self.current: Loaded | None = None
        self.fault: str | None = None

    def place(self) -> tuple[Path, str]:
        """The pointer's current target, and its role.

        Raises:
            ModelRefusedError: if there is no model.
        """
        if self._registered is not None:
            return self._registered, "chosen"
        if self._settings.model is not None:
            return self._settings.model.resolve(), "chosen"
        return find_bundle(self._settings.models_dir)

    def load(self) -> Loaded:
        """Loads the pointer's target and puts it to use.

        Raises:
            ModelRefusedError: if it is refused; the model before stays in use.
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
        """Scores one batch, all of it with the model in use at the start."""
        assert self.current is not None
        records = list(self.current.scorer.score(articles))
        return [Scored(record, record.model_dump_json().encode()) for record in records]

    async def follow_registry(self) -> None:
        """Asks on a thread which version the registered model's name stands for, and downloads it if it is not here.

        The version before stays where the registry refuses. Workers share the answers: the one that finds none younger than half an
        interval asks, and a worker that starts takes the last one, however old, and then polls.
        """
        name, settings = self._settings.registered, self._settings
        assert name is not None
        max_age_s = math.inf if self._registered is None else settings.registry_poll_s / 2
        try:
            found = await asyncio.to_thread(find, name, tracking_uri=settings.tracking_uri, max_age_s=max_age_s)
        except (ModelRefusedError, ConfigError, OSError) as error:
            if self._registry_says != str(error):
                logger.error("%s", error)  # noqa: TRY400 - the message is enough
                self._on_exchange(None)
            self._registry_says = str(error)
            return
        if found.notice and not self._registry_says:
            logger.warning("%s", found.notice)
        self._registry_says = found.notice
        self._registered = found.folder

    async def follow(self) -> None:
        """Loads the model on a thread if the pointer moved, or for the first time; a fault is kept and logged once, and the model stays.

        Raises:
            Exception: any unexpected error, such as a RuntimeError of the runtime; the next poll loads the same model again.
        """
        if self._settings.registered is not None and self._registered is None:
            return  # the registry's fault is logged already
        try:
            if self.place() == self._seen:
                return
            loaded = await asyncio.to_thread(self.load)
        except (ModelRefusedError, OSError) as error:
            if self.fault != str(error):
                self.fault = str(error)
                logger.error("the model was not loaded: %s", error)  # noqa: TRY400 - the message is enough
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
            because=precision_reason(loaded.bundle.manifest, self._settings.precision),
            canary=f"{loaded.canary.difference:.2g} from {loaded.canary.origin}",
        )
        self._on_exchange(info)
