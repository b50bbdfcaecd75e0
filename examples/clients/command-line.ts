// The command line of the clients: numbers that are checked, and an end with one line where another program prints a stack.

const PORT_MAX = 65_535;

/** A port from the command line. Ends the program with status 2 if it is none. */
export function portOf(text: string): number {
  const port = text === '' ? Number.NaN : Number(text);
  if (Number.isInteger(port) && port > 0 && port <= PORT_MAX) return port;
  return refuse(`expected a port between 1 and ${PORT_MAX} instead of "${text}"`);
}

/** A number above zero from the command line. Ends the program with status 2 if it is none. */
export function numberOf(name: string, text: string): number {
  const number = text.trim() === '' ? Number.NaN : Number(text);
  if (number > 0) return number;
  return refuse(`${name}: expected a number above zero instead of "${text}"`);
}

/** Ends with one line where anything fails; with none if the reader of standard output has left, as head does. */
export function exitWithOneLine(): void {
  process.stdout.on('error', exit);
  process.on('uncaughtException', exit);
}

function refuse(message: string): never {
  console.error(message);
  process.exit(2);
}

function exit(error: NodeJS.ErrnoException): never {
  if (error.code === 'EPIPE') process.exit(0);
  console.error(error.message);
  process.exit(1);
}
