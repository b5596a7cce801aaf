export { StoreError } from './errors.ts';
export { openStore, type Store, type StoreOptions } from './store.ts';
