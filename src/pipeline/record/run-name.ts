// Names in a run directory, as mimoCoRB2 gives them.

/** `run_YYYY-MM-DD_HH-MM-SS` in local time. */
export function runDirectoryName(start: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const date = `${start.getFullYear()}-${two(start.getMonth() + 1)}-${two(start.getDate())}`;
  return `run_${date}_${two(start.getHours())}-${two(start.getMinutes())}-${two(start.getSeconds())}`;
}
