export * from "./channel";
export * from "./messages";
export * as raw from "./raw";
export { MessageReader, message } from "./reader";
export * from "./types";
export * from "./retry";
