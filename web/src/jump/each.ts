/** What came of doing something with every item. */
export interface Outcome<T> {
  done: T[];
  failed: { item: T; error: unknown }[];
}

const atOnce = 4; // questions to the site at one time

/** Does something with every item, a few at a time, and goes on when one fails. */
export async function forEach<T>(items: readonly T[], act: (item: T) => Promise<unknown>): Promise<Outcome<T>> {
  const outcome: Outcome<T> = { done: [], failed: [] };
  const waiting = [...items];
  const work = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) {
      try {
        await act(item);
        outcome.done.push(item);
      } catch (error) {
        outcome.failed.push({ item, error });
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return outcome;
}
