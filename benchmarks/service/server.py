"""The service as its user starts it, and what its processes take."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.service.load import HOST
from presscheck.serve.bundle import MANIFEST, read_bundle, write_manifest, write_sums
from presscheck.serve.canary import make_canary

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def ready(port: int) -> bool:
    """Whether /readyz says so."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


@contextmanager
def service(models: Path, folder: Path, *options: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """`presscheck serve` on a free port; its log goes into the folder."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "presscheck.cli.main", "serve", "--models-dir", str(models), "--port", str(port)]
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [*command, "--state", str(folder / "state"), *options], stdout=log, stderr=log, start_new_session=True
        )
        try:
            while not ready(port):
                if process.poll() is not None:
                    raise SystemExit(f"the service did not start:\n{(folder / 'log').read_text()[-2000:]}")
                time.sleep(0.05)
            yield process, port
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait()


def children(pid: int) -> list[int]:
    """The processes that a process started."""
    return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def replicas(pid: int) -> list[int]:
    """Ray Serve's replicas below a process."""
    below = children(pid)
    found = [p for p in below if Path(f"/proc/{p}/cmdline").read_bytes().startswith(b"ray::ServeReplica")]
    return [*found, *(replica for child in below for replica in replicas(child))]


def workers(pid: int) -> list[int]:
    """The workers of a service with several."""
    return [p for p in children(pid) if b"spawn_main" in Path(f"/proc/{p}/cmdline").read_bytes()]


def memory_mb(pid: int) -> float:
    """Resident memory of a process and its children, in MB."""
    pages = sum(int(Path(f"/proc/{p}/statm").read_text().split()[1]) for p in [pid, *children(pid)])
    return pages * PAGE_BYTES / 1e6


_TICKS_S = 1 / os.sysconf("SC_CLK_TCK")


def cpu_s(*pids: int) -> float:
    """CPU seconds that processes have taken so far."""
    fields = (Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids)
    return sum(int(f[11]) + int(f[12]) for f in fields) * _TICKS_S


def busy_s() -> float:
    """CPU seconds that all of the machine's processes have taken so far."""
    user, nice, system, _idle, _wait, irq, softirq, *_ = map(int, Path("/proc/stat").read_text().split()[1:9])
    return (user + nice + system + irq + softirq) * _TICKS_S


@contextmanager
def memory_watched(pid: int) -> Iterator[list[float]]:
    """Resident memory in MB, four times a second."""
    found = [memory_mb(pid)]
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(0.25):
            found.append(memory_mb(pid))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield found
    finally:
        ended.set()
        thread.join()


def copy_bundle(bundle: Path, models: Path, version: str, *, shift: float = 0.0) -> Path:
    """A bundle under another version, with calibrations shifted on the log-odds so that its records are its own, and a canary to match."""
    folder = models / version
    shutil.copytree(bundle, folder)
    path = folder / MANIFEST
    manifest = {**json.loads(path.read_text()), "version": version, "canary": None}
    for outputs in manifest["calibration"].values():
        for calibration in outputs.values():
            calibration["intercept"] += shift
    path.write_text(json.dumps(manifest))
    write_sums(folder)
    read = read_bundle(folder)
    write_manifest(folder, read.manifest.model_copy(update={"canary": make_canary(read)}))
    write_sums(folder)
    return folder
