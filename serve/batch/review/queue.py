"""The review queue of a finished job: `review/queue.jsonl`, the same as CSV and for Label Studio, and `design.json` for the estimate."""

import hashlib
import json
import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from presscheck.data.atomic import write_files
from presscheck.serve.batch.review.answers import read_answers
from presscheck.serve.batch.review.cluster import clusters
from presscheck.serve.batch.review.design import DESIGN, FOLDER, QUEUE, Design, Item, Member
from presscheck.serve.batch.review.export import as_csv, as_label_studio, label_studio_config
from presscheck.serve.batch.review.sample import ReviewOptions, Sample, draw_sample
from presscheck.serve.batch.review.units import Picked, Stratum, read_units
from presscheck.serve.batch.shards.output import read_part
from presscheck.serve.batch.shards.store import Store
from presscheck.serve.batch.summary.manifest import JobManifest
from presscheck.serve.manifest import Policy
from presscheck.serve.record import Record

_ID_CHARS = 8
logger = logging.getLogger(__name__)
_ORDER: dict[Stratum, int] = {"top": 0, "uncertain": 1, "audit": 2}


def grouped(sample: Sample) -> list[list[Picked]]:
    """The sample grouped by near-duplicates; the first of a group is the one to review."""
    by_unit = {(p.unit.file, p.unit.line): p for p in sample.picked}
    ordered = sorted(sample.picked, key=lambda p: (_ORDER[p.stratum], -p.unit.risk, p.unit.draw))
    return [[by_unit[u.file, u.line] for u in cluster] for cluster in clusters([p.unit for p in ordered])]


def _records(store: Store, picked: Sequence[Picked]) -> dict[tuple[str, int], Record]:
    wanted: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for one in picked:
        wanted[one.unit.part].add((one.unit.file, one.unit.line))
    found = {}
    for part, places in wanted.items():
        for row in read_part(store.parts / part, ("file", "line", "record")):
            if (row["file"], row["line"]) in places:
                found[row["file"], row["line"]] = Record.model_validate_json(row["record"])
    return found


def queue_id(manifest: JobManifest, options: ReviewOptions) -> str:
    """An id from the job, its inputs and its sampling, so that answers to one queue are never read as answers to another."""
    parts = (manifest.job_sha256, *(one.sha256 for one in manifest.inputs), options.model_dump_json(exclude={"annotate"}))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:_ID_CHARS]


def _items(store: Store, sample: Sample, queue: str) -> Iterator[Item]:
    groups = grouped(sample)
    records = _records(store, [group[0] for group in groups])
    for number, group in enumerate(groups, start=1):
        first = group[0].unit
        members = tuple(
            Member(
                id=p.unit.id,
                file=p.unit.file,
                line=p.unit.line,
                stratum=p.stratum,
                probability=p.probability,
                level=p.unit.level,
                risk=p.unit.risk,
            )
            for p in group
        )
        yield Item(
            item=f"{queue}-{number:05d}",
            stratum=group[0].stratum,
            probability=group[0].probability,
            outlet=first.outlet,
            members=members,
            record=records[first.file, first.line],
        )


def write_queue(out: Path, manifest: JobManifest, policy: Policy, options: ReviewOptions) -> int:
    """Samples the job's articles and writes the queue, unless one with answers exists; returns the number of items to review."""
    store = Store(out)
    sample = draw_sample(read_units(store, seed=options.seed), options, policy)
    queue = queue_id(manifest, options)
    items = list(_items(store, sample, queue))
    asked, flagged = manifest.reference.asked.get("elevated", 0), manifest.reference.flagged
    high = flagged.get("high", 0)
    elevated = flagged.get("elevated", 0) - high
    design = Design(
        options=options,
        queue=queue,
        population=sample.population,
        levels={"low": asked - elevated - high, "elevated": elevated, "high": high},
        items={item.item: item.members for item in items},
    )
    folder = out / FOLDER
    folder.mkdir(exist_ok=True)
    if (folder / QUEUE).is_file() and read_answers(folder / QUEUE):
        logger.warning("%s holds answers: the review queue stays as it is (move it away for a new one)", folder / QUEUE)
        return len(items)
    write_files(
        folder,
        {
            DESIGN: design.model_dump_json(indent=1) + "\n",
            "queue.jsonl": "".join(item.model_dump_json() + "\n" for item in items),
            QUEUE: as_csv(items),
            "label-studio.json": json.dumps(
                [as_label_studio(item, annotate=options.annotate) for item in items], ensure_ascii=False, indent=1
            )
            + "\n",
            "label-studio.xml": label_studio_config(annotate=options.annotate),
        },
    )
    return len(items)
