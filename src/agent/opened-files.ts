/** The changed files whose content a reviewer was shown, by their path in the change. */
export class OpenedFiles {
  private readonly paths = new Set<string>();

  add(paths: Iterable<string>): void {
    for (const path of paths) this.paths.add(path);
  }

  has(path: string): boolean {
    return this.paths.has(path);
  }

  get size(): number {
    return this.paths.size;
  }
}
