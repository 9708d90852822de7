"""Very many articles through both engines: the same bytes, every row once, memory that stays flat. Stopped at its minutes, it goes on."""

import json
import signal
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.batch.command import batch, content, expect, unaccounted
from benchmarks.batch.generate import BAD, generate
from benchmarks.batch.processes import Watch
from benchmarks.batch.results import keep, kept
from presscheck.serve.batch.summary.manifest import REJECTED, read_manifest

ENGINES = {"local": ["--workers", "2"], "ray": ["--engine", "ray", "--workers", "2"]}
TENTHS = 10


def _run(command: list[str], out: Path, *, seconds: float) -> "tuple[subprocess.CompletedProcess[str] | None, Watch]":
    """Runs a batch, or stops it as ctrl-C does when its time is up."""
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    with Watch(process, lambda: "end" if (out / REJECTED).exists() else "scoring") as watch:
        try:
            _, stderr = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)
            process.communicate()
            return None, watch
    return subprocess.CompletedProcess(command, process.returncode, "", stderr), watch


def _engine(work: Path, model: Path, name: str, *, shard_rows: int, end: float) -> dict[str, object] | None:
    """What an engine's whole job showed; None where time was up before its end."""
    out = work / name
    options = ["--model", model, "--shard-rows", shard_rows, "--max-rejected", "1", *ENGINES[name]]
    pieces = kept("identity").get("pieces", {}).get(name, [])
    begun = time.monotonic()
    done, watch = _run(batch(work / "articles.jsonl", "--out", out, *map(str, options)), out, seconds=end - begun)
    phases = ("scoring", "end")
    pieces.append(
        {
            "wall_s": time.monotonic() - begun,
            "took": {phase: watch.took(phase) for phase in phases},
            "mb": {phase: list(watch.peaks(phase, TENTHS)) for phase in phases},
        }
    )
    known = kept("identity")
    known.setdefault("pieces", {})[name] = pieces
    keep("identity", known)
    if done is None:
        return None
    said = expect(done, 0, "rows scored")
    manifest = read_manifest(out)
    return {
        "rows": manifest.rows,
        "scored": manifest.scored,
        "rejected": manifest.rejected,
        "rejected_by_code": manifest.rejected_by_code,
        "shards": manifest.shards,
        "unaccounted": unaccounted(out),
        "said": next(line.strip() for line in said.splitlines() if "this run: " in line),
    }


def compare(model: Path, work: Path, *, rows: int, shard_rows: int, minutes: float) -> None:
    """Runs what is missing, as long as there is time, and then holds the engines to each other."""
    end = time.monotonic() + 60 * minutes
    work.mkdir(parents=True, exist_ok=True)
    source, about = work / "articles.jsonl", work / "about.json"
    if not about.exists():
        about.write_text(json.dumps({"rows": rows, "malformed": generate(source, rows)}))
    made = json.loads(about.read_text())
    if made["rows"] != rows:
        raise SystemExit(f"{work} holds {made['rows']:,} rows; give another --work")
    known = kept("identity")
    head = {
        "bundle": model.resolve().name,
        "rows": rows,
        "shard_rows": shard_rows,
        "malformed": made["malformed"],
        "ways": len(BAD),
    }
    if known.get("head") != head:
        keep("identity", {"head": head})
    for name in ENGINES:
        known = kept("identity")
        if name in known.get("engines", {}):
            continue
        found = _engine(work, model, name, shard_rows=shard_rows, end=end)
        if found is None:
            print("time is up; the same command goes on")
            return
        known = kept("identity")
        keep("identity", {**known, "engines": {**known.get("engines", {}), name: found}})
        print(name, found, flush=True)
    first, second = (content(work / name) for name in ENGINES)
    if first != second:
        raise SystemExit(
            f"the bytes differ: {sorted(name for name in first | second if first.get(name) != second.get(name))[:10]}"
        )
    result = {"on": f"{datetime.now(UTC):%Y-%m-%d}", "files": len(first), "same": True}
    keep("identity", {**kept("identity"), "bytes": result})
