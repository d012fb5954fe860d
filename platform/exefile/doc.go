// Package exefile removes the files of programs that are running, which Windows
// refuses to delete. On other systems there is nothing in it: they do not.
//
// It does not end the programs. What is left to delete when they have ended is
// done by a copy of them, which Windows deletes by itself: it is opened with
// FILE_FLAG_DELETE_ON_CLOSE before it is started and inherits that handle, so
// the file goes when its process does. No shell and no waiting for a restart.
package exefile
