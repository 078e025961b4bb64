/* What the tests of the element in C share. */
#ifndef SUPERRES_CHECK_H
#define SUPERRES_CHECK_H

#include <gst/check/gstcheck.h>
#include <gst/check/gstharness.h>
#include <gst/video/video.h>

/* Of the properties that need no generator, for tests of everything else. */
#define LANCZOS "superres name=s tier=lanczos"

/* What comes in where a test does not say otherwise, and what leaves. */
#define WIDTH 64
#define HEIGHT 48
#define FRAME (GST_SECOND / 25)
#define IN_CAPS "video/x-raw,format=I420,width=64,height=48,framerate=25/1"

/* An element with a test's pads on both sides, playing. */
static inline GstHarness *
harness_of (const gchar * line, const gchar * caps)
{
  GstHarness *harness = gst_harness_new_parse (line);

  fail_unless (harness != NULL);
  if (caps != NULL)
    gst_harness_set_src_caps_str (harness, caps);
  return harness;
}

/* The number of a frame gives its content and its times. */
static inline GstBuffer *
frame_of (guint width, guint height, guint number)
{
  GstVideoInfo info;
  GstBuffer *buffer;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_I420, width, height);
  buffer = gst_buffer_new_allocate (NULL, info.size, NULL);
  gst_buffer_memset (buffer, 0, 16 + number % 200, info.size);
  GST_BUFFER_PTS (buffer) = number * FRAME;
  GST_BUFFER_DURATION (buffer) = FRAME;
  return buffer;
}

#define frame(number) frame_of (WIDTH, HEIGHT, number)

/* The size of the frames that leave, by the caps of the harness's sink pad. */
static inline void
assert_leaves (GstHarness * harness, gint width, gint height)
{
  GstCaps *caps = gst_pad_get_current_caps (harness->sinkpad);
  GstVideoInfo info;

  fail_unless (caps != NULL);
  fail_unless (gst_video_info_from_caps (&info, caps));
  assert_equals_int (GST_VIDEO_INFO_WIDTH (&info), width);
  assert_equals_int (GST_VIDEO_INFO_HEIGHT (&info), height);
  gst_caps_unref (caps);
}

/* Runs the cases of one file. */
#define CHECK_MAIN(name, ...) \
    static Suite * name##_suite (void) \
    { \
      Suite *suite = suite_create (#name); \
      TCase *cases = tcase_create ("cases"); \
      suite_add_tcase (suite, cases); \
      tcase_set_timeout (cases, 300); \
      __VA_ARGS__; \
      return suite; \
    } \
    GST_CHECK_MAIN (name)

#define CASE(function) tcase_add_test (cases, function)

#endif
