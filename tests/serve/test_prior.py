"""Records for another share of positives than calibration saw."""

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from presscheck.cli.main import app
from presscheck.configs.config_error import ConfigError
from presscheck.data.article import parse_plain
from presscheck.eval.calibration import calibrated_error, expected_calibration_error
from presscheck.serve.bundle import Bundle
from presscheck.serve.prior import shifted
from presscheck.serve.record import Record
from presscheck.serve.scorer import Scorer

SEED = Path(__file__).parents[1] / "e2e" / "seed-article.txt"
BASE = 0.2


def drawn(prevalence: float, n: int = 40_000) -> tuple[np.ndarray, np.ndarray]:
    """Scores that are calibrated where 20 % are positive, of items of which another share is."""
    random = np.random.default_rng(8)
    targets_N = (random.random(n) < prevalence).astype(float)
    evidence_N = random.normal(np.where(targets_N == 1, 1.0, -1.0), 1.0)  # log likelihood ratio 2 x
    return 1 / (1 + np.exp(-(2 * evidence_N + np.log(BASE / (1 - BASE))))), targets_N


@pytest.mark.parametrize("factor", [0.25, 0.5, 1.0, 2.0, 4.0])
def test_shifted_scores_are_calibrated_and_keep_what_a_threshold_promises(factor: float) -> None:
    """From a quarter of the share to four times as much: a threshold t flags nothing that is less likely than t."""
    prevalence = BASE * factor
    scores_N, targets_N = drawn(prevalence)
    shifted_N = np.array([shifted(float(p), base=BASE, prevalence=prevalence) for p in scores_N])
    expected = calibrated_error(shifted_N, targets_N, draws=20)
    assert expected_calibration_error(shifted_N, targets_N) < expected + 0.005
    for threshold in (0.6, 0.8):
        assert targets_N[shifted_N >= threshold].mean() > threshold
        near_N = np.abs(shifted_N - threshold) < 0.05
        assert targets_N[near_N].mean() == pytest.approx(threshold, abs=0.06)
    if factor != 1.0:
        assert expected_calibration_error(scores_N, targets_N) > 3 * expected


def test_without_the_shift_a_rare_kind_breaks_the_promise() -> None:
    scores_N, targets_N = drawn(BASE / 4)
    near_N = np.abs(scores_N - 0.6) < 0.05
    assert targets_N[near_N].mean() < 0.4


def seed_record(bundle: Bundle, prevalence: dict[str, float] | None) -> Record:
    article = parse_plain(SEED.read_text(encoding="utf-8"), identifier="seed")
    (record,) = Scorer(bundle, threads=1, prevalence=prevalence).score([article])
    return record


def test_a_record_says_what_it_was_shifted_to(tiny_bundle: Bundle) -> None:
    plain = seed_record(tiny_bundle, None)
    rare = seed_record(tiny_bundle, {"sensational": 0.01, "unsourced": 0.01})
    assert plain.model.prevalence == {}
    assert rare.model.prevalence == {"sensational": 0.01, "unsourced": 0.01}
    assert plain.headline is not None
    assert rare.headline is not None
    assert plain.headline.sensational is not None
    assert rare.headline.sensational is not None
    base = Scorer(tiny_bundle, threads=1).policy.thresholds["sensational"].base
    assert rare.headline.sensational == pytest.approx(shifted(plain.headline.sensational, base=base, prevalence=0.01), abs=1e-5)
    assert rare.headline.loaded == plain.headline.loaded
    assert [s.verdict for s in rare.segments] == [s.verdict for s in plain.segments]
    assert all((b.unsourced or 0) <= (a.unsourced or 0) for a, b in zip(plain.segments, rare.segments, strict=True))
    assert rare.risk == plain.risk


def test_the_share_of_dev_changes_nothing(tiny_bundle: Bundle) -> None:
    base = Scorer(tiny_bundle, threads=1).policy.thresholds["sensational"].base
    plain, same = seed_record(tiny_bundle, None), seed_record(tiny_bundle, {"sensational": base})
    assert same.model_copy(update={"model": plain.model}) == plain


@pytest.mark.parametrize(
    ("prevalence", "message"),
    [({"claim": 0.1}, "a prevalence cannot be given for 'claim'"), ({"loaded": 0.0}, "above 0"), ({"loaded": 1.0}, "below 1")],
)
def test_what_cannot_be_shifted_is_refused(tiny_bundle: Bundle, prevalence: dict[str, float], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        Scorer(tiny_bundle, prevalence=prevalence)


def test_the_command(tiny_bundle: Bundle) -> None:
    command = ["score", "--headline", "Ferry sinks", "--model", str(tiny_bundle.path), "--format", "jsonl"]
    run = CliRunner().invoke(app, [*command, "--prevalence", "sensational=0.05"])
    assert run.exit_code == 0, run.output
    assert '"prevalence":{"sensational":0.05}' in run.output
    run = CliRunner().invoke(app, [*command, "--prevalence", "sensational"])
    assert run.exit_code == 2
    assert "NAME=SHARE" in run.output
    for wrong in ("tone=0.2", "sensational=20"):
        run = CliRunner().invoke(app, [*command, "--prevalence", wrong])
        assert run.exit_code == 2, run.output
        assert "prevalence" in run.output
