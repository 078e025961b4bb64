/* Allocation queries and buffer pools, of upstream and of downstream, and the
 * metas that frames carry. */
#include "superres_check.h"

#include <string.h>

/* A frame whose rows are longer than its width, as hardware gives them. */
static GstBuffer *
padded_frame (guint number)
{
  gsize offset[GST_VIDEO_MAX_PLANES] = { 32, 32 + 96 * 52,
    32 + 96 * 52 + 64 * 30
  };
  gint stride[GST_VIDEO_MAX_PLANES] = { 96, 64, 64 };
  GstBuffer *buffer =
      gst_buffer_new_allocate (NULL, offset[2] + 64 * 30, NULL);

  gst_buffer_memset (buffer, 0, 16 + number % 200, gst_buffer_get_size (buffer));
  gst_buffer_add_video_meta_full (buffer, GST_VIDEO_FRAME_FLAG_NONE,
      GST_VIDEO_FORMAT_I420, WIDTH, HEIGHT, 3, offset, stride);
  GST_BUFFER_PTS (buffer) = number * FRAME;
  return buffer;
}

/* What every sample of a plane of a frame is, or -1. */
static gint
flat_value (GstBuffer * buffer, guint width, guint height, guint plane)
{
  GstVideoInfo info;
  GstVideoFrame frame;
  gint value;

  gst_video_info_set_format (&info, GST_VIDEO_FORMAT_I420, width, height);
  fail_unless (gst_video_frame_map (&frame, &info, buffer, GST_MAP_READ));
  value = *(guint8 *) GST_VIDEO_FRAME_PLANE_DATA (&frame, plane);
  for (gint y = 0; y < GST_VIDEO_FRAME_COMP_HEIGHT (&frame, plane); y++) {
    const guint8 *row = (guint8 *) GST_VIDEO_FRAME_PLANE_DATA (&frame, plane) +
        y * GST_VIDEO_FRAME_PLANE_STRIDE (&frame, plane);

    for (gint x = 0; x < GST_VIDEO_FRAME_COMP_WIDTH (&frame, plane); x++)
      value = row[x] == value ? value : -1;
  }
  gst_video_frame_unmap (&frame);
  return value;
}

GST_START_TEST (padded_strides_come_in)
{
  GstHarness *harness = harness_of (LANCZOS, IN_CAPS);
  GstBuffer *out = gst_harness_push_and_pull (harness, padded_frame (100));

  for (guint plane = 0; plane < 3; plane++)
    assert_equals_int (flat_value (out, 2 * WIDTH, 2 * HEIGHT, plane), 116);
  gst_buffer_unref (out);
  gst_harness_teardown (harness);
}

GST_END_TEST;

GST_START_TEST (upstream_gets_a_pool_and_metas)
{
  GstHarness *harness = harness_of (LANCZOS, IN_CAPS);
  GstCaps *caps = gst_caps_from_string (IN_CAPS);
  GstQuery *query = gst_query_new_allocation (caps, TRUE);
  GstBufferPool *pool;
  guint size, least;

  fail_unless (gst_pad_peer_query (harness->srcpad, query));
  fail_unless (gst_query_find_allocation_meta (query, GST_VIDEO_META_API_TYPE,
          NULL));
  fail_if (gst_query_find_allocation_meta (query,
          GST_VIDEO_CROP_META_API_TYPE, NULL));
  assert_equals_int (gst_query_get_n_allocation_pools (query), 1);
  gst_query_parse_nth_allocation_pool (query, 0, &pool, &size, &least, NULL);
  fail_unless (size >= WIDTH * HEIGHT * 3 / 2);
  if (pool != NULL) {
    GstBuffer *buffer;

    fail_unless (gst_buffer_pool_set_active (pool, TRUE));
    fail_unless (gst_buffer_pool_acquire_buffer (pool, &buffer,
            NULL) == GST_FLOW_OK);
    gst_buffer_memset (buffer, 0, 50, gst_buffer_get_size (buffer));
    gst_buffer_unref (gst_harness_push_and_pull (harness, buffer));
    gst_buffer_pool_set_active (pool, FALSE);
    gst_object_unref (pool);
  }
  gst_query_unref (query);
  gst_caps_unref (caps);
  gst_harness_teardown (harness);
}

GST_END_TEST;

/* A pool that refuses every configuration, or takes them and pads rows. */
typedef struct
{
  GstVideoBufferPool parent;
  gboolean refuses;
} TestPool;

typedef GstVideoBufferPoolClass TestPoolClass;

static GType test_pool_get_type (void);
G_DEFINE_TYPE (TestPool, test_pool, GST_TYPE_VIDEO_BUFFER_POOL)

static gboolean
test_pool_set_config (GstBufferPool * pool, GstStructure * config)
{
  GstVideoAlignment alignment;

  if (((TestPool *) pool)->refuses) {
    /* The configuration stays the pool's, and says what it would take. */
    GstCaps *other = gst_caps_new_empty_simple ("video/x-other");

    gst_buffer_pool_config_set_params (config, other, 1, 1, 1);
    gst_caps_unref (other);
    return FALSE;
  }
  gst_video_alignment_reset (&alignment);
  alignment.padding_left = 16;
  alignment.padding_right = 48;
  alignment.padding_bottom = 8;
  gst_buffer_pool_config_add_option (config,
      GST_BUFFER_POOL_OPTION_VIDEO_META);
  gst_buffer_pool_config_add_option (config,
      GST_BUFFER_POOL_OPTION_VIDEO_ALIGNMENT);
  gst_buffer_pool_config_set_video_alignment (config, &alignment);
  return GST_BUFFER_POOL_CLASS (test_pool_parent_class)->set_config (pool,
      config);
}

