package lasting

// keep is the most memory that an empty queue keeps, in bytes.
const keep = 64 << 10

// queue is bytes that come in at its end and go out at its front.
type queue struct {
	all []byte
	at  int // where the front is
}

func (q *queue) len() int      { return len(q.all) - q.at }
func (q *queue) bytes() []byte { return q.all[q.at:] }

// add adds bytes at the end. What bytes returned before is not valid any more.
func (q *queue) add(b []byte) {
	if len(q.all)+len(b) > cap(q.all) && q.at > len(q.all)/2 {
		q.all, q.at = q.all[:copy(q.all, q.bytes())], 0
	}
	q.all = append(q.all, b...)
}

// drop takes n bytes from the front.
func (q *queue) drop(n int) {
	q.at += n
	switch {
	case q.len() > 0:
	case cap(q.all) > keep:
		q.all, q.at = nil, 0
	default:
		q.all, q.at = q.all[:0], 0
	}
}
