// The dashboard in the film: what it shows, a killed process on it, and the two still pictures.

import type { Stage } from './stage.ts';

export async function dashboardScenes(stage: Stage, _pictures: string): Promise<void> {
  await stage.hold(1);
}
