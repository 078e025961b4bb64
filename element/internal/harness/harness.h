#ifndef SUPERRES_HARNESS_H
#define SUPERRES_HARNESS_H

#include <gst/check/gstharness.h>
#include <stdlib.h>

/* Pushes frames of the caps' size, one after the other. Returns how many frames
 * came out. */
int push_frames (GstHarness * harness, int frames);

/* Asks the element what the other pad can have for caps, in both directions and
 * with a filter, whether it accepts them, and sets them. Texts that are no caps are
 * left out. Returns how many critical messages and wrong answers that led to. */
int ask_caps (GstHarness * harness, const char *caps, const char *filter);

/* Sets a property from text as gst-launch-1.0 does, and takes the element to
 * PAUSED and back. Returns how many critical messages that led to. */
int set_property (GstHarness * harness, const char *name, const char *text);

#endif
