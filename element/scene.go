package element

import "gst-superres/model"

// scene looks for frames that have nothing to do with the one before them, by
// the luma of some points. The zero value has seen none.
type scene struct {
	points [scenePoints * scenePoints]byte
	seen   bool
}

const (
	scenePoints     = 16
	sceneDifference = 32 // of luma, on average, that no motion makes
)

func (s *scene) forget() { s.seen = false }

// cut takes the next frame and says whether it begins another scene.
func (s *scene) cut(picture model.Picture) bool {
	difference := 0
	for i := range s.points {
		x := (2*(i%scenePoints) + 1) * picture.Width / (2 * scenePoints)
		y := (2*(i/scenePoints) + 1) * picture.Height / (2 * scenePoints)
		luma := picture.Plane[0][y*picture.Stride[0]+x]
		difference += max(int(luma), int(s.points[i])) - min(int(luma), int(s.points[i]))
		s.points[i] = luma
	}
	before := s.seen
	s.seen = true
	return before && difference >= sceneDifference*len(s.points)
}
