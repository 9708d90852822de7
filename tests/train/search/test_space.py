from pathlib import Path

import pytest

from presscheck.configs.loader import ConfigError, available, load
from presscheck.configs.schema import RunConfig
from presscheck.train.search.space import own_values, read_space


@pytest.fixture(scope="module")
def config() -> RunConfig:
    return load("starter")


def problems(tmp_path: Path, config: RunConfig, *lines: str) -> list[str]:
    """What is said of a space with these lines, the first of which is line 2."""
    path = tmp_path / "space.yaml"
    path.write_text("space:\n" + "".join(f"  {line}\n" for line in lines))
    with pytest.raises(ConfigError) as error:
        read_space(str(path), config)
    return str(error.value).replace(f"{path}:", "").splitlines()


FLOAT = "{kind: float, low: 0.1, high: 0.2}"


def test_all_problems_are_told_at_once_each_with_its_line_and_the_nearest_known_key(tmp_path: Path, config: RunConfig) -> None:
    found = problems(
        tmp_path,
        config,
        f"train.lerning_rate: {FLOAT}",
        f"dropout: {FLOAT}",
        "model.max_tokens: {kind: int, low: 8, high: 512}",
        f"train.label_weights.loaded: {FLOAT}",
        f"train.label_weights.loadedd: {FLOAT}",
    )
    assert found[0] == "2: train.lerning_rate: unknown key; did you mean 'train.learning_rate'?"
    assert found[1] == "3: dropout: unknown key; did you mean 'model.dropout'?"
    assert found[2] == "4: model.max_tokens: Input should be greater than or equal to 16 (got 8)"
    assert found[3].startswith("6: train.label_weights.loadedd")
    assert len(found) == 4


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("data.split.dev", "trials differ in model.* and train.* alone"),
        ("calibration.risk_l2", "trials differ in model.* and train.* alone"),
        ("seed", "trials differ in model.* and train.* alone"),
        ("train.tag_weight", "it would sell the tags"),
    ],
)
def test_what_the_objective_would_not_judge_fairly_cannot_be_searched(tmp_path: Path, config: RunConfig, key: str, reason: str) -> None:
    (found,) = problems(tmp_path, config, f"{key}: {FLOAT}")
    assert found.startswith(f"2: {key}: cannot be searched: ")
    assert reason in found


@pytest.mark.parametrize(
    ("dimension", "reason"),
    [
        ("{kind: float, low: 0.2, high: 0.1}", "low (0.2) must be below high (0.1)"),
        ("{kind: float, low: 0, high: 0.1, log: true}", "must begin above 0"),
        ("{kind: int, low: 1, high: 8, log: true, step: 2}", "a logarithmic range has no step"),
        ("{kind: categorical, values: [0.1]}", "at least 2 items"),
        ("{kind: float, low: 0.1, hihg: 0.2}", "did you mean 'high'?"),
        ("{kind: floating, low: 0.1, high: 0.2}", "'floating'"),
    ],
)
def test_a_range_that_is_none_is_refused_with_its_line(tmp_path: Path, config: RunConfig, dimension: str, reason: str) -> None:
    found = problems(tmp_path, config, f"model.dropout: {dimension}")
    assert all(line.startswith("2: space.model.dropout") for line in found)
    assert any(reason in line for line in found)


@pytest.mark.parametrize("name", available("search"))
def test_every_shipped_space_fits_the_config_of_its_name_and_has_its_own_values(name: str) -> None:
    config = load(name)
    space = read_space(name, config)
    assert space.description
    assert own_values(config, space) is not None


def test_own_values_are_those_of_the_config_or_none(tmp_path: Path, config: RunConfig) -> None:
    path = tmp_path / "space.yaml"
    path.write_text(
        "space:\n  train.label_weights.sensational: {kind: float, low: 1, high: 3}\n  train.epochs: {kind: int, low: 2, high: 8, step: 2}\n"
    )
    space = read_space(str(path), config)
    assert own_values(config, space) == {"train.label_weights.sensational": 2.0, "train.epochs": 6}
    assert own_values(load("starter", ["train.epochs=3"]), space) is None
    assert own_values(load("starter", ["train.label_weights={}"]), space) is None
