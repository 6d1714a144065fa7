// Opens a file of bars as a stream of plain bytes, unpacking gzip (told by its first bytes, not by its name).
// Knows nothing of what the bytes say. Memory is bounded by a few chunks.
import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { BarFileError, DamagedFileError } from "./bar-file-error.ts";

const CHUNK_BYTES = 64 * 1024;
/** Unpacked bytes at a time once damage was met: what the damaged piece holds beyond the last full one is lost. */
const CAREFUL_BYTES = 256;

/** What zlib says of a file that ends too early. */
const BROKEN_OFF = "unexpected end of file";

/** A bar file that exists and can be read. To be closed when its chunks were not read to the end. */
export interface OpenBarFile extends AsyncDisposable {
  readonly path: string;
  readonly isGzip: boolean;
  /**
   * Reads the file once from end to end where its format carries a checksum, and says what contradicts it: then any of
   * its rows may have been altered. Undefined for a file that is whole, that only breaks off, or that has no checksum.
   */
  findAlteration(): Promise<string | undefined>;
  /** Size on disk, the total that `bytesRead` runs up to. */
  readonly totalBytes: number;
  /** Bytes of the file (not unpacked) taken so far. */
  bytesRead(): number;
  /**
   * Unpacked bytes in order; throws DamagedFileError after the last good ones. To be read once. A chunk is valid until
   * the next one is asked for: its memory is used again.
   */
  chunks(): AsyncGenerator<Buffer>;
}

const OTHER_FORMATS: readonly (readonly [name: string, magic: readonly number[]])[] = [
  ["a zip archive", [0x50, 0x4b, 0x03, 0x04]],
  ["a bzip2 file", [0x42, 0x5a, 0x68]],
  ["an xz file", [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ["a zstd file", [0x28, 0xb5, 0x2f, 0xfd]],
  ["a Parquet file", [0x50, 0x41, 0x52, 0x31]],
];

function refuseOtherFormats(start: Buffer): void {
  for (const [name, magic] of OTHER_FORMATS) {
    if (magic.every((byte, index) => start[index] === byte)) {
      throw new BarFileError(`is ${name}; unpack or convert it to CSV, JSON or gzip first.`);
    }
  }
  const isUtf16 = (start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0xfe && start[1] === 0xff);
  if (isUtf16) throw new BarFileError("is written in UTF-16; save it as UTF-8 first.");
}

function systemReason(error: unknown): BarFileError {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "ENOENT") return new BarFileError("does not exist; check the path.");
  if (code === "EACCES" || code === "EPERM") return new BarFileError("may not be read by this user.");
  return new BarFileError(`cannot be read (${code === "" ? String(error) : code}).`);
}

/**
 * @throws BarFileError for a missing file, a directory, an empty file and the formats that are not read
 */
export async function openBarFile(path: string): Promise<OpenBarFile> {
  const stats = await stat(path).catch((error: unknown) => {
    throw systemReason(error);
  });
  if (stats.isDirectory()) throw new BarFileError("is a directory; name one file.");
  if (!stats.isFile()) throw new BarFileError("is not an ordinary file.");
  if (stats.size === 0) throw new BarFileError("is empty.");
  const handle = await open(path, "r").catch((error: unknown) => {
    throw systemReason(error);
  });
  const start = Buffer.alloc(8);
  try {
    await handle.read(start, 0, start.length, 0);
  } finally {
    await handle.close();
  }
  refuseOtherFormats(start);
  const isGzip = start[0] === 0x1f && start[1] === 0x8b;
  let taken = 0;
  let reading: AsyncGenerator<Buffer> | undefined;

  async function* plain(): AsyncGenerator<Buffer> {
    const source = await open(path, "r");
    // One buffer for the whole file: a new one for each read piles up faster than it is collected.
    const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    try {
      for (;;) {
        const { bytesRead } = await source.read(buffer, 0, buffer.length);
        if (bytesRead === 0) return;
        taken += bytesRead;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await source.close();
    }
  }

  return {
    path,
    isGzip,
    totalBytes: stats.size,
    findAlteration: async () => (isGzip ? findAlteration(path) : undefined),
    bytesRead: () => Math.min(taken, stats.size),
    chunks() {
      reading = isGzip
        ? unpack(path, (bytes) => {
            taken = bytes;
          })
        : plain();
      return reading;
    },
    async [Symbol.asyncDispose]() {
      await reading?.return(undefined);
    },
  };
}

/**
 * Unpacks gzip. On damage the file is unpacked a second time in small pieces, up to where the first pass stood and on
 * to the last byte before the damage; only then the damage is reported.
 */
async function* unpack(path: string, onRead: (bytes: number) => void): AsyncGenerator<Buffer> {
  let delivered = 0;
  let damage: unknown;
  for await (const chunk of gunzipChunks(path, CHUNK_BYTES, onRead)) {
    if (!Buffer.isBuffer(chunk)) {
      damage = chunk;
      break;
    }
    delivered += chunk.length;
    yield chunk;
  }
  if (damage === undefined) return;
  let seen = 0;
  for await (const chunk of gunzipChunks(path, CAREFUL_BYTES, () => undefined)) {
    if (!Buffer.isBuffer(chunk)) break;
    const known = Math.min(chunk.length, Math.max(0, delivered - seen));
    seen += chunk.length;
    if (known < chunk.length) yield chunk.subarray(known);
  }
  throw new DamagedFileError(damageReason(damage));
}

async function findAlteration(path: string): Promise<string | undefined> {
  for await (const chunk of gunzipChunks(path, CHUNK_BYTES, () => undefined)) {
    if (!Buffer.isBuffer(chunk)) return chunk.message === BROKEN_OFF ? undefined : damageReason(chunk);
  }
  return undefined;
}

function damageReason(damage: unknown): string {
  const text = damage instanceof Error ? damage.message : String(damage);
  if (text === BROKEN_OFF) return "its gzip data break off before the end";
  if (text === "incorrect data check" || text === "incorrect length check") {
    return "its gzip checksum does not match, so some of its lines may have been altered";
  }
  return `its gzip data are corrupt (${text})`;
}

/** Yields unpacked chunks and, as the last item, the error that ended them, if one did. */
async function* gunzipChunks(
  path: string,
  chunkSize: number,
  onRead: (bytes: number) => void,
): AsyncGenerator<Buffer | Error> {
  const source = createReadStream(path, { highWaterMark: 64 * 1024 });
  const gunzip = createGunzip({ chunkSize });
  // Not `for await` over the stream: an error would throw away what is unpacked but not yet read.
  const queue: (Buffer | Error)[] = [];
  let finished = false;
  let wake: () => void = () => undefined;
  const fail = (error: Error): void => {
    queue.push(error);
    finished = true;
    wake();
  };
  source.on("error", fail);
  gunzip.on("error", fail);
  gunzip.on("data", (chunk: Buffer) => {
    queue.push(chunk);
    onRead(source.bytesRead);
    if (queue.length * chunkSize > 4 * CHUNK_BYTES) gunzip.pause();
    wake();
  });
  gunzip.on("end", () => {
    finished = true;
    wake();
  });
  source.pipe(gunzip);
  try {
    for (;;) {
      const next = queue.shift();
      if (next !== undefined) {
        yield next;
        continue;
      }
      if (finished) return;
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      gunzip.resume();
      await woken;
    }
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}
