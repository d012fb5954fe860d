//go:build unix

package installer

const top, separator = "/", '/'
