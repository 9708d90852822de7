"""Models of an MLflow registry, `models:/NAME@ALIAS` or `models:/NAME/VERSION`, each version kept in a folder of this machine.

A process that scores imports no MLflow: another one (`python -m presscheck.train.registry_fetch`) asks the registry and downloads.
A version is downloaded under a name that no reader sees, verified by its checksums, and renamed. It is verified again at each use, and
downloaded again if a file is missing or changed. A version named by its number never changes: once it is here, nobody is asked. An alias
is asked for each time; if the registry cannot be reached, the version that it stood for the last time is taken.
"""

import fcntl
import hashlib
import json
import logging
import math
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from presscheck.configs.config_error import ConfigError
from presscheck.data.atomic import write_atomically
from presscheck.data.files import file_sha256
from presscheck.serve.bundle import SUMS, verify_files
from presscheck.serve.errors import ModelRefusedError

logger = logging.getLogger("presscheck.serve.registered_models")

SCHEME = "models:/"
URI, CACHE = "MLFLOW_TRACKING_URI", "PRESSCHECK_MODEL_CACHE"
DEFAULT_STORE = "sqlite:///mlflow.db"  # where training writes by default
RESOLVE_S, DOWNLOAD_S = 120.0, 3600.0  # the first is mostly the import of MLflow on a busy machine; its requests end after 10 s
_NAME = re.compile(r"models:/(?!\.{1,2}[@/])(?P<model>[^/@:]+)(?:@(?P<alias>[A-Za-z][\w-]*)|/(?P<version>[1-9]\d*))")
_CLIENT = (sys.executable, "-P", "-m", "presscheck.train.registry_fetch")
_FILE = "sqlite:///"


class _UnreachableError(Exception):
    """The registry gave no answer; the message says why."""


@dataclass(frozen=True, slots=True)
class Registered:
    """A version of a registered model in its folder here.

    Attributes:
        notice: set if the registry could not be reached: which version is used instead, and since when it is known.
    """

    folder: Path
    version: str
    notice: str | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    """What a name stood for when the registry was last asked, at `at`."""

    version: str
    created: str
    bundle_sha256: str | None
    at: datetime

    @property
    def age_s(self) -> float:
        return (datetime.now(UTC) - self.at).total_seconds()


def is_registered(name: str | Path) -> bool:
    """Whether a model is named by a registry, not by its folder."""
    return str(name).startswith(SCHEME)


def cache_folder() -> Path:
    """Where models are kept: PRESSCHECK_MODEL_CACHE, else presscheck/models in XDG_CACHE_HOME, which is ~/.cache by default."""
    if own := os.environ.get(CACHE):
        return Path(own)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "presscheck" / "models"


def locate(model: str | Path, *, tracking_uri: str | None = None) -> Path:
    """A bundle's folder, of a name in a registry or of a path.

    Raises:
        ConfigError, ModelRefusedError: see `fetch`.
    """
    return fetch(str(model), tracking_uri=tracking_uri) if is_registered(model) else Path(model)


def fetch(name: str, cache: Path | None = None, *, tracking_uri: str | None = None) -> Path:
    """The folder of a registered model's version, downloaded if it is not here; a registry out of reach costs a warning in the log.

    Raises:
        ConfigError: if the name is not of the form above, or no registry is named.
        ModelRefusedError: if there is no such model, version or alias, it holds no bundle or a damaged one, the registry refuses the
            request, or it cannot be reached and nothing is here.
    """
    found = find(name, cache, tracking_uri=tracking_uri)
    if found.notice:
        logger.warning("%s", found.notice)
    return found.folder


def find(name: str, cache: Path | None = None, *, tracking_uri: str | None = None, max_age_s: float = 0.0) -> Registered:
    """As `fetch`, and says more.

    Args:
        max_age_s: how old an answer of the registry may be; of several processes that share a cache one asks and the others read.
    """
    shelf = _Shelf.of(name, cache, tracking_uri)
    known = shelf.known()
    if known is not None and known.age_s <= shelf.lasts(max_age_s) and shelf.holds(known):
        return Registered(shelf.place(known), known.version)
    with shelf.locked():
        known = shelf.known()
        usable = known is not None and shelf.holds(known)
        if known is not None and usable and known.age_s <= shelf.lasts(max_age_s):  # another process was faster
            return Registered(shelf.place(known), known.version)
        try:
            now = shelf.ask()
            if not shelf.holds(now):
                shelf.download(now)
        except _UnreachableError as error:
            if known is None or not usable:
                raise ModelRefusedError(
                    f"{name} is not in {shelf.folder}, and the registry {shown(shelf.uri)} cannot be reached: {error}"
                ) from None
            notice = (
                f"the registry {shown(shelf.uri)} cannot be reached ({error}); {name} is taken as version {known.version}, "
                f"which it was at {known.at:%Y-%m-%d %H:%M} UTC"
            )
            return Registered(shelf.place(known), known.version, notice)
        shelf.remember(now)
        return Registered(shelf.place(now), now.version)


def is_version_of(folder: Path, name: str, *, tracking_uri: str | None = None) -> bool:
    """Whether a folder is that of a version, of any number, of the registered model that the name is of."""
    return folder.parent == _Shelf.of(name, None, tracking_uri).folder.resolve()


