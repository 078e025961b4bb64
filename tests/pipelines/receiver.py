"""A receiver in a process of its own, for tests that send to it."""

from __future__ import annotations

import re
import socket
import subprocess

import pytest
from conftest import LIMIT_S, ROOT


def free_port() -> int:
    """A UDP port that nothing listens on."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Receiver:
    """pipelines/rtp-receive on a free port, listening."""

    def __init__(self, *arguments: object) -> None:
        command = [str(ROOT / "pipelines/rtp-receive"), "--host", "127.0.0.1", "--port", "0", *map(str, arguments)]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        for line in self.process.stdout:
            if match := re.fullmatch(r"listening on port (\d+)\n", line):
                self.port = int(match[1])
                return
        pytest.fail(f"the receiver ended with {self.process.wait()} before it listened")

    def done(self) -> str:
        """Awaits the end and returns what was printed."""
        said, _ = self.process.communicate(timeout=LIMIT_S)
        assert self.process.returncode == 0, said
        return said

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()
