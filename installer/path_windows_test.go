package installer

const root, separator = `C:\`, '\\'