static void
test_pool_class_init (TestPoolClass * class)
{
  GST_BUFFER_POOL_CLASS (class)->set_config = test_pool_set_config;
}

static void
test_pool_init (TestPool * pool)
{
  pool->refuses = FALSE;
}

/* Answers allocation queries with the pool that the test has made. */
static GstPadProbeReturn
offer_pool (GstPad * pad, GstPadProbeInfo * probe, gpointer pool)
{
  GstQuery *query = GST_PAD_PROBE_INFO_QUERY (probe);
  GstVideoInfo info;
  GstCaps *caps;

  (void) pad;
  if (GST_QUERY_TYPE (query) != GST_QUERY_ALLOCATION)
    return GST_PAD_PROBE_OK;
  gst_query_parse_allocation (query, &caps, NULL);
  fail_unless (gst_video_info_from_caps (&info, caps));
  gst_query_add_allocation_pool (query, pool, info.size, 2, 0);
  gst_query_add_allocation_meta (query, GST_VIDEO_META_API_TYPE, NULL);
  return GST_PAD_PROBE_HANDLED;
}

static void
with_pool_downstream (gboolean refuses)
{
  TestPool *pool = g_object_new (test_pool_get_type (), NULL);
  GstHarness *harness = harness_of (LANCZOS, NULL);

  pool->refuses = refuses;
  gst_object_ref_sink (pool);
  gst_pad_add_probe (harness->sinkpad, GST_PAD_PROBE_TYPE_QUERY_DOWNSTREAM,
      offer_pool, pool, NULL);
  gst_harness_set_src_caps_str (harness, IN_CAPS);
  for (guint i = 0; i < 5; i++) {
    GstBuffer *out = gst_harness_push_and_pull (harness, frame (i));
    GstVideoMeta *meta;

    fail_unless (out != NULL);
    fail_unless ((out->pool == (GstBufferPool *) pool) == !refuses);
    meta = gst_buffer_get_video_meta (out);
    if (!refuses)
      fail_unless (meta != NULL && meta->stride[0] >= 2 * WIDTH + 64);
    for (guint plane = 0; plane < 3; plane++)
      assert_equals_int (flat_value (out, 2 * WIDTH, 2 * HEIGHT, plane),
          16 + (gint) i);
    gst_buffer_unref (out);
  }
  gst_harness_teardown (harness);
  gst_object_unref (pool);
}

GST_START_TEST (a_pool_of_downstream_is_used_with_its_strides)
{
  with_pool_downstream (FALSE);
}

GST_END_TEST;

GST_START_TEST (a_pool_that_refuses_is_done_without)
{
  with_pool_downstream (TRUE);
}

GST_END_TEST;

GST_START_TEST (frames_go_back_to_their_pool)
{
  GstHarness *harness = harness_of ("superres tier=balanced", IN_CAPS);
  GstBuffer *in = frame (0);

  for (guint i = 0; i < 3; i++) {
    gst_buffer_unref (gst_harness_push_and_pull (harness,
            gst_buffer_ref (in)));
    ASSERT_MINI_OBJECT_REFCOUNT (in, "frame", 1);
  }
  gst_buffer_unref (in);
  gst_harness_teardown (harness);
}

GST_END_TEST;

GST_START_TEST (metas_travel_with_their_frame)
{
  static const guint8 caption[] = { 0xfc, 0x80, 0x80 };
  GstHarness *harness = harness_of (LANCZOS, IN_CAPS);
  GstBuffer *in = frame (0), *out;
  GstVideoRegionOfInterestMeta *region;
  GstVideoTimeCodeMeta *code;
  GstVideoCaptionMeta *words;

  gst_buffer_add_video_region_of_interest_meta (in, "face", 7, 9, 20, 13);
  gst_buffer_add_video_time_code_meta_full (in, 25, 1, NULL,
      GST_VIDEO_TIME_CODE_FLAGS_NONE, 1, 2, 3, 4, 0);
  gst_buffer_add_video_caption_meta (in, GST_VIDEO_CAPTION_TYPE_CEA708_RAW,
      caption, sizeof caption);
  out = gst_harness_push_and_pull (harness, in);
  region = (GstVideoRegionOfInterestMeta *) gst_buffer_get_meta (out,
      GST_VIDEO_REGION_OF_INTEREST_META_API_TYPE);
  fail_unless (region != NULL);
  assert_equals_int (region->x, 14);
  assert_equals_int (region->y, 18);
  assert_equals_int (region->w, 40);
  assert_equals_int (region->h, 26);
  code = gst_buffer_get_video_time_code_meta (out);
  fail_unless (code != NULL);
  assert_equals_int (code->tc.hours, 1);
  assert_equals_int (code->tc.frames, 4);
  words = gst_buffer_get_video_caption_meta (out);
  fail_unless (words != NULL && words->size == sizeof caption);
  fail_unless (memcmp (words->data, caption, sizeof caption) == 0);
  gst_buffer_unref (out);
  gst_harness_teardown (harness);
}

GST_END_TEST;

CHECK_MAIN (memory, CASE (padded_strides_come_in);
    CASE (upstream_gets_a_pool_and_metas);
    CASE (a_pool_of_downstream_is_used_with_its_strides);
    CASE (a_pool_that_refuses_is_done_without);
    CASE (frames_go_back_to_their_pool);
    CASE (metas_travel_with_their_frame))
