import subprocess
import sys

import pytest

FILL = """
import resource, sys
import numpy as np
from presscheck.train.memory import keep_freed_memory
if sys.argv[1] == "keep":
    assert keep_freed_memory()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(20):
    np.ones(8_000_000)
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other C libraries are left as they are")
def test_a_buffer_that_was_freed_is_not_mapped_anew() -> None:
    faults = {}
    for way in ("keep", "leave"):
        done = subprocess.run([sys.executable, "-c", FILL, way], capture_output=True, text=True, check=True)
        faults[way] = int(done.stdout)
    assert faults["keep"] < faults["leave"] / 4
