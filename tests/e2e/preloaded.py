"""Runs presscheck commands in forks of one process that has imported the libraries: that takes longer than most commands of a page.

    python tests/e2e/preloaded.py MODULE...

imports the modules with all that they import, and forgets presscheck's own: each command imports those anew, from its PYTHONPATH. A line of
standard input is a command as JSON; the line that answers it is its exit code.
"""

import atexit
import json
import os
import sys
import threading
import traceback
from importlib import import_module


def _forget(package: str) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        del sys.modules[name]


def _become(words: list[str], folder: str, environment: dict[str, str], out: str, err: str) -> int:
    """Runs the command in this process, as its console script would; gives its exit code."""
    for descriptor, path, mode in ((0, os.devnull, os.O_RDONLY), (1, out, os.O_WRONLY), (2, err, os.O_WRONLY)):
        os.dup2(os.open(path, mode), descriptor)
    sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115 - they last as long as the process
    os.chdir(folder)
    own = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    sys.path[:] = [*environment.get("PYTHONPATH", "").split(os.pathsep), *(path for path in sys.path[1:] if path not in own)]
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = words
    try:
        import_module("presscheck.cli.main").main()
    except SystemExit as end:
        if isinstance(end.code, str):
            sys.stderr.write(f"{end.code}\n")
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def main() -> None:
    """Serves until standard input ends."""
    for module in sys.argv[1:]:
        import_module(module)
    _forget("presscheck")
    for line in sys.stdin:
        command = json.loads(line)
        child = os.fork()
        if not child:
            code = 1
            try:
                code = _become(**command)
                threading._shutdown()  # first, as the interpreter does: it ends pools of processes, which atexit then waits for
                atexit._run_exitfuncs()
                sys.stdout.flush()
                sys.stderr.flush()
            finally:
                os._exit(code)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
