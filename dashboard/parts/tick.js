/** `v-tick="value"`: the element flashes once when its value changes, unless the user wants no motion. */
const STILL = matchMedia('(prefers-reduced-motion: reduce)');

const FLASH = ['var(--cs-flash)', 'var(--cs-flash)', 'transparent'].map((backgroundColor) => ({ backgroundColor }));

export const tick = {
  updated(element, { value, oldValue }) {
    if (value === oldValue || STILL.matches) return;
    element.animate(FLASH, 300);
  },
};
