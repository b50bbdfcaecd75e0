// The four ports of a stack.

import { isFree, unusedPort } from './unused-port.ts';

const NAMES = ['pricePort', 'newsPort', 'orderPort', 'dashboardPort'] as const;

export type StackPorts = Readonly<Record<(typeof NAMES)[number], number>>;

/** Four ports that no process listens on, the preferred ones where they are free. @throws NoUnusedPortError */
export async function stackPorts(preferred?: StackPorts): Promise<StackPorts> {
  const ports = { pricePort: 0, newsPort: 0, orderPort: 0, dashboardPort: 0 };
  for (const name of NAMES) {
    const port = preferred?.[name];
    ports[name] = port !== undefined && (await isFree(port)) ? port : await unusedPort();
  }
  return ports;
}
