"""The behavioural suite: cases as data, and the code that runs them."""

from importlib.resources import files
from typing import Any

import yaml


def read_data(name: str) -> dict[str, Any]:
    """One of the suite's YAML files."""
    read: dict[str, Any] = yaml.safe_load((files(__name__) / name).read_text(encoding="utf-8"))
    return read
