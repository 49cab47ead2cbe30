"""One measurement at a time: a fresh process on one core, so that nobody's caches or threads help or hinder another."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS"), "1")
QUIET = {"ANONYMIZED_TELEMETRY": "False", "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
_KILO = 1024  # Linux counts memory in kilobytes, macOS in bytes


@dataclass(frozen=True)
class Spent:
    """Wall and CPU seconds; on one core the CPU's are what the wall's would be on an idle machine."""

    wall: float
    cpu: float


class Clock:
    """`with Clock() as clock: …`, then `clock.spent`: this process's seconds, all of its threads included."""

    def __enter__(self) -> Clock:
        self._wall, self._cpu = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.spent = Spent(time.perf_counter() - self._wall, time.process_time() - self._cpu)


def isolated(function: Callable[..., Any], *arguments: Any, cores: int | None = 1) -> Any:
    """The result of a module's function, called in a fresh process on one core, or on all with None."""
    context, before = multiprocessing.get_context("spawn"), os.environ.copy()
    os.environ.update((_ONE_THREAD if cores else {}) | QUIET)
    try:
        with ProcessPoolExecutor(1, mp_context=context, initializer=_on_one_core if cores else None) as pool:
            return pool.submit(function, *arguments).result()
    finally:  # the next one may have all cores
        os.environ.clear()
        os.environ.update(before)


def _on_one_core() -> None:
    if hasattr(os, "sched_setaffinity"):  # Linux; elsewhere the environment alone keeps threads away
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def memory_mb() -> tuple[float, float]:
    """Megabytes that this process has in memory now, and the most it has had."""
    status = Path("/proc/self/status")
    if status.exists():  # getrusage would count what the parent had before this process was its own
        fields = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(fields["VmRSS"].split()[0]) / _KILO, int(fields["VmHWM"].split()[0]) / _KILO
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KILO**2
    return peak, peak


def command(*arguments: str) -> tuple[Spent, float]:
    """Seconds that this Python takes for a command from start to end, and the megabytes it peaks at.

    The system counts at least what the calling process holds. A command that fails is a RuntimeError.
    """
    began = time.perf_counter()
    process = start(*arguments)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"python {' '.join(arguments)} failed with {process.returncode}.")
    megabyte = _KILO if sys.platform == "linux" else _KILO**2
    return Spent(wall, usage.ru_utime + usage.ru_stime), usage.ru_maxrss / megabyte


def start(*arguments: str) -> subprocess.Popen[bytes]:
    """This Python with arguments, in a process of its own that says nothing."""
    environment = {**os.environ, **QUIET}
    return subprocess.Popen(
        [sys.executable, *arguments], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def disk_bytes(folder: Path) -> int:
    """Bytes of all files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
