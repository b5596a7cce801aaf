/** What the screen is like: narrow as a phone, dark or light, by the system's choice or the user's. */
import { reactive } from 'vue';
import { recall, remember } from './browser.js';

const CHOICES = ['auto', 'light', 'dark'];
const narrow = matchMedia('(max-width: 767px)');
const dark = matchMedia('(prefers-color-scheme: dark)');
const remembered = recall('theme');

export const screen = reactive({
  isNarrow: narrow.matches,
  theme: CHOICES.includes(remembered) ? remembered : 'auto',
  isDark: dark.matches,
});

narrow.addEventListener('change', () => {
  screen.isNarrow = narrow.matches;
});
dark.addEventListener('change', settle);
settle();

/** auto -> light -> dark -> auto */
export function nextTheme() {
  screen.theme = CHOICES[(CHOICES.indexOf(screen.theme) + 1) % CHOICES.length];
  remember('theme', screen.theme);
  settle();
}

function settle() {
  screen.isDark = screen.theme === 'auto' ? dark.matches : screen.theme === 'dark';
  document.documentElement.dataset.courtsideTheme = screen.isDark ? 'dark' : 'light';
}
