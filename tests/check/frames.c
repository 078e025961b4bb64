/* Frames through the element: sizes, changes of caps, the order of events, the
 * end of a stream. */
#include "superres_check.h"

GST_START_TEST (a_frame_in_is_a_frame_out)
{
  GstHarness *harness = harness_of (LANCZOS, IN_CAPS);

  for (guint i = 0; i < 5; i++) {
    GstBuffer *out = gst_harness_push_and_pull (harness, frame (i));

    fail_unless (out != NULL);
    assert_equals_uint64 (GST_BUFFER_PTS (out), i * FRAME);
    assert_equals_uint64 (GST_BUFFER_DURATION (out), FRAME);
    assert_equals_uint64 (gst_buffer_get_size (out),
        4 * WIDTH * HEIGHT * 3 / 2);
    gst_buffer_unref (out);
  }
  assert_leaves (harness, 2 * WIDTH, 2 * HEIGHT);
  gst_harness_teardown (harness);
}

GST_END_TEST;

GST_START_TEST (a_generator_works_as_well)
{
  GstHarness *harness = harness_of ("superres tier=balanced", IN_CAPS);

  for (guint i = 0; i < 3; i++)
    gst_buffer_unref (gst_harness_push_and_pull (harness, frame (i)));
  assert_leaves (harness, 2 * WIDTH, 2 * HEIGHT);
  gst_harness_teardown (harness);
}

GST_END_TEST;

GST_START_TEST (no_frame_is_held_at_a_change_of_caps)
{
  static const gint sizes[][2] = { {64, 48}, {1, 1}, {33, 17}, {64, 48},
  {320, 1}, {1, 77}, {2, 2}
  };
  GstHarness *harness = harness_of ("superres tier=balanced", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    gchar *caps = g_strdup_printf ("video/x-raw,format=I420,width=%d,"
        "height=%d,framerate=25/1", sizes[i][0], sizes[i][1]);

    gst_harness_set_src_caps_str (harness, caps);
    g_free (caps);
    for (guint j = 0; j < 2; j++) {
      GstBuffer *in = frame_of (sizes[i][0], sizes[i][1], 2 * i + j);

      gst_buffer_unref (gst_harness_push_and_pull (harness, in));
    }
    assert_leaves (harness, 2 * sizes[i][0], 2 * sizes[i][1]);
  }
  assert_equals_int (gst_harness_buffers_received (harness),
      2 * G_N_ELEMENTS (sizes));
  gst_harness_teardown (harness);
}

GST_END_TEST;

GST_START_TEST (frames_before_caps_are_refused)
{
  GstHarness *harness = harness_of (LANCZOS, NULL);
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  fail_unless (gst_harness_push_event (harness,
          gst_event_new_stream_start ("without-caps")));
  fail_unless (gst_harness_push_event (harness,
          gst_event_new_segment (&segment)));
  assert_equals_int (gst_harness_push (harness, frame (0)),
      GST_FLOW_NOT_NEGOTIATED);
  gst_harness_teardown (harness);
}

GST_END_TEST;

GST_START_TEST (caps_that_are_refused_leave_the_stream_whole)
{
  GstHarness *harness = harness_of (LANCZOS, IN_CAPS);
  static const gchar *const refused[] = {
    "video/x-raw,format=RGB,width=64,height=48,framerate=25/1",
    "video/x-raw,format=I420,width=5000,height=48,framerate=25/1",
    "audio/x-raw,format=S16LE,rate=8000,channels=1,layout=interleaved",
    "video/x-raw(memory:DMABuf),format=I420,width=64,height=48,framerate=25/1"
  };

  gst_buffer_unref (gst_harness_push_and_pull (harness, frame (0)));
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    GstCaps *caps = gst_caps_from_string (refused[i]);

    fail_if (gst_pad_query_accept_caps (GST_PAD_PEER (harness->srcpad), caps),
        "accepted %s", refused[i]);
    gst_harness_push_event (harness, gst_event_new_caps (caps));
    assert_equals_int (gst_harness_push (harness, frame (1)),
        GST_FLOW_NOT_NEGOTIATED);
    gst_caps_unref (caps);
  }
  gst_harness_set_src_caps_str (harness, IN_CAPS);
  gst_buffer_unref (gst_harness_push_and_pull (harness, frame (1)));
  gst_harness_teardown (harness);
}

GST_END_TEST;

GST_START_TEST (downstream_that_takes_one_size_only)
{
  GstHarness *harness = harness_of ("superres tier=lanczos scale=1", NULL);

  gst_harness_set_sink_caps_str (harness,
      "video/x-raw,format=I420,width=64,height=48");
  gst_harness_set_src_caps_str (harness, IN_CAPS);
  gst_buffer_unref (gst_harness_push_and_pull (harness, frame (0)));
  assert_leaves (harness, WIDTH, HEIGHT);
  gst_harness_teardown (harness);
}

GST_END_TEST;

GST_START_TEST (serialised_events_keep_their_order)
{
  GstHarness *harness = harness_of (LANCZOS, IN_CAPS);
  GstEvent *event;
  gboolean tags = FALSE, custom = FALSE;

  fail_unless (gst_harness_push (harness, frame (0)) == GST_FLOW_OK);
  fail_unless (gst_harness_push_event (harness,
          gst_event_new_tag (gst_tag_list_new (GST_TAG_TITLE, "t", NULL))));
  fail_unless (gst_harness_push_event (harness,
          gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
              gst_structure_new_empty ("mark"))));
  assert_equals_int (gst_harness_buffers_received (harness), 1);
  while ((event = gst_harness_try_pull_event (harness)) != NULL) {
    if (GST_EVENT_TYPE (event) == GST_EVENT_TAG) {
      fail_if (custom, "the mark overtook the tags");
      tags = TRUE;
    }
    if (GST_EVENT_TYPE (event) == GST_EVENT_CUSTOM_DOWNSTREAM)
      custom = TRUE;
    gst_event_unref (event);
  }
  fail_unless (tags && custom);
  gst_harness_teardown (harness);
}

