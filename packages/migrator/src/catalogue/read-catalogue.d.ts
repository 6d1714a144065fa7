import type { MigrationSession } from "../session/session.ts";
import type { Catalogue } from "./catalogue.ts";
/** What the database holds now. */
export declare function readCatalogue(session: MigrationSession): Promise<Catalogue>;
