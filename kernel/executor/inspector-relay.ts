/**
 * The debugger's way to the main thread: A speaks the Chrome DevTools Protocol over a pipe, and this thread, which goes on while the main thread is
 * paused, passes it on. Nothing of the inspector is on until A asks for it.
 */
import { Session } from "node:inspector";
import { Socket } from "node:net";
import { encodeFrame, FrameReader } from "../link/frames.ts";
import { type FromInspector, INSPECTOR_FD, type ToInspector } from "../link/messages.ts";

let session: Session | null = null;
let isPaused = false;

const pipe = new Socket({ fd: INSPECTOR_FD, readable: true, writable: true });
const reader = new FrameReader<ToInspector>(pass);
pipe.on("data", (chunk: Buffer) => reader.push(chunk));
pipe.on("error", () => {});

function pass({ id, method, params }: ToInspector): void {
  session ??= connect();
  session.post(method, params, (error, result) => {
    // Only A's questions are wrong, never A's data: the message is for us.
    if (error) answer({ id, error: error.message ?? JSON.stringify(error) });
    else answer({ id, result: (result ?? {}) as object });
  });
}

function connect(): Session {
  const connected = new Session();
  connected.connectToMainThread();
  connected.on("inspectorNotification", ({ method, params }) => {
    if (method === "Debugger.paused") isPaused = true;
    else if (method === "Debugger.resumed") isPaused = false;
    answer({ method, params: (params ?? {}) as object });
  });
  return connected;
}

function answer(message: FromInspector): void {
  pipe.write(encodeFrame(message));
}

/** A main thread that is paused meets its termination only when it goes on. */
export function resumeTerminated(): void {
  if (isPaused) session?.post("Debugger.resume");
}
