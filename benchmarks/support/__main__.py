"""Whether P(supported) tells headlines that their body reports from others, on our own test pairs, on FIB, and on plain wire headlines.

    python -m benchmarks.support BUNDLE --corpora DIR [--with-cosine] [--no-record]

Writes results.json beside this file and draws its tables into README.md. Nothing is fitted on what is measured; only the baseline "words
of the headline alone" is, by cross-validation over stories.
"""

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from tqdm.auto import tqdm

from benchmarks.corpora import corpus_documents
from benchmarks.registers.material import PAPERS, gum, polnear
from benchmarks.report import Results, record, table
from presscheck.configs.schema import ModelConfig
from presscheck.configs.sources import DataConfig
from presscheck.data.article import Article
from presscheck.data.bootstrap import bootstrap
from presscheck.data.dataset.documents import load_splits
from presscheck.data.schema import SPLITS, Document
from presscheck.data.text.support import content_stems_of
from presscheck.eval.bundle_config import part_of
from presscheck.serve.bundle import read_bundle
from presscheck.serve.manifest import SupportModel
from presscheck.serve.process import prepare_to_score
from presscheck.serve.scorer import Scorer, load_tokenizer
from presscheck.serve.support import NOT_READ, findings_of, p_supported, support_features
from presscheck.train.encoder import load_encoder
from presscheck.train.scored import score_documents, told

HERE = Path(__file__).parent
RESAMPLES = 300
PARTS = ("fib", "fir", "factcc", "mfma")
_AT_ONCE = 40  # documents
Array = NDArray[np.float64]
Columns = dict[str, list[float]]


def scores_of(documents: Sequence[Document], scorer: Scorer, model: SupportModel) -> tuple[list[tuple[str, str, bool]], Columns]:
    """Story, headline and truth of every judged headline, and what each score makes of it."""
    items: list[tuple[str, str, bool]] = []
    columns: Columns = {"P(supported)": [], "word overlap": []}
    labels = _labels(documents, scorer) if scorer.reads_headlines else None
    if labels is not None:
        columns["the trained label"] = labels
    for document in documents:
        body, sentences = content_stems_of(document.body_text()[0]), told(document)
        for headline in document.judged_headlines if sentences else ():
            p_model = labels[len(items)] if labels is not None else NOT_READ
            words = content_stems_of(headline.text)
            items.append((document.group, headline.text, headline.is_positive("supported")))
            columns["P(supported)"].append(p_supported(support_features(findings_of(headline.text, sentences), p_model), model))
            columns["word overlap"].append(len(words & body) / max(len(words), 1))
    return items, columns


def _labels(documents: Sequence[Document], scorer: Scorer) -> list[float]:
    """The trained label of every judged headline, in their order."""
    found: list[float] = []
    for start in tqdm(range(0, len(documents), _AT_ONCE), desc="headlines", disable=None):
        scored = score_documents(documents[start : start + _AT_ONCE], scorer.parts, in_front=True)
        found += [scores.labels["supported"] for _, headline, scores in scored if "supported" in headline.labels]
    return found


@torch.inference_mode()
def cosines(documents: Sequence[Document], known: dict[str, torch.Tensor]) -> list[float]:
    """The cosine of each judged headline and the sentence of its body next to it, as the untrained encoder embeds them (mean of tokens).

    Args:
        known: texts that are embedded already; the others are added.
    """
    encoder = load_encoder(ModelConfig().encoder, random_init=False, freeze_embeddings=True, dropout=0.0)
    tokenizer = load_tokenizer(encoder.folder / "tokenizer.json")
    encoder.model.eval()

    def embed(texts: Sequence[str]) -> torch.Tensor:
        for text in texts:
            if text not in known:
                ids_BT = torch.tensor([tokenizer.encode(text).ids[:256]])
                hidden_BTH = encoder.model(input_ids=ids_BT, attention_mask=torch.ones_like(ids_BT)).last_hidden_state
                known[text] = torch.nn.functional.normalize(hidden_BTH.mean(dim=1), dim=1)[0]
        return torch.stack([known[text] for text in texts])

    return [
        float((embed([headline.text]) @ embed(told(document)).T).max())
        for document in tqdm(documents, desc="cosines", disable=None)
        if told(document)
        for headline in document.judged_headlines
    ]


def _alone(items: Sequence[tuple[str, str, bool]]) -> list[float]:
    """P(supported) by the words of the headline alone, cross-validated over stories."""
    model = make_pipeline(TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True), LogisticRegression(max_iter=2000))
    texts, truth, groups = [text for _, text, _ in items], [one for *_, one in items], [group for group, *_ in items]
    found = cross_val_predict(model, texts, truth, groups=groups, cv=GroupKFold(5), method="predict_proba")
    values: list[float] = found[:, 1].tolist()
    return values


