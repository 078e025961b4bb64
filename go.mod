module gst-superres

go 1.24.0

require github.com/yalue/onnxruntime_go v1.27.0
