"""The title: what is left of a text when its parts are taken out."""

from collections.abc import Sequence

JOINTS = ",;–—"  # between a part and its neighbour; at the end of a title they join nothing


def title_of(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """`spans`: in order, none over another."""
    title, at = "", 0
    for start, end in (*spans, (len(text), len(text))):
        title = joined(title, " ".join(text[at:start].split()), is_after_part=at > 0)
        at = end
    return title.rstrip(JOINTS + " ") if spans else title


def joined(before: str, after: str, *, is_after_part: bool) -> str:
    """Without the comma that stood beside a part, and without a space before a full stop."""
    if not is_after_part:
        return after
    before = before.rstrip(JOINTS + " ")
    after = after.lstrip(JOINTS + " ")
    if before.endswith("(") and after.startswith(")"):
        before, after = before[:-1].rstrip(), after[1:].lstrip()
    if not before or after in ("", "."):
        return before or after.lstrip(".!?:) ")
    is_sign = after[0] in ".!?:)" and not after[1:2].isalnum()
    return f"{before}{'' if is_sign else ' '}{after}"
