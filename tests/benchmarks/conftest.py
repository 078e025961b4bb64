"""The pure parts of tests/bench are tested with the Python of .venv/bench, without GStreamer."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
