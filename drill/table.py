"""What a drill found, for people."""

from collections.abc import Iterator

from drill.run import RECOVERED_WITHIN, Result

SHOWN = 20


def lines(result: Result) -> Iterator[str]:
    verdict = result.verdict
    yield f"{'':32}{'times':>8}{'connections':>14}{'in doubt':>10}"
    for line in result.by_event():
        yield (
            f"{line['name']:32}{line['times']:>8}{line['connections']:>14}{line['in_doubt']:>10}"
        )
    yield ""
    yield f"{'deliveries':32}{result.deliveries:>8}   {told(verdict.states)}"
    yield f"{'lost':32}{len(verdict.lost):>8}"
    yield f"{'doubled':32}{len(verdict.doubled):>8}"
    yield f"{'unexpected':32}{len(verdict.unexpected):>8}"
    yield f"{'in doubt':32}{verdict.in_doubt:>8}   of {result.connections} connections hit"
    yield f"{'second copies after a doubt':32}{verdict.resent:>8}   of what may double"
    yield (
        f"{'recovery, p99':32}{result.recovery_p99_s:>6} s   "
        f"of {len(result.recovery_seconds)} that held something; at most {RECOVERED_WITHIN} s"
    )
    for what, many in result.made.items():
        yield f"{what:32}{many:>8}"
    yield f"{'took':32}{result.seconds:>6.0f} s"
    for problem in [*verdict.lost, *verdict.doubled, *verdict.unexpected][:SHOWN]:
        yield f"  ! {problem}"
    yield "The books balance." if result.is_good else "The books do NOT balance."


def told(states: dict[str, int]) -> str:
    return ", ".join(f"{many} {state}" for state, many in sorted(states.items()))
