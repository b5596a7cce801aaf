/** Dashboard gives each page one theme: pages that have one of ours change between the two with the screen. */
import { watch } from 'vue';
import { screen } from '../shared/screen.js';

const LIGHT = 'courtside-theme-light';
const DARK = 'courtside-theme-dark';
/** Where Dashboard looks for the colours of its first frame. */
const FIRST_FRAME = 'ndrb-theme-default';

/** Answers how to stop. */
export function followTheme(dashboard) {
  if (!dashboard?.state?.ui) return () => {};
  return watch(
    () => [screen.isDark, dashboard.state.ui.pages],
    () => {
      const wanted = screen.isDark ? DARK : LIGHT;
      const { pages, themes } = dashboard.state.ui;
      for (const page of Object.values(pages ?? {})) {
        if ((page.theme === LIGHT || page.theme === DARK) && page.theme !== wanted) page.theme = wanted;
      }
      keepFirstFrame(themes?.[wanted]);
    },
    { immediate: true },
  );
}

function keepFirstFrame(theme) {
  try {
    if (theme) localStorage.setItem(FIRST_FRAME, JSON.stringify(theme));
  } catch {}
}
