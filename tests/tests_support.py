"""What several test files share and is no fixture."""

from pathlib import Path


def tiny_overrides(corpus: Path, folder: Path) -> list[str]:
    """Overrides that train tiny.yaml on the small corpus into a folder, tracked there."""
    return [
        f"data.sources.0.path={corpus}",
        f"models_dir={folder / 'models'}",
        f"tracking.uri=sqlite:///{folder / 'mlflow.db'}",
    ]
