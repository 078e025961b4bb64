"""Experiments on collapse, transport and network size, one small program each: see `run --help`."""
