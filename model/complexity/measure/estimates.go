package measure

import "math"

// Abundance is how often distinct patterns were seen.
type Abundance struct {
	Samples  int `json:"samples"`
	Distinct int `json:"distinct"`
	Once     int `json:"seen_once"`
	Twice    int `json:"seen_twice"`
}

// Unseen returns the share of the next samples that will show a pattern not seen
// yet: Once/Samples (Good 1953, "The population frequencies of species").
func (a Abundance) Unseen() float64 {
	if a.Samples == 0 {
		return 1
	}
	return float64(a.Once) / float64(a.Samples)
}

// Chao returns Chao's lower estimate of how many patterns there are in all,
// Distinct + Once^2 / (2 Twice), and with Twice = 0 its bias-corrected form
// Distinct + Once (Once-1) / 2 (Chao 1984, "Nonparametric estimation of the
// number of classes in a population").
func (a Abundance) Chao() float64 {
	once, twice := float64(a.Once), float64(a.Twice)
	if a.Twice == 0 {
		return float64(a.Distinct) + once*(once-1)/2
	}
	return float64(a.Distinct) + once*once/(2*twice)
}

// Entropy returns the bits of a distribution given by counts: 0 for one that is
// certain, at most log2 of their number.
func Entropy(counts ...int) float64 {
	total := 0
	for _, c := range counts {
		total += c
	}
	bits := 0.0
	for _, c := range counts {
		if c > 0 {
			p := float64(c) / float64(total)
			bits -= p * math.Log2(p)
		}
	}
	return bits
}
