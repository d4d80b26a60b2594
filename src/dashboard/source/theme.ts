/* Light or dark: as the person chose, else as the system says.  The root carries the outcome, the style asks it. */
import type { Theme } from './state';

const query = matchMedia('(prefers-color-scheme: dark)');

export function shownTheme(theme: Theme): 'light' | 'dark' {
    return theme === 'auto' ? (query.matches ? 'dark' : 'light') : theme;
}

export function wear(theme: Theme): void {
    document.documentElement.dataset.theme = shownTheme(theme);
}

export function onSystemTheme(changed: () => void): () => void {
    query.addEventListener('change', changed);
    return () => query.removeEventListener('change', changed);
}
