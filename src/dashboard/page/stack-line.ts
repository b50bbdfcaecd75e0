// Which stack the page shows: its data, its strategy and parameters, its record, and the command that halts it.

import type { Setup, StrategySetup } from '../messages.ts';
import { byId, setText } from './dom.ts';
import { NOTHING } from './format.ts';
import type { Model } from './model.ts';

const COPIED_MS = 2_000;

export class StackLine {
  readonly #model: Model;

  constructor(model: Model) {
    this.#model = model;
    byId('copy-halt').addEventListener('click', () => void this.#copy());
  }

  render(): void {
    const { setup } = this.#model;
    if (!setup) return;
    document.title = `${setup.stack} · Tickline`;
    setText(byId('stack-name'), setup.stack);
    setText(byId('stack-data'), setup.data ?? 'not known: the Gateway is not running here');
    setText(byId('stack-strategy'), strategiesText(setup));
    setText(byId('stack-record'), setup.record ?? NOTHING);
    setText(byId('stack-logs'), setup.logs ?? NOTHING);
    setText(byId('halt-command'), setup.haltCommand);
  }

  /** Without a clipboard, as on a page without TLS, the command is selected for Ctrl-C. */
  async #copy(): Promise<void> {
    const command = byId('halt-command');
    const button = byId('copy-halt');
    try {
      await navigator.clipboard.writeText(command.textContent ?? '');
      setText(button, 'copied');
    } catch {
      getSelection()?.selectAllChildren(command);
      setText(button, 'press Ctrl-C');
    }
    setTimeout(() => setText(button, 'copy'), COPIED_MS);
  }
}

function strategiesText({ strategies, strategiesSeen }: Setup): string {
  const text = strategies.map(strategyText).join(' · ');
  return strategiesSeen ? text : `${text} (an option of the dashboard: no Strategy was seen)`;
}

function strategyText({ name, file, parameters }: StrategySetup): string {
  const title = file === null ? name : `${name} from ${file}`;
  return parameters === '' ? title : `${title}: ${parameters}`;
}
