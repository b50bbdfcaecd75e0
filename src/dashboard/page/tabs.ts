// Tabs: two panels that share one place.

/**
 * Makes the buttons of a tab list show their panels. Arrow keys move between them. Returns a function that shows
 * the tab with a name: that of its id without `-tab`.
 */
export function startTabs(list: HTMLElement, onShow: (name: string) => void): (name: string) => void {
  const tabs = [...list.querySelectorAll<HTMLButtonElement>('[role=tab]')];
  const show = (shown: HTMLButtonElement) => {
    for (const tab of tabs) {
      const isShown = tab === shown;
      tab.setAttribute('aria-selected', String(isShown));
      tab.tabIndex = isShown ? 0 : -1;
      const panel = document.getElementById(tab.getAttribute('aria-controls') ?? '');
      if (panel) panel.hidden = !isShown;
    }
    onShow(nameOf(shown));
  };
  for (const [index, tab] of tabs.entries()) {
    tab.addEventListener('click', () => show(tab));
    tab.addEventListener('keydown', (event) => {
      const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
      if (step === 0) return;
      const next = tabs[(index + step + tabs.length) % tabs.length];
      show(next);
      next.focus();
    });
  }
  return (name) => show(tabs.find((tab) => nameOf(tab) === name) ?? tabs[0]);
}

function nameOf({ id }: HTMLElement): string {
  return id.replace(/-tab$/, '');
}
