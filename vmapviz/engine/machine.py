"""The machine this runs on: processor, cores and memory, in numbers and in words."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path


def cores() -> int:
    """The number of cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def processor() -> str:
    """The processor's model name, such as "AMD EPYC"; what the platform says where Linux does not."""
    for line in _lines("/proc/cpuinfo"):
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or platform.machine() or "unknown processor"


def name() -> str:
    """Processor and cores in one line: "AMD EPYC, 2 cores"."""
    count = cores()
    return f"{processor()}, {count} core{'s' if count != 1 else ''}"


def total_bytes() -> int:
    """Physical memory in bytes; 16 GB is assumed where the platform does not say."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return 16 * 10**9


def available_bytes() -> int:
    """Memory in bytes that this process may still use: free memory and its own limit, whichever is less."""
    free = total_bytes()
    for line in _lines("/proc/meminfo"):
        if line.startswith("MemAvailable"):
            free = int(line.split()[1]) * 1024
    return min(free, _left_of_limit())


def limit_memory(limit: int) -> None:
    """Limits this process's data to `limit` bytes, so that an allocation fails instead of the machine (Linux only)."""
    if sys.platform != "linux":
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))


def _left_of_limit() -> int:
    if sys.platform != "linux":
        return sys.maxsize
    import resource

    soft, _ = resource.getrlimit(resource.RLIMIT_DATA)
    if soft == resource.RLIM_INFINITY:
        return sys.maxsize
    used = next((int(line.split()[1]) * 1024 for line in _lines("/proc/self/status") if line.startswith("VmData")), 0)
    return max(0, soft - used)


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
