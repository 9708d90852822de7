"""What training and scoring cost: time that was measured, and energy only by a stated assumption."""

from dataclasses import dataclass

from presscheck.eval.speed import Speed
from presscheck.serve.bundle import Manifest


@dataclass(frozen=True, slots=True)
class Cost:
    """Core-hours, and watt-hours where somebody says what a core draws.

    Attributes:
        training: core-hours of the final model's training, without the fold models of the risk; None where the bundle does not say.
        scoring: core-hours of a million segments, each a text of its own.
        watts: what a busy core is taken to draw; given by the caller, never measured.
    """

    training: float | None
    scoring: float
    watts: float | None

    @property
    def training_wh(self) -> float | None:
        """Watt-hours of the training."""
        return None if self.training is None or self.watts is None else self.training * self.watts

    @property
    def scoring_wh(self) -> float | None:
        """Watt-hours of a million segments."""
        return None if self.watts is None else self.scoring * self.watts


def cost_of(manifest: Manifest, speed: Speed, *, watts: float | None) -> Cost:
    """The cost of a bundle.

    Args:
        watts: per busy core, with its share of the machine.
    """
    threads = manifest.training_threads or manifest.config.get("train", {}).get("threads") or None
    known = manifest.training_seconds is not None and threads is not None
    return Cost(
        training=(manifest.training_seconds or 0.0) * (threads or 0) / 3600 if known else None,
        scoring=1e6 / speed.segments_per_second * speed.cores / 3600,
        watts=watts,
    )
