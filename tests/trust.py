"""The groups that look for faults rather than for functions: tests in C, memory, sanitisers, soak, packaging."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import checks
from checks import ROOT, SYSTEM_PYTHON, Check

check = checks.pytest("check")
processors = checks.pytest("processors", limit_s=7200)
validate = checks.pytest("validate", limit_s=1800)


def in_variant(kind: str, runner: str) -> Iterator[Check]:
    """The tests in C with another build of the plugin (tests/check/build-variant), each case by a program."""
    yield Check(f"{kind}-build", ["tests/check/build-variant", kind], limit_s=900)
    settings = [
        f"SUPERRES_BUILD={ROOT}/build/tests/{kind}",
        f"SUPERRES_CHECK_RUNNER={runner}",
        f"GST_REGISTRY={ROOT}/build/tests/{kind}.registry",
    ]
    command = ["env", *settings, SYSTEM_PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/check"]
    yield Check(kind, command, "junit", limit_s=7200)


def sanitisers() -> Iterator[Check]:
    names = ("libasan.so", "libubsan.so")
    libraries = [subprocess.run(["gcc", f"-print-file-name={n}"], capture_output=True, text=True, check=True).stdout.strip() for n in names]
    # Signals of faults are the Go runtime's; leaks are the tracer's and valgrind's to find.
    options = "detect_leaks=0:handle_segv=0:handle_sigbus=0:handle_sigfpe=0"
    yield from in_variant("sanitised", f"env LD_PRELOAD={':'.join(libraries)} ASAN_OPTIONS={options}")


def valgrind() -> Iterator[Check]:
    leaks = "--leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite"
    yield from in_variant("valgrind", f"valgrind -q --error-exitcode=9 {leaks} --suppressions={ROOT}/tests/check/superres.supp")


def fuzz_long() -> Iterator[Check]:
    yield Check("fuzz-long", ["tests/fuzz", "--minutes", "60"], limit_s=7200)


def soak() -> Iterator[Check]:
    yield Check("soak", ["tests/soak", "--minutes", "10"], limit_s=1200)


def package() -> Iterator[Check]:
    yield Check("package", ["tools/package"], limit_s=1200)
    yield Check("package-in-a-clean-root", ["tests/package"], limit_s=3600)


def supply() -> Iterator[Check]:
    yield Check("sbom", ["tests/sbom"])
    yield Check("vulnerabilities", ["tests/vulnerabilities"])


def coverage() -> Iterator[Check]:
    yield Check("coverage", ["tests/coverage"], limit_s=1200)


def arm64() -> Iterator[Check]:
    """Under QEMU's user-mode emulation; pictures of 4096x4096 would take it an hour."""
    yield Check("arm64-build", ["tests/arm64/make"], limit_s=1800)
    tests = ["test", "-json", "-timeout", "100m", "-skip", "OfLargestPictures", "./model", "./element"]
    yield Check("arm64-go", ["tests/arm64/go", *tests], "go", limit_s=6600)
    yield from checks.pytest("arm64", limit_s=3600)()


def dist() -> Iterator[Check]:
    yield Check("dist", ["tests/dist"], limit_s=1800)
