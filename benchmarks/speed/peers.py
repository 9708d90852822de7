"""What a user would pick instead, each with our weights where it runs a network: sensational framing of headlines, text to probability.

Shapes: B texts of a batch, T tokens, N texts in all.
"""

import tempfile
import warnings
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray
from onnxruntime.quantization import QuantType, quantize_dynamic
from safetensors.torch import load_file
from sentence_transformers import SentenceTransformer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from torch import Tensor
from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification, pipeline
from transformers.modeling_outputs import SequenceClassifierOutput

from benchmarks.speed.material import headlines
from presscheck.serve.bundle import Bundle
from presscheck.train.encoder import load_encoder, locate
from presscheck.train.model import PressModel

Array = NDArray[np.float64]
System = Callable[[Sequence[str]], Array]
TOKENS_PER_BATCH = 2048


class AtClosingSep(BertForSequenceClassification):  # type: ignore[no-untyped-call]  # untyped library
    """Our model in the library's own clothes: the logit of `sensational` at the closing [SEP]."""

    def __init__(self, config: BertConfig, model: PressModel | None = None) -> None:
        super().__init__(config)
        del self.bert, self.classifier
        self.ours = model

    def forward(self, input_ids: Tensor, attention_mask: Tensor, **_: Any) -> SequenceClassifierOutput:
        """Token ids and mask (B, T) to logits (B, 1)."""
        assert self.ours is not None
        labels_BTL, _tags = self.ours(input_ids, attention_mask)
        last_B11 = (attention_mask.sum(1) - 1)[:, None, None]
        return SequenceClassifierOutput(logits=labels_BTL[:, :, :1].gather(1, last_B11)[:, 0])


class Peers:
    """Systems by name, over one bundle's weights."""

    def __init__(self, bundle: Bundle) -> None:
        encoder = load_encoder("minilm-l6", random_init=False, freeze_embeddings=True, dropout=0.0)
        model = PressModel(encoder.model, hidden_size=encoder.hidden_size, dropout=0.0)
        model.load_state_dict(load_file(bundle.path / "model.safetensors"))
        folder = locate("minilm-l6")
        config = BertConfig.from_pretrained(folder, num_labels=1)
        self._model = AtClosingSep(config, model.eval()).eval()  # type: ignore[no-untyped-call]  # as above
        self._tokenizer = AutoTokenizer.from_pretrained(folder)
        self._pipeline = pipeline("text-classification", model=self._model, tokenizer=self._tokenizer, device="cpu")
        self._sentences = SentenceTransformer(str(folder.parent / "model"), device="cpu", local_files_only=True)
        known = headlines("train")
        self._head = LogisticRegression(max_iter=1000).fit(self._sentences.encode(known.texts), known.is_sensational_N)
        self._tfidf = make_pipeline(TfidfVectorizer(ngram_range=(1, 2), min_df=2), LogisticRegression(max_iter=1000)).fit(
            known.texts, known.is_sensational_N
        )
        self._onnx = {name: self._session(int8=name == "int8") for name in ("fp32", "int8")}

    def _session(self, *, int8: bool) -> onnxruntime.InferenceSession:
        folder = Path(tempfile.mkdtemp())
        example = torch.ones((2, 8), dtype=torch.long)
        names = ["input_ids", "attention_mask"]
        axes = {name: {0: "batch", 1: "length"} for name in names}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the exporter, on the exporter
            torch.onnx.export(self._model, (example, example), str(folder / "f.onnx"), input_names=names, dynamic_axes=axes, dynamo=False)
        if int8:
            quantize_dynamic(folder / "f.onnx", folder / "q.onnx", weight_type=QuantType.QInt8)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = torch.get_num_threads()
        return onnxruntime.InferenceSession(str(folder / ("q.onnx" if int8 else "f.onnx")), options)

    def _piped(self, texts: Sequence[str], *, batch: int) -> Array:
        found = self._pipeline(list(texts), batch_size=batch, function_to_apply="sigmoid")
        return np.array([row["score"] for row in found])

    def _sorted_batches(self, texts: Sequence[str], run: Callable[[NDArray[Any], NDArray[Any]], Array]) -> Array:
        encoded = self._tokenizer(list(texts))["input_ids"]
        order = sorted(range(len(texts)), key=lambda index: len(encoded[index]))
        scores_N = np.zeros(len(texts))
        start = 0
        while start < len(order):
            stop = start + 1
            while stop < len(order) and (stop + 1 - start) * len(encoded[order[stop]]) <= TOKENS_PER_BATCH:
                stop += 1
            rows = [encoded[index] for index in order[start:stop]]
            ids_BT = np.zeros((len(rows), len(rows[-1])), dtype=np.int64)
            mask_BT = np.zeros_like(ids_BT)
            for row, ids in enumerate(rows):
                ids_BT[row, : len(ids)] = ids
                mask_BT[row, : len(ids)] = 1
            scores_N[order[start:stop]] = run(ids_BT, mask_BT)
            start = stop
        return scores_N

    @torch.inference_mode()
    def _torch(self, ids_BT: NDArray[Any], mask_BT: NDArray[Any], *, bf16: bool) -> Array:
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bf16):
            logits_B1 = self._model(torch.from_numpy(ids_BT), torch.from_numpy(mask_BT)).logits
        return np.asarray(logits_B1[:, 0].float().sigmoid().numpy(), dtype=np.float64)

    def _run_onnx(self, ids_BT: NDArray[Any], mask_BT: NDArray[Any], *, name: str) -> Array:
        (logits_B1,) = self._onnx[name].run(None, {"input_ids": ids_BT, "attention_mask": mask_BT})
        return np.asarray(1 / (1 + np.exp(-logits_B1[:, 0])), dtype=np.float64)

    @torch.inference_mode()
    def _one_call(self, texts: Sequence[str]) -> Array:
        inputs = self._tokenizer(list(texts), return_tensors="pt", padding=True, truncation=True)
        return np.asarray(self._model(**inputs).logits[:, 0].sigmoid().numpy(), dtype=np.float64)

    def systems(self) -> dict[str, System]:
        """Every peer, the slowest first."""
        return {
            "transformers pipeline, one by one": partial(self._piped, batch=1),
            "transformers pipeline, batches of 32": partial(self._piped, batch=32),
            "one padded call (as Detoxify's predict)": self._one_call,
            "embedding + head (as SetFit)": lambda texts: self._head.predict_proba(self._sentences.encode(list(texts)))[:, 1],
            "torch f32, sorted": lambda texts: self._sorted_batches(texts, partial(self._torch, bf16=False)),
            "torch bf16, sorted": lambda texts: self._sorted_batches(texts, partial(self._torch, bf16=True)),
            "ONNX Runtime f32, sorted": lambda texts: self._sorted_batches(texts, partial(self._run_onnx, name="fp32")),
            "ONNX Runtime dynamic int8, sorted": lambda texts: self._sorted_batches(texts, partial(self._run_onnx, name="int8")),
            "TF-IDF + logistic regression": lambda texts: self._tfidf.predict_proba(list(texts))[:, 1],
        }

    def sentence_by_sentence(self, texts: Sequence[str], *, models: int) -> None:
        """The obvious way with articles: a pipeline call for each sentence and each label's model."""
        for text in texts:
            for _ in range(models):
                self._pipeline(text, function_to_apply="sigmoid")
