"""The registered model as code: a data frame of articles in, a column of JSON records out. Holds no state of its own."""

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import mlflow
import pandas as pd

from presscheck.data.article import Article, Rejected
from presscheck.data.rows.columns import Columns
from presscheck.data.rows.refusal import RowError
from presscheck.data.rows.row import as_row
from presscheck.serve.bundle import read_bundle
from presscheck.serve.scorer import Scorer


def _article(row: dict[Hashable, Any], number: int) -> Article | Rejected:
    """The row as every other path reads it; pandas' missing values are null."""
    cells = {str(name): None if value is pd.NA or value is pd.NaT or value != value else value for name, value in row.items()}
    try:
        return as_row(cells, line=number, place=str(number), columns=Columns()).article
    except RowError as error:
        return Rejected(error.identifier or str(number), error.fault.code, f"row {number}: {error}")


class PresscheckModel(mlflow.pyfunc.PythonModel):  # type: ignore[name-defined,misc]  # loaded lazily by the library
    """Scores a frame with the columns id, headline and body."""

    def load_context(self, context: Any) -> None:
        """Loads and verifies the bundle."""
        self._scorer = Scorer(read_bundle(Path(context.artifacts["bundle"])))

    def predict(self, context: Any, model_input: pd.DataFrame, params: dict[str, Any] | None = None) -> pd.DataFrame:
        """One record per row, as JSON text in the column `record`."""
        articles = [_article(row, number) for number, row in enumerate(model_input.to_dict("records"))]
        return pd.DataFrame({"record": [record.model_dump_json() for record in self._scorer.score(articles)]})


mlflow.models.set_model(PresscheckModel())
