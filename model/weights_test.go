package model

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// checkError fails unless err is an *Error of the kind that mentions all texts.
func checkError(t *testing.T, err error, kind ErrorKind, mentions ...string) {
	t.Helper()
	var typed *Error
	if !errors.As(err, &typed) {
		t.Fatalf("got %v, want an *Error of kind %v", err, kind)
	}
	if typed.Kind != kind {
		t.Errorf("got kind %v (%v), want %v", typed.Kind, err, kind)
	}
	for _, mention := range mentions {
		if !strings.Contains(err.Error(), mention) {
			t.Errorf("got %q, which does not mention %q", err, mention)
		}
	}
	if !strings.HasSuffix(err.Error(), ".") || typed.Remedy == "" {
		t.Errorf("got %q, want sentences with a remedy", err)
	}
}

// eachKey runs a test for every key that a generator could be built in for.
func eachKey(t *testing.T, test func(t *testing.T, key Key)) {
	for _, scale := range []int{1, 2} {
		for _, tier := range []Tier{Quality, Balanced, Fast} {
			for _, look := range []Look{Faithful, Crisp} {
				for _, clean := range []bool{false, true} {
					key := Key{scale, tier, look, clean}
					t.Run(key.String(), func(t *testing.T) { test(t, key) })
				}
			}
		}
	}
}

func TestBuiltinOpensForEachAvailableKey(t *testing.T) {
	if !Available(Key{Scale: 2, Tier: Balanced}) {
		t.Error("no generator is built in for the tier balanced, which is the default")
	}
	eachKey(t, func(t *testing.T, key Key) {
		onnx, err := Builtin(key)
		if !Available(key) {
			checkError(t, err, NotFound, key.String())
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		open(t, onnx, 1)
	})
}

// A file with a name that no key has would be carried and never used.
func TestEveryBuiltInFileHasAKey(t *testing.T) {
	files, err := weights.ReadDir("weights")
	if err != nil {
		t.Fatal(err)
	}
	unknown := map[string]bool{}
	for _, file := range files {
		unknown["weights/"+file.Name()] = true
	}
	eachKey(t, func(_ *testing.T, key Key) {
		delete(unknown, weightsPath(key))
		delete(unknown, twinPath(key))
	})
	for path := range unknown {
		t.Errorf("%s is built in, and no key leads to it", path)
	}
}

func TestReadFileReturnsTheBytes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "generator.onnx")
	if err := os.WriteFile(path, []byte("bytes"), 0o644); err != nil {
		t.Fatal(err)
	}
	got, err := ReadFile(path)
	if err != nil || string(got) != "bytes" {
		t.Errorf("got %q and error %v, want \"bytes\"", got, err)
	}
}

func TestReadFileErrors(t *testing.T) {
	dir := t.TempDir()
	fifo, file, loop := filepath.Join(dir, "fifo"), filepath.Join(dir, "file"), filepath.Join(dir, "loop")
	if err := errors.Join(syscall.Mkfifo(fifo, 0o644), os.WriteFile(file, nil, 0o644), os.Symlink("loop", loop)); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, path string
		kind       ErrorKind
		mention    string
	}{
		{"missing", filepath.Join(dir, "missing.onnx"), NotFound, "no such file"},
		{"empty path", "", NotFound, `""`},
		{"directory", dir, Unreadable, "directory"},
		{"FIFO", fifo, Unreadable, "special file"},
		{"path through a file", filepath.Join(file, "generator.onnx"), Unreadable, "not a directory"},
		{"symbolic link to itself", loop, Unreadable, "symbolic links"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := ReadFile(test.path)
			checkError(t, err, test.kind, test.path, test.mention)
		})
	}
}

// Root may read everything, so the mode is only a hindrance for others.
func TestReadFileWithoutPermission(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("runs as root, who may read every file: run as another user to test this")
	}
	path := filepath.Join(t.TempDir(), "generator.onnx")
	if err := os.WriteFile(path, []byte("bytes"), 0o000); err != nil {
		t.Fatal(err)
	}
	_, err := ReadFile(path)
	checkError(t, err, Unreadable, path, "permission denied")
}
