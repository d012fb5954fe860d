package copies

// Question is who it is that shows a counter.
type Question struct {
	Shown uint64 // join counter; 0: none
	Last  uint64 // the newest that was issued to this client
	// Occupied reports whether there is somebody at the other end of a copy's
	// tunnel at this moment. It may take a while.
	Occupied func(number uint64) bool
	// Uninstalled says that the client was uninstalled on its computer.
	Uninstalled bool
	// Late says that the client has connected since this tunnel began.
	Late bool
}

// Who is the answer to a Question.
type Who struct {
	Copy       Copy // of which it is the tunnel; no Number: a new copy
	Superseded bool // it is neither: it waited while its agent connected again
}

// Recognize says who shows a counter.
//
//	shown is                                    it is
//	accepted of a copy without a live tunnel    that copy
//	accepted, but all such copies are alive     a new copy: there are two; superseded
//	                                            on a tunnel that waited too long, for
//	                                            it may be of the process before this one
//	accepted of one that was decided about      that one
//	from the future                             the client: the site was restored
//	old, and the client was uninstalled         the client: its disk was restored
//	old, on a tunnel that waited too long       superseded
//	old                                         a new copy
//
// A fate must not hit the wrong one: it counts only for a counter that was
// issued to that copy and that no other may show.
func (s Set) Recognize(q Question) Who {
	var accepting int
	var fated []Copy
	for _, x := range s {
		switch {
		case !x.Accepts(q.Shown):
		case x.Fate == FateNone:
			accepting++
			if !q.Occupied(x.Number) {
				return Who{Copy: x}
			}
		case q.Shown != x.From:
			fated = append(fated, x)
		}
	}
	switch {
	case accepting > 0 && q.Late:
		return Who{Superseded: true}
	case accepting > 0 || len(s) == 0:
		return Who{}
	case len(fated) == 1:
		return Who{Copy: fated[0]}
	}
	return s.stranger(q)
}

// stranger is Recognize for a counter that no copy may show.
func (s Set) stranger(q Question) Who {
	undecided, future := s.Undecided(), q.Shown > q.Last
	if len(undecided) == 1 && (future || q.Uninstalled) && !q.Occupied(undecided[0].Number) {
		return Who{Copy: undecided[0]}
	}
	return Who{Superseded: q.Late && !future}
}
