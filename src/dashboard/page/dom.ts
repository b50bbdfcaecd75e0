// The elements of the page, and writing to them only what has changed.

/** An element of index.html. Throws when it is not there: the page and its scripts are of two versions. */
export function byId(id: string): HTMLElement {
  return typed(id, HTMLElement);
}

export function inputById(id: string): HTMLInputElement {
  return typed(id, HTMLInputElement);
}

export function canvasById(id: string): HTMLCanvasElement {
  return typed(id, HTMLCanvasElement);
}

function typed<E extends HTMLElement>(id: string, type: { new (): E; prototype: E }): E {
  const element = document.getElementById(id);
  if (element instanceof type) return element;
  throw new Error(`the page has no ${type.name} #${id}; load it again`);
}

/** A new element with a class and a text. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = '',
  text = '',
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (className !== '') element.className = className;
  if (text !== '') element.textContent = text;
  return element;
}

/** A text that is written when it is another. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

export function setData(element: HTMLElement, key: string, value: string): void {
  if (element.dataset[key] !== value) element.dataset[key] = value;
}

export function setTone(element: HTMLElement, value: number | null): void {
  setData(element, 'tone', toneOf(value));
}

/** How a number is coloured; its sign or arrow says the same without colour. */
export function toneOf(value: number | null): string {
  if (value === null || value === 0) return '';
  return value > 0 ? 'up' : 'down';
}
