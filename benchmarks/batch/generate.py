"""Writes generated articles: mostly two to five sentences, one in 200 of 2,000 words, 1 % malformed in fifteen ways."""

import json
import random
from collections.abc import Callable
from pathlib import Path

SPEAKERS = ("The mayor", "Officials", "Police", "A spokesman for the ministry", "Experts", "Residents", "Ana Ruiz, the minister,")
VERBS = ("said", "warned that", "claimed", "denied that", "insisted that", "confirmed that")
FACTS = ("the bridge will close in May", "taxes rise by 4 percent", "schools stay shut", "the deal fell apart", "three people were hurt")
PLAIN = ("It fell by 40 percent.", "The disaster is total.", "Nobody knows why.", "The city has 30,000 homes.", "The vote is on Tuesday.")
HEADS = ("Mayor resigns after vote", "Shock as city plunges into chaos", "Council approves budget", "Is this the end of our schools?")
LONG_SENTENCES = 160
ONE_LONG_IN = 200
BAD_SHARE = 0.01

BAD: dict[str, Callable[[bytes], bytes]] = {
    "cut in the middle": lambda line: line[: len(line) // 2],
    "a list": lambda _: b"[1, 2]",
    "a bare string": lambda _: b'"text"',
    "no known column": lambda _: b'{"title": "A", "text": "B"}',
    "headline is a number": lambda _: b'{"headline": 5, "body": "B."}',
    "body is a list": lambda _: b'{"headline": "A", "body": ["B."]}',
    "id is an object": lambda _: b'{"id": {}, "headline": "A"}',
    "outlet is a number": lambda _: b'{"headline": "A", "outlet": 3}',
    "no UTF-8": lambda _: b'{"headline": "caf\xe9"}',
    "half a character": lambda _: b'{"headline": "\\ud800"}',
    "binary": lambda _: b"\x00\x01\x02\xff",
    "a NUL in a text": lambda _: b'{"headline": "a\\u0000b"}',
    "nothing in it": lambda _: b'{"headline": " ", "body": ""}',
    "NaN": lambda _: b'{"headline": NaN}',
    "nested too deeply": lambda _: b'{"headline": ' + b"[" * 20_000,
}


def sentence(source: random.Random) -> str:
    """One sentence of a body."""
    if source.random() < 0.4:
        return source.choice(PLAIN)
    return f"{source.choice(SPEAKERS)} {source.choice(VERBS)} {source.choice(FACTS)}, number {source.randint(1, 9999)}."


def generate(path: Path, count: int, *, seed: int = 0, bad_share: float = BAD_SHARE) -> int:
    """Writes `count` rows of JSONL; how many of them are malformed."""
    source = random.Random(seed)  # noqa: S311 - texts, not secrets
    kinds, bad = list(BAD), 0
    with path.open("wb") as stream:
        for number in range(count):
            sentences = LONG_SENTENCES if source.random() < 1 / ONE_LONG_IN else source.randint(2, 5)
            row = {
                "id": f"n{number}",
                "headline": f"{source.choice(HEADS)} {source.randint(1, 999)}",
                "body": " ".join(sentence(source) for _ in range(sentences)),
                "outlet": f"outlet{int(source.random() ** 2 * 40)}",
            }
            line = json.dumps(row).encode()
            if source.random() < bad_share:
                line = BAD[kinds[bad % len(kinds)]](line)
                bad += 1
            stream.write(line + b"\n")
    return bad
