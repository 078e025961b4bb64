package model

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	ort "github.com/yalue/onnxruntime_go"
)

func TestLoadRuntimeAgainIsHarmless(t *testing.T) {
	var calls sync.WaitGroup
	for range 8 {
		calls.Add(1)
		go func() {
			defer calls.Done()
			if err := LoadRuntime("/nowhere"); err != nil {
				t.Error(err)
			}
		}()
	}
	calls.Wait()
}

// A process loads the library once, so each case is a process of its own: this
// test binary, which calls LoadRuntime with each of these folders in turn and
// prints what came of it.
const placesVariable = "SUPERRES_TEST_PLUGIN_DIRS"

func loadAndPrint(dirs string) {
	for _, dir := range strings.Split(dirs, ":") {
		err := LoadRuntime(dir)
		var typed *Error
		if errors.As(err, &typed) {
			fmt.Printf("%v: %v\n", typed.Kind, err)
		} else {
			fmt.Printf("%v from %s\n", err, dir)
		}
	}
}

func TestLoadRuntime(t *testing.T) {
	empty, good, notLibrary, tooOld, other := t.TempDir(), t.TempDir(), t.TempDir(), t.TempDir(), t.TempDir()
	if err := os.Symlink(loadedRuntime(t), filepath.Join(good, runtimeLibrary)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(notLibrary, runtimeLibrary), []byte("text"), 0o644); err != nil {
		t.Fatal(err)
	}
	// No interface of the version that is asked for, in a library of version 1.20.1.
	buildLibrary(t, filepath.Join(tooOld, runtimeLibrary), `
		static const void *api(unsigned version) { (void)version; return 0; }
		static const char *version(void) { return "1.20.1"; }
		static const struct { const void *(*api)(unsigned); const char *(*version)(void); } base = {api, version};
		const void *OrtGetApiBase(void) { return &base; }`)
	buildLibrary(t, filepath.Join(other, runtimeLibrary), "int something_else;")

	for _, test := range []struct {
		name        string
		dirs        []string // tried in turn, in one process
		environment string   // value of RuntimeVariable
		want        string   // how the last line of output begins
		mentions    []string // what it mentions
	}{
		{"beside the plugin", []string{good}, "", "<nil>", nil},
		{"from the variable", []string{empty}, filepath.Join(good, runtimeLibrary), "<nil>", nil},
		{"without a plugin folder", []string{""}, filepath.Join(good, runtimeLibrary), "<nil>", nil},
		{"from the variable rather than beside the plugin", []string{tooOld}, filepath.Join(good, runtimeLibrary), "<nil>", nil},
		{"from the variable and from nowhere else", []string{good}, filepath.Join(tooOld, runtimeLibrary), "RuntimeTooOld", []string{RuntimeVariable}},
		{"after a failure", []string{empty, good}, "", "<nil>", nil},
		{"missing everywhere", []string{empty}, "", "RuntimeMissing", []string{empty, "no such file", "of the system", "beside the plugin"}},
		{"missing where the variable says", []string{good}, "/nowhere/file", "RuntimeMissing",
			[]string{"/nowhere/file from " + RuntimeVariable, "no such file"}},
		{"not a library", []string{notLibrary}, "", "RuntimeMissing", []string{"file too short"}},
		{"another library", []string{other}, "", "RuntimeMissing", []string{"OrtGetApiBase"}},
		{"too old", []string{tooOld}, "", "RuntimeTooOld", []string{"version 1.20.1", "1.24 or newer"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			child := exec.Command(os.Args[0])
			if emulator := strings.Fields(os.Getenv("SUPERRES_EMULATOR")); len(emulator) > 0 {
				child = exec.Command(emulator[0], append(emulator[1:], os.Args[0])...) // the kernel cannot start it
			}
			child.Env = append(os.Environ(), placesVariable+"="+strings.Join(test.dirs, ":"),
				RuntimeVariable+"="+test.environment)
			output, err := child.Output()
			if err != nil {
				t.Fatalf("%v, output %q", err, output)
			}
			lines := strings.Split(strings.TrimSpace(string(output)), "\n")
			got := lines[len(lines)-1]
			if !strings.HasPrefix(got, test.want) {
				t.Errorf("got %q, want %s", got, test.want)
			}
			for _, mention := range test.mentions {
				if !strings.Contains(got, mention) {
					t.Errorf("got %q, which does not mention %q", got, mention)
				}
			}
		})
	}
}

// loadedRuntime returns the file that TestMain has loaded.
func loadedRuntime(t *testing.T) string {
	t.Helper()
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(string(maps), "\n") {
		if at := strings.Index(line, "/"); at >= 0 && strings.Contains(line[at:], "libonnxruntime") {
			return line[at:]
		}
	}
	t.Fatalf("ONNX Runtime %s is loaded, but no file of it is mapped", ort.GetVersion())
	return ""
}

// buildLibrary compiles C to a shared library with ONNX Runtime's way to mark
// its version. Go needs the C compiler for this package anyway.
func buildLibrary(t *testing.T, path, source string) {
	t.Helper()
	dir := t.TempDir()
	script, file := filepath.Join(dir, "versions.map"), filepath.Join(dir, "library.c")
	if err := os.WriteFile(script, []byte("VERS_1.20.1 { global: *; };"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(source), 0o644); err != nil {
		t.Fatal(err)
	}
	compiler := strings.Fields(os.Getenv("CC"))
	if len(compiler) == 0 {
		compiler = []string{"cc"}
	}
	arguments := append(compiler[1:], "-shared", "-fPIC", "-o", path, "-Wl,--version-script="+script, file)
	output, err := exec.Command(compiler[0], arguments...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, output)
	}
}
