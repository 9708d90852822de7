"""Whether a body holds what its headline states, by rule and with reasons: `find_missing`."""

from presscheck.data.text.support.findings import Findings, Missing, MissingKind
from presscheck.data.text.support.missing_parts import find_missing
from presscheck.data.text.support.predicate import content_stems_of

__all__ = ["Findings", "Missing", "MissingKind", "content_stems_of", "find_missing"]
