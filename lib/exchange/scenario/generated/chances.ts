/** Distributions behind the win probabilities. */

/** The standard normal distribution function (Abramowitz and Stegun 26.2.17, error below 1e-7). */
export function normalCdf(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const poly = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = 0.3989422804 * Math.exp((-x * x) / 2) * poly;
  return x >= 0 ? 1 - tail : tail;
}

/** Chances that a whole-numbered final margin is above, at and below zero. */
export interface MarginChances {
  ahead: number;
  level: number;
  behind: number;
}

/**
 * The final margin as a normal variable rounded to whole points: the random walk of H. Stern, "A Brownian motion model for the
 * progress of sports scores" (JASA 89, 1994), with a continuity correction so that a level score keeps its own chance.
 */
export function normalMargin(mean: number, deviation: number): MarginChances {
  if (deviation <= 0) return { ahead: mean > 0 ? 1 : 0, level: mean === 0 ? 1 : 0, behind: mean < 0 ? 1 : 0 };
  const ahead = 1 - normalCdf((0.5 - mean) / deviation);
  const behind = normalCdf((-0.5 - mean) / deviation);
  return { ahead, level: Math.max(0, 1 - ahead - behind), behind };
}

/**
 * The final margin when both sides still score independent Poisson numbers of goals (a Skellam variable), as in M. Maher,
 * "Modelling association football scores" (Statistica Neerlandica 36, 1982).
 */
export function poissonMargin(margin: number, homeRate: number, awayRate: number): MarginChances {
  const home = poissonChances(homeRate);
  const away = poissonChances(awayRate);
  let ahead = 0;
  let level = 0;
  for (const [h, homeChance] of home.entries()) {
    for (const [a, awayChance] of away.entries()) {
      const final = margin + h - a;
      if (final > 0) ahead += homeChance * awayChance;
      else if (final === 0) level += homeChance * awayChance;
    }
  }
  return { ahead, level, behind: Math.max(0, 1 - ahead - level) };
}

/** Chances of 0, 1, 2, ... events, until what is left out is below one in a million. */
function poissonChances(rate: number): number[] {
  const chances: number[] = [];
  let chance = Math.exp(-rate);
  let sum = 0;
  for (let n = 1; sum < 1 - 1e-6 && n < 40; n++) {
    chances.push(chance);
    sum += chance;
    chance *= rate / n;
  }
  return chances;
}
