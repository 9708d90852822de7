from pathlib import Path

import pytest
import torch
from sklearn.metrics import roc_auc_score
from tests_support import tiny_config

from presscheck.data.schema import POSITIVE
from presscheck.serve.scorer import load_tokenizer
from presscheck.train.calibrate import label_arrays
from presscheck.train.encoder import load_encoder
from presscheck.train.model import PressModel
from presscheck.train.parity import torch_probabilities
from presscheck.train.plan import plan
from presscheck.train.scored import score_documents
from presscheck.train.search.objective import Data, label_aucs


def test_dev_is_judged_as_the_reference_reads_it_and_a_diverged_model_is_refused(small_corpus: Path, tmp_path: Path) -> None:
    config = tiny_config(small_corpus, tmp_path)
    run = plan(config)
    torch.manual_seed(3)
    encoder = load_encoder(config.model.encoder, random_init=True, freeze_embeddings=False, dropout=0.0)
    tokenizer = load_tokenizer(encoder.folder / "tokenizer.json")
    model = PressModel(encoder.model, hidden_size=encoder.hidden_size, dropout=0.1)
    torch.nn.init.normal_(model.label_head.weight, std=5.0)  # scores that spread over 0..1
    data = Data(run.splits["train"], run.splits["dev"], run.learnt.labels)
    found = label_aucs(model, tokenizer, data, max_tokens=config.model.max_tokens)
    reference = score_documents(data.dev, lambda texts: torch_probabilities(model, tokenizer, texts, max_tokens=config.model.max_tokens))
    assert set(found) == set(run.learnt.labels)
    for label, auc in found.items():
        scores_N, targets_N = label_arrays(reference, label)
        assert auc == pytest.approx(roc_auc_score(targets_N >= POSITIVE, scores_N), abs=1e-3)
    torch.nn.init.constant_(model.label_head.weight, float("nan"))
    with pytest.raises(ValueError, match="the training diverged"):
        label_aucs(model, tokenizer, data, max_tokens=config.model.max_tokens)
