//go:build unix

package installer

const root, separator = "/", '/'
