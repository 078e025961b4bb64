#include "events.h"

#include <gst/video/video.h>

static int
push (GstHarness * harness, GstBuffer * buffer)
{
  GstFlowReturn flow = gst_harness_push (harness, buffer);
  GstBuffer *out;

  while ((out = gst_harness_try_pull (harness)) != NULL)
    gst_buffer_unref (out);
  return flow;
}

int
push_frame (GstHarness * harness, int number)
{
  GstCaps *caps = gst_pad_get_current_caps (harness->srcpad);
  GstVideoInfo info;
  GstBuffer *buffer;

  if (caps == NULL || !gst_video_info_from_caps (&info, caps))
    g_error ("no caps of video were given");
  gst_caps_unref (caps);
  buffer = gst_buffer_new_allocate (NULL, info.size, NULL);
  gst_buffer_memset (buffer, 0, 16 + number % 200, info.size);
  GST_BUFFER_DURATION (buffer) = GST_SECOND / 30;
  GST_BUFFER_PTS (buffer) = number * GST_BUFFER_DURATION (buffer);
  return push (harness, buffer);
}

int
push_bytes (GstHarness * harness, int bytes)
{
  return push (harness, gst_buffer_new_allocate (NULL, bytes, NULL));
}

void
flush_start (GstHarness * harness)
{
  gst_harness_push_event (harness, gst_event_new_flush_start ());
}

void
flush_stop (GstHarness * harness)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (harness, gst_event_new_flush_stop (TRUE));
  gst_harness_push_event (harness, gst_event_new_segment (&segment));
}

void
tell_late (GstHarness * harness, int number, gint64 late)
{
  gst_harness_push_upstream_event (harness,
      gst_event_new_qos (GST_QOS_TYPE_UNDERFLOW, 1.5, late,
          number * (GST_SECOND / 30)));
}

guint64
ask_latency (GstHarness * harness, guint64 upstream)
{
  gst_harness_set_upstream_latency (harness, upstream);
  return gst_harness_query_latency (harness);
}

gboolean
navigate (GstHarness * harness, double *x, double *y)
{
  gboolean found = FALSE;
  GstEvent *event;

  gst_harness_push_upstream_event (harness,
      gst_event_new_navigation (gst_structure_new
          ("application/x-gst-navigation", "event", G_TYPE_STRING,
              "mouse-move", "pointer_x", G_TYPE_DOUBLE, *x, "pointer_y",
              G_TYPE_DOUBLE, *y, NULL)));
  while ((event = gst_harness_try_pull_upstream_event (harness)) != NULL) {
    if (GST_EVENT_TYPE (event) == GST_EVENT_NAVIGATION)
      found = gst_structure_get (gst_event_get_structure (event), "pointer_x",
          G_TYPE_DOUBLE, x, "pointer_y", G_TYPE_DOUBLE, y, NULL);
    gst_event_unref (event);
  }
  return found;
}

char *
property_text (GstHarness * harness, const char *name)
{
  GstElement *element = gst_harness_find_element (harness, "superres");
  GParamSpec *property =
      g_object_class_find_property (G_OBJECT_GET_CLASS (element), name);
  char *text = NULL;

  if (property != NULL) {
    GValue value = G_VALUE_INIT;

    g_value_init (&value, property->value_type);
    g_object_get_property (G_OBJECT (element), name, &value);
    if (G_VALUE_HOLDS_STRING (&value))
      text = g_value_dup_string (&value);
    else if (GST_VALUE_HOLDS_STRUCTURE (&value))
      text = gst_structure_to_string (gst_value_get_structure (&value));
    else
      text = gst_value_serialize (&value);
    if (text == NULL)
      text = g_strdup ("");
    g_value_unset (&value);
  }
  gst_object_unref (element);
  return text;
}

void
set_property_text (GstHarness * harness, const char *name, const char *text)
{
  GstElement *element = gst_harness_find_element (harness, "superres");

  gst_util_set_object_arg (G_OBJECT (element), name, text);
  gst_object_unref (element);
}

gboolean
restart (GstHarness * harness)
{
  GstElement *element = gst_harness_find_element (harness, "superres");
  gboolean done = gst_element_set_state (element,
      GST_STATE_READY) != GST_STATE_CHANGE_FAILURE
      && gst_element_set_state (element,
      GST_STATE_PAUSED) != GST_STATE_CHANGE_FAILURE;

  gst_object_unref (element);
  return done;
}

GstBus *
gather_messages (GstHarness * harness)
{
  GstElement *element = gst_harness_find_element (harness, "superres");
  GstBus *bus = gst_bus_new ();

  gst_element_set_bus (element, bus);
  gst_object_unref (element);
  return bus;
}

char *
next_message (GstBus * bus)
{
  GstMessage *message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR |
      GST_MESSAGE_WARNING | GST_MESSAGE_QOS | GST_MESSAGE_LATENCY);
  GError *error = NULL;
  char *text;

  if (message == NULL)
    return NULL;
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, &error, NULL);
  else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_WARNING)
    gst_message_parse_warning (message, &error, NULL);
  text = g_strdup_printf ("%s: %s", GST_MESSAGE_TYPE_NAME (message),
      error != NULL ? error->message : "");
  g_clear_error (&error);
  gst_message_unref (message);
  return text;
}

void
let_go (GstHarness * harness, GstBus * bus)
{
  GstElement *element = gst_harness_find_element (harness, "superres");

  gst_element_set_bus (element, NULL);
  gst_object_unref (element);
  gst_object_unref (bus);
}
