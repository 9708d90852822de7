"""Signs records, so that feedback is accepted only on records of this service.

Otherwise the holder of a key could send a forged record, agree with it, and so write labels of the next training.
A signature (HMAC-SHA256, RFC 2104, cut to 128 bits) does not depend on the model in use, and is valid in every worker and
replica that shares the state folder.
"""

import base64
import hmac
import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from presscheck.data.errors import DataError

KEY_FILE = "record.key"
HEADER = "X-Record-Signature"
_SECRET_BYTES = 32
_SIGNATURE_BYTES = 16
SIGNATURE_PATTERN = r"^[A-Za-z0-9_-]{22}$"


class Signer:
    """Signs records and verifies signatures."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def sign(self, record: bytes) -> str:
        """The signature of a record's JSON as the service writes it."""
        digest = hmac.digest(self._secret, record, "sha256")[:_SIGNATURE_BYTES]
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    def signed(self, record: bytes, signature: str) -> bool:
        """Whether this service returned a record with this JSON."""
        return hmac.compare_digest(self.sign(record).encode(), signature.encode())


def read_signer(folder: Path) -> Signer:
    """Reads the signer with the secret of a folder.

    Raises:
        DataError: if there is none, or it is not a secret.
    """
    path = folder / KEY_FILE
    try:
        secret = path.read_bytes()
    except FileNotFoundError:
        raise DataError(f"{path}: the secret that records were signed with is missing; restore it beside the feedback") from None
    if len(secret) != _SECRET_BYTES:
        raise DataError(f"{path}: not a secret of {_SECRET_BYTES} bytes; restore it, or remove it for a new one")
    return Signer(secret)


def signer_in(folder: Path) -> Signer:
    """The signer of a folder, with a new secret where there is none: if several workers make one at once, the first one wins.

    Raises:
        DataError: if the file is not a secret.
        OSError: if it cannot be read or made.
    """
    if not (folder / KEY_FILE).exists():
        folder.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=folder, prefix=f".{KEY_FILE}.")  # readable by its owner alone
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(secrets.token_bytes(_SECRET_BYTES))
                stream.flush()
                os.fsync(descriptor)
            with suppress(FileExistsError):
                os.link(name, folder / KEY_FILE)  # atomic
        finally:
            Path(name).unlink()
    return read_signer(folder)