GST_END_TEST;

GST_START_TEST (the_end_comes_after_every_frame)
{
  GstHarness *harness = harness_of ("superres tier=balanced", IN_CAPS);
  GstEvent *event, *last = NULL;

  for (guint i = 0; i < 4; i++)
    fail_unless (gst_harness_push (harness, frame (i)) == GST_FLOW_OK);
  fail_unless (gst_harness_push_event (harness, gst_event_new_eos ()));
  assert_equals_int (gst_harness_buffers_received (harness), 4);
  while ((event = gst_harness_try_pull_event (harness)) != NULL) {
    gst_clear_event (&last);
    last = event;
  }
  fail_unless (last != NULL && GST_EVENT_TYPE (last) == GST_EVENT_EOS);
  gst_event_unref (last);
  assert_equals_int (gst_harness_push (harness, frame (5)), GST_FLOW_EOS);
  gst_harness_teardown (harness);
}

GST_END_TEST;

GST_START_TEST (an_end_without_frames)
{
  GstHarness *harness = harness_of (LANCZOS, IN_CAPS);

  fail_unless (gst_harness_push_event (harness, gst_event_new_eos ()));
  assert_equals_int (gst_harness_buffers_received (harness), 0);
  gst_harness_teardown (harness);
}

GST_END_TEST;

GST_START_TEST (frames_without_times_stay_without)
{
  GstHarness *harness = harness_of ("superres tier=balanced", IN_CAPS);

  for (guint i = 0; i < 3; i++) {
    GstBuffer *in = frame (i), *out;

    GST_BUFFER_PTS (in) = GST_CLOCK_TIME_NONE;
    GST_BUFFER_DURATION (in) = GST_CLOCK_TIME_NONE;
    out = gst_harness_push_and_pull (harness, in);
    fail_if (GST_BUFFER_PTS_IS_VALID (out));
    fail_if (GST_BUFFER_DTS_IS_VALID (out));
    fail_if (GST_BUFFER_DURATION_IS_VALID (out));
    gst_buffer_unref (out);
  }
  gst_harness_teardown (harness);
}

GST_END_TEST;

GST_START_TEST (dropped_and_doubled_frames_pass)
{
  static const guint numbers[] = { 0, 1, 1, 1, 7, 8, 3, 3, 20 };
  GstHarness *harness = harness_of ("superres tier=balanced", IN_CAPS);

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++) {
    GstBuffer *in = frame (numbers[i]), *out;

    if (i == 4)
      GST_BUFFER_FLAG_SET (in, GST_BUFFER_FLAG_DISCONT);
    out = gst_harness_push_and_pull (harness, in);
    assert_equals_uint64 (GST_BUFFER_PTS (out), numbers[i] * FRAME);
    fail_unless (i != 4 || GST_BUFFER_FLAG_IS_SET (out,
            GST_BUFFER_FLAG_DISCONT));
    gst_buffer_unref (out);
  }
  gst_harness_teardown (harness);
}

GST_END_TEST;

GST_START_TEST (a_short_buffer_is_an_error_with_a_message)
{
  GstHarness *harness = harness_of (LANCZOS, IN_CAPS);
  GstElement *element = gst_harness_find_element (harness, "superres");
  GstBus *bus = gst_bus_new ();
  GstMessage *message;

  gst_element_set_bus (element, bus);
  assert_equals_int (gst_harness_push (harness,
          gst_buffer_new_allocate (NULL, 7, NULL)), GST_FLOW_ERROR);
  message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  fail_unless (message != NULL);
  gst_message_unref (message);
  gst_element_set_bus (element, NULL);
  gst_object_unref (bus);
  gst_object_unref (element);
  gst_harness_teardown (harness);
}

GST_END_TEST;

GST_START_TEST (nothing_downstream_is_not_linked)
{
  GstHarness *harness = harness_of (LANCZOS, IN_CAPS);
  GstPad *src;

  src = gst_element_get_static_pad (harness->element, "src");
  fail_unless (gst_pad_unlink (src, harness->sinkpad));
  assert_equals_int (gst_harness_push (harness, frame (0)),
      GST_FLOW_NOT_LINKED);
  gst_object_unref (src);
  gst_harness_teardown (harness);
}

GST_END_TEST;

CHECK_MAIN (frames, CASE (a_frame_in_is_a_frame_out);
    CASE (a_generator_works_as_well);
    CASE (no_frame_is_held_at_a_change_of_caps);
    CASE (frames_before_caps_are_refused);
    CASE (caps_that_are_refused_leave_the_stream_whole);
    CASE (downstream_that_takes_one_size_only);
    CASE (serialised_events_keep_their_order);
    CASE (the_end_comes_after_every_frame);
    CASE (an_end_without_frames);
    CASE (frames_without_times_stay_without);
    CASE (dropped_and_doubled_frames_pass);
    CASE (a_short_buffer_is_an_error_with_a_message);
    CASE (nothing_downstream_is_not_linked))
