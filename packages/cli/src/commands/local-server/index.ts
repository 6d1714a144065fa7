export { registerDbStart } from "./db-start.ts";
export { registerDbStop } from "./db-stop.ts";
export { registerDbUrl } from "./db-url.ts";
