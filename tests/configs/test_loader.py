from pathlib import Path

import pytest

from presscheck.configs.loader import ConfigError, available, config_hash, dump, find, load
from presscheck.configs.reference import reference
from presscheck.configs.sources import StarterSource, TableSource

MINIMAL = "name: mine\ndata:\n  sources:\n    - kind: starter\n"


def write(folder: Path, text: str) -> str:
    path = folder / "mine.yaml"
    path.write_text(text)
    return str(path)


def problems(path: str, *overrides: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(path, overrides)
    return str(caught.value).splitlines()


def test_all_errors_come_at_once_with_line_key_and_nearest_key(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        MINIMAL + "trian:\n  epochs: 1\ntrain:\n  learning_rat: 1e-5\n  epochs: none\nmodel:\n  max_tokens: 9\n",
    )
    found = problems(path)
    assert f"{path}:5: trian: unknown key; did you mean 'train'?" in found
    assert f"{path}:8: train.learning_rat: unknown key; did you mean 'learning_rate'?" in found
    assert any(line.startswith(f"{path}:9: train.epochs: ") and "'none'" in line for line in found)
    assert any(line.startswith(f"{path}:11: model.max_tokens: ") for line in found)
    assert len(found) == 4


def test_errors_of_overrides_name_the_command_line(tmp_path: Path) -> None:
    assert problems(write(tmp_path, MINIMAL), "train.epohcs=2") == ["command line: train.epohcs: unknown key; did you mean 'epochs'?"]


def test_numbers_and_words_are_read_as_people_mean_them(tmp_path: Path) -> None:
    config = load(write(tmp_path, MINIMAL + "description: no\n"), ["train.learning_rate=2e-5", "train.weight_decay=.1"])
    assert (config.description, config.train.learning_rate, config.train.weight_decay) == ("no", 2e-5, 0.1)


def test_keys_in_lists_and_unions_are_named_as_written(tmp_path: Path) -> None:
    text = "name: mine\ndata:\n  sources:\n    - kind: table\n      path: a.csv\n      name: a\n      segment: headline\n      lables: {}\n"
    found = problems(write(tmp_path, text))
    assert any("data.sources.0.lables: unknown key; did you mean 'labels'?" in line for line in found)
    assert any("data.sources.0.labels: this key is required" in line for line in found)


def test_overrides_reach_into_lists(tmp_path: Path) -> None:
    config = load(write(tmp_path, MINIMAL), ["data.sources.0.path=elsewhere", "policies.balanced.high=0.9"])
    (source,) = config.data.sources
    assert isinstance(source, StarterSource)
    assert source.path == Path("elsewhere")
    assert config.policies["balanced"].high == 0.9


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name: a\nname: b\n", ":2: key 'name' is repeated"),
        ("- a\n- b\n", "a config must be a mapping of keys"),
        ("name: [a\n", ":2: "),
        (MINIMAL + "data2: 1\ndata: {split: {dev: 0.6, test: 0.5}}\n", "is repeated"),
    ],
)
def test_broken_files(tmp_path: Path, text: str, message: str) -> None:
    assert message in "\n".join(problems(write(tmp_path, text)))


def test_a_config_without_train_data_is_refused(tmp_path: Path) -> None:
    assert "leave nothing to train on" in "\n".join(problems(write(tmp_path, MINIMAL), "data.split.dev=0.6", "data.split.test=0.5"))


def test_an_unknown_name_gets_the_nearest() -> None:
    with pytest.raises(ConfigError, match="did you mean 'starter'"):
        find("startr")


@pytest.mark.parametrize("name", available())
def test_a_dumped_config_loads_to_the_same(name: str, tmp_path: Path) -> None:
    config = load(name)
    again = load(write(tmp_path, dump(config)))
    assert again == config
    assert config_hash(again) == config_hash(config)


def test_a_config_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load("starter").seed = 3  # type: ignore[misc]  # that is the point


TABLE = """\
name: ours
data:
  sources:
    - kind: table
      path: a.csv
      name: ours
      segment: headline
      %s
      labels:
        sensational:
          column: bait
          values: %s
"""


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("{1: 1, 0: 0}", {"1": 1.0, "0": 0.0}),
        ("{1.0: 1, 0.5: 0}", {"1": 1.0, "0.5": 0.0}),
        ("{true: 1, False: 0}", {"true": 1.0, "false": 0.0}),
        ("{yes: 1, No: 0, on: 1}", {"yes": 1.0, "no": 0.0, "on": 1.0}),
        ('{" Bait ": 1, NULL: 0, "N/A": null}', {"bait": 1.0, "null": 0.0, "n/a": None}),
        ("{Bait: 1, BAIT: 1}", {"bait": 1.0}),
    ],
)
def test_keys_of_a_mapping_are_written_as_yaml_writes_them(tmp_path: Path, written: str, read: dict[str, float | None]) -> None:
    config = load(write(tmp_path, TABLE % ("text: t", written)))
    source = config.data.sources[0]
    assert isinstance(source, TableSource)
    assert source.labels["sensational"].values == read
    (tmp_path / "again.yaml").write_text(dump(config))
    assert load(str(tmp_path / "again.yaml")) == config


def test_two_keys_of_one_spelling_are_refused(tmp_path: Path) -> None:
    found = problems(write(tmp_path, TABLE % ("text: t", "{Bait: 1, bait: 0}")))[0]
    assert ":12: data.sources.0.labels.sensational.values: 'bait' has two values" in found


def test_an_encoding_that_is_none_is_refused(tmp_path: Path) -> None:
    found = problems(write(tmp_path, TABLE % ("encoding: klingon", "{1: 1}")))[0]
    assert ":8: data.sources.0.encoding: not a text encoding" in found


@pytest.mark.parametrize("name", available())
def test_every_yaml_trains_for_two_steps_on_stand_in_data(name: str, small_corpus: Path, tmp_path: Path) -> None:
    from presscheck.train.run import train

    config = load(
        name,
        [
            f"data.sources=[{{kind: starter, path: {small_corpus}}}]",
            "model={encoder: tests/assets/tiny-encoder, random_init: true, max_tokens: 96}",
            "train.max_steps=2",
            "train.epochs=1",
            "calibration.folds=2",
            "calibration.risk_folds=2",
            "calibration.risk_epochs=1",
            "tracking.enabled=false",
            f"models_dir={tmp_path}",
        ],
    )
    bundle = train(config)
    assert list(bundle.manifest.policies) == list(config.policies)


def test_the_reference_in_the_docs_is_that_of_the_code() -> None:
    assert Path("docs/config.md").read_text(encoding="utf-8") == reference(), "run: presscheck configs reference > docs/config.md"
