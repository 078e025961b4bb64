#include <gst/gst.h>

#include "_cgo_export.h"

#define PACKAGE "gst-superres"

/* The build sets the version; a plugin built without it says so. */
#ifndef SUPERRES_VERSION
#define SUPERRES_VERSION "0.0.0"
#endif

static gboolean
plugin_init (GstPlugin * plugin)
{
  return superresPluginInit (plugin);
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, superres,
    "Neural super-resolution of live video", plugin_init, SUPERRES_VERSION,
    "MIT/X11", "gst-superres", "Unknown package origin")
