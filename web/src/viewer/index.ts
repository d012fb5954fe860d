/**
 * The viewer: the remote screen of a session as a React component. It is not a
 * client of the API (the session is somebody else's) and no terminal.
 */
export type { Seek } from "./link";
export { viewerStrings } from "./strings";
export { Viewer, type ViewerProps } from "./Viewer";
