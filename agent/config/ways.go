package config

// Ways is the file in which the agent keeps which way leads out of which
// network, and the addresses of its site; package jump/transport/ways writes
// it.
func (d Dir) Ways() string { return d.file("state", "ways.json") }
