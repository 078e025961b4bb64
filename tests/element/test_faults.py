"""What goes wrong around the element: upstream, in its files, in the process and in the machine's limits."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from host import application
from media import MODELS, Gst, Problem, caps, failure, frames, pipeline, wait

HERE = Path(__file__).parent
SOURCE = f"videotestsrc num-buffers=20 ! {caps(64, 48)}"


def test_an_error_upstream_is_passed_on() -> None:
    problem = failure(f"{SOURCE} ! identity name=culprit error-after=5 ! superres ! fakesink")
    assert problem.source == "culprit"


@pytest.mark.parametrize(
    "between",
    [
        "identity drop-probability=0.4",
        "identity drop-buffer-flags=discont",
        "identity drop-allocation=true",
        "identity single-segment=true",
        "identity datarate=1",
    ],
)
def test_identity_in_front(between: str) -> None:
    """GStreamer's own element for faults: dropped frames, missing pools, other times."""
    with pipeline(f"{SOURCE} ! {between} ! superres ! fakesink") as made:
        made.set_state(Gst.State.PLAYING)
        assert wait(made).type == Gst.MessageType.EOS


def test_errors_downstream_that_are_ignored() -> None:
    got = frames(f"{SOURCE} ! superres ! errorignore ignore-error=true ! appsink name=out sync=false")
    assert len(got) == 20


def test_a_model_replaced_while_it_plays(tmp_path: Path) -> None:
    """The file was read whole: what it becomes counts with the next start."""
    model = tmp_path / "model.onnx"
    shutil.copy(MODELS / "nearest.onnx", model)
    with pipeline(f"videotestsrc ! {caps(64, 48)} ! superres name=s model={model} ! fakesink name=sink") as made:
        made.set_state(Gst.State.PLAYING)
        assert made.get_state(120 * Gst.SECOND)[1] == Gst.State.PLAYING
        model.write_bytes(b"no graph any more")
        element = made.get_by_name("s")
        before = element.get_property("stats").get_uint64("frames")[1]
        while element.get_property("stats").get_uint64("frames")[1] < before + 5:
            assert made.get_bus().pop_filtered(Gst.MessageType.ERROR) is None
        made.set_state(Gst.State.READY)
        assert made.set_state(Gst.State.PAUSED) == Gst.StateChangeReturn.FAILURE
        problem = Problem.of(made.get_bus().pop_filtered(Gst.MessageType.ERROR))
        assert str(model) in problem.text


@pytest.mark.parametrize("content", [b"\x7fELF no library", b""], ids=["garbage", "empty"])
def test_onnx_runtime_replaced_by_something_else(content: bytes, bare_plugin: Path) -> None:
    (bare_plugin / "libonnxruntime.so.1").write_bytes(content)
    problem = application(bare_plugin, f"{SOURCE} ! superres ! fakesink").problem
    assert problem is not None
    assert (problem.domain, problem.code) == ("gst-library-error-quark", int(Gst.LibraryError.INIT))


def test_a_library_without_the_entry_of_onnx_runtime(bare_plugin: Path) -> None:
    source = bare_plugin / "other.c"
    source.write_text("int other (void) { return 0; }\n")
    subprocess.run(["cc", "-shared", "-fPIC", "-o", bare_plugin / "libonnxruntime.so.1", source], check=True)
    problem = application(bare_plugin, f"{SOURCE} ! superres ! fakesink").problem
    assert problem is not None
    assert "OrtGetApiBase" in problem.text


def test_onnx_runtime_removed_while_it_plays(bare_plugin: Path, build: Path) -> None:
    """A process that has it keeps it."""
    shutil.copy(build / "libonnxruntime.so.1", bare_plugin)
    run = host(
        bare_plugin,
        """
import os
with pipeline("videotestsrc ! video/x-raw,width=64,height=48 ! superres name=s ! fakesink") as made:
    made.set_state(Gst.State.PLAYING)
    made.get_state(60 * Gst.SECOND)
    os.remove(os.environ["GST_PLUGIN_PATH"] + "/libonnxruntime.so.1")
    made.get_by_name("s").set_property("tier", "fast")
    while made.get_by_name("s").get_property("stats").get_string("tier") != "fast":
        assert made.get_bus().pop_filtered(Gst.MessageType.ERROR) is None
answer["done"] = True
""",
    )
    assert run == {"done": True}


