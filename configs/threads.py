"""How long idle threads of the numeric libraries wait in a loop for their next task."""

import os

# Turns of the loop before an idle thread of GNU OpenMP (torch's) sleeps. Left to itself it turns for milliseconds, and on a machine whose
# cores have other work it holds the core that the thread it waits for needs: benchmarks/training/README.md.
SPIN_COUNT = "5000"
_CHOSEN_BY_USER = ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY")


def bound_spinning() -> None:
    """Lets idle OpenMP threads sleep soon, unless the environment says how long they wait. Torch must not be imported yet.

    The setting is the process's own: the command sets it when it starts, and an import never does.
    """
    if not any(name in os.environ for name in _CHOSEN_BY_USER):
        os.environ["GOMP_SPINCOUNT"] = SPIN_COUNT
