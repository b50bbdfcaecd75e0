// Questions about other processes.

/** Whether a process with this id is alive. An id that Linux has reused for another process counts as alive. */
export function isAlive(pid: number): boolean {
  if (pid <= 0 || pid !== (pid | 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
