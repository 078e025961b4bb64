"""An RTSP server with a moving picture of 128x96 at /film, in H.264, that ends after
some frames; prints its address, and serves until it is stopped.

    rtsp_server.py FRAMES
"""

from __future__ import annotations

import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer


def main() -> None:
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service("0")
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(
        f"( videotestsrc num-buffers={sys.argv[1]} pattern=ball ! video/x-raw,width=128,height=96,framerate=30/1 "
        "! x264enc tune=zerolatency speed-preset=ultrafast key-int-max=30 ! rtph264pay name=pay0 pt=96 config-interval=1 )"
    )
    server.get_mount_points().add_factory("/film", factory)
    server.attach(None)
    print(f"rtsp://127.0.0.1:{server.get_bound_port()}/film", flush=True)
    GLib.MainLoop().run()


if __name__ == "__main__":
    main()