PRELUDE = """
import json
import sys
answer = {}
from media import Gst, pipeline, wait, PATIENCE
def play(line="videotestsrc num-buffers=5 ! video/x-raw,width=64,height=48 ! superres ! fakesink"):
    with pipeline(line) as made:
        made.set_state(Gst.State.PLAYING)
        return wait(made).type == Gst.MessageType.EOS
"""


def host(plugin: Path, script: str, before: str = "", prefix: tuple[str, ...] = (), **environment: str) -> dict[str, object]:
    """Run a script in a process of its own, with a plugin, and return its dictionary `answer`."""
    inherited = {k: v for k, v in os.environ.items() if k not in ("SUPERRES_ONNXRUNTIME", "LD_LIBRARY_PATH")}
    run = subprocess.run(
        [*prefix, sys.executable, "-W", "ignore", "-c", before + PRELUDE + script + "\nprint(json.dumps(answer))"],
        env=inherited
        | {"GST_PLUGIN_PATH": str(plugin), "GST_REGISTRY": str(plugin / "registry.bin"), "PYTHONPATH": str(HERE)}
        | environment,
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert run.returncode == 0, f"the host ended with status {run.returncode}: {run.stderr}"
    return json.loads(run.stdout.splitlines()[-1])


HANDLERS = """
import signal
caught = []
for s in (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2, signal.SIGHUP, signal.SIGCHLD):
    signal.signal(s, lambda number, _: caught.append(number))
"""


def test_signal_handlers_of_the_host_are_kept(build: Path) -> None:
    answer = host(
        build,
        """
import os, signal
assert play()
for s in (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2, signal.SIGHUP, signal.SIGCHLD):
    os.kill(os.getpid(), s)
answer["caught"] = sorted(set(caught))
assert play(), "and the element plays on"
""",
        before=HANDLERS,
    )
    wanted = (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2, signal.SIGHUP, signal.SIGCHLD)
    assert answer["caught"] == sorted(map(int, wanted))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_without_a_handler_ends_the_host_as_ever(number: signal.Signals, build: Path) -> None:
    script = f"import os, signal\nsignal.signal({int(number)}, signal.SIG_DFL)\nassert play()\nos.kill(os.getpid(), {int(number)})\n"
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PRELUDE + script],
        env=os.environ | {"GST_PLUGIN_PATH": str(build), "PYTHONPATH": str(HERE)},
        capture_output=True,
        timeout=100,
    )
    assert run.returncode == -number


CRASH = """
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <gst/gst.h>
static void caught (int number) { (void) number; _exit (42); }
int main (int argc, char **argv)
{
  struct sigaction action;
  memset (&action, 0, sizeof action);
  action.sa_handler = caught;
  sigaction (SIGSEGV, &action, NULL);
  gst_init (&argc, &argv);
  GstElement *line = gst_parse_launch ("videotestsrc num-buffers=3 ! video/x-raw,width=64,height=48 ! superres ! fakesink", NULL);
  gst_element_set_state (line, GST_STATE_PLAYING);
  GstBus *bus = gst_element_get_bus (line);
  gst_message_unref (gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE, GST_MESSAGE_EOS));
  *(volatile int *) 8 = 1;
  return 1;
}
"""


def test_a_crash_of_the_host_comes_to_its_own_handler(build: Path, tmp_path: Path) -> None:
    """The Go runtime has SIGSEGV, and passes on what is not its own."""
    (tmp_path / "crash.c").write_text(CRASH)
    flags = subprocess.run(["pkg-config", "--cflags", "--libs", "gstreamer-1.0"], capture_output=True, text=True, check=True).stdout.split()
    subprocess.run(["cc", "-O0", "-o", tmp_path / "crash", tmp_path / "crash.c", *flags], check=True)
    run = subprocess.run([tmp_path / "crash"], env=os.environ | {"GST_PLUGIN_PATH": str(build)}, capture_output=True, timeout=100)
    assert run.returncode == 42, run.stderr


def test_a_host_that_forks_before_it_loads_the_plugin(build: Path) -> None:
    """As a server does that forks its workers, and each plays."""
    answer = host(
        build,
        """
import os
children = []
for _ in range(2):
    child = os.fork()
    if child == 0:
        os._exit(0 if play() else 1)
    children.append(child)
answer["statuses"] = [os.waitpid(child, 0)[1] for child in children]
""",
    )
    assert answer["statuses"] == [0, 0]


