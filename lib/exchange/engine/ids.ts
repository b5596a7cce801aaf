/** A seeded source of UUIDs: the same night gives the same ids, also after a restart. */
export interface Ids {
  next(): string;
}

/** Version 4 UUIDs from a seeded generator (sfc32: small, fast, 128 bits of state). Not for secrets. */
export function seededIds(seed: number): Ids {
  const random = sfc32(seed);
  return {
    next() {
      const words = [random(), random(), random(), random()];
      const hex = words.map((word) => word.toString(16).padStart(8, '0')).join('');
      const variant = ((Number.parseInt(hex[16] ?? '0', 16) & 3) | 8).toString(16);
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
    },
  };
}

function sfc32(seed: number): () => number {
  let a = 0x9e3779b9;
  let b = 0x243f6a88;
  let c = seed >>> 0;
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  // The first outputs still resemble the seed.
  for (let i = 0; i < 16; i++) next();
  return next;
}
