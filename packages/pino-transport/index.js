// Where pino finds the transport. JavaScript, because pino loads a TypeScript target among several by require(), which
// takes no file URL; and a default export, because that is what pino calls.
// oxlint-disable-next-line import/no-default-export -- pino takes a transport's default export
export { createPinoTransport as default, createPinoTransport } from "./src/index.ts";
