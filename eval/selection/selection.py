"""Selects what people annotate next from a pool: scores it, weighs uncertainty against likeness, draws, and writes the files."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import numpy as np

from presscheck.data.errors import DataError
from presscheck.eval.selection.draw import SelectOptions, draw
from presscheck.eval.selection.earlier import read_earlier
from presscheck.eval.selection.files import SelectionDesign, hold_no_answers, write_selection
from presscheck.eval.selection.pool import Pool, read_pool, vectors_of
from presscheck.eval.selection.selected import Selected, selected
from presscheck.eval.selection.text_vectors import neighbour_order
from presscheck.eval.selection.uncertainty import overall
from presscheck.serve.batch.job import Job, read_job
from presscheck.serve.batch.shards.store import Store
from presscheck.serve.batch.summary.manifest import read_manifest


@dataclass(frozen=True, slots=True)
class Summary:
    """What was selected, and from what.

    Attributes:
        by_why: selected articles per part.
        by_outlet: selected articles per outlet, most first.
        uncertainty: mean of the candidates, and of the active part; None where there are none.
    """

    pool: Pool
    by_why: dict[str, int]
    by_outlet: dict[str, int]
    uncertainty: tuple[float | None, float | None]


def finished_batch(folder: Path) -> Job:
    """The job of a finished batch whose records hold texts.

    Raises:
        DataError: if there is none.
    """
    read_manifest(folder)
    job = read_job(folder)
    if job is None or not job.settings.text:
        raise DataError(f"{folder}: its records hold no texts (--no-text), and likeness is measured by them; name the files instead")
    return job


def select(
    scored: Path, out: Path, options: SelectOptions, *, earlier: Sequence[str] = (), advance: Callable[[], None] = lambda: None
) -> Summary:
    """Selects from a finished batch.

    Args:
        scored: folder of the batch.
        earlier: files of rows that are not selected again.
        advance: called after each article of the batch.

    Raises:
        DataError: if the batch, its inputs or an earlier file cannot be read, or nothing can be selected.
    """
    hold_no_answers(out)
    job, store = finished_batch(scored), Store(scored)
    pool = read_pool(store, read_earlier(earlier), advance=advance)
    if not pool.candidates:
        raise DataError(
            f"nothing to select: of {pool.scored:,} articles {pool.known:,} were annotated before and {pool.unjudged:,} cannot be judged"
        )
    sizes = np.array([overall(candidate.uncertain) for candidate in pool.candidates])
    order = neighbour_order(vectors_of(store, pool.candidates))
    picks = draw(sizes, order, [candidate.outlet for candidate in pool.candidates], options)
    found = selected(store, job, pool, picks)
    summary = _summary(pool, found)
    design = SelectionDesign(
        options=options,
        model_version=job.model_version,
        model_sha256=job.model_sha256,
        candidates=len(pool.candidates),
        scored=pool.scored,
        unjudged=pool.unjudged,
        known=pool.known,
        selected=summary.by_why,
    )
    write_selection(out, design, found)
    return summary


def _summary(pool: Pool, found: Sequence[Selected]) -> Summary:
    outlets = Counter(one.candidate.outlet or "no outlet named" for one in found)
    active = [overall(one.candidate.uncertain) for one in found if one.why == "uncertain"]
    return Summary(
        pool,
        {why: sum(one.why == why for one in found) for why in ("uncertain", "audit")},
        dict(outlets.most_common()),
        (fmean(overall(candidate.uncertain) for candidate in pool.candidates), fmean(active) if active else None),
    )
