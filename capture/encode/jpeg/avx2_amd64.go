package jpeg

import "golang.org/x/sys/cpu"

var fast = cpu.X86.HasAVX2

func convert(p *planes, words []uint32, stride int) {
	if !fast {
		convertPortable(p, words, stride)
		return
	}
	_ = words[15*stride+15]
	convertAVX2(p, &words[0], stride*4)
}

func transform(out *[2]block, samples []int16, q *quantiser) {
	if !fast {
		transformPortable(out, samples, q)
		return
	}
	_ = samples[8*unit-1]
	transformAVX2(out, &samples[0], q)
}

// convertAVX2 is convertPortable; rows are stride bytes apart.
//
//go:noescape
func convertAVX2(p *planes, words *uint32, stride int)

// transformAVX2 is transformPortable.
//
//go:noescape
func transformAVX2(out *[2]block, samples *int16, q *quantiser)
