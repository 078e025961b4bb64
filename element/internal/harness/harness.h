#ifndef SUPERRES_HARNESS_H
#define SUPERRES_HARNESS_H

#include <gst/check/gstharness.h>
#include <stdlib.h>

/* Pushes frames of the caps' size, one after the other. Returns how many frames
 * came out. */
int push_frames (GstHarness * harness, int frames);

#endif
