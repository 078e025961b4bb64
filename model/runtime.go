package model

import (
	"debug/elf"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	ort "github.com/yalue/onnxruntime_go"
)

// RuntimeVariable is the environment variable that names the file of ONNX
// Runtime's library, for another one than that beside the plugin: one with more
// execution providers, or where there is none.
const RuntimeVariable = "SUPERRES_ONNXRUNTIME"

const (
	runtimeLibrary = "libonnxruntime.so.1"
	oldestRuntime  = "1.24" // the first with version 24 of the C interface, which the Go wrapper asks for
)

// The wrapper keeps the library and its environment in plain globals, so the
// lock is ours. The environment is never destroyed: that would unload a library
// whose threads may still run.
var runtimeState struct {
	sync.Mutex
	loaded bool
	path   string // of the library that was loaded, as given to the linker
}

// LoadRuntime finds and loads ONNX Runtime, once for the process: from the file
// that the environment variable [RuntimeVariable] names, and from no other if it
// is set; else from the directory of the plugin (if not empty), then from wherever
// the system keeps its libraries. It may be called from many goroutines. Once it
// has succeeded it does nothing; after a failure, a later call tries again.
//
// The error is an [*Error] of kind [RuntimeTooOld] if a library was found but
// was too old, else of kind [RuntimeMissing]. It lists every place tried.
func LoadRuntime(pluginDir string) error {
	runtimeState.Lock()
	defer runtimeState.Unlock()
	if runtimeState.loaded || ort.IsInitialized() {
		runtimeState.loaded = true
		return nil
	}
	kind := RuntimeMissing
	var tried []string
	for _, place := range runtimePlaces(pluginDir) {
		err := loadRuntimeFrom(place.path)
		if err == nil {
			runtimeState.loaded = true
			runtimeState.path = place.path
			return nil
		}
		if errors.Is(err, errTooOld) {
			kind = RuntimeTooOld
		}
		tried = append(tried, fmt.Sprintf("%s (%v)", place.name, err))
	}
	problem := "ONNX Runtime could not be loaded"
	if kind == RuntimeTooOld {
		problem = "The ONNX Runtime found is too old"
	}
	return &Error{
		Kind:    kind,
		Problem: fmt.Sprintf("%s; tried %s", problem, strings.Join(tried, ", then ")),
		Remedy: fmt.Sprintf("Put %s of version %s or newer beside the plugin, or name the file in the environment variable %s",
			runtimeLibrary, oldestRuntime, RuntimeVariable),
	}
}

func runtimeLoaded() bool {
	runtimeState.Lock()
	defer runtimeState.Unlock()
	return runtimeState.loaded
}

// runtimePath returns where the loaded library came from, for people.
func runtimePath() string {
	runtimeState.Lock()
	defer runtimeState.Unlock()
	return runtimeState.path
}

type runtimePlace struct {
	name string // for people
	path string // for dlopen: without a slash, the system's search decides
}

func runtimePlaces(pluginDir string) []runtimePlace {
	// Who names a file wants that one: another, with other providers, would be a surprise.
	if path := namedRuntime(); path != "" {
		path = absolute(path)
		return []runtimePlace{{path + " from " + RuntimeVariable, path}}
	}
	var places []runtimePlace
	if pluginDir != "" {
		path := absolute(filepath.Join(pluginDir, runtimeLibrary))
		places = append(places, runtimePlace{path, path})
	}
	return append(places, runtimePlace{runtimeLibrary + " of the system", runtimeLibrary})
}

// absolute makes of a bare name a file in the working directory; to dlopen it
// would be something to search for.
func absolute(path string) string {
	if absolute, err := filepath.Abs(path); err == nil {
		return absolute
	}
	return path
}

var errTooOld = errors.New("too old")

// loadRuntimeFrom loads one candidate; runtimeState is locked.
func loadRuntimeFrom(path string) error {
	if filepath.IsAbs(path) {
		if _, err := os.Stat(path); err != nil {
			return cause(err)
		}
	}
	if namedRuntime() != "" {
		loadApart(path)
	}
	ort.SetSharedLibraryPath(path)
	// Every failure comes back as an error; what ONNX Runtime would print of it
	// besides has no place in the host's output.
	err := ort.InitializeEnvironment(ort.WithLogLevelFatal())
	if err == nil {
		return nil
	}
	// 2: the library has no interface of the version that was asked for.
	if strings.Contains(err.Error(), "Error setting ORT API base: 2") {
		if version := libraryVersion(path); version != "" {
			return fmt.Errorf("version %s, %w", version, errTooOld)
		}
		return errTooOld
	}
	return errors.New(innermost(err))
}

// libraryVersion reads the version out of the file's symbol versions, where
// ONNX Runtime writes VERS_1.30.0; "" if there is none. By then the library is
// unloaded, and the wrapper's own answer would point into it.
func libraryVersion(path string) string {
	file, err := elf.Open(path)
	if err != nil {
		return ""
	}
	defer file.Close()
	versions, err := file.DynamicVersions()
	if err != nil {
		return ""
	}
	for _, version := range versions {
		if number, ok := strings.CutPrefix(version.Name, "VERS_"); ok {
			return number
		}
	}
	return ""
}

// innermost returns the text of the last error that err wraps: what the dynamic
// linker or ONNX Runtime said, without the wrapper's steps.
func innermost(err error) string {
	for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(err) {
		err = inner
	}
	text := err.Error()
	// The wrapper puts the path, which the caller has named already, before what
	// the linker said.
	if _, said, ok := strings.Cut(text, "Error loading ONNX shared library"); ok {
		if _, reason, ok := strings.Cut(said, "\": "); ok {
			text = reason
		}
	}
	return strings.TrimSpace(text)
}
