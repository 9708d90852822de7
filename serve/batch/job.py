"""The job: the settings that decide the output's bytes, kept in `job.json`; none may change when it is resumed."""

import hashlib
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from pydantic import Field

from presscheck.configs.section import Section
from presscheck.data.atomic import write_atomically
from presscheck.data.errors import DataError
from presscheck.data.files import file_sha256
from presscheck.data.rows.columns import Columns
from presscheck.serve.bundle import SUMS, Bundle
from presscheck.serve.manifest import Precision

JOB = "job.json"
PartFormat = Literal["parquet", "jsonl"]


class Settings(Section):
    """Everything besides input and model that decides the output; its hash is part of every shard's key.

    Attributes:
        encoding: of the inputs, where they are not UTF-8 and have no byte-order mark.
        shard_rows, shard_bytes: a shard ends at whichever comes first (bytes of its rows, uncompressed).
        text: whether records hold words of the article, or offsets and scores only.
        versions: presscheck and the libraries that affect the output.
    """

    columns: Columns = Columns()
    encoding: str | None = None
    policy: str
    precision: Precision
    prevalence: dict[str, float] = Field({})
    part_format: PartFormat = "parquet"
    text: bool = True
    shard_rows: int = 1000
    shard_bytes: int = 8_000_000
    versions: dict[str, str] = Field({name: version(name) for name in ("presscheck", "datasketch", "openvino", "pyarrow", "tokenizers")})

    def sha256(self) -> str:
        """Hash of every setting."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


class Input(Section):
    """One input file as it was when the job started. `size` is in bytes, None if the file system does not say."""

    name: str
    kind: Literal["jsonl", "csv", "parquet"]
    compression: Literal["gzip", "zstd"] | None
    size: int | None


class Job(Section):
    """What `job.json` holds.

    Attributes:
        model_sha256: over the bundle's checksum file, so over every file of it.
        precision_because: why this precision, if the machine chose it.
        passed_over: files of the inputs' folders and globs that cannot be read by their names, at the start: ending, or `companion`,
            to how many.
    """

    format: Literal[1] = 1
    settings: Settings
    model_version: str
    model_sha256: str
    model_path: str
    precision_because: str | None = None
    inputs: tuple[Input, ...]
    passed_over: dict[str, int] = Field({})


def model_sha256(bundle: Bundle) -> str:
    """One hash for the whole bundle."""
    return file_sha256(bundle.path / SUMS)


def read_job(out: Path) -> Job | None:
    """The job of a folder, if there is one.

    Raises:
        DataError: if its file is of another version or broken.
    """
    path = out / JOB
    if not path.is_file():
        return None
    try:
        return Job.model_validate_json(path.read_bytes())
    except ValueError as error:
        raise DataError(f"{path}: not a job of this version of presscheck; give another folder ({error})") from None


def begin(out: Path, job: Job, *, must_resume: bool = False) -> Job:
    """Writes `job.json`, or compares the job with the one that was started here, which is then resumed.

    Raises:
        DataError: naming what has changed: the model, a setting or an input.
    """
    known = read_job(out)
    if known is None:
        if must_resume:
            raise DataError(f"{out} holds no job to resume; leave out --resume to start one")
        with write_atomically(out / JOB) as stream:
            stream.write(job.model_dump_json(indent=2) + "\n")
        return job
    changed = list(changes(known, job))
    if changed:
        raise DataError(
            f"{out} holds a job that was started differently: {'; '.join(changed)}. Give the first command again, or another --out"
        )
    return known


def changes(known: Job, job: Job) -> list[str]:
    """The differences between an earlier run of a job and this one."""
    found = []
    if known.model_sha256 != job.model_sha256:
        found.append(f"the model was {known.model_version}, now it is {job.model_version} (files differ)")
    before, now = known.settings.model_dump(), job.settings.model_dump()
    found += [f"{name} was {before[name]}, now {now[name]}" for name in now if before[name] != now[name]]
    inputs, others = ({i.name: i for i in j.inputs} for j in (known, job))
    found += [f"input {name} is gone" for name in inputs if name not in others]
    found += [f"input {name} was added" for name in others if name not in inputs]
    for name in inputs.keys() & others.keys():
        if inputs[name] != others[name]:
            found.append(f"input {name} had {inputs[name].size} bytes, now {others[name].size}")
    if not found and known.inputs != job.inputs:
        found.append("the inputs are in another order")
    return found
