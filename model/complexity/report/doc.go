// Package report puts together what the other packages of the analysis find out
// about one network, as text and as JSON.
package report
