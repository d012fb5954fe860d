export * from "./channel";
export * from "./line";
export * from "./messages";
export { Pulse } from "./pulse";
export * as raw from "./raw";
export { MessageReader, message } from "./reader";
export * from "./types";
export * from "./retry";
