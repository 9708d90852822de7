"""The service as its user starts it."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from benchmarks.service.load import HOST
from presscheck.serve.bundle import MANIFEST, read_bundle, write_manifest, write_sums
from presscheck.serve.canary import make_canary


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
        process = subprocess.Popen([*command, "--state", str(folder / "state"), *options], stdout=log, stderr=log, start_new_session=True)
        try:
            while not ready(port):
                if process.poll() is not None:
                    raise SystemExit(f"the service did not start:\n{(folder / 'log').read_text()[-2000:]}")
                time.sleep(0.05)
            yield process, port
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait()


def workers(pid: int) -> list[int]:
    """The workers of a service with several."""
    return [p.pid for p in psutil.Process(pid).children() if "spawn_main" in " ".join(p.cmdline())]


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
