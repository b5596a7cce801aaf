import { z } from 'zod';
import { wireObject } from './wire.ts';

export const ScopeList = wireObject({ scopes: z.array(z.string()) });
export type ScopeList = z.infer<typeof ScopeList>;

export const SportFilterDetails = wireObject({
  scopes: z.array(z.string()),
  competitions: z.record(z.string(), ScopeList),
});
export type SportFilterDetails = z.infer<typeof SportFilterDetails>;

export const GetFiltersBySportsResponse = wireObject({
  filters_by_sports: z.record(z.string(), SportFilterDetails),
  sport_ordering: z.array(z.string()),
});
export type GetFiltersBySportsResponse = z.infer<typeof GetFiltersBySportsResponse>;

export const GetTagsForSeriesCategoriesResponse = wireObject({
  tags_by_categories: z.record(z.string(), z.array(z.string()).nullable()),
});
export type GetTagsForSeriesCategoriesResponse = z.infer<typeof GetTagsForSeriesCategoriesResponse>;
