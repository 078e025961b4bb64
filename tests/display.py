"""A display without a screen, for windows that a test or a picture of docs/ looks into."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

LIMIT_S = 60


@contextmanager
def display(width: int = 1280, height: int = 800) -> Iterator[str]:
    """The name of a display of its own, such as :7, which takes clients until the end of the block."""
    reading, writing = os.pipe()
    # Without -noreset it takes no clients for a moment each time that the last one has gone.
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp", "-noreset"]
    with tempfile.TemporaryFile("w+") as log:
        server = subprocess.Popen(command, pass_fds=[writing], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        os.close(writing)
        try:
            with os.fdopen(reading) as ready:
                number = ready.readline().strip()  # it is written once the display takes clients
            if not number:
                log.seek(0)
                raise RuntimeError(f"Xvfb does not start: {log.read()}")
            yield f":{number}"
        finally:
            server.terminate()
            server.wait(LIMIT_S)
