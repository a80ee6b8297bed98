/** "1 bar", "2,500 bars". */
export const counted = (n: number, one: string, several = `${one}s`): string =>
  `${n.toLocaleString("en-US")} ${n === 1 ? one : several}`;
