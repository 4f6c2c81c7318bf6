/** What can go wrong when files are put into place, in words that help. */

/** Something the user can set right; the message says what and how. */
export class InstallError extends Error {
  override name = "InstallError";
}

/** Says of an error of the file system what was to be done and why it failed. */
export function explained(error: unknown, action: string): Error {
  const { code, message, path } = error as NodeJS.ErrnoException;
  const reasons: Record<string, string> = {
    EACCES: "permission denied: install with --user, or choose a folder of yours with --prefix",
    EPERM: "not permitted: install with --user, or choose a folder of yours with --prefix",
    EROFS: "the file system is read-only: choose another place with --user or --prefix",
    ENOSPC: "the disk is full",
    ENOTDIR: `a file stands where a folder is needed${path ? ` (${path})` : ""}`,
    EEXIST: `a file stands where a folder is needed${path ? ` (${path})` : ""}`,
  };
  return new InstallError(`Cannot ${action}: ${reasons[code ?? ""] ?? message}`, { cause: error });
}
