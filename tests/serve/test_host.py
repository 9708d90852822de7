"""Scoring inside somebody else's process: it is left as it was found, and nothing reaches the network."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from presscheck.configs.offline import absent, environment
from presscheck.serve.bundle import Bundle

PROGRAM = """
import ctypes, importlib.machinery, json, logging, os, signal, socket, sys, warnings
import numpy, urllib3  # below the scoring path; both add warnings filters of their own

reached = []
def refuse(*arguments, **options):
    reached.append(repr(arguments))
    raise OSError("no network here")
socket.getaddrinfo = socket.create_connection = socket.socket.connect = refuse


class Mallinfo(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keep".split()]


def maps_large_blocks():
    '''Whether malloc takes a large block from the system, as it does until mallopt says otherwise.'''
    library = ctypes.CDLL(None)
    if not hasattr(library, "mallinfo2"):
        return None
    library.mallinfo2.restype, library.malloc.restype, library.free.argtypes = Mallinfo, ctypes.c_void_p, [ctypes.c_void_p]
    before = library.mallinfo2().hblks
    block = library.malloc(ctypes.c_size_t(256 << 20))
    after = library.mallinfo2().hblks
    library.free(block)
    return after > before


def is_stand_in(name, module):
    if "." in name or name == "__main__" or getattr(module, "__spec__", None) is not None:
        return False
    return importlib.machinery.PathFinder.find_spec(name) is not None


def state():
    return {
        "environment": dict(os.environ),
        "stand-ins": sorted(n for n, m in sys.modules.items() if m is None or is_stand_in(n, m)),
        "warnings": [repr(entry) for entry in warnings.filters],
        "logging": [logging.root.level, logging.root.disabled, logging.root.manager.disable, repr(logging.root.handlers)],
        "signals": {n: repr(signal.getsignal(n)) for n in signal.valid_signals()},
        "hooks": [repr(sys.excepthook), repr(sys.displayhook)],
        "malloc": maps_large_blocks(),
        "stdout": [id(sys.stdout), id(sys.stderr)],
        "cores": sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None,
        "folder": os.getcwd(),
    }


before = state()
from collections import Counter
from pathlib import Path
from presscheck.data.article import Article
from presscheck.data.rows.inputs import read_path
from presscheck.serve.bundle import read_bundle
from presscheck.serve.render.writer import write_records
from presscheck.serve.scorer import Scorer
imported = state()
scorer = Scorer(read_bundle(Path(sys.argv[1])), threads=1)
articles = [Article("a", "Has the quay fallen?", "It fell on Monday, the harbour master said. Nobody else was asked.")]
articles += read_path(Path(sys.argv[2]), passed_over=Counter())
with open(os.devnull, "w") as nowhere:
    for form in ("page", "html", "jsonl"):
        write_records(scorer.score(articles), form, nowhere)
used = state()
import openvino
print(json.dumps({
    "imported": [name for name in before if before[name] != imported[name]],
    "used": [name for name in before if before[name] != used[name]],
    "added": {name: [before[name], used[name]] for name in before if before[name] != used[name]},
    "reached": reached,
    "reports": "openvino_telemetry" in sys.modules,
    "converts": hasattr(openvino, "convert_model"),
    "downloads": [name for name in ("robust_downloader", "requests") if name in sys.modules],
}))
"""
OURS = ("HF_HUB_OFFLINE", "HF_HUB_DISABLE_TELEMETRY", "DO_NOT_TRACK", "ONEDNN_PRIMITIVE_CACHE_CAPACITY")


def test_importing_and_using_the_scorer_leaves_its_host_alone(tiny_bundle: Bundle, tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    page.write_text("<html><body><h1>Ferry sinks</h1><article><p>It sank on Monday, she said.</p></article></body></html>")
    ours = (*OURS, "MLFLOW_", "RAY_")
    host = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    program = [sys.executable, "-c", PROGRAM, str(tiny_bundle.path), str(page)]
    done = subprocess.run(program, capture_output=True, text=True, check=False, env=host)
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert not found["used"], found["added"]
    assert not found["imported"]
    assert not found["reached"], "nothing of it may reach the network"
    assert not found["reports"]
    assert found["converts"], "whoever converts models in the same process still can"
    assert not found["downloads"]


def test_what_holds_for_a_while_is_as_it_was_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HERE", "1")
    monkeypatch.delenv("NOT_HERE", raising=False)
    with environment({"HERE": "2", "NOT_HERE": "3"}):
        assert (os.environ["HERE"], os.environ["NOT_HERE"]) == ("2", "3")
    assert os.environ["HERE"] == "1"
    assert "NOT_HERE" not in os.environ
    for module in ("colorsys", "json"):  # one that is not loaded, one that is
        sys.modules.pop("colorsys", None)
        before = dict(sys.modules)
        with absent(module), pytest.raises(ImportError):
            __import__(module)
        assert sys.modules == before


def test_a_process_of_our_own_is_prepared_before_it_imports_the_runtime() -> None:
    program = (
        "import os, sys\nfrom presscheck.serve.process import prepare_to_score\nassert 'openvino' not in sys.modules\n"
        "prepare_to_score()\nimport presscheck.serve.runtime\n"
        "print(os.environ['HF_HUB_OFFLINE'], os.environ['ONEDNN_PRIMITIVE_CACHE_CAPACITY'], "
        "sys.modules['openvino.tools.ovc'], 'openvino_telemetry' in sys.modules)"
    )
    host = {name: value for name, value in os.environ.items() if name not in OURS}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=host)
    assert done.stdout.split() == ["1", "400", "None", "False"]
    host |= {"ONEDNN_PRIMITIVE_CACHE_CAPACITY": "7"}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=host)
    assert done.stdout.split()[1] == "7", "what the user set stands"


HEAPS = """
import ctypes, sys, threading
if sys.argv[1] == "ours":
    from presscheck.serve.process import prepare_to_score
    prepare_to_score()
kept = []
barrier = threading.Barrier(4)
def work():
    barrier.wait()
    kept.extend(bytes(1000) for _ in range(100))
    barrier.wait()
threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
libc = ctypes.CDLL(None)
libc.fdopen.restype = ctypes.c_void_p
stream = libc.fdopen(1, b"w")
libc.malloc_info(0, ctypes.c_void_p(stream))
libc.fflush(ctypes.c_void_p(stream))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other C libraries are left as they are")
def test_threads_of_a_process_that_scores_share_one_pool_of_memory() -> None:
    host = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}

    def heaps(who: str, **environment: str) -> int:
        done = subprocess.run([sys.executable, "-c", HEAPS, who], capture_output=True, text=True, check=True, env={**host, **environment})
        return done.stdout.count("<heap nr=")

    assert heaps("host") > 1
    assert heaps("ours") == 1
    assert heaps("ours", MALLOC_ARENA_MAX="8") > 1, "what the user set stands"
