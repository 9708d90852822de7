"""The registered model, from code: a data frame of articles in, a column of JSON records out. Holds no state of its own."""

from pathlib import Path
from typing import Any

import mlflow
import pandas as pd

from presscheck.data.article import Article, Rejected, checked, make_article
from presscheck.serve.bundle import read_bundle
from presscheck.serve.scorer import Scorer


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value.strip() else None


class PresscheckModel(mlflow.pyfunc.PythonModel):  # type: ignore[name-defined,misc]  # loaded lazily by the library
    """Scores a frame with the columns id, headline and body."""

    def load_context(self, context: Any) -> None:
        """Loads and verifies the bundle."""
        self._scorer = Scorer(read_bundle(Path(context.artifacts["bundle"])))

    def predict(self, context: Any, model_input: pd.DataFrame, params: dict[str, Any] | None = None) -> pd.DataFrame:
        """One record per row, as JSON text in the column `record`."""
        articles: list[Article | Rejected] = []
        for number, row in enumerate(model_input.to_dict("records")):
            identifier = _text(row.get("id")) or str(number)
            headline, body = _text(row.get("headline")), _text(row.get("body"))
            articles.append(checked(make_article(identifier, headline, body), f"row {number}"))
        return pd.DataFrame({"record": [record.model_dump_json() for record in self._scorer.score(articles)]})


mlflow.models.set_model(PresscheckModel())
