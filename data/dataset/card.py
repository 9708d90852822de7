"""The dataset card of a built data set: what `datasets.load_dataset` opens it by, and people read."""

from collections.abc import Mapping
from typing import Any

from datasets import DatasetInfo, SplitDict, SplitInfo
from datasets.info import DatasetInfosDict
from datasets.utils.metadata import MetadataConfigs
from huggingface_hub import DatasetCardData

from presscheck.data.dataset.features import FEATURES

CARD = "README.md"
_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"), (10_000_000, "1M<n<10M"))


def _size_category(count: int) -> str:
    """The category of a number of rows, as the model hub spells it."""
    return next((name for bound, name in _SIZES if count < bound), "n>10M")


def _front_matter(manifest: Mapping[str, Any]) -> DatasetCardData:
    splits = manifest["splits"]
    size = sum(split["bytes"] for split in splits.values())
    data = DatasetCardData(
        pretty_name=manifest["name"],
        language=["en"],
        license="other",
        license_details="; ".join(manifest["licences"]),
        task_categories=["text-classification", "token-classification"],
        size_categories=[_size_category(sum(split["documents"] for split in splits.values()))],
    )
    infos = {name: SplitInfo(name, num_bytes=split["bytes"], num_examples=split["documents"]) for name, split in splits.items()}
    info = DatasetInfo(features=FEATURES, splits=SplitDict(infos), download_size=size, dataset_size=size)
    DatasetInfosDict({"default": info}).to_dataset_card_data(data)
    files = [{"split": name, "path": split["files"]} for name, split in splits.items()]
    MetadataConfigs({"default": {"data_files": files}}).to_dataset_card_data(data)
    return data


def card_of(manifest: Mapping[str, Any]) -> str:
    """The card that goes with a manifest: Markdown under YAML."""
    rows = [f"| {name} | {split['documents']:,} | {split['bytes']:,} |" for name, split in manifest["splits"].items()]
    lines = [
        "---",
        str(_front_matter(manifest)),
        "---",
        "",
        f"# {manifest['name']}",
        "",
        "English headlines and articles with labels and spans for `presscheck`, which wrote this folder (`presscheck data build`).",
        "A row is a headline or an article; its `segments` are the headline and the sentences. A label is a number in 0..1, and null",
        "where nobody was asked. Spans are offsets in code points, end-exclusive, into a segment's text.",
        "",
        "```python",
        "from datasets import load_dataset",
        "",
        'data = load_dataset("PATH OF THIS FOLDER")',
        "```",
        "",
        "| split | documents | bytes |",
        "|---|---|---|",
        *rows,
        "",
        "Licences of the sources:",
        "",
        *(f"- {licence}" for licence in manifest["licences"]),
        "",
        f"Fingerprint of the content: `{manifest['data_sha256']}`.",
        "`manifest.json` has the files' hashes, the config, and what was read, kept and dropped.",
        "",
    ]
    return "\n".join(lines)
