// Risk controls for tests of the execution: the default limits but for those that are named.

import { RiskControls } from '../../src/domain/risk/risk-controls.ts';
import { DEFAULT_RISK_LIMITS, type RiskLimits } from '../../src/domain/risk/risk-limits.ts';

const NO_PACE = { ordersPerSecondMax: Number.POSITIVE_INFINITY };

/** Without a limit of orders a second, and without prices. */
export function riskControls(limits: Partial<RiskLimits> = {}): RiskControls {
  const nowMs = () => 0;
  const lastPrice = () => undefined;
  return new RiskControls({ ...DEFAULT_RISK_LIMITS, ...NO_PACE, ...limits }, { nowMs, lastPrice });
}
