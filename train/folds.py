"""Scores by models that were not trained on the texts: features for risk and genre (the final model's for dev), and doubtful labels."""

import json
from collections.abc import Sequence
from typing import Any

from presscheck.data.dataset.splits import folds_of
from presscheck.data.schema import Document
from presscheck.serve.bundle import Bundle
from presscheck.serve.genre import MIN_SENTENCES, genre_features
from presscheck.serve.risk import claims_of, risk_features
from presscheck.serve.scorer import Scorer
from presscheck.train.callbacks import ProgressBar
from presscheck.train.doubtful import SCORES, write_scores
from presscheck.train.fit import fit_member
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


def fold_rows(run: Run, tracker: Tracker, *, annotated: Sequence[Document]) -> list[dict[str, Any]]:
    """Out-of-fold features of the train articles; finished folds are read from disk.

    Args:
        annotated: the train split with the labels that people gave, without a teacher's; the folds' scores of it are kept.
    """
    config, train = run.config, run.splits["train"]
    count = config.calibration.risk_folds
    if not count or sum(d.review is not None for d in train) < 2 * count:
        return []
    rows: list[dict[str, Any]] = []
    folds = folds_of(train, count=count, salt=config.data.split.salt)
    for index, held_out in enumerate(folds):
        folder = run.work / f"fold-{index}"
        done, scores = folder / "features.json", folder / SCORES
        if not (done.is_file() and scores.is_file()):
            held = {d.id for d in held_out}
            member = fit_member(
                config,
                name=f"{run.name}-fold-{index}",
                train=[d for d in train if d.id not in held],
                dev=run.splits["dev"],
                data=run.data,
                folder=folder,
                epochs=config.calibration.risk_epochs,
                learnt=run.learnt,
                is_fold=True,
                callbacks=[ProgressBar(f"fold {index + 1} of {len(folds)} (for the risk model)")],
            )
            write_scores(scores, [d for d in annotated if d.id in held], member.bundle, run.learnt.labels)
            found = [{**row, "fold": index} for row in features_of(member.bundle, held_out)]
            temporary = done.with_suffix(".part")
            temporary.write_text(json.dumps(found), encoding="utf-8")
            temporary.replace(done)
        rows += json.loads(done.read_text(encoding="utf-8"))
        tracker.metrics({"risk/folds_done": index + 1})
    return rows
