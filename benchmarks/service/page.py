"""The recorded run as a page."""

import statistics
from typing import Any

AIM_SHARE, AIM_P99_MS, AIM_MEMORY, AIM_RECOVERY_S = 0.7, 150, 0.1, 2


def _spread(values: list[float]) -> str:
    return f"{statistics.median(values):.1f} ({min(values):.1f} to {max(values):.1f})"


def _met(holds: bool) -> str:  # noqa: FBT001 - the verdict itself
    return "met" if holds else "MISSED"


def _statuses(found: dict[str, int]) -> str:
    return ", ".join(f"{number:,} x {status if status != '0' else 'broken'}" for status, number in found.items())


def _throughput(r: dict[str, Any]) -> tuple[str, str, str]:
    def of(who: str, what: str) -> list[float]:
        return [turn[who][what] for turn in r["turns"]]

    shares = [turn["service"]["per_second"] / turn["scorer"]["per_second"] for turn in r["turns"]]
    share = statistics.median(shares)
    found = (
        f"{_spread(of('service', 'per_second'))} articles/s, scorer {_spread(of('scorer', 'per_second'))}; of one turn {share:.0%} "
        f"({min(shares):.0%} to {max(shares):.0%}). A CPU second, clients included: {_spread(of('service', 'per_cpu_second'))} and "
        f"{_spread(of('scorer', 'per_cpu_second'))}. Other processes kept {_spread(of('service', 'others_cores'))} and "
        f"{_spread(of('scorer', 'others_cores'))} cores busy meanwhile; {_statuses(r['statuses'])}"
    )
    return "eight clients post lists of 16 articles", found, f"70 % of the scorer: {_met(share >= AIM_SHARE)}"


def _latency(r: dict[str, Any]) -> tuple[str, str, str]:
    rates = ", ".join(f"{rate:.0f} ({number} clients)" for number, rate in r["saturated"].items())
    found = (
        f"saturated at {rates} headlines/s; at {r['sent']:.0f}/s p50 {r['p50_ms']:.1f}, p95 {r['p95_ms']:.1f}, p99 {r['p99_ms']:.1f}, "
        f"p99.9 {r['p99.9_ms']:.1f}, worst {r['worst_ms']:.1f} ms; {r['late']} sent late; {_statuses(r['statuses'])}"
    )
    aim = f"p99 below {AIM_P99_MS} ms at half of the saturating load: {_met(r['p99_ms'] < AIM_P99_MS)}"
    return "single headlines, open loop, from when each was due", found, aim


def _overload(r: dict[str, Any]) -> tuple[str, str, str]:
    growth = r["memory_most_mb"] / r["memory_before_mb"] - 1
    found = (
        f"{r['sent']:.1f} lists/s ({r['lists_per_second']:.1f} due); {_statuses(r['statuses'])}, "
        f"{r['without_retry_after']} without Retry-After; memory {r['memory_before_mb']:.0f} to at most {r['memory_most_mb']:.0f} MB "
        f"({growth:+.1%}); an answer {r['recovered_s']:.2f} s after the end"
    )
    holds = (
        r["alive"]
        and set(r["statuses"]) <= {"200", "429", "503"}
        and growth <= AIM_MEMORY
        and r["recovered_s"] <= AIM_RECOVERY_S
    )
    return (
        "lists at four times the saturating rate",
        found,
        f"no crash, only 503/429, memory +10 %, back in 2 s: {_met(holds)}",
    )


def _exchange(r: dict[str, Any]) -> tuple[str, str, str]:
    answered = sum(n for status, n in r["statuses"].items() if status != "0")
    found = (
        f"{answered:,} requests, {r['moves']} moves of the champion, {r['kills']} workers killed; {_statuses(r['statuses'])} "
        f"(a broken connection was opened again and answered); versions {', '.join(f'{n:,} x {v}' for v, n in r['versions'].items())}; "
        f"{r['wrong']} wrong"
    )
    holds = answered >= 10_000 and r["wrong"] == 0 and set(r["statuses"]) <= {"0", "200", "429", "503"}
    return (
        "headlines and some articles while models move and workers die",
        found,
        f"10,000, each answered or refused, none wrong: {_met(holds)}",
    )


def _parity(r: dict[str, Any]) -> tuple[str, str, str]:
    found = ", ".join(f"{number} of {r['articles']} of the {name}" for name, number in r["same"].items())
    holds = r["articles"] >= 200 and set(r["same"].values()) == {r["articles"]}
    return "records that are the command's bytes", found, f"identical for 200 articles: {_met(holds)}"


def _ray(r: dict[str, Any]) -> tuple[str, str, str]:
    found = (
        f"single articles while one of {r['replicas']} replicas was killed: {_statuses(r['statuses'])}, {r['wrong']} wrong; "
        f"then lists of 16: {r['per_second']:.1f} articles/s, {_statuses(r['list_statuses'])}"
    )
    return "Ray Serve on this machine", found, f"tried with two replicas, none wrong: {_met(r['wrong'] == 0)}"


_ROWS = {
    "throughput": _throughput,
    "latency": _latency,
    "overload": _overload,
    "exchange": _exchange,
    "parity": _parity,
    "ray": _ray,
}


def draw(results: dict[str, Any]) -> str:
    """The page below its mark: a table per setting."""
    parts = []
    for setting, found in results.items():
        rows = [_ROWS[name](found[name]) for name in _ROWS if name in found]
        table = "\n".join(f"| {question} | {answer} | {aim} |" for question, answer, aim in rows)
        head = f"## {setting}\n\n{found['about']}\n\n| question | found | aim |\n|---|---|---|"
        parts.append(f"{head}\n{table}")
    return "\n\n".join(parts)
