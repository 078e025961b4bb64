#include "harness.h"

#include <gst/base/gstbasetransform.h>
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

/* Critical messages of any library, while they are counted. */
static gint criticals;

static void
count (const gchar * domain, GLogLevelFlags level, const gchar * text,
    gpointer unused)
{
  (void) unused;
  if (level & G_LOG_LEVEL_CRITICAL) {
    g_printerr ("%s: %s\n", domain != NULL ? domain : "", text);
    g_atomic_int_inc (&criticals);
  }
}

int
ask_caps (GstHarness * harness, const char *text, const char *filter_text)
{
  GstElement *element = gst_harness_find_element (harness, "superres");
  GstBaseTransformClass *class = GST_BASE_TRANSFORM_GET_CLASS (element);
  GstCaps *caps, *filter;
  GLogFunc before;

  criticals = 0;
  before = g_log_set_default_handler (count, NULL);
  caps = gst_caps_from_string (text);
  filter = gst_caps_from_string (filter_text);
  /* GStreamer reads some texts as caps that it cannot handle itself: a range
   * whose step does not fit, which it complains of, has no bounds after it. */
  if (caps == NULL || filter == NULL || criticals > 0) {
    g_log_set_default_handler (before, NULL);
    gst_clear_caps (&caps);
    gst_clear_caps (&filter);
    gst_object_unref (element);
    return 0;
  }
  gst_caps_unref (gst_caps_intersect (caps, filter));
  gst_caps_is_subset (caps, filter);
  gst_caps_is_subset (filter, filter);
  gst_caps_is_subset (caps, caps);
  if (criticals > 0) {
    g_log_set_default_handler (before, NULL);
    gst_caps_unref (caps);
    gst_caps_unref (filter);
    gst_object_unref (element);
    return 0;
  }
  for (int side = 0; side < 2; side++) {
    GstPadDirection direction = side == 0 ? GST_PAD_SINK : GST_PAD_SRC;
    GstCaps *all = class->transform_caps (GST_BASE_TRANSFORM (element),
        direction, caps, NULL);
    GstCaps *some = class->transform_caps (GST_BASE_TRANSFORM (element),
        direction, caps, filter);

    if (all == NULL || some == NULL)
      criticals++;
    else if (!gst_caps_is_any (all) && !gst_caps_is_subset (some, all))
      criticals++;
    gst_clear_caps (&all);
    gst_clear_caps (&some);
  }
  if (gst_caps_is_fixed (caps)) {
    gst_pad_query_accept_caps (GST_PAD_PEER (harness->srcpad), caps);
    gst_harness_push_event (harness, gst_event_new_caps (caps));
  }
  g_log_set_default_handler (before, NULL);
  gst_caps_unref (caps);
  gst_caps_unref (filter);
  gst_object_unref (element);
  return criticals;
}

int
set_property (GstHarness * harness, const char *name, const char *text)
{
  GstElement *element = gst_harness_find_element (harness, "superres");
  GLogFunc before;

  criticals = 0;
  before = g_log_set_default_handler (count, NULL);
  gst_util_set_object_arg (G_OBJECT (element), name, text);
  gst_element_set_state (harness->element, GST_STATE_READY);
  gst_element_set_state (harness->element, GST_STATE_PAUSED);
  g_log_set_default_handler (before, NULL);
  gst_object_unref (element);
  return criticals;
}
