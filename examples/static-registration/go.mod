module static-registration

go 1.24.0

require (
	github.com/go-gst/go-gst v1.4.0
	gst-superres v0.0.0
)

require (
	github.com/go-gst/go-glib v1.4.0 // indirect
	github.com/mattn/go-pointer v0.0.1 // indirect
	github.com/yalue/onnxruntime_go v1.27.0 // indirect
	golang.org/x/exp v0.0.0-20240909161429-701f63a606c0 // indirect
	google.golang.org/protobuf v1.36.12 // indirect
)

replace gst-superres => ../..
