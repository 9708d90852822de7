"""What harnesses that fit many small models share: features of the pretrained encoder as it ships, computed once, and linear heads on them.

Shapes: N segments, T tokens, H hidden units, F = 2 H features.
"""

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from tqdm.auto import tqdm

from presscheck.data.passages import Passage, TextPart, pack, special_tokens, tokenise_parts
from presscheck.data.schema import POSITIVE, Document, Segment
from presscheck.serve.scorer import load_tokenizer
from presscheck.train.encoder import PACKAGED, Encoder, load_encoder
from presscheck.train.scored import parts_of

Array = NDArray[np.float64]
Features = NDArray[np.float32]
Flags = NDArray[np.bool_]
C = 0.02  # inverse strength of the ridge penalty on standardised features; the best of a few on dev of the starter corpus
_TOKENS_PER_BATCH = 8192


@dataclass(frozen=True, slots=True)
class Frozen:
    """Segments with their features (N, F): the encoder's state at the closing [SEP], beside the mean state of the segment's tokens."""

    places: tuple[tuple[Document, Segment], ...]
    features_NF: Features  # noqa: N815 - the shape suffix

    def of(self, chosen_N: Flags | NDArray[np.intp]) -> "Frozen":
        """Some of the segments: by a mask, or by their numbers."""
        numbers = np.arange(len(self.places))[chosen_N]
        return Frozen(tuple(self.places[n] for n in numbers), self.features_NF[numbers])

    def targets(self, label: str) -> Array:
        """A label's value of each segment (N,), NaN where it is missing."""
        return np.array([segment.labels.get(label, np.nan) for _, segment in self.places])


def features_of(documents: Sequence[Document], *, encoder: str = PACKAGED, max_tokens: int = 256, cache: Path | None = None) -> Frozen:
    """The features of every segment that a model reads: headlines alone, sentences in their passages; repeats are left out.

    They are computed once and kept in a file (default: in the temporary folder), whose name is a hash of the texts and the encoder.
    """
    parts = [(document, part) for document in documents for part in parts_of(document)]
    texts = [list(part.text.texts) for _, part in parts]
    digest = hashlib.sha256(repr((encoder, max_tokens, texts)).encode()).hexdigest()[:16]
    path = (cache or Path(tempfile.gettempdir())) / f"presscheck-frozen-{digest}.npy"
    if not path.is_file():
        found = _computed(texts, load_encoder(encoder, random_init=False, freeze_embeddings=True, dropout=0.0), max_tokens=max_tokens)
        part_file = path.with_suffix(".part")
        with part_file.open("wb") as stream:
            np.save(stream, found)
        part_file.replace(path)
    return Frozen(tuple((document, segment) for document, part in parts for segment in part.segments), np.load(path))


@torch.inference_mode()
def _computed(texts: Sequence[Sequence[str]], encoder: Encoder, *, max_tokens: int) -> Features:
    tokenizer = load_tokenizer(encoder.folder / "tokenizer.json")
    special = special_tokens(tokenizer)
    tokenised = tokenise_parts(tokenizer, [TextPart(one) for one in texts], max_tokens=max_tokens)
    starts = np.cumsum([0, *(len(part) for part in texts)])
    passages = [
        (start, p) for start, part in zip(starts, tokenised, strict=False) for p in pack(part, special=special, max_tokens=max_tokens)
    ]
    passages.sort(key=lambda item: len(item[1].ids))
    features_NF = np.zeros((int(starts[-1]), 2 * encoder.hidden_size), dtype=np.float32)
    encoder.model.eval()
    done = 0
    with tqdm(total=len(passages), desc="features", unit=" passages", disable=None) as bar:
        while done < len(passages):
            width = len(passages[min(done + _TOKENS_PER_BATCH // len(passages[done][1].ids), len(passages)) - 1][1].ids)
            batch = passages[done : done + max(1, _TOKENS_PER_BATCH // width)]
            _fill(features_NF, batch, encoder, pad=special.pad)
            done += len(batch)
            bar.update(len(batch))
    return features_NF


def _fill(features_NF: Features, batch: Sequence[tuple[int, Passage]], encoder: Encoder, *, pad: int) -> None:
    width = max(len(passage.ids) for _, passage in batch)
    ids_BT = torch.tensor([[*passage.ids, *[pad] * (width - len(passage.ids))] for _, passage in batch])
    mask_BT = torch.tensor([[1] * len(passage.ids) + [0] * (width - len(passage.ids)) for _, passage in batch])
    states_BTH = encoder.model(input_ids=ids_BT, attention_mask=mask_BT).last_hidden_state.float().numpy()
    for states_TH, (start, passage) in zip(states_BTH, batch, strict=True):
        for slot in passage.slots:
            if not slot.is_context:
                tokens_TH = states_TH[slot.first : max(slot.separator, slot.first + 1)]
                features_NF[start + slot.segment] = np.concatenate([states_TH[slot.separator], tokens_TH.mean(axis=0)])


@dataclass(frozen=True, slots=True)
class Head:
    """Logistic regression on standardised features, or a constant where only one kind of item was given."""

    mean_F: Features  # noqa: N815 - the shape suffix
    scale_F: Features  # noqa: N815 - as above
    model: LogisticRegression | None
    constant: float

    def probabilities(self, features_NF: Features) -> Array:
        """P(label) of each segment."""
        if self.model is None:
            return np.full(len(features_NF), self.constant)
        found: Array = self.model.predict_proba((features_NF - self.mean_F) / self.scale_F)[:, 1].astype(float)
        return found


def fit_head(features_NF: Features, targets_N: Array, weights_N: Array | None = None, *, c: float = C) -> Head:
    """A head for one label.

    Args:
        targets_N: 0..1, none missing; a soft target counts in its two parts.
        weights_N: weights of the items, 1 by default.
    """
    weights_N = np.ones(len(targets_N)) if weights_N is None else weights_N
    mean_F = features_NF.mean(axis=0)
    scale_F = np.maximum(features_NF.std(axis=0), 1e-6)
    both_N = np.concatenate([np.arange(len(targets_N))] * 2)
    is_positive_N = np.repeat([True, False], len(targets_N))
    counts_N = np.concatenate([weights_N * targets_N, weights_N * (1 - targets_N)])
    used_N = counts_N > 0
    both_N, is_positive_N, counts_N = both_N[used_N], is_positive_N[used_N], counts_N[used_N]
    if len(np.unique(is_positive_N)) < 2:
        return Head(mean_F, scale_F, None, float(is_positive_N[0]) if len(is_positive_N) else 0.5)
    model = LogisticRegression(C=c, max_iter=300, tol=1e-3)
    model.fit((features_NF[both_N] - mean_F) / scale_F, is_positive_N, sample_weight=counts_N)
    return Head(mean_F, scale_F, model, 0.5)


def out_of_fold(features_NF: Features, targets_N: Array, folds_N: NDArray[np.intp], *, c: float = C) -> Array:
    """Cross-fitted probabilities: each segment's head was fitted on the other folds."""
    found_N = np.zeros(len(targets_N))
    for fold in np.unique(folds_N):
        held_N = folds_N == fold
        found_N[held_N] = fit_head(features_NF[~held_N], targets_N[~held_N], c=c).probabilities(features_NF[held_N])
    return found_N


def is_positive(targets_N: Array) -> Flags:
    """Whether each target counts as positive."""
    positive: Flags = targets_N >= POSITIVE
    return positive
