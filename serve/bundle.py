"""The bundle: one folder that scores by itself. Reading verifies every hash and refuses what does not match."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from presscheck.data.files import file_sha256
from presscheck.serve.errors import ModelRefusedError
from presscheck.serve.manifest import RUNTIME_FILES, Manifest

MANIFEST = "presscheck.json"
SUMS = "SHA256SUMS"
REQUIRED = ("config.json", "tokenizer.json", "model.safetensors", "runtime/model.xml", "runtime/model.bin", MANIFEST)


@dataclass(frozen=True, slots=True)
class Bundle:
    """A verified bundle on disk."""

    path: Path
    manifest: Manifest


def _files(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file() and p.name != SUMS)


def write_sums(folder: Path) -> None:
    """Writes SHA256SUMS over every file of the folder, in the format of `sha256sum -c`."""
    lines = [f"{file_sha256(folder / name)}  {name}\n" for name in _files(folder)]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Writes the manifest; numbers keep their exact value."""
    text = json.dumps(manifest.model_dump(mode="json"), indent=2, ensure_ascii=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def publish(folder: Path, target: Path) -> None:
    """Moves a finished folder to its place, if nothing is there yet; a reader sees the whole bundle or none."""
    write_sums(folder)
    target.parent.mkdir(parents=True, exist_ok=True)
    folder.rename(target)


def point(pointer: Path, target: Path) -> None:
    """Makes `pointer` a link to the bundle beside it, atomically."""
    temporary = pointer.with_name(f".{pointer.name}.{os.getpid()}")
    temporary.unlink(missing_ok=True)  # left by a dead process with the same id
    temporary.symlink_to(target.name)
    temporary.replace(pointer)


def verify_files(folder: Path) -> dict[str, str]:
    """The sha256 of every file of the bundle, each checked against the file itself.

    Raises:
        ModelRefusedError: if a file is missing, changed or not part of the bundle.
    """
    sums = folder / SUMS
    if not sums.is_file():
        raise ModelRefusedError(f"{folder}: no {SUMS}; this is not a finished bundle")
    listed: dict[str, str] = {}
    for number, line in enumerate(sums.read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
        digest, _, name = line.partition("  ")
        if len(digest) != 64 or not name:
            raise ModelRefusedError(f"{sums}:{number}: not a line of a checksum file")
        listed[name] = digest
    for name in REQUIRED:
        if name not in listed or not (folder / name).is_file():
            raise ModelRefusedError(f"{folder}: {name} is missing; train again or restore the bundle")
    there = [name for name in listed if (folder / name).is_file()]
    with ThreadPoolExecutor() as threads:  # hashing releases the interpreter lock
        found = dict(zip(there, threads.map(lambda name: file_sha256(folder / name), there), strict=True))
    for name, digest in listed.items():
        if found.get(name) != digest:
            raise ModelRefusedError(
                f"{folder}: {name} is not the file that training wrote (sha256 differs); restore the bundle or train again"
            )
    extra = set(_files(folder)) - set(listed)
    if extra:
        raise ModelRefusedError(f"{folder}: {sorted(extra)[0]} is not part of the bundle; remove it")
    return listed


def read_bundle(folder: Path) -> Bundle:
    """Reads and verifies a bundle.

    Raises:
        ModelRefusedError: if a file is missing, changed or does not fit this version of the code.
    """
    folder = folder.resolve()
    sums = verify_files(folder)
    try:
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except ValidationError as error:
        raise ModelRefusedError(_unreadable(folder / MANIFEST, error)) from None
    for precision in manifest.calibration:
        if f"runtime/{RUNTIME_FILES[precision]}" not in sums:
            raise ModelRefusedError(f"{folder}: runtime/{RUNTIME_FILES[precision]} is missing, the model for {precision}")
    if sums["model.safetensors"] != manifest.weights_sha256:
        raise ModelRefusedError(f"{folder}: the manifest's weights hash is not that of model.safetensors")
    return Bundle(folder, manifest)


def _unreadable(path: Path, error: ValidationError) -> str:
    """Why a manifest does not fit this version, which version made it, and the command that makes a bundle of this version."""
    from presscheck.configs.loader import available  # reads YAML: only where something is refused

    first = error.errors()[0]
    where = ".".join(map(str, first["loc"]))
    why = f"{where + ': ' if where else ''}{first['msg'].removeprefix('Value error, ')}"
    try:
        raw = json.loads(path.read_bytes())
        name, made_by = str(raw["name"]), f"presscheck {raw['versions']['presscheck']}"
    except (ValueError, KeyError, TypeError):
        name, made_by = "", "an unknown version"
    command = f"presscheck train {name if name in available() else 'CONFIG'}"
    return f"{path}: this version cannot read it, a bundle of {made_by} ({why}); train the model again: {command}"


def find_bundle(models_dir: Path) -> tuple[Path, str]:
    """The champion's folder, else the candidate's, and which of the two it is.

    Raises:
        ModelRefusedError: if there is neither; the message names the command that makes one.
    """
    for role in ("champion", "candidate"):
        pointer = models_dir / role
        if pointer.exists():
            return pointer.resolve(), role
        if pointer.is_symlink():
            raise ModelRefusedError(f"{pointer} points at {pointer.readlink()}, which does not exist; train again or point it at a bundle")
    raise ModelRefusedError(f"no model in {models_dir}/ yet; train one with: presscheck train starter")
