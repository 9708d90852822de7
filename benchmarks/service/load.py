"""Clients: threads of the harness that post bodies and count what comes back."""

import http.client
import select
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count

HOST = "127.0.0.1"
BROKEN = 0  # stands for a status where the connection broke
_HEAD = {"Content-Type": "application/json"}


@dataclass
class Tally:
    """What came back: statuses, seconds of each answer, 200s' bodies where they are kept, and whether refusals said when to return."""

    statuses: Counter[int] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    without_retry_after: int = 0
    late: int = 0
    elapsed_s: float = 0.0

    def add(self, other: "Tally") -> None:
        """Adds another client's."""
        self.statuses += other.statuses
        self.seconds += other.seconds
        self.bodies += other.bodies
        self.without_retry_after += other.without_retry_after
        self.late += other.late


class Client:
    """One connection that is opened again when it breaks."""

    def __init__(self, port: int, path: str, *, keep: bool) -> None:
        self._connection = http.client.HTTPConnection(HOST, port, timeout=600)
        self._path = path
        self._keep = keep
        self.tally = Tally()

    def post(self, body: bytes, *, since: float) -> int:
        """Posts a body; its time counts from `since`."""
        tally = self.tally
        if self._connection.sock is not None and select.select([self._connection.sock], [], [], 0)[0]:
            self._connection.close()  # the server closed it while it was idle, as every HTTP library looks for
        try:
            self._connection.request("POST", self._path, body, _HEAD)
            answer = self._connection.getresponse()
            found = answer.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            tally.statuses[BROKEN] += 1
            return BROKEN
        tally.statuses[answer.status] += 1
        if answer.status == 200:
            tally.seconds.append(time.monotonic() - since)
            if self._keep:
                tally.bodies.append(found)
        elif answer.status in (429, 503) and answer.getheader("Retry-After") is None:
            tally.without_retry_after += 1
        return answer.status

    def close(self) -> None:
        """Closes the connection."""
        self._connection.close()


def _run(clients: Sequence[Client], work: Callable[[int], None], start: float) -> Tally:
    with ThreadPoolExecutor(len(clients)) as pool:
        list(pool.map(work, range(len(clients))))  # raises what a thread raised
    total = Tally(elapsed_s=time.monotonic() - start)
    for client in clients:
        total.add(client.tally)
        client.close()
    return total


def closed_loop(
    port: int, number: int, bodies: Sequence[bytes], seconds: float, *, path: str, keep: bool = False, again: bool = False
) -> Tally:
    """Clients that each post one body after the other, as fast as they are answered; `again`: once more where the connection broke."""
    clients = [Client(port, path, keep=keep) for _ in range(number)]
    start = time.monotonic()

    def work(index: int) -> None:
        for turn in count(index * 7):
            now = time.monotonic()
            if now >= start + seconds:
                return
            status = clients[index].post(bodies[turn % len(bodies)], since=now)
            for _ in range(100):
                if status != BROKEN or not again:
                    break
                time.sleep(0.02)  # until another worker takes the connection
                status = clients[index].post(bodies[turn % len(bodies)], since=now)

    return _run(clients, work, start)


def open_loop(port: int, number: int, bodies: Sequence[bytes], seconds: float, *, path: str, per_second: float) -> Tally:
    """Bodies posted at fixed times whatever becomes of those before, by as many threads; each one's time counts from when it was due.

    `late` counts those that found no thread free within 10 ms: with too many of them the load was less than asked for.
    """
    clients = [Client(port, path, keep=False) for _ in range(number)]
    numbers = count()  # next() on it is atomic
    start = time.monotonic() + 0.05

    def work(index: int) -> None:
        for turn in numbers:
            due = start + turn / per_second
            if due >= start + seconds:
                return
            pause_s = due - time.monotonic()
            if pause_s > 0:
                time.sleep(pause_s)
            elif pause_s < -0.01:
                clients[index].tally.late += 1
            clients[index].post(bodies[turn % len(bodies)], since=due)

    return _run(clients, work, start)
