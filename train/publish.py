"""Publishes a finished model: completes its manifest, names it, and points the candidate at it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from presscheck.data.schema import Document
from presscheck.serve.bundle import Bundle, point, publish, read_bundle, write_manifest
from presscheck.serve.canary import make_canary
from presscheck.serve.errors import ModelRefusedError
from presscheck.serve.manifest import GenreModel, Manifest, Policy, RiskModel
from presscheck.serve.profile import Profile
from presscheck.serve.reference import Reference
from presscheck.serve.scorer import Scorer
from presscheck.train.fit import Member
from presscheck.train.plan import Run
from presscheck.train.scored import as_article


def publish_candidate(run: Run, member: Member, risk: RiskModel | None, genre: GenreModel | None, policies: Mapping[str, Policy]) -> Path:
    """Publishes the bundle under the run's name, or a numbered one if other weights of the same config and data have that name."""
    models, fitted = run.config.models_dir, member.bundle
    target, number = models / run.name, 1
    while target.exists() and not _has_weights(target, fitted.manifest.weights_sha256):
        number += 1
        target = models / f"{run.name}-{number}"
    if not target.exists():
        risk_part = risk.model_dump() if risk else None
        parts = {
            "risk": risk_part,
            "genre": genre.model_dump() if genre else None,
            "version": target.name,
            "policies": {k: p.model_dump() for k, p in policies.items()},
        }
        manifest = Manifest.model_validate({**fitted.manifest.model_dump(), **parts})
        whole = Bundle(fitted.path, manifest)
        found = {"reference": _reference(whole, run.splits["dev"]), "canary": make_canary(whole)}
        write_manifest(fitted.path, manifest.model_copy(update=found))
        publish(fitted.path, target)
    point(models / "candidate", target)
    return target


def _has_weights(bundle: Path, sha256: str) -> bool:
    """Whether this is a readable bundle with these weights."""
    try:
        return read_bundle(bundle).manifest.weights_sha256 == sha256
    except ModelRefusedError:
        return False


def _reference(bundle: Bundle, documents: Sequence[Document]) -> Reference:
    """The reference that later batches are compared with: the dev split as this bundle scores it."""
    profile = Profile()
    records = Scorer(bundle).score(map(as_article, documents))
    for article, record in zip(map(as_article, documents), records, strict=True):
        profile.add(article, record)
    return profile.reference()
