// Finds and makes elements, and writes only what has changed.

/** An element of index.html. Throws if it is missing, as when page and scripts have different versions. */
export function byId(id: string): HTMLElement {
  return typed(id, HTMLElement);
}

export function inputById(id: string): HTMLInputElement {
  return typed(id, HTMLInputElement);
}

export function selectById(id: string): HTMLSelectElement {
  return typed(id, HTMLSelectElement);
}

export function canvasById(id: string): HTMLCanvasElement {
  return typed(id, HTMLCanvasElement);
}

function typed<E extends HTMLElement>(id: string, type: { new (): E; prototype: E }): E {
  const element = document.getElementById(id);
  if (element instanceof type) return element;
  throw new Error(`the page has no ${type.name} #${id}; reload it`);
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

/** Writes the text only if it has changed. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

export function setData(element: HTMLElement, key: string, value: string): void {
  if (element.dataset[key] !== value) element.dataset[key] = value;
}

export function setTone(element: HTMLElement, value: number | null): void {
  setData(element, 'tone', toneOf(value));
}

/** The colour of a number. Its sign or arrow says the same without colour. */
export function toneOf(value: number | null): string {
  if (value === null || value === 0) return '';
  return value > 0 ? 'up' : 'down';
}
