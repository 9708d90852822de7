"""The canary: a fixed text that a model must score to a stored value before it is used.

Training stores the value in the bundle's manifest, below its checksums, for every precision that the bundle is calibrated for. A service
that loads the bundle scores the text again: so the first start on a machine is already compared with training. It finds a CPU or
a library that computes something else, code that reads a text differently from the training code, or faulty memory.
"""

from pydantic import BaseModel

from presscheck.data.article import Article
from presscheck.serve.bundle import Bundle
from presscheck.serve.errors import ModelRefusedError
from presscheck.serve.manifest import Canary
from presscheck.serve.record import Record
from presscheck.serve.scorer import Scorer

CANARY = Article(
    "canary",
    "So the harbour levy is now an act of war?",
    "The council approved the levy by nine votes to four, according to its minutes. Shipping firms will leave the port within a year. "
    "Experts say that prices will double. It is very likely that the mayor knew of the plan.",
)
ROUNDING = 1e-5  # for the record's six decimals, and sums in another order


class CanaryResult(BaseModel):
    """The difference to the stored value and its tolerance; `origin` says where the value comes from."""

    difference: float
    tolerance: float
    origin: str

    @property
    def holds(self) -> bool:
        """Whether the difference is within the tolerance."""
        return self.difference <= self.tolerance


def values_of(record: Record) -> dict[str, float]:
    """The probabilities of the model itself, before any policy or the risk model."""
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


def _score(scorer: Scorer, article: Article) -> dict[str, float]:
    return values_of(next(iter(scorer.score([article]))))


def make_canary(bundle: Bundle) -> Canary:
    """Scores the canary text in each of the bundle's precisions."""
    values = {p: _score(Scorer(bundle, precision=p, threads=1), CANARY) for p in bundle.manifest.calibration}
    return Canary(headline=CANARY.headline or "", body=CANARY.body or "", values=values)


def check_canary(bundle: Bundle, scorer: Scorer) -> CanaryResult:
    """Scores the bundle's canary and compares it with the bundle's value for the scorer's precision.

    CPUs add up in different orders, which shows in bf16: what training measured for the precision against the training model, its
    parity, is allowed twice. A bundle without a canary is compared with its own f32, scored now; `origin` says so.

    Raises:
        ModelRefusedError: if the text is split into other segments than when the value was stored.
    """
    manifest, precision = bundle.manifest, scorer.info.precision
    if manifest.canary is not None:
        article = Article("canary", manifest.canary.headline, manifest.canary.body)
        expected, origin = manifest.canary.values[precision], "its value from training"
    else:
        article = CANARY
        exact = "f32" if "f32" in manifest.calibration else precision
        expected = _score(Scorer(bundle, precision=exact, threads=1), article)
        origin = f"its own {exact} score of now (the bundle is older than the canary and has none)"
    values = _score(scorer, article)
    if set(values) != set(expected):
        raise ModelRefusedError(
            f"{bundle.path}: this version splits the canary text differently from the version that trained; train again"
        )
    allowed = 2 * manifest.parity[precision].max_difference if precision in manifest.parity else 0.0
    difference = max((abs(values[name] - expected[name]) for name in values), default=0.0)
    return CanaryResult(difference=difference, tolerance=ROUNDING + allowed, origin=origin)
