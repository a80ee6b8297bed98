/** The files of a live folder. */
export const FILES = {
  journal: "journal.jsonl",
  checkpoint: "checkpoint.bin",
  operator: "operator.json",
  lock: "lock",
} as const;
