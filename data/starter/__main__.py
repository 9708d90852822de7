"""`python -m presscheck.data.starter FILE…`: checks files of the authoring markup."""

import sys
from collections import Counter
from pathlib import Path

from presscheck.data.errors import DataError
from presscheck.data.starter.markup import read_markup


def main(paths: list[str]) -> int:
    """Prints every problem, or counts per file; returns the exit code."""
    failed = False
    for name in paths:
        try:
            documents = read_markup(Path(name))
        except DataError as error:
            print(error, file=sys.stderr)  # noqa: T201 - a checker prints
            failed = True
            continue
        headlines = [d.headline for d in documents if d.headline]
        sentences = [s for d in documents for s in d.sentences]
        strengths = Counter(round(3 * h.labels["sensational"]) for h in headlines)
        labels = {label: sum(s.labels.get(label, 0.0) > 0 for s in sentences) for label in ("claim", "attributed", "loaded")}
        print(  # noqa: T201 - a checker prints
            f"{name}: {len(headlines)} headlines {dict(sorted(strengths.items()))}, "
            f"{sum(d.review is not None for d in documents)} articles (review 1: {sum(d.review or 0 for d in documents):.0f}), "
            f"{len(sentences)} sentences {labels}"
        )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
