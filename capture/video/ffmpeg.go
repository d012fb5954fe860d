package video

import (
	"fmt"
	"image"
	"os"
	"strconv"
	"unsafe"

	"jump/capture/frame"
	"jump/transport/wire"
)

// codec is one that ffmpeg can encode, if it was built with it.
type codec struct {
	number  uint8 // in a frame
	viewers wire.Codecs
	args    []string
}

// codecs, the best first: H.264 costs less of the processor than VP8 and looks
// better.
var codecs = []codec{
	{frame.VideoH264, wire.CodecH264, []string{"-c:v", "libx264", "-preset", "superfast", "-tune", "zerolatency", "-crf", "20", "-sc_threshold", "0"}},
	{frame.VideoVP8, wire.CodecVP8, []string{"-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-lag-in-frames", "0", "-crf", "10"}},
}

// both returns those codecs that a viewer decodes.
func both(viewer wire.Codecs) (common []codec) {
	for _, c := range codecs {
		if c.viewers&viewer != 0 {
			common = append(common, c)
		}
	}
	return common
}

// places are where systems put the program. No path of the environment is
// searched, which others may have set.
var places = []string{"/usr/bin/ffmpeg", "/usr/local/bin/ffmpeg"}

func find() (string, bool) {
	for _, p := range places {
		if info, err := os.Stat(p); err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
			return p, true
		}
	}
	return "", false
}

// fastLine is a line, in bytes a second, that bounds no film.
const fastLine = 4 << 20

// bufferShare is the share of a second's bytes that one picture may have at
// most: the first one, which is many times as large as the others.
const bufferShare = 20

// pixelFormat is how words 0xXXRRGGBB lie in memory.
var pixelFormat = func() string {
	if v := uint32(1); *(*byte)(unsafe.Pointer(&v)) == 1 {
		return "bgr0"
	}
	return "0rgb"
}()

// arguments are those of one stream: raw pictures from standard input, one
// packet for each to standard output at once. Nothing of them comes from
// outside but numbers.
func arguments(c codec, size image.Point, rate int) []string {
	bits := strconv.Itoa(8 * rate)
	args := []string{"-v", "quiet", "-protocol_whitelist", "pipe", "-probesize", "32", "-analyzeduration", "0", "-fpsprobesize", "0",
		"-f", "rawvideo", "-pixel_format", pixelFormat, "-video_size", fmt.Sprintf("%dx%d", size.X, size.Y), "-framerate", "30", "-i", "pipe:0",
		"-vsync", "passthrough", "-pix_fmt", "yuv420p", "-color_range", "tv", "-colorspace", "smpte170m", "-color_primaries", "bt709", "-color_trc", "iec61966-2-1"}
	args = append(args, c.args...)
	return append(args, "-maxrate", bits, "-bufsize", strconv.Itoa(8*rate/bufferShare), "-b:v", bits,
		"-g", "100000", "-threads", "1", "-flush_packets", "1", "-f", "avi", "pipe:1")
}
