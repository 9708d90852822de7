"""The command bounds how long idle threads spin, and leaves a user's own choice alone."""

import os
import subprocess
import sys

import pytest

from presscheck.configs.threads import SPIN_COUNT

PROGRAM = """
import os, sys
import presscheck.cli.main as main
assert "GOMP_SPINCOUNT" not in os.environ or os.environ["GOMP_SPINCOUNT"] == sys.argv[1], "the import set it"
main.app = lambda: print(os.environ.get("GOMP_SPINCOUNT"), "torch" in sys.modules)
main.main()
"""


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [({}, SPIN_COUNT), ({"GOMP_SPINCOUNT": "77"}, "77"), ({"OMP_WAIT_POLICY": "PASSIVE"}, "None")],
)
def test_the_command_bounds_the_spin_before_torch_is_imported(chosen: dict[str, str], expected: str) -> None:
    environment = {k: v for k, v in os.environ.items() if k not in ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY")} | chosen
    done = subprocess.run([sys.executable, "-c", PROGRAM, expected], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [expected, "False"]
