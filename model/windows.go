package model

// largestWindow is about how many positions of the half-resolution grid a
// session is given at once: those of a picture of 1920x1080. It bounds the
// memory of the session, some 400 bytes a position of balanced and 1300 of
// quality; 4096x4096 whole would take 1.4 GB and more. Smaller windows are no
// faster, for the rows that they share.
const largestWindow = 960 * 540

// window is a run of rows of the grid that goes through the session at once.
// The rows near a cut come out wrong, for want of the rows beyond it, and are
// taken from the neighbouring window. All windows of a frame have the same
// number of rows, so that they share the tensors.
type window struct {
	first    int // row of the grid that is row 0 of the tensors
	from, to int // rows of the grid that come out right
}

// splitRows covers a grid of height x width positions with windows, for a
// generator whose output depends on `context` rows above and below, or on all
// rows if context is negative. It returns the windows and their rows each.
func splitRows(height, width, context int) (windows []window, rows int) {
	count := 1
	if context >= 0 && height*width > largestWindow {
		// A window of few rows would be mostly context.
		rows = max(largestWindow/width, 10*context, 1)
		count = max(1, divideUp(height-2*context, rows-2*context))
	}
	if count == 1 {
		return []window{{0, 0, height}}, height
	}
	own := divideUp(height-2*context, count) // rows that come out right in a window with two cuts
	count = divideUp(height-2*context, own)  // as the rounding may have covered the last one
	rows = own + 2*context
	for i := range count {
		w := window{first: min(i*own, height-rows)}
		w.from, w.to = i*own+context, w.first+rows-context
		if i == 0 {
			w.from = 0
		}
		if i == count-1 {
			w.to = height
		}
		windows = append(windows, w)
	}
	return windows, rows
}

func divideUp(a, b int) int { return (a + b - 1) / b }
