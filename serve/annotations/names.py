"""What the names of a tool's labels, controls and choices mean, by our names and the user's mapping."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from presscheck.configs.section import Section
from presscheck.data.errors import DataError
from presscheck.data.schema import SPAN_TYPES, TOKEN_TAGS
from presscheck.serve.annotations.places import LABELS
from presscheck.serve.annotations.verdict_labels import VERDICTS

IGNORE, SENTENCE = "ignore", "sentence"
_WORDS = {"yes": 1.0, "y": 1.0, "true": 1.0, "1": 1.0, "no": 0.0, "n": 0.0, "false": 0.0, "0": 0.0}
Use = Literal["region", "label", "value"]
_TYPES = {name: tag for tag, names in SPAN_TYPES.items() for name in names}


class Meaning(Section):
    """What a name stands for.

    Attributes:
        kind: a label with a value, a tag with a type, a verdict on a sentence, a sentence to label, a value, or nothing.
    """

    kind: Literal["label", "tag", "verdict", "sentence", "value", "ignore"]
    name: str = ""
    value: float = 1.0
    type: str | None = None


def folded(name: str) -> str:
    """A name without case, hyphens and spaces."""
    return "_".join(name.strip().casefold().replace("-", " ").split())


def _region(name: str) -> Meaning | None:
    tag, _, type_ = name.partition(":")
    if tag in TOKEN_TAGS and (not type_ or type_ in SPAN_TYPES.get(tag, ())):
        return Meaning(kind="tag", name=tag, type=type_ or None)
    if name in _TYPES:
        return Meaning(kind="tag", name=_TYPES[name], type=name)
    if name == SENTENCE:
        return Meaning(kind="sentence")
    return _label(name) or (Meaning(kind="verdict", name=name) if name in VERDICTS else None)


def _label(name: str) -> Meaning | None:
    label, _, value = name.partition(":")
    if label not in LABELS:
        return None
    found = _value(value) if value else Meaning(kind="value")
    return found and Meaning(kind="label", name=label, value=found.value)


def _value(name: str) -> Meaning | None:
    if name in _WORDS:
        return Meaning(kind="value", value=_WORDS[name])
    try:
        number = float(name)
    except ValueError:
        return None
    return Meaning(kind="value", value=number) if 0.0 <= number <= 1.0 else None


_READ = {"region": _region, "label": _label, "value": _value}
_OURS: Mapping[Use, tuple[str, ...]] = {
    "region": (*TOKEN_TAGS, *_TYPES, *LABELS, *VERDICTS, SENTENCE),
    "label": LABELS,
    "value": ("yes", "no"),
}


@dataclass(frozen=True, slots=True)
class _Unknown:
    source: str
    name: str
    use: Use


class Names:
    """Resolves names, and remembers those that nothing stands for."""

    def __init__(self, mapping: Mapping[str, str]) -> None:
        self._mapping = {folded(theirs): ours.strip().casefold() for theirs, ours in mapping.items()}
        self._unknown: Counter[_Unknown] = Counter()
        for theirs, ours in mapping.items():
            if not theirs or self._read(ours.strip().casefold(), "region", "label", "value") is None:
                known = ", ".join(dict.fromkeys((*LABELS, *TOKEN_TAGS, *VERDICTS, SENTENCE)))
                raise DataError(
                    f"--label {theirs}={ours}: give THEIRS=OURS, where OURS is one of {known}, TAG:TYPE as in source:named, "
                    f"LABEL:VALUE as in claim:0, a number from 0 to 1, or {IGNORE}"
                )

    @staticmethod
    def _read(ours: str, *uses: Use) -> Meaning | None:
        if ours == IGNORE:
            return Meaning(kind="ignore")
        return next((found for use in uses if (found := _READ[use](ours))), None)

    def control(self, name: str) -> Meaning | None:
        """The label that a control asks for, by its name (`loaded`, `headline_loaded`) or the mapping; None if its choices have names."""
        own = folded(name)
        return self._read(self._mapping.get(own, own.removeprefix("headline_")), "label")

    def meaning(self, name: str, use: Use, *, source: str) -> Meaning:
        """What a name stands for; an unknown one is remembered, and stands for nothing until `check` refuses it."""
        found = self._read(self._mapping.get(folded(name), folded(name)), use)
        if found is None:
            self._unknown[_Unknown(source, name, use)] += 1
        return found or Meaning(kind="ignore")

    def check(self) -> None:
        """Refuses unknown names.

        Raises:
            DataError: naming each with the mapping that solves it.
        """
        if not self._unknown:
            return
        lines: list[str] = []
        mapping: list[str] = []
        known: list[str] = []
        for one, count in sorted(self._unknown.items(), key=lambda item: (item[0].source, item[0].name)):
            what = {"region": "marks regions", "label": "is chosen", "value": "is an answer"}[one.use]
            lines.append(f"{one.source}: the name {one.name!r} {what} ({count} times) and is none of presscheck's")
            guess = get_close_matches(folded(one.name), _OURS[one.use], n=1, cutoff=0.6)
            mapping.append(f"--label '{one.name}={guess[0] if guess else 'OURS'}'")
            known += _OURS[one.use]
        ours = ", ".join(dict.fromkeys(known))
        raise DataError("\n".join(lines) + f"\nsay what they mean: {' '.join(dict.fromkeys(mapping))}; ours are {ours} and {IGNORE}")
