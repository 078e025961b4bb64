#include "harness.h"

#include <gst/video/video.h>

int
push_frames (GstHarness * harness, int frames)
{
  int arrived = 0;
  GstVideoInfo info;
  GstCaps *caps = gst_pad_get_current_caps (harness->srcpad);

  if (caps == NULL || !gst_video_info_from_caps (&info, caps))
    frames = 0;
  if (caps != NULL)
    gst_caps_unref (caps);
  for (int i = 0; i < frames; i++) {
    GstBuffer *out = gst_harness_push_and_pull (harness,
        gst_harness_create_buffer (harness, info.size));

    if (out == NULL)
      break;
    gst_buffer_unref (out);
    arrived++;
  }
  return arrived;
}
