export { EditionsReporter } from "./editions-reporter.ts";
export { editionProject, unitProject } from "./projects.ts";
