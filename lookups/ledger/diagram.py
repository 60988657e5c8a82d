"""The states of a request, drawn from the table that the ledger keeps to."""

from lookups.models import Fetch


def diagram() -> str:
    """A Mermaid state diagram; docs/architecture.md holds it, and a test that it is this one."""
    lines = ["stateDiagram-v2", f"    [*] --> {Fetch.State.PLANNED}"]
    for state, followers in Fetch.TRANSITIONS.items():
        lines += [f"    {state} --> {follower}: {why}" for follower, why in followers.items()]
        if not followers:
            lines.append(f"    {state} --> [*]")
    return "\n".join(lines)
