"""Brings a model registry to where a folder of models is: after trainings and promotions on a machine that could not reach it."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from presscheck.configs.offline import environment
from presscheck.configs.schema import TrackingConfig
from presscheck.data.lock import sole_writer
from presscheck.eval.bundle_config import part_of
from presscheck.eval.promote import CHAMPION, DECIDED, entries_of, tags_of
from presscheck.serve.bundle import read_bundle
from presscheck.serve.errors import ModelRefusedError
from presscheck.serve.registered_models import SCHEME, URI, shown
from presscheck.train.tracked_runs import push_version, tags_at

ALIASES = ("candidate", CHAMPION)


@dataclass(frozen=True, slots=True)
class Pushed:
    """What the registry holds now.

    Attributes:
        is_new: whether the bundle was registered by this push, or had been before.
    """

    alias: str
    bundle: str
    model: str
    version: str
    uri: str
    is_new: bool


def push(models: Path, *, uri: str | None = None, force: bool = False) -> list[Pushed]:
    """Registers the candidate and the champion, unless they are, and moves the aliases to them; the champion takes its decision along.

    Args:
        uri: the registry; else that of MLFLOW_TRACKING_URI, else of the config that a bundle was trained with.
        force: move the alias `champion` back although the registry's was decided on later.

    Raises:
        ModelRefusedError: if there is nothing to push, the registry's champion was decided on later, or the registry does not take it.
        DataError: if another process promotes in the folder.
    """
    there = [alias for alias in ALIASES if (models / alias).exists()]
    if not there:
        raise ModelRefusedError(f"{models}/ has neither a candidate nor a champion to push")
    with sole_writer(models, otherwise="wait for it"), environment({URI: uri} if uri else {}):
        return [_pushed(models, alias, force=force) for alias in there]


def _pushed(models: Path, alias: str, *, force: bool) -> Pushed:
    bundle = read_bundle(models / alias)
    name, options = bundle.path.name, part_of(bundle, "tracking", TrackingConfig)
    uri = os.environ.get(URI) or options.uri
    decision = _decision(models, name) if alias == CHAMPION else None
    try:
        if decision is not None and not force:
            _check_order(uri, options.registered_model, decision)
        version, is_new = push_version(
            uri,
            options.experiment,
            bundle.path,
            model_name=options.registered_model,
            tags=tags_of(decision) if decision else {},
            alias=alias,
        )
    except ModelRefusedError:
        raise
    except Exception as error:
        first = (str(error).splitlines() or [""])[0][:300]
        raise ModelRefusedError(f"the registry {shown(uri)} did not take {name} ({type(error).__name__}: {shown(first)})") from None
    return Pushed(alias, name, options.registered_model, version, uri, is_new)


def _decision(models: Path, name: str) -> dict[str, Any] | None:
    """The latest decision that made a bundle the champion."""
    made = [entry for entry in entries_of(models) if entry["promoted"] and entry["candidate"] == name]
    return made[-1] if made else None


def _check_order(uri: str, model_name: str, decision: dict[str, Any]) -> None:
    """Refuses to replace a champion that was decided on after this one, on another machine."""
    version, tags = tags_at(uri, model_name, CHAMPION)
    decided = tags.get(DECIDED, "")
    if decided > decision["at"]:
        raise ModelRefusedError(
            f"version {version} of {model_name} became the registry's champion at {decided[:16]} UTC, after {decision['candidate']} did "
            f"here ({decision['at'][:16]}); fetch it with --model {SCHEME}{model_name}@{CHAMPION}, or give --force"
        )
