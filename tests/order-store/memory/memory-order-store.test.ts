import { MemoryOrderStore } from '../../../src/order-store/memory/memory-order-store.ts';
import { conformsToOrderStore } from '../conformance.ts';

conformsToOrderStore(() => new MemoryOrderStore());
