"""The scoring path: bundle, scorer, verdicts, risk and the pages that show them. Nothing here imports a training library.

    from presscheck.serve import load
    record = load().score_one(headline="Has the harbour fallen?", body="Officials said on Monday that it had not.")

docs/python.md shows more. Names are imported on first use: the command line starts without them.
"""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from presscheck.data.article import Article
    from presscheck.serve.record import Record
    from presscheck.serve.scorer import Scorer
    from presscheck.serve.scoring_options import AskedPrecision

__all__ = ["Article", "Record", "Scorer", "load"]
_HOMES = {
    "Article": "presscheck.data.article",
    "Record": "presscheck.serve.record",
    "Scorer": "presscheck.serve.scorer",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def load(
    model: str | Path = "models",
    *,
    policy: str | None = None,
    precision: "AskedPrecision | None" = None,
    prevalence: Mapping[str, float] | None = None,
    threads: int = 0,
    tracking_uri: str | None = None,
) -> "Scorer":
    """Loads a model and returns its scorer.

    Args:
        model: a bundle's folder; a folder of models, of which the champion, else the candidate, is taken; or a registered model,
            `models:/NAME@ALIAS` or `models:/NAME/VERSION`.
        policy: a policy of the bundle; None takes its default.
        precision: f32, bf16 or int8; "auto" takes the fastest that the bundle has and this CPU computes in hardware, None the bundle's own.
        prevalence: shares of positives to expect, by flag or "review".
        threads: cores to use; 0 takes all that this process may use. Scores do not depend on it.
        tracking_uri: the MLflow server or store of registered models; None takes MLFLOW_TRACKING_URI.

    Raises:
        ConfigError: if a registered model's name is of another form, no registry is named, or a share cannot be expected.
        ModelRefusedError: if there is no model, a file of it was changed, or it has no such policy or precision.
    """
    from presscheck.serve.bundle import MANIFEST, find_bundle, read_bundle
    from presscheck.serve.registered_models import locate
    from presscheck.serve.scorer import Scorer

    folder = locate(model, tracking_uri=tracking_uri)
    if not (folder / MANIFEST).is_file():
        folder, _ = find_bundle(folder)
    return Scorer(read_bundle(folder), policy=policy, precision=precision, prevalence=prevalence, threads=threads)
