/* Flushes, seeks, segments, gaps, quality of service, latency. */
#include "superres_check.h"

static GstEvent *
next_event (GstHarness * harness, GstEventType type)
{
  GstEvent *event;

  while ((event = gst_harness_try_pull_event (harness)) != NULL) {
    if (GST_EVENT_TYPE (event) == type)
      return event;
    gst_event_unref (event);
  }
  return NULL;
}

static void
push_segment (GstHarness * harness, gdouble rate, GstClockTime start,
    GstClockTime stop)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  segment.rate = rate;
  segment.start = segment.time = start;
  segment.stop = stop;
  segment.position = rate < 0 ? stop : start;
  fail_unless (gst_harness_push_event (harness,
          gst_event_new_segment (&segment)));
}

GST_START_TEST (a_flush_lets_the_stream_begin_again)
{
  GstHarness *harness = harness_of ("superres tier=balanced", IN_CAPS);
  GstEvent *event;

  gst_buffer_unref (gst_harness_push_and_pull (harness, frame (0)));
  for (guint i = 0; i < 3; i++) {
    fail_unless (gst_harness_push_event (harness,
            gst_event_new_flush_start ()));
    assert_equals_int (gst_harness_push (harness, frame (1)),
        GST_FLOW_FLUSHING);
    fail_unless (gst_harness_push_event (harness,
            gst_event_new_flush_stop (TRUE)));
    push_segment (harness, 1, 0, GST_CLOCK_TIME_NONE);
    event = next_event (harness, GST_EVENT_FLUSH_STOP);
    fail_unless (event != NULL);
    gst_event_unref (event);
    gst_buffer_unref (gst_harness_push_and_pull (harness, frame (2 + i)));
  }
  assert_equals_int (gst_harness_buffers_received (harness), 4);
  gst_harness_teardown (harness);
}

GST_END_TEST;

GST_START_TEST (seeks_go_upstream_as_they_are)
{
  GstHarness *harness = harness_of (LANCZOS, IN_CAPS);
  GstEvent *event;
  gdouble rate;
  GstSeekFlags flags;
  gint64 start;

  gst_harness_push_upstream_event (harness, gst_event_new_seek (-1.5,
          GST_FORMAT_TIME, GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE,
          GST_SEEK_TYPE_SET, GST_SECOND, GST_SEEK_TYPE_SET, 5 * GST_SECOND));
  while ((event = gst_harness_try_pull_upstream_event (harness)) != NULL) {
    if (GST_EVENT_TYPE (event) == GST_EVENT_SEEK)
      break;
    gst_event_unref (event);
  }
  fail_unless (event != NULL);
  gst_event_parse_seek (event, &rate, NULL, &flags, NULL, &start, NULL, NULL);
  fail_unless (rate == -1.5);
  assert_equals_int (flags, GST_SEEK_FLAG_FLUSH | GST_SEEK_FLAG_ACCURATE);
  assert_equals_int64 (start, GST_SECOND);
  gst_event_unref (event);
  gst_harness_teardown (harness);
}

GST_END_TEST;

GST_START_TEST (segments_pass_as_they_are)
{
  static const gdouble rates[] = { 1, 2, 0.5, -1 };
  GstHarness *harness = harness_of (LANCZOS, IN_CAPS);

  for (guint i = 0; i < G_N_ELEMENTS (rates); i++) {
    const GstSegment *segment;
    GstEvent *event, *last = NULL;

    push_segment (harness, rates[i], 2 * GST_SECOND, 9 * GST_SECOND);
    gst_buffer_unref (gst_harness_push_and_pull (harness, frame (60 + i)));
    while ((event = next_event (harness, GST_EVENT_SEGMENT)) != NULL) {
      gst_clear_event (&last);
      last = event;
    }
    fail_unless (last != NULL);
    gst_event_parse_segment (last, &segment);
    fail_unless (segment->rate == rates[i]);
    assert_equals_uint64 (segment->start, 2 * GST_SECOND);
    assert_equals_uint64 (segment->stop, 9 * GST_SECOND);
    gst_event_unref (last);
  }
  gst_harness_teardown (harness);
}

GST_END_TEST;

GST_START_TEST (gaps_pass_and_a_gap_flag_does_not_stay)
{
  GstHarness *harness = harness_of ("superres tier=balanced", IN_CAPS);
  GstBuffer *in = frame (0), *out;
  GstEvent *event;

  fail_unless (gst_harness_push_event (harness, gst_event_new_gap (FRAME,
              3 * FRAME)));
  event = next_event (harness, GST_EVENT_GAP);
  fail_unless (event != NULL);
  gst_event_unref (event);
  /* What leaves has content, whatever came in. */
  GST_BUFFER_FLAG_SET (in, GST_BUFFER_FLAG_GAP);
  out = gst_harness_push_and_pull (harness, in);
  fail_if (GST_BUFFER_FLAG_IS_SET (out, GST_BUFFER_FLAG_GAP));
  gst_buffer_unref (out);
  gst_harness_teardown (harness);
}

GST_END_TEST;

GST_START_TEST (late_frames_are_dropped_and_counted)
{
  GstHarness *harness = harness_of (LANCZOS, IN_CAPS);
  GstElement *element = gst_harness_find_element (harness, "superres");
  GstBus *bus = gst_bus_new ();
  GstStructure *stats;
  GstMessage *message;
  GstBuffer *out;
  guint64 dropped = 0;

  gst_element_set_bus (element, bus);
  gst_buffer_unref (gst_harness_push_and_pull (harness, frame (0)));
  gst_harness_push_upstream_event (harness,
      gst_event_new_qos (GST_QOS_TYPE_UNDERFLOW, 1.5, 40 * FRAME, FRAME));
  fail_unless (gst_harness_push (harness, frame (1)) == GST_FLOW_OK);
  fail_unless (gst_harness_push (harness, frame (2)) == GST_FLOW_OK);
  assert_equals_int (gst_harness_buffers_received (harness), 1);
  out = gst_harness_push_and_pull (harness, frame (200));
  fail_unless (GST_BUFFER_FLAG_IS_SET (out, GST_BUFFER_FLAG_DISCONT),
      "frames are missing before it");
  gst_buffer_unref (out);
  message = gst_bus_pop_filtered (bus, GST_MESSAGE_QOS);
  fail_unless (message != NULL);
  gst_message_unref (message);
  g_object_get (element, "stats", &stats, NULL);
  fail_unless (gst_structure_get_uint64 (stats, "dropped", &dropped));
  assert_equals_uint64 (dropped, 2);
  gst_structure_free (stats);
  gst_element_set_bus (element, NULL);
  gst_object_unref (bus);
  gst_object_unref (element);
  gst_harness_teardown (harness);
}

GST_END_TEST;

GST_START_TEST (latency_is_that_of_upstream)
{
  GstHarness *harness = harness_of ("superres tier=balanced", IN_CAPS);

  gst_harness_set_upstream_latency (harness, 33 * GST_MSECOND);
  gst_buffer_unref (gst_harness_push_and_pull (harness, frame (0)));
  assert_equals_uint64 (gst_harness_query_latency (harness),
      33 * GST_MSECOND);
  gst_harness_teardown (harness);
}

GST_END_TEST;

CHECK_MAIN (times, CASE (a_flush_lets_the_stream_begin_again);
    CASE (seeks_go_upstream_as_they_are);
    CASE (segments_pass_as_they_are);
    CASE (gaps_pass_and_a_gap_flag_does_not_stay);
    CASE (late_frames_are_dropped_and_counted);
    CASE (latency_is_that_of_upstream))
