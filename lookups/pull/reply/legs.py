"""The legs of an attempt: whose each one is. A leg is told like an attempt."""

from __future__ import annotations

from collections.abc import Sequence

from lookups.pull.reply.attempt_fields import Told


def customer_leg(legs: Sequence[Told], customer_number: str) -> Told | None:
    """The customer's leg: by its type, else by its number, else by Phonon's usual order.

    Of several numbers tried within one attempt the one that connected counts, else the last. The
    order (inbound: customer first; outbound: customer last) decides only when nothing else does.
    """
    if len(legs) == 1 and legs[0].callee_type != "agent":
        return legs[0]
    theirs = [leg for leg in legs if leg.callee_type == "customer"]
    if not theirs and customer_number:
        theirs = [leg for leg in legs if leg.callee_number == customer_number]
    if theirs:
        return next((leg for leg in theirs if leg.connected), theirs[-1])
    others = [leg for leg in legs if leg.callee_type != "agent"]
    if not others:
        return None
    return others[0] if any(leg.incoming for leg in legs) else others[-1]


def agent_leg(legs: Sequence[Told]) -> Told | None:
    """The first agent's leg; None where no leg says that it is one."""
    for leg in legs:
        if leg.callee_type == "agent":
            return leg
    return None
