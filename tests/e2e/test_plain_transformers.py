"""docs/plain-transformers.md as it stands: its block runs on a bundle and gives what the scorer gives."""

import re
from pathlib import Path
from typing import Any

import pytest

from presscheck.data.article import Article
from presscheck.serve.bundle import Bundle
from presscheck.serve.scorer import Scorer

PAGE = Path(__file__).parents[2] / "docs" / "plain-transformers.md"
HEADLINE = '"So the levy is now war?"'


@pytest.mark.parametrize("headline", [HEADLINE, '"Harbour café refuses to explain why nobody was told about 40,000 crates"'])
def test_plain_transformers_give_the_scores_of_the_scorer(
    tiny_bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, headline: str
) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "candidate").symlink_to(tiny_bundle.path)
    monkeypatch.chdir(tmp_path)
    (block,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert HEADLINE in block
    found: dict[str, Any] = {}
    exec(block.replace(HEADLINE, headline), found)
    (record,) = Scorer(tiny_bundle, threads=1, precision="f32").score([Article("a", headline.strip('"'), None)])
    assert record.headline is not None
    assert {"sensational", "loaded"} <= set(tiny_bundle.manifest.trained_labels)
    assert found["scores"]["sensational"] == pytest.approx(record.headline.sensational, abs=5e-6)
    assert found["scores"]["loaded"] == pytest.approx(record.headline.loaded, abs=5e-6)
