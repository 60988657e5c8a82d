"""The one message of the portal: "there is work". It only makes workers quick.

The ledger is the truth: a worker that hears nothing looks at it by itself. Messages go through
Procrastinate, where that is installed; without it nothing is sent and workers look often.
"""

from lookups.wake.sending import is_distributed, workers

__all__ = ["is_distributed", "workers"]
