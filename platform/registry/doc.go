// Package registry writes to the registry of Windows, and takes back what it
// wrote. On other systems it has nothing in it.
//
// It knows no names of keys and none of their meanings (installer does). What
// it writes is data: no value is expanded or quoted on the way.
package registry