def test_a_host_that_forks_to_run_a_program_while_it_plays(build: Path) -> None:
    answer = host(
        build,
        """
import subprocess
with pipeline("videotestsrc ! video/x-raw,width=64,height=48 ! superres name=s ! fakesink") as made:
    made.set_state(Gst.State.PLAYING)
    made.get_state(PATIENCE)
    answer["statuses"] = [subprocess.run(["true"], preexec_fn=lambda: None).returncode for _ in range(20)]
    assert made.get_bus().pop_filtered(Gst.MessageType.ERROR) is None
""",
    )
    assert answer["statuses"] == [0] * 20


def test_no_memory_for_a_frame(build: Path) -> None:
    """The tensors of 4096x4096 do not fit into what is left of the addresses: an error, and the host goes on. (Where the frames
    themselves do not fit, GStreamer ends the process.)"""
    answer = host(
        build,
        """
import resource
def problem(line):
    with pipeline(line) as made:
        made.set_state(Gst.State.PLAYING)
        message = wait(made, Gst.MessageType.EOS | Gst.MessageType.ERROR)
        return message.type == Gst.MessageType.ERROR and message.parse_error()[0].message
assert play()
size = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (size + (320 << 20), resource.RLIM_INFINITY))
answer["large"] = problem("videotestsrc num-buffers=1 ! video/x-raw,format=I420,width=4096,height=4096 ! superres threads=1 ! fakesink")
resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
answer["after"] = play()
""",
    )
    assert answer["after"] is True
    assert "failed" in str(answer["large"])
    assert "smaller pictures" in str(answer["large"])


REFUSAL = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>

int
pthread_create (pthread_t *thread, const pthread_attr_t *attributes, void *(*start) (void *), void *data)
{
  Dl_info module;
  if (dladdr ((void *) start, &module) && strstr (module.dli_fname, "onnxruntime"))
    return EAGAIN;
  int (*real) () = dlsym (RTLD_NEXT, "pthread_create");
  return real (thread, attributes, start, data);
}
"""


def test_no_thread_for_the_generator(build: Path, tmp_path: Path) -> None:
    """An error that says what to do. (A thread that the Go runtime is refused ends the process.)"""
    (tmp_path / "refuse.c").write_text(REFUSAL)
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", tmp_path / "refuse.so", tmp_path / "refuse.c", "-ldl"], check=True)
    answer = host(
        build,
        """
with pipeline("videotestsrc num-buffers=3 ! superres threads=2 ! fakesink") as made:
    made.set_state(Gst.State.PLAYING)
    message = wait(made, Gst.MessageType.EOS | Gst.MessageType.ERROR)
    answer["refused"] = message.type == Gst.MessageType.ERROR and message.parse_error()[0].message
""",
        LD_PRELOAD=str(tmp_path / "refuse.so"),
    )
    assert "pids.max" in str(answer["refused"])


TWIN = """package main

// #cgo pkg-config: gstreamer-1.0
// #include <gst/gst.h>
import "C"

import "strings"

//export twinInit
func twinInit(plugin *C.GstPlugin) C.gboolean {
	if strings.Repeat("a", 3) == "aaa" {
		return C.TRUE
	}
	return C.FALSE
}

func main() {}
"""
TWIN_C = """#include <gst/gst.h>
#include "_cgo_export.h"
#define PACKAGE "twin"
static gboolean plugin_init (GstPlugin * plugin) { return twinInit (plugin); }
GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, twin, "another plugin in Go", plugin_init, "1.0.0", "MIT/X11", "twin", "nowhere")
"""


def test_another_plugin_written_in_go(build: Path, tmp_path: Path) -> None:
    """Two Go runtimes in one process, in both orders of loading."""
    (tmp_path / "source").mkdir()
    (tmp_path / "source/go.mod").write_text("module twin\n\ngo 1.24\n")
    (tmp_path / "source/twin.go").write_text(TWIN)
    (tmp_path / "source/twin.c").write_text(TWIN_C)
    (tmp_path / "plugins").mkdir()
    subprocess.run(
        ["go", "build", "-buildmode=c-shared", "-o", tmp_path / "plugins/libgsttwin.so", "."], cwd=tmp_path / "source", check=True
    )
    for name in ("libgstsuperres.so", "libonnxruntime.so.1"):
        (tmp_path / "plugins" / name).symlink_to(build / name)
    for order in (("twin", "superres"), ("superres", "twin")):
        answer = host(
            tmp_path / "plugins",
            f"""
for name in {order}:
    assert Gst.Registry.get().find_plugin(name).load() is not None
assert Gst.Registry.get().find_plugin("twin").load().is_loaded()
answer["played"] = [play() for _ in range(3)]
""",
        )
        assert answer["played"] == [True] * 3
