"""What several test files share and is no fixture."""

from pathlib import Path
from typing import Any

from presscheck.configs.loader import load
from presscheck.configs.schema import RunConfig
from presscheck.serve.bundle import Threshold


def tiny_overrides(corpus: Path, folder: Path) -> list[str]:
    """Overrides that train tiny.yaml on the small corpus into a folder, tracked there."""
    return [
        f"data.sources.0.path={corpus}",
        f"models_dir={folder / 'models'}",
        f"tracking.uri=sqlite:///{folder / 'mlflow.db'}",
    ]


def tiny_config(corpus: Path, folder: Path, *extra: str) -> RunConfig:
    """tiny.yaml on the small corpus, untracked, with further overrides."""
    return load("tiny", [*tiny_overrides(corpus, folder), "tracking.enabled=false", *extra])


def fitted_threshold(**values: Any) -> Threshold:
    """A threshold at 0.5 that kept its promise on dev, with some values replaced."""
    usual = {
        "threshold": 0.5,
        "target_precision": 0.8,
        "precision": 0.8,
        "precision_lower": 0.7,
        "recall": 0.5,
        "flagged": 20,
        "prevalence": 0.3,
        "base": 0.3,
        "reached": True,
    }
    return Threshold.model_validate({**usual, **values})
