/** What an operator may say at a row, as numbers of the `operator` column. */
export const OPERATOR = { none: 0, halt: 1, reset: 2 } as const;
