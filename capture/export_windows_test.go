package capture

// OpenDuplication opens the desktop by duplication only, OpenPictures by
// pictures only.
func OpenDuplication() (Source, error) { physical(); return openDuplication() }
func OpenPictures() (Source, error)    { physical(); return openPictures() }
