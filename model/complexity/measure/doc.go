// Package measure counts what a network uses of the regions that it could have:
// activation patterns on pictures, how even they are, and the regions along
// straight lines between pictures.
//
// An activation pattern is the state of every hidden unit in the cone of one
// output patch (arXiv:1805.10451, definition 4.6). Equal patterns lie in one
// region. Borders of pictures are left out: padding plays no part.
package measure
