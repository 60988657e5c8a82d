"""Receives the message in a worker process.

Procrastinate's worker runs in a thread of its own, on connections of its own, and does little more
than set an event: the work itself stays with the Runner. Only the engine of an installation that
has Procrastinate imports this.
"""

import asyncio
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.contrib.django import connector_params
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

from lookups.wake import THERE_IS_WORK

log = logging.getLogger(__name__)

RETRY_STALLED = "retry_stalled"
EVERY_MINUTE = "* * * * *"
# Between two tries to listen while the database is away.
PAUSE_SECONDS = 2
# Who was just woken leaves messages to others: the next is often its own, which calls another.
LEFT_TO_OTHERS_SECONDS = 0.1
# How long the end of a worker waits for the end of its listening.
END_SECONDS = 5


@contextmanager
def listening(woken: threading.Event) -> Iterator[None]:
    """Inside it every message that comes to this process sets `woken`."""
    loop = asyncio.new_event_loop()
    listener = loop.create_task(_listen(woken))
    thread = threading.Thread(target=_run, args=(loop, listener), name="wake", daemon=True)
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(listener.cancel)
        thread.join(END_SECONDS)


def _run(loop: asyncio.AbstractEventLoop, listener: "asyncio.Task[None]") -> None:
    with suppress(asyncio.CancelledError):
        loop.run_until_complete(listener)
    loop.close()


async def _listen(woken: threading.Event) -> None:
    """Listens until it is cancelled, whatever becomes of the database meanwhile."""
    task = asyncio.current_task()
    # Asked for as well, because an error while ending takes the place of the cancellation.
    while task and not task.cancelling():
        try:
            await _listen_once(_app(woken))
        except Exception as error:
            log.warning("Messages cannot be received, trying again: %r", error)
        await asyncio.sleep(PAUSE_SECONDS)


async def _listen_once(app: App) -> None:
    """Returns or raises when the database went away."""
    try:
        await app.open_async()
        await app.run_worker_async(install_signal_handlers=False, delete_jobs="always")
    finally:
        await app.close_async()


def _app(woken: threading.Event) -> App:
    """A worker's own app. Django's app posts through Django's connection and cannot listen."""
    # One connection for reading messages, beside the one that listens.
    app = App(connector=PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=1))

    @app.task(name=THERE_IS_WORK)
    async def there_is_work() -> None:
        woken.set()
        # It reads one message at a time.
        await asyncio.sleep(LEFT_TO_OTHERS_SECONDS)

    retry = app.task(name=RETRY_STALLED, queueing_lock=RETRY_STALLED, pass_context=True)
    app.periodic(cron=EVERY_MINUTE)(retry(_retry_stalled))
    return app


async def _retry_stalled(context: JobContext, timestamp: int) -> None:
    """Posts anew what was held by workers that died; Procrastinate leaves that to its users."""
    jobs = context.app.job_manager
    for job in await jobs.get_stalled_jobs():
        try:
            await jobs.retry_job(job)
        except UniqueViolation:
            # Another one waits that says the same.
            await jobs.finish_job(job, Status.ABORTED, delete_job=True)
