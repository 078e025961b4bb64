/* The properties, and the enumerations that they take. */
#include "glue.h"

static GType
enumeration (gsize * type, const gchar * name, const GEnumValue * values)
{
  if (g_once_init_enter (type)) {
    GType registered = g_enum_register_static (name, values);

    gst_type_mark_as_plugin_api (registered, 0);
    g_once_init_leave (type, registered);
  }
  return *type;
}

static GType
superres_tier_get_type (void)
{
  static gsize type;
  static const GEnumValue values[] = {
    {SUPERRES_TIER_AUTO, "The best one that keeps frames from being late",
        "auto"},
    {SUPERRES_TIER_QUALITY, "The largest generator", "quality"},
    {SUPERRES_TIER_BALANCED, "The generator for live video on two cores",
        "balanced"},
    {SUPERRES_TIER_FAST, "The smallest generator", "fast"},
    {SUPERRES_TIER_LANCZOS, "No generator: Lanczos interpolation; a copy at "
          "scale=1", "lanczos"},
    {0, NULL, NULL}
  };

  return enumeration (&type, "GstSuperresTier", values);
}

static GType
superres_look_get_type (void)
{
  static gsize type;
  static const GEnumValue values[] = {
    {SUPERRES_LOOK_FAITHFUL, "Nearest to the original in every sample",
        "faithful"},
    {SUPERRES_LOOK_CRISP, "As sharp as real pictures, with details that are "
          "likely rather than certain", "crisp"},
    {0, NULL, NULL}
  };

  return enumeration (&type, "GstSuperresLook", values);
}

static GType
superres_damage_get_type (void)
{
  static gsize type;
  static const GEnumValue values[] = {
    {SUPERRES_DAMAGE_AUTO, "Measured in every fourth frame", "auto"},
    {SUPERRES_DAMAGE_CLEAN, "None: as a camera or a renderer gives it",
        "clean"},
    {SUPERRES_DAMAGE_CODED, "That of a video codec", "coded"},
    {0, NULL, NULL}
  };

  return enumeration (&type, "GstSuperresDamage", values);
}

void
superres_install_properties (GObjectClass * class)
{
  const GParamFlags writable = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;
  const GParamFlags in_ready = writable | GST_PARAM_MUTABLE_READY;
  const GParamFlags while_playing = writable | GST_PARAM_MUTABLE_PLAYING;

  g_object_class_install_property (class, SUPERRES_PROPERTY_TIER,
      g_param_spec_enum ("tier", "Tier",
          "What enlarges the frames, from best to quickest. A change while "
          "playing takes effect as soon as its generator is ready",
          superres_tier_get_type (), SUPERRES_TIER_AUTO, while_playing));
  g_object_class_install_property (class, SUPERRES_PROPERTY_LOOK,
      g_param_spec_enum ("look", "Look",
          "What the built-in generators strive for. A change while playing "
          "takes effect as soon as its generator is ready",
          superres_look_get_type (), SUPERRES_DEFAULT_LOOK, while_playing));
  g_object_class_install_property (class, SUPERRES_PROPERTY_SCALE,
      g_param_spec_int ("scale", "Scale",
          "How many times as wide and as high the frames become; 1: damage is "
          "repaired and the size stays. A change while playing takes effect "
          "as soon as its generator is ready, if downstream takes the size",
          1, SUPERRES_MAX_SCALE, SUPERRES_DEFAULT_SCALE, while_playing));
  g_object_class_install_property (class, SUPERRES_PROPERTY_STRENGTH,
      g_param_spec_double ("strength", "Strength",
          "How far the frames go from plain Lanczos enlargement (at scale=1: "
          "from the input) to what the generator makes of them. 0: it does "
          "not run; 1: nothing else does",
          0, 1, 1, while_playing | GST_PARAM_CONTROLLABLE));
  g_object_class_install_property (class, SUPERRES_PROPERTY_DAMAGE,
      g_param_spec_enum ("damage", "Damage",
          "The damage of the input, where there are generators for clean and "
          "for coded video",
          superres_damage_get_type (), SUPERRES_DAMAGE_AUTO, while_playing));
  g_object_class_install_property (class, SUPERRES_PROPERTY_COMPARE,
      g_param_spec_boolean ("compare", "Compare",
          "Whether frames are divided for comparison: plain Lanczos enlargement "
          "(at scale=1: the input) on the left, what strength and the generator "
          "make of it on the right", FALSE, while_playing));
  g_object_class_install_property (class, SUPERRES_PROPERTY_DIVIDER,
      g_param_spec_double ("divider", "Divider",
          "Where the line between the two sides is with compare: 0 is the left "
          "edge and 1 the right one, where there is no line",
          0, 1, 0.5, while_playing | GST_PARAM_CONTROLLABLE));
  g_object_class_install_property (class, SUPERRES_PROPERTY_REUSE,
      g_param_spec_boolean ("reuse", "Reuse",
          "Whether a generator computes only what has changed since its last "
          "frame. The frames are the same either way", TRUE, while_playing));
  g_object_class_install_property (class, SUPERRES_PROPERTY_REUSE_THRESHOLD,
      g_param_spec_uint ("reuse-threshold", "Reuse threshold",
          "By how many levels of 256 a sample may be off, with reuse, without "
          "counting as changed, for the noise of cameras. It is compared with "
          "the one that the frame shown was computed from, so that errors "
          "never add up. 0: frames are exact",
          0, 255, 0, while_playing));
  g_object_class_install_property (class, SUPERRES_PROPERTY_BUDGET,
      g_param_spec_double ("budget", "Budget",
          "Share of the time from one frame to the next that a frame may take "
          "with tier=auto, where frames can be late: in live pipelines, and "
          "where a sink says so", 0, 1, SUPERRES_DEFAULT_BUDGET,
          while_playing));
  g_object_class_install_property (class, SUPERRES_PROPERTY_MODEL,
      g_param_spec_string ("model", "Model",
          "Path of an ONNX file to use instead of the built-in generators; "
          "unset: built-in. Does not apply to tier=lanczos", NULL, in_ready));
  g_object_class_install_property (class, SUPERRES_PROPERTY_THREADS,
      g_param_spec_uint ("threads", "Threads",
          "Number of threads that work on a frame; 0: one for each core",
          0, SUPERRES_MAX_THREADS, 0, in_ready));
  g_object_class_install_property (class, SUPERRES_PROPERTY_PROVIDER,
      g_param_spec_string ("provider", "Provider",
          "Execution provider of ONNX Runtime that runs the generator: auto "
          "(cpu), cpu, webgpu, cuda, openvino ... Where the ONNX Runtime that "
          "is loaded does not offer it, a warning says what it offers, and "
          "cpu takes its place", SUPERRES_DEFAULT_PROVIDER, in_ready));
  g_object_class_install_property (class, SUPERRES_PROPERTY_STATS,
      g_param_spec_boxed ("stats", "Statistics",
          "Structure with: frames (guint64) done since the start; dropped "
          "(guint64) because they were late; tier-changes (guint64) that "
          "tier=auto has made; of the latest frame: tier "
          "(string), \"model\" for a file of the property model, look and "
          "damage (string) of the built-in generator that made it, empty if "
          "none did, provider (string) that ran it, empty if none did, "
          "damage-score (double), from 0 for clean to 1, below 0 "
          "where it was not measured, reused (double), the share of it, from 0 "
          "to 1, that was not computed anew; mean-ms and p99-ms (double), the mean "
          "and the 99th percentile of the milliseconds per frame over the "
          "latest 1024 frames of that tier, look and scale",
          GST_TYPE_STRUCTURE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
}
