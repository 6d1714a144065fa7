// Starts the command line. JavaScript, because the compile cache must be on before the first TypeScript is loaded: from
// the second run on, no source is stripped of its types again, and the stripper itself is not loaded (half the start-up
// time, 30 MB less). The cache is kept inside of the checkout, where nobody else can write; where it cannot be written it
// is simply not used.
import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";

enableCompileCache(fileURLToPath(new URL("node_modules/.cache/compiled", import.meta.url)));
await import("./src/main.ts");
