#include "glue.h"
#include "_cgo_export.h"

#include <gst/video/video-anc.h>

GstDebugCategory *superres_category;

G_DEFINE_TYPE (GstSuperres, superres, GST_TYPE_VIDEO_FILTER)

#define SINK_SIZE "width = (int) [ 1, 4096 ], height = (int) [ 1, 4096 ]"
#define SRC_SIZE "width = (int) [ 1, 8192 ], height = (int) [ 1, 8192 ]"
#define FIELDS "format = (string) { I420, YV12, NV12, NV21, GRAY8, Y42B, " \
    "I420_10LE, P010_10LE, I422_10LE }, " \
    "framerate = (fraction) [ 0, MAX ], "

G_STATIC_ASSERT (SUPERRES_MAX_SIZE == 4096 && SUPERRES_MAX_SCALE == 2);

/* Alternating fields are in the template only to be refused with a reason: a
 * template without them would leave the user with "could not link". */
static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS,
    GST_STATIC_CAPS ("video/x-raw, " FIELDS SINK_SIZE "; "
        "video/x-raw(format:Interlaced), interlace-mode = (string) alternate, "
        FIELDS SINK_SIZE));

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS,
    GST_STATIC_CAPS ("video/x-raw, " FIELDS SRC_SIZE));

static void
set_property (GObject * object, guint id, const GValue * value,
    GParamSpec * pspec)
{
  if (!superresSetProperty ((GstSuperres *) object, id, (GValue *) value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
get_property (GObject * object, guint id, GValue * value, GParamSpec * pspec)
{
  if (!superresGetProperty ((GstSuperres *) object, id, value))
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
finalize (GObject * object)
{
  superresFree ((GstSuperres *) object);
  G_OBJECT_CLASS (superres_parent_class)->finalize (object);
}

static gboolean
start (GstBaseTransform * transform)
{
  return superresStart ((GstSuperres *) transform);
}

static gboolean
stop (GstBaseTransform * transform)
{
  return superresStop ((GstSuperres *) transform);
}

static GstCaps *
transform_caps (GstBaseTransform * transform, GstPadDirection direction,
    GstCaps * caps, GstCaps * filter)
{
  return superresTransformCaps ((GstSuperres *) transform, direction, caps,
      filter);
}

static gboolean
accept_caps (GstBaseTransform * transform, GstPadDirection direction,
    GstCaps * caps)
{
  if (superresRefusesWithReason ((GstSuperres *) transform, direction, caps))
    return TRUE;
  return GST_BASE_TRANSFORM_CLASS (superres_parent_class)->accept_caps
      (transform, direction, caps);
}

static gboolean
set_info (GstVideoFilter * filter, GstCaps * incaps, GstVideoInfo * in,
    GstCaps * outcaps, GstVideoInfo * out)
{
  (void) incaps;
  (void) outcaps;
  return superresSetInfo ((GstSuperres *) filter, in, out);
}

/* GstVideoFilter takes a class without transform_frame for one that works in
 * place. This one has transform, because frames are mapped in Go. */
static gboolean
set_caps (GstBaseTransform * transform, GstCaps * in, GstCaps * out)
{
  gboolean ok = GST_BASE_TRANSFORM_CLASS (superres_parent_class)->set_caps
      (transform, in, out);

  gst_base_transform_set_in_place (transform, FALSE);
  return ok;
}

static GstFlowReturn
submit_input_buffer (GstBaseTransform * transform, gboolean discont,
    GstBuffer * buffer)
{
  GstFlowReturn flow =
      GST_BASE_TRANSFORM_CLASS (superres_parent_class)->submit_input_buffer
      (transform, discont, buffer);

  if (flow == GST_BASE_TRANSFORM_FLOW_DROPPED)
    superresDropped ((GstSuperres *) transform);
  return flow;
}

static GstFlowReturn
transform (GstBaseTransform * transform, GstBuffer * in, GstBuffer * out)
{
  return superresTransform ((GstSuperres *) transform, in, out);
}

/* Out of band or not, what flushes wants no frame of before. */
static void
heed_flush (GstBaseTransform * transform, GstEvent * event)
{
  if (GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_START)
    superresFlush ((GstSuperres *) transform, TRUE);
  else if (GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_STOP)
    superresFlush ((GstSuperres *) transform, FALSE);
}

static gboolean
sink_event (GstBaseTransform * transform, GstEvent * event)
{
  heed_flush (transform, event);
  if (GST_EVENT_TYPE (event) == GST_EVENT_CAPS) {
    GstCaps *caps;

    gst_event_parse_caps (event, &caps);
    if (!superresAdmitCaps ((GstSuperres *) transform, caps)) {
      gst_event_unref (event);
      return FALSE;
    }
  }
  return GST_BASE_TRANSFORM_CLASS (superres_parent_class)->sink_event
      (transform, event);
}

static gboolean
src_event (GstBaseTransform * transform, GstEvent * event)
{
  if (GST_EVENT_TYPE (event) == GST_EVENT_QOS
      && gst_base_transform_is_qos_enabled (transform)) {
    gdouble proportion;
    GstClockTimeDiff late;
    GstClockTime timestamp;

    gst_event_parse_qos (event, NULL, &proportion, &late, &timestamp);
    if (superresHearQoS ((GstSuperres *) transform, proportion, late,
            timestamp) == SUPERRES_QOS_KEEP) {
      gst_event_unref (event);
      return TRUE;
    }
  }
  if (GST_EVENT_TYPE (event) == GST_EVENT_NAVIGATION) {
    event = gst_event_make_writable (event);
    superresNavigate ((GstSuperres *) transform,
        gst_event_writable_structure (event));
  }
  return GST_BASE_TRANSFORM_CLASS (superres_parent_class)->src_event
      (transform, event);
}

static gboolean
query (GstBaseTransform * transform, GstPadDirection direction,
    GstQuery * query)
{
  gboolean answered = GST_BASE_TRANSFORM_CLASS (superres_parent_class)->query
      (transform, direction, query);

  if (answered && direction == GST_PAD_SRC
      && GST_QUERY_TYPE (query) == GST_QUERY_LATENCY)
    superresAnswerLatency ((GstSuperres *) transform, query);
  return answered;
}

/* The base class waits for the streaming thread: what it is at has to end. */
static GstStateChangeReturn
change_state (GstElement * element, GstStateChange change)
{
  if (change == GST_STATE_CHANGE_PAUSED_TO_READY)
    superresInterrupt ((GstSuperres *) element);
  return GST_ELEMENT_CLASS (superres_parent_class)->change_state (element,
      change);
}

/* The metas that upstream may attach. A crop would have to be carried out
 * here, and it is not. */
static gboolean
filter_meta (GstBaseTransform * transform, GstQuery * query, GType api,
    const GstStructure * params)
{
  (void) transform;
  (void) query;
  (void) params;
  return api != GST_VIDEO_CROP_META_API_TYPE;
}

/* Bars of black that a sender says it has added: lines or samples, to be scaled.
 * Their own function knows no scaling. */
static void
scale_bars (GstBuffer * out, const GstVideoBarMeta * bars,
    const GstVideoFilter * filter)
{
  const guint scale = GST_VIDEO_INFO_WIDTH (&filter->out_info) /
      GST_VIDEO_INFO_WIDTH (&filter->in_info);

  gst_buffer_add_video_bar_meta (out, bars->field, bars->is_letterbox,
      scale * bars->bar_data1, scale * bars->bar_data2);
}

/* Metas that depend on nothing, on video, on colour or on orientation are
 * copied; those that depend on the size are scaled by their own function. An
 * active format description (AFD) counts as one of the latter, and says of
 * shapes only, which stay. */
static gboolean
transform_meta (GstBaseTransform * transform, GstBuffer * out, GstMeta * meta,
    GstBuffer * in)
{
  static const gchar *const known[] = { GST_META_TAG_VIDEO_STR,
    GST_META_TAG_VIDEO_COLORSPACE_STR, GST_META_TAG_VIDEO_ORIENTATION_STR,
    GST_META_TAG_VIDEO_SIZE_STR, NULL
  };
  GstVideoFilter *filter = GST_VIDEO_FILTER (transform);
  const GstMetaInfo *info = meta->info;
  const gchar *const *tag = gst_meta_api_type_get_tags (info->api);
  gboolean sized = FALSE;

  if (info->api == GST_VIDEO_AFD_META_API_TYPE)
    return TRUE;
  if (info->api == GST_VIDEO_BAR_META_API_TYPE) {
    scale_bars (out, (GstVideoBarMeta *) meta, filter);
    return FALSE;
  }
  for (; tag != NULL && *tag != NULL; tag++) {
    if (!g_strv_contains (known, *tag))
      return GST_BASE_TRANSFORM_CLASS (superres_parent_class)->transform_meta
          (transform, out, meta, in);
    sized = sized || g_str_equal (*tag, GST_META_TAG_VIDEO_SIZE_STR);
  }
  if (sized) {
    GstVideoMetaTransform scale = { &filter->in_info, &filter->out_info };

    if (info->transform_func != NULL)
      info->transform_func (out, meta, in,
          gst_video_meta_transform_scale_get_quark (), &scale);
    /* Scaled or impossible to scale: a copy would be wrong either way. */
    return FALSE;
  }
  return TRUE;
}

static void
superres_class_init (GstSuperresClass * class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);
  GstElementClass *element_class = GST_ELEMENT_CLASS (class);
  GstBaseTransformClass *transform_class = GST_BASE_TRANSFORM_CLASS (class);
  GstVideoFilterClass *filter_class = GST_VIDEO_FILTER_CLASS (class);

  object_class->set_property = set_property;
  object_class->get_property = get_property;
  object_class->finalize = finalize;
  superres_install_properties (object_class);

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class,
      "Neural super-resolution", "Filter/Converter/Video/Scaler",
      "Doubles the width and height of live video with a small generator "
      "and repairs compression damage, on the way or without doubling",
      "The gst-superres authors");

  element_class->change_state = GST_DEBUG_FUNCPTR (change_state);
  transform_class->start = GST_DEBUG_FUNCPTR (start);
  transform_class->stop = GST_DEBUG_FUNCPTR (stop);
  transform_class->transform_caps = GST_DEBUG_FUNCPTR (transform_caps);
  transform_class->accept_caps = GST_DEBUG_FUNCPTR (accept_caps);
  transform_class->set_caps = GST_DEBUG_FUNCPTR (set_caps);
  transform_class->submit_input_buffer =
      GST_DEBUG_FUNCPTR (submit_input_buffer);
  transform_class->transform = GST_DEBUG_FUNCPTR (transform);
  transform_class->sink_event = GST_DEBUG_FUNCPTR (sink_event);
  transform_class->src_event = GST_DEBUG_FUNCPTR (src_event);
  transform_class->query = GST_DEBUG_FUNCPTR (query);
  transform_class->filter_meta = GST_DEBUG_FUNCPTR (filter_meta);
  transform_class->transform_meta = GST_DEBUG_FUNCPTR (transform_meta);
  filter_class->set_info = GST_DEBUG_FUNCPTR (set_info);
}

static void
superres_init (GstSuperres * self)
{
  superresNew (self);
}

gboolean
superres_register (GstPlugin * plugin)
{
  GST_DEBUG_CATEGORY_INIT (superres_category, "superres", 0,
      "neural super-resolution");
  return gst_element_register (plugin, "superres", GST_RANK_NONE,
      superres_get_type ());
}
