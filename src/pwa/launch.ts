// Files that the operating system opens with the installed application. Page only.

interface LaunchQueue {
  setConsumer(consumer: (params: { readonly files: readonly FileSystemHandle[] }) => void): void;
}

/**
 * Calls `listener` with the handles of each launch that brings files. A browser without a launch queue never
 * calls. Launches are not repeated on a reload: keep the handles (storage/recent-files.ts).
 */
export function onLaunchFiles(
  listener: (handles: readonly FileSystemFileHandle[]) => void,
  queue = (globalThis as { launchQueue?: LaunchQueue }).launchQueue,
): void {
  queue?.setConsumer(({ files }) => {
    const handles = files.filter((handle): handle is FileSystemFileHandle => handle.kind === 'file');
    if (handles.length > 0) listener(handles);
  });
}
