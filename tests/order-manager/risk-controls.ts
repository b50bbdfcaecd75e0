// Risk controls for tests: the default limits, except those that the test gives.

import { RiskControls } from '../../src/domain/risk/risk-controls.ts';
import { DEFAULT_RISK_LIMITS, type RiskLimits } from '../../src/domain/risk/risk-limits.ts';

const NO_RATE_LIMIT = { ordersPerSecondMax: Number.POSITIVE_INFINITY };

/** Without an order rate limit, and without prices. */
export function riskControls(limits: Partial<RiskLimits> = {}): RiskControls {
  const nowMs = () => 0;
  const lastPrice = () => undefined;
  return new RiskControls({ ...DEFAULT_RISK_LIMITS, ...NO_RATE_LIMIT, ...limits }, { nowMs, lastPrice });
}
