"""The pieces that the lines of this folder are made of."""

from __future__ import annotations

import argparse
import os
import re
from pathlib import Path

from launch import BUILD, ROOT, Gst, Line, quoted

# The size and rate of the generated scene, and its layout for a parser of raw video.
SCENE_WIDTH, SCENE_HEIGHT, SCENE_RATE = 960, 720, 30
SCENE_PARSER = f"rawvideoparse width={SCENE_WIDTH} height={SCENE_HEIGHT} format=i420 framerate={SCENE_RATE}/1 colorimetry=bt601"

# What a video call sends: no look-ahead, a key frame every two seconds.
RTP_ENCODERS = {
    "h264": "x264enc tune=zerolatency speed-preset=veryfast key-int-max=60 bitrate={kbits} ! rtph264pay config-interval=-1 mtu=1200",
    "vp8": "vp8enc deadline=1 cpu-used=8 threads=2 keyframe-max-dist=60 end-usage=cbr target-bitrate={bits} ! rtpvp8pay mtu=1200",
}
RTP_DECODERS = {
    "h264": "rtph264depay{keyframes} ! h264parse name=arrived ! avdec_h264 name=decoder",
    "vp8": "rtpvp8depay name=arrived{keyframes} ! vp8dec name=decoder",
}
RTP_NAMES = {"h264": "H264", "vp8": "VP8"}
# Payload types: of the video, of packets sent again (RFC 4588), of parity (RFC 5109).
RTP_VIDEO, RTP_AGAIN, RTP_PARITY = 96, 97, 122
RTP_PAIRS = f"payload-type-map='application/x-rtp-pt-map,{RTP_VIDEO}=(uint){RTP_AGAIN}'"

# What videoconvert is to make for superres: of RGB and 4:4:4 it would rather make 4:2:2, which takes longer and
# which many players do not know.
FOUR_TWO_ZERO = quoted("video/x-raw,format={I420,YV12,NV12,NV21,GRAY8,I420_10LE,P010_10LE}")

# By the end of a file's name: the encoder of its video, of its audio, its container.
CONTAINERS = {
    ".mkv": ("x264enc speed-preset=veryfast pass=qual quantizer=20", "opusenc bitrate=128000", "matroskamux"),
    ".mp4": ("x264enc speed-preset=veryfast pass=qual quantizer=20", "avenc_aac bitrate=160000 ! aacparse", "mp4mux"),
    ".webm": (
        "vp9enc deadline=1 cpu-used=8 row-mt=true threads=4 end-usage=cq cq-level=24 target-bitrate=20000000",
        "opusenc bitrate=128000",
        "webmmux",
    ),
}


def container(path: str) -> tuple[str, str, str]:
    """The encoders and the container for a file name."""
    suffix = Path(path).suffix.lower()
    if suffix not in CONTAINERS:
        raise argparse.ArgumentTypeError(f"'{path}' ends in '{suffix}'; use one of {', '.join(CONTAINERS)}")
    return CONTAINERS[suffix]


def output_file(path: str) -> str:
    """Checks a file name given on the command line."""
    container(path)
    return path


def size(text: str) -> tuple[int, int]:
    """Reads WIDTHxHEIGHT."""
    match = re.fullmatch(r"([1-9]\d*)x([1-9]\d*)", text)
    if not match:
        raise argparse.ArgumentTypeError(f"'{text}' is not a size such as 480x360")
    return int(match[1]), int(match[2])


def superres(arguments: argparse.Namespace) -> str:
    """The element with the options that add_superres_options() read."""
    words = ["superres name=superres"]
    if arguments.tier:
        words.append(f"tier={arguments.tier}")
    if arguments.model:
        words.append(f"model={quoted(arguments.model)}")
    if arguments.threads:
        words.append(f"threads={arguments.threads}")
    return " ".join(words)


def add_superres_options(parser: argparse.ArgumentParser) -> None:
    """Adds what every program with the element in it offers."""
    parser.add_argument("--tier", choices=["auto", "quality", "balanced", "fast", "lanczos"], help="what enlarges the picture")
    parser.add_argument("--model", metavar="FILE", help="an ONNX file to use instead of the built-in generators")
    parser.add_argument("--threads", type=int, default=0, metavar="N", help="threads of the generator; 0 is all cores")
    parser.add_argument("--print", action="store_true", help="only print the equivalent gst-launch-1.0 command")


def sink(arguments: argparse.Namespace) -> str:
    """Where a receiver's doubled video goes, by --output and --headless."""
    if arguments.output:
        encoder, _, muxer = container(arguments.output)
        return f"queue ! {encoder} ! {muxer} ! filesink location={quoted(arguments.output)}"
    if arguments.headless:
        return "fakevideosink sync=false qos=false max-lateness=-1"
    return "videoconvert ! queue ! autovideosink"


def scene(frames: int) -> tuple[str, list[str]]:
    """The generated scene as the start of a line, and the command that feeds it;
    frames 0 has no end."""
    command = os.path.relpath(BUILD / "scene", ROOT) if BUILD.is_relative_to(ROOT) else str(BUILD / "scene")
    return f"fdsrc fd=0 ! {SCENE_PARSER}", [command, "-frames", str(frames)]


def scaled(width_height: tuple[int, int] | None) -> str:
    """Brings video to a size, with square samples; None leaves it as it is."""
    if not width_height:
        return ""
    width, height = width_height
    return f"! videoscale method=lanczos ! video/x-raw,width={width},height={height},pixel-aspect-ratio=1/1 "


def percent(text: str) -> float:
    """Reads 0 to 100."""
    try:
        value = float(text)
    except ValueError:
        value = -1
    if not 0 <= value <= 100:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number from 0 to 100")
    return value


def rtp_caps(codec: str) -> str:
    """What an RTP receiver has to be told about the stream. The payload type is left
    out: packets sent again and parity have others."""
    return f"application/x-rtp,media=video,clock-rate=90000,encoding-name={RTP_NAMES[codec]}"


def rtp_receiver(codec: str, source: str, latency_ms: int, feedback: str, parity: bool) -> tuple[str, str]:
    """A receiving line from the socket to the decoder, and what goes to the end of the
    whole line. feedback is HOST:PORT of the sender's RTCP, or "" for a stream in one
    direction; parity repairs with FEC."""
    keyframes, first, more = "", "", ""
    jitterbuffer = f"rtpjitterbuffer name=jitterbuffer latency={latency_ms}"
    if feedback:
        host, _, port = feedback.rpartition(":")
        keyframes = " request-keyframe=true"
        first = f"! session.recv_rtp_sink rtpsession name=session rtp-profile=avpf session.recv_rtp_src ! rtprtxreceive {RTP_PAIRS} "
        jitterbuffer += " do-retransmission=true"
        more = f" session.send_rtcp_src ! udpsink host={host} port={port} sync=false async=false"
    if parity:
        # Kept for twice as long as a packet is waited for.
        first += f"! rtpstorage size-time={2 * latency_ms * Gst.MSECOND} "
        jitterbuffer += f' do-lost=true ! rtpulpfecdec name=parity pt={RTP_PARITY} ! rtpptdemux ignored-payload-types="<{RTP_PARITY}>"'
    if first:
        first += "! rtpssrcdemux "  # notes in the caps whose packets they are, for requests and for repairs
    return f"{source} {first}! {jitterbuffer} ! {RTP_DECODERS[codec].format(keyframes=keyframes)}", more


def show(line: Line, only: bool) -> bool:
    """Prints the line; says whether that is all that is wanted."""
    print(line.text(), flush=True)
    return only
