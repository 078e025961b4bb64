package main

import "math"

// hash mixes two integers and a seed to a number in [0,1) (the finaliser of
// MurmurHash3, public domain).
func hash(x, y int, seed uint32) float64 {
	h := uint32(x)*0x9e3779b1 ^ uint32(y)*0x85ebca77 ^ seed*0xc2b2ae3d
	h ^= h >> 16
	h *= 0x85ebca6b
	h ^= h >> 13
	h *= 0xc2b2ae35
	h ^= h >> 16
	return float64(h) / (1 << 32)
}

// noise is smooth value noise in [0,1) with features about one unit in size.
func noise(x, y float64, seed uint32) float64 {
	fx, fy := math.Floor(x), math.Floor(y)
	u, v := x-fx, y-fy
	u, v = u*u*(3-2*u), v*v*(3-2*v)
	ix, iy := int(fx), int(fy)
	top := hash(ix, iy, seed)*(1-u) + hash(ix+1, iy, seed)*u
	bottom := hash(ix, iy+1, seed)*(1-u) + hash(ix+1, iy+1, seed)*u
	return top*(1-v) + bottom*v
}

// grain is noise summed over four octaves, in [0,1).
func grain(x, y float64, seed uint32) float64 {
	sum, weight := 0.0, 0.5
	for octave := uint32(0); octave < 4; octave++ {
		sum += weight * noise(x, y, seed+octave)
		x, y, weight = 2*x, 2*y, weight/2
	}
	return sum
}

// dice is a small repeatable source of random numbers.
type dice struct {
	seed  uint32
	count int
}

// between returns the next number, evenly spread over [low,high).
func (d *dice) between(low, high float64) float64 {
	d.count++
	return low + (high-low)*hash(d.count, d.count>>8, d.seed)
}
