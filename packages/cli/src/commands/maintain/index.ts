export { registerDbMaintain } from "./db-maintain.ts";
