"""Whether a passage's score depends on what else stands in its batch: alone against in company, at each precision.

    python -m benchmarks.company BUNDLE [--passages 100000] [--precisions f32 bf16 int8] [--record]

Passages are segments of the starter corpus cut at every length, so that all widths and batch sizes occur. Each is read alone and in batches
of one width, as the scorer makes them, and its calibrated probabilities are compared as records write them, to six digits.
"""

import argparse
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer
from tqdm import tqdm

from benchmarks.machine import describe
from benchmarks.report import Results, record, results_of, table
from presscheck.data.passages import TextPart
from presscheck.data.starter import read_starter
from presscheck.serve.bundle import Bundle, read_bundle
from presscheck.serve.manifest import Precision
from presscheck.serve.predict import Calibrator, SegmentScores, pack_parts, unpack
from presscheck.serve.runtime import Logits, Runtime, supports
from presscheck.serve.scorer import load_tokenizer

FOLDER = Path(__file__).parent
DIGITS = 6  # of a probability in a record
WINDOW = 4096  # passages that are read together


def texts(count: int) -> list[str]:
    """Segments of the starter corpus, and beginnings of them, all different."""
    segments = sorted({segment.text for document in read_starter() for segment in document.segments})
    cut = {" ".join(words[:n]) for text in segments for words in [text.split()] for n in range(2, len(words) + 1)}
    found = sorted(cut | set(segments))
    np.random.default_rng(1).shuffle(found)
    return sorted(found[:count], key=len)  # neighbours have nearly one width, so that few shapes are compiled


def draw(results: Results) -> str:
    """A table per kind of CPU."""
    heads = ["precision", "passages", "with any other digit", "largest difference", "largest difference of a logit"]
    return "\n\n".join(f"{machine}\n\n{table(heads, rows)}" for machine, rows in results.items())


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--precisions", nargs="+", default=["f32", "bf16", "int8"])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--record", action="store_true", help="into results.json and README.md")
    arguments = parser.parse_args()
    bundle = read_bundle(arguments.bundle)
    tokenizer = load_tokenizer(bundle.path / "tokenizer.json")
    documents = [[text] for text in texts(arguments.passages)]
    about = f"{describe(('openvino',))}. Bundle {bundle.manifest.version}, {datetime.now(UTC):%Y-%m-%d}."
    rows: list[list[str]] = []
    for precision in arguments.precisions:
        if precision not in bundle.manifest.calibration or not supports(precision):
            rows.append([precision, "not in this bundle, or not in this CPU", "", "", ""])
            continue
        rows.append(_row(documents, precision, bundle=bundle, tokenizer=tokenizer, threads=arguments.threads))
    print(draw({about: rows}))
    if arguments.record:
        record(FOLDER, {**results_of(FOLDER), about: rows}, draw)


def _row(documents: list[list[str]], precision: Precision, *, bundle: Bundle, tokenizer: Tokenizer, threads: int) -> list[str]:
    manifest = bundle.manifest
    runtime = Runtime(bundle.path / "runtime", precision=precision, threads=threads)
    calibrated = Calibrator(manifest.calibration[precision])
    differ, largest, largest_logit = 0, 0.0, 0.0
    for start in tqdm(range(0, len(documents), WINDOW), desc=precision, disable=None):
        parts = [TextPart(texts) for texts in documents[start : start + WINDOW]]
        packed = pack_parts(parts, tokenizer=tokenizer, max_tokens=manifest.max_tokens, in_front=False)
        together = runtime.logits(packed.passages)
        alone: list[Logits] = [runtime.logits([passage])[0] for passage in packed.passages]
        for (one_TL, one_TK), (other_TL, other_TK) in zip(together, alone, strict=True):
            gaps = float(np.abs(one_TL - other_TL).max()), float(np.abs(one_TK - other_TK).max())
            largest_logit = max(largest_logit, *gaps)
        for one_part, other_part in zip(unpack(packed, together), unpack(packed, alone), strict=True):
            (one,), (other,) = one_part.segments, other_part.segments
            gap = np.abs(_written(calibrated(one)) - _written(calibrated(other))).max()
            differ += bool(gap)
            largest = max(largest, float(gap))
    return [precision, f"{len(documents):,}", f"{differ:,}", f"{largest:.0e}", f"{largest_logit:.1e}"]


def _written(scores: SegmentScores) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """Every probability of a segment as a record writes it."""
    return np.round(np.concatenate([np.array(list(scores.labels.values())), scores.tags_TK.ravel()]), DIGITS)


if __name__ == "__main__":
    main()
