"""The scorer of a job: the model that it began with, on its settings."""

from pathlib import Path

from presscheck.serve.batch.job import Settings, model_sha256
from presscheck.serve.bundle import Bundle, read_bundle
from presscheck.serve.errors import ModelRefusedError
from presscheck.serve.runtime import check_hardware
from presscheck.serve.scorer import Scorer
from presscheck.serve.terms import terms_of


def check_settings(bundle: Bundle, settings: Settings) -> None:
    """Holds the settings to the bundle and this machine, before anything is written.

    Raises:
        ModelRefusedError: where they do not fit.
    """
    terms_of(bundle, policy=settings.policy, precision=settings.precision, prevalence=settings.prevalence)
    check_hardware(settings.precision)


def job_scorer(path: Path, settings: Settings, *, model: str, threads: int) -> Scorer:
    """The scorer; `model` is the hash of the bundle that the job began with.

    Raises:
        ModelRefusedError: where another bundle stands at the path, or it cannot be used.
    """
    bundle = read_bundle(path)
    if model_sha256(bundle) != model:
        raise ModelRefusedError(f"{path} is another model than the job's; restore that one, or name it with --model")
    return Scorer(
        bundle,
        policy=settings.policy,
        precision=settings.precision,
        prevalence=settings.prevalence,
        threads=threads,
    )
