// Package e2e tests the real programs together: jumpsite, jumpclient and jump
// as they are built, an X server, and Chromium.
//
// It is not the place for what one package can prove alone, and it ships
// nothing. Everything runs on free ports and displays of its own and writes to
// temporary folders, but for pictures of failures: those are left in out/e2e.
package e2e
