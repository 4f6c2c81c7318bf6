/** Questions to the user. */
import { currentContext } from "./context.ts";
import { send } from "./link.ts";
import { flush } from "./output.ts";

const waiting: { resolve: (value: string) => void; reject: (error: Error) => void }[] = [];

/**
 * Asks the user for a line of text: `const name = await input("Your name? ")`.
 *
 * @throws {Error} If the front end takes no input, as nbconvert does not.
 */
export function input(prompt = "", options: { password?: boolean } = {}): Promise<string> {
  flush();
  send({
    op: "input",
    cell: currentContext()?.id ?? null,
    prompt: String(prompt),
    password: options.password === true,
  });
  return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
}

export function answerInput(value: string | null): void {
  const question = waiting.shift();
  if (value === null)
    question?.reject(
      new Error("input() got no answer: the front end does not take input, or the question was cancelled"),
    );
  else question?.resolve(value);
}