def auc_row(
    name: str, documents: Sequence[Document], scorer: Scorer, model: SupportModel, known: dict[str, torch.Tensor] | None
) -> dict[str, Any]:
    """The ROC AUC of every score, with intervals over stories."""
    items, columns = scores_of(documents, scorer, model)
    columns["words of the headline alone"] = _alone(items)
    if known is not None:
        columns["cosine of the encoder"] = cosines(documents, known)
    truth_N = np.array([one for *_, one in items])
    groups = [group for group, *_ in items]

    def auc_of(values_N: Array) -> Callable[[NDArray[np.intp]], dict[str, float | None]]:
        def statistic(index: NDArray[np.intp]) -> dict[str, float | None]:
            both = 0 < truth_N[index].sum() < len(index)
            return {"auc": float(roc_auc_score(truth_N[index], values_N[index])) if both else None}

        return statistic

    found = {key: asdict(bootstrap(auc_of(np.array(values)), groups, resamples=RESAMPLES)["auc"]) for key, values in columns.items()}
    return {"part": name, "n": len(items), "supported": int(truth_N.sum()), **found}


def wire_rows(scorer: Scorer, corpora: Path) -> list[dict[str, Any]]:
    """Of plain wire headlines, how many get a verdict that is not `supported`: every article of four papers, and GUM's news.

    The papers' database joins a headline with its second line or its column by a semicolon. `whole` counts the joined string, `first`
    what stands before it.
    """
    papers = [(name, articles) for key, name, articles in polnear(corpora / "polnear", SPLITS) if key in PAPERS]
    rows = []
    for name, articles in tqdm([*papers, ("Wikinews", gum(corpora / "gum-news", "news"))], desc="wire", disable=None):
        first = [replace(article, headline=(article.headline or "").split(";")[0]) for article in articles]
        rows.append({"register": name, "n": len(articles), "first": _accused(scorer, first), "whole": _accused(scorer, articles)})
    return rows


def _accused(scorer: Scorer, articles: Sequence[Article]) -> int:
    supports = (record.headline.support for record in scorer.score(articles) if record.headline)
    return sum(support is not None and support.verdict != "supported" for support in supports)


def measure(scorer: Scorer, model: SupportModel, data: DataConfig, corpora: Path, *, with_cosine: bool) -> Results:
    """Everything that the tables show."""
    test = [document for document in load_splits(data)["test"] if document.judged_headlines]
    parts = corpus_documents("fib-xsum", corpora)
    known: dict[str, torch.Tensor] | None = {} if with_cosine else None
    rows = [auc_row("own test split", test, scorer, model, known)]
    rows += [auc_row(f"FIB, {part}", [d for d in parts if d.genre == part], scorer, model, known) for part in PARTS]
    return {"auc": rows, "wire": wire_rows(scorer, corpora)}


def _cell(found: Mapping[str, float]) -> str:
    return f"{found['value']:.3f} [{found['lower']:.2f}, {found['upper']:.2f}]"


def draw(results: Results) -> str:
    """The tables as Markdown."""
    scores = [name for name in results["auc"][0] if name not in ("part", "n", "supported")]
    rows = [(row["part"], f"{row['n']:,}", f"{row['supported']:,}", *(_cell(row[name]) for name in scores)) for row in results["auc"]]
    total = {key: sum(row[key] for row in results["wire"]) for key in ("n", "first", "whole")}
    wire = [(row["register"], row["n"], row["first"], row["whole"]) for row in results["wire"]]
    together = (f"{total[key]} ({total[key] / total['n']:.1%})" for key in ("first", "whole"))
    heads = ("register", "headlines", "called so", "with what follows a semicolon")
    return (
        f"Model {results['model']}, {results['precision']}. ROC AUC with 95 % intervals over stories:\n\n"
        f"{table(('pairs', 'n', 'supported', *scores), rows)}\n\n"
        f"Wire headlines called `overstated` or `not_reported`:\n\n"
        f"{table(heads, [*wire, ('together', total['n'], *together)])}"
    )


def main() -> None:
    """Measures a bundle."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--corpora", type=Path, required=True)
    parser.add_argument("--with-cosine", action="store_true", help="also the cosine of the untrained encoder, ten minutes more")
    parser.add_argument("--no-record", action="store_true")
    arguments = parser.parse_args()
    prepare_to_score()
    bundle = read_bundle(arguments.bundle)
    if bundle.manifest.support is None:
        parser.error(f"{bundle.path.name} holds no headline against its body")
    scorer = Scorer(bundle)
    found = measure(
        scorer,
        bundle.manifest.support,
        part_of(bundle, "data", DataConfig),
        arguments.corpora,
        with_cosine=arguments.with_cosine,
    )
    results = {"model": bundle.path.name, "precision": scorer.info.precision, **found}
    print(draw(results))
    if not arguments.no_record:
        record(HERE, results, draw)


if __name__ == "__main__":
    main()
