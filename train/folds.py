"""Scores by models that were not trained on the texts: features for risk and genre (the final model's for dev), and doubtful labels."""

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from presscheck.data.atomic import write_atomically
from presscheck.data.dataset.mapped import subset
from presscheck.data.dataset.splits import fold_of_groups
from presscheck.data.schema import Document
from presscheck.serve.bundle import Bundle
from presscheck.serve.genre import MIN_SENTENCES, genre_features
from presscheck.serve.risk import claims_of, risk_features
from presscheck.serve.scorer import Scorer
from presscheck.train import processes
from presscheck.train.callbacks import ShowProgress
from presscheck.train.doubtful import SCORES, write_scores
from presscheck.train.fit import Fitted, fit_weights, make_member
from presscheck.train.plan import Run
from presscheck.train.scored import as_article
from presscheck.train.tracking import Tracker


def features_of(bundle: Bundle, documents: Sequence[Document]) -> list[dict[str, Any]]:
    """Features of reviewed articles as this bundle scores them; articles without both parts are left out.

    `genre` is None if it is not labelled, or the article is too short for one.
    """
    reviewed = [d for d in documents if d.review is not None and d.headline and d.sentences]
    articles = [as_article(d) for d in reviewed]
    records = Scorer(bundle).score(articles)
    return [
        {
            "review": d.review,
            "features": risk_features(r.headline, r.segments, r.sources),
            "claims": claims_of(r.segments),
            "genre": d.article_genre if len(r.segments) >= MIN_SENTENCES else None,
            "genre_features": genre_features(r.headline, r.segments, a.body or ""),
        }
        for d, a, r in zip(reviewed, articles, records, strict=True)
        if r.status == "ok" and r.headline
    ]


def _are_files(*paths: Path) -> bool:
    return all(path.is_file() for path in paths)


def _write_outcome(
    run: Run,
    fitted: Fitted,
    train: Sequence[Document],
    held_out: Sequence[Document],
    *,
    folder: Path,
    index: int,
) -> None:
    """Exports a fold model and writes what it makes of the documents that it was not trained on: scores, and features of the articles."""
    member = make_member(
        run.config,
        fitted,
        name=f"{run.name}-fold-{index}",
        train=train,
        dev=run.splits["dev"],
        data=run.data,
        folder=folder,
        learnt=run.learnt,
        is_fold=True,
    )
    write_scores(folder / SCORES, held_out, member.bundle, run.learnt.labels)
    found = [{**row, "fold": index} for row in features_of(member.bundle, held_out)]
    with write_atomically(folder / "features.json") as stream:
        json.dump(found, stream)


def fold_rows(run: Run, tracker: Tracker) -> list[dict[str, Any]]:
    """Out-of-fold features of the train articles; finished folds are read from disk, and so are their scores."""
    config, train = run.config, run.splits["train"]
    count = config.calibration.risk_folds
    if not count or sum(d.review is not None for d in train) < 2 * count:
        return []
    rows: list[dict[str, Any]] = []
    fold = fold_of_groups({d.group for d in train}, count=count, salt=config.data.split.salt)
    folds = [fold[d.group] for d in train]
    for index in range(count):
        folder = run.work / f"fold-{index}"
        done, scores = folder / "features.json", folder / SCORES
        if not processes.by_main(partial(_are_files, done, scores)):
            rest = subset(train, [place for place, other in enumerate(folds) if other != index])
            fitted = fit_weights(
                config,
                train=rest,
                dev=run.splits["dev"],
                folder=folder,
                epochs=config.calibration.risk_epochs,
                callbacks=[ShowProgress(f"fold {index + 1} of {count} (for the risk model)")],
            )
            held_out = subset(train, [place for place, own in enumerate(folds) if own == index])
            write = partial(_write_outcome, run, fitted, rest, held_out, folder=folder, index=index)
            processes.by_main(write)
        rows += json.loads(done.read_text(encoding="utf-8"))
        tracker.metrics({"risk/folds_done": index + 1})
    return rows