def shown(uri: str) -> str:
    """The address without a password."""
    return re.sub(r"(://[^:/@]+):[^/@]+@", r"\1:***@", uri)


def _tracking_uri(given: str | None) -> str:
    uri = given or os.environ.get(URI) or DEFAULT_STORE
    if uri == DEFAULT_STORE and not Path(uri.removeprefix(_FILE)).exists():
        raise ConfigError(f"no registry is named: set {URI} or give --tracking-uri (and there is no mlflow.db here)")
    return uri


def _identity(uri: str) -> str:
    """A name for a registry's folder: the same for every user and from every working folder."""
    if "://" not in uri or uri.startswith(_FILE):
        return str(Path(uri.removeprefix(_FILE)).resolve())
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}"


@dataclass(frozen=True, slots=True)
class _Shelf:
    """The folder of one registered model of one registry, and what is asked for of it."""

    name: str
    model: str
    wanted: str
    uri: str
    folder: Path

    @classmethod
    def of(cls, name: str, cache: Path | None, tracking_uri: str | None) -> "_Shelf":
        match = _NAME.fullmatch(name)
        if match is None:
            raise ConfigError(f"{name}: give models:/NAME@ALIAS (as in models:/presscheck@champion) or models:/NAME/VERSION")
        uri = _tracking_uri(tracking_uri)
        registry = hashlib.sha256(_identity(uri).encode()).hexdigest()[:16]
        folder = (cache or cache_folder()).absolute() / registry / quote(match["model"], safe=" ")
        return cls(name, match["model"], match["alias"] or match["version"], uri, folder)

    def lasts(self, max_age_s: float) -> float:
        """How long an answer may be used: one about a number for ever."""
        return math.inf if self.wanted.isdecimal() else max_age_s

    def place(self, known: _Known) -> Path:
        """Where a version is: a model of this name that was deleted and registered anew has other times."""
        return self.folder / f"{known.version}-{known.created}"

    def known(self) -> _Known | None:
        try:
            noted = json.loads((self.folder / f"{self.wanted}.json").read_text(encoding="utf-8"))
            return _Known(noted["version"], noted["created"], noted["bundle_sha256"], datetime.fromisoformat(noted["at"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def remember(self, known: _Known) -> None:
        """Notes the answer for the name that was asked for and for the version's number."""
        values = {"uri": shown(self.uri), "version": known.version, "created": known.created, "bundle_sha256": known.bundle_sha256}
        for name in {self.wanted, known.version}:
            with write_atomically(self.folder / f"{name}.json") as stream:
                json.dump({**values, "at": known.at.isoformat()}, stream)

    def holds(self, known: _Known) -> bool:
        """Whether the version is here, every file as it was registered."""
        try:
            self._verify(self.place(known), known)
        except (ModelRefusedError, OSError):
            return False
        return True

    def _verify(self, folder: Path, known: _Known) -> None:
        verify_files(folder)
        if known.bundle_sha256 not in (None, file_sha256(folder / SUMS)):
            raise ModelRefusedError(f"{folder}: {SUMS} is not the one that was registered")

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One process asks and downloads; others wait for it. The system frees the lock when its process ends."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / ".lock").open("w") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            yield

    def ask(self) -> _Known:
        if self.uri.startswith(_FILE) and not Path(self.uri.removeprefix(_FILE)).exists():
            raise _UnreachableError("there is no such file")  # MLflow's client would make it
        answer = self._client("resolve", self.wanted, timeout_s=RESOLVE_S)
        return _Known(answer["version"], answer["created"], answer["bundle_sha256"], datetime.now(UTC))

    def download(self, known: _Known) -> None:
        """Downloads a version beside its place, and renames it once it is verified."""
        part, target = self.folder / ".part", self.place(known)
        shutil.rmtree(part, ignore_errors=True)  # of a process that was ended
        part.mkdir()
        found = Path(self._client("download", known.version, str(part), timeout_s=DOWNLOAD_S)["folder"])
        try:
            self._verify(found, known)
        except ModelRefusedError as error:
            what = str(error).removeprefix(f"{found}: ").partition(";")[0]
            raise ModelRefusedError(
                f"{self.name}: version {known.version} in {shown(self.uri)} is damaged: {what}; register it again"
            ) from None
        if target.exists():  # it does not verify
            target.rename(part / "damaged")
        found.rename(target)
        shutil.rmtree(part)

    def _client(self, command: str, *arguments: str, timeout_s: float) -> dict[str, Any]:
        """The answer of the process that imports MLflow."""
        try:
            done = subprocess.run(  # noqa: S603 - this package's own module, without a shell; the name is checked
                [*_CLIENT, command, self.model, *arguments],
                env={**os.environ, URI: self.uri},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=timeout_s,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise _UnreachableError(f"no answer in {timeout_s:.0f} s") from None
        try:
            answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        except (IndexError, ValueError):
            last = (done.stderr.splitlines() or [""])[-1]
            raise _UnreachableError(f"the process that asks ended with code {done.returncode}: {last}".rstrip(": ")) from None
        if "unreachable" in answer:
            raise _UnreachableError(answer["unreachable"])
        if "refused" in answer:
            raise ModelRefusedError(f"{self.name}: the registry {shown(self.uri)} refuses it: {answer['refused']}")
        return answer
