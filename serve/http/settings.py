"""Every setting of the service. Worker processes read them from one environment variable."""

import os
from ipaddress import ip_address
from pathlib import Path

from pydantic import Field

from presscheck.configs.section import Section
from presscheck.serve.http.limits.keys import FILE_NAME
from presscheck.serve.scoring_options import AskedPrecision

VARIABLE = "PRESSCHECK_SERVICE"
LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")


def is_local(host: str) -> bool:
    """Whether only this machine can reach an address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Settings(Section):
    """The settings of the service.

    Attributes:
        model: a bundle's folder, in place of the champion of `models_dir`.
        registered: a registered model in place of both, `models:/NAME@ALIAS` or `models:/NAME/VERSION`, in the registry of `tracking_uri`.
        registry_poll_s: how often the registry is asked what the alias stands for.
        needs_key: every path under /v1 and /metrics needs a key.
        threads: of the runtime, 0 for as many as there are cores.
        max_queue: articles that may wait or be scored at a time; beyond it a request is refused with 503.
        batch_chars: a batch is closed when its articles cost this many code points, so that short ones never wait long.
        batch_wait_s: how long the first article of a batch waits for others.
        deadline_s: how long a request may take before it is answered with 504; a client may ask for less.
        header_timeout_s, body_timeout_s: how long a client may take to send its headers, and then its body.
        rate, burst: articles a second that one key may have scored, and how many of them at once; 0 for no limit.
        poll_s: how often the pointer to the champion and the key file are checked.
    """

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    workers: int = Field(default=1, ge=1)
    models_dir: Path = Path("models")
    model: Path | None = None
    registered: str | None = None
    tracking_uri: str | None = None
    policy: str | None = None
    precision: AskedPrecision | None = None
    threads: int = Field(default=0, ge=0)
    state_dir: Path = Path("service")
    needs_key: bool = False

    max_body_bytes: int = 4 * 2**20
    max_article_chars: int = 200_000
    max_articles: int = 64
    max_queue: int = 256
    batch_articles: int = 32
    batch_chars: int = 16_000
    batch_wait_s: float = 0.002
    deadline_s: float = 30.0
    header_timeout_s: float = 10.0
    header_bytes: int = 16 * 2**10
    body_timeout_s: float = 10.0
    max_connections: int = 512
    rate: float = Field(default=100.0, ge=0)
    burst: int = Field(default=200, ge=1)
    poll_s: float = 1.0
    registry_poll_s: float = 60.0
    feedback_bytes: int = 256 * 2**20

    @property
    def allowed_hosts(self) -> tuple[str, ...] | None:
        """Host names that a browser may use: only local ones on a local address, which prevents DNS rebinding; else any."""
        return LOCAL_NAMES if is_local(self.host) else None

    @property
    def key_file(self) -> Path:
        """Where the hashes of the keys are."""
        return self.state_dir / FILE_NAME


def from_environment() -> Settings:
    """Reads the settings that the parent process set for its workers."""
    return Settings.model_validate_json(os.environ[VARIABLE])
