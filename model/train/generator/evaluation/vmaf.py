"""VMAF and VMAF-NEG of a clip, by libvmaf inside the FFmpeg that imageio-ffmpeg brings.

NEG ("no enhancement gain") caps what mere sharpening adds to the score, so an upscaler
is judged by both: https://github.com/Netflix/vmaf/blob/master/resource/doc/models.md
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path

import imageio_ffmpeg

from ..planes import Planes

MODELS = "version=vmaf_v0.6.1\\:name=vmaf|version=vmaf_v0.6.1neg\\:name=neg"


def vmaf(pictures: list[Planes], truth: list[Planes]) -> tuple[float, float]:
    """(VMAF, VMAF-NEG), 0..100, means over the frames of a clip against its ground truth."""
    height, width = truth[0].y.shape
    with tempfile.TemporaryDirectory() as folder:
        raw = ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", f"{width}x{height}", "-r", "30"]
        command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-nostats", "-loglevel", "error"]
        for name, clip in (("out", pictures), ("truth", truth)):
            path = Path(folder, name)
            path.write_bytes(b"".join(plane.tobytes() for p in clip for plane in (p.y, p.u, p.v)))
            command += [*raw, "-i", str(path)]
        # a relative path: the filter's argument takes no colon or backslash
        command += ["-lavfi", f"[0:v][1:v]libvmaf=model='{MODELS}':log_fmt=json:log_path=log.json:n_threads=1"]
        command += ["-f", "null", "-"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}\nended with {done.returncode}: {done.stderr.strip()}")
        pooled = json.loads(Path(folder, "log.json").read_text())["pooled_metrics"]
    return float(pooled["vmaf"]["mean"]), float(pooled["neg"]["mean"])
