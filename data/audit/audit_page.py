"""Renders the audit as one self-contained page and as JSON."""

import json
from dataclasses import asdict
from pathlib import Path

from presscheck.data.atomic import write_files
from presscheck.data.audit.audit import Audit
from presscheck.data.audit.coverage import CoveragePlan
from presscheck.data.audit.plots import pictures
from presscheck.data.audit.wording import QUANTILES
from presscheck.data.pages import page_environment


def as_json(found: Audit) -> str:
    """The audit as JSON, without the length of each segment; near-duplicates by id."""
    tree = {
        "counts": found.counts,
        "splits": found.splits,
        "positives": found.positives,
        "years": found.years,
        "probes": [asdict(probe) for probe in found.probes],
        "feature_auc": found.feature_auc,
        "wording": {kind: asdict(value) for kind, value in found.wording.items()},
        "sequences": found.sequences,
        "near_duplicates": [[p.first[0].id, p.second[0].id, round(p.jaccard, 3)] for p in found.duplicates],
        "agreement": asdict(found.agreement) if found.agreement else None,
        "checks": [asdict(check) for check in found.checks],
    }
    return json.dumps(tree, indent=2, ensure_ascii=False) + "\n"


def as_html(found: Audit, *, name: str, plan: CoveragePlan | None) -> str:
    """One page without requests or scripts."""
    page = page_environment("presscheck.data.audit").get_template("page.html")
    return page.render(audit=found, name=name, plan=plan, pictures=pictures(found, plan), quantiles=QUANTILES)


def write_report(found: Audit, folder: Path, *, name: str, plan: CoveragePlan | None) -> None:
    """Writes `audit.html` and `audit.json`."""
    write_files(folder, {"audit.json": as_json(found), "audit.html": as_html(found, name=name, plan=plan)})
