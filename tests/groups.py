"""Runs groups of tests and adds up what they say. See tests/run."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import counting
import fuzzing
import report
import trust
from checks import LOGS, ROOT, SYSTEM_PYTHON, Check, pytest
from counting import Tally

TRAIN_PYTHON = str(ROOT / "model/train/python")


def run(check: Check) -> Tally:
    """Runs a check with its output in a log, which is shown if it fails."""
    log = LOGS / f"{check.name}.log"
    report = LOGS / f"{check.name}.xml"
    report.unlink(missing_ok=True)
    command = [*check.command, f"--junitxml={report}"] if check.counts == "junit" else check.command
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=check.folder, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            status = process.wait(check.limit_s)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            status = process.wait()
            output.write(f"\nstopped: not done after {check.limit_s} seconds\n".encode())
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    said = log.read_text(errors="replace")
    if check.counts == "go":
        tally = counting.of_go(check.name, status, said)
        said = "".join(re.findall(r'"Output":"(.*)"\}\n', said)).replace("\\n", "\n").replace("\\t", "\t").replace('\\"', '"')
    elif check.counts == "junit":
        tally = counting.of_junit(check.name, status, report)
    else:
        tally = counting.of_status(check.name, status)
    if tally.failed:
        tail = said if len(said) < 20000 else "[...]\n" + said[-20000:]
        print(f"--- {check.name}: {' '.join(command)}\n{tail}\n--- all of it is in {log.relative_to(ROOT)}", flush=True)
    return tally


def go_version() -> tuple[int, int]:
    version = subprocess.run(["go", "env", "GOVERSION"], capture_output=True, text=True, check=True).stdout
    match = re.match(r"go(\d+)\.(\d+)", version)
    return (int(match[1]), int(match[2])) if match else (0, 0)


def with_interpreter(pattern: str) -> list[str]:
    """The project's programs whose first line matches."""
    found = []
    for folder, names, files in os.walk(ROOT):
        names[:] = sorted(n for n in names if (not n.startswith(".") or n == ".ci") and n not in ("build", "runs", "cache"))
        for file in sorted(files):
            path = Path(folder, file)
            with path.open("rb") as content:
                if re.match(pattern.encode(), content.readline(80)):
                    found.append(str(path.relative_to(ROOT)))
    return found


def static() -> Iterator[Check]:
    tools = ROOT / ".venv/static/bin"
    staticcheck = "v0.7.0" if go_version() >= (1, 25) else "v0.6.1"  # each reads what its Go writes
    scripts = with_interpreter(r"#!.*python3$")
    # Not gofmt's own walk: it would go into .tools, where a Go of its own may be.
    found = [path.relative_to(ROOT) for path in ROOT.rglob("*.go")]
    sources = sorted(str(path) for path in found if not any(part.startswith(".") for part in path.parts))
    yield Check("gofmt", ["bash", "-c", 'bad=$(gofmt -l "$@") && echo "$bad" && test -z "$bad"', "gofmt", *sources])
    yield Check("go-vet", ["go", "vet", "./..."])
    yield Check("staticcheck", ["go", "run", f"honnef.co/go/tools/cmd/staticcheck@{staticcheck}", "./..."])
    yield Check("ruff", [str(tools / "ruff"), "check", ".", *scripts])
    programs = [script for script in scripts if not script.startswith("model")]  # model/train looks after its own
    yield Check("ruff-format", [str(tools / "ruff"), "format", "--check", "pipelines", "tests", *programs])
    # Folders have modules of the same name, and programs without a suffix are all
    # named __main__: one at a time.
    folders = ["pipelines", *sorted({str(path.parent.relative_to(ROOT)) for path in (ROOT / "tests").glob("*/*.py")})]
    for part in [*folders, "tests/groups.py", *programs]:
        # tests/providers plays through the pipelines of tests/element.
        found_in = ["env", "MYPYPATH=tests/element"] if part == "tests/providers" else []
        yield Check(f"mypy-{part.replace('/', '-')}", [*found_in, str(tools / "mypy"), part])
    yield Check("shellcheck", [str(tools / "shellcheck"), *with_interpreter(r"#!.*\b(ba)?sh$")])


def go_tests() -> Iterator[Check]:
    yield Check("go", ["go", "test", "-json", "./..."], "go")
    yield Check("go-race", ["go", "test", "-json", "-race", "./model/...", "./element/..."], "go")


def fuzz() -> Iterator[Check]:
    for package, target in fuzzing.targets():
        yield Check(f"fuzz-{target}", fuzzing.command(package, target, seconds=5))


