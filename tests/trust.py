"""The groups that look for faults rather than for functions: tests in C, memory, sanitisers, soak, packaging."""

from __future__ import annotations

import checks

check = checks.pytest("check")
