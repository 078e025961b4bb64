/* States in any order, properties in every state, and both under stress. */
#include "superres_check.h"

static const GstState orders[][8] = {
  /* As GStreamer's generic test takes its own elements, and the jumps. */
  {GST_STATE_READY, GST_STATE_PAUSED, GST_STATE_PLAYING, GST_STATE_PAUSED,
        GST_STATE_READY, GST_STATE_NULL},
  {GST_STATE_READY, GST_STATE_PAUSED, GST_STATE_READY, GST_STATE_PAUSED,
        GST_STATE_PLAYING, GST_STATE_PAUSED, GST_STATE_PLAYING,
        GST_STATE_NULL},
  {GST_STATE_READY, GST_STATE_NULL, GST_STATE_READY, GST_STATE_PAUSED,
        GST_STATE_NULL},
  {GST_STATE_PLAYING, GST_STATE_NULL, GST_STATE_PLAYING, GST_STATE_READY,
        GST_STATE_PLAYING, GST_STATE_NULL},
  {GST_STATE_PAUSED, GST_STATE_NULL, GST_STATE_PAUSED, GST_STATE_READY,
        GST_STATE_NULL}
};

static void
take_through (const gchar * line, const GstState * order, guint count)
{
  GstElement *element = gst_parse_launch (line, NULL);

  fail_unless (element != NULL);
  for (guint i = 0; i < count; i++) {
    assert_equals_int (gst_element_set_state (element, order[i]),
        GST_STATE_CHANGE_SUCCESS);
    if (order[i] == GST_STATE_NULL)
      break;
  }
  gst_element_set_state (element, GST_STATE_NULL);
  gst_object_unref (element);
}

GST_START_TEST (states_in_every_order)
{
  for (guint i = 0; i < G_N_ELEMENTS (orders); i++) {
    take_through (LANCZOS, orders[i], G_N_ELEMENTS (orders[i]));
    take_through ("superres tier=balanced", orders[i],
        G_N_ELEMENTS (orders[i]));
  }
}

GST_END_TEST;

GST_START_TEST (finalised_in_null_without_a_state)
{
  for (guint i = 0; i < 50; i++) {
    GstElement *element = gst_element_factory_make ("superres", NULL);

    gst_object_ref_sink (element);
    ASSERT_OBJECT_REFCOUNT (element, "superres", 1);
    gst_object_unref (element);
  }
}

GST_END_TEST;

static void
set_all_properties (GstElement * element, guint round)
{
  static const gchar *const values[][2] = {
    {"tier", "fast"}, {"look", "crisp"}, {"scale", "1"}, {"strength", "0.5"},
    {"damage", "clean"}, {"threads", "2"}, {"tier", "lanczos"},
    {"look", "faithful"}, {"scale", "2"}, {"strength", "1"},
    {"damage", "auto"}, {"threads", "1"}, {"tier", "balanced"}
  };
  GstStructure *stats;

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    gst_util_set_object_arg (G_OBJECT (element),
        values[(i + round) % G_N_ELEMENTS (values)][0],
        values[(i + round) % G_N_ELEMENTS (values)][1]);
  g_object_set (element, "model", NULL, NULL);
  g_object_get (element, "stats", &stats, NULL);
  fail_unless (stats != NULL);
  gst_structure_free (stats);
}

GST_START_TEST (properties_in_every_state)
{
  static const GstState states[] = { GST_STATE_NULL, GST_STATE_READY,
    GST_STATE_PAUSED, GST_STATE_PLAYING, GST_STATE_PAUSED, GST_STATE_READY,
    GST_STATE_NULL
  };
  GstElement *element = gst_element_factory_make ("superres", NULL);

  gst_object_ref_sink (element);
  for (guint i = 0; i < G_N_ELEMENTS (states); i++) {
    assert_equals_int (gst_element_set_state (element, states[i]),
        GST_STATE_CHANGE_SUCCESS);
    set_all_properties (element, i);
  }
  gst_object_unref (element);
}

GST_END_TEST;

