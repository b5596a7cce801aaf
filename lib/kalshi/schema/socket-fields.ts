import { z } from 'zod';

/** Fields that many frames share. */
export const id = z.int().min(0);
export const sid = z.int().min(1);
export const seq = z.int().min(1);
export const ticker = z.string().min(1);
export const tickers = z.array(ticker);
