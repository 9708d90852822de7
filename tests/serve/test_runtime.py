"""Which passages the model reads together, and what a passage's score hangs on."""

import numpy as np
import pytest
from tests_support import LAST_DIGIT, depends_on_company

from presscheck.data.passages import Passage
from presscheck.serve.bundle import Bundle
from presscheck.serve.manifest import Precision
from presscheck.serve.runtime import TOKENS_PER_BATCH, Runtime, batches_of_one_width, width_of


def passages(*lengths: int) -> list[Passage]:
    return [Passage(ids=(101, *range(5, 3 + length), 102), slots=()) for length in lengths]


def test_padding_stays_small_at_every_length_of_a_passage() -> None:
    """An even length is not padded below 32; the longest headlines and full windows lose a token in fifteen at most."""
    for length in range(2, 257):
        assert 0 <= width_of(length) - length < 8
        assert width_of(width_of(length)) == width_of(length)
        if length > 15:
            assert (width_of(length) - length) / width_of(length) < 0.11
    headlines = np.arange(8, 24)
    widths = np.array([width_of(int(length)) for length in headlines])
    assert (widths - headlines).sum() / widths.sum() < 0.05


def test_each_passage_is_read_once_in_one_of_three_shapes_a_width() -> None:
    read = passages(*([16] * 75), *([15] * 6), *([250] * 5), 7, 32)
    shapes: dict[int, set[int]] = {}
    seen: list[int] = []
    for width, batch in batches_of_one_width(read):
        assert {width_of(len(read[index].ids)) for index in batch} == {width}
        assert width * len(batch) <= TOKENS_PER_BATCH
        shapes.setdefault(width, set()).add(len(batch))
        seen += batch
    assert sorted(seen) == list(range(len(read)))
    assert shapes == {16: {32, 4, 1}, 256: {2, 1}, 8: {1}, 32: {1}}
    assert list(shapes) == sorted(shapes, reverse=True)


@pytest.mark.parametrize("precision", ["f32", "bf16", "int8"])
def test_a_padded_passage_has_the_logits_that_it_has_alone(tiny_bundle: Bundle, precision: Precision) -> None:
    """At its own length, in company, and beside longer ones of its width: bit for bit in f32, and in every precision without AMX.

    With AMX the logits of bf16 and int8 differ by about 1e-8 (seen on an Intel server on 2026-11-29); what is asked there is that no
    record differs by more than its last digit. Run on AMD EPYC without AMX on 2026-11-29: equal bits in all three.
    """
    if precision not in tiny_bundle.manifest.calibration:
        pytest.skip(f"this CPU does not compute {precision} in hardware")
    runtime = Runtime(tiny_bundle.path / "runtime", precision=precision, threads=2)
    read = passages(*([9, 10] * 20), *range(3, 30))
    together = runtime.logits(read)
    bound = LAST_DIGIT / 2 if depends_on_company(precision) else 0.0
    for passage, (labels_TL, tags_TK) in zip(read, together, strict=True):
        assert len(labels_TL) == len(tags_TK) == len(passage.ids)
        ((alone_TL, alone_TK),) = runtime.logits([passage])
        assert np.abs(labels_TL - alone_TL).max() <= bound
        assert np.abs(tags_TK - alone_TK).max() <= bound
