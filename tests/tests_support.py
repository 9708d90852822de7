"""What several test files share and is no fixture."""

from pathlib import Path

from presscheck.configs.loader import load
from presscheck.configs.schema import RunConfig


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