GST_START_TEST (properties_between_frames)
{
  GstHarness *harness = harness_of ("superres name=s tier=balanced", IN_CAPS);
  GstElement *element = gst_harness_find_element (harness, "superres");

  for (guint i = 0; i < 20; i++) {
    set_all_properties (element, i);
    gst_buffer_unref (gst_harness_push_and_pull (harness, frame (i)));
  }
  gst_object_unref (element);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* How long a stress goes on. */
#define STRESS (G_USEC_PER_SEC)

static void
stream_of_stress (GstCaps ** caps, GstSegment * segment)
{
  *caps = gst_caps_from_string (IN_CAPS);
  gst_segment_init (segment, GST_FORMAT_TIME);
}

static void
stress_states (const gchar * line)
{
  GstHarness *harness = harness_of (line, IN_CAPS);
  GstHarnessThread *states, *frames;
  GstSegment segment;
  GstCaps *caps;
  GstBuffer *buffer = frame (0);

  stream_of_stress (&caps, &segment);
  gst_harness_set_drop_buffers (harness, TRUE);
  states = gst_harness_stress_statechange_start (harness);
  frames = gst_harness_stress_push_buffer_start (harness, caps, &segment,
      buffer);
  g_usleep (STRESS);
  fail_unless (gst_harness_stress_thread_stop (states) > 0);
  fail_unless (gst_harness_stress_thread_stop (frames) > 0);
  gst_caps_unref (caps);
  gst_buffer_unref (buffer);
  gst_harness_teardown (harness);
}

GST_START_TEST (states_while_frames_are_pushed)
{
  stress_states (LANCZOS);
}

GST_END_TEST;

GST_START_TEST (states_while_a_generator_works)
{
  stress_states ("superres tier=fast");
}

GST_END_TEST;

GST_START_TEST (everything_at_once_while_frames_are_pushed)
{
  GstHarness *harness = gst_harness_new ("superres");
  GstElement *element = gst_harness_find_element (harness, "superres");
  GstHarnessThread *threads[4];
  GstEvent *tags, *seek;
  GstSegment segment;
  GstCaps *caps;
  GstBuffer *buffer = frame (0);
  GValue strength = G_VALUE_INIT;

  stream_of_stress (&caps, &segment);
  gst_harness_set_src_caps_str (harness, IN_CAPS);
  gst_harness_set_drop_buffers (harness, TRUE);
  g_value_init (&strength, G_TYPE_DOUBLE);
  g_value_set_double (&strength, 0.25);
  tags = gst_event_new_tag (gst_tag_list_new (GST_TAG_TITLE, "t", NULL));
  seek = gst_event_new_seek (1, GST_FORMAT_TIME, GST_SEEK_FLAG_NONE,
      GST_SEEK_TYPE_SET, 0, GST_SEEK_TYPE_NONE, 0);
  threads[0] = gst_harness_stress_push_buffer_start (harness, caps, &segment,
      buffer);
  threads[1] = gst_harness_stress_property_start (harness, "strength",
      &strength);
  threads[2] = gst_harness_stress_push_event_start (harness, tags);
  threads[3] = gst_harness_stress_send_upstream_event_start (harness, seek);
  for (gint64 end = g_get_monotonic_time () + STRESS;
      g_get_monotonic_time () < end;) {
    static const gchar *const tiers[] = { "balanced", "lanczos", "fast" };
    static guint turn;

    gst_util_set_object_arg (G_OBJECT (element), "tier", tiers[turn++ % 3]);
    g_usleep (1000);
  }
  for (guint i = 0; i < 4; i++)
    fail_unless (gst_harness_stress_thread_stop (threads[i]) > 0);
  g_value_unset (&strength);
  gst_event_unref (tags);
  gst_event_unref (seek);
  gst_caps_unref (caps);
  gst_buffer_unref (buffer);
  gst_object_unref (element);
  gst_harness_teardown (harness);
}

GST_END_TEST;

CHECK_MAIN (states, CASE (states_in_every_order);
    CASE (finalised_in_null_without_a_state);
    CASE (properties_in_every_state);
    CASE (properties_between_frames);
    CASE (states_while_frames_are_pushed);
    CASE (states_while_a_generator_works);
    CASE (everything_at_once_while_frames_are_pushed))
