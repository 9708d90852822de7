"""How far the exported model's probabilities lie from the training model's."""

from collections.abc import Sequence

import numpy as np
import torch
from tokenizers import Tokenizer

from presscheck.data.passages import pack, special_tokens, tokenise
from presscheck.data.schema import SEGMENT_LABELS
from presscheck.serve.bundle import Parity
from presscheck.serve.labelled import Scored, score_documents
from presscheck.serve.predict import SegmentScores
from presscheck.train.model import PressModel, predict

PARITY_TEXTS = 200


def torch_probabilities(
    model: PressModel, tokenizer: Tokenizer, documents: Sequence[Sequence[str]], *, max_tokens: int
) -> list[list[SegmentScores]]:
    """The training model's uncalibrated probabilities in f32, one passage at a time: the reference for every other road."""
    special = special_tokens(tokenizer)
    results: list[list[SegmentScores]] = []
    for texts in documents:
        segments = tokenise(tokenizer, texts, max_tokens=max_tokens)
        found: dict[int, SegmentScores] = {}
        for passage in pack(segments, special=special, max_tokens=max_tokens):
            ids_BT = torch.tensor([passage.ids])
            labels_BTL, tags_BTK = predict(model, ids_BT, torch.ones_like(ids_BT))
            for slot in passage.slots:
                if not slot.is_context:
                    found[slot.segment] = SegmentScores(
                        labels=dict(zip(SEGMENT_LABELS, labels_BTL[0, slot.separator].tolist(), strict=True)),
                        offsets=segments[slot.segment].offsets,
                        tags_TK=tags_BTK[0, slot.first : slot.separator].numpy().astype(np.float64),
                        truncated=segments[slot.segment].truncated,
                    )
        results.append([found[index] for index in range(len(texts))])
    return results


def measure_parity(model: PressModel, tokenizer: Tokenizer, scored: Sequence[Scored], *, max_tokens: int) -> Parity:
    """Compares the logits of the runtime model with the training model over the documents that hold the first 200 segments."""
    documents = list({document.id: document for document, _, _ in scored[:PARITY_TEXTS]}.values())
    kept = {document.id for document in documents}
    exported = [scores for document, _, scores in scored if document.id in kept]
    reference = [
        scores
        for _, _, scores in score_documents(
            documents, lambda texts: torch_probabilities(model, tokenizer, texts, max_tokens=max_tokens)
        )
    ]
    differences = np.concatenate(
        [
            np.abs(1 / (1 + np.exp(-np.array(list(e.labels.values())))) - np.array(list(r.labels.values())))
            for e, r in zip(exported, reference, strict=True)
        ]
    )
    return Parity(
        texts=len(exported), max_difference=float(differences.max()), mean_difference=float(differences.mean())
    )
