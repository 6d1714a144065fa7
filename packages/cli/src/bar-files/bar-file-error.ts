// Why a file cannot be read, or not to its end. The text is the rest of a sentence that begins with the file's name, until
// a command puts the name before it.

/** A file that cannot be read as bars. */
export class BarFileError extends Error {
  override readonly name = "BarFileError";
}

/** A file that ended in damage: everything before it was read. */
export class DamagedFileError extends BarFileError {}
