"""A known text that a model must score to a stored value before the service is ready.

The value is stored when a model is first put to use and is kept beside the service's other state, by the hash of the weights. It is
scored in f32 where the bundle is calibrated for it, whatever precision then answers: so already the first start compares two
computations, and every later start, on whatever machine shares the folder, is held to the value of the first. What it finds: a runtime
model that is not the one of these weights, a CPU or library that computes something else, a fault of memory.
"""

from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from presscheck.data.article import Article
from presscheck.data.atomic import write_atomically
from presscheck.serve.bundle import Bundle, Precision
from presscheck.serve.errors import ModelRefusedError
from presscheck.serve.record import Record
from presscheck.serve.scorer import Scorer

CANARY = Article(
    "canary",
    "So the harbour levy is now an act of war?",
    "The council approved the levy by nine votes to four, according to its minutes. Shipping firms will leave the port within a year. "
    "Experts say that prices will double. It is very likely that the mayor knew of the plan.",
)
ROUNDING = 1e-5  # of the record's six decimals, and of sums in another order


class Reference(BaseModel):
    """The stored value."""

    model_config = ConfigDict(extra="forbid")
    weights_sha256: str
    precision: Precision
    stored_at: datetime
    versions: dict[str, str]
    values: dict[str, float]


class CanaryResult(BaseModel):
    """How far a model lies from the stored value, and how far it may."""

    difference: float
    tolerance: float
    stored_at: datetime

    @property
    def holds(self) -> bool:
        """Whether the model scores the canary to its stored value."""
        return self.difference <= self.tolerance


def values_of(record: Record) -> dict[str, float]:
    """The probabilities that the model itself gives: none that a policy or the risk model makes of them."""
    found: dict[str, float | None] = {}
    if record.headline is not None:
        found |= {"headline.sensational": record.headline.sensational, "headline.loaded": record.headline.loaded}
    for index, segment in enumerate(record.segments):
        found |= {
            f"segment {index}.claim": segment.claim,
            f"segment {index}.attributed": segment.attributed,
            f"segment {index}.loaded": segment.loaded,
        }
    return {name: value for name, value in found.items() if value is not None}


def _score(scorer: Scorer) -> dict[str, float]:
    return values_of(next(iter(scorer.score([CANARY]))))


def _stored(path: Path, bundle: Bundle, scorer: Scorer, *, threads: int) -> Reference:
    try:
        return Reference.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        pass
    except ValidationError as error:
        raise ModelRefusedError(f"{path}: not a stored canary ({error.errors()[0]['msg']}); remove it") from None
    manifest = bundle.manifest
    exact = "f32" in manifest.calibration and scorer.info.precision != "f32"
    teller = Scorer(bundle, precision="f32", threads=threads) if exact else scorer
    reference = Reference(
        weights_sha256=manifest.weights_sha256,
        precision=teller.info.precision,
        stored_at=datetime.now(UTC),
        versions=manifest.versions,
        values=_score(teller),
    )
    with write_atomically(path) as stream:
        stream.write(reference.model_dump_json(indent=2) + "\n")
    return reference


def check_canary(bundle: Bundle, scorer: Scorer, folder: Path, *, threads: int = 0) -> CanaryResult:
    """Scores the canary and compares it with the stored value, which is stored now where there is none.

    The tolerance is what the bundle's parity says of the two precisions: how far each lies from the training model.

    Raises:
        ModelRefusedError: where the stored value cannot be read or has other parts than the score.
    """
    path = folder / f"canary-{bundle.manifest.weights_sha256}.json"
    reference = _stored(path, bundle, scorer, threads=threads)
    values = _score(scorer)
    if set(values) != set(reference.values):
        raise ModelRefusedError(
            f"the canary text is read otherwise than when {path} was stored; remove it after an update"
        )
    parity = bundle.manifest.parity
    allowed = sum(parity[p].max_difference for p in (reference.precision, scorer.info.precision) if p in parity)
    return CanaryResult(
        difference=max((abs(values[name] - reference.values[name]) for name in values), default=0.0),
        tolerance=ROUNDING + allowed,
        stored_at=reference.stored_at,
    )
