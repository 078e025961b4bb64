"""A process of its own that plays one pipeline and says how it ended, as JSON on its last line.

    application.py PIPELINE [TIER]

With a tier, the element "s" is set to it while it plays, and the stream goes on
until that has led to a message. The process ends in status 0 unless something
kills it: that is what tests of faults look at.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sys

from media import PATIENCE, Gst, Problem, pipeline, wait


def main() -> None:
    """Play, wait for the end or the first problem, and play something else."""
    answer: dict[str, object] = {"problem": None, "warning": None}
    with pipeline(sys.argv[1]) as made:
        made.set_state(Gst.State.PLAYING)
        if len(sys.argv) > 2:
            # Before it plays, the end of the stream that is sent below would wait for itself.
            assert made.get_state(PATIENCE)[1] == Gst.State.PLAYING
            made.get_by_name("s").set_property("tier", sys.argv[2])
            message = wait(made, Gst.MessageType.WARNING | Gst.MessageType.ERROR)
            answer["warning"] = dataclasses.asdict(Problem.of(message))
            made.send_event(Gst.Event.new_eos())
        message = wait(made, Gst.MessageType.EOS | Gst.MessageType.ERROR)
        if message.type == Gst.MessageType.ERROR:
            answer["problem"] = dataclasses.asdict(Problem.of(message))
        answer["threads"] = len(os.listdir("/proc/self/task"))
    # The process goes on to serve others after an error.
    with pipeline("videotestsrc num-buffers=2 ! fakesink") as other:
        other.set_state(Gst.State.PLAYING)
        assert wait(other).type == Gst.MessageType.EOS
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
