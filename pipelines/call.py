#!/usr/bin/python3
"""One call of the WebRTC demonstration: receives a browser's camera, doubles it and
sends it back. pipelines/signalling starts one such process for each call, so that a
call that goes wrong takes no other with it.

Messages are lines of JSON: the browser's come in on the standard input, and what is
for the browser goes to the standard output.

    in   {"type": "offer", "sdp": TEXT, "codec": "vp8" | "h264", "set": {PROPERTY: VALUE, ...}}
         {"type": "candidate", "line": NUMBER, "candidate": TEXT}
         {"type": "set", "property": "tier" | "look" | "strength", "value": VALUE}
    out  {"type": "answer", "sdp": TEXT}
         {"type": "candidate", "line": NUMBER, "candidate": TEXT}
         {"type": "stats", "in": {...}, "out": {...}, "dropped": NUMBER, "element": {...}}
         {"type": "warning" | "error", "text": TEXT}

The end of the input ends the call.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import sys
import threading
from typing import Any

from launch import Counter, GLib, Gst, start_gstreamer
from media import percent

try:
    import gi

    gi.require_version("GstSdp", "1.0")
    gi.require_version("GstWebRTC", "1.0")
    from gi.repository import GstSdp, GstWebRTC
except (ImportError, ValueError) as missing:
    sys.exit(f"GStreamer's Python bindings for WebRTC are missing ({missing}); run tools/setup pipelines")

STATS_MS = 500
JITTER_MS = 100  # how long a packet is waited for: time to send it again on most networks

# After a loss, the depayloaders ask the browser for a key frame and show nothing broken
# until it comes. The encoders put in a key frame when the browser asks for one.
DECODERS = {
    "vp8": "rtpvp8depay request-keyframe=true wait-for-keyframe=true ! vp8dec name=decoder",
    "h264": "rtph264depay request-keyframe=true wait-for-keyframe=true ! h264parse ! avdec_h264 name=decoder max-threads=1",
}
ENCODERS = {
    "vp8": "vp8enc deadline=1 cpu-used=12 threads=2 keyframe-max-dist=3000 end-usage=cbr target-bitrate={bits} "
    "buffer-size=600 buffer-initial-size=300 buffer-optimal-size=400 ! rtpvp8pay picture-id-mode=15-bit",
    "h264": "x264enc tune=zerolatency speed-preset=superfast key-int-max=3000 bitrate={kbits} vbv-buf-capacity=300 "
    "! video/x-h264,profile=constrained-baseline ! rtph264pay config-interval=-1 aggregate-mode=zero-latency",
}
# What is sent is told to the peer in these words alone: the payloader's own change with
# the size of the picture, and a change would ask for a new offer in mid-call.
RTP_CAPS = {
    "vp8": "application/x-rtp,media=video,clock-rate=90000,encoding-name=VP8,payload={payload},ssrc=(uint){ssrc}",
    "h264": "application/x-rtp,media=video,clock-rate=90000,encoding-name=H264,payload={payload},ssrc=(uint){ssrc},"
    "packetization-mode=(string)1,profile-level-id=(string){profile}",
}


class CallError(Exception):
    """The call cannot be made; the text says why."""


def offered(sdp: str, codec: str) -> dict[str, str]:
    """The payload type and, for H.264, the profile with which an offer names a codec.
    Of H.264, that is constrained baseline with frames in several packets."""
    formats = dict(re.findall(r"^a=fmtp:(\d+) (.*?)\r?$", sdp, re.MULTILINE))
    for payload, name in re.findall(r"^a=rtpmap:(\d+) (\w+)/90000\r?$", sdp, re.MULTILINE):
        if name.lower() != codec:
            continue
        profile = re.search(r"profile-level-id=(42[ce]0[0-9a-f]{2})", formats.get(payload, ""), re.IGNORECASE)
        if codec == "vp8":
            return {"payload": payload}
        if profile and "packetization-mode=1" in formats[payload]:
            return {"payload": payload, "profile": profile[1]}
    names = {"vp8": "VP8", "h264": "H.264 (constrained baseline)"}
    raise CallError(f"the browser does not offer {names[codec]}; choose the other codec")


def size(pad: Gst.Pad) -> dict[str, int]:
    """Width and height of the video at a pad; nothing before it has any."""
    caps = pad.get_current_caps()
    if not caps:
        return {}
    structure = caps.get_structure(0)
    return {"width": structure.get_value("width"), "height": structure.get_value("height")}


class Call:
    """The pipeline of one call, from offer to end."""

    def __init__(self, bitrate: int, loss: float = 0) -> None:
        self.bitrate = bitrate
        self.loss = loss
        self.loop = GLib.MainLoop()
        self.failed = False
        self.pipeline: Any = None
        self._codec = ""
        self._writing = threading.Lock()
        self._decoded: Counter | None = None
        self._told = (0, 0, 0)  # time in ns, frames in and frames out at the latest figures

    def run(self) -> int:
        threading.Thread(target=self._read, daemon=True).start()
        self.loop.run()
        if self.pipeline:
            # What comes back to where it came from is a circle, of which GStreamer warns when it stops, and which it
            # stops in no order: the peer first, so that what waits in its sinks does not keep the rest waiting.
            self.peer.set_state(Gst.State.NULL)
            self._sending.unlink(self._sending.get_peer())
            self.pipeline.set_state(Gst.State.NULL)
        return 1 if self.failed else 0

    def _read(self) -> None:
        for line in sys.stdin:
            GLib.idle_add(self._take, json.loads(line))
        GLib.idle_add(self.loop.quit)

    def _tell(self, **message: Any) -> None:
        with self._writing:
            print(json.dumps(message), flush=True)

    def _fail(self, text: str) -> None:
        self._tell(type="error", text=text)
        self.failed = True
        self.loop.quit()

    def _take(self, message: dict[str, Any]) -> bool:
        """One message of the browser's, on the main thread."""
        try:
            if message["type"] == "offer":
                self._answer(message["sdp"], message["codec"], message.get("set") or {})
            elif message["type"] == "candidate":
                self.peer.emit("add-ice-candidate", message["line"], message["candidate"])
            elif message["type"] == "set":
                self._set(message["property"], message["value"])
        except (CallError, GLib.Error) as error:
            self._fail(str(error))
        return GLib.SOURCE_REMOVE

    def _set(self, name: str, value: Any) -> None:
        Gst.util_set_object_arg(self.pipeline.get_by_name("superres"), name, str(value))

    def _answer(self, sdp: str, codec: str, properties: dict[str, Any]) -> None:
        """Builds what sends, and answers the offer; what receives is built when video comes."""
        self._codec = codec
        # Chosen here, so that the answer can say it before there is a first frame to send.
        ssrc = random.getrandbits(32)
        agreed = offered(sdp, codec)
        caps = RTP_CAPS[codec].format(**agreed, ssrc=ssrc)
        encoder = ENCODERS[codec].format(kbits=self.bitrate, bits=1000 * self.bitrate)
        # A frame that the element cannot take yet is replaced by the next: late is worse than few.
        self.pipeline = Gst.parse_launch(
            f"webrtcbin name=peer latency={JITTER_MS} bundle-policy=max-bundle "
            "queue name=newest leaky=downstream max-size-buffers=1 max-size-bytes=0 max-size-time=0 "
            "! superres name=superres ! queue max-size-buffers=2 "
            f"! {encoder} mtu=1200 pt={agreed['payload']} ssrc={ssrc} ! capssetter name=sending join=false replace=true caps={caps} ! peer."
        )
        self.peer = self.pipeline.get_by_name("peer")
        if self.loss:
            self.pipeline.connect("deep-element-added", lambda _pipeline, _bin, element: self._lose_packets(element))
        self._sending = self.pipeline.get_by_name("sending").get_static_pad("src")
        for name, value in properties.items():
            self._set(name, value)
        element = self.pipeline.get_by_name("superres")
        self._arrived, self._doubled = element.get_static_pad("sink"), element.get_static_pad("src")
        self._entered, self._left = Counter(self._arrived), Counter(self._doubled)

        self.peer.connect("on-ice-candidate", lambda _peer, line, text: self._tell(type="candidate", line=line, candidate=text))
        self.peer.connect("on-new-transceiver", lambda _peer, transceiver: transceiver.set_property("do-nack", True))
        self.peer.connect("pad-added", self._receive)
        self.peer.get_by_name("rtpbin").connect("new-jitterbuffer", self._tune)
        self.peer.connect("notify::connection-state", self._connection_changed)
        transceiver = self.peer.emit("get-transceiver", 0)
        transceiver.set_property("do-nack", True)
        transceiver.set_property("codec-preferences", Gst.Caps.from_string(caps))
        bus = self.pipeline.get_bus()
        bus.add_signal_watch()
        bus.connect("message", self._message)
        self.pipeline.set_state(Gst.State.PLAYING)

        result, parsed = GstSdp.SDPMessage.new_from_text(sdp)
        if result != GstSdp.SDPResult.OK:
            raise CallError("the browser's offer is not SDP")
        offer = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.OFFER, parsed)
        self.peer.emit("set-remote-description", offer, Gst.Promise.new_with_change_func(self._offer_taken))
        GLib.timeout_add(STATS_MS, self._tell_stats)

    def _offer_taken(self, promise: Gst.Promise) -> None:
        if self._reply(promise, "the offer was refused") is not False:
            self.peer.emit("create-answer", None, Gst.Promise.new_with_change_func(self._answer_made))

    def _answer_made(self, promise: Gst.Promise) -> None:
        reply = self._reply(promise, "there is no answer to the offer")
        if reply is False:
            return
        answer = reply.get_value("answer")
        # Before it is set, which begins to name addresses: to a page they are worth nothing without it.
        self._tell(type="answer", sdp=answer.sdp.as_text())
        self.peer.emit("set-local-description", answer, Gst.Promise.new())

    def _reply(self, promise: Gst.Promise, wrong: str) -> Any:
        """The reply of a promise that is done; False, with the call ended, for an error."""
        reply = promise.get_reply()
        if promise.wait() == Gst.PromiseResult.REPLIED and not (reply and reply.has_field("error")):
            return reply
        text = f"{wrong}: {reply.get_value('error').message}" if reply else wrong
        GLib.idle_add(self._fail, text)
        return False

    def _tune(self, _rtpbin: Gst.Element, jitterbuffer: Gst.Element, _session: int, _source: int) -> None:
        """A browser that is busy sends late. What follows is then not lost: only a gap is,
        and asked for again."""
        jitterbuffer.set_property("rtx-next-seqnum", False)

    def _receive(self, _peer: Gst.Element, pad: Gst.Pad) -> None:
        """Puts a decoder behind the video that comes; on a thread of the peer's."""
        if pad.direction != Gst.PadDirection.SRC:
            return
        receiver = Gst.parse_bin_from_description(f"{DECODERS[self._codec]} ! videoconvert", True)
        self.pipeline.add(receiver)
        self._decoded = Counter(receiver.get_by_name("decoder").get_static_pad("src"))
        receiver.get_static_pad("src").link(self.pipeline.get_by_name("newest").get_static_pad("sink"))
        receiver.sync_state_with_parent()
        pad.link(receiver.get_static_pad("sink"))

    def _lose_packets(self, element: Gst.Element) -> None:
        """Where packets of video come off the network and go onto it, some are left out."""
        if element.get_factory().get_name() not in ("dtlssrtpdec", "dtlssrtpenc"):
            return

        def lose(_pad: Gst.Pad, _info: Gst.PadProbeInfo) -> Gst.PadProbeReturn:
            return Gst.PadProbeReturn.DROP if 100 * random.random() < self.loss else Gst.PadProbeReturn.OK

        def watch(_element: Gst.Element, pad: Gst.Pad) -> None:
            if pad.get_name().startswith("rtp_"):
                pad.add_probe(Gst.PadProbeType.BUFFER | Gst.PadProbeType.BUFFER_LIST, lose)

        element.connect("pad-added", watch)
        for pad in element.pads:
            watch(element, pad)

    def _connection_changed(self, peer: Gst.Element, _property: Any) -> None:
        state = peer.get_property("connection-state")
        if state == GstWebRTC.WebRTCPeerConnectionState.FAILED:
            GLib.idle_add(self._fail, "there is no way for the video between browser and server (ICE or DTLS failed)")

    def _tell_stats(self) -> bool:
        decoded = self._decoded.count if self._decoded else 0
        entered, left = self._entered.count, self._left.count
        now = GLib.get_monotonic_time()
        before, decoded_before, left_before = self._told
        seconds = (now - before) / 1e6
        self._told = (now, decoded, left)
        stats = self.pipeline.get_by_name("superres").get_property("stats")
        figures = {stats.nth_field_name(i): stats.get_value(stats.nth_field_name(i)) for i in range(stats.n_fields())}
        self._tell(
            type="stats",
            **{
                "in": {**size(self._arrived), "frames": decoded, "rate": (decoded - decoded_before) / seconds},
                "out": {**size(self._doubled), "frames": left, "rate": (left - left_before) / seconds},
                "dropped": max(decoded - entered, 0) + figures.get("dropped", 0),
                "element": figures,
            },
        )
        return GLib.SOURCE_CONTINUE

    def _message(self, _bus: Gst.Bus, message: Gst.Message) -> None:
        if message.type == Gst.MessageType.ERROR:
            error, debug = message.parse_error()
            print(debug, file=sys.stderr)
            self._fail(f"{message.src.get_name()}: {error.message}")
        elif message.type == Gst.MessageType.WARNING:
            warning, _ = message.parse_warning()
            self._tell(type="warning", text=warning.message)
        elif message.type == Gst.MessageType.LATENCY:
            self.pipeline.recalculate_latency()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bitrate", type=int, default=2500, help="kbit/s of the doubled video (default 2500)")
    parser.add_argument(
        "--loss", type=percent, default=0, metavar="PERCENT", help="lose packets of video both ways, to rehearse a bad network"
    )
    arguments = parser.parse_args()
    start_gstreamer()
    return Call(arguments.bitrate, arguments.loss).run()


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    # The interpreter would wait for the thread that reads, and that one for the server.
    os._exit(status)
