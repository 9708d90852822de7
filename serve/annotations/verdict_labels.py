"""The labels of a sentence that follow from what somebody says of its verdict."""

from collections.abc import Mapping
from typing import cast, get_args

from presscheck.serve.record import Verdict

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
# A vague source may or may not count as attribution.
_AGREED: Mapping[Verdict, Mapping[str, int]] = {
    "not_a_claim": {"claim": 0},
    "attributed": {"claim": 1, "attributed": 1},
    "vague_source": {"claim": 1},
    "speculation": {"claim": 1, "attributed": 0},
    "own_account": {"claim": 1, "attributed": 0, "needs_source": 0},
    "unsourced": {"claim": 1, "attributed": 0, "needs_source": 1},
}
# Who disagrees with "unsourced" may mean that it is not a claim or that it has a source.
_DISAGREED: Mapping[Verdict, Mapping[str, int]] = {"not_a_claim": {"claim": 1}}


def labels_of(verdict: str | None, *, agrees: bool = True) -> Mapping[str, int]:
    """The labels that the answer determines."""
    return (_AGREED if agrees else _DISAGREED).get(cast("Verdict", verdict), {})
