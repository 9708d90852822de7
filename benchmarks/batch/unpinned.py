"""`presscheck batch` whose workers are bound to no core: `python -m benchmarks.batch.unpinned INPUT… --out DIR …`, for comparison."""

import sys
from functools import partial
from unittest import mock

from presscheck.cli.main import app
from presscheck.serve.batch.engines.local import Processes


def main() -> None:
    """Runs the command with the other workers."""
    sys.argv.insert(1, "batch")
    with mock.patch("presscheck.serve.batch.engines.local.Processes", partial(Processes, pinned=False)):
        app()


if __name__ == "__main__":
    main()
