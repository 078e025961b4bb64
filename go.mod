module gst-superres

go 1.24.0

require (
	github.com/yalue/onnxruntime_go v1.27.0
	google.golang.org/protobuf v1.36.12
)

require github.com/coder/websocket v1.8.15

require (
	golang.org/x/image v0.36.0
	golang.org/x/text v0.34.0 // indirect
)
