package installer

const top, separator = `C:\`, '\\'
