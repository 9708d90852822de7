"""`presscheck data build`: a config's documents as Parquet with a manifest."""

import json
import shutil
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from presscheck.configs.loader import config_hash, dump
from presscheck.configs.schema import RunConfig
from presscheck.data.build.documents import Counts, documents
from presscheck.data.errors import DataError
from presscheck.data.files import file_sha256
from presscheck.data.parquet import DocumentWriter
from presscheck.data.schema import SPLITS, Document

MANIFEST = "manifest.json"


def build(config: RunConfig, folder: Path, *, advance: Callable[[Document], None] = lambda _: None) -> Counts:
    """Writes train.parquet, dev.parquet, test.parquet and manifest.json; the folder appears when all of it is written.

    A data set that this command wrote before is replaced; any other folder is left alone.

    Raises:
        DataError: on bad data, or where something else stands in the folder's place.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / MANIFEST).is_file():
        raise DataError(f"{folder} holds something else than a built data set; give another --out")
    part = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    counts, labels = Counts(), Counter[str]()
    licences: set[str] = set()
    try:
        with ExitStack() as stack:
            writers = {split: DocumentWriter(part / f"{split}.parquet") for split in SPLITS}
            for writer in writers.values():
                stack.callback(writer.close)
            for split, document in documents(config.data, counts):
                writers[split].write(document)
                licences.add(f"{document.source}: {document.licence}")
                labels.update(f"{split}/{name}" for s in document.segments for name in s.labels)
                advance(document)
        manifest = {
            "config_sha256": config_hash(config),
            "config": dump(config),
            "presscheck": version("presscheck"),
            "written": datetime.now(UTC).isoformat(timespec="seconds"),
            "licences": sorted(licences),
            "read": dict(sorted(counts.read.items())),
            "kept": dict(sorted(counts.kept.items())),
            "dropped": dict(sorted(counts.dropped.items())),
            "masked_sentences": dict(sorted(counts.masked.items())),
            "labels": dict(sorted(labels.items())),
            "files": {f"{split}.parquet": file_sha256(part / f"{split}.parquet") for split in SPLITS},
        }
        (part / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    shutil.rmtree(folder, ignore_errors=True)
    part.replace(folder)
    return counts
