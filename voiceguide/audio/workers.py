"""The threads that speak and encode, shared by all sessions of the process."""

import os
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import cache, partial
from threading import Lock
from typing import Any, ParamSpec, TypeVar

from voiceguide.routine.limits import JOBS

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


@cache
def _threads(_process_id: int) -> ThreadPoolExecutor:
    """Return the threads of a process; a forked one has none of its parent's, and starts its own."""
    return ThreadPoolExecutor(JOBS.maximum, thread_name_prefix="voiceguide")


class TaskQueue:
    """Tasks that run on the shared threads, with a limit on how many run at once.

    A task must not wait for another one: that one may be behind it in the queue.
    """

    def __init__(self, limit: int) -> None:
        """Run at most ``limit`` tasks at once."""
        self._limit = limit
        self._lock = Lock()
        self._waiting: deque[tuple[Future[Any], Callable[[], Any]]] = deque()
        self._running: set[Future[Any]] = set()
        self._threads = 0

    def submit(
        self, task: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> "Future[Result]":
        """Run a task as soon as there is a thread for it, and return its future."""
        future: Future[Result] = Future()
        with self._lock:
            self._waiting.append((future, partial(task, *args, **kwargs)))
            needs_thread = self._threads < self._limit
            self._threads += needs_thread
        if needs_thread:
            _threads(os.getpid()).submit(self._work)
        return future

    def close(self, *, wait_for_running: bool = True) -> None:
        """Cancel the tasks that have not started, and wait for those that have."""
        with self._lock:
            cancelled, running = [*self._waiting], {*self._running}
            self._waiting.clear()
        for future, _ in cancelled:
            future.cancel()
            future.set_running_or_notify_cancel()
        if wait_for_running:
            wait(running)

    def _work(self) -> None:
        while next_task := self._next():
            future, task = next_task
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(task())
                except BaseException as error:  # noqa: BLE001 (raised again where the result is taken)
                    future.set_exception(error)
            with self._lock:
                self._running.discard(future)

    def _next(self) -> tuple[Future[Any], Callable[[], Any]] | None:
        with self._lock:
            if not self._waiting:
                self._threads -= 1
                return None
            found = self._waiting.popleft()
            self._running.add(found[0])
            return found
