#ifndef SUPERRES_EVENTS_H
#define SUPERRES_EVENTS_H

#include <gst/check/gstharness.h>
#include <stdlib.h>

/* Pushes a frame with the timestamp of its number, at 30 frames a second, and lets
 * go of what comes out. Returns the element's GstFlowReturn. */
int push_frame (GstHarness * harness, int number);

/* Pushes a buffer of so many bytes, and as push_frame. */
int push_bytes (GstHarness * harness, int bytes);

/* The events of a flush, the last one with a new segment. */
void flush_start (GstHarness * harness);
void flush_stop (GstHarness * harness);

/* A QoS event of downstream: the frame of a number was late by nanoseconds. */
void tell_late (GstHarness * harness, int number, gint64 late);

/* The pipeline's latency where upstream's is as given, in nanoseconds. */
guint64 ask_latency (GstHarness * harness, guint64 upstream);

/* Where a pointer at x, y of the outgoing picture is on the incoming one. Returns
 * FALSE if no such event comes out upstream. */
gboolean navigate (GstHarness * harness, double *x, double *y);

/* A property's value as text, to be freed; NULL if it has no such property. */
char *property_text (GstHarness * harness, const char *name);

void set_property_text (GstHarness * harness, const char *name,
    const char *text);

/* Takes the element to READY and PAUSED. Returns whether that succeeds. */
gboolean restart (GstHarness * harness);

/* Has the element's messages gathered from now on. */
GstBus *gather_messages (GstHarness * harness);

/* The next error, warning or message of QoS or latency: "error: TEXT", to be freed;
 * NULL if there is none. */
char *next_message (GstBus * bus);

void let_go (GstHarness * harness, GstBus * bus);

#endif
