//go:build !amd64

package jpeg

func convert(p *planes, words []uint32, stride int) { convertPortable(p, words, stride) }

func transform(out *[2]block, samples []int16, q *quantiser) { transformPortable(out, samples, q) }