def calls() -> Iterator[Check]:
    command = ["env", "SUPERRES_LONG=1", SYSTEM_PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/pipelines/test_rtp_loss.py"]
    yield Check("calls", command, "junit", limit_s=1200)


def examples() -> Iterator[Check]:
    yield Check("examples-vet", ["go", "vet", "-C", "examples/static-registration", "./..."], limit_s=1500)
    yield from pytest("examples")()


def bench() -> Iterator[Check]:
    python = str(ROOT / ".venv/bench/bin/python")
    yield Check("benchmarks", [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/benchmarks"], "junit")
    yield Check("bench", ["tests/bench", "--quick", "--out", str(LOGS / "speed")])


def weights() -> Iterator[Check]:
    yield Check("weights", [TRAIN_PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/weights"], "junit", limit_s=900)


def train() -> Iterator[Check]:
    yield Check("train-mypy", [TRAIN_PYTHON, "-m", "mypy", "generator"], folder=ROOT / "model/train")
    yield Check("train", [TRAIN_PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"], "junit", ROOT / "model/train", 900)


@dataclass
class Group:
    summary: str
    takes: str
    checks: Callable[[], Iterator[Check]]
    needs: str = ""  # a part of tools/setup beyond "test"
    long: bool = False  # runs by name, or with --long


GROUPS = {
    "static": Group("formatters, linters and type checkers of Go, Python and shell", "1 min", static),
    "go": Group("Go tests of every package; those of model and element also with the race detector", "2 min", go_tests),
    "fuzz": Group("each fuzz target for 5 seconds", "1 min", fuzz),
    "check": Group("the element with GStreamer's test library, in C: events, states, pools, stress", "1 min", trust.check),
    "element": Group("the element in GStreamer: formats, sizes, negotiation, looks, errors, leaks", "3 min", pytest("element")),
    "pipelines": Group("the programs: RTP over loopback, files, camera, set-up, README", "3 min", pytest("pipelines")),
    "providers": Group("the generator on WebGPU, on a Vulkan device in software", "1 min", pytest("providers"), "webgpu"),
    "webrtc": Group("calls from a headless Chromium through pipelines/webrtc and back", "2 min", pytest("webrtc")),
    "bench": Group("a little of all that tests/bench measures; its own tests", "1 min; 1 min more to install peers", bench, "bench"),
    "examples": Group("a Go program with the element inside, built and run", "10 s; 3 min the first time", examples),
    "docs": Group("every command of README, docs/ and model/README, every link", "2 min", pytest("docs")),
    "calls": Group("RTP over a bad network, a minute for each codec and way of repair", "6 min", calls, long=True),
    "weights": Group("the shipped generators keep the tensor contract", "10 s; 3 min more to install PyTorch", weights, "train"),
    "train": Group("the training tools of model/train", "1 min; 3 min more to install PyTorch", train, "train"),
    "supply": Group("what the plugin is made of; whether any of it is known to be vulnerable", "10 s", trust.supply),
    "sanitisers": Group("the tests in C, the element's C under ASan and UBSan", "3 min", trust.sanitisers, long=True),
    "valgrind": Group("the tests in C under valgrind", "30 min", trust.valgrind, "long", long=True),
    "processors": Group("the same bytes on processors without AVX2, AVX, by QEMU", "2 min", trust.processors, "long", long=True),
    "arm64": Group("the plugin for arm64, cross-built and emulated: its tests, the same bytes", "30 min", trust.arm64, "arm64", long=True),
    "validate": Group("GStreamer's validation of states, seeks, pauses and sizes", "3 min", trust.validate, long=True),
    "package": Group("the Debian package, built, and installed in a clean root", "5 min", trust.package, "long", long=True),
    "coverage": Group("coverage of the Go code by its tests", "2 min", trust.coverage, long=True),
    "dist": Group("the release's tarball: whole, and what is in it builds and passes tests", "3 min", trust.dist, long=True),
    "soak": Group("10 minutes of random changes: memory and descriptors stay flat", "10 min", trust.soak, long=True),
    "fuzz-long": Group("every fuzz target, an hour in all", "60 min", trust.fuzz_long, long=True),
}


def run_group(name: str) -> tuple[Tally, float]:
    """Runs all checks of a group. One that cannot even begin is a failure of the group,
    not of the run."""
    group, began, tally = GROUPS[name], time.monotonic(), Tally()
    print(f"{name}: {group.summary}", flush=True)
    try:
        if group.needs:
            subprocess.run([ROOT / "tools/setup", group.needs], check=True)
        for check in group.checks():
            tally.add(run(check))
    except (OSError, subprocess.SubprocessError) as error:
        print(f"--- {name} could not run: {error}", flush=True)
        tally.add(counting.of_status(f"{name} could not run", 1))
    return tally, time.monotonic() - began


def main() -> int:
    parser = argparse.ArgumentParser(prog="tests/run", description="Runs groups of tests; without names, all that are quick.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="groups to run")
    parser.add_argument("--long", action="store_true", help="the long groups too")
    parser.add_argument("--list", action="store_true", help="say what the groups are and how long they take")
    arguments = parser.parse_args()
    if arguments.list:
        for name, group in GROUPS.items():
            print(f"{name:10} {group.summary} ({group.takes}{'; with --long' if group.long else ''})")
        return 0
    if unknown := [name for name in arguments.names if name not in GROUPS]:
        parser.error(f"no group is named {', '.join(unknown)}; the groups are {', '.join(GROUPS)}")
    shutil.rmtree(LOGS, ignore_errors=True)
    LOGS.mkdir(parents=True)
    os.environ["GST_REGISTRY"] = str(LOGS / "registry.bin")
    total, rows, reported = Tally(), [], []
    quick = [name for name, group in GROUPS.items() if arguments.long or not group.long]
    for name in dict.fromkeys(arguments.names or quick):
        tally, seconds = run_group(name)
        total.add(tally)
        reported.append(report.Row(name, tally, seconds))
        rows.append(f"{'FAILED' if tally.failed else 'ok':7} {name:10} {tally.line():34} {seconds:6.1f} s")
        print(rows[-1], flush=True)
    print("\nsummary")
    print("\n".join(rows))
    for reason in total.reasons:
        print(f"skipped {reason}")
    for failure in total.failures:
        print(f"failed  {failure}")
    (LOGS / "report.md").write_text(report.page(reported, ROOT, LOGS))
    print(f"\nfigures {LOGS.relative_to(ROOT)}/report.md")
    print(f"\n{total.line()}")
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())
