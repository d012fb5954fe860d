/** Rules for a conversation in which nothing is heard. Times are in ms. */

/** After so long without a byte a connection is called broken. */
export const SILENT = 6_000;

/** After so long it is given up, and another is tried. */
export const STALLED = 14_000;
