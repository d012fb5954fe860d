package command

import (
	"os"
	"slices"
	"strconv"
	"strings"

	"jump/installer/stamp"
)

const commentsFlag = "jc-comments"

// arrange makes what people type into what the flags of cobra are: a stamped
// installer installs if it is told nothing else, and comments may be several
// words (requirement B8).
func arrange(args []string, stamped bool) []string {
	if stamped && (len(args) == 0 || strings.HasPrefix(args[0], "-")) {
		args = append([]string{"install"}, args...)
	}
	if len(args) > 0 && args[0] == "install" {
		args = joinComments(args)
	}
	return args
}

// joinComments makes one argument of --jc-comments and the words after it, up
// to the next that begins with two dashes. The first may begin with whatever it
// likes, as with any other flag.
func joinComments(args []string) []string {
	var out []string
	for i := 0; i < len(args); i++ {
		flag, first, given := strings.Cut(args[i], "=")
		if flag != "--"+commentsFlag || !given && i+1 == len(args) {
			out = append(out, args[i])
			continue
		}
		words := []string{first}
		if !given {
			i++
			words = []string{args[i]}
		}
		for i+1 < len(args) && !strings.HasPrefix(args[i+1], "--") {
			i++
			words = append(words, args[i])
		}
		out = append(out, flag+"="+strings.Join(words, " "))
	}
	return out
}

// silent reports whether the arguments ask for no output at all (requirement
// B9). It is asked before they are parsed: that can fail, too.
func silent(args []string) bool {
	if len(args) == 0 || args[0] != "install" && args[0] != "uninstall" {
		return false
	}
	for i, a := range args {
		takesNext := i > 0 && slices.Contains(textFlags, args[i-1])
		value, is := strings.CutPrefix(a, "--silent")
		if takesNext || !is {
			continue
		}
		if yes, err := strconv.ParseBool(strings.TrimPrefix(value, "=")); value == "" || err == nil && yes {
			return true
		}
	}
	return false
}

// textFlags take the next argument, whatever it looks like.
var textFlags = []string{
	"--install-dir", "--jc-name", "--jc-jump-group", "--jc-tag", "--proxy", "--listen", "--user", "--key-info", "--mode", "--startup", "--wait-online", "--dir",
}

// ownLabel returns the label of the file that is running.
func ownLabel() (stamp.Label, bool, error) {
	path, err := os.Executable()
	if err != nil {
		return stamp.Label{}, false, err
	}
	return stamp.OfExecutable(path)
}
