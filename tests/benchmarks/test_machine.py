"""What is read out of /proc/cpuinfo."""

from __future__ import annotations

import pytest

from benchmarks.machine import cpu_fields, integer_dot_product

X86 = "processor\t: 0\nmodel name\t: A Processor\nflags\t\t: fpu avx2 {}\n\nprocessor\t: 1\nflags\t\t: avx512_vnni\n"
ARM = "processor\t: 0\nFeatures\t: fp asimd {}\n"


@pytest.mark.parametrize(
    ("cpuinfo", "want"),
    [
        (X86.format("avx512f avx512_vnni"), "avx512_vnni"),
        (X86.format("avx_vnni"), "avx_vnni"),
        (X86.format(""), ""),  # the second processor's are another's
        (ARM.format("asimddp"), "asimddp"),
        (ARM.format(""), ""),
        ("", ""),
    ],
)
def test_integer_dot_products(cpuinfo: str, want: str) -> None:
    assert integer_dot_product(cpuinfo) == want


def test_fields() -> None:
    assert cpu_fields(X86)["model name"] == "A Processor"
