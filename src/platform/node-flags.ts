// The flags of Node for every process of this project; `tickline` has the same.

/**
 * Without it, SIGUSR1 makes Node listen for a debugger on a port of loopback, where any user of the machine can run
 * code as this one.
 */
export const NODE_FLAGS = ['--disable-sigusr1'] as const;
