package element

// #include "glue.h"
import "C"

import (
	"fmt"

	"gst-superres/model"
)

// superresStart opens what the first frame needs, so that a fault in it keeps
// the element from reaching PAUSED.
//
//export superresStart
func superresStart(self *C.GstSuperres) (ok C.gboolean) {
	defer recovered(self, "start")
	injectFault("start")
	f := filterOf(self)
	f.generators = map[string]*model.Generator{}
	// From here on a change of tier is prepared, beside this or after it.
	f.mu.Lock()
	f.running = true
	f.mu.Unlock()
	f.interruption.set(&f.interruption.stopping, false)
	f.interruption.set(&f.interruption.flushing, false)
	f.governing.Lock()
	f.governor = governor{}
	f.governor.begin(now())
	f.latency, f.heard = latency{}, heard{proportion: 1}
	f.governing.Unlock()
	if err := f.prepare(); err != nil {
		f.release()
		f.fail(codeOf(err), err.Error(), "")
		return C.FALSE
	}
	f.preparation.Lock()
	f.stats.reset(made{label: f.prepared.label, look: f.prepared.look(), scale: f.prepared.scale, provider: f.providerOf(f.prepared), score: notMeasured})
	f.preparation.Unlock()
	return C.TRUE
}

// superresStop closes what was opened. No frame is on its way by then.
//
//export superresStop
func superresStop(self *C.GstSuperres) (ok C.gboolean) {
	defer recovered(self, "stop")
	filterOf(self).release()
	return C.TRUE
}

func (f *filter) release() {
	f.mu.Lock()
	f.running = false
	f.mu.Unlock()
	f.preparing.Wait()
	// Until the next start, caps are those of the property alone.
	f.mu.Lock()
	f.scale, f.depth = f.settings.scale, 0
	f.mu.Unlock()
	for scale := range f.next {
		f.next[scale].Store(nil)
		f.current[scale] = nil
	}
	f.negotiated = 0
	f.plain.forget()
	f.detector = detector{}
	f.prepared = choice{}
	for name, generator := range f.generators {
		if err := generator.Close(); err != nil {
			f.log(C.GST_LEVEL_WARNING, "closing the generator %s: %v", name, err)
		}
	}
	f.generators = nil
	f.provider.forget()
}

// superresSetInfo takes the negotiated video, at the beginning and at every
// change of size after it. A generator serves every size, so none is opened
// here, but for a change between eight and ten bits a sample.
//
//export superresSetInfo
func superresSetInfo(self *C.GstSuperres, in, out *C.GstVideoInfo) (ok C.gboolean) {
	defer recovered(self, "set_info")
	injectFault("set_info")
	f := filterOf(self)
	scale, possible := f.scaleBetween(in, out)
	if !possible {
		f.fail(coreNegotiation, fmt.Sprintf("%s comes in and %s is to leave: superres keeps the format, and makes width and height %d times as large. Put videoscale or videoconvert after superres for anything else.", videoName(in), videoName(out), f.scaleOfCaps()), "")
		return C.FALSE
	}
	if err := f.followDepth(scale, formatOf(in).Depth()); err != nil {
		f.fail(codeOf(err), err.Error(), "")
		return C.FALSE
	}
	f.tellRefusal()
	f.log(C.GST_LEVEL_INFO, "%s comes in, %s leaves", videoName(in), videoName(out))
	logTo(performanceCategory(), self, C.GST_LEVEL_INFO, "a generator gets new tensors with the first frame of %s", videoName(in))
	f.negotiated = scale
	ladder := f.next[scale].Load()
	if ladder == nil {
		ladder = f.current[scale]
	}
	f.expect(ladder, in, f.frameSettings().budget)
	f.plain.forget()
	f.detector.forget()
	return C.TRUE
}

// scaleBetween returns the scale from one video to another, and whether there is
// an engine for it.
func (f *filter) scaleBetween(in, out *C.GstVideoInfo) (scale int, possible bool) {
	for scale := range f.next {
		if out.width == C.gint(scale)*in.width && out.height == C.gint(scale)*in.height && out.finfo.format == in.finfo.format {
			return scale, f.next[scale].Load() != nil || f.current[scale] != nil
		}
	}
	return 0, false
}

func videoName(info *C.GstVideoInfo) string {
	return fmt.Sprintf("%s %dx%d", C.GoString((*C.char)(info.finfo.name)), int(info.width), int(info.height))
}

func performanceCategory() *C.GstDebugCategory {
	return C._gst_debug_get_category(performanceName)
}

var performanceName = constant("GST_PERFORMANCE")
