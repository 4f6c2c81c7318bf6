/** Questions to the user. */
import { currentContext } from "./context.ts";
import { send } from "./link.ts";
import { flush } from "./output.ts";

/** A question that nobody answers. */
export class InputError extends Error {
  override name = "InputError";
}

const waiting = new Map<number, { resolve: (value: string) => void; reject: (error: Error) => void }>();
let questions = 0;

/**
 * Asks the user for a line of text: `const name = await input("Your name? ")`.
 *
 * @throws {InputError} If the front end takes no input, as nbconvert does not.
 */
export function input(prompt = "", options: { password?: boolean } = {}): Promise<string> {
  flush();
  const id = ++questions;
  send({
    op: "input",
    id,
    cell: currentContext()?.id ?? null,
    prompt: String(prompt),
    password: options.password === true,
  });
  return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }));
}

/** Asks for a line of text that is not shown while it is typed: `const key = await password("Key? ")`. */
export function password(prompt = ""): Promise<string> {
  return input(prompt, { password: true });
}

export function answerInput(id: number, value: string | null): void {
  const question = waiting.get(id);
  waiting.delete(id);
  if (value === null)
    question?.reject(
      new InputError("The question got no answer: the front end does not take input, or the question was cancelled"),
    );
  else question?.resolve(value);
}
