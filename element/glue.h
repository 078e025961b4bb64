/* The class of the element, as far as GStreamer needs it in C: the GType, its
 * virtual methods and its properties. Methods hand over to Go (the functions
 * named superresSomething, which cgo declares in _cgo_export.h); only what
 * needs function pointers of C is done in C. */
#ifndef SUPERRES_GLUE_H
#define SUPERRES_GLUE_H

#include <gst/gst.h>
#include <gst/video/gstvideofilter.h>
#include <gst/video/video.h>

G_BEGIN_DECLS

/* One element. The frames are Go's, and lie here because C is given pointers to
 * them: they are C's memory, and mapping a frame allocates none. */
typedef struct
{
  GstVideoFilter parent;
  guintptr handle;              /* the Go side, a cgo.Handle */
  GstVideoFrame in_frame;       /* mapped during transform only */
  GstVideoFrame out_frame;
  GstVideoFrame plain_frame;    /* what a generator's frame is mixed or compared with */
} GstSuperres;

typedef struct
{
  GstVideoFilterClass parent;
} GstSuperresClass;

/* Values of the property "tier". */
typedef enum
{
  SUPERRES_TIER_AUTO,
  SUPERRES_TIER_QUALITY,
  SUPERRES_TIER_BALANCED,
  SUPERRES_TIER_FAST,
  SUPERRES_TIER_LANCZOS
} GstSuperresTier;

/* Values of the property "look". */
typedef enum
{
  SUPERRES_LOOK_FAITHFUL,
  SUPERRES_LOOK_CRISP
} GstSuperresLook;

/* Values of the property "damage". */
typedef enum
{
  SUPERRES_DAMAGE_AUTO,
  SUPERRES_DAMAGE_CLEAN,
  SUPERRES_DAMAGE_CODED
} GstSuperresDamage;

/* What is done with a QoS event. */
typedef enum
{
  SUPERRES_QOS_CHAIN,           /* as without this element */
  SUPERRES_QOS_KEEP             /* nobody else hears of it */
} GstSuperresQos;

/* What properties are until they are set. */
#define SUPERRES_DEFAULT_LOOK SUPERRES_LOOK_FAITHFUL
#define SUPERRES_DEFAULT_SCALE 2
#define SUPERRES_DEFAULT_BUDGET 0.8

/* The largest value of the property "scale". */
#define SUPERRES_MAX_SCALE 2

enum
{
  SUPERRES_PROPERTY_TIER = 1,
  SUPERRES_PROPERTY_LOOK,
  SUPERRES_PROPERTY_SCALE,
  SUPERRES_PROPERTY_STRENGTH,
  SUPERRES_PROPERTY_DAMAGE,
  SUPERRES_PROPERTY_COMPARE,
  SUPERRES_PROPERTY_DIVIDER,
  SUPERRES_PROPERTY_REUSE,
  SUPERRES_PROPERTY_REUSE_THRESHOLD,
  SUPERRES_PROPERTY_BUDGET,
  SUPERRES_PROPERTY_MODEL,
  SUPERRES_PROPERTY_THREADS,
  SUPERRES_PROPERTY_PROVIDER,
  SUPERRES_PROPERTY_STATS
};

/* What the property "provider" is until it is set. */
#define SUPERRES_DEFAULT_PROVIDER "auto"

/* The largest value of the property "threads". */
#define SUPERRES_MAX_THREADS 1024

/* The largest width and height that comes in; up to twice that goes out. */
#define SUPERRES_MAX_SIZE 4096

/* The element's own debug category; set by superres_register. */
extern GstDebugCategory *superres_category;

/* Registers the element "superres" with rank NONE. plugin may be NULL: then
 * the feature belongs to the process alone. Returns FALSE on failure. */
gboolean superres_register (GstPlugin * plugin);

GType superres_get_type (void);

/* Adds the properties to the class of the element. */
void superres_install_properties (GObjectClass * class);

G_END_DECLS

#endif
