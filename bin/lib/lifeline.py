"""A child that ends with its parent, however the parent ends. Linux only; elsewhere the watchdog alone does it."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1
IS_LINUX = sys.platform == "linux"
# Loaded here: a child between fork and exec must not load libraries.
LIBC = ctypes.CDLL(None, use_errno=True) if IS_LINUX else None


def tied(death_signal: signal.Signals = signal.SIGKILL) -> Callable[[], None]:
    """For Popen's preexec_fn: the kernel sends `death_signal` when this process is gone."""
    parent = os.getpid()

    def tie() -> None:
        if LIBC is not None:
            LIBC.prctl(PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
            if os.getppid() != parent:  # it died before the prctl
                os._exit(1)

    return tie
