"""Bounds how long idle threads of numeric libraries spin while they wait for a task."""

import os

# Number of spins before an idle thread of GNU OpenMP (torch's) sleeps. By default it spins for milliseconds, and on a busy machine
# it occupies the core that the thread it waits for needs: benchmarks/training/README.md.
SPIN_COUNT = "5000"
_CHOSEN_BY_USER = ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY")


def bound_spinning() -> None:
    """Lets idle OpenMP threads sleep soon, unless the environment sets how long they wait. Torch must not be imported yet.

    The setting applies to the whole process: the command sets it at its start, and an import never does.
    """
    if not any(name in os.environ for name in _CHOSEN_BY_USER):
        os.environ["GOMP_SPINCOUNT"] = SPIN_COUNT
