/** Page patterns: `/product/*`, `/cart, /checkout*`. A star stands for anything; several are parted by commas. */

export function matches(patterns: string, path: string): boolean {
  return patterns
    .split(",")
    .map((pattern) => pattern.trim())
    .filter(Boolean)
    .some((pattern) => glob(pattern).test(path));
}

function glob(pattern: string): RegExp {
  const escaped = pattern.split("*").map((part) => part.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"));
  return new RegExp(`^${escaped.join(".*")}$`);
}
